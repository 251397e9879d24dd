#!/usr/bin/env python3
"""Measures what polling costs beside a floor (`make bench`); docs/performance.md has the figures.

The floor is the least that the same work can cost: one HTTP client, feed-rs and one table (`examples/floor`). Both poll
the same synthetic feeds on loopback, in turns: first everything is new, then nothing has changed, then one feed in twenty
has two new items. CPU is the user and system time of the whole process, memory its largest resident size. The figures are
medians.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PHASES = ("all new", "nothing changed", "5 % changed")


def measure(command, log):
    """Runs a command and returns its wall time, CPU time (both in seconds) and largest resident size (in MB)."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        log.flush()
        sys.exit(f"{command[0]} ended with {process.returncode}; see {log.name}")
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_config(path, addresses):
    """Writes a feeds.toml that asks 64 sources at once and does not spare their hosts."""
    with open(path, "w", encoding="utf-8") as config:
        config.write('[server]\nlisten = ["127.0.0.1:18479"]\n[polling]\n')
        config.write('concurrency = 64\nper_host = 64\nper_host_gap = "0s"\n')
        for number, address in enumerate(addresses):
            config.write(f'[[source]]\nname = "s{number}"\nurl = "{address}"\n')


def commands(options, addresses, folder):
    """Returns the command of each program."""
    config = os.path.join(folder, "feeds.toml")
    with open(addresses, encoding="utf-8") as listed:
        write_config(config, listed.read().split())
    return {
        "floor": [options.floor, "poll", addresses, os.path.join(folder, "floor.db")],
        "riverd": [options.riverd, "--log-level", "error", "--config", config]
        + ["--state-dir", os.path.join(folder, "state"), "poll", "--all", "--json"],
    }


def database_size(program, folder):
    """Returns the size of a program's database and its log in MB."""
    where = folder if program == "floor" else os.path.join(folder, "state")
    names = [name for name in os.listdir(where) if ".db" in name]
    return sum(os.path.getsize(os.path.join(where, name)) for name in names) / 1e6


def run(options, feeds, work):
    """Measures both programs with so many feeds. Returns {(program, phase): [(wall, cpu, memory, database)]}."""
    addresses = os.path.join(work, f"addresses-{feeds}")
    publisher = subprocess.Popen([options.floor, "publish", str(options.port), str(feeds), addresses])
    figures = {}
    try:
        while not os.path.exists(addresses):
            if publisher.poll() is not None:
                sys.exit("the publisher of the feeds ended")
            time.sleep(0.2)
        with open(os.path.join(work, "errors.log"), "a", encoding="utf-8") as log:
            for _ in range(options.repeat):
                folder = os.path.join(work, "run")
                shutil.rmtree(folder, ignore_errors=True)
                os.makedirs(os.path.join(folder, "state"))
                programs = commands(options, addresses, folder)
                for phase in PHASES:
                    if phase == "5 % changed":
                        urllib.request.urlopen(f"http://127.0.0.1:{options.port}/change").close()
                    for program, command in programs.items():
                        used = measure(command, log)
                        size = database_size(program, folder)
                        figures.setdefault((program, phase), []).append((*used, size))
                        time.sleep(1)
    finally:
        publisher.terminate()
        publisher.wait()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--riverd", default=os.path.join(ROOT, "target/release/riverd"))
    parser.add_argument("--floor", default=os.path.join(ROOT, "target/release/examples/floor"))
    parser.add_argument("--feeds", default="1000", help="numbers of feeds, separated by commas")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--port", type=int, default=18480)
    options = parser.parse_args()
    print("| feeds | phase | floor: CPU s (wall) | riverd: CPU s (wall) | times the floor | memory MB | database MB |")
    print("| --: | --- | --: | --: | --: | --: | --: |")
    with tempfile.TemporaryDirectory(prefix="riverd-bench-") as work:
        for feeds in map(int, options.feeds.split(",")):
            figures = run(options, feeds, work)
            for phase in PHASES:
                median = {
                    program: [statistics.median(column) for column in zip(*figures[program, phase])]
                    for program in ("floor", "riverd")
                }
                (floor_wall, floor_cpu, floor_memory, floor_size), (wall, cpu, memory, size) = median.values()
                print(
                    f"| {feeds} | {phase} | {floor_cpu:.2f} ({floor_wall:.2f}) | {cpu:.2f} ({wall:.2f}) "
                    f"| {cpu / floor_cpu:.1f} | {memory:.0f} (floor {floor_memory:.0f}) "
                    f"| {size:.0f} (floor {floor_size:.0f}) |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
