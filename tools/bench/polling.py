"""What polling costs beside the floor: synthetic feeds, captured feeds, failing feeds, and very many feeds."""

import functools
import http.server
import multiprocessing
import os
import shutil
import statistics
import time
import urllib.parse
import urllib.request

import programs

PHASES = ("all new", "nothing changed", "5 % changed")
# The timeout of feeds.toml that the failing feeds are polled with, in seconds.
TIMEOUT = 10


def fresh(work, addresses):
    """Returns a new folder for a run with these addresses."""
    folder = os.path.join(work, "run")
    shutil.rmtree(folder, ignore_errors=True)
    programs.prepare(folder, addresses)
    return folder


def in_turns(options, folder, log, figures, phase):
    """Runs the floor and riverd, and notes what they used: (wall, CPU, memory, database)."""
    for program, command, where in (
        ("floor", programs.floor(options, folder), folder),
        ("riverd", programs.poll(options, folder), os.path.join(folder, "state")),
    ):
        used = programs.measure(command, log)
        figures.setdefault((program, phase), []).append((*used, programs.database_size(where)))
        time.sleep(1)


def table(title, figures, phases):
    """Prints the medians, a line for each phase."""
    for phase in phases:
        (floor_wall, floor_cpu, floor_memory, floor_size), (wall, cpu, memory, size) = (
            [statistics.median(column) for column in zip(*figures[program, phase])] for program in ("floor", "riverd")
        )
        print(
            f"| {title} | {phase} | {floor_cpu:.2f} ({floor_wall:.2f}) | {cpu:.2f} ({wall:.2f}) "
            f"| {cpu / floor_cpu:.1f} | {memory:.0f} (floor {floor_memory:.0f}) "
            f"| {size:.0f} (floor {floor_size:.0f}) |",
            flush=True,
        )


def synthetic(options, work, log):
    """First everything is new, then nothing has changed, then one feed in twenty has two new items."""
    for feeds in map(int, options.feeds.split(",")):
        figures = {}
        with programs.publisher(options, feeds, work) as addresses:
            for _ in range(options.repeat):
                folder = fresh(work, addresses)
                for phase in PHASES:
                    if phase == "5 % changed":
                        urllib.request.urlopen(f"http://127.0.0.1:{options.port}/change").close()
                    in_turns(options, folder, log, figures, phase)
        table(feeds, figures, PHASES)


class CapturedFeeds(http.server.SimpleHTTPRequestHandler):
    """Serves files, and keeps connections open."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing."""


def serve_files(directory, port):
    """Serves the files of a directory for ever, and sends its port."""
    handler = functools.partial(CapturedFeeds, directory=directory)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    port.send(server.server_port)
    server.serve_forever()


def captured(options, work, log):
    """The first poll of captured feeds."""
    names = sorted(name for name in os.listdir(options.captured) if not name.endswith(".tsv"))
    port, child = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve_files, args=(options.captured, child), daemon=True)
    server.start()
    origin = f"http://127.0.0.1:{port.recv()}"
    addresses = [f"{origin}/{urllib.parse.quote(name)}" for name in names]
    figures = {}
    for _ in range(options.repeat):
        in_turns(options, fresh(work, addresses), log, figures, "captured feeds, all new")
    server.terminate()
    table(len(names), figures, ["captured feeds, all new"])


def failing(options, work, log):
    """The first poll of 200 feeds of which twelve in a hundred fail and five in a hundred are slow."""
    used = []
    with programs.publisher(options, 200, work) as addresses:
        for _ in range(options.repeat):
            folder = fresh(work, [address.replace("/feed/", "/faulty/") for address in addresses])
            config = os.path.join(folder, "feeds.toml")
            with open(config, encoding="utf-8") as file:
                text = file.read()
            with open(config, "w", encoding="utf-8") as file:
                file.write(text.replace("[polling]\n", f'[polling]\ntimeout = "{TIMEOUT}s"\n'))
            used.append(programs.measure(programs.poll(options, folder), log, expected=1))
    wall, cpu, memory = (statistics.median(column) for column in zip(*used))
    print(
        f"200 feeds, 12 % failing, 5 % slow: {wall - TIMEOUT:.1f} s beyond the timeout of {TIMEOUT} s, "
        f"{cpu:.2f} s of CPU, {memory:.0f} MB",
        flush=True,
    )


def many(options, work, log):
    """A first round and a quiet round of very many feeds of three items, on one core; and a daemon that has them."""
    with programs.publisher(options, options.many, work, items=3) as addresses:
        folder = fresh(work, addresses)
        one_core = ["taskset", "-c", "0"]
        for phase in ("first round", "quiet round"):
            wall, cpu, memory = programs.measure([*one_core, *programs.poll(options, folder)], log)
            print(
                f"{options.many} feeds of 3 items, {phase} on one core: {wall:.0f} s, {cpu:.1f} s of CPU "
                f"({cpu / options.many * 1000:.2f} ms a feed), {memory:.0f} MB",
                flush=True,
            )
        with programs.daemon(options, folder) as (process, ready):
            time.sleep(30)
            print(
                f"{options.many} feeds, daemon: ready after {ready:.2f} s, {programs.memory(process.pid, 'RssAnon'):.0f} MB "
                f"anonymous after 30 s, {programs.memory(process.pid, 'VmHWM'):.0f} MB at most",
                flush=True,
            )
