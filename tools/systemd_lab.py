#!/usr/bin/env python3
"""Boots a real systemd in namespaces over an overlay of /, installs riverd there, and checks how it behaves as a service.

Needs root, overlayfs and the systemd of this machine. Nothing is written to the machine but a temporary folder and cgroups, which go
at the end. There is no network but loopback.

    tools/systemd_lab.py --binary target/release/riverd          installs the binary and the units
    tools/systemd_lab.py --deb target/debian/riverd_*.deb        installs, upgrades, removes and purges the package
    tools/systemd_lab.py --binary … --shell 'commands'           runs commands in the booted system instead
    tools/systemd_lab.py --binary … --start-state FOLDER         measures READY with the state that tools/start_time.py --state FOLDER made
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENV = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb",
       "SYSTEMD_COLORS=0", "SYSTEMD_PAGER=cat", "LANG=C.UTF-8"]

# Runs inside the new namespaces: builds /proc, /sys, /dev and /run of the new root, enters it, and becomes systemd.
BOOT = r"""
root=$1
mount -t proc -o nosuid,nodev,noexec proc $root/proc
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs $root/sys
mount -t tmpfs -o nosuid,mode=755 dev $root/dev
for node in null zero full random urandom tty; do touch $root/dev/$node; mount --bind /dev/$node $root/dev/$node; done
mkdir $root/dev/pts $root/dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts $root/dev/pts
ln -s pts/ptmx $root/dev/ptmx; ln -s /proc/self/fd $root/dev/fd
ln -s fd/0 $root/dev/stdin; ln -s fd/1 $root/dev/stdout; ln -s fd/2 $root/dev/stderr
mount -t tmpfs -o nosuid,nodev shm $root/dev/shm
mount -t tmpfs -o nosuid,nodev,mode=755 run $root/run
mount -t tmpfs -o nosuid,nodev tmp $root/tmp
mount -t tmpfs -o mode=755 cgroup $root/sys/fs/cgroup
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
else
    for name in $(ls /sys/fs/cgroup); do
        kind=cgroup; options=$name
        case $name in systemd) options=none,name=systemd;; unified) kind=cgroup2; options=nosuid;; esac
        mkdir $root/sys/fs/cgroup/$name
        mount -t $kind -o $options cgroup $root/sys/fs/cgroup/$name || rmdir $root/sys/fs/cgroup/$name
    done
fi
mkdir -p $root/.old; cd $root; pivot_root . .old; umount -l /.old; rmdir /.old
hostname riverd-lab; ip link set lo up
exec env -i container=riverd-lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-syslog,-wake_alarm \
    /lib/systemd/systemd systemd.unit=multi-user.target
"""

FEED = """<rss version="2.0"><channel><title>Lab</title><link>http://lab.example/</link><description>d</description>
<item><guid>1</guid><title>First story</title><link>http://lab.example/1</link></item></channel></rss>"""

# The feeds that the lab's publisher serves on loopback: /good answers, /hang never does.
PUBLISHER = """
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith('/hang'):
            time.sleep(3600)
        body = open('/root/feed.xml', 'rb').read()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 9000), Handler).serve_forever()
"""

# Sends requests, each on a new connection, until the file /tmp/stop exists. Prints how many succeeded and how many failed.
CLIENT = """
import http.client, os, threading
good, bad, lock = [0], {}, threading.Lock()
def work():
    while not os.path.exists('/tmp/stop'):
        try:
            connection = http.client.HTTPConnection('127.0.0.1', 8080, timeout=30)
            connection.request('GET', '/feed.xml'); status = connection.getresponse(); status.read(); connection.close()
            failure = None if status.status == 200 else status.status
        except Exception as error:
            failure = type(error).__name__
        with lock:
            if failure is None: good[0] += 1
            else: bad[failure] = bad.get(failure, 0) + 1
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print(good[0], sum(bad.values()), bad)
"""

GOOD = """[server]
access_token_file = "/etc/riverd/token"
[polling]
timeout = "1m"
[[source]]
name = "good"
url = "http://127.0.0.1:9000/good"
"""


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


class Lab:
    """A booted system."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="riverd-lab."))
        self.top = self.folder / "top"
        self.root = self.top / "root"
        self.cgroups, self.boot, self.pid = [], None, None
        self.failures = self.checks = 0

    def prepare(self):
        self.top.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "riverd-lab", self.top], check=True)
        for name in ("upper", "work", "root"):
            (self.top / name).mkdir()
        options = f"lowerdir=/,upperdir={self.top}/upper,workdir={self.top}/work"
        subprocess.run(["mount", "-t", "overlay", "riverd-lab", "-o", options, self.root], check=True)
        for link in (self.root / "etc/systemd/system/multi-user.target.wants").glob("*"):
            link.unlink()
        for unit in ("systemd-timesyncd", "systemd-firstboot", "systemd-resolved", "systemd-networkd"):
            masked = self.root / f"etc/systemd/system/{unit}.service"
            masked.unlink(missing_ok=True)
            masked.symlink_to("/dev/null")
        self.write("etc/systemd/journald.conf.d/lab.conf", "[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n")
        for name, text in (("feed.xml", FEED), ("publisher.py", PUBLISHER), ("client.py", CLIENT)):
            self.write(f"root/{name}", text)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def own_cgroups(self):
        """Makes a cgroup of the lab's own in each hierarchy, below the one of this process."""
        base = pathlib.Path("/sys/fs/cgroup")
        own = [line.strip().split(":", 2) for line in open("/proc/self/cgroup")]
        hierarchies = [base] if (base / "cgroup.controllers").exists() else sorted(path for path in base.iterdir() if path.is_dir())
        for hierarchy in hierarchies:
            if not (hierarchy / "cgroup.procs").exists():
                continue
            name = hierarchy.name
            def belongs(number, controllers):
                if hierarchy == base or name == "unified":
                    return number == "0"
                return name in controllers.split(",") or f"name={name}" in controllers
            below = next((path for number, controllers, path in own if belongs(number, controllers)), "/")
            group = hierarchy / below.strip("/") / f"riverd-lab-{os.getpid()}"
            try:
                group.mkdir()
            except OSError:
                continue
            if name == "cpuset":
                for setting in ("cpuset.cpus", "cpuset.mems"):
                    (group / setting).write_text((hierarchy / setting).read_text())
            self.cgroups.append(group)

    def start(self):
        self.own_cgroups()
        groups = list(self.cgroups)

        def enter():
            os.setsid()
            for group in groups:
                (group / "cgroup.procs").write_text(str(os.getpid()))

        unshare = ["unshare", "--mount", "--propagation", "private", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--fork",
                   "--kill-child", "bash", "-ec", BOOT, "boot", str(self.root)]
        log = open(self.folder / "boot.log", "w")
        self.boot = subprocess.Popen(unshare, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=enter)
        self.pid = self.wait_for(self.find_systemd, 20) or sys.exit(f"no systemd came up:\n{(self.folder / 'boot.log').read_text()}")
        self.wait_for(lambda: self.sh("systemctl is-system-running").stdout.strip() in ("running", "degraded"), 30)
        self.sh("systemd-run --unit=publisher python3 /root/publisher.py")

    def find_systemd(self):
        for group in self.cgroups:
            for procs in group.rglob("cgroup.procs"):
                for pid in procs.read_text().split():
                    try:
                        status = pathlib.Path(f"/proc/{pid}/status").read_text()
                    except OSError:
                        continue
                    if status.startswith("Name:\tsystemd\n") and any(
                        line.startswith("NSpid:") and line.split()[-1] == "1" for line in status.splitlines()
                    ):
                        return pid
        return None

    @staticmethod
    def wait_for(condition, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.05)
        return None

    def sh(self, command):
        return run("nsenter", "-t", self.pid, "-a", *ENV, "bash", "-c", command)

    def out(self, command):
        return self.sh(command).stdout.strip()

    def property(self, name):
        return self.out(f"systemctl show -P {name} riverd.service")

    def check(self, what, holds, detail=""):
        self.checks += 1
        self.failures += 0 if holds else 1
        print(f"{'ok  ' if holds else 'FAIL'} {what}{': ' + str(detail) if detail != '' else ''}", flush=True)

    def timed(self, command):
        begun = time.monotonic()
        return self.sh(command), time.monotonic() - begun

    def river(self, token="the-token-of-the-lab"):
        query = f"?token={token}" if token else ""
        return self.out(f"curl -s -o /dev/null -m 10 -w '%{{http_code}}' 'http://127.0.0.1:8080/feed.xml{query}'")

    def end(self):
        if self.pid:
            self.sh("systemctl poweroff")
            self.wait_for(lambda: not os.path.exists(f"/proc/{self.pid}"), 10)
        if self.boot:
            self.boot.kill()
            self.boot.wait()
        for group in self.cgroups:
            for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
                run("rmdir", folder)
            run("rmdir", group)
        run("umount", "-l", self.root)
        run("umount", "-l", self.top)
        shutil.rmtree(self.folder, ignore_errors=True)


def install_files(lab, binary):
    target = lab.root / "usr/bin/riverd"
    shutil.copy(binary, target)
    target.chmod(0o755)
    for unit in ("riverd.service", "riverd.socket"):
        lab.write(f"etc/systemd/system/{unit}", (ROOT / "systemd" / unit).read_text())


def configure(lab, text=GOOD):
    lab.write("etc/riverd/token", "the-token-of-the-lab\n")
    lab.write("etc/riverd/feeds.toml", text)


def status_text_has(lab, part, seconds=15):
    return bool(lab.wait_for(lambda: part in lab.property("StatusText"), seconds))


def check_first_start(lab):
    configure(lab, "[[source]]\nurl = 1\n")
    lab.sh("systemctl start riverd.socket")
    codes = [lab.river() for _ in range(15)]
    lab.check("a first start with a broken file answers 503 and goes on", set(codes) == {"503"}, codes[:3])
    configure(lab)
    lab.check("repairing the file is enough", bool(lab.wait_for(lambda: lab.river() == "200", 15)), lab.property("StatusText"))


def check_start(lab):
    lab.sh("systemctl stop riverd.service")
    _, seconds = lab.timed("systemctl start riverd.service")
    lab.check("start to READY", lab.property("ActiveState") == "active", f"{seconds * 1000:.0f} ms")
    lab.check("status text", "serving http://127.0.0.1:8080/" in lab.property("StatusText"), lab.property("StatusText"))
    exposure = lab.out("systemd-analyze security --no-pager riverd.service | grep Overall")
    level = float(exposure.split(":")[1].split()[0]) if ":" in exposure else 10.0
    lab.check("exposure of 1.2 or lower", level <= 1.2, exposure)
    lab.check("the unit is valid", lab.sh("systemd-analyze verify riverd.service riverd.socket").returncode == 0)


def check_verbs(lab):
    lab.wait_for(lambda: "First story" in lab.out("curl -s 'http://127.0.0.1:8080/feed.xml?token=the-token-of-the-lab'"), 30)
    state_of_root = "ls -lA --time-style=full-iso /root/.local/state /root/.local/state/riverd 2>/dev/null"
    before = lab.out(state_of_root)
    status = lab.out("cd / && riverd status good")
    lab.check("root sees the state of the service", "articles      1" in status, status[:80])
    polled = lab.sh("cd / && riverd poll good")
    lab.check("root polls through the daemon", polled.returncode == 0 and "polled 1 of 1" in polled.stdout, polled.stdout + polled.stderr)
    user = lab.sh("cd / && setpriv --reuid=65534 --regid=65534 --clear-groups riverd status")
    lab.check("a user is sent to sudo", user.returncode == 78 and "sudo riverd status" in user.stderr, user.stderr.strip())
    lab.check("no second database", lab.out(state_of_root) == before)
    backup = lab.sh("riverd backup /root/copy.db")
    lab.check("backup beside the service", backup.returncode == 0, (backup.stdout + backup.stderr).strip())


def check_configuration(lab):
    path = "/etc/riverd/feeds.toml"
    lab.check("a good reload", lab.sh("systemctl reload riverd").returncode == 0)
    lab.write("etc/riverd/feeds.toml", "[[source]]\nurl = 1\n")
    lab.check("a reload of a broken file fails", lab.sh("systemctl reload riverd").returncode != 0)
    lab.check("and says so", status_text_has(lab, "feeds.toml is broken"), lab.property("StatusText"))
    lab.sh(f": > {path}")
    lab.check("an emptied file is broken", status_text_has(lab, "is empty"), lab.property("StatusText"))
    lab.check("and the token stays required", lab.river(None) == "401" and lab.river() == "200")
    restarted = lab.sh("systemctl restart riverd")
    lab.check("a restart with it serves what is stored", restarted.returncode == 0 and lab.river() == "200" and lab.river(None) == "401")
    listed = lab.sh("riverd list")
    lab.check("list works and says so", "good" in listed.stdout and "broken" in listed.stderr, listed.stderr.strip()[:100])
    configure(lab)
    lab.check("repaired", bool(lab.wait_for(lambda: "broken" not in lab.property("StatusText"), 15)))


def check_crashes(lab):
    pid = lab.property("MainPID")
    lab.sh(f"kill -9 {pid}")
    begun = time.monotonic()
    back = lab.wait_for(lambda: lab.property("MainPID") not in (pid, "0") and lab.river() == "200", 30)
    lab.check("kill -9: serving again", bool(back), f"{time.monotonic() - begun:.1f} s")
    lab.write("etc/systemd/system/riverd.service.d/lab.conf", "[Service]\nWatchdogSec=3s\n")
    lab.sh("systemctl daemon-reload; systemctl restart riverd")
    pid = lab.property("MainPID")
    lab.sh(f"kill -STOP {pid}")
    begun = time.monotonic()
    back = lab.wait_for(lambda: lab.property("MainPID") not in (pid, "0") and lab.river() == "200", 60)
    lab.check("watchdog: a hung daemon is replaced", bool(back), f"{time.monotonic() - begun:.1f} s")
    lab.sh("rm -r /etc/systemd/system/riverd.service.d; systemctl daemon-reload; systemctl restart riverd")


def check_restarts(lab, rounds):
    configure(lab, GOOD.replace('access_token_file = "/etc/riverd/token"\n', ""))
    lab.wait_for(lambda: lab.river(None) == "200", 15)
    lab.sh("rm -f /tmp/stop; systemd-run --unit=client --property=StandardOutput=file:/tmp/client.txt python3 /root/client.py")
    begun = time.monotonic()
    for _ in range(rounds):
        lab.sh("systemctl restart riverd")
    seconds = time.monotonic() - begun
    lab.sh("touch /tmp/stop")
    lab.wait_for(lambda: lab.out("cat /tmp/client.txt"), 60)
    counts = lab.out("cat /tmp/client.txt").split(maxsplit=2)
    good = len(counts) == 3 and counts[1] == "0" and int(counts[0]) > 0
    lab.check(f"{rounds} restarts under load lose no request", good, f"{' '.join(counts)} in {seconds:.0f} s")
    configure(lab)


def check_stop(lab):
    hanging = "".join(f'[[source]]\nname = "h{n}"\nurl = "http://127.0.0.1:9000/hang{n}"\n' for n in range(20))
    configure(lab, GOOD + hanging)
    lab.wait_for(lambda: "21 sources" in lab.property("StatusText"), 15)
    time.sleep(2)
    _, seconds = lab.timed("systemctl stop riverd.service")
    lab.check("stop with hanging polls in under 2 s", seconds < 2 and lab.property("Result") == "success", f"{seconds:.2f} s")
    configure(lab)
    lab.sh("systemctl start riverd.service")


def check_journal(lab):
    lab.write("root/feed.xml", "this is no feed")
    lab.sh("riverd poll good")
    found = lab.wait_for(lambda: "good is failing" in lab.out("journalctl -o cat --no-pager SOURCE=good"), 10)
    lab.check("journalctl SOURCE=good finds the source", bool(found), lab.out("journalctl -o cat --no-pager SOURCE=good | tail -1"))
    lab.write("root/feed.xml", FEED)
    lines = lab.out("journalctl -o cat --no-pager -u riverd | grep -c -i migrat")
    lab.check("no line for each migration", lines == "0", lines)


def check_unix_socket(lab):
    lab.sh("systemctl stop riverd.socket riverd.service")
    configure(lab, GOOD.replace("[server]", '[server]\nlisten = ["unix:/run/riverd/http.sock?mode=666"]'))
    lab.sh("systemctl start riverd.service")
    as_proxy = "setpriv --reuid=65534 --regid=65534 --clear-groups curl -s -o /dev/null -w '%{http_code}' --unix-socket"
    code = lab.out(f"{as_proxy} /run/riverd/http.sock http://localhost/feed.xml")
    lab.check("another user reaches a unix socket of feeds.toml", code == "401", code)
    lab.sh("systemctl stop riverd.service")
    lab.write("etc/systemd/system/riverd.socket.d/lab.conf",
              "[Socket]\nListenStream=\nListenStream=/run/riverd.sock\nSocketMode=0660\nSocketGroup=nogroup\n")
    configure(lab)
    lab.sh("systemctl daemon-reload; systemctl start riverd.socket")
    code = lab.out(f"{as_proxy} /run/riverd.sock http://localhost/feed.xml")
    lab.check("the group of a unix socket of the unit reaches it", code == "401", code)
    lab.sh("systemctl stop riverd.socket riverd.service; rm -r /etc/systemd/system/riverd.socket.d; systemctl daemon-reload")
    lab.sh("systemctl start riverd.socket riverd.service")


def check_full_disk(lab):
    lab.sh("systemctl stop riverd.socket riverd.service; mkdir -p /mnt/small && mount -t tmpfs -o size=3M small /mnt/small"
           " && cp -a /var/lib/private/riverd/. /mnt/small/ && mount --bind /mnt/small /var/lib/private/riverd"
           "; head -c 10M /dev/zero > /mnt/small/fill 2>/dev/null; systemctl start riverd.socket")
    codes = [lab.river() for _ in range(3)]
    state = lab.property("ActiveState")
    lab.check("a full disk at the start leaves a unit that is alive", state in ("active", "activating"), f"{state} {codes}")
    lab.sh("rm /mnt/small/fill")
    back = lab.wait_for(lambda: lab.river() == "200", 40)
    lab.check("room is enough to be well again", bool(back), lab.property("StatusText"))
    lab.sh("systemctl stop riverd.socket riverd.service; umount /var/lib/private/riverd; umount /mnt/small; systemctl start riverd.socket")


def check_vanished_configuration(lab):
    configure(lab)
    lab.wait_for(lambda: lab.river() == "200", 15)
    lab.sh("rm /etc/riverd/feeds.toml")
    lab.check("a file that vanished is reported", status_text_has(lab, "there is no such file"), lab.property("StatusText"))
    listed = lab.sh("cd / && riverd list")
    lab.check("list shows the last good one", listed.returncode == 0 and "good" in listed.stdout, listed.stderr.strip()[:100])
    added = lab.sh("cd / && riverd add http://127.0.0.1:9000/other; rc=$?; ls /feeds.toml; exit $rc")
    lab.check("add begins no other file", added.returncode == 78 and not added.stdout, added.stderr.strip()[:100])
    configure(lab)
    lab.sh("chmod 600 /etc/riverd/feeds.toml")
    lab.check("a file that only root may read is reported", status_text_has(lab, "can't be read"), lab.property("StatusText"))
    checked = lab.sh("riverd check")
    lab.check("check says so", "for the running daemon" in checked.stderr, checked.stderr.strip()[:100])
    lab.sh("chmod 644 /etc/riverd/feeds.toml")
    lab.check("it may be read again", bool(lab.wait_for(lambda: "broken" not in lab.property("StatusText"), 15)))


def check_unusable_database(lab):
    """With the socket unit, each start that fails is repeated for each connection that waits."""
    state = "/var/lib/private/riverd"
    starts = lambda: int(lab.out("journalctl -u riverd --no-pager | grep -c 'Starting riverd.service'") or 0)
    stop = "systemctl stop riverd.socket riverd.service; "
    for what, spoil, mend in (
        ("damaged", f"riverd backup /root/good.db; mv {state}/riverd.db /root/; head -c 4096 /dev/urandom > {state}/riverd.db",
         "riverd restore /root/good.db"),
        ("of root", f"chown root:root {state}/riverd.db; chmod 600 {state}/riverd.db", f"chown --reference={state} {state}/riverd.db"),
    ):
        lab.sh(f"{stop}{spoil}")
        before = starts()
        lab.sh("systemctl start riverd.socket; curl -s -m 1 http://127.0.0.1:8080/feed.xml")
        answered = lab.wait_for(lambda: lab.river() == "503", 10)
        lab.check(f"a database that is {what} is answered with 503", bool(answered), lab.property("StatusText"))
        time.sleep(5)
        lab.check("by one start", starts() - before == 1, starts() - before)
        mended = lab.sh(mend)
        back = lab.wait_for(lambda: lab.river() == "200", 30)
        lab.check("mending it is enough", mended.returncode == 0 and bool(back), mended.stderr.strip() + lab.property("StatusText"))


def check_package(lab, deb):
    # The package meets a machine without riverd.
    lab.sh("systemctl stop riverd.socket riverd.service; rm -rf /etc/riverd /etc/systemd/system/riverd.* /usr/bin/riverd"
           " /var/lib/riverd /var/lib/private/riverd; systemctl daemon-reload")
    shutil.copy(deb, lab.root / "root/riverd.deb")
    installed = lab.sh("dpkg --force-depends -i /root/riverd.deb 2>&1")
    lab.check("the package installs", installed.returncode == 0, installed.stdout[-200:] if installed.returncode else "")
    lab.check("and starts nothing", lab.property("ActiveState") == "inactive" and lab.out("systemctl is-enabled riverd.service") != "enabled")
    configure(lab)
    lab.sh("systemctl enable --now riverd.socket riverd.service")
    lab.check("the service runs", bool(lab.wait_for(lambda: lab.river() == "200", 20)), lab.property("StatusText"))
    lab.check("its manual is there", lab.sh("test -e /usr/share/man/man1/riverd.1.gz").returncode == 0)
    lab.sh("dpkg --force-depends -i /root/riverd.deb 2>&1")
    lab.check("an upgrade keeps feeds.toml and the service", "good" in lab.out("cat /etc/riverd/feeds.toml") and
              bool(lab.wait_for(lambda: lab.river() == "200", 20)))
    lab.sh("dpkg -r riverd 2>&1")
    lab.check("a removal keeps feeds.toml and the articles", lab.sh("test -e /etc/riverd/feeds.toml -a -e /var/lib/private/riverd/riverd.db").returncode == 0)
    lab.sh("dpkg -P riverd 2>&1")
    lab.check("a purge removes both", lab.sh("test ! -e /etc/riverd/feeds.toml -a ! -e /var/lib/private/riverd").returncode == 0)


def check_start_with(lab, folder):
    """Starts riverd as a service with a large state. Its sources are files, which are not there: only the start is measured."""
    lab.write("etc/riverd/feeds.toml", (folder / "feeds.toml").read_text().replace("18479", "8080").replace("file:feeds/", "file:/root/feeds/"))
    shutil.copytree(folder / "feeds", lab.root / "root/feeds")
    state = lab.root / "var/lib/private/riverd"
    state.mkdir(parents=True)
    shutil.copy(folder / "state/riverd.db", state / "riverd.db")
    # The first start makes the sources those of the new addresses, and builds the river.
    lab.sh("systemctl start riverd.service; systemctl stop riverd.service")
    times = []
    for _ in range(9):
        _, seconds = lab.timed("systemctl start riverd.service")
        served = lab.river(None)
        lab.check("start to READY", served == "200", f"{seconds * 1000:.0f} ms")
        times.append(seconds * 1000)
        lab.sh("systemctl stop riverd.service")
    print(f"median {sorted(times)[len(times) // 2]:.0f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=ROOT / "target/release/riverd", type=pathlib.Path)
    parser.add_argument("--deb", type=pathlib.Path)
    parser.add_argument("--restarts", default=100, type=int)
    parser.add_argument("--shell")
    parser.add_argument("--start-state", type=pathlib.Path)
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("the lab needs root")
    lab, begun = Lab(), time.monotonic()
    try:
        lab.prepare()
        install_files(lab, arguments.binary)
        lab.start()
        print(f"systemd is up after {time.monotonic() - begun:.1f} s", flush=True)
        if arguments.shell:
            result = lab.sh(arguments.shell)
            print(result.stdout + result.stderr)
            return
        if arguments.start_state:
            check_start_with(lab, arguments.start_state)
            return
        for part in (check_first_start, check_start, check_verbs, check_configuration, check_crashes,
                     lambda lab: check_restarts(lab, arguments.restarts), check_stop, check_journal, check_unix_socket, check_full_disk,
                     check_vanished_configuration, check_unusable_database):
            part(lab)
        if arguments.deb:
            check_package(lab, arguments.deb)
        if lab.failures:
            print(lab.out("journalctl --no-pager -u riverd -n 40 -o short-monotonic"))
        print(f"{lab.checks - lab.failures} of {lab.checks} checks hold, after {time.monotonic() - begun:.0f} s")
    finally:
        lab.end()
    sys.exit(1 if lab.failures else 0)


if __name__ == "__main__":
    main()
