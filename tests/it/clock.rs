//! Tests of a wall clock that is set back or ahead while the daemon runs: the daemon keeps working.

use std::path::{Path, PathBuf};
use std::process::Command;

use riverd::time::Timestamp;
use serde_json::Value;

use crate::support::daemon::{Daemon, Sandbox, until};
use crate::support::publisher::{Answer, Publisher};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Good</title><link>https://good.example/</link>\
    <description>d</description><item><title>Good news</title><link>https://good.example/1</link></item></channel></rss>";

/// Source of a library that is loaded before libc. It adds the number of seconds in a file to the wall clock alone.
const LIBRARY: &str = r#"
#![no_std]
use core::ffi::{c_char, c_int, c_long, c_void};

#[repr(C)]
pub struct Time { seconds: i64, nanoseconds: i64 }

#[link(name = "c")]
unsafe extern "C" {
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn getenv(name: *const c_char) -> *const c_char;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn read(file: c_int, into: *mut c_void, length: usize) -> isize;
    fn close(file: c_int) -> c_int;
    fn atol(text: *const c_char) -> c_long;
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Time) -> c_int {
    unsafe {
        // RTLD_NEXT finds the function of libc.
        let own = dlsym(-1isize as *mut c_void, c"clock_gettime".as_ptr());
        let own: extern "C" fn(c_int, *mut Time) -> c_int = core::mem::transmute(own);
        let answer = own(clock, time);
        // CLOCK_REALTIME and CLOCK_REALTIME_COARSE.
        if answer == 0 && (clock == 0 || clock == 5) {
            (*time).seconds += moved_by();
        }
        answer
    }
}

unsafe fn moved_by() -> i64 {
    unsafe {
        let path = getenv(c"CLOCK_MOVED_BY".as_ptr());
        if path.is_null() { return 0 }
        let file = open(path, 0);
        if file < 0 { return 0 }
        let mut text = [0u8; 32];
        read(file, text.as_mut_ptr().cast(), 31);
        close(file);
        atol(text.as_ptr().cast()) as i64
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }
"#;

/// A wall clock for the processes of a sandbox, which the test can set.
struct Clock {
    library: PathBuf,
    moved_by: PathBuf,
}

impl Clock {
    /// Builds the library in `folder` with the compiler of this test. The clock shows the real time plus `moved_by` seconds.
    fn build(folder: &Path, moved_by: i64) -> Self {
        let source = folder.join("clock.rs");
        std::fs::write(&source, LIBRARY).expect("a source file");
        let library = folder.join("libclock.so");
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let built = Command::new(compiler)
            .args(["--edition=2024", "--crate-type=cdylib", "-Cpanic=abort", "-Copt-level=1", "-o"])
            .args([&library, &source])
            .output()
            .expect("the compiler starts");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let clock = Self { library, moved_by: folder.join("moved_by") };
        clock.set(moved_by);
        clock
    }

    /// Sets the clock to the real time plus `moved_by` seconds.
    fn set(&self, moved_by: i64) {
        let new = self.moved_by.with_extension("new");
        std::fs::write(&new, moved_by.to_string()).expect("the clock's file");
        std::fs::rename(new, &self.moved_by).expect("the clock's file");
    }

    /// Returns a command of the real binary that uses this clock.
    fn command(&self, sandbox: &Sandbox, arguments: &[&str]) -> Command {
        let mut command = sandbox.command(arguments);
        command.env("LD_PRELOAD", &self.library).env("CLOCK_MOVED_BY", &self.moved_by);
        command
    }

    fn start(&self, sandbox: &Sandbox) -> Daemon {
        Daemon::start_command(&mut self.command(sandbox, &["run"]))
    }
}

#[test]
fn a_clock_that_is_set_back_stops_neither_polls_nor_reloads_nor_the_health_check() {
    let publisher = Publisher::start();
    for path in ["/old", "/new"] {
        publisher.at(path, Answer::ok(FEED));
    }
    let source = |path| format!("[[source]]\nurl = \"{}\"\nevery = \"1s\"\n", publisher.url(path));
    let head = "[server]\nlisten = [\"127.0.0.1:0\"]\n[polling]\nmin_every = \"1s\"\n";
    let sandbox = Sandbox::new(&format!("{head}{}", source("/old")));
    let clock = Clock::build(sandbox.path(), 2 * HOUR);
    let daemon = clock.start(&sandbox);
    until("the first poll", || !publisher.requests("/old").is_empty());

    clock.set(0);
    let before = publisher.requests("/old").len();
    until("polls after the jump", || publisher.requests("/old").len() > before + 2);
    sandbox.configure(&format!("{head}{}{}", source("/old"), source("/new")));
    until("the new source", || !publisher.requests("/new").is_empty());
    assert_eq!(daemon.get("/healthz").status, 200);
}

#[test]
fn a_clock_before_1970_is_named_at_the_start_and_while_the_daemon_runs() {
    let sandbox = Sandbox::with_sources("[maintenance]\nschedule = \"* * * * * *\"\n");
    let clock = Clock::build(sandbox.path(), 0);
    let mut daemon = clock.start(&sandbox);
    clock.set(-Timestamp::now().unix() - 10 * DAY);
    assert_eq!(daemon.wait().code(), Some(1));
    let log = daemon.log();
    assert!(log.contains("can't go on: the clock of this machine shows a time before 1970: set it"), "{log}");
    assert!(!log.contains("crashed") && !log.contains("report this"), "{log}");
    let ran = clock.command(&sandbox, &["run"]).output().expect("it starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(78), "{said}");
    assert!(said.contains("error: the clock of this machine shows a time before 1970: set it"), "{said}");
}

#[test]
fn maintenance_is_planned_again_when_the_clock_is_set_back() {
    let sandbox = Sandbox::with_sources("[maintenance]\nschedule = \"* * * * *\"\n");
    let clock = Clock::build(sandbox.path(), 2 * HOUR);
    let daemon = clock.start(&sandbox);
    // The clock gains a second at each check, about a hundred a second, which is far from making up for the jump.
    let mut moved_by = 0;
    until("maintenance", || {
        clock.set(moved_by);
        moved_by += 1;
        daemon.log().contains("maintenance is done")
    });
    assert!(moved_by < HOUR);
}

#[test]
fn sources_that_were_polled_while_the_clock_was_far_ahead_can_be_polled_again() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(FEED));
    let sandbox = Sandbox::new(&format!(
        "[polling]\nmin_every = \"1s\"\n[[source]]\nurl = \"{}\"\nevery = \"1s\"\n",
        publisher.url("/feed")
    ));
    let clock = Clock::build(sandbox.path(), 400 * 24 * HOUR);
    let poll = || clock.command(&sandbox, &["poll"]).status().expect("it starts");
    assert!(poll().success());
    clock.set(0);
    until("a poll after the jump", || poll().success() && publisher.requests("/feed").len() > 1);
}

/// Returns a feed with one entry an hour, which lists the newest five. The newest has the number `newest`.
fn hourly(newest: i64, now: Timestamp) -> Answer {
    let items: String = (0..5)
        .map(|age| {
            let (number, date) =
                (newest - age, Timestamp::from_unix(now.unix() - age * HOUR - 600).to_rfc2822());
            format!(
                "<item><title>News {number}</title><link>https://hourly.example/{number}</link>\
                 <pubDate>{date}</pubDate></item>"
            )
        })
        .collect();
    let feed = FEED.split_once("<item>").expect("an item").0;
    Answer::ok(format!("{feed}{items}</channel></rss>")).etag(format!("\"{newest}\""))
}

/// How the clock is wrong for a while.
#[derive(Clone, Copy, Debug)]
struct WrongClock {
    /// Seconds by which it is ahead.
    moved_by: i64,
    /// Whether it is wrong from the start of the daemon, as on a machine without a clock of its own.
    from_the_start: bool,
    /// Whether the daemon is stopped before the clock is right again.
    until_a_restart: bool,
    /// Whether a new entry appears while it is wrong.
    brings_news: bool,
}

/// Polls an hourly source, makes the clock wrong for a while in which it is polled again, and returns what the daemon says at
/// last: of the source, and of all incidents.
fn hourly_source_after(wrong: WrongClock) -> (Value, Value) {
    let publisher = Publisher::start();
    let now = Timestamp::now();
    publisher.at("/hourly", hourly(5, now));
    let sandbox = Sandbox::with_sources(&format!("[[source]]\nurl = \"{}\"\n", publisher.url("/hourly")));
    let clock = Clock::build(sandbox.path(), 0);
    let poll = |arguments| assert!(clock.command(&sandbox, arguments).status().expect("it starts").success());
    poll(&["poll"]);
    let requests = || publisher.requests("/hourly").len();
    // A clock that is put forward makes the source due.
    let follows = |daemon: &Daemon, moved_by: i64, before: usize| match moved_by {
        ..0 => daemon.wait_for_log("the clock was set back"),
        _ => until("a poll", || requests() > before),
    };

    clock.set(if wrong.from_the_start { wrong.moved_by } else { 0 });
    let mut daemon = clock.start(&sandbox);
    if wrong.brings_news {
        publisher.at("/hourly", hourly(6, now));
    }
    let before = requests();
    clock.set(wrong.moved_by);
    follows(&daemon, wrong.moved_by, before);
    poll(&["poll", "--all"]);

    let before = requests();
    if wrong.until_a_restart {
        assert!(daemon.stop().success());
        clock.set(0);
        daemon = clock.start(&sandbox);
    } else {
        clock.set(0);
    }
    follows(&daemon, -wrong.moved_by, before);
    if !wrong.until_a_restart && wrong.moved_by < 0 {
        daemon.wait_for_log("the clock went ahead by");
    }
    poll(&["poll", "--all"]);
    let status: Value = serde_json::from_str(&daemon.get("/status.json").text()).expect("JSON");
    let output = clock.command(&sandbox, &["status", "--json"]).output().expect("it starts");
    let sources: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    (sources[0].clone(), status["incidents"].clone())
}

#[test]
fn a_clock_that_is_wrong_for_a_while_makes_no_source_silent_and_postpones_no_poll() {
    for (moved_by, from_the_start, until_a_restart, brings_news) in [
        (-40 * DAY, true, false, false),
        (-40 * DAY, true, true, true),
        (40 * DAY, true, false, false),
        (730 * DAY, false, false, true),
        (730 * DAY, true, true, false),
        (-365 * DAY, false, false, true),
    ] {
        let wrong = WrongClock { moved_by, from_the_start, until_a_restart, brings_news };
        let (source, incidents) = hourly_source_after(wrong);
        let now = Timestamp::now();
        let time = |field: &str| -> i64 {
            serde_json::from_value::<Timestamp>(source[field].clone()).expect("a time").unix()
        };
        assert_eq!(source["condition"], "ok", "{wrong:?}: {source}");
        assert_eq!(incidents.as_array().map(Vec::len), Some(0), "{wrong:?}: {incidents}");
        assert!((0..3 * HOUR).contains(&(now.unix() - time("last_new_at"))), "{wrong:?}: {source}");
        assert!((-60..2 * HOUR).contains(&(time("next_poll_at") - now.unix())), "{wrong:?}: {source}");
        let covers = source["list"]["covers_s"].as_i64().expect("seconds");
        assert!((HOUR..DAY).contains(&covers), "{wrong:?}: {source}");
    }
}
