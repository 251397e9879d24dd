//! Tests that an edit changes the lines of one source and nothing else.

use std::path::Path;

use proptest::prelude::*;

use super::super::file;
use super::*;

/// Returns the addresses of a file's sources. Panics if the file is invalid.
fn urls(text: &str) -> Vec<String> {
    let config = file::parse_text(Path::new("/conf/feeds.toml"), text)
        .unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    config.sources.iter().map(|source| source.location.as_url_text()).collect()
}

fn new(url: &str) -> NewSource {
    NewSource { url: url.to_owned(), ..NewSource::default() }
}

#[test]
fn a_source_is_appended_with_a_blank_line_before_it() {
    let text = "# mine\n[[source]]\nurl = \"https://a.org/\" # first\n\n[retention]\nkeep = \"9d\"";
    let source = NewSource {
        url: "https://b.org/?q=\"x\"".to_owned(),
        name: Some("b".to_owned()),
        title: Some("B \\ \"é\"".to_owned()),
        tags: vec!["one".to_owned(), "it's \"two\"".to_owned()],
        every: Some("30m".to_owned()),
        feed_title: Some("not written".to_owned()),
        is_disabled: true,
        is_private: true,
        ..NewSource::default()
    };
    let after = append(text, &[source]);
    let added = after.strip_prefix(text).unwrap();
    assert!(added.starts_with("\n\n[[source]]\nurl = "), "{added}");
    assert!(added.ends_with("every = \"30m\"\nenabled = false\nprivate = true\n"), "{added}");
    let config = file::parse_text(Path::new("/conf/feeds.toml"), &after).unwrap();
    let source = &config.sources[1];
    assert_eq!(source.title.as_deref(), Some("B \\ \"é\""));
    assert_eq!(source.tags, ["one", "it's \"two\""]);
    assert_eq!((source.enabled, source.private), (false, true));
}

#[test]
fn appended_lines_end_like_those_of_the_file() {
    let after = append("[[source]]\r\nurl = \"https://a.org/\"\r\n", &[new("https://b.org/")]);
    assert_eq!(after.matches("\r\n").count(), after.matches('\n').count());
    assert_eq!(append("", &[new("https://b.org/")]), "[[source]]\nurl = \"https://b.org/\"\n");
    assert_eq!(
        append("\u{feff}", &[new("https://b.org/")]),
        "\u{feff}[[source]]\nurl = \"https://b.org/\"\n"
    );
}

#[test]
fn an_empty_list_makes_room_for_tables() {
    let after = "[river]\n\n[[source]]\nurl = \"https://n.org/\"\n";
    for empty in ["source = []\n[river]\n", "source = [  # none yet\n]\n[river]\n"] {
        assert_eq!(append(empty, &[new("https://n.org/")]), after, "{empty:?}");
    }
}

#[test]
fn an_inline_list_grows_and_shrinks_inside_its_brackets() {
    let cases = [
        (
            "source = [{ url = \"https://a.org/\" }] # list\n",
            "source = [{ url = \"https://a.org/\" }, { url = \"https://n.org/\" }] # list\n",
        ),
        (
            "source = [\n  { url = \"https://a.org/\" } # a, first\n  , # comma\n]\n",
            "source = [\n  { url = \"https://a.org/\" } # a, first\n  , { url = \"https://n.org/\" }, # comma\n]\n",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(append(before, &[new("https://n.org/")]), after);
        let last = urls(after).len() - 1;
        let left = urls(&remove(after, last).unwrap());
        assert_eq!(left, urls(before));
    }
    let lines = "source = [\n  # one\n  { url = \"https://a.org/\" }, # a\n  { url = \"https://b.org/\" },\n  { url = \"https://c.org/\" }\n]\n";
    assert_eq!(remove(lines, 1).unwrap(), lines.replace("  { url = \"https://b.org/\" },\n", ""));
    assert_eq!(urls(&remove(lines, 2).unwrap()), ["https://a.org/", "https://b.org/"]);
    assert!(remove(lines, 0).unwrap().contains("# one\n"));
}

const FILE: &str = "\
# My feeds.
[river]
title = \"x\" # kept

# The first.
[[source]]
url = \"https://a.org/\"   # odd   spacing
tags = [
  \"one\", # a list over lines
]

# The second.
[[source]]
  url = \"https://b.org/\"
  title = '''
two'''
  # headers below
  [source.headers]
  X = \"1\"
# below the second

[retention]
keep = \"9d\"

[[source]]
url = \"https://c.org/\"
# the end
";

#[test]
fn removing_a_source_removes_the_lines_from_its_header_to_its_last_value() {
    let first = "[[source]]\nurl = \"https://a.org/\"   # odd   spacing\ntags = [\n  \"one\", # a list over lines\n]\n";
    assert_eq!(remove(FILE, 0).unwrap(), FILE.replace(first, ""));
    let second = "[[source]]\n  url = \"https://b.org/\"\n  title = '''\ntwo'''\n";
    let headers = "  [source.headers]\n  X = \"1\"\n";
    assert_eq!(remove(FILE, 1).unwrap(), FILE.replace(second, "").replace(headers, ""));
    let third = "\n[[source]]\nurl = \"https://c.org/\"\n";
    assert_eq!(remove(FILE, 2).unwrap(), FILE.replace(third, "\n"));
    assert_eq!(remove(FILE, 3), None);
    assert_eq!(remove("", 0), None);
}

#[test]
fn subtables_of_a_source_are_removed_wherever_they_stand() {
    let text = "[[source]]\nurl = \"https://a.org/\"\n[river]\ntitle = \"x\"\n[source.headers]\nX = \"1\"\n[dedup]\n";
    assert_eq!(remove(text, 0).unwrap(), "[river]\ntitle = \"x\"\n[dedup]\n");
    let dotted = "[[source]]\nheaders.X = \"1\"\nurl = \"https://a.org/\"\nheaders.Y = \"2\"\n# end\n";
    assert_eq!(remove(dotted, 0).unwrap(), "# end\n");
}

#[test]
fn adding_and_then_removing_a_source_restores_the_file() {
    for before in ["", "# c\n", FILE, "[[source]]\r\nurl = \"https://a.org/\"\r\n", "\u{feff}[river]\n"] {
        let after = append(before, &[new("https://new.org/")]);
        let added = urls(&after).len() - 1;
        assert_eq!(remove(&after, added).unwrap(), before);
    }
}

/// Generates valid feeds.toml files that mix sources, other tables, comments and blank lines.
fn any_file() -> impl Strategy<Value = String> {
    let comment = "# [a-z =\\[\\]\"',]{0,20}";
    let key = prop_oneof![
        Just("title = \"it is # no comment\"".to_owned()),
        Just("tags = [\n  \"a\", # one\n\n  \"b\"\n]".to_owned()),
        Just("keep = ['''\n[[source]]\n''']".to_owned()),
        Just("headers = { \"X-A\" = \"1\" }   # why".to_owned()),
        Just("headers.X-B = \"2\"".to_owned()),
        Just("[source.headers]\nX-C = \"\"\"\\\n  3\"\"\"".to_owned()),
        Just("  enabled = false".to_owned()),
    ];
    let source = (prop::option::of(key), prop::option::of(comment), any::<bool>());
    let part = prop_oneof![
        4 => source.prop_map(|(key, comment, tight)| {
            // The last value of the source is the key if there is one, otherwise the address.
            let header = if tight { "[[source]]" } else { "[[ source ]] # header" };
            let lines = [Some(header.to_owned()), Some("url = \"URL\"".to_owned()), comment, key];
            lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }),
        2 => comment.prop_map(|comment| comment),
        2 => Just(String::new()),
        1 => Just("TABLE".to_owned()),
    ];
    let ends = prop::sample::select(vec!["\n", "\r\n"]);
    (prop::collection::vec(part, 0..12), ends, any::<bool>()).prop_map(|(parts, end, last_end)| {
        let mut tables = ["[river]", "[server]", "[polling]", "[dedup]", "[retention]"].iter();
        let mut text = String::new();
        for (number, part) in parts.iter().enumerate() {
            let part = match part.as_str() {
                "TABLE" => (*tables.next().unwrap_or(&"# none left")).to_owned(),
                other => other.replace("URL", &format!("https://example.org/{number}")),
            };
            text.push_str(&part.replace('\n', end));
            text.push_str(end);
        }
        if last_end { text } else { text.trim_end().to_owned() }
    })
}

/// Returns whether the non-blank lines of `part` occur in `whole` in the same order.
fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut lines = whole.split_inclusive('\n').map(str::trim_end);
    part.lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .all(|line| lines.any(|other| other == line))
}

proptest! {
    #[test]
    fn adding_sources_keeps_every_byte_before_them(text in any_file()) {
        let before = urls(&text);
        let after = append(&text, &[new("https://new.org/1"), new("https://new.org/2")]);
        prop_assert!(after.starts_with(&text));
        let expected: Vec<String> =
            before.into_iter().chain(["https://new.org/1".to_owned(), "https://new.org/2".to_owned()]).collect();
        prop_assert_eq!(urls(&after), expected);
    }

    #[test]
    fn removing_a_source_keeps_every_other_source_and_line(text in any_file(), pick in any::<prop::sample::Index>()) {
        let mut expected = urls(&text);
        prop_assume!(!expected.is_empty());
        let index = pick.index(expected.len());
        expected.remove(index);
        let after = remove(&text, index).unwrap();
        prop_assert_eq!(urls(&after), expected);
        prop_assert!(is_subsequence(&after, &text), "{}", after);
        let addresses = |text: &str| text.lines().filter(|line| line.starts_with("url =")).count();
        prop_assert_eq!(addresses(&after), addresses(&text) - 1);
        let others = |text: &str| text.lines().filter(|line| line.starts_with('[') && !line.contains("source")).count();
        prop_assert_eq!(others(&after), others(&text));
    }
}
