//! Requests for the river's feeds on a connection that stays open: they are answered without hyper until another request comes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{LOCAL, daemon, sandbox};
use crate::support::daemon::{Daemon, Response, Sandbox, TEST_TIMEOUT, exchange, parse_response};

/// A connection that stays open.
struct Client(TcpStream);

impl Client {
    fn connect(daemon: &Daemon) -> Self {
        let stream = TcpStream::connect(daemon.address()).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        Self(stream)
    }

    /// Sends a request and reads its answer, which states its length if it has a body.
    fn ask(&mut self, request: &str) -> String {
        self.0.write_all(request.as_bytes()).unwrap();
        self.answer()
    }

    fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        let head = String::from_utf8(answer).unwrap();
        let length = head
            .split("Content-Length: ")
            .nth(1)
            .map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        head + &String::from_utf8_lossy(&body)
    }
}

fn request(daemon: &Daemon, path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", daemon.address())
}

/// Leaves out the one line that may differ between two equal answers.
fn without_date(answer: &str) -> String {
    answer.split_inclusive("\r\n").filter(|line| !line.starts_with("Date: ")).collect()
}

/// A river with a document of several megabytes.
fn long_river() -> Sandbox {
    let sandbox = Sandbox::new(&format!("{LOCAL}[[source]]\nurl = \"file:long.xml\"\nname = \"long\"\n"));
    let entry = |number| {
        format!(
            "<item><guid>{number}</guid><title>Entry {number}</title><description>{}</description></item>",
            format!("word{number} ").repeat(4000)
        )
    };
    let entries: String = (0..80).map(entry).collect();
    let rss = format!("<rss version=\"2.0\"><channel><title>Long</title>{entries}</channel></rss>");
    std::fs::write(sandbox.path().join("long.xml"), rss).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    sandbox
}

#[test]
fn an_answer_is_the_same_whether_hyper_gives_it_or_not() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    // Hyper answers a request with many lines.
    let fillers: String = (0..40).map(|number| format!("X-Filler: {number}\r\n")).collect();
    let known = daemon.get("/feed.xml").header("etag").unwrap().to_owned();
    for path in ["/feed.xml", "/atom.xml", "/feed.json"] {
        for headers in [
            String::new(),
            "Accept-Encoding: gzip\r\nConnection: Keep-Alive\r\n".to_owned(),
            "accept-encoding: br;q=0.5,\r\naccept-encoding: zstd\r\n".to_owned(),
            format!("If-None-Match: \"other\"\r\nIf-None-Match: {known}\r\n"),
            "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n".to_owned(),
        ] {
            let mut client = Client::connect(&daemon);
            // From the second time on, a document is sent from a file.
            let answers = [(); 3].map(|()| without_date(&client.ask(&request(&daemon, path, &headers))));
            let by_hyper = client.ask(&request(&daemon, path, &format!("{headers}{fillers}")));
            assert_eq!(answers, [(); 3].map(|()| without_date(&by_hyper)), "{path} {headers}");
            assert!(by_hyper.contains("\r\nDate: "), "{by_hyper}");
        }
    }
}

#[test]
fn other_requests_may_follow_on_the_same_connection() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let mut client = Client::connect(&daemon);
    for (path, status) in [
        ("/feed.xml", "200 OK"),
        ("/atom.xml", "200 OK"),
        ("/healthz", "200 OK"),
        ("/feed.xml", "200 OK"),
        ("/nothing", "404 Not Found"),
        ("/feed.xml", "200 OK"),
    ] {
        let answer = client.ask(&request(&daemon, path, ""));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{path}: {answer}");
    }
}

#[test]
fn a_request_that_comes_in_parts_and_one_that_comes_with_the_next_are_answered() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let one = request(&daemon, "/feed.xml", "");
    let expected = without_date(&Client::connect(&daemon).ask(&one));
    for at in [1, 4, one.len() - 3, one.len() - 1] {
        let mut client = Client::connect(&daemon);
        client.0.set_nodelay(true).unwrap();
        client.0.write_all(&one.as_bytes()[..at]).unwrap();
        assert_eq!(without_date(&client.ask(&one[at..])), expected, "parted at {at}");
    }
    let mut client = Client::connect(&daemon);
    client.0.write_all(one.repeat(3).as_bytes()).unwrap();
    assert_eq!([(); 3].map(|()| without_date(&client.answer())), [(); 3].map(|()| expected.clone()));
}

#[test]
fn a_long_document_comes_whole_to_a_client_that_reads_slowly() {
    let sandbox = long_river();
    let daemon = daemon(&sandbox);
    let Response { body, .. } = daemon.get("/feed.xml");
    assert!(body.len() > 2_000_000, "{} bytes", body.len());
    let one = request(&daemon, "/feed.xml", "");
    for _ in 0..3 {
        let mut client = Client::connect(&daemon);
        rustix::net::sockopt::set_socket_recv_buffer_size(&client.0, 65536).unwrap();
        let answer = client.ask(&one);
        assert!(answer.as_bytes().ends_with(&body), "the document is not whole");
    }
}

#[test]
fn a_stop_closes_a_connection_that_waits_for_a_further_request() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let mut client = Client::connect(&daemon);
    client.ask(&request(&daemon, "/feed.xml", ""));
    assert!(daemon.stop().success());
    assert_eq!(client.0.read(&mut [0]).unwrap(), 0);
}

#[test]
fn a_request_that_asks_to_close_the_connection_closes_it() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    for headers in ["Connection: close\r\n", "Connection: keep-alive, Close\r\n"] {
        let answer = exchange(daemon.address(), request(&daemon, "/feed.xml", headers).as_bytes());
        assert_eq!(parse_response(&answer).header("connection"), Some("close"));
    }
}
