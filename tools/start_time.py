#!/usr/bin/env python3
"""Measures how long riverd takes from its start until READY=1, with many sources and articles (`make start-time`).

    python3 tools/start_time.py [--binary BINARY] [--sources 1000] [--articles 100000] [--starts 9] [--state FOLDER]

The state is made by `riverd poll` from files, and published by a first start, which is measured on its own. `--state` keeps
it in a folder, and uses what an earlier run left there. At the moment of READY the river is asked for: it must be served.
"""

import argparse
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools/bench"))
import programs  # noqa: E402
DAYS = 300
"""Over how many days the articles are spread: fewer than `retention.keep`, so that maintenance deletes none."""
SHOWN_WORDS = 90


def feed(number, articles, words, chance, now):
    """Returns a feed whose articles share no more words with others than chance wants."""
    items = []
    for item in range(articles):
        text = " ".join(chance.choices(words, k=SHOWN_WORDS))
        published = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(now - chance.randrange(DAYS * 86400)))
        link = f"https://s{number}.example/{item}"
        items.append(f"<item><guid>{link}</guid><link>{link}</link><title>{' '.join(chance.choices(words, k=8))}</title>"
                     f"<pubDate>{published}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>")
    head = f'<rss version="2.0"><channel><title>Source {number}</title><link>https://s{number}.example/</link><description>d</description>'
    return head + "".join(items) + "</channel></rss>"


def write_feeds(folder, sources, articles):
    """Writes so many feeds as files, and a feeds.toml that names them."""
    chance, now = random.Random(15), time.time()
    words = ["".join(chance.choices("abcdefghiklmnoprstu", k=chance.randrange(3, 10))) for _ in range(20_000)]
    feeds = folder / "feeds"
    feeds.mkdir(parents=True)
    lines = [f'[server]\nlisten = ["{programs.LISTEN}"]\n[polling]\nevery = "1d"\nadaptive = false\n']
    for number in range(sources):
        share = articles // sources + (number < articles % sources)
        (feeds / f"s{number}.xml").write_text(feed(number, share, words, chance, now))
        lines.append(f'[[source]]\nname = "s{number}"\nurl = "file:feeds/s{number}.xml"\n')
    (folder / "feeds.toml").write_text("".join(lines))


def make_state(options, folder):
    """Makes a database of so many sources and articles in the folder, unless an earlier run made it. Returns its size in bytes."""
    if not (folder / "state/riverd.db").exists():
        write_feeds(folder, options.sources, options.articles)
        subprocess.run(programs.riverd(options, folder, "poll", "--all"), check=True, stdout=subprocess.DEVNULL)
    return (folder / "state/riverd.db").stat().st_size


def start(options, folder):
    """Starts the daemon, waits for READY, asks for the river, and stops it. Returns (ms until READY, ms of CPU until then)."""
    with programs.daemon(options, folder) as (process, ready):
        cpu = programs.cpu_seconds(process.pid)
        with urllib.request.urlopen(f"http://{programs.LISTEN}/feed.xml", timeout=1) as river:
            if river.read().count(b"<item>") == 0:
                sys.exit("READY came before there was a river")
    return ready * 1000, cpu * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", dest="riverd", default=ROOT / "target/release/riverd", type=pathlib.Path)
    parser.add_argument("--sources", default=1000, type=int)
    parser.add_argument("--articles", default=100_000, type=int)
    parser.add_argument("--starts", default=9, type=int)
    parser.add_argument("--state", type=pathlib.Path)
    options = parser.parse_args()
    folder = options.state or pathlib.Path(tempfile.mkdtemp(prefix="riverd-start-"))
    try:
        size = make_state(options, folder)
        print(f"{options.sources} sources, {options.articles} articles, a database of {size / 1e6:.0f} MB", flush=True)
        first, *others = [start(options, folder) for _ in range(1 + options.starts)]
        print(f"the first start after the polls: {first[0]:.0f} ms until READY, {first[1]:.0f} ms of CPU")
        until_ready, of_cpu = zip(*others)
        print(f"the next {options.starts}: {min(until_ready):.0f} to {max(until_ready):.0f} ms until READY, "
              f"median {statistics.median(until_ready):.0f} ms, {statistics.median(of_cpu):.0f} ms of CPU")
    finally:
        if not options.state:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
