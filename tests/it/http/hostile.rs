//! Malformed and hostile requests, sent over raw TCP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{LOCAL, daemon, sandbox};
use crate::support::daemon::{Daemon, TEST_TIMEOUT, parse_response};

/// Sends `request` and reads until the daemon closes the connection, which may happen before it has read the whole
/// request.
fn answer(daemon: &Daemon, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(daemon.address()).unwrap();
    stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
    let sent = stream.write_all(request);
    let mut answer = Vec::new();
    // If the daemon closes early, the rest of the request causes a reset, and the answer may be lost.
    let read = stream.read_to_end(&mut answer);
    assert!(sent.is_ok() && read.is_ok() || answer.len() < 4096, "{sent:?} {read:?}");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn malformed_requests_are_refused_and_the_next_reader_is_served() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let long = "a".repeat(1 << 20);
    for (request, statuses) in [
        ("GET /feed.xml HTTP/1.1\r\n\r\n".to_owned(), &["400"][..]),
        ("GET /feed.xml HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), &["400"]),
        ("GET /feed.xml HTTP/1.1\r\nHost: a b\r\n\r\n".to_owned(), &["400"]),
        ("GET /feed.xml HTTP/1.1\r\nHost: <script>\r\n\r\n".to_owned(), &["400"]),
        ("GET /feed.xml HTTP/1.1\r\nHost: user@x\r\n\r\n".to_owned(), &["400"]),
        ("GET /feed.xml HTTP/1.1\r\nHost:\r\n\r\n".to_owned(), &["400"]),
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), &["414", "431", ""]),
        (format!("GET /?page={long} HTTP/1.1\r\nHost: x\r\n\r\n"), &["414", "431", ""]),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {long}\r\n\r\n"), &["431", ""]),
        (format!("GET / HTTP/1.1\r\nHost: {long}\r\n\r\n"), &["431", ""]),
        ("\u{1}\u{2}\u{3}\r\n\r\n".to_owned(), &["400", ""]),
    ] {
        let answer = answer(&daemon, request.as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(statuses.contains(&status), "{request:.80}: {answer:.200}");
    }
    assert_eq!(daemon.get("/feed.xml").status, 200);
}

#[test]
fn a_body_is_never_taken_for_the_next_request() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let smuggled = "GET /feed.xml HTTP/1.1\r\nHost: x\r\n\r\n";
    for head in [
        format!(
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            smuggled.len() + 5
        ),
        format!("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", smuggled.len()),
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "POST /feed.xml HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n".to_owned(),
    ] {
        let answer = answer(&daemon, format!("{head}{smuggled}").as_bytes());
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{head}: {answer:.400}");
        assert!(!answer.contains("<rss"), "{head}");
    }
}

#[test]
fn each_pipelined_request_is_answered_by_its_own_conditions() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let etag = daemon.get("/feed.json").header("etag").unwrap().to_owned();
    let host = daemon.address();
    let request = format!(
        "HEAD /feed.xml HTTP/1.1\r\nHost: {host}\r\n\r\n\
         GET /feed.json HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {etag}\r\n\r\n\
         GET /nothing HTTP/1.1\r\nHost: {host}\r\n\r\n\
         GET /atom.xml HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    );
    let answer = answer(&daemon, request.as_bytes());
    let statuses: Vec<_> =
        answer.match_indices("HTTP/1.1 ").map(|(at, _)| &answer[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["200", "304", "404", "200"]);
    assert!(answer.ends_with("</feed>"));
}

#[test]
fn many_idle_connections_do_not_hold_up_a_reader() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let idle: Vec<_> = (0..300)
        .map(|number| {
            let mut stream = TcpStream::connect(daemon.address()).unwrap();
            if number % 2 == 0 {
                stream.write_all(b"GET /feed.xml HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(daemon.get("/feed.xml").status, 200);
    assert_eq!(daemon.get("/healthz").status, 200);
    drop(idle);
}

#[test]
fn when_file_descriptors_run_out_readers_wait_and_the_daemon_does_not_spin() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    // An answer proves that the server has computed its connection limit from the old number of descriptors.
    assert_eq!(daemon.get("/healthz").status, 200);
    // The new limit leaves the daemon twenty more descriptors; the connections below need more than that.
    let open = std::fs::read_dir(format!("/proc/{}/fd", daemon.pid())).unwrap().count() as u64;
    let limit = rustix::process::Rlimit { current: Some(open + 20), maximum: Some(open + 20) };
    let pid = rustix::process::Pid::from_raw(daemon.pid().cast_signed());
    rustix::process::prlimit(pid, rustix::process::Resource::Nofile, limit).unwrap();
    let idle: Vec<_> = (0..60).map(|_| TcpStream::connect(daemon.address()).unwrap()).collect();
    daemon.wait_for_log("can't accept connections");
    let request =
        format!("GET /feed.xml HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", daemon.address());
    assert_eq!(parse_response(answer(&daemon, request.as_bytes()).as_bytes()).status, 200);
    let logged = daemon.log().matches("can't accept connections").count();
    assert_eq!(logged, 1);
    drop(idle);
}
