#!/usr/bin/env python3
"""Measures how well riverd reads feeds (`make corpus`); docs/feeds-in-the-wild.md explains the figures.

Reads two sets of documents:

* a directory of captured feeds (RIVERD_CORPUS), if there is one: which feeds are read, which are refused and why, and
  which are read without entries;
* the test suite of the feedparser project, downloaded from PyPI at run time: each test is a document with expectations.
  Only expectations on values that riverd reads are counted (number of entries; title, link, id, dates, summary, content,
  author, enclosures).

Neither set is kept in this project.
"""

import argparse
import ast
import calendar
import collections
import glob
import html.parser
import json
import os
import re
import subprocess
import sys
import tarfile
import urllib.parse
import warnings

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FEEDPARSER = "6.0.14"
BASE = "http://127.0.0.1:8097/"


def read_all(requests, driver):
    """Returns what riverd reads of each document: {path: object}."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([driver], input=lines.encode(), stdout=subprocess.PIPE, check=False)
    answers = {}
    for line in done.stdout.decode().splitlines():
        answer = json.loads(line)
        answers[answer["path"]] = answer["read"]
    if done.returncode != 0 or len(answers) != len({request["path"] for request in requests}):
        sys.exit(f"the driver stopped after {len(answers)} of {len(requests)} documents (exit {done.returncode})")
    return answers


# ---- what a person sees of a piece of HTML ------------------------------------------------------------------------


class VisibleContent(html.parser.HTMLParser):
    """Collects the text, links and images of a fragment in order. Two sanitisers must agree on these. A link without
    content is ignored."""

    HIDDEN = {"script", "style", "head", "title", "noembed", "noframes"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []
        self.hidden_depth = 0
        self.link = ""

    def show(self, part):
        self.parts += [self.link, part]
        self.link = ""

    def handle_starttag(self, tag, attrs):
        if tag in self.HIDDEN:
            self.hidden_depth += 1
        self.parts.append(" ")
        for name, value in attrs:
            address = f" <{name}={urllib.parse.unquote((value or '').strip())}> "
            if name == "href" and tag == "a" and value:
                self.link = address
            elif name == "src" and tag in ("img", "audio", "video", "source") and value:
                self.show(address)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.hidden_depth -= tag in self.HIDDEN

    def handle_endtag(self, tag):
        if tag in self.HIDDEN and self.hidden_depth:
            self.hidden_depth -= 1
        if tag == "a":
            self.link = ""
        self.parts.append(" ")

    def handle_data(self, data):
        if not self.hidden_depth and data.strip():
            self.show(data)


def visible_content(markup):
    parser = VisibleContent()
    parser.feed(markup)
    parser.close()
    return "".join("".join(parser.parts).split())


def visible_text(markup):
    return re.sub(r"<(href|src)=[^>]*>", "", visible_content(markup))


class Markup(str):
    """HTML that is equal to other HTML if a person sees the same."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return isinstance(other, str) and (
            visible_content(self) == visible_content(other)
            or str(self) == str(other)
            or visible_text(self) == "".join(other.split())
        )

    def __ne__(self, other):
        return not self == other


def alt_texts(markup):
    """Returns the `alt` texts of the images in a fragment, without white space."""
    found = []
    parser = html.parser.HTMLParser(convert_charrefs=True)
    parser.handle_starttag = lambda tag, attrs: found.append(dict(attrs).get("alt") or "") if tag == "img" else None
    parser.feed(markup)
    parser.close()
    return "".join("".join(found).split())


class Plain(str):
    """A title in plain text. It is equal to HTML with the same text, or, if that has no text, the same `alt` texts."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        squeezed = "".join(self.split())
        return isinstance(other, str) and squeezed in (visible_text(other) or alt_texts(other), "".join(other.split()))

    def __ne__(self, other):
        return not self == other


class Name(str):
    """The name of a person. feedparser appends the e-mail address, which is ignored."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        if not isinstance(other, str):
            return False
        bare = re.sub(r"\s*\(\S+@\S+\)$", "", other)
        return str(self).strip() in (other.strip(), bare.strip())

    def __ne__(self, other):
        return not self == other


class Date(str):
    """A date. It is equal to any text or tuple that feedparser reads as the same time."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        import feedparser.datetimes

        if isinstance(other, str):
            other = feedparser.datetimes._parse_date(other)
        if not isinstance(other, tuple) and other is not None:
            other = tuple(other)
        if other is None:
            return False
        moment = calendar.timegm(tuple(int(part) for part in re.findall(r"\d+", self)[:6]) + (0, 0, 0))
        return calendar.timegm(tuple(other)) == moment

    def __ne__(self, other):
        return not self == other


class Tree(dict):
    """A dictionary whose keys are attributes, too, like the results of feedparser."""

    __getattr__ = dict.__getitem__
    has_key = dict.__contains__


class File(Tree):
    """An enclosure. It is equal to a dictionary if the values of all keys of that dictionary are the same."""

    __hash__ = None

    def __eq__(self, other):
        return all(self.get(key) == value for key, value in other.items())


def set_if_present(tree, key, value, kind=str):
    if value is not None and value != "":
        tree[key] = kind(value)


def people(tree, names):
    if names:
        tree["author"] = Name(names[-1] if len(names) == 1 else names[0])
        tree["authors"] = [Tree(name=Name(name)) for name in names]
        tree["author_detail"] = Tree(name=Name(names[0]))


def feed_tree(read):
    feed = Tree()
    feed["title"] = Plain(read["title"] or "")
    set_if_present(feed, "link", read["link"])
    for key in ("subtitle", "description", "tagline"):
        feed[key] = Plain(read["description"] or "")
    people(feed, read["author"].split(", ") if read["author"] else [])
    for key in ("updated", "updated_parsed", "published", "published_parsed", "modified", "modified_parsed", "date", "date_parsed", "created", "created_parsed"):
        set_if_present(feed, key, read["updated"], Date)
    for key in ("title", "subtitle", "tagline"):
        if key in feed:
            feed[key + "_detail"] = Tree(value=feed[key])
    return feed


def entry_tree(entry):
    tree = Tree()
    tree["title"] = Plain(entry["title"] or "")
    set_if_present(tree, "link", entry["link"])
    set_if_present(tree, "id", entry["id"])
    set_if_present(tree, "guid", entry["id"])
    summary = entry["summary"] or entry["content"]
    for key in ("summary", "description", "subtitle"):
        tree[key] = Markup(summary or "")
    if entry["content"] or entry["summary"]:
        tree["content"] = [Tree(value=Markup(entry["content"] or entry["summary"]))]
    people(tree, entry["authors"])
    updated = entry["updated"] or entry["published"]
    for key in ("updated", "updated_parsed", "modified", "modified_parsed", "date", "date_parsed"):
        set_if_present(tree, key, updated, Date)
    for key in ("published", "published_parsed", "issued", "issued_parsed", "created", "created_parsed"):
        set_if_present(tree, key, entry["published"] or (entry["updated"] if key.startswith("created") else None), Date)
    tree["enclosures"] = [
        File(href=file["url"], url=file["url"], type=file["type"], length=str(file["length"] or ""))
        for file in entry["enclosures"]
    ]
    for key in ("title", "summary"):
        if key in tree:
            tree[key + "_detail"] = Tree(value=tree[key])
    return tree


# ---- expectations ---------------------------------------------------------------------------------------------------

FIELDS = {
    "title", "link", "id", "guid", "summary", "description", "subtitle", "tagline", "content", "author", "authors",
    "author_detail", "enclosures", "updated", "updated_parsed", "published", "published_parsed", "modified",
    "modified_parsed", "issued", "issued_parsed", "created", "created_parsed", "date", "date_parsed", "title_detail",
    "summary_detail", "subtitle_detail", "tagline_detail",
}
PARTS = {"value", "name", "href", "url", "type", "length"}
NOT_COMPARED = {"base", "language", "email", "rel"}


def path_of(node):
    """Returns `entries[0]['title_detail']['value']` as ["entries", 0, "title_detail", "value"]; None for other expressions."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Subscript):
        key = node.slice
        if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub):
            key = ast.Constant(-key.operand.value)
        before = path_of(node.value)
        return before + [key.value] if before and isinstance(key, ast.Constant) else None
    if isinstance(node, ast.Attribute):
        before = path_of(node.value)
        return before + [node.attr] if before else None
    if isinstance(node, ast.Call) and len(node.args) == 1:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in ("len", "ord"):
            return path_of(node.args[0])
        if name in ("get", "has_key") and isinstance(node.args[0], ast.Constant):
            before = path_of(node.func.value)
            return before + [node.args[0].value] if before else None
    return None


def is_compared(path):
    names = [part for part in path if isinstance(part, str)]
    if names == ["entries"]:
        return True
    if names[0] == "feed":
        fields = names[1:]
        if fields and fields[0] in ("id", "guid", "content", "enclosures", "summary"):
            return False
    elif names[0] == "entries":
        fields = names[1:]
    else:
        return False
    if not fields or fields[0] not in FIELDS or any(name in NOT_COMPARED for name in fields):
        return False
    if fields[0].endswith("_detail") or fields[0] in ("content", "enclosures", "authors"):
        last = fields[-1]
        if fields[0] != "enclosures" and last == "type" or last in ("url",) and fields[0] != "enclosures":
            return False
        return last in PARTS or len(fields) == 1
    return len(fields) == 1


def conjuncts(node):
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [conjunct for value in node.values for conjunct in conjuncts(value)]
    return [node]


def paths_in(node):
    """Yields the outermost paths in an expression."""
    path = path_of(node)
    if path and isinstance(path[0], str) and path[0] in ("feed", "entries"):
        yield path
        return
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        container = path_of(node.comparators[0])
        if container and isinstance(node.left, ast.Constant):
            yield container + [node.left.value]
            return
    for child in ast.iter_child_nodes(node):
        yield from paths_in(child)


ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq,
    ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.Lt, ast.Gt, ast.LtE, ast.GtE, ast.Name, ast.Load, ast.Constant,
    ast.Subscript, ast.Attribute, ast.Call, ast.Tuple, ast.List, ast.Dict, ast.BinOp, ast.Add, ast.Mult,
)


def is_met(conjunct, names):
    expression = ast.Expression(conjunct)
    for node in ast.walk(expression):
        if not isinstance(node, ALLOWED):
            raise ValueError(f"an expectation uses {type(node).__name__}")
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise ValueError("an expectation uses a private attribute")
    try:
        scope = {"__builtins__": {}, "len": len, "ord": lambda text: ord(visible_text(text).strip()), "isinstance": isinstance, "str": str}
        return bool(eval(compile(ast.fix_missing_locations(expression), "expectation", "eval"), scope, names))
    except (KeyError, IndexError, TypeError, AttributeError):
        return False


class Test:
    def __init__(self, path, body):
        self.path = path
        text = decode_body(body)
        found = re.search(r"Description:\s*(.*?)\s*Expect:\s*(.*?)\s*-->", text, re.S)
        self.description = found.group(1).split("\n")[0] if found else ""
        self.expect = found.group(2).strip() if found else ""
        headers = dict(re.findall(r"^Header:\s+([^:\s]+):\s*(.+?)\s*$", text, re.M))
        self.headers = {name.lower(): value for name, value in headers.items()}

    def request(self, root):
        where = os.path.relpath(self.path, root).replace(os.sep, "/")
        request = {"path": self.path}
        if "http" in self.path[len(root):]:
            request["url"] = BASE + where
            request["content_type"] = self.headers.get("content-type", "application/xml")
            if "content-location" in self.headers:
                request["url"] = urllib.parse.urljoin(request["url"], self.headers["content-location"])
                if not request["url"].startswith("http"):
                    request["url"] = BASE + where
        return request


def decode_body(body):
    for mark, name in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace")
    for start, name in ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"\x4c\x6f\xa7\x94", "cp037")):
        if body.startswith(start):
            return body.decode(name, "replace")
    return body.decode("utf-8", "replace")


# Known differences to feedparser and their reasons; docs/feeds-in-the-wild.md explains them.
SANITISED = "the content of `title` and `script` is not shown"
KNOWN = [
    (r"sanitize/\w+_crazy", SANITISED),
    (r"base/http_entry_id_base", "an id is an opaque string: it is never resolved (RFC 4287 §4.2.6)"),
    (r"entities/[lr]ang", "U+27E8 and U+27E9, as HTML has defined them since 2010"),
    (r"encoding/bozo_linenoise", "UTF-8 with one invalid byte is read as UTF-8"),
    (r"encoding/x80_", "an encoding that the WHATWG's standard does not have"),
]


def known_reason(name):
    for pattern, reason in KNOWN:
        if re.search(pattern, name):
            return reason
    return None


def run_feedparser_suite(work, driver, verbose):
    source = os.path.join(work, f"feedparser-{FEEDPARSER}")
    if not os.path.isdir(source):
        print(f"downloading feedparser {FEEDPARSER} from PyPI …", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(pip + ["download", "--no-binary", ":all:", "--no-deps", "-d", work, f"feedparser=={FEEDPARSER}"], check=True)
        subprocess.run(pip + ["install", "--target", os.path.join(work, "site"), f"feedparser=={FEEDPARSER}"], check=True)
        with tarfile.open(source + ".tar.gz") as archive:
            archive.extractall(work, filter="data")
    sys.path.insert(0, os.path.join(work, "site"))
    import feedparser

    warnings.simplefilter("ignore")
    root = source
    tests = []
    for path in sorted(glob.glob(os.path.join(source, "tests", "**", "*.xml"), recursive=True)):
        if os.path.basename(os.path.dirname(path)) == "http" and "wellformed" not in path:
            continue  # responses of a server, not documents
        with open(path, "rb") as file:
            tests.append(Test(path, file.read()))
    answers = read_all([test.request(root) for test in tests], driver)

    counts_of_suites = collections.OrderedDict()
    failures = []
    unread, lost = [], []
    for test in tests:
        suite = os.path.relpath(test.path, os.path.join(source, "tests")).split(os.sep)[0]
        counts = counts_of_suites.setdefault(suite, collections.Counter())
        read = answers[test.path]
        name = os.path.relpath(test.path, os.path.join(source, "tests"))
        counts["documents"] += 1
        with open(test.path, "rb") as file:
            by_feedparser = feedparser.parse(file.read(), response_headers={"content-type": test.headers.get("content-type", "application/xml")})
        counts["read by feedparser"] += bool(by_feedparser.entries or by_feedparser.feed)
        counts["read by riverd"] += "error" not in read
        if (by_feedparser.entries or by_feedparser.feed) and "error" in read:
            unread.append((name, read["error"]))
        if by_feedparser.entries and not read.get("entries"):
            lost.append(name)
        if not test.expect:
            continue
        names = {"feed": Tree(), "entries": []}
        if "error" not in read:
            names = {"feed": feed_tree(read), "entries": [entry_tree(entry) for entry in read["entries"]]}
        names["bozo"] = False
        try:
            parsed = ast.parse(test.expect, mode="eval").body
        except SyntaxError:
            continue
        for conjunct in conjuncts(parsed):
            paths = list(paths_in(conjunct))
            if not paths or not all(is_compared(path) for path in paths):
                continue
            counts["expectations"] += 1
            if is_met(conjunct, names):
                counts["met"] += 1
            else:
                failures.append((name, ast.unparse(conjunct), read))
    report_suite(counts_of_suites, failures, unread, lost, verbose)


def report_suite(counts_of_suites, failures, unread, lost, verbose):
    print(f"\ntest suite of feedparser {FEEDPARSER}")
    print(f"{'suite':<12}{'documents':>10}{'feedparser':>12}{'riverd':>8}{'expectations':>14}{'met':>7}{'share':>9}")
    for suite, counts in counts_of_suites.items():
        expectations = counts["expectations"]
        rate = f"{100 * counts['met'] / expectations:.2f} %" if expectations else "-"
        print(
            f"{suite:<12}{counts['documents']:>10}{counts['read by feedparser']:>12}{counts['read by riverd']:>8}"
            f"{expectations:>14}{counts['met']:>7}{rate:>9}"
        )
    print(f"read by feedparser and not by riverd: {len(unread)}; read without any of their entries: {len(lost)}")
    for name, error in unread:
        print(f"  unread  {name}: {error}")
    for name in lost:
        print(f"  lost    {name}")
    everything = sum((counts for suite, counts in counts_of_suites.items() if suite in ("wellformed", "illformed")), collections.Counter())
    sanitised = sum(known_reason(name) == SANITISED for name, _, _ in failures)
    rest = everything["expectations"] - sanitised
    print(f"well-formed and ill-formed, without differences in sanitising: {everything['met']} of {rest}, {100 * everything['met'] / rest:.2f} %")
    classes = collections.Counter(known_reason(name) or "not explained" for name, _, _ in failures)
    for reason, count in classes.most_common():
        print(f"  {count:>4}  {reason}")
    if verbose:
        for name, conjunct, read in failures:
            print(f"\n- {name} [{known_reason(name) or 'not explained'}]\n    expects {conjunct}")
            print("    read as " + json.dumps(read, ensure_ascii=False)[:1500])


# ---- captured feeds -------------------------------------------------------------------------------------------------


def report_captured_feeds(directory, driver):
    files = sorted(
        path
        for path in glob.glob(os.path.join(directory, "real", "*"))
        if os.path.isfile(path) and not path.endswith(".tsv")
    )
    if not files:
        print(f"no captured feeds in {directory}")
        return
    answers = read_all([{"path": path} for path in files], driver)
    read = [path for path in files if "error" not in answers[path]]
    entries = sum(len(answers[path]["entries"]) for path in read)
    print(f"\ncaptured feeds: {len(files)}; read {len(read)} with {entries} entries")
    for path in files:
        answer = answers[path]
        if "error" in answer:
            print(f"  refused  {os.path.basename(path)}: {answer['kind']}: {answer['error']}")
        elif not answer["entries"]:
            print(f"  empty    {os.path.basename(path)}")
    defects = collections.Counter(defect["name"] for path in read for defect in answers[path]["defects"])
    for name, count in defects.most_common():
        print(f"  {count:>4} documents with {name}")
    fields = ("id", "title", "link", "published", "summary", "content", "authors", "enclosures")
    have = {field: sum(bool(entry[field]) for path in read for entry in answers[path]["entries"]) for field in fields}
    print("  entries with " + ", ".join(f"{field} {count}" for field, count in have.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--driver", default=os.path.join(ROOT, "target", "debug", "examples", "corpus"))
    parser.add_argument("--corpus", default=os.environ.get("RIVERD_CORPUS", os.path.join(ROOT, "..", "shared", "corpus")))
    parser.add_argument("--work", default=os.path.join(ROOT, "target", "corpus"))
    parser.add_argument("--verbose", action="store_true", help="show every expectation that is not met")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    report_captured_feeds(options.corpus, options.driver)
    run_feedparser_suite(options.work, options.driver, options.verbose)


if __name__ == "__main__":
    main()
