"""Runs many sources as a river of rivers, and measures what a subscriber of the whole sees.

    python3 tools/rivers.py BINARY [SOURCES_OF_EACH [ROUNDS]]

Four riverd on loopback poll SOURCES_OF_EACH sources each (default 2 500), and a fifth one subscribes to their four rivers.
Every minute some sources publish forty stories; every fourth story comes in a source of each of the four. The river of
rivers must show each story once. Prints the delay from the publication to the river of rivers, and the bytes that the
fifth one received. All intervals are one minute, so that the run is short.
"""

import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

LEAVES = 4
STORIES_A_ROUND = 40
WORDS = "tide boat pilot harbour crane rope mast deck sail anchor chart buoy light storm quay crew cargo engine hull port".split()


class Stories:
    """The documents of all sources: three old entries each, and the stories that were published since."""

    def __init__(self):
        self.of_source = {}
        self.published_at = {}

    def publish(self, number, sources):
        chosen = random.Random(number)
        text = " ".join(f"{chosen.choice(WORDS)}{chosen.randrange(1000)}" for _ in range(60))
        item = f"<item><guid>story-{number}</guid><title>Story {number}: {text[:40]}</title><link>http://news.example/{number}</link><description>{text}</description></item>"
        for source in sources:
            self.of_source.setdefault(source, []).append(item)
        self.published_at[number] = time.monotonic()

    def document(self, source):
        old = "".join(
            f"<item><guid>{source}-{n}</guid><title>Old {n} of {source}</title><link>http://old.example/{source}/{n}</link>"
            f"<pubDate>Thu, 0{n + 1} Jan 2026 00:00:00 +0000</pubDate><description>{source} {n} {source * 7 + n}</description></item>"
            for n in range(3)
        )
        new = "".join(reversed(self.of_source.get(source, [])))
        return f"<rss version='2.0'><channel><title>Source {source}</title><link>http://s{source}.example/</link>{new}{old}</channel></rss>".encode()


async def serve_documents(stories, reader, writer):
    try:
        while line := await reader.readline():
            path = line.split()[1]
            while (header := await reader.readline()) not in (b"\r\n", b""):
                pass
            body = stories.document(int(path[1:]))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
    except (ConnectionError, ValueError, IndexError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


def counting_proxy(port, counted):
    """Returns a connection handler that passes bytes on to a port and counts those that come back."""

    async def handle(reader, writer):
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)

        async def copy(source, target, is_answer):
            while data := await source.read(65536):
                if is_answer:
                    counted.append(len(data))
                target.write(data)
                await target.drain()
            target.close()

        both = asyncio.gather(copy(reader, upstream_writer, False), copy(upstream_reader, writer, True), return_exceptions=True)
        try:
            await both
        except asyncio.CancelledError:
            writer.close()

    return handle


class Riverd:
    """A running riverd."""

    def __init__(self, binary, folder, name, sources):
        self.log = folder / f"{name}.log"
        config = folder / f"{name}.toml"
        settings = '[river]\narticles = 500\n[server]\nlisten = ["127.0.0.1:0"]\n[polling]\nevery = "1m"\nmin_every = "1m"\nadaptive = false\n'
        config.write_text(settings + "".join(f'[[source]]\nname = "{key}"\nurl = "{url}"\n' for key, url in sources))
        self.process = subprocess.Popen(
            [binary, "run", "--config", config, "--state-dir", folder / name], stderr=open(self.log, "w")
        )

    async def port(self):
        while True:
            for line in self.log.read_text().splitlines():
                if "serving the river" in line:
                    return int(line.split("url=http://127.0.0.1:")[1].split("/")[0])
            await asyncio.sleep(0.1)

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self):
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def fetch_titles(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/feed.json") as answer:
        return [item.get("title", "") for item in json.load(answer)["items"]]


async def polled_all(port, count):
    """Waits until this many sources were polled."""
    while True:
        metrics = await asyncio.to_thread(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode())
        polls = sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith("riverd_polls_total{"))
        if polls >= count:
            return
        await asyncio.sleep(1)


async def run(binary, each, rounds, folder):
    stories, counted, seen, twice = Stories(), [], {}, 0
    publisher = await asyncio.start_server(lambda r, w: serve_documents(stories, r, w), "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{publisher.sockets[0].getsockname()[1]}"
    leaves = []
    for leaf in range(LEAVES):
        numbers = range(leaf * each, (leaf + 1) * each)
        leaves.append(Riverd(binary, folder, f"leaf{leaf}", [(f"s{n}", f"{origin}/{n}") for n in numbers]))
    ports = [await leaf.port() for leaf in leaves]
    begin = time.monotonic()
    await asyncio.gather(*(polled_all(port, each) for port in ports))
    print(f"first polls of {LEAVES} times {each} sources took {time.monotonic() - begin:.0f} s", flush=True)
    rivers = []
    for number, port in enumerate(ports):
        proxy = await asyncio.start_server(counting_proxy(port, counted), "127.0.0.1", 0)
        rivers.append((f"leaf{number}", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}/atom.xml"))
    top = Riverd(binary, folder, "top", rivers)
    top_port = await top.port()
    await polled_all(top_port, LEAVES)
    first_bytes, number = sum(counted), 0
    end = time.monotonic() + 60 * (rounds + 5)
    next_round, left = time.monotonic(), rounds
    while time.monotonic() < end and (left or len(seen) < number):
        if left and time.monotonic() >= next_round:
            left, next_round = left - 1, next_round + 60
            for _ in range(STORIES_A_ROUND):
                homes = range(LEAVES) if number % 4 == 0 else [number % LEAVES]
                stories.publish(number, [home * each + random.Random(number).randrange(each) for home in homes])
                number += 1
        titles = [title for title in await asyncio.to_thread(fetch_titles, top_port) if title.startswith("Story ")]
        numbers = [int(title.split(":")[0].split()[1]) for title in titles]
        twice = max(twice, len(numbers) - len(set(numbers)))
        for found in numbers:
            seen.setdefault(found, time.monotonic() - stories.published_at[found])
        await asyncio.sleep(1)
    delays = sorted(seen.values()) or [0]
    print(f"stories: {number} published, {len(seen)} seen, {twice} twice")
    print(f"delay: median {statistics.median(delays):.0f} s, longest {delays[-1]:.0f} s")
    print(f"bytes to the river of rivers: {first_bytes / 1e6:.1f} MB at first, {(sum(counted) - first_bytes) / max(1, rounds) / 1e3:.0f} kB a minute")
    for name, riverd in [*((f"leaf {n}", leaf) for n, leaf in enumerate(leaves)), ("top", top)]:
        print(f"{name}: {riverd.cpu_seconds():.1f} CPU s, at most {riverd.resident_mb():.0f} MB")
        riverd.process.send_signal(signal.SIGTERM)
    for riverd in [*leaves, top]:
        riverd.process.wait(20)
    return len(seen) == number and twice == 0


def main():
    binary = os.path.abspath(sys.argv[1])
    each, rounds = (int(sys.argv[2]) if len(sys.argv) > 2 else 2500), (int(sys.argv[3]) if len(sys.argv) > 3 else 5)
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if asyncio.run(run(binary, each, rounds, Path(folder))) else 1)


if __name__ == "__main__":
    main()
