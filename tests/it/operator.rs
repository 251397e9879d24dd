//! Tests of what an operator meets when something went wrong half-way: a killed restore, a stop, a daemon that hangs, a
//! database that can't be used.

use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::daemon::{Daemon, Sandbox, get, until};
use crate::support::publisher::{Answer, Publisher};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Good news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link></item></channel></rss>";

/// Returns a sandbox whose source is a file with one entry.
fn with_file() -> Sandbox {
    let sandbox = Sandbox::with_sources("[[source]]\nname = \"a\"\nurl = \"file:feed.xml\"\n");
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    sandbox
}

fn source(name: &str, url: &str) -> String {
    format!("[[source]]\nname = {name:?}\nurl = {url:?}\n")
}

#[test]
fn a_restore_that_was_killed_between_its_two_moves_is_undone_by_the_next_start_and_by_the_next_restore() {
    for verb in ["run", "restore"] {
        let sandbox = with_file();
        sandbox.run(&["poll"]).expect_code(0);
        sandbox.run(&["backup", "copy.db"]).expect_code(0);
        let mut daemon = sandbox.start();
        fs::write(
            sandbox.path().join("feed.xml"),
            FEED.replace("<guid>1", "<guid>2").replace("org/1", "org/2"),
        )
        .unwrap();
        sandbox.run(&["poll", "a"]).expect_code(0);
        // The second entry is only in the log.
        daemon.signal(Signal::KILL);
        daemon.wait();
        let beside = |suffix: &str| sandbox.state().join(format!("riverd.db{suffix}"));
        assert!(fs::metadata(beside("-wal")).unwrap().len() > 0);
        // What `restore` has done before it puts the copy in its place.
        fs::hard_link(beside(""), beside(".before-restore-20261124-023900")).unwrap();
        fs::rename(beside("-wal"), beside(".before-restore-20261124-023900-wal")).unwrap();
        fs::remove_file(beside("-shm")).unwrap();
        fs::copy(sandbox.path().join("copy.db"), beside(".restoring")).unwrap();
        // A verb that reads makes an empty log.
        sandbox.run(&["status"]).expect_code(0);
        if verb == "run" {
            let daemon = sandbox.start();
            daemon.wait_for_log("a restore or a recovery was killed before it was complete");
            assert_eq!(sandbox.run(&["status", "a", "--json"]).json()["articles"], 2);
            assert!(daemon.stop().success());
        } else {
            sandbox.run(&["restore", "copy.db"]).expect_code(0);
            assert_eq!(sandbox.run(&["status", "a", "--json"]).json()["articles"], 1);
        }
        let left: Vec<_> = fs::read_dir(sandbox.state())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("20261124") || name.contains("restoring"))
            .collect();
        assert_eq!(left, [""; 0], "{verb}");
    }
}

#[test]
fn what_a_stop_abandons_is_due_at_once_and_a_poll_that_waited_for_it_fails() {
    let publisher = Publisher::start();
    publisher.at("/silent", Answer::silence());
    let sandbox = Sandbox::with_sources(&source("silent", &publisher.url("/silent")));
    for round in 1..=3 {
        let daemon = sandbox.start();
        until("the request", || publisher.requests("/silent").len() == round);
        let waiting = sandbox
            .command(&["poll", "silent"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        until("a verb that waits", || {
            let said = sandbox.run(&["status", "silent"]).expect_code(0).stdout();
            said.contains("next poll     running")
        });
        assert!(daemon.stop().success());
        let ended = waiting.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(!String::from_utf8_lossy(&ended.stdout).contains("nothing is due"), "{said}");
        let said = sandbox.run(&["status", "silent"]).expect_code(0).stdout();
        assert!(!said.contains("running") && !said.contains("(in "), "round {round}: {said}");
    }
}

#[test]
fn the_error_that_ends_a_daemon_is_one_line_of_json_if_the_log_is() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("[server]\nlisten = [\"{}\"]\n", taken.local_addr().unwrap());
    for (config, part) in [(listen.as_str(), "it is in use"), ("[[source]]\nurl = 1\n", "feeds.toml:2:7")] {
        let sandbox = Sandbox::new(config);
        let said = sandbox.run(&["run", "--log-format", "json"]).expect_code(78).stderr();
        let lines: Vec<serde_json::Value> = said
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{said}")))
            .collect();
        let errors: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
        assert_eq!(errors.len(), 1, "{said}");
        assert!(errors[0]["message"].as_str().unwrap().contains(part), "{said}");
        let said = sandbox.run(&["run"]).expect_code(78).stderr();
        assert!(said.lines().any(|line| line.starts_with("error: ")), "{said}");
    }
}

#[test]
fn a_verb_beside_a_daemon_that_hangs_says_so_after_two_seconds_and_gives_up() {
    let sandbox = with_file();
    let daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("One"));
    daemon.signal(Signal::STOP);
    let said = sandbox.run(&["status"]).expect_code(0).stderr();
    assert!(said.contains("warning: the daemon does not answer"), "{said}");
    let started = Instant::now();
    let ran = sandbox.run(&["add", "file:other.xml", "--name", "b"]).expect_code(0);
    assert!(ran.stderr().contains("note: the daemon does not answer"), "{}", ran.stderr());
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    let ran = sandbox.run(&["remove", "b", "--purge"]).expect_code(1);
    assert!(ran.stderr().contains("error: ") && ran.stderr().contains("does not answer"), "{}", ran.stderr());
    daemon.signal(Signal::CONT);
    let ran = sandbox.run(&["poll", "a"]).expect_code(0);
    assert!(!ran.stderr().contains("does not answer"), "{}", ran.stderr());
}

#[test]
fn a_verb_says_so_if_the_state_is_that_of_another_file() {
    let sandbox = with_file();
    let daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("One"));
    fs::write(sandbox.path().join("other.toml"), source("x", "http://127.0.0.1:9/x")).unwrap();
    for verb in [&["status"][..], &["search", "One"], &["why", "http://example.org/1"], &["poll"]] {
        let said = sandbox.run(&[verb, &["--config", "other.toml"]].concat()).stderr();
        assert!(said.contains("note: the state in `") && said.contains("/feeds.toml`"), "{verb:?}: {said}");
        let said = sandbox.run(verb).stderr();
        assert!(!said.contains("note: the state"), "{verb:?}: {said}");
    }
}

#[test]
fn no_server_is_asked_for_a_source_that_can_not_be_written() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(FEED));
    let sandbox = Sandbox::new("");
    sandbox.configure("source = []\n");
    // Another user may read the folder and not write into it.
    fs::set_permissions(sandbox.path(), std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
    let Some(ran) = sandbox.run_unprivileged(&[], &["add", &publisher.url("/feed")]) else { return };
    let ran = ran.expect_code(1);
    assert!(ran.stderr().contains("can't be written"), "{}", ran.stderr());
    assert_eq!(publisher.requests("/feed").len(), 0);
}

#[test]
fn an_empty_value_is_refused_with_the_name_of_its_option() {
    let sandbox = with_file();
    for (arguments, named) in [
        (&["add", "http://127.0.0.1:9/", "--tag", ""][..], "--tag <TAG>"),
        (&["add", "http://127.0.0.1:9/", "--name", ""], "--name <NAME>"),
        (&["add", "http://127.0.0.1:9/", "--every="], "--every"),
        (&["add", ""], "<URL>"),
        (&["status", ""], "[SOURCE]"),
        (&["preview", ""], "<URL|FILE>"),
        (&["backup", ""], "<FILE>"),
    ] {
        let said = sandbox.run(arguments).expect_code(2).stderr();
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
}

#[test]
fn a_backup_to_stdout_is_refused_and_makes_no_file_of_that_name() {
    let sandbox = with_file();
    sandbox.run(&["poll"]).expect_code(0);
    let said = sandbox.run(&["backup", "-"]).expect_code(2).stderr();
    assert!(said.contains("stdout") && said.contains("hint: name a file"), "{said}");
    assert!(!sandbox.path().join("-").exists());
}

#[test]
fn a_file_of_unknown_keys_is_checked_soon_and_the_errors_beyond_the_first_are_counted() {
    let keys: String =
        (0..200_000).map(|number| format!("unknown_key_{number} = \"secret {number}\"\n")).collect();
    for table in ["", "[polling]\n"] {
        let sandbox = Sandbox::new(&format!("{table}{keys}"));
        // Seconds of processor time, so that a busy machine changes nothing. Without the bound it takes a minute.
        let output = Command::new("prlimit")
            .arg("--cpu=20")
            .arg(env!("CARGO_BIN_EXE_riverd"))
            .args(["check", "--config"])
            .arg(sandbox.config())
            .env("RIVERD_STATE_DIR", sandbox.state())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(78), "{}", said.len());
        assert!(said.contains("(the first 1000 are shown)"), "{table}");
        assert!(!said.contains("secret"), "the value of an unknown key may be a secret");
    }
}

#[test]
fn a_socket_that_systemd_holds_gets_503_until_a_damaged_database_is_replaced() {
    let sandbox = with_file();
    sandbox.run(&["poll"]).expect_code(0);
    let database = sandbox.state().join("riverd.db");
    let good = fs::read(&database).unwrap();
    fs::write(&database, vec![7; good.len()]).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut command = Command::new("sh");
    // systemd passes the first socket as descriptor 3.
    let pass = "exec 3<&0 0</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" run";
    command
        .args(["-c", pass, env!("CARGO_BIN_EXE_riverd")])
        .env("RIVERD_CONFIG", sandbox.config())
        .env("RIVERD_STATE_DIR", sandbox.state())
        .env_remove("JOURNAL_STREAM")
        .current_dir(sandbox.path())
        .stdin(Stdio::from(OwnedFd::from(listener)));
    let mut daemon = Daemon::spawn_command(&mut command);
    let status = daemon.wait_for_notification("STATUS=");
    assert!(status.contains("waiting, because the database can't be used"), "{status}");
    assert_eq!(get(&address, "/feed.xml", &[]).status, 503);
    sandbox.run(&["recover"]).expect_code(78);
    assert_eq!(get(&address, "/feed.xml", &[]).status, 503);
    // The lock is free, so the database can be mended while riverd waits.
    fs::write(sandbox.path().join("copy.db"), good).unwrap();
    sandbox.run(&["restore", "copy.db"]).expect_code(0);
    until("the river", || {
        let answer = get(&address, "/feed.xml", &[]);
        answer.status == 200 && answer.text().contains("One")
    });
    assert!(daemon.stop().success());
}

#[test]
fn only_the_daemon_needs_credentials_that_only_it_can_read() {
    let sandbox = Sandbox::with_sources(
        "[[source]]\nurl = \"http://127.0.0.1:9/\"\nusername = \"u\"\npassword_file = \"credential:p\"\n",
    );
    let run = |verb: &str, credentials: &std::path::Path| {
        sandbox.command(&[verb]).env("CREDENTIALS_DIRECTORY", credentials).output().unwrap().status.code()
    };
    let unreadable = sandbox.path().join("not-there");
    assert_eq!(run("check", &unreadable), Some(0));
    assert_eq!(run("run", &unreadable), Some(78));
    let empty = sandbox.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(run("check", &empty), Some(78), "a name that systemd does not know is a mistake");
}

#[test]
fn no_width_of_a_terminal_stops_a_verb() {
    let sandbox = with_file();
    let daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("One"));
    until("the search index", || sandbox.command(&["search", "One"]).output().unwrap().status.success());
    for columns in 0..40 {
        for verb in [
            &["status"][..],
            &["status", "a"],
            &["list"],
            &["search", "One"],
            &["why", "http://example.org/1"],
        ] {
            let output = sandbox.command(verb).env("COLUMNS", columns.to_string()).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{columns} {verb:?}");
            assert!(output.stdout.len() < 100_000, "{columns} {verb:?}");
        }
    }
}

#[test]
fn a_poll_that_is_interrupted_fails_and_says_how_many_sources_it_left() {
    let publisher = Publisher::start();
    let sources: String = (0..5)
        .map(|number| {
            publisher.at(&format!("/{number}"), Answer::ok(FEED).delay(Duration::from_millis(500)));
            source(&format!("s{number}"), &publisher.url(&format!("/{number}")))
        })
        .collect();
    let sandbox = Sandbox::with_sources(&format!("[polling]\nper_host = 1\n{sources}"));
    let polling =
        sandbox.command(&["poll", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the first request", || !publisher.requests("/0").is_empty());
    let pid = rustix::process::Pid::from_child(&polling);
    rustix::process::kill_process(pid, Signal::INT).unwrap();
    let ended = polling.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("stopped before") && said.contains("of 5 could be polled"), "{said}");
    let lines = String::from_utf8(ended.stdout).unwrap();
    let summary: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(summary["summary"]["sources"], 5, "{summary}");
    assert!(summary["summary"]["polled"].as_u64().unwrap() < 5, "{summary}");
}

#[test]
fn a_second_interrupt_abandons_the_polls_that_are_under_way() {
    let publisher = Publisher::start();
    publisher.at("/silent", Answer::silence());
    let sandbox = Sandbox::with_sources(&source("silent", &publisher.url("/silent")));
    let started = Instant::now();
    let mut polling =
        sandbox.command(&["poll"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the request", || !publisher.requests("/silent").is_empty());
    let pid = rustix::process::Pid::from_child(&polling);
    until("the end", || {
        rustix::process::kill_process(pid, Signal::INT).unwrap();
        polling.try_wait().unwrap().is_some()
    });
    let ended = polling.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("polled 0 of 1 source in") && said.contains("1 not asked"), "{said}");
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    let said = sandbox.run(&["status", "silent"]).expect_code(0).stdout();
    assert!(!said.contains("running"), "{said}");
}

#[test]
fn a_copy_without_room_says_that_the_database_is_unchanged() {
    let sandbox = with_file();
    sandbox.run(&["poll"]).expect_code(0);
    fs::create_dir(sandbox.path().join("small")).unwrap();
    let script = "mount -t tmpfs -o size=100k none small || exit 99; exec \"$0\" backup small/copy.db";
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", script, env!("CARGO_BIN_EXE_riverd")])
        .env("RIVERD_CONFIG", sandbox.config())
        .env("RIVERD_STATE_DIR", sandbox.state())
        .current_dir(sandbox.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    if output.status.code() == Some(99) || said.starts_with("unshare: ") {
        println!("skipped: mounting a small file system needs root and `unshare`");
        return;
    }
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("no room for the copy `small/copy.db`") && said.contains("the database is unchanged"),
        "{said}"
    );
    assert!(!said.contains("fetches again"), "{said}");
}

#[test]
fn a_source_whose_server_asks_for_a_pause_after_a_failure_is_throttled_and_not_failing() {
    let publisher = Publisher::start();
    publisher.in_turn("/f", [Answer::status(500), Answer::status(429)]);
    let sandbox = Sandbox::with_sources(&source("f", &publisher.url("/f")));
    let condition = || {
        sandbox.run(&["poll", "f"]);
        sandbox.run(&["status", "f", "--json"]).expect_code(0).json()["condition"].clone()
    };
    assert_eq!(condition(), "failing");
    assert_eq!(condition(), "throttled");
}

#[test]
fn a_verb_that_finds_no_control_socket_says_that_a_restart_makes_it_again() {
    let sandbox = with_file();
    let _daemon = sandbox.start();
    fs::remove_file(sandbox.state().join("control.sock")).unwrap();
    let said = sandbox.run(&["poll", "a"]).expect_code(78).stderr();
    assert!(said.contains("`control.sock` was deleted: restart it"), "{said}");
}
