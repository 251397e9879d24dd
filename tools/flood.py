"""Runs riverd against a flood and prints what it did to the watchdog, the memory, /healthz and the stop.

    python3 tools/flood.py BINARY podcasts|shared|twins|hints [SECONDS]

podcasts: 64 feeds of 1 500 episodes each. shared: 32 feeds that list the same 20 000 entries. twins: 64 feeds with
20 000 near duplicates each. hints: 4 servers that send informational answers for ever. Everything is on loopback.
"""

import os
import random
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

WORDS = (
    "river feed water stone bridge quiet morning light paper engine market signal garden winter summer glass copper "
    "silver cloud forest island harbour valley mountain desert ocean planet comet theory method result answer question "
    "letter number figure colour sound music theatre story legend history science"
).split()
SOURCES = {"podcasts": 64, "shared": 32, "twins": 64, "hints": 4}
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" * 1000


def words(seed, count):
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(count))


def item(guid, title, text, more=""):
    link = f"http://x.example/{guid}"
    return f"<item><guid>{guid}</guid><title>{title}</title><link>{link}</link><description>{text}</description>{more}</item>"


def podcast(feed):
    for number in range(1500):
        seed = feed * 5000 + number
        date = f"<pubDate>Mon, 06 Sep 2021 0{number // 3600}:{number // 60 % 60:02}:{number % 60:02} +0000</pubDate>"
        audio = f"<enclosure url='http://x.example/{feed}/{number}.mp3' length='1' type='audio/mpeg'/>"
        yield item(f"p{feed}-{number}", f"Episode {number} of {feed}: {words(seed, 5)}", words(-seed, 120), date + audio)


def shared(_feed):
    for number in range(20_000):
        yield item(f"s-{number}", words(number, 6), words(-number, 30))


def twins(feed):
    base = words(1, 60).split()
    for number in range(20_000):
        chosen = random.Random(feed * 30_000 + number)
        text = list(base)
        text[chosen.randrange(60)] = chosen.choice(WORDS)
        yield item(f"t{feed}-{number}", " ".join(base[:6]), " ".join(text))


def document(kind, feed):
    entries = "".join({"podcasts": podcast, "shared": shared, "twins": twins}[kind](feed))
    return f"<rss version='2.0'><channel><title>feed {feed}</title>{entries}</channel></rss>".encode()


def publisher(kind):
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                while kind == "hints":
                    self.wfile.write(HINTS)
            except OSError:
                return  # riverd gave up.
            body = document(kind, int(self.path.strip("/")))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass  # riverd was stopped.

        def log_message(self, *_):
            pass

    class Server(socketserver.ThreadingMixIn, HTTPServer):
        daemon_threads = True
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def note_pings(path):
    notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notified.bind(path)
    pings = []

    def receive():
        while True:
            if b"WATCHDOG=1" in notified.recv(4096):
                pings.append(time.monotonic())

    threading.Thread(target=receive, daemon=True).start()
    return pings


def main():
    binary, kind = sys.argv[1:3]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
    feeds, own = publisher(kind), free_port()
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/feeds.toml", "w") as file:
            file.write(f'[server]\nlisten = ["127.0.0.1:{own}"]\n[polling]\nper_host = 64\ntimeout = "2m"\n')
            for number in range(SOURCES[kind]):
                file.write(f'[[source]]\nurl = "http://127.0.0.1:{feeds}/{number}"\n')
        pings = note_pings(f"{folder}/notify")
        environment = dict(os.environ, NOTIFY_SOCKET=f"{folder}/notify", WATCHDOG_USEC="1000000")
        command = [binary, "--config", f"{folder}/feeds.toml", "--state-dir", folder, "--log-level", "warn", "run"]
        daemon = subprocess.Popen(command, env=environment)
        began, refused, slowest, peak = time.monotonic(), 0, 0.0, 0
        while time.monotonic() - began < seconds and daemon.poll() is None:
            time.sleep(0.5)
            with open(f"/proc/{daemon.pid}/status") as status:
                peak = max(peak, int(status.read().split("VmHWM:")[1].split()[0]) // 1024)
            if time.monotonic() - began < 2:
                continue
            asked = time.monotonic()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{own}/healthz", timeout=10).read()
            except OSError:
                refused += 1
            slowest = max(slowest, time.monotonic() - asked)
        stop = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        code = daemon.wait()
        gaps = [later - earlier for earlier, later in zip(pings, pings[1:])]
        print(
            f"{kind}: {len(pings)} watchdog pings, longest gap {max(gaps, default=0):.1f} s; peak {peak} MB; "
            f"/healthz not 200 {refused} times, slowest {slowest:.2f} s; stop {time.monotonic() - stop:.2f} s (exit code {code})"
        )


if __name__ == "__main__":
    main()
