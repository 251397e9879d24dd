"""What a daemon needs: its start, its memory, and a request for the river beside nginx."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request

import polling
import programs

NGINX = """daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log; {user}
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_timeout 65; keepalive_requests 100000000;
    open_file_cache max=100 inactive=60s; open_file_cache_valid 60s; types {{ application/rss+xml xml; }}
    gzip_static on; gzip_vary on; etag on; server {{ listen 127.0.0.1:18101 backlog=4096; root {folder}; }}
}}
"""


def settled(pid):
    """Returns the anonymous memory of a process in MB once it has done nothing for ten seconds."""
    before = -1
    while (now := programs.cpu_seconds(pid)) - before > 0.1:
        before = now
        time.sleep(10)
    return programs.memory(pid, "RssAnon")


def idle(options, work, log):
    """The start of a daemon with a thousand sources that were just polled, and its memory while nothing is due."""
    with programs.publisher(options, 1000, work) as addresses:
        folder = polling.fresh(work, addresses)
        programs.measure(programs.poll(options, folder), log)
        with programs.daemon(options, folder) as (process, _):
            settled(process.pid)  # fills the search index
        starts = []
        for _ in range(options.repeat):
            with programs.daemon(options, folder) as (process, ready):
                starts.append((ready, settled(process.pid), programs.memory(process.pid, "VmRSS")))
    ready, anonymous, resident = (statistics.median(column) for column in zip(*starts))
    print(
        f"1000 sources, 35 000 articles: ready after {ready:.2f} s, idle {anonymous:.0f} MB anonymous, {resident:.0f} MB resident",
        flush=True,
    )
    print(f"the program: {os.path.getsize(options.riverd) / 1e6:.1f} MB", flush=True)


def requests(address, header, seconds, cpu):
    """Asks for the river for some seconds. Returns requests a second and the CPU time of one in µs."""
    before = cpu()
    command = ["wrk", "-t2", "-c64", f"-d{seconds}s", "-H", header, f"http://{address}/feed.xml"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    asked = int(re.search(r"(\d+) requests in", output)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), (cpu() - before) / asked * 1e6


def etag(address):
    """Returns the validator of the river."""
    with urllib.request.urlopen(f"http://{address}/feed.xml") as answer:
        return answer.headers["ETag"]


def beside_nginx(options, work, log):
    """Requests for the river, from riverd and as a static file from nginx, in turns."""
    with programs.publisher(options, 100, work) as addresses:
        folder = polling.fresh(work, addresses)
        programs.measure(programs.poll(options, folder), log)
    with programs.daemon(options, folder) as (process, _), tempfile.TemporaryDirectory(prefix="riverd-nginx-") as files:
        os.chmod(files, 0o755)
        river = os.path.join(files, "feed.xml")
        with urllib.request.urlopen(f"http://{programs.LISTEN}/feed.xml") as answer, open(river, "wb") as file:
            shutil.copyfileobj(answer, file)
        subprocess.run(["gzip", "-6k", river], check=True)
        with open(os.path.join(files, "nginx.conf"), "w", encoding="utf-8") as config:
            config.write(NGINX.format(folder=files, user="user root;" if os.geteuid() == 0 else ""))
        nginx = subprocess.Popen(["nginx", "-c", config.name, "-p", files], stderr=log)
        try:
            time.sleep(1)
            compare(process.pid, nginx.pid, options)
        finally:
            nginx.terminate()
            nginx.wait()


def compare(riverd, nginx, options):
    """Prints a line for each kind of answer: requests a second and the CPU of a request, and their ratio."""
    with open(f"/proc/{nginx}/task/{nginx}/children", encoding="utf-8") as children:
        workers = children.read().split()
    servers = {
        "nginx": ("127.0.0.1:18101", lambda: sum(map(programs.cpu_seconds, workers))),
        "riverd": (programs.LISTEN, lambda: programs.cpu_seconds(riverd)),
    }
    print("| answer | nginx: requests a second, µs of CPU each | riverd | ratios |")
    print("| --- | --: | --: | --: |")
    for kind in ("uncompressed", "gzip", "304"):
        figures = {}
        for _ in range(options.repeat):
            for name, (address, cpu) in servers.items():
                header = {"uncompressed": "Accept: */*", "gzip": "Accept-Encoding: gzip"}.get(kind)
                used = requests(address, header or f"If-None-Match: {etag(address)}", options.seconds, cpu)
                figures.setdefault(name, []).append(used)
        (rate, cost), (our_rate, our_cost) = (
            [statistics.median(column) for column in zip(*figures[name])] for name in servers
        )
        print(
            f"| {kind} | {rate:.0f}, {cost:.1f} | {our_rate:.0f}, {our_cost:.1f} "
            f"| {our_rate / rate:.2f}, {our_cost / cost:.2f} |",
            flush=True,
        )
