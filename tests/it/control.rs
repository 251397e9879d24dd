//! Tests of verbs beside a running daemon: the control socket, and where verbs find the state.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::process::Command;

use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::{Answer, Publisher};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Good news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link></item>\
    <item><guid>2</guid><title>Two</title><link>http://example.org/2</link></item></channel></rss>";

fn source(name: &str, url: &str) -> String {
    format!("[[source]]\nname = {name:?}\nurl = {url:?}\n")
}

/// Sends bytes to the control socket, ends the request, and returns the answer.
pub(crate) fn talk(sandbox: &Sandbox, request: &[u8]) -> String {
    let mut stream = UnixStream::connect(sandbox.state().join("control.sock")).unwrap();
    // The daemon may close the connection before it has read everything.
    drop(stream.write_all(request));
    drop(stream.shutdown(std::net::Shutdown::Write));
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer));
    answer
}

#[test]
fn poll_beside_a_daemon_polls_at_once_in_the_daemon_with_the_same_output() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED).etag("\"1\""));
    publisher.at("/b", Answer::status(500));
    let sandbox =
        Sandbox::with_sources(&(source("a", &publisher.url("/a")) + &source("b", &publisher.url("/b"))));
    let daemon = sandbox.start();
    until("the first polls", || publisher.requests("/a").len() == 1 && publisher.requests("/b").len() == 1);
    until("the records", || {
        let status = sandbox.run(&["status", "--json"]).json();
        status.as_array().unwrap().iter().all(|source| !source["last_poll_at"].is_null())
    });
    let ran = sandbox.run(&["poll", "a", "--json"]).expect_code(0);
    let lines = ran.json_lines();
    assert_eq!((&lines[0]["source"], &lines[0]["outcome"]), (&"a".into(), &"unchanged".into()), "{lines:?}");
    assert_eq!(lines[1]["summary"]["polled"], 1);
    assert_eq!(publisher.requests("/a").len(), 2);
    let ran = sandbox.run(&["poll", "--all"]).expect_code(1);
    assert!(
        ran.stdout().contains("polled 2 of 2 sources") && ran.stdout().contains("b (status)"),
        "{}",
        ran.stdout()
    );
    assert!(ran.stderr().contains("b: ") && ran.stderr().contains("500"), "{}", ran.stderr());
    let ran = sandbox.run(&["poll", "c"]).expect_code(2);
    assert!(ran.stderr().contains("no source `c`"), "{}", ran.stderr());
    drop(daemon);
    let alone = sandbox.run(&["poll", "a", "--json"]).expect_code(0).json_lines();
    let keys = |line: &serde_json::Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&alone[0]), keys(&lines[0]));
    assert_eq!(keys(&alone[1]["summary"]), keys(&lines[1]["summary"]));
}

#[test]
fn a_source_that_was_just_added_is_polled_before_the_daemon_would_have_noticed() {
    let publisher = Publisher::start();
    publisher.at("/new", Answer::ok(FEED));
    let sandbox = Sandbox::with_sources("");
    let _daemon = sandbox.start();
    let added = sandbox.config();
    let text = fs::read_to_string(&added).unwrap() + &source("new", &publisher.url("/new"));
    fs::write(&added, text).unwrap();
    let ran = sandbox.run(&["poll", "new"]).expect_code(0);
    assert!(ran.stdout().contains("2 new"), "{}", ran.stdout());
}

#[test]
fn a_source_that_is_being_polled_is_awaited_and_not_asked_twice() {
    let publisher = Publisher::start();
    publisher.at("/slow", Answer::ok(FEED).delay(std::time::Duration::from_millis(1500)));
    let sandbox = Sandbox::with_sources(&source("slow", &publisher.url("/slow")));
    let _daemon = sandbox.start();
    until("the request", || publisher.requests("/slow").len() == 1);
    let ran = sandbox.run(&["poll", "slow", "--json"]).expect_code(0);
    assert_eq!(ran.json_lines()[0]["outcome"], "new");
    assert_eq!(publisher.requests("/slow").len(), 1);
}

#[test]
fn purging_beside_a_daemon_deletes_the_articles_and_says_how_many() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED));
    let sandbox = Sandbox::with_sources(&source("a", &publisher.url("/a")));
    let daemon = sandbox.start();
    until("the articles", || daemon.get("/feed.xml").text().contains("One"));
    let ran = sandbox.run(&["remove", "a", "--purge"]).expect_code(0);
    assert!(ran.stdout().contains("2 articles were deleted"), "{}", ran.stdout());
    until("an empty river", || !daemon.get("/feed.xml").text().contains("One"));
}

#[test]
fn the_control_socket_is_private_and_survives_hostile_requests() {
    let sandbox = Sandbox::with_sources("");
    let daemon = sandbox.start();
    let socket = sandbox.state().join("control.sock");
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let hostile: [Vec<u8>; 6] = [
        b"\n".to_vec(),
        b"{}\n".to_vec(),
        b"GET /control HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        vec![b'['; 1 << 20],
        vec![0; 4096],
        b"{\"request\":\"poll\",\"sources\":[{\"a\":1}],\"all\":false}\n".to_vec(),
    ];
    for request in hostile {
        let answer = talk(&sandbox, &request);
        assert!(answer.is_empty() || answer.contains("\"answer\":\"error\""), "{answer}");
    }
    // Connections that never send anything don't keep others out for long.
    let _silent: Vec<_> = (0..40).map(|_| UnixStream::connect(&socket).unwrap()).collect();
    until("a free connection", || sandbox.run(&["poll"]).code() == 0);
    assert_eq!(daemon.get("/feed.xml").status, 200);
    assert!(daemon.stop().success());
    assert!(!socket.exists());
}

#[test]
fn a_left_over_socket_does_not_keep_a_verb_from_working() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED));
    let sandbox = Sandbox::with_sources(&source("a", &publisher.url("/a")));
    let daemon = sandbox.start();
    daemon.signal(rustix::process::Signal::KILL);
    drop(daemon);
    assert!(sandbox.state().join("control.sock").exists());
    sandbox.run(&["poll", "a"]).expect_code(0);
    drop(sandbox.start());
}

#[test]
fn sigterm_ends_a_daemon_with_hanging_polls_within_two_seconds() {
    let publisher = Publisher::start();
    publisher.at("/silent", Answer::silence());
    let sandbox = Sandbox::with_sources(&source("silent", &publisher.url("/silent")));
    let daemon = sandbox.start();
    until("the request", || publisher.requests("/silent").len() == 1);
    let started = std::time::Instant::now();
    assert!(daemon.stop().success());
    assert!(started.elapsed() < std::time::Duration::from_secs(2), "{:?}", started.elapsed());
}

/// Runs a verb as another user than the owner of the state. Returns `None` where the test does not run as root.
fn run_as_nobody(sandbox: &Sandbox, arguments: &[&str]) -> Option<(i32, String)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(env!("CARGO_BIN_EXE_riverd"))
        .args(arguments)
        .current_dir("/")
        .env("RIVERD_CONFIG", sandbox.config())
        .env("RIVERD_STATE_DIR", sandbox.state())
        .output()
        .ok()?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    // Root of a user namespace has no other user to become, and the binary may stand where that user can't reach it.
    (!stderr.starts_with("setpriv: ")).then_some((output.status.code()?, stderr))
}

#[test]
fn a_state_that_may_not_be_read_is_named_with_sudo_and_no_second_database_is_made() {
    let sandbox = Sandbox::with_sources(&source("a", "http://127.0.0.1:9/"));
    let _daemon = sandbox.start();
    fs::set_permissions(sandbox.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(sandbox.state(), fs::Permissions::from_mode(0o700)).unwrap();
    for verb in [&["status"][..], &["poll"], &["poll", "a", "--json"], &["why", "x"], &["status", "a"]] {
        let Some((code, stderr)) = run_as_nobody(&sandbox, verb) else { return };
        assert_eq!(code, 78, "{verb:?}: {stderr}");
        assert!(stderr.contains(&format!("`sudo riverd {}`", verb.join(" "))), "{stderr}");
    }
}

#[test]
fn verbs_with_the_services_configuration_use_the_services_state() {
    let sandbox = Sandbox::with_sources("");
    let mut command = sandbox.command(&["poll", "--config", "/etc/riverd/feeds.toml"]);
    let output = command
        .env_remove("RIVERD_STATE_DIR")
        .env("XDG_STATE_HOME", sandbox.path().join("xdg"))
        .output()
        .unwrap();
    // There is no such file here, and in no case does the verb make a database of its own.
    assert_ne!(output.status.code(), Some(0));
    assert!(!sandbox.path().join("xdg").exists());
}
