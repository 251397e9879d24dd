//! Polls broken and hostile HTTP/2 servers with the real binary. A response that is cut off must never count as
//! complete, and a flood must be bounded. Each case has a stable kind of failure.

use std::fmt::Write as _;
use std::io;

use crate::support::daemon::Sandbox;
use crate::support::frames::{
    CANCEL, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Http2Server, INTERNAL_ERROR,
    NO_ERROR, PING, PUSH_PROMISE, RST_STREAM, SETTINGS, field, head,
};
use crate::support::tls::Authority;

const RSS: &[u8] = b"<rss version=\"2.0\"><channel><title>t</title></channel></rss>";

type Case = (&'static str, fn(&mut Http2Server) -> io::Result<()>);

/// Runs `poll --all` against one server per case. Returns the name of each case and its kind of failure, or `none`.
fn poll(cases: &[Case], timeout: &str) -> Vec<(String, String)> {
    let authority = Authority::new();
    let servers: Vec<_> = cases.iter().map(|(_, script)| Http2Server::front(&authority, *script)).collect();
    let mut toml = format!("[polling]\nper_host = 64\ntimeout = \"{timeout}\"\nmax_body = \"1MiB\"\n");
    for (server, (name, _)) in servers.iter().zip(cases) {
        // Writing to a string can't fail.
        write!(toml, "\n[[source]]\nurl = {:?}\nname = {name:?}\n", server.url("/feed")).unwrap();
    }
    let sandbox = Sandbox::new(&toml);
    let mut command = sandbox.command(&["poll", "--all", "--json"]);
    let roots = authority.file(sandbox.path());
    let output = command.env("SSL_CERT_FILE", roots).env("SSL_CERT_DIR", "/nonexistent").output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines
        .filter(|line| line["source"].is_string())
        .map(|line| {
            let kind = line["error"]["kind"].as_str().unwrap_or("none");
            println!("{}: {kind}: {}", line["source"], line["error"]["message"]);
            (line["source"].as_str().unwrap().to_owned(), kind.to_owned())
        })
        .collect()
}

/// Expects that every case ends with this kind of failure.
fn expect(kind: &str, timeout: &str, cases: &[Case]) {
    let outcomes = poll(cases, timeout);
    assert_eq!(outcomes.len(), cases.len());
    let other: Vec<_> = outcomes.iter().filter(|(_, found)| found != kind).collect();
    assert!(other.is_empty(), "not `{kind}`: {other:?}");
}

/// Sends a complete response.
fn whole(server: &mut Http2Server) -> io::Result<()> {
    server.head(&[("content-length", "60")])?;
    server.send(DATA, END_STREAM, RSS)
}

/// Sends the head and half of the body.
fn first_half(server: &mut Http2Server) -> io::Result<()> {
    server.head(&[])?;
    server.send(DATA, 0, &RSS[..30])
}

#[test]
fn a_complete_response_is_accepted_however_it_ends() {
    assert_eq!(RSS.len(), 60);
    expect(
        "none",
        "5m",
        &[
            ("with-a-length", whole),
            ("without-a-length", |server| {
                first_half(server)?;
                server.send(DATA, END_STREAM, &RSS[30..])
            }),
            ("ended-by-an-empty-frame", |server| {
                server.head(&[])?;
                server.send(DATA, 0, RSS)?;
                server.send(DATA, END_STREAM, b"")
            }),
            ("ended-by-trailers", |server| {
                server.head(&[])?;
                server.send(DATA, 0, RSS)?;
                server.send(HEADERS, END_HEADERS | END_STREAM, &field("server-timing", "x"))
            }),
            ("reset-after-its-end", |server| {
                whole(server)?;
                server.reset(NO_ERROR)
            }),
            ("after-hints", |server| {
                // Status 103 (Early Hints) is not in HPACK's static table, so it is written as a literal.
                server.send(HEADERS, END_HEADERS, &[&[0x08, 3][..], b"103"].concat())?;
                whole(server)
            }),
            ("before-a-goaway", |server| {
                server.send_on(0, GOAWAY, 0, &[0, 0, 0, 1, 0, 0, 0, 0])?;
                whole(server)
            }),
        ],
    );
}

#[test]
fn a_response_that_is_cut_off_never_counts_as_complete() {
    expect(
        "connect",
        "5m",
        &[
            ("reset-half-way", |server| {
                first_half(server)?;
                server.reset(NO_ERROR)
            }),
            ("reset-before-the-body", |server| {
                server.head(&[])?;
                server.reset(NO_ERROR)
            }),
            ("reset-with-a-length", |server| {
                server.head(&[("content-length", "60")])?;
                server.send(DATA, 0, &RSS[..30])?;
                server.reset(NO_ERROR)
            }),
            ("shorter-than-its-length", |server| {
                server.head(&[("content-length", "60")])?;
                server.send(DATA, END_STREAM, &RSS[..30])
            }),
            ("empty-with-a-length", |server| {
                server.send(HEADERS, END_HEADERS | END_STREAM, &head(&[("content-length", "60")]))
            }),
            ("longer-than-its-length", |server| {
                server.head(&[("content-length", "30")])?;
                server.send(DATA, END_STREAM, RSS)
            }),
            ("of-two-lengths", |server| {
                server.head(&[("content-length", "60"), ("content-length", "61")])?;
                server.send(DATA, END_STREAM, RSS)
            }),
            ("cancelled", |server| {
                first_half(server)?;
                server.reset(CANCEL)
            }),
            ("failed", |server| {
                first_half(server)?;
                server.reset(INTERNAL_ERROR)
            }),
            ("failed-without-an-answer", |server| server.reset(INTERNAL_ERROR)),
            ("goaway-half-way", |server| {
                first_half(server)?;
                server.send_on(0, GOAWAY, 0, &[0, 0, 0, 0, 0, 0, 0, 2])?;
                server.close()
            }),
            ("goaway-before-the-answer", |server| server.send_on(0, GOAWAY, 0, &[0, 0, 0, 0, 0, 0, 0, 0])),
            ("closed", |server| {
                first_half(server)?;
                server.close()
            }),
            ("closed-without-an-answer", Http2Server::close),
            ("no-frames", |server| server.send_raw(b"HTTP/1.1 200 OK\r\n\r\n")),
            ("a-frame-over-the-limit", |server| {
                server.head(&[])?;
                server.send(DATA, 0, &vec![b' '; 20_000])
            }),
            ("endless-data-beyond-the-window", |server| {
                server.head(&[])?;
                loop {
                    server.send(DATA, 0, &[b' '; 16_000])?;
                }
            }),
            ("endless-empty-frames", |server| {
                server.head(&[])?;
                loop {
                    server.send(DATA, 0, b"")?;
                }
            }),
            ("an-unwanted-push", |server| {
                server.send(PUSH_PROMISE, END_HEADERS, &[&[0, 0, 0, 2][..], &head(&[])].concat())
            }),
            ("data-before-a-head", |server| server.send(DATA, END_STREAM, RSS)),
            ("a-reset-of-nothing", |server| server.send_on(7, RST_STREAM, 0, &[0, 0, 0, 2])),
        ],
    );
}

#[test]
fn floods_are_stopped_as_too_large() {
    expect(
        "too_large",
        "5m",
        &[
            ("many-headers", |server| {
                let fields = field("x-more", &"x".repeat(100)).repeat(140);
                server.send(HEADERS, 0, &head(&[]))?;
                for _ in 0..5 {
                    server.send(CONTINUATION, 0, &fields)?;
                }
                server.send(CONTINUATION, END_HEADERS, &fields)?;
                server.send(DATA, END_STREAM, RSS)
            }),
            ("endless-headers", |server| {
                let fields = field("x-more", &"x".repeat(100)).repeat(140);
                server.send(HEADERS, 0, &head(&[]))?;
                loop {
                    server.send(CONTINUATION, 0, &fields)?;
                }
            }),
            ("a-header-ten-thousand-times", |server| {
                // The header is added to the table once (RFC 7541 §6.2.1), then repeated by its index, 62.
                let value = "x".repeat(126);
                let mut block = [&[0x88, 0x40, 1, b'a', 126][..], value.as_bytes()].concat();
                block.extend([0xbe; 10_000]);
                server.send(HEADERS, END_HEADERS, &block)?;
                server.send(DATA, END_STREAM, RSS)
            }),
            ("endless-empty-continuations", |server| {
                server.send(HEADERS, 0, &head(&[]))?;
                loop {
                    server.send(CONTINUATION, 0, b"")?;
                }
            }),
            ("more-than-the-cap-it-says", |server| {
                server.head(&[("content-length", "99999999999")])?;
                server.send(DATA, 0, RSS)
            }),
        ],
    );
}

#[test]
fn a_server_that_never_completes_its_response_times_out() {
    expect(
        "timeout",
        "4s",
        &[
            ("silence", |_| Ok(())),
            ("a-head-and-silence", |server| server.head(&[])),
            ("half-and-silence", first_half),
            ("half-a-head", |server| server.send(HEADERS, 0, &head(&[]))),
            ("endless-hints", |server| {
                loop {
                    server.send(HEADERS, END_HEADERS, &[&[0x08, 3][..], b"103"].concat())?;
                }
            }),
            ("endless-pings", |server| {
                loop {
                    server.send_on(0, PING, 0, &[0; 8])?;
                }
            }),
            ("endless-settings", |server| {
                loop {
                    server.send_on(0, SETTINGS, 0, &[])?;
                }
            }),
        ],
    );
}
