//! Tests problems around the daemon: what the verbs print to explain them, their exit codes, and what keeps working.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::support::daemon::{Daemon, Sandbox, VerbOutput, until};
use crate::support::publisher::{Answer, Publisher};

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Good</title><link>https://good.example/</link>\
    <description>d</description><item><title>Good news</title><link>https://good.example/1</link></item></channel></rss>";

fn one_source() -> Sandbox {
    let sandbox = Sandbox::with_sources("[[source]]\nurl = \"file:feed.xml\"\n");
    std::fs::write(sandbox.path().join("feed.xml"), FEED).expect("a feed");
    sandbox
}

#[test]
fn the_exit_code_is_78_with_a_hint_if_the_configuration_is_missing() {
    let sandbox = one_source();
    let ran = sandbox.command(&["run", "--config", "nowhere.toml"]).output().expect("it starts");
    assert_eq!(ran.status.code(), Some(78));
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(stderr.contains("nowhere.toml") && stderr.contains("hint:"), "{stderr}");
}

#[test]
fn the_exit_code_is_78_with_the_position_of_every_error_if_the_configuration_is_broken() {
    let sandbox =
        Sandbox::new("[polling]\nevry = \"30m\"\nconcurrency = \"many\"\n\n[[source]]\nname = \"x\"\n");
    let ran = sandbox.run(&["run"]).expect_code(78);
    let stderr = ran.stderr();
    assert!(stderr.contains("feeds.toml:2:1"), "{stderr}");
    assert!(stderr.contains("`every`"), "the nearest key: {stderr}");
    assert!(stderr.contains("feeds.toml:3:"), "{stderr}");
    assert!(stderr.contains("feeds.toml:5:") && stderr.contains("url"), "{stderr}");
}

#[test]
fn the_exit_code_is_78_and_the_message_names_the_port_if_it_is_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let sandbox = Sandbox::new(&format!("[server]\nlisten = [\"{address}\"]\n"));
    let ran = sandbox.run(&["run"]).expect_code(78);
    assert!(ran.stderr().contains(&address) && ran.stderr().contains("hint:"), "{}", ran.stderr());
}

#[test]
fn the_exit_code_is_78_if_the_state_directory_cant_be_created() {
    let sandbox = one_source();
    let file = sandbox.path().join("feed.xml").join("state");
    for verb in ["run", "poll"] {
        let ran = sandbox.run(&[verb, "--state-dir", file.to_str().expect("UTF-8")]).expect_code(78);
        assert!(ran.stderr().contains("state") && ran.stderr().contains("hint:"), "{}", ran.stderr());
    }
}

#[test]
fn the_exit_code_is_78_for_a_database_of_a_newer_riverd_which_stays_unchanged() {
    let sandbox = one_source();
    sandbox.run(&["poll"]).expect_code(0);
    let path = sandbox.state().join("riverd.db");
    let database = rusqlite::Connection::open(&path).expect("the database");
    database.pragma_update(None, "user_version", 9999).expect("a version");
    drop(database);
    let before = std::fs::read(&path).expect("the file");
    let ran = sandbox.run(&["run"]).expect_code(78);
    assert!(ran.stderr().contains("schema") && ran.stderr().contains("riverd.db"), "{}", ran.stderr());
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

#[test]
fn the_exit_code_is_78_for_a_file_that_is_no_database_which_stays_unchanged() {
    let sandbox = one_source();
    std::fs::create_dir_all(sandbox.state()).expect("a folder");
    let path = sandbox.state().join("riverd.db");
    std::fs::write(&path, "These are my notes, not a database. ".repeat(200)).expect("a file");
    let before = std::fs::read(&path).expect("the file");
    let ran = sandbox.run(&["poll"]).expect_code(78);
    assert!(ran.stderr().contains("riverd.db") && ran.stderr().contains("hint:"), "{}", ran.stderr());
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

#[test]
fn the_exit_code_of_a_second_daemon_on_one_database_is_78_and_the_first_keeps_serving() {
    let sandbox = one_source();
    let daemon = sandbox.start();
    let ran = sandbox.run(&["run"]).expect_code(78);
    assert!(ran.stderr().contains("another riverd"), "{}", ran.stderr());
    assert_eq!(daemon.get("/feed.xml").status, 200);
}

#[test]
fn the_exit_code_is_78_if_too_few_threads_can_be_started() {
    for arguments in [["run"].as_slice(), &["poll", "--all"]] {
        let sandbox = one_source();
        std::fs::set_permissions(sandbox.path(), Permissions::from_mode(0o777)).unwrap();
        let Some(refused) = sandbox.run_unprivileged(&["prlimit", "--nproc=3"], arguments) else {
            println!("skipped: limiting the threads needs `prlimit`, and `setpriv` as root");
            return;
        };
        let said = refused.expect_code(78).stderr();
        assert!(said.contains("of 16 threads can be started") && said.contains("TasksMax="), "{said}");
    }
}

#[test]
fn with_however_few_files_a_verb_works_or_says_what_to_raise() {
    let sandbox = one_source();
    sandbox.run(&["poll", "--all"]).expect_code(0);
    for limit in 4..=20 {
        for arguments in [["run"].as_slice(), &["poll", "--all"], &["status"]] {
            let verb = sandbox.command(arguments);
            let mut command = Command::new("prlimit");
            command.arg(format!("--nofile={limit}:{limit}")).arg(verb.get_program()).args(verb.get_args());
            command.env("RIVERD_CONFIG", sandbox.config()).env("RIVERD_STATE_DIR", sandbox.state());
            let ended = VerbOutput(command.output().unwrap());
            let (code, said) = (ended.code(), ended.stderr());
            let is_refused = code == 78
                && said.to_lowercase().contains("too many open files")
                && said.contains("raise the limit on open files");
            let works = code == 0 && arguments != ["run"];
            assert!(is_refused || works, "{arguments:?} with {limit} files ends with {code}: {said}");
        }
    }
}

#[test]
fn a_time_zone_that_names_a_pipe_is_refused_and_not_read() {
    let sandbox = one_source();
    let pipe = sandbox.path().join("zone");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for arguments in [["run"].as_slice(), &["poll", "--all"], &["status"]] {
        let mut verb = sandbox.command(arguments);
        let mut verb = verb.env("TZ", &pipe).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        until("the end", || verb.try_wait().unwrap().is_some());
        let refused = VerbOutput(verb.wait_with_output().unwrap());
        let said = refused.stderr();
        assert_eq!(refused.code(), 78, "{said}");
        assert!(said.contains("the variable `TZ` names") && said.contains("hint:"), "{said}");
    }
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let sandbox = one_source();
    let log = sandbox.path().join("log");
    assert!(Command::new("mkfifo").arg(&log).status().unwrap().success());
    // With both ends open, opening waits for nobody.
    let mut pipe = File::options().read(true).write(true).open(&log).unwrap();
    rustix::io::ioctl_fionbio(&pipe, true).unwrap();
    while pipe.write(&[b'x'; 4096]).is_ok() {}
    let run = sandbox.command(&["run"]);
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$@\" 2> \"$LOG\"", "sh"]).arg(run.get_program()).args(run.get_args());
    for (name, value) in run.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let daemon = Daemon::start_command(command.env("LOG", &log));
    assert_eq!(daemon.get("/healthz").status, 200);
    assert!(daemon.stop().success());
}

#[test]
fn a_service_manager_that_reads_nothing_stops_nothing() {
    let sandbox = one_source();
    let daemon = Daemon::start_command(sandbox.command(&["run"]).env("WATCHDOG_USEC", "20000"));
    // After the start nobody reads the socket.
    daemon.wait_for_log("the service manager does not read what riverd reports to it");
    sandbox.run(&["poll", "--all"]).expect_code(0);
    assert_eq!(daemon.get("/healthz").status, 200);
    assert!(daemon.stop().success());
}

#[test]
fn a_process_without_free_descriptors_is_no_failure_of_a_source() {
    let publisher = Publisher::start();
    publisher.at("/good.xml", Answer::ok(FEED).closing());
    let sandbox = Sandbox::new(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\n[polling]\nmin_every = \"1s\"\n\
         [[source]]\nname = \"good\"\nurl = \"{}\"\nevery = \"1s\"\n",
        publisher.url("/good.xml")
    ));
    let daemon = sandbox.start();
    publisher.wait_for("/good.xml", 2);
    let pid = rustix::process::Pid::from_raw(daemon.pid().cast_signed());
    let no_files = rustix::process::Resource::Nofile;
    let limit = rustix::process::Rlimit { current: Some(10), ..rustix::process::getrlimit(no_files) };
    let before = rustix::process::prlimit(pid, no_files, limit).unwrap();
    let status = || sandbox.run(&["status", "good", "--json"]).expect_code(0).json();
    until("the shortage", || {
        status()["last_error"]["message"].as_str().is_some_and(|message| message.contains("no room"))
    });
    assert_eq!(status()["failures"], 0);
    let asked = publisher.requests("/good.xml").len();
    rustix::process::prlimit(pid, no_files, before).unwrap();
    publisher.wait_for("/good.xml", asked + 1);
}

#[test]
fn bad_sources_leave_the_others_working() {
    let publisher = Publisher::start();
    publisher.at("/good.xml", Answer::ok(FEED));
    publisher.at("/silent.xml", Answer::silence());
    publisher.at(
        "/endless.xml",
        Answer::endless("<rss version=\"2.0\"><channel>", "<title>more and more</title>"),
    );
    publisher.at(
        "/page.html",
        Answer::ok("<!doctype html><html><title>Hi</title></html>").content_type("text/html"),
    );
    publisher.at("/wrong.xml", Answer::status(500));
    let down = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let sources = [
        ("silent", publisher.url("/silent.xml")),
        ("endless", publisher.url("/endless.xml")),
        ("page", publisher.url("/page.html")),
        ("wrong", publisher.url("/wrong.xml")),
        ("down", format!("http://{down}/feed.xml")),
        ("good", publisher.url("/good.xml")),
    ]
    // Asked again soon: where the machine is too busy for an answer within the timeout, a later poll gets it.
    .map(|(name, url)| format!("[[source]]\nname = \"{name}\"\nurl = \"{url}\"\nevery = \"1s\"\n"))
    .concat();
    let sandbox = Sandbox::new(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\n[polling]\ntimeout = \"2s\"\nmax_body = \"1MiB\"\nper_host = 8\nmin_every = \"1s\"\n{sources}"
    ));
    let daemon = sandbox.start();
    until("the good one", || daemon.get("/feed.xml").text().contains("Good news"));
    let kind = |name: &str| {
        let status = sandbox.run(&["status", name, "--json"]).expect_code(0).json();
        status["last_error"]["kind"].as_str().unwrap_or_default().to_owned()
    };
    for (name, expected) in [
        ("silent", "timeout"),
        ("endless", "too_large"),
        ("page", "not_a_feed"),
        ("wrong", "status"),
        ("down", "connect"),
    ] {
        until(&format!("`{name}` to be `{expected}`"), || kind(name) == expected);
    }
    let ran = sandbox.run(&["status"]).expect_code(0);
    assert!(ran.stdout().contains("good"), "{}", ran.stdout());
}

/// Makes a sandbox with the file sources `one` and `two`.
fn two_sources() -> Sandbox {
    let sandbox = Sandbox::with_sources(
        "[[source]]\nname = \"one\"\nurl = \"file:one.xml\"\n[[source]]\nname = \"two\"\nurl = \"file:two.xml\"\n",
    );
    for name in ["one", "two"] {
        write_feed(&sandbox, name, "First");
    }
    sandbox
}

/// Writes a document with one entry.
fn write_feed(sandbox: &Sandbox, name: &str, title: &str) {
    let feed =
        FEED.replace("Good news", &format!("{title} of {name}")).replace("/1", &format!("/{name}/{title}"));
    std::fs::write(sandbox.path().join(format!("{name}.xml")), feed).expect("a feed");
}

/// Lets the database refuse the entries that match a condition, as a damaged one may.
fn change_database(sandbox: &Sandbox, statement: &str) {
    let database = rusqlite::Connection::open(sandbox.state().join("riverd.db")).expect("the database");
    database.busy_timeout(crate::support::daemon::TEST_TIMEOUT).expect("a timeout");
    database.execute_batch(statement).expect("the change");
}

#[test]
fn a_document_that_cant_be_stored_is_a_failure_of_its_source_alone() {
    let sandbox = two_sources();
    sandbox.run(&["poll"]).expect_code(0);
    change_database(
        &sandbox,
        "create trigger poison before insert on entries when new.title like 'Poison%' begin select raise(abort, 'refused'); end",
    );
    write_feed(&sandbox, "one", "Poison");
    let ran = sandbox.run(&["poll", "--all"]).expect_code(1);
    assert!(
        ran.stderr().contains("one: riverd can't store what it read")
            && ran.stderr().contains("riverd recover"),
        "{}",
        ran.stderr()
    );
    let daemon = sandbox.start();
    for _ in 0..3 {
        sandbox.run(&["poll", "one"]).expect_code(1);
    }
    write_feed(&sandbox, "two", "Second");
    sandbox.run(&["poll", "two"]).expect_code(0);
    assert_eq!(daemon.get("/healthz").status, 200, "{}", daemon.get("/healthz").text());
    let status = sandbox.run(&["status", "one", "--json"]).expect_code(0).json();
    assert!(status["failures"].as_u64() >= Some(4), "{status}");
    write_feed(&sandbox, "one", "Third");
    sandbox.run(&["poll", "one"]).expect_code(0);
    daemon.wait_for_log("one works again");
}

#[test]
fn a_database_that_stores_no_document_is_reported_everywhere_until_it_does() {
    let sandbox = two_sources();
    sandbox.run(&["poll"]).expect_code(0);
    change_database(
        &sandbox,
        "create trigger refuse before insert on entries begin select raise(abort, 'refused'); end",
    );
    let daemon = sandbox.start();
    assert_eq!(daemon.get("/healthz").status, 200, "nothing was refused yet");
    for title in ["Second", "Third"] {
        for name in ["one", "two"] {
            write_feed(&sandbox, name, title);
            let ran = sandbox.run(&["poll", name]).expect_code(1);
            assert!(ran.stderr().contains("riverd recover"), "{}", ran.stderr());
        }
    }
    let health = daemon.get("/healthz");
    let reason = "nothing new could be stored";
    assert!(health.status == 503 && health.text().contains(reason), "{}", health.text());
    assert!(
        health.text().contains("refused") && health.text().contains("riverd recover"),
        "{}",
        health.text()
    );
    let ran = sandbox.run(&["status"]).expect_code(0);
    assert!(ran.stderr().contains(reason), "{}", ran.stderr());
    until("the reason on the status page", || daemon.get("/status").text().contains(reason));
    assert!(daemon.get("/metrics").text().contains("riverd_database_writable 0"));
    assert_eq!(daemon.log().matches("nothing that polls read can be stored").count(), 1, "{}", daemon.log());
    change_database(&sandbox, "drop trigger refuse");
    sandbox.run(&["poll", "two"]).expect_code(0);
    assert_eq!(daemon.get("/healthz").status, 200);
    daemon.wait_for_log("the database takes again what it refused");
}
