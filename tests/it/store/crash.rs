//! Kills the real binary at any moment, and runs it on a full disk: everything acknowledged is stored, and nothing
//! twice.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::support::daemon::Sandbox;
use crate::support::publisher::{Answer, Publisher};

/// How many sources are polled at once, so that records share commits.
const SOURCES: usize = 4;
/// How many entries a document has. Each answer brings one more, so no round misses any.
const LISTED: usize = 30;

/// Returns how many kills one test makes; `make crash` sets more.
fn rounds() -> usize {
    std::env::var("RIVERD_CRASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5)
}

/// Returns a publisher whose sources have one more entry at each request, and a new ETag. Each entry has this many
/// words.
fn growing(words: usize) -> (Publisher, Sandbox) {
    let publisher = Publisher::start();
    let mut sources = "[dedup]\nnear_duplicates = \"off\"\n\n".to_owned();
    for source in 0..SOURCES {
        let path = format!("/{source}.xml");
        publisher.with(&path, move |_, asked| {
            let newest = LISTED + asked;
            Answer::ok(document(source, newest, words)).etag(format!("\"{newest}\""))
        });
        writeln!(sources, "[[source]]\nurl = \"{}\"\nname = \"s{source}\"\n", publisher.url(&path)).unwrap();
    }
    (publisher, Sandbox::with_sources(&sources))
}

fn document(source: usize, newest: usize, words: usize) -> String {
    let text = "words of a text ".repeat(words / 3);
    let mut items = String::new();
    for number in (newest.saturating_sub(LISTED) + 1..=newest).rev() {
        writeln!(
            items,
            "<item><guid isPermaLink=\"false\">{number}</guid><title>Entry {number}</title>\
             <link>https://s{source}.example/{number}</link><description>{number}: {text}</description></item>"
        )
        .unwrap();
    }
    format!(
        "<rss version=\"2.0\"><channel><title>Source {source}</title><link>https://s{source}.example/</link>{items}</channel></rss>"
    )
}

/// Runs `riverd poll --all` and kills it after `delay`. Returns whether it was killed before it ended.
fn poll_killed_after(sandbox: &Sandbox, delay: Duration) -> bool {
    let mut child =
        sandbox.command(&["poll", "--all"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Nothing is ever sent, so this waits for exactly `delay`.
    let (_silent, nothing) = mpsc::channel::<()>();
    assert!(nothing.recv_timeout(delay).is_err());
    child.kill().unwrap();
    child.wait().unwrap().signal() == Some(9)
}

/// Runs a whole poll and returns how long it took.
fn poll(sandbox: &Sandbox) -> Duration {
    let begun = Instant::now();
    sandbox.run(&["poll", "--all"]).expect_code(0);
    begun.elapsed()
}

/// Checks the database after a crash: it is intact, it holds every entry up to the ETag of its source, and no entry
/// twice.
fn check(sandbox: &Sandbox) {
    let path = sandbox.state().join("riverd.db");
    let conn = Connection::open(&path).unwrap();
    let whole: String = conn.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    let mut dangling = conn.prepare("pragma foreign_key_check").unwrap();
    assert!(!dangling.exists([]).unwrap());
    for source in 0..SOURCES {
        let etag: Option<Vec<u8>> = conn
            .query_row("select etag from sources where name = ?", [format!("s{source}")], |row| row.get(0))
            .unwrap();
        let stated: usize =
            etag.map_or(0, |etag| String::from_utf8(etag).unwrap().trim_matches('"').parse().unwrap());
        let mut query = conn
            .prepare(
                "select entries.title from entries join sources on sources.id = source_id where name = ?",
            )
            .unwrap();
        let titles: Vec<String> =
            query.query_map([format!("s{source}")], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let stored: BTreeSet<usize> =
            titles.iter().map(|title| title.rsplit(' ').next().unwrap().parse().unwrap()).collect();
        assert_eq!(stored.len(), titles.len(), "an entry is stored twice");
        let first = stated.saturating_sub(LISTED) + 1;
        assert!(
            (first..=stated).all(|number| stored.contains(&number)),
            "ETag {stated} hides entries: {stored:?}"
        );
    }
    let articles: i64 = conn.query_row("select count(*) from articles", [], |row| row.get(0)).unwrap();
    let entries: i64 = conn.query_row("select count(*) from entries", [], |row| row.get(0)).unwrap();
    assert_eq!(articles, entries, "each entry is one article");
}

#[test]
fn a_kill_at_any_moment_loses_no_entry_that_the_validators_cover_and_stores_none_twice() {
    let (_publisher, sandbox) = growing(300);
    let mut whole = poll(&sandbox);
    let mut killed = 0;
    while killed < rounds() {
        let delay = whole.mul_f64(fastrand::f64());
        if poll_killed_after(&sandbox, delay) {
            killed += 1;
            println!("kill {killed} after {delay:?} of {whole:?}");
        } else {
            // The machine is faster than before: a whole poll takes no longer than this.
            whole = delay;
        }
        check(&sandbox);
    }
    poll(&sandbox);
    check(&sandbox);
}

#[test]
fn a_kill_while_the_database_is_created_leaves_one_that_the_next_start_completes() {
    for round in 0..rounds() {
        let (_publisher, sandbox) = growing(3);
        let delay = Duration::from_micros(fastrand::u64(0..120_000));
        println!("round {round}: killed after {delay:?}");
        poll_killed_after(&sandbox, delay);
        poll(&sandbox);
        check(&sandbox);
    }
}

#[test]
fn a_full_disk_stores_no_validators_and_the_poll_succeeds_once_there_is_room() {
    let (_publisher, sandbox) = growing(900);
    std::fs::create_dir_all(sandbox.state()).unwrap();
    let script = "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" || exit 99
        \"$3\" poll --all; echo first $?
        mount -o remount,size=64m \"$2\"
        \"$3\" poll --all; echo second $?
        cp \"$2/riverd.db\" \"$2/../after.db\"";
    // The disk has room for the schema, but not for the articles.
    let ran = Command::new("unshare")
        .args(["-m", "sh", "-c", script, "sh", "700k"])
        .arg(sandbox.state())
        .arg(env!("CARGO_BIN_EXE_riverd"))
        .env("RIVERD_CONFIG", sandbox.config())
        .env("RIVERD_STATE_DIR", sandbox.state())
        .output();
    let Some(ran) = ran.ok().filter(|ran| ran.status.code() == Some(0)) else {
        println!("skipped: mounting a small file system needs root and `unshare`");
        return;
    };
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(printed.contains("first 1") && printed.contains("second 0"), "{printed}\n{said}");
    assert!(said.contains("no room to write the database"), "{said}");
    std::fs::remove_dir_all(sandbox.state()).unwrap();
    std::fs::create_dir_all(sandbox.state()).unwrap();
    std::fs::rename(sandbox.path().join("after.db"), sandbox.state().join("riverd.db")).unwrap();
    check(&sandbox);
}
