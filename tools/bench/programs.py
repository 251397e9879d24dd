"""riverd, the floor and the publisher of the feeds: how they are started, and what they use."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")
LISTEN = "127.0.0.1:18479"


def measure(command, log, expected=0):
    """Runs a command that ends with a code. Returns its wall time, CPU time (in seconds) and largest resident size (in MB)."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        log.flush()
        sys.exit(f"{command[0]} ended with {process.returncode}; see {log.name}")
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def cpu_seconds(pid):
    """Returns the CPU time that a running process has used."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid, kind):
    """Returns a figure of /proc/PID/status in MB, such as RssAnon or VmHWM."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(re.search(rf"{kind}:\s+(\d+)", status.read())[1]) / 1024


def database_size(folder):
    """Returns the size of the databases in a folder and their logs in MB."""
    names = [name for name in os.listdir(folder) if ".db" in name]
    return sum(os.path.getsize(os.path.join(folder, name)) for name in names) / 1e6


@contextlib.contextmanager
def publisher(options, feeds, work, items=None):
    """Serves synthetic feeds, and gives their addresses."""
    listed = os.path.join(work, f"addresses-{feeds}-{items}")
    with contextlib.suppress(FileNotFoundError):
        os.remove(listed)
    command = [options.floor, "publish", str(options.port), str(feeds), listed]
    process = subprocess.Popen(command + ([str(items)] if items else []))
    try:
        while not os.path.exists(listed):
            if process.poll() is not None:
                sys.exit("the publisher of the feeds ended")
            time.sleep(0.2)
        with open(listed, encoding="utf-8") as addresses:
            yield addresses.read().split()
    finally:
        process.terminate()
        process.wait()


def prepare(folder, addresses):
    """Writes the addresses for the floor, and a feeds.toml that asks 64 sources at once and does not spare their hosts."""
    os.makedirs(os.path.join(folder, "state"))
    with open(os.path.join(folder, "addresses"), "w", encoding="utf-8") as listed:
        listed.writelines(f"{address}\n" for address in addresses)
    with open(os.path.join(folder, "feeds.toml"), "w", encoding="utf-8") as config:
        config.write(f'[river]\narticles = 200\n[server]\nlisten = ["{LISTEN}"]\n[polling]\n')
        config.write('concurrency = 64\nper_host = 64\nper_host_gap = "0s"\n')
        for number, address in enumerate(addresses):
            config.write(f'[[source]]\nname = "s{number}"\nurl = "{address}"\n')


def floor(options, folder):
    """The command of the floor."""
    return [options.floor, "poll", os.path.join(folder, "addresses"), os.path.join(folder, "floor.db")]


def riverd(options, folder, *verb):
    """The command of a verb of riverd."""
    config, state = (os.path.join(folder, name) for name in ("feeds.toml", "state"))
    return [options.riverd, "--log-level", "error", "--config", config, "--state-dir", state, *verb]


def poll(options, folder):
    """The command with which riverd asks every source once."""
    return riverd(options, folder, "poll", "--all", "--json")


@contextlib.contextmanager
def daemon(options, folder):
    """Runs riverd as a service manager would. Gives the process and the seconds until it was ready."""
    notify = os.path.join(folder, "notify")
    with contextlib.suppress(FileNotFoundError):
        os.remove(notify)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as messages:
        messages.bind(notify)
        messages.settimeout(120)
        started = time.monotonic()
        process = subprocess.Popen(riverd(options, folder, "run"), env={**os.environ, "NOTIFY_SOCKET": notify})
        try:
            while b"READY=1" not in messages.recv(4096):
                pass
            yield process, time.monotonic() - started
        finally:
            process.terminate()
            process.wait()
