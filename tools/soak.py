#!/usr/bin/env python3
"""Runs riverd under load for a long time, and prints what became of it (`make soak`).

    python3 tools/soak.py BINARY [SECONDS] [SOURCES]

Everything is on loopback. One source in eight fails, in all ways that servers fail in. Readers of every kind ask at the same time: with
validators, from each page, by search, slowly, and with nonsense. feeds.toml is edited, and riverd is restarted, now and then.

Each healthy source brings a new entry every few minutes. At the end, each entry must be stored once.
Memory, threads and descriptors are sampled; a minute after the load ends they should be near those before it.
"""

import collections
import http.server
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

WORDS = "river feed water stone bridge quiet morning light paper engine market signal garden winter glass copper".split()
FAILING = ["500", "404", "429", "hang", "reset", "cut", "page", "empty", "junk", "trickle", "endless", "loop", "redirects"]
NEW_EVERY = 120
"""Seconds between two new entries of a source."""
LISTED = 40
"""How many entries a document lists."""
CATCHES_UP_WITHIN = 600
"""Seconds after the load within which every entry must be stored. After a restart the polls of a thousand sources are spread."""


class Publisher:
    """Answers for all sources. What a source lists depends on its number and the time alone."""

    def __init__(self, sources):
        self.sources, self.started, self.requests, self.first_asked = sources, time.time(), collections.Counter(), {}
        publisher = self

        class Answer(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                try:
                    publisher.answer(self)
                except OSError:
                    self.close_connection = True

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 512

            def handle_error(self, *_):
                pass

        self.server = Server(("0.0.0.0", 0), Answer)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, number):
        """Returns the address of a source. Each has a host of its own, because the requests to one host wait for each other."""
        return f"http://127.1.{number // 250}.{number % 250 + 1}:{self.port}/{number}"

    def kind(self, number):
        return FAILING[number // 8 % len(FAILING)] if number % 8 == 7 else "healthy"

    def newest(self, number, now):
        return int((now - self.started + number % NEW_EVERY) // NEW_EVERY) + LISTED

    def document(self, number, now):
        newest = self.newest(number, now)
        chosen = random.Random(number)
        items = "".join(
            f"<item><guid>{number}-{n}</guid><title>{chosen.choice(WORDS)} {number} {n}</title>"
            f"<link>http://s{number}.example/{n}</link><description>{self.text(number, n)}</description></item>"
            for n in range(newest, newest - LISTED, -1)
        )
        return f"<rss version='2.0'><channel><title>Source {number}</title>{items}</channel></rss>".encode()

    def text(self, number, entry):
        chosen = random.Random(number * 100_003 + entry)
        return " ".join(chosen.choice(WORDS) for _ in range(chosen.randrange(20, 200)))

    def answer(self, request):
        number = int(request.path.split("?")[0].strip("/").split("/")[0])
        kind = self.kind(number)
        self.requests[kind] += 1
        self.first_asked.setdefault(number, time.time())
        if kind == "healthy":
            etag = f'"{self.newest(number, time.time())}"'
            if request.headers.get("If-None-Match") == etag and number % 3:
                return self.send(request, 304, b"", {"ETag": etag})
            return self.send(request, 200, self.document(number, time.time()), {"ETag": etag} if number % 3 else {})
        if kind.isdigit():
            return self.send(request, int(kind), b"no", {"Retry-After": "60"} if kind == "429" else {})
        if kind == "hang":
            time.sleep(40)
        elif kind == "page":
            self.send(request, 200, b"<!doctype html><html><title>Hello</title></html>", {"Content-Type": "text/html"})
        elif kind == "empty":
            self.send(request, 200, b"", {})
        elif kind == "junk":
            self.send(request, 200, random.randbytes(20_000), {})
        elif kind in ("loop", "redirects"):
            self.send(request, 302, b"", {"Location": f"/{number}/{random.random() if kind == 'redirects' else ''}"})
        else:
            self.send_part(request, kind, self.document(number, time.time()))

    def send(self, request, status, body, headers):
        request.send_response(status)
        for name, value in {"Content-Type": "application/rss+xml", **headers, "Content-Length": str(len(body))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def send_part(self, request, kind, body):
        """Sends a body that ends early, comes slowly, or never ends."""
        request.close_connection = True
        request.send_response(200)
        request.send_header("Content-Type", "application/rss+xml")
        if kind != "endless":
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if kind == "reset":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        elif kind == "cut":
            request.wfile.write(body[: len(body) // 2])
        elif kind == "trickle":
            for byte in range(40):
                request.wfile.write(body[byte : byte + 1])
                request.wfile.flush()
                time.sleep(1)
        else:
            while True:
                request.wfile.write(body)


class Riverd:
    """The daemon under test, with its feeds.toml."""

    def __init__(self, binary, folder, publisher):
        self.binary, self.folder, self.publisher = binary, pathlib.Path(folder), publisher
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process, self.edits, self.restarts, self.stops = None, 0, 0, []
        self.write_config()
        self.start()

    def write_config(self):
        """Writes feeds.toml. Each edit gives another title, and leaves another failing source out."""
        left_out = 7 + 8 * (self.edits % 10)
        lines = [f'[river]\ntitle = "Soak {self.edits}"\n[server]\nlisten = ["127.0.0.1:{self.port}"]',
                 '[polling]\nmin_every = "30s"\ntimeout = "10s"\nmax_body = "2MiB"']
        lines += [f'[[source]]\nname = "s{n}"\nurl = "{self.publisher.address(n)}"\nevery = "30s"\ntags = ["t{n % 10}"]'
                  for n in range(self.publisher.sources) if n != left_out]
        draft = self.folder / "feeds.toml.new"
        draft.write_text("\n".join(lines) + "\n")
        draft.rename(self.folder / "feeds.toml")
        self.edits += 1

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([self.binary, "--config", self.folder / "feeds.toml", "--state-dir", self.folder / "state", "run"],
                                        stdout=log, stderr=log)
        self.wait_until_healthy()

    def wait_until_healthy(self):
        for _ in range(600):
            try:
                return self.get("/healthz").read()
            except OSError:
                time.sleep(0.1)
        sys.exit("riverd does not answer; see " + str(self.folder / "log"))

    def restart(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            sys.exit(f"riverd ended with {self.process.returncode}; see {self.folder / 'log'}")
        self.stops.append(time.monotonic() - began)
        self.restarts += 1
        self.start()

    def get(self, path, headers=None):
        return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers or {}), timeout=30)

    def sample(self):
        """Returns anonymous memory in MB, threads, and descriptors."""
        status = dict(line.split(":\t", 1) for line in open(f"/proc/{self.process.pid}/status") if ":\t" in line)
        descriptors = len(os.listdir(f"/proc/{self.process.pid}/fd"))
        return int(status["RssAnon"].split()[0]) / 1024, int(status["Threads"]), descriptors


def read_for_ever(riverd, seed, stop, answers):
    """Asks as readers do, until `stop`."""
    chosen, etag = random.Random(seed), None
    while not stop.is_set():
        path = chosen.choice(["/feed.xml", "/feed.xml", "/atom.xml", "/feed.json", "/", "/?page=2", "/status", "/metrics", "/tags/t3/feed.xml",
                              f"/search/feed.xml?q={chosen.choice(WORDS)}", "/archive/1/feed.xml", "/opml.xml", "/%00", "/nothing"])
        try:
            if seed % 8 == 7:
                with socket.create_connection(("127.0.0.1", riverd.port), 5) as slow:
                    slow.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    for _ in range(20):
                        slow.recv(64)
                        time.sleep(0.2)
            else:
                answer = riverd.get(path, {"If-None-Match": etag} if etag and path == "/feed.xml" else {})
                answer.read()
                etag = answer.headers.get("ETag") if path == "/feed.xml" else etag
                answers[answer.status] += 1
        except urllib.error.HTTPError as error:
            answers[error.code] += 1
        except OSError:
            answers["no answer"] += 1
        stop.wait(chosen.uniform(0.05, 0.5))


def missing(riverd, publisher, until):
    """Returns which entries should be stored and are not, how many are stored twice, and how many should be stored."""
    database = sqlite3.connect(f"file:{riverd.folder}/state/riverd.db?mode=ro", uri=True)
    stored = collections.Counter(guid for (guid,) in database.execute("select guid from entries"))
    healthy = [n for n in range(publisher.sources) if publisher.kind(n) == "healthy"]
    # What a document no longer listed when its source was asked for the first time can't be stored. A second is left for the answer.
    asked = {n: publisher.first_asked.get(n, publisher.started) + 1 for n in healthy}
    due = [f"{n}-{entry}" for n in healthy for entry in range(1 + publisher.newest(n, asked[n]) - LISTED, publisher.newest(n, until) + 1)]
    lost = [guid for guid in due if stored[guid] == 0]
    return lost, sum(stored[guid] > 1 for guid in due), len(due)


def report_sources(riverd, lost):
    """Prints what riverd knows of the first sources that lack entries."""
    database = sqlite3.connect(f"file:{riverd.folder}/state/riverd.db?mode=ro", uri=True)
    by_source = collections.Counter(guid.split("-")[0] for guid in lost)
    for number, count in by_source.most_common(10):
        query = ("select polled_at, succeeded_at, next_poll_at, next_poll_reason, failures, failure_message, last_status, claimed_until "
                 "from sources where name = ?")
        state = database.execute(query, (f"s{number}",)).fetchone()
        print(f"s{number} lacks {count} entries at {time.time():.0f}: {state}")


def main():
    binary, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 3600
    publisher = Publisher(int(sys.argv[3]) if len(sys.argv) > 3 else 1000)
    with tempfile.TemporaryDirectory() as folder:
        riverd, answers, stop, samples = Riverd(binary, folder, publisher), collections.Counter(), threading.Event(), []
        readers = [threading.Thread(target=read_for_ever, args=(riverd, seed, stop, answers), daemon=True) for seed in range(16)]
        for reader in readers:
            reader.start()
        ends, next_edit, next_restart = time.monotonic() + seconds, seconds / 20, seconds / 5
        began = time.monotonic()
        while time.monotonic() < ends:
            time.sleep(2)
            passed = time.monotonic() - began
            if riverd.process.poll() is not None:
                sys.exit(f"riverd ended with {riverd.process.returncode}")
            samples.append(riverd.sample())
            if passed > next_edit:
                riverd.write_config()
                next_edit += seconds / 20
            if passed > next_restart:
                riverd.restart()
                next_restart += seconds / 5
        stop.set()
        for reader in readers:
            reader.join(30)
        ended = time.time()
        time.sleep(60)
        resting = riverd.sample()
        while missing(riverd, publisher, ended)[0] and time.time() < ended + CATCHES_UP_WITHIN:
            time.sleep(5)
        caught_up = time.time() - ended
        lost, twice, due = missing(riverd, publisher, ended)
        report_sources(riverd, lost)
        log = (pathlib.Path(folder) / "log").read_text(errors="replace")
        riverd.restart()
        time.sleep(5)
        print(f"{seconds:.0f} s, {publisher.sources} sources, {sum(publisher.requests.values())} requests to them, "
              f"{riverd.edits} versions of feeds.toml, {riverd.restarts} restarts (longest stop {max(riverd.stops):.1f} s)")
        print(f"answers to readers: {dict(sorted(answers.items(), key=str))}")
        print(f"entries that had to be stored: {due}, lost {len(lost)}, stored twice {twice}; all stored {caught_up:.0f} s after the load; errors in the log: {log.count(' ERROR ')}")
        for place, name in enumerate(("anonymous memory, MB", "threads", "descriptors")):
            values = [sample[place] for sample in samples]
            print(f"{name}: median {sorted(values)[len(values) // 2]:.0f}, largest {max(values):.0f}, "
                  f"a minute after the load {resting[place]:.0f}, after a restart {riverd.sample()[place]:.0f}")
        riverd.process.terminate()
        riverd.process.wait(60)
        sys.exit(1 if lost or twice else 0)


main()
