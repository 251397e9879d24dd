//! Tests of `backup`, `restore` and `recover`, and of what stands in for a database that can't be used.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::daemon::{Daemon, Sandbox, until};

/// How many articles the stored feed has. Their texts fill some hundred pages of the database.
const ARTICLES: usize = 60;

fn feed() -> String {
    let items = (0..ARTICLES).map(|number| {
        let text = format!("Paragraph {number} of a story of its own. ").repeat(80 + number);
        format!(
            "<item><guid>{number}</guid><title>Story {number}</title><link>http://example.org/{number}</link><description>{text}</description></item>"
        )
    });
    format!(
        "<rss version=\"2.0\"><channel><title>News</title><link>http://example.org/</link><description>d</description>{}</channel></rss>",
        items.collect::<String>()
    )
}

/// Returns a sandbox whose database holds all articles.
fn stored() -> Sandbox {
    let sandbox = Sandbox::with_sources("[[source]]\nname = \"news\"\nurl = \"file:feed.xml\"\n");
    fs::write(sandbox.path().join("feed.xml"), feed()).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    sandbox
}

fn database(sandbox: &Sandbox) -> PathBuf {
    sandbox.state().join("riverd.db")
}

fn files(folder: &Path, part: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_str().unwrap().contains(part)).collect()
}

fn articles(sandbox: &Sandbox) -> u64 {
    sandbox.run(&["status", "news", "--json"]).expect_code(0).json()["articles"].as_u64().unwrap()
}

#[test]
fn a_backup_beside_a_daemon_is_whole_private_and_can_be_restored() {
    let sandbox = stored();
    let daemon = sandbox.start();
    let file = sandbox.path().join("copy.db");
    let made = sandbox.run(&["backup", file.to_str().unwrap(), "--json"]).expect_code(0).json();
    assert_eq!((&made["articles"], &made["sources"]), (&ARTICLES.into(), &1.into()));
    assert_eq!(files(sandbox.path(), "copy.db").len(), 1, "no file beside it");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
    let ran = sandbox.run(&["backup", file.to_str().unwrap()]).expect_code(2);
    assert!(ran.stderr().contains("exists"), "{}", ran.stderr());
    let ran = sandbox.run(&["restore", file.to_str().unwrap()]).expect_code(78);
    assert!(ran.stderr().contains("another riverd"), "{}", ran.stderr());
    assert!(daemon.stop().success());
    sandbox.run(&["remove", "news", "--purge"]).expect_code(0);
    let ran = sandbox.run(&["restore", file.to_str().unwrap()]).expect_code(0);
    assert!(ran.stdout().contains("restored 60 articles of 1 source"), "{}", ran.stdout());
    assert_eq!(files(&sandbox.state(), "before-restore").len(), 1);
    sandbox.configure(
        "[server]\nlisten = [\"127.0.0.1:0\"]\n[[source]]\nname = \"news\"\nurl = \"file:feed.xml\"\n",
    );
    let daemon = sandbox.start();
    assert!(daemon.get("/feed.xml").text().contains("Story 1"));
    assert_eq!(articles(&sandbox), ARTICLES as u64);
}

#[test]
fn a_damaged_backup_is_not_restored_and_the_database_stays() {
    let sandbox = stored();
    let file = sandbox.path().join("copy.db");
    sandbox.run(&["backup", file.to_str().unwrap()]).expect_code(0);
    let mut bytes = fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    fs::write(&file, bytes).unwrap();
    let before = fs::read(database(&sandbox)).unwrap();
    let ran = sandbox.run(&["restore", file.to_str().unwrap()]).expect_code(78);
    assert!(ran.stderr().contains("copy.db"), "{}", ran.stderr());
    fs::write(&file, "not a database at all").unwrap();
    sandbox.run(&["restore", file.to_str().unwrap()]).expect_code(78);
    assert_eq!(fs::read(database(&sandbox)).unwrap(), before);
}

#[test]
fn scheduled_backups_are_made_and_only_the_newest_are_kept() {
    let sandbox = stored();
    let folder = sandbox.path().join("backups");
    fs::create_dir(&folder).unwrap();
    for day in 1..4 {
        fs::write(folder.join(format!("riverd-2026010{day}-031700.db")), "old").unwrap();
    }
    fs::write(folder.join("riverd-notes.db"), "mine").unwrap();
    // They were made while the clock was ahead, and must not push out those of today.
    let ahead = ["riverd-29990101-031700.db", "riverd-29990102-031700.db"].map(|name| folder.join(name));
    for path in &ahead {
        fs::write(path, "ahead").unwrap();
    }
    let text = fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(&format!(
        "{text}\n[maintenance]\nschedule = \"* * * * * *\"\nbackup_dir = \"backups\"\nbackup_keep = 2\n"
    ));
    let daemon = sandbox.start();
    daemon.wait_for_log("backed up the database");
    until("the rotation", || !folder.join("riverd-20260102-031700.db").exists());
    assert!(daemon.stop().success());
    let kept = files(&folder, "riverd-20");
    assert!(ahead.iter().all(|path| path.exists()) && kept.len() >= 2, "{kept:?}");
    assert!(kept.len() <= 3 && folder.join("riverd-notes.db").exists(), "{kept:?}");
}

#[test]
fn a_program_that_opens_the_database_after_a_scheduled_backup_does_not_delete_its_log() {
    let sandbox = stored();
    let text = fs::read_to_string(sandbox.config()).unwrap();
    sandbox
        .configure(&format!("{text}\n[maintenance]\nschedule = \"* * * * * *\"\nbackup_dir = \"backups\"\n"));
    fs::create_dir(sandbox.path().join("backups")).unwrap();
    let daemon = sandbox.start();
    daemon.wait_for_log("backed up the database");
    // SQLite deletes the log when the last program closes the database. It knows the others by their locks.
    let other = rusqlite::Connection::open(database(&sandbox)).unwrap();
    other.query_row("select count(*) from articles", [], |_| Ok(())).unwrap();
    other.close().unwrap();
    assert!(sandbox.state().join("riverd.db-wal").exists());
    assert_eq!(daemon.get("/healthz").status, 200);
    assert!(daemon.stop().success());
}

#[test]
fn what_killed_backups_restores_and_recoveries_left_behind_is_removed() {
    let sandbox = stored();
    let backups = sandbox.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let left = ["riverd-20260101-031700.db.partial", "riverd-20260101-031700.db.partial-journal"];
    let kept = ["notes.db.partial", "riverd-20260101-031700.db.partial.gz"];
    for name in left.iter().chain(&kept) {
        fs::write(backups.join(name), "x").unwrap();
    }
    let beside = ["restoring", "restoring-journal", "recovered", "recovered-wal", "damaged-copy"];
    let beside = beside.map(|end| sandbox.state().join(format!("riverd.db.{end}")));
    for path in &beside {
        fs::write(path, "x").unwrap();
    }
    let text = fs::read_to_string(sandbox.config()).unwrap();
    sandbox
        .configure(&format!("{text}\n[maintenance]\nschedule = \"* * * * * *\"\nbackup_dir = \"backups\"\n"));
    let daemon = sandbox.start();
    assert_eq!(beside.iter().filter(|path| path.exists()).count(), 0);
    daemon.wait_for_log("backed up the database");
    assert_eq!(left.iter().filter(|name| backups.join(name).exists()).count(), 0);
    assert_eq!(kept.iter().filter(|name| backups.join(name).exists()).count(), 2);
}

/// Numbers that look random, from a seed (xorshift).
fn next_random(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

/// Returns how many articles `recover --json` saved.
fn saved_articles(report: &serde_json::Value) -> u64 {
    let rows = report["tables"].as_array().unwrap().iter().find(|table| table["table"] == "articles");
    rows.map_or(0, |table| table["rows"].as_u64().unwrap())
}

/// Overwrites the root page of a table.
fn destroy_root(path: &Path, table: &str) {
    let conn = rusqlite::Connection::open(path).unwrap();
    conn.pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(())).unwrap();
    let root = "select rootpage from sqlite_schema where name = ?";
    let root: i64 = conn.query_row(root, [table], |row| row.get(0)).unwrap();
    let root = usize::try_from(root).unwrap();
    drop(conn);
    let mut bytes = fs::read(path).unwrap();
    bytes[(root - 1) * 4096..root * 4096].fill(0xa5);
    fs::write(path, bytes).unwrap();
}

#[test]
fn recover_says_how_many_articles_are_lost_and_fails_if_it_saves_none() {
    let sandbox = stored();
    destroy_root(&database(&sandbox), "articles");
    let ran = sandbox.run(&["recover"]).expect_code(1);
    assert!(ran.stdout().contains("saved 0 of at least 60 articles"), "{}", ran.stdout());
    assert!(ran.stderr().contains("`riverd restore FILE`"), "{}", ran.stderr());
    sandbox.run(&["poll", "--all"]).expect_code(0);
    assert_eq!(articles(&sandbox), ARTICLES as u64);
    destroy_root(&database(&sandbox), "articles");
    let report = sandbox.run(&["recover", "--json"]).expect_code(1).json();
    assert_eq!((saved_articles(&report), &report["known_articles"]), (0, &ARTICLES.into()));
    let ran = sandbox.run(&["recover"]).expect_code(0);
    assert!(ran.stdout().contains("saved 0 articles"), "nothing is lost the second time: {}", ran.stdout());
}

#[test]
fn recover_saves_what_can_be_read_whichever_bit_is_flipped() {
    let sandbox = stored();
    let path = database(&sandbox);
    let good = fs::read(&path).unwrap();
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let mut saved_in_all = 0;
    let rounds = std::env::var("RIVERD_FLIPS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(6);
    for round in 0..rounds {
        let mut bytes = good.clone();
        // Each page of the first ones gets its turn: the header and the schema are there.
        let at = if round % 3 == 0 {
            next_random(&mut seed) % 40_960
        } else {
            next_random(&mut seed) % bytes.len() as u64
        };
        bytes[at as usize] ^= 1 << (next_random(&mut seed) % 8);
        fs::write(&path, &bytes).unwrap();
        let ran = sandbox.run(&["recover", "--json"]);
        let report = ran.json();
        let saved = saved_articles(&report);
        saved_in_all += saved;
        // If a tenth of the articles is lost, the verb failed, and it knows how many there were.
        let expected = i32::from(saved * 10 < ARTICLES as u64 * 9);
        assert_eq!(ran.code(), expected, "a flip at {at}: {report}");
        assert!(report["known_articles"].as_u64().unwrap() >= saved, "a flip at {at}: {report}");
        let aside = PathBuf::from(report["set_aside"].as_str().unwrap());
        assert_eq!(fs::read(&aside).unwrap(), bytes, "the damaged one is unchanged");
        fs::remove_file(aside).unwrap();
        let ran = sandbox.run(&["poll", "--all"]);
        assert_eq!(ran.code(), 0, "a flip at {at}: {}", ran.stderr());
        assert_eq!(articles(&sandbox), ARTICLES as u64, "a flip at {at}: what was lost comes again");
    }
    assert!(
        saved_in_all * 100 >= rounds * ARTICLES as u64 * 90,
        "{saved_in_all} articles in {rounds} rounds"
    );
}

#[test]
fn recover_saves_what_is_left_beside_many_destroyed_pages() {
    let sandbox = stored();
    let path = database(&sandbox);
    let mut bytes = fs::read(&path).unwrap();
    let pages = bytes.len() / 4096;
    for page in (30..pages).step_by(20) {
        bytes[page * 4096..(page + 1) * 4096].fill(0xa5);
    }
    fs::write(&path, &bytes).unwrap();
    let ran = sandbox.run(&["status"]);
    assert!(ran.code() == 0 || ran.stderr().contains("riverd recover"), "{}", ran.stderr());
    let ran = sandbox.run(&["run"]).expect_code(78);
    assert!(ran.stderr().contains("`riverd recover`"), "{}", ran.stderr());
    // Which tables the destroyed pages belong to depends on the schema.
    let ran = sandbox.run(&["recover"]);
    let loses_much = ran.stderr().contains("more than a tenth of the articles");
    let ran = ran.expect_code(i32::from(loses_much));
    assert!(
        ran.stdout().contains("places could not be read") && ran.stdout().contains("damaged-"),
        "{}",
        ran.stdout()
    );
    sandbox.run(&["poll", "--all"]).expect_code(0);
    assert_eq!(articles(&sandbox), ARTICLES as u64);
}

#[test]
fn a_file_that_is_no_backup_is_named_with_a_hint_that_fits() {
    let sandbox = stored();
    let before = fs::read(database(&sandbox)).unwrap();
    let restore = |name: &str, code: i32| sandbox.run(&["restore", name]).expect_code(code).stderr();
    let err = restore("no-such.db", 1);
    assert!(err.contains("there is no file") && !err.contains("riverd poll"), "{err}");
    let err = restore("feeds.toml", 78);
    assert!(err.contains("is not a backup") && !err.contains("move"), "{err}");
    fs::write(sandbox.path().join("empty.db"), "").unwrap();
    // Opening a named pipe waits for its writer.
    assert!(
        std::process::Command::new("mkfifo").arg(sandbox.path().join("pipe")).status().unwrap().success()
    );
    for (nothing, why) in [
        ("empty.db", "it is empty"),
        ("/dev/null", "not a regular file"),
        ("pipe", "not a regular file"),
        (".", "not a regular file"),
    ] {
        let err = restore(nothing, 78);
        assert!(err.contains(why), "{nothing}: {err}");
    }
    std::os::unix::fs::symlink("nowhere", sandbox.path().join("link.db")).unwrap();
    let err = sandbox.run(&["backup", "link.db"]).expect_code(2).stderr();
    assert!(err.contains("exists"), "{err}");
    let err = sandbox.run(&["backup", "no-folder/copy.db"]).expect_code(78).stderr();
    assert!(err.contains("create the folder") && !err.contains("partial"), "{err}");
    assert_eq!(fs::read(database(&sandbox)).unwrap(), before);
    fs::remove_file(database(&sandbox)).unwrap();
    fs::rename(sandbox.path().join("pipe"), database(&sandbox)).unwrap();
    let refused = |what: &str| {
        for verb in [&["status"][..], &["run"], &["backup", "copy.db"]] {
            let err = sandbox.run(verb).expect_code(78).stderr();
            assert!(err.contains(what) && err.contains("hint: move `"), "{verb:?}: {err}");
        }
    };
    refused("riverd.db` is a named pipe");
    fs::remove_file(database(&sandbox)).unwrap();
    fs::create_dir(database(&sandbox)).unwrap();
    refused("riverd.db` is a folder");
}

#[test]
fn a_database_that_was_emptied_is_refused_and_one_that_is_gone_is_made_anew_with_a_warning() {
    let sandbox = stored();
    let copy = sandbox.path().join("copy.db");
    sandbox.run(&["backup", copy.to_str().unwrap()]).expect_code(0);
    for in_place in [true, false] {
        if !in_place {
            // The new file may get the number of the old inode, or another one.
            fs::remove_file(database(&sandbox)).unwrap();
        }
        fs::write(database(&sandbox), "").unwrap();
        for verb in
            [&["run"][..], &["poll"], &["status"], &["search", "story"], &["why", "1"], &["backup", "b.db"]]
        {
            let err = sandbox.run(verb).expect_code(78).stderr();
            assert!(
                err.contains("riverd.db` is empty, and it held") && !err.contains("-wal"),
                "{verb:?}: {err}"
            );
            assert!(err.contains("`riverd restore FILE`") && err.contains("riverd.lock`"), "{verb:?}: {err}");
            assert!(!err.contains("creates it"), "{verb:?}: {err}");
        }
        sandbox.run(&["restore", copy.to_str().unwrap()]).expect_code(0);
        assert_eq!(articles(&sandbox), ARTICLES as u64);
    }

    fs::remove_file(database(&sandbox)).unwrap();
    let gone = |said: &str| said.contains("commits, is gone") && said.contains("`riverd restore FILE`");
    for verb in [&["status"][..], &["search", "story"], &["why", "1"]] {
        let said = sandbox.run(verb).stderr();
        assert!(gone(&said) && !said.contains("nothing was polled yet"), "{verb:?}: {said}");
    }
    let daemon = sandbox.start();
    daemon.wait_for_log("is gone");
    assert!(gone(&daemon.log()), "{}", daemon.log());
    assert!(daemon.stop().success());
    assert!(!gone(&sandbox.run(&["poll", "--all"]).expect_code(0).stderr()), "the new database is there");
    fs::remove_file(database(&sandbox)).unwrap();
    assert!(gone(&sandbox.run(&["poll", "--all"]).expect_code(0).stderr()));
    assert_eq!(articles(&sandbox), ARTICLES as u64, "the feed still lists them");
}

#[test]
fn a_search_and_why_without_a_database_say_that_nothing_was_polled_yet() {
    let sandbox = Sandbox::with_sources("");
    for verb in [&["search", "story"][..], &["why", "1"]] {
        let said = sandbox.run(verb).expect_code(1).stderr();
        assert!(said.contains("nothing was polled yet") && !said.contains("no article"), "{verb:?}: {said}");
    }
}

#[test]
fn a_restore_or_recovery_on_a_full_disk_says_so_and_leaves_nothing_beside_the_database() {
    let sandbox = stored();
    sandbox.run(&["backup", "copy.db"]).expect_code(0);
    // The disk has room for the database, and not for another one.
    let script = "mkdir small && mount -t tmpfs -o size=${1}k none small && cp state/riverd.db small || exit 99
        for verb in 'restore copy.db' recover; do \"$0\" --state-dir small $verb; echo \"code $?\"; done; ls small";
    let bytes = fs::metadata(database(&sandbox)).unwrap().len();
    let run = sandbox.command(&[]);
    let ran = std::process::Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .arg(run.get_program())
        .arg((bytes / 1024 + 100).to_string())
        .env("RIVERD_CONFIG", sandbox.config())
        .current_dir(sandbox.path())
        .output();
    let Some(ran) = ran.ok().filter(|ran| ran.status.code() == Some(0)) else {
        println!("skipped: mounting a small file system needs root and `unshare`");
        return;
    };
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(
        out.split_whitespace().collect::<Vec<_>>(),
        ["code", "1", "code", "1", "riverd.db", "riverd.lock"],
        "{err}"
    );
    assert_eq!(err.matches("hint: make room on the disk").count(), 2, "{err}");
    assert!(!err.contains("right to write") && !err.contains("fetches again"), "{err}");
}

#[test]
fn the_hints_for_a_destroyed_database_lead_to_a_backup() {
    let sandbox = stored();
    let copy = sandbox.path().join("copy.db");
    sandbox.run(&["backup", copy.to_str().unwrap()]).expect_code(0);
    let mut bytes = fs::read(database(&sandbox)).unwrap();
    let pages = bytes.len() / 4096;
    bytes[20 * 4096..pages / 2 * 4096].fill(0xa5);
    fs::write(database(&sandbox), &bytes).unwrap();
    let err = sandbox.run(&["backup", "damaged.db"]).expect_code(78).stderr();
    assert!(err.contains("riverd.db` is damaged") && !err.contains("damaged.db"), "{err}");
    fs::write(database(&sandbox), "garbage").unwrap();
    let err = sandbox.run(&["run"]).expect_code(78).stderr();
    assert!(err.contains("`riverd restore FILE`"), "{err}");
    let err = sandbox.run(&["recover"]).expect_code(78).stderr();
    assert!(err.contains("can be saved") && err.contains("`riverd restore FILE`"), "{err}");
    assert!(!err.contains("`riverd recover`"), "{err}");
    sandbox.run(&["restore", copy.to_str().unwrap()]).expect_code(0);
    assert_eq!(articles(&sandbox), ARTICLES as u64);
}

#[test]
fn a_recovered_river_goes_on_with_new_articles_in_its_feeds_views_and_archive() {
    let sandbox = Sandbox::with_sources(
        "[[source]]\nname = \"news\"\nurl = \"file:feed.xml\"\nevery = \"1s\"\n[polling]\nmin_every = \"1s\"\n[[view]]\nname = \"all\"\n",
    );
    fs::write(sandbox.path().join("feed.xml"), feed()).unwrap();
    let shows = |daemon: &Daemon, title: &str| {
        daemon.get("/feed.xml").text().contains(title)
            && daemon.get("/views/all/feed.xml").text().contains(title)
    };
    let daemon = sandbox.start();
    until("all articles", || (0..ARTICLES).all(|number| shows(&daemon, &format!("Story {number}<"))));
    assert!(daemon.stop().success());
    let good = fs::read(database(&sandbox)).unwrap();
    // The row that counts the archive of the river is lost in the second round.
    for round in 0..2 {
        fs::write(database(&sandbox), &good).unwrap();
        fs::remove_file(sandbox.state().join("riverd.lock")).unwrap();
        if round == 1 {
            let conn = rusqlite::Connection::open(database(&sandbox)).unwrap();
            conn.execute("delete from views", []).unwrap();
        }
        let said = sandbox.run(&["recover"]).expect_code(0).stdout();
        assert!(said.contains("saved 60 articles") && !said.contains("left out"), "{said}");
        let late = format!("A late story {round}");
        let item = format!("<item><guid>late {round}</guid><title>{late}</title></item></channel>");
        fs::write(sandbox.path().join("feed.xml"), feed().replace("</channel>", &item)).unwrap();
        let daemon = sandbox.start();
        until("the late article", || shows(&daemon, &late));
        assert!(daemon.get("/feed.xml").text().contains("Story 59"));
        assert!(!daemon.log().contains("ERROR"), "{}", daemon.log());
        assert!(daemon.stop().success());
    }
}

#[test]
fn entries_that_a_recovery_lost_come_again_and_so_do_new_ones() {
    let sandbox = stored();
    let good = fs::read(database(&sandbox)).unwrap();
    for lost in ["delete from entries where id > 30", "delete from entries"] {
        fs::write(database(&sandbox), &good).unwrap();
        let conn = rusqlite::Connection::open(database(&sandbox)).unwrap();
        // Their sketches and bands are in other pages, and stay.
        conn.execute_batch(&format!("pragma foreign_keys = off; {lost}; delete from sqlite_sequence"))
            .unwrap();
        drop(conn);
        sandbox.run(&["recover"]).expect_code(1);
        // The second time, the database is whole.
        sandbox.run(&["recover"]).expect_code(0);
        let ran = sandbox.run(&["poll", "--all"]).expect_code(0);
        assert_eq!(articles(&sandbox), ARTICLES as u64, "{lost}: {}", ran.stderr());
    }
}

#[test]
fn a_folder_that_backups_cant_be_written_to_is_reported_long_before_one_is_due() {
    let sandbox = Sandbox::with_sources("[maintenance]\nbackup_dir = \"feeds.toml/backups\"\n");
    let daemon = sandbox.start();
    daemon.wait_for_log("can't write into `backup_dir`");
    until("the warning", || {
        let warned = sandbox.run(&["status"]).stderr();
        warned.contains("warning: no backup is made: ") && warned.contains("hint: name a folder")
    });
    until("the metric", || daemon.get("/metrics").text().contains("\nriverd_backup_ok 0\n"));
    // Until a status from before the warning is no longer kept, this would not be found.
    let page = daemon.get("/status").text();
    assert!(page.contains("The backups need you") && page.contains("No backup is made"), "{page}");
    let backups = |daemon: &Daemon| {
        let status: serde_json::Value = serde_json::from_slice(&daemon.get("/status.json").body).unwrap();
        status["backups"].clone()
    };
    let failing = backups(&daemon);
    assert!(failing["ok"] == false && failing["failing_since"].is_string(), "{failing}");
    assert!(failing["error"].as_str().unwrap().contains("feeds.toml/backups"), "{failing}");
    let text = fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(
        &text
            .replace("feeds.toml/backups", "backups")
            .replace("[maintenance]", "[maintenance]\nschedule = \"* * * * * *\""),
    );
    until("the end of the warning", || !sandbox.run(&["status"]).stderr().contains("no backup is made"));
    until("a backup", || !files(&sandbox.path().join("backups"), "riverd-").is_empty());
    until("the metric", || daemon.get("/metrics").text().contains("\nriverd_backup_ok 1\n"));
    let works = backups(&daemon);
    assert!(works["ok"] == true && works["error"].is_null() && works["failing_since"].is_null(), "{works}");
}

#[test]
fn a_backup_that_fails_time_after_time_is_reported_with_the_moment_of_the_first_failure() {
    let sandbox = Sandbox::with_sources(
        "[maintenance]\nschedule = \"* * * * * *\"\nbackup_dir = \"backups\"\nbackup_keep = 2\n",
    );
    let daemon = sandbox.start();
    let folder = sandbox.path().join("backups");
    until("a backup", || folder.exists() && !files(&folder, "riverd-").is_empty());
    assert!(!sandbox.run(&["status"]).stderr().contains("no backup is made"));
    // So a disk that is not mounted, or a slip of a script, may leave it. The folder is tried again at each backup.
    let failures = |daemon: &Daemon| daemon.log().matches("it is not a folder").count();
    let since = || {
        let said = sandbox.run(&["status"]).stderr();
        let is_whole = said.contains("warning: no backup is made: ") && said.contains("name a folder");
        let since = said.split("(since ").nth(1).and_then(|rest| rest.split(')').next());
        since.filter(|_| is_whole).map(str::to_owned)
    };
    fs::rename(&folder, sandbox.path().join("moved")).unwrap();
    fs::write(&folder, "").unwrap();
    let mut warnings = Vec::new();
    for count in [1, 3] {
        until("failures", || failures(&daemon) >= count);
        until("the warning", || since().is_some());
        warnings.push(since().unwrap());
    }
    assert_eq!(warnings[0], warnings[1], "it is the same failure, and began once");
    assert!(daemon.stop().success());
    let daemon = sandbox.start();
    daemon.wait_for_log("no backup could be made since");
    until("the warning", || since().is_some());
    assert_eq!(since().as_ref(), warnings.first(), "it began before the restart");
    fs::remove_file(&folder).unwrap();
    until("the end of the warning", || !sandbox.run(&["status"]).stderr().contains("no backup is made"));
}

#[test]
fn a_backup_with_anything_in_its_schema_that_riverd_did_not_make_is_refused() {
    let sandbox = stored();
    let before = fs::read(database(&sandbox)).unwrap();
    let copy = sandbox.path().join("copy.db");
    let changed = |name: &str, statements: &str| {
        fs::remove_file(&copy).unwrap_or_default();
        sandbox.run(&["backup", "copy.db"]).expect_code(0);
        let conn = rusqlite::Connection::open(&copy).unwrap();
        conn.execute_batch(statements).unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    let delete_all = "after update on sources begin delete from articles; end";
    for (what, statements) in [
        ("the trigger `evil`", format!("create trigger evil {delete_all}")),
        ("the view `evil`", "create view evil as select 1".to_owned()),
        ("the table `evil`", "create table evil (a)".to_owned()),
        ("the index `evil`", "create index evil on articles (guid)".to_owned()),
        ("the table `search_index_evil`", "create table search_index_evil (a)".to_owned()),
        (
            "its trigger `search_source_renamed` is not",
            format!("drop trigger search_source_renamed; create trigger search_source_renamed {delete_all}"),
        ),
        ("lacks the trigger `search_source_renamed`", "drop trigger search_source_renamed".to_owned()),
        ("its table `growth` is not", "drop table growth; create table growth (a)".to_owned()),
    ] {
        changed(what, &statements);
        let err = sandbox.run(&["restore", "copy.db"]).expect_code(78).stderr();
        assert!(err.contains("is not a backup") && err.contains(what), "{what}: {err}");
    }
    assert_eq!(fs::read(database(&sandbox)).unwrap(), before);
    for harmless in [
        "analyze",
        "create table _litestream_seq (id integer primary key, seq integer); create table _litestream_lock (id integer)",
    ] {
        changed(harmless, harmless);
        sandbox.run(&["restore", "copy.db"]).expect_code(0);
        assert_eq!(articles(&sandbox), ARTICLES as u64, "{harmless}");
    }
}

#[test]
fn recover_refuses_the_database_of_a_newer_riverd_and_leaves_it_as_it_is() {
    let sandbox = stored();
    let path = database(&sandbox);
    let good = fs::read(&path).unwrap();
    let known: u32 = rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    // A migration may change rows alone.
    for (newer, change) in
        [(99, "create table of_the_future (id integer primary key)"), (known + 1, ""), (999, "")]
    {
        fs::write(&path, &good).unwrap();
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch(&format!("pragma user_version = {newer}; {change}")).unwrap();
        drop(conn);
        let before = fs::read(&path).unwrap();
        for verb in [&["recover"][..], &["recover", "--json"], &["status"]] {
            let ran = sandbox.run(verb).expect_code(78);
            assert!(ran.stderr().contains(&format!("has schema {newer}")), "{verb:?}: {}", ran.stderr());
            assert!(ran.stderr().contains("install the riverd that made it"), "{verb:?}: {}", ran.stderr());
        }
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(files(&sandbox.state(), "damaged"), Vec::<PathBuf>::new());
    }
}

#[test]
fn recover_saves_a_database_in_which_only_the_number_of_the_schema_is_damaged() {
    let sandbox = stored();
    let conn = rusqlite::Connection::open(database(&sandbox)).unwrap();
    conn.execute_batch("pragma user_version = 16384").unwrap();
    drop(conn);
    sandbox.run(&["status"]).expect_code(78);
    assert_eq!(saved_articles(&sandbox.run(&["recover", "--json"]).expect_code(0).json()), ARTICLES as u64);
    sandbox.run(&["status"]).expect_code(0);
}

#[test]
fn recover_does_not_call_a_database_damaged_that_it_could_read_as_a_whole() {
    let sandbox = stored();
    let ran = sandbox.run(&["recover"]).expect_code(0);
    let said = ran.stdout();
    assert!(said.contains("every place could be read") && said.contains("no damage was found"), "{said}");
    assert!(!said.contains("damaged") && said.contains("riverd.db.before-recover-"), "{said}");
}
