#!/usr/bin/env python3
"""Sends broken requests and hub messages to riverd, and puts broken values into its database, for SECONDS each.

    python3 tools/fuzz_daemon.py BINARY [SECONDS] [SEED]

Everything is on loopback. After each broken value the verbs and a start of the daemon must end in time with an exit code of riverd,
and without a panic. The daemon that gets the requests must serve the same river afterwards, and must answer each request that is
answered at all with a status below 500, or 503.
"""

import hashlib
import hmac
import http.server
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

PATHS = ["/feed.xml", "/atom.xml", "/feed.json", "/", "/?page=2", "/status", "/status.json", "/metrics", "/healthz", "/opml.xml", "/tags/sea/feed.xml",
         "/search?q=boat", "/search/feed.xml?q=boat+-tag:sea", "/archive/1/feed.xml", "/sources/a/feed.xml", "/websub/{token}", "/podcast.xml"]
HEADERS = ["Host: river.example", "If-None-Match: \"x\"", "If-Modified-Since: Mon, 06 Sep 2021 00:00:00 GMT", "Accept-Encoding: br;q=0.5, gzip",
           "A-IM: feed", "Range: bytes=0-9", "Content-Length: 5", "Transfer-Encoding: chunked", "Connection: close", "Expect: 100-continue",
           "X-Forwarded-Host: a.example", "Authorization: Basic YTpi", "Cookie: token=a", "X-Hub-Signature: sha256=00", "Upgrade: h2c"]
SPECIAL = [b"\0", b"\r\n", b"\n", b"%00", b"%", b"..", b"/", b"\xff\xfe", b"\xe2\x80\xae", b"'", b"\"", b"9" * 30, b"-1", b" ", b"\t", b"A" * 9000, b"*", b"?", b"#", b"@"]
VERBS = [["poll", "--all"], ["status", "--json"], ["status", "a"], ["list"], ["search", "boat"], ["why", "http://boats.example/1"], ["export"]]


def mutated(chosen, data):
    """Returns bytes with one to five changes."""
    data = bytearray(data)
    for _ in range(chosen.randint(1, 5)):
        at = chosen.randrange(len(data) + 1)
        match chosen.randrange(5):
            case 0:
                data[at:at] = chosen.choice(SPECIAL)
            case 1:
                del data[at : at + chosen.randint(1, 20)]
            case 2:
                data[at : at + 1] = bytes([chosen.randrange(256)])
            case 3:
                data[at:at] = data[: chosen.randint(0, 40)]
            case _:
                data[at:at] = chosen.randbytes(chosen.randint(1, 20))
    return bytes(data)


class Publisher(http.server.BaseHTTPRequestHandler):
    """Serves two feeds with a hub, and is the hub, which confirms each subscription."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        own = f"http://127.0.0.1:{self.server.server_address[1]}"
        items = "".join(f"<item><guid>{self.path}{n}</guid><title>Boat {n} of {self.path}</title><link>http://boats.example{self.path}/{n}</link>"
                        f"<category>sea</category><description>{'A boat on the sea. ' * 40}{n}</description></item>" for n in range(30))
        body = (f"<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>{self.path}</title><a:link rel='hub' href='{own}/hub'/>"
                f"<a:link rel='self' href='{own}{self.path}'/>{items}</channel></rss>").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        query = urllib.parse.urlencode({"hub.mode": "subscribe", "hub.topic": form["hub.topic"][0], "hub.challenge": "c", "hub.lease_seconds": "9999"})
        try:
            urllib.request.urlopen(form["hub.callback"][0] + "?" + query, timeout=10).read()
        except OSError:
            pass  # The daemon was stopped.


class Riverd:
    def __init__(self, binary, folder, publisher):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.binary = folder, binary
        sources = "".join(f'[[source]]\nname = "{name}"\nurl = "http://127.0.0.1:{publisher}/{name}"\ntags = ["sea"]\n' for name in "ab")
        (folder / "feeds.toml").write_text(f'[river]\nbase_url = "http://127.0.0.1:{self.port}/"\n[dedup]\nnear_duplicates = "off"\n[server]\nlisten = ["127.0.0.1:{self.port}"]\n{sources}')

    def command(self, *arguments):
        return [self.binary, "--config", str(self.folder / "feeds.toml"), "--state-dir", str(self.folder / "state"), *arguments]

    def start(self):
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(self.command("run"), stdout=self.log, stderr=self.log)
        for _ in range(300):
            if self.process.poll() is not None or self.get("/healthz"):
                return
            time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def get(self, path):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).read()
        except (OSError, ValueError):
            return None


def request(chosen, token, secret):
    """Returns the bytes of a request: mostly broken, and sometimes a hub's message with a right signature."""
    method = chosen.choice(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT"])
    path = chosen.choice(PATHS).format(token=token)
    headers = [HEADERS[0]] + chosen.sample(HEADERS[1:], chosen.randrange(5))
    body = b""
    if "/websub/" in path:
        method, body = "POST", chosen.randbytes(chosen.choice([0, 5, 5000, 200_000]))
        digest = hmac.new(secret.encode(), body, chosen.choice([hashlib.sha1, hashlib.sha256, hashlib.sha512]))
        headers = [HEADERS[0], f"Content-Length: {len(body)}", f"X-Hub-Signature: {digest.name[5:]}={digest.hexdigest()}"]
        if chosen.random() < 0.3:
            return f"{method} {path} HTTP/1.1\r\n{chr(13) + chr(10)}".encode() + "\r\n".join(headers).encode() + b"\r\n\r\n" + body
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *headers]).encode()
    return mutated(chosen, head) + b"\r\n\r\n" + (mutated(chosen, body) if body else chosen.choice([b"", b"5\r\nabcde\r\n0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]))


def fuzz_requests(riverd, chosen, seconds):
    riverd.start()
    token = secret = None
    for _ in range(300):
        with sqlite3.connect(f"file:{riverd.folder}/state/riverd.db?mode=ro", uri=True) as conn:
            row = conn.execute("select token, secret from subscriptions where source_id = 1").fetchone()
        if row and riverd.get("/feed.xml").count(b"<item>") == 60:
            token, secret = row
            break
        time.sleep(0.1)
    before, problems, sent, statuses = riverd.get("/feed.xml"), [], 0, {}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not problems:
        asked = request(chosen, token, secret)
        sent += 1
        try:
            with socket.create_connection(("127.0.0.1", riverd.port), 5) as client:
                client.settimeout(0.3)
                client.sendall(asked)
                answer = client.recv(65536)
        except OSError:
            answer = b""
        if answer:
            status = answer[9:12].decode(errors="replace")
            statuses[status] = statuses.get(status, 0) + 1
            if not answer.startswith(b"HTTP/1.") or not status.isdigit() or (status >= "500" and status not in ("503", "505")):
                problems.append(f"{asked!r} was answered with {answer[:200]!r}")
        if riverd.process.poll() is not None:
            problems.append(f"riverd ended with {riverd.process.returncode} after {asked!r}")
    if riverd.get("/feed.xml") != before:
        problems.append("the river changed")
    if (code := riverd.stop()) != 0:
        problems.append(f"the stop ended with {code}")
    if "panicked" in riverd.said():
        problems.append(riverd.said()[-600:])
    print(f"{sent} requests, answered with {dict(sorted(statuses.items()))}: {problems or 'no problem'}")
    return problems


def break_value(chosen, path):
    """Replaces one value of the database, and returns which and by what."""
    with sqlite3.connect(path) as conn:
        tables = [name for (name,) in conn.execute("select name from sqlite_master where type = 'table' and sql not like '%virtual%' and name not like 'sqlite%'")]
        table = chosen.choice([name for name in tables if conn.execute(f"select 1 from {name}").fetchone()])
        column = chosen.choice([row[1] for row in conn.execute(f"pragma table_info({table})")])
        key = "rowid" if conn.execute("select sql from sqlite_master where name = ?", (table,)).fetchone()[0].lower().find("without rowid") < 0 else column
        at, value = conn.execute(f"select {key}, {column} from {table} order by random() limit 1").fetchone()
        if isinstance(value, bytes):
            new = mutated(chosen, value)
        elif isinstance(value, str):
            text = mutated(chosen, value.encode(errors="surrogateescape"))
            new = text.decode(errors="replace") if chosen.random() < 0.7 else text
        elif value is None:
            new = chosen.choice([b"\xff", "text", -1, 2**62])
        else:
            new = chosen.choice([-1, 0, 2**62, -(2**63), 1.5, value + 1, "text", b"\xff\x00"])
        conn.execute("pragma foreign_keys = off")
        try:
            conn.execute(f"update {table} set {column} = cast(? as text) where {key} is ?" if isinstance(new, bytes) and isinstance(value, str)
                         else f"update {table} set {column} = ? where {key} is ?", (new, at))
        except sqlite3.Error:
            pass  # A constraint forbids the value.
    conn.close()
    return f"{table}.{column} of {at!r}: {value!r} became {new!r}"[:400]


def fuzz_values(riverd, chosen, seconds):
    state, whole = riverd.folder / "state", riverd.folder / "whole"
    shutil.copytree(state, whole)
    ends, problems, codes, rounds = time.monotonic() + seconds, [], {}, 0
    while time.monotonic() < ends:
        shutil.rmtree(state)
        shutil.copytree(whole, state)
        broken = [break_value(chosen, state / "riverd.db") for _ in range(chosen.choice([1, 1, 3]))]
        rounds += 1
        for arguments in chosen.sample(VERBS, 3) + [None]:
            if arguments:
                try:
                    ran = subprocess.run(riverd.command(*arguments), capture_output=True, timeout=60)
                    code, said = ran.returncode, (ran.stdout + ran.stderr).decode(errors="replace")
                except subprocess.TimeoutExpired:
                    code, said = None, ""
            else:
                riverd.start()
                for path in PATHS:
                    riverd.get(path.format(token="x"))
                code, said = riverd.stop(), riverd.said()
            codes[code] = codes.get(code, 0) + 1
            if code not in (0, 1, 2, 78) or "panicked" in said or "crashed" in said:
                problems.append(f"{arguments or 'run'} ended with {code} after {broken}: {said[-500:]}")
                print("FAIL", problems[-1], flush=True)
    print(f"{rounds} databases with broken values, exit codes {codes}: {len(problems)} problems")
    return problems


def main():
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**32)
    print(f"seed {seed}")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as made:
        riverd = Riverd(os.path.abspath(sys.argv[1]), pathlib.Path(made), server.server_address[1])
        chosen = random.Random(seed)
        problems = fuzz_requests(riverd, chosen, seconds) + fuzz_values(riverd, chosen, seconds)
    sys.exit(1 if problems else 0)


main()
