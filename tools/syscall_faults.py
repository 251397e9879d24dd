#!/usr/bin/env python3
"""Lets the Nth call of each system call fail, for each N, while riverd works, and checks what is left (needs strace).

    python3 tools/syscall_faults.py BINARY [SECONDS]

riverd polls four sources on loopback, whose documents have a new entry and a new ETag at each request. It creates its database,
polls, upgrades an old database, edits feeds.toml, backs up, restores, and runs as a daemon that publishes, reloads and stops.
In each round one system call of one thread fails, or is its last before a kill. After each round the database must be
whole and hold each entry up to the stored ETag once, feeds.toml must be whole, no panic may be printed, and riverd must end in
time. Then the same work must succeed without a fault, and all entries must be there. The first rounds of each kind fail the calls
1, 2, 3 …, later ones leave some out. With SECONDS, kinds are tried in random order until the time is over.
"""

import collections
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
import urllib.request
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES, LISTED, ENDS_WITHIN_S = 4, 30, 60
OLD_SCHEMA = 11
FILES = ["openat", "read", "pread64", "write", "pwrite64", "fdatasync", "ftruncate", "rename", "unlink", "fcntl", "newfstatat", "statx",
         "mkdir", "getdents64", "lseek", "fchmod", "flock"]
OTHERS = [("mmap", "ENOMEM"), ("clone3", "EAGAIN"), ("socket", "EMFILE"), ("connect", "ENETUNREACH"), ("bind", "EADDRINUSE"), ("accept4", "EMFILE"),
          ("sendto", "EPIPE"), ("recvfrom", "ECONNRESET"), ("writev", "ECONNRESET"), ("epoll_ctl", "ENOMEM"), ("eventfd2", "EMFILE"),
          ("getrandom", "ENOSYS"), ("setsockopt", "EINVAL"), ("listen", "EADDRINUSE")]
FAULTS = [f"{name}:error=EIO" for name in FILES] + [f"{name}:error={error}" for name, error in OTHERS] + [
    "write:error=ENOSPC", "pwrite64:error=ENOSPC", "openat:error=EMFILE", "openat:error=EACCES", "openat:error=EROFS", "fcntl:error=ENOLCK",
] + [f"{name}:signal=SIGKILL" for name in ("pwrite64", "fdatasync", "ftruncate", "rename", "unlink", "openat")]


class Publisher:
    """Serves growing documents."""

    def __init__(self):
        self.asked = collections.Counter()
        publisher = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                source = self.path.strip("/")
                publisher.asked[source] += 1
                newest = LISTED + publisher.asked[source]
                items = "".join(
                    f"<item><guid isPermaLink='false'>{n}</guid><title>Entry {n}</title><link>https://s{source}.example/{n}</link>"
                    f"<description>{n}: {'words of a text ' * 40}</description></item>"
                    for n in range(newest, newest - LISTED, -1)
                )
                body = f"<rss version='2.0'><channel><title>Source {source}</title>{items}</channel></rss>".encode()
                try:
                    self.send_response(200)
                    self.send_header("ETag", f'"{newest}"')
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # riverd was killed.

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        server.daemon_threads = True
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Rig:
    """A folder with feeds.toml and a state directory, in which riverd works."""

    def __init__(self, binary, folder, publisher):
        self.binary, self.folder, self.state, self.publisher = binary, folder, folder / "state", publisher
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.config = folder / "feeds.toml"
        self.text = f'[server]\nlisten = ["127.0.0.1:{self.port}"]\n[dedup]\nnear_duplicates = "off"\n' + "".join(
            f'[[source]]\nname = "s{n}"\nurl = "http://127.0.0.1:{publisher.port}/{n}"\n' for n in range(SOURCES)
        )

    def command(self, *arguments):
        return [self.binary, "--config", str(self.config), "--state-dir", str(self.state), *arguments]

    def prepare(self, base):
        """Makes the folder as it was before each round."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.config.write_text(self.text)
        if base is not None:
            shutil.copytree(base, self.state)

    def run(self, arguments, fault=None):
        """Runs a verb. Returns its exit code, what it wrote, and whether the fault happened."""
        trace = self.folder / "trace"
        prefix = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={fault.split(':')[0]}", "-e", f"inject={fault}"] if fault else []
        said = self.folder / "said"
        with open(said, "w") as file:
            child = subprocess.Popen(prefix + self.command(*arguments), stdout=file, stderr=file, start_new_session=True)
            code = end_of(child)
        return code, said.read_text(errors="replace"), bool(fault) and happened(trace, fault)

    def run_daemon(self, fault=None):
        """Runs the daemon: polls, publishes, reloads and stops. Returns the same as `run`."""
        trace, log = self.folder / "trace", self.folder / "log"
        prefix = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={fault.split(':')[0]}", "-e", f"inject={fault}"] if fault else []
        problems = []
        with open(log, "w") as file:
            child = subprocess.Popen(prefix + self.command("run"), stdout=file, stderr=file, start_new_session=True)
            pid = daemon_pid(child, os.path.basename(self.binary)) if fault else child.pid
            for step in range(3):
                deadline = time.monotonic() + 3
                while child.poll() is None and time.monotonic() < deadline:
                    answer = self.river()
                    if answer is not None:
                        problems += well_formed(answer)
                        if answer.count(b"<item>") >= SOURCES * LISTED or step:
                            break
                    time.sleep(0.05)
                if step == 0:
                    self.config.write_text(self.text.replace("[dedup]", '[river]\ntitle = "Edited"\n[dedup]'))
                    signal_if_alive(pid, signal.SIGHUP)
            signal_if_alive(pid, signal.SIGTERM)
            code = end_of(child)
        said = log.read_text(errors="replace")
        return code, said + "".join(f"panicked: {problem}" for problem in problems), bool(fault) and happened(trace, fault)

    def river(self):
        """Returns the feed of the daemon, or nothing if it does not answer with one."""
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/feed.xml", timeout=5).read()
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def problems(self):
        """Returns what is wrong with the database and feeds.toml."""
        if self.config.read_text() not in self.allowed_configs():
            yield f"feeds.toml is not whole: {self.config.read_text()!r}"
        path = self.state / "riverd.db"
        if not path.exists():
            return
        with sqlite3.connect(path) as conn:
            if (state := conn.execute("pragma integrity_check").fetchone()[0]) != "ok":
                yield f"the database is damaged: {state}"
            if conn.execute("pragma foreign_key_check").fetchone():
                yield "a foreign key leads nowhere"
            if conn.execute("select count(*) from sqlite_master where name = 'entries'").fetchone()[0] == 0:
                return
            for name, etag in conn.execute("select name, etag from sources").fetchall():
                query = "select entries.title from entries join sources on sources.id = source_id where name = ?"
                stored = [int(title.rsplit(" ", 1)[1]) for (title,) in conn.execute(query, (name,))]
                if len(stored) != len(set(stored)):
                    yield f"{name} has an entry twice"
                newest = int(etag.decode().strip('"')) if etag else 0
                if lost := set(range(max(newest - LISTED, 0) + 1, newest + 1)) - set(stored):
                    yield f"{name}: the ETag {newest} hides {sorted(lost)[:5]}"

    def allowed_configs(self):
        added = f'\n[[source]]\nname = "more"\nurl = "http://127.0.0.1:{self.publisher.port}/{SOURCES}"\n'
        edited = self.text.replace("[dedup]", '[river]\ntitle = "Edited"\n[dedup]')
        without = self.text.replace(f'[[source]]\nname = "s0"\nurl = "http://127.0.0.1:{self.publisher.port}/0"\n', "")
        return {self.text, self.text + added, edited, without}


def happened(trace, fault):
    return trace.exists() and ("(INJECTED)" in (text := trace.read_text(errors="replace")) or ("SIGKILL" in fault and "killed by SIGKILL" in text))


def end_of(child):
    """Waits until a process ends, and returns its exit code, or nothing if it did not end in time. Then its whole session is killed."""
    try:
        return child.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None


def daemon_pid(strace, name):
    """Returns the process that strace runs. strace tries other children first, so this waits for the one with this name."""
    children = pathlib.Path(f"/proc/{strace.pid}/task/{strace.pid}/children")
    for _ in range(500):
        try:
            for child in children.read_text().split():
                if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == name[:15]:
                    return int(child)
        except OSError:
            pass
        if strace.poll() is not None:
            break
        time.sleep(0.01)
    return None


def signal_if_alive(pid, number):
    try:
        if pid is not None:
            os.kill(pid, number)
    except ProcessLookupError:
        pass


def well_formed(feed):
    try:
        xml.etree.ElementTree.fromstring(feed)
        return []
    except xml.etree.ElementTree.ParseError as error:
        return [f"the river is not well-formed: {error}"]


def make_bases(rig, folder):
    """Returns the state directories that the activities begin with: one with articles, one with an old schema, and a backup."""
    filled, old, backup = folder / "filled", folder / "old", folder / "backup.db"
    rig.prepare(None)
    for arguments in (["poll", "--all"], ["poll", "--all"], ["backup", str(backup)]):
        code, said, _ = rig.run(arguments)
        if code != 0:
            sys.exit(f"riverd {arguments[0]} fails without a fault: {said}")
    shutil.copytree(rig.state, filled)
    old.mkdir()
    with sqlite3.connect(old / "riverd.db") as conn:
        for number in range(1, OLD_SCHEMA + 1):
            conn.executescript(next((ROOT / "migrations").glob(f"{number:04}_*.sql")).read_text())
        conn.execute(f"pragma user_version = {OLD_SCHEMA}")
    conn.close()
    return filled, old, backup


def main():
    binary = os.path.abspath(sys.argv[1])
    ends = time.monotonic() + float(sys.argv[2]) if len(sys.argv) > 2 else float("inf")
    with tempfile.TemporaryDirectory() as made:
        folder, publisher = pathlib.Path(made), Publisher()
        rig = Rig(binary, folder / "rig", publisher)
        filled, old, backup = make_bases(rig, folder)
        copy = str(folder / "rig" / "copy.db")
        activities = {
            "create": (None, ["poll", "--all"]),
            "poll": (filled, ["poll", "--all"]),
            "upgrade": (old, ["poll", "--all"]),
            "edit": (filled, ["remove", "s0"]),
            "backup": (filled, ["backup", copy]),
            "restore": (filled, ["restore", str(backup)]),
            "daemon": (filled, None),
        }
        kinds = [(activity, fault) for activity in activities for fault in FAULTS]
        random.shuffle(kinds)
        rounds, broken, codes = collections.Counter(), [], collections.Counter()
        for activity, fault in kinds:
            number = 1
            while time.monotonic() < ends:
                base, arguments = activities[activity]
                rig.prepare(base)
                injected = f"{fault}:when={number}"
                code, said, did = rig.run(arguments, injected) if arguments else rig.run_daemon(injected)
                if not did:
                    break
                rounds[activity] += 1
                codes[code] += 1
                found = list(rig.problems())
                if code is None:
                    found.append("riverd did not end")
                if "panicked" in said:
                    found.append("a panic: " + said[max(said.find("panicked") - 100, 0):][:400])
                if activity == "backup" and pathlib.Path(copy).exists() and code == 0:
                    with sqlite3.connect(copy) as conn:
                        found += [] if conn.execute("pragma integrity_check").fetchone()[0] == "ok" else ["the backup is damaged"]
                code, said, _ = rig.run(["poll", "--all"])
                if code != 0:
                    found.append(f"afterwards a poll ends with {code}: {said[-300:]}")
                found += list(rig.problems())
                if found:
                    broken.append((activity, injected, found))
                    print(f"FAIL {activity}, {injected}: {found}", flush=True)
                number += 1 + number // 8
        print(f"{sum(rounds.values())} faults ({dict(sorted(rounds.items()))}), {len(broken)} broke a promise; "
              f"exit codes {dict(sorted(codes.items(), key=str))}")
        sys.exit(1 if broken else 0)


main()
