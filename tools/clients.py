"""Subscribes feed readers to a running riverd and checks what each of them sees.

    python3 tools/clients.py BINARY

Every reader polls the river five times: three times at first, after the publisher edited an article, and after a new
article. It must see each article once, nothing new twice, and the edit as no new article; and its third request must be
answered with 304 if the reader sends conditional requests. gPodder does so with the feed of a podcast, and must know the length, the
picture and the file of every episode. Then the archive is walked to its end, and a WebSub hub counts the pings. A reader that is not
installed is left out, and the output says so: newsboat, sfeed and gpodder are packages of Debian; feedparser, reader and
podcastparser are packages of PyPI. All is on loopback.
"""

import calendar
import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

POSTS = 45
EPISODES = 3
# What readers of articles subscribe to, and what a podcast app does.
RIVER = ("feed.xml", "atom.xml")
PODCAST = ("sources/tides/feed.xml",)
BEGIN = calendar.timegm((2026, 11, 1, 8, 0, 0))


def date(hours):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(BEGIN + hours * 3600))


class Publisher:
    """A blog and a podcast, whose documents change when told to."""

    def __init__(self):
        self.posts = [(n, f"Post {n}", f"What the harbour pilot wrote on day {n}: {n * 37} boats.") for n in range(POSTS)]
        self.episodes = [(n, f"Talk number {n} about tide {n * 7}.") for n in range(EPISODES)]

    def blog(self):
        items = "".join(
            f"<item><guid isPermaLink='false'>post-{n}</guid><title>{title}</title><link>http://blog.example/{n}</link>"
            f"<pubDate>{date(n)}</pubDate><description>{text}</description></item>"
            for n, title, text in reversed(self.posts)
        )
        return f"<rss version='2.0'><channel><title>Pilot</title><link>http://blog.example/</link>{items}</channel></rss>"

    def podcast(self):
        items = "".join(
            f"<item><guid>ep-{n}</guid><title>Episode {n}: tide {n * 7}</title><link>http://cast.example/{n}</link>"
            f"<pubDate>{date(n * 5)}</pubDate><description>{text}</description>"
            f"<enclosure url='http://cast.example/{n}.mp3' length='{1000 + n}' type='audio/mpeg'/>"
            f"<itunes:duration>{600 + n}</itunes:duration><itunes:image href='http://cast.example/{n}.jpg'/></item>"
            for n, text in reversed(self.episodes)
        )
        show = "<itunes:image href='http://cast.example/show.jpg'/>"
        return (
            "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><title>Tides</title>"
            f"<link>http://cast.example/</link>{show}{items}</channel></rss>"
        )


class QuietHandler(BaseHTTPRequestHandler):
    """Answers requests and logs nothing."""

    def log_message(self, *_):
        pass


def serve(handler):
    """Starts an HTTP server and returns its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def publisher_handler(publisher):
    class Handler(QuietHandler):
        def do_GET(self):
            body = (publisher.podcast() if self.path == "/cast.xml" else publisher.blog()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def hub_handler(pings):
    class Handler(QuietHandler):
        def do_POST(self):
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            pings.append(urllib.parse.parse_qs(form))
            self.send_response(204)
            self.end_headers()

    return Handler


def proxy_handler(port, answers):
    """Passes requests on to riverd and notes the status of each answer."""

    class Handler(QuietHandler):
        def do_GET(self):
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            upstream.request("GET", self.path, headers=dict(self.headers))
            answer = upstream.getresponse()
            body = answer.read()
            answers.append((self.path, answer.status))
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


class Newsboat:
    name = "newsboat"
    routes = RIVER
    conditional = True

    def __init__(self, folder, url):
        self.folder = folder
        (folder / "urls").write_text(f"{url}\n")
        (folder / "config").write_text("show-read-feeds yes\nignore-mode display\n")

    @staticmethod
    def is_here():
        return shutil.which("newsboat") is not None

    def articles(self):
        files = ["-u", self.folder / "urls", "-c", self.folder / "cache.db", "-C", self.folder / "config"]
        subprocess.run(["newsboat", *files, "-x", "reload"], check=True, capture_output=True)
        query = "select count(*), count(distinct guid) from rss_item where deleted = 0"
        with sqlite3.connect(self.folder / "cache.db") as cache:
            return cache.execute(query).fetchone()


class Sfeed:
    name = "sfeed"
    routes = RIVER
    # sfeed_update sends no conditional requests unless it is given a fetch command of one's own.
    conditional = False

    def __init__(self, folder, url):
        self.folder = folder
        lines = [f'sfeedpath="{folder}/feeds"', "feeds() {", f'  feed "river" "{url}"', "}"]
        (folder / "sfeedrc").write_text("\n".join(lines) + "\n")

    @staticmethod
    def is_here():
        return shutil.which("sfeed_update") is not None and shutil.which("curl") is not None

    def articles(self):
        subprocess.run(["sfeed_update", self.folder / "sfeedrc"], check=True, capture_output=True)
        rows = [line.split("\t") for line in (self.folder / "feeds" / "river").read_text().splitlines()]
        # A row is an article as it was first seen or edited: the id says which.
        return len({row[5] for row in rows}), len({row[5] for row in rows})


class Feedparser:
    name = "feedparser"
    routes = RIVER
    conditional = True

    def __init__(self, _folder, url):
        self.url, self.etag, self.seen = url, None, {}

    @staticmethod
    def is_here():
        return is_importable("feedparser")

    def articles(self):
        import feedparser

        parsed = feedparser.parse(self.url, etag=self.etag)
        if parsed.get("status") in (200, 226):
            assert not parsed.bozo, parsed.bozo_exception
            self.etag = parsed.etag
            ids = [entry.id for entry in parsed.entries]
            assert len(ids) == len(set(ids)), "an id stands twice in the feed"
            self.seen.update((entry.id, entry.title) for entry in parsed.entries)
        return len(self.seen), len(self.seen)


class Reader:
    name = "reader"
    routes = RIVER
    conditional = True

    def __init__(self, folder, url):
        from reader import make_reader

        self.reader = make_reader(str(folder / "reader.db"))
        self.reader.add_feed(url)

    @staticmethod
    def is_here():
        return is_importable("reader")

    def articles(self):
        # Also before the max-age of the last answer ends, which reader keeps to otherwise.
        self.reader.update_feeds(scheduled=False)
        ids = [entry.id for entry in self.reader.get_entries()]
        return len(ids), len(set(ids))


class GPodder:
    name = "gPodder"
    routes = PODCAST
    conditional = True

    def __init__(self, folder, url):
        self.folder, self.url = folder, url

    @staticmethod
    def is_here():
        return shutil.which("gpo") is not None

    def run(self, *command):
        places = {"GPODDER_HOME": str(self.folder), "GPODDER_DOWNLOAD_DIR": str(self.folder / "downloads")}
        subprocess.run(["gpo", *command], check=True, capture_output=True, env={**os.environ, **places})

    def query(self, query):
        with sqlite3.connect(self.folder / "Database") as database:
            return database.execute(query).fetchall()

    def articles(self):
        if (self.folder / "Database").exists():
            self.run("update")
        else:
            self.run("subscribe", self.url)
        return self.query("select count(*), count(distinct guid) from episode")[0]

    def episodes(self):
        return self.query("select total_time, episode_art_url, file_size from episode order by published desc")


def is_importable(module):
    import importlib.util

    return importlib.util.find_spec(module) is not None


def until(what, condition):
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"did not happen within a minute: {what}")
        time.sleep(0.1)


class River:
    """A running riverd with the two sources."""

    def __init__(self, binary, folder, publisher_port, hub_port):
        self.binary, self.folder = binary, folder
        self.config = folder / "feeds.toml"
        self.config.write_text(
            f"""[river]
title = "Harbour"
articles = 20
hub = "http://127.0.0.1:{hub_port}/"
base_url = "http://127.0.0.1:1"
[server]
listen = ["127.0.0.1:0"]
[[source]]
name = "pilot"
url = "http://127.0.0.1:{publisher_port}/blog.xml"
every = "1h"
[[source]]
name = "tides"
url = "http://127.0.0.1:{publisher_port}/cast.xml"
every = "1h"
"""
        )
        self.log = open(folder / "log", "w+")
        self.process = subprocess.Popen(
            [binary, "run", "--config", self.config, "--state-dir", folder / "state"], stderr=self.log, text=True
        )
        until("riverd serves", lambda: self.port() is not None)

    def port(self):
        for line in (self.folder / "log").read_text().splitlines():
            if "serving the river" in line:
                return int(line.split("url=http://127.0.0.1:")[1].split("/")[0])
        return None

    def set_base(self, url):
        """Makes `url` the public address, and waits until the feeds say so."""
        text = self.config.read_text().replace("http://127.0.0.1:1", url)
        self.config.write_text(text)
        until("the public address is in force", lambda: url in self.get("/feed.xml"))

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}") as answer:
            return answer.read().decode()

    def poll(self, seen):
        """Polls both sources and waits until `seen` is in the river."""
        command = [self.binary, "poll", "--all", "--config", self.config, "--state-dir", self.folder / "state"]
        subprocess.run(command, check=True, capture_output=True)
        until(f"`{seen}` is in the river", lambda: seen in self.get("/feed.xml"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def walk_archive(url):
    """Follows `prev-archive` to the end and returns the ids of all entries."""
    import feedparser

    ids, pages = [], 0
    while url:
        parsed = feedparser.parse(url)
        assert not parsed.bozo, parsed.bozo_exception
        ids += [entry.id for entry in parsed.entries]
        pages += 1
        assert pages < 100, "the archive has no end"
        url = next((link.href for link in parsed.feed.links if link.rel == "prev-archive"), None)
    return ids, pages


def main():
    binary = os.path.abspath(sys.argv[1])
    publisher, pings, answers = Publisher(), [], []
    publisher_port, hub_port = serve(publisher_handler(publisher)), serve(hub_handler(pings))
    failures = []

    def check(what, is_right, found=""):
        print(f"{'ok  ' if is_right else 'FAIL'} {what}{f': {found}' if found != '' else ''}", flush=True)
        if not is_right:
            failures.append(what)

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        river = River(binary, folder, publisher_port, hub_port)
        until("the first polls", lambda: "Post 44" in river.get("/feed.xml") and "Episode" in river.get("/sources/tides/feed.xml"))
        base = f"http://127.0.0.1:{serve(proxy_handler(river.port(), answers))}"
        river.set_base(base)
        clients = []
        for client in (Newsboat, Sfeed, Feedparser, Reader, GPodder):
            for route in client.routes:
                if not client.is_here():
                    print(f"left out: {client.name} is not installed")
                    break
                home = folder / f"{client.name}-{route.replace('/', '-')}"
                home.mkdir()
                clients.append((f"{client.name} {route}", client(home, f"{base}/{route}")))
        expected = {RIVER: 20, PODCAST: EPISODES}

        def round_of(what):
            for name, client in clients:
                seen = len(answers)
                count, distinct = client.articles()
                due = expected[client.routes]
                check(f"{name}, {what}", (count, distinct) == (due, due), f"{count} articles of {due}")
                yield name, client, [status for _, status in answers[seen:]]

        for _ in round_of("first poll"):
            pass
        for _ in round_of("second poll"):
            pass
        # newsboat has nothing to make a request conditional with before its second answer.
        for name, client, statuses in round_of("third poll"):
            if client.conditional:
                check(f"{name}, third poll is answered with 304", statuses == [304], statuses)
        number, title, text = publisher.posts[-1]
        publisher.posts[-1] = (number, title, text + " A correction: the pilot counted twice.")
        number, text = publisher.episodes[-1]
        publisher.episodes[-1] = (number, text + " Better sound.")
        river.poll("A correction")
        until("the episode is edited", lambda: "Better sound" in river.get("/sources/tides/feed.xml"))
        for _ in round_of("after an edit"):
            pass
        publisher.posts.append((POSTS, f"Post {POSTS}", "A new boat came in with the morning tide."))
        publisher.episodes.append((EPISODES, f"A late talk about tide {EPISODES * 7}."))
        river.poll(f"Post {POSTS}")
        until("the episode is there", lambda: "A late talk" in river.get("/feed.xml"))
        expected = {RIVER: 22, PODCAST: EPISODES + 1}
        for _ in round_of("after a new article"):
            pass

        stored = POSTS + 1 + EPISODES + 1
        if is_importable("feedparser"):
            for syntax in RIVER:
                ids, pages = walk_archive(f"{base}/{syntax}")
                check(f"the archive of {syntax} reaches every article", len(set(ids)) == stored, f"{len(set(ids))} of {stored} on {pages} pages")
        feed = json.loads(river.get("/feed.json"))
        walked, url = [], base + "/feed.json"
        while url:
            feed = json.loads(urllib.request.urlopen(url).read())
            walked += [item["id"] for item in feed["items"]]
            url = feed.get("next_url")
        check("next_url of feed.json reaches every article", len(set(walked)) == stored, len(set(walked)))
        due = [(600 + n, f"http://cast.example/{n}.jpg", 1000 + n) for n in reversed(range(EPISODES + 1))]
        if is_importable("podcastparser"):
            import io

            import podcastparser

            show = podcastparser.parse(base, io.BytesIO(river.get("/sources/tides/feed.xml").encode()))
            found = [(e["total_time"], e.get("episode_art_url"), e["enclosures"][0]["file_size"]) for e in show["episodes"]]
            check("the parser of gPodder reads length, picture and file of every episode", found == due, found)
        for name, client in clients:
            if isinstance(client, GPodder):
                check(f"{name} knows length, picture and file of every episode", client.episodes() == due, client.episodes())
        until("the hub was told", lambda: pings)
        topics = {topic for ping in pings for topic in ping.get("hub.url", []) + ping.get("hub.topic", [])}
        check("the hub is told of every syntax of the river", {f"{base}/{name}" for name in ("feed.xml", "atom.xml", "feed.json")} <= topics, sorted(topics)[:4])
        river.stop()
    print(f"{len(failures)} of the checks failed" if failures else "every check passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
