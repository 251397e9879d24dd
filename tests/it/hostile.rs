//! Tests the fetcher against hostile and broken servers. Every fault is a failure of a stable kind, within the
//! timeout and the size limit, and the next valid response succeeds.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::read::{GzEncoder, ZlibEncoder};
use riverd::model::{FailureKind, FetchOutcome};

use crate::fetch::Rig;
use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::{Answer, Gate, Publisher};
use crate::support::tls::Authority;

const RSS: &str = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";
const SECOND: Duration = Duration::from_secs(1);

/// A fetcher with a timeout that a hanging server soon reaches.
fn with_short_timeout(url: &str) -> Rig {
    Rig::new("timeout = \"3s\"\nmax_body = \"1MiB\"", url, "")
}

/// A fetcher with a timeout that even a busy machine does not reach.
fn with_long_timeout(url: &str) -> Rig {
    Rig::new("timeout = \"5m\"\nmax_body = \"1MiB\"", url, "")
}

/// Checks that each answer is a failure of this kind for the fetcher that `client` makes, and that a valid answer
/// after it is accepted.
async fn expect_failure(kind: FailureKind, client: fn(&str) -> Rig, answers: Vec<(&str, Answer)>) {
    let cases = answers.into_iter().map(|(what, answer)| async move {
        let publisher = Publisher::start();
        publisher.in_turn("/feed", [answer, Answer::ok(RSS).etag("\"1\"")]);
        let (_, failure) = client(&publisher.url("/feed")).failure().await;
        assert_eq!(failure.kind, kind, "{what}: {}", failure.message);
        assert!(!failure.message.contains("error sending request"), "{failure:?}");
        assert_eq!(
            &with_long_timeout(&publisher.url("/feed")).fresh().await.body[..],
            RSS.as_bytes(),
            "{what}"
        );
        assert_eq!(publisher.requests("/feed").len(), 2, "{what}: one fetch sends one request");
    });
    futures_util::future::join_all(cases).await;
}

#[tokio::test]
async fn a_server_that_hangs_or_trickles_fails_at_the_timeout() {
    let trickle = Answer::ok(vec![b'x'; 1000]).trickle(1, SECOND / 10);
    expect_failure(
        FailureKind::Timeout,
        with_short_timeout,
        vec![
            ("no answer", Answer::silence()),
            ("a hang before the body", Answer::ok(RSS).delay_of_body(SECOND * 60)),
            ("a hang in the body", Answer::ok(RSS).hang_at(10)),
            ("a hang in a chunked body", Answer::ok(RSS).chunked(5).hang_at(10)),
            ("single bytes, slowly, in the head and the body", trickle.clone()),
            ("single bytes, slowly, after a delay", trickle.delay(SECOND / 100)),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_gives_no_partial_body() {
    let long = vec![b'x'; 100_000];
    expect_failure(
        FailureKind::Connect,
        with_long_timeout,
        vec![
            ("reset before the answer", Answer::reset()),
            ("closed before the answer", Answer::raw("")),
            ("closed in the head", Answer::raw("HTTP/1.1 200 OK\r\nContent-Le")),
            ("reset in the body", Answer::ok(&long).reset_at(50_000)),
            ("closed in the body", Answer::ok(&long).cut_at(50_000)),
            ("closed in a chunk", Answer::ok(&long).chunked(30_000).cut_at(50_000)),
            ("a Content-Length longer than the body", Answer::ok(&long).content_length(200_000).closing()),
            (
                "a chunk with an invalid length",
                Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
            ),
            (
                "a chunk with a length that overflows",
                Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
            ),
            ("a negative Content-Length", Answer::ok(RSS).content_length(-5).closing()),
            ("two Content-Lengths", Answer::ok(RSS).header("Content-Length", "3").closing()),
            ("another protocol", Answer::raw("220 smtp.example ESMTP\r\n")),
            ("junk", Answer::raw([0x15, 3, 3, 0, 2, 2, 40])),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_body_longer_than_its_content_length_is_read_up_to_that_length() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok("0123456789").content_length(4).closing());
    assert_eq!(&with_long_timeout(&publisher.url("/feed")).fresh().await.body[..], b"0123");
}

#[tokio::test]
async fn a_response_over_the_size_limit_fails_as_too_large() {
    let zeros = vec![b' '; 8 << 20];
    let gzip = compressed(GzEncoder::new(&zeros[..], Compression::best()));
    let deflate = compressed(ZlibEncoder::new(&zeros[..], Compression::best()));
    let brotli = compressed(brotli::CompressorReader::new(&zeros[..], 4096, 5, 22));
    let zstd = zstd::encode_all(&zeros[..], 3).unwrap();
    let coded = |coding: &str, body: &[u8]| Answer::ok(body).header("Content-Encoding", coding);
    expect_failure(
        FailureKind::TooLarge,
        with_long_timeout,
        vec![
            ("endless", Answer::endless(RSS, [b' '; 4096])),
            ("endless in chunks", Answer::endless(RSS, [b' '; 4096]).chunked(1000)),
            ("a Content-Length of a gigabyte", Answer::ok(RSS).content_length(1 << 30)),
            ("a Content-Length larger than any memory", Answer::ok(RSS).content_length(i64::MAX)),
            ("a gzip bomb", coded("gzip", &gzip)),
            ("a deflate bomb", coded("deflate", &deflate)),
            ("a brotli bomb", coded("br", &brotli)),
            ("a zstd bomb", coded("zstd", &zstd)),
            ("thousands of headers", Answer::ok(RSS).header_flood(5000, 10)),
            ("a few huge headers", Answer::ok(RSS).header_flood(4, 30_000)),
            ("one huge header", Answer::ok(RSS).header_flood(1, 2_000_000)),
            ("endless headers", Answer::endless_head()),
        ],
    )
    .await;
}

fn compressed(mut encoder: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn truncated_or_broken_compressed_bodies_are_malformed_and_a_false_content_encoding_is_ignored() {
    let gzip = compressed(GzEncoder::new(RSS.as_bytes(), Compression::best()));
    let coded = |coding: &str, body: &[u8]| Answer::ok(body).header("Content-Encoding", coding);
    expect_failure(
        FailureKind::Malformed,
        with_long_timeout,
        vec![
            ("gzip truncated in the middle", coded("gzip", &gzip[..gzip.len() / 2])),
            ("gzip cut in the middle, until the connection closes", coded("gzip", &gzip[..30]).until_close()),
            ("random bytes declared as brotli", coded("br", &[0xff; 100])),
            ("gzip declared as two codings", coded("gzip, br", &gzip)),
        ],
    )
    .await;

    let publisher = Publisher::start();
    for coding in ["gzip", "br", "zstd", "deflate", "identity", "utf-8", "gzip, gzip"] {
        publisher.at("/feed", coded(coding, RSS.as_bytes()));
        assert_eq!(
            &with_long_timeout(&publisher.url("/feed")).fresh().await.body[..],
            RSS.as_bytes(),
            "{coding}"
        );
    }
    publisher.at("/feed", coded("gzip", &gzip[..gzip.len() - 1]));
    let whole = with_long_timeout(&publisher.url("/feed")).fresh().await;
    assert_eq!(&whole.body[..], RSS.as_bytes(), "only the end of the coding is cut off");
    publisher.at("/feed", coded("x-gzip", &gzip).chunked(7));
    assert_eq!(&with_long_timeout(&publisher.url("/feed")).fresh().await.body[..], RSS.as_bytes());
}

#[tokio::test]
async fn malformed_headers_of_old_servers_are_accepted() {
    let publisher = Publisher::start();
    for head in [
        "HTTP/1.0 200 OK\nContent-Type: text/xml\n\n",
        "HTTP/1.1 200\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 D'accord, voil\u{e0}\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX Broken: 1\r\nno colon at all\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nX-Space : c\r\nConnection: close\r\n\r\n",
    ] {
        publisher.at("/feed", Answer::raw(format!("{head}{RSS}")));
        assert_eq!(
            &with_long_timeout(&publisher.url("/feed")).fresh().await.body[..],
            RSS.as_bytes(),
            "{head}"
        );
    }
}

#[tokio::test]
async fn redirects_that_are_too_many_or_circular_or_invalid_fail() {
    let publisher = Publisher::start();
    publisher.with("/deep", |request, _| {
        let depth: u32 = request.target.split('=').nth(1).map_or(0, |depth| depth.parse().unwrap());
        if depth == 50 { Answer::ok(RSS) } else { Answer::redirect(301, format!("/deep?n={}", depth + 1)) }
    });
    publisher.at("/loop", Answer::redirect(302, "/loop2")).at("/loop2", Answer::redirect(302, "/loop"));
    publisher
        .at("/none", Answer::status(301))
        .at("/empty", Answer::redirect(302, ""))
        .at("/bad", Answer::redirect(302, "http://["));
    publisher
        .at("/file", Answer::redirect(302, "file:///etc/passwd"))
        .at("/gopher", Answer::redirect(302, "gopher://a/"));
    let expected = [
        ("/deep", FailureKind::Status, 11),
        ("/loop", FailureKind::Status, 2),
        ("/none", FailureKind::Status, 1),
        ("/empty", FailureKind::Status, 1),
        ("/bad", FailureKind::Status, 1),
        ("/file", FailureKind::Blocked, 1),
        ("/gopher", FailureKind::Blocked, 1),
    ];
    for (path, kind, requests) in expected {
        publisher.take_requests();
        assert_eq!(with_long_timeout(&publisher.url(path)).kind().await, kind, "{path}");
        assert_eq!(publisher.take_requests().len(), requests, "{path}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_connect_failure() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_, failure) = with_long_timeout(&format!("http://{closed}/feed")).failure().await;
    assert_eq!(failure.kind, FailureKind::Connect);
    assert!(
        failure.message.contains(&closed.to_string()) && failure.message.contains("refused"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_server_that_drops_connections_silently_is_a_timeout() {
    // Linux drops a SYN while the queue of connections that are not yet accepted is full.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let address = listener.local_addr().unwrap();
    let filling = TcpStream::connect(address).unwrap();
    let (_, failure) = with_short_timeout(&format!("http://{address}/feed")).failure().await;
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert!(failure.message.contains("can't connect"), "{failure:?}");
    drop(filling);
}

#[tokio::test]
async fn a_retry_after_of_eight_thousand_years_is_no_pause_and_a_long_max_age_is_bounded() {
    let publisher = Publisher::start();
    publisher.at(
        "/feed",
        Answer::status(429)
            .header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")
            .header("Cache-Control", "max-age=1e99"),
    );
    let FetchOutcome::Throttled { retry_after, freshness, .. } =
        with_long_timeout(&publisher.url("/feed")).fetch().await
    else {
        panic!()
    };
    assert_eq!(retry_after, None);
    assert_eq!(freshness.max_age.unwrap().as_secs(), 3650 * 86_400);
}

#[tokio::test]
async fn many_large_bodies_at_once_all_arrive() {
    let publisher = Publisher::start();
    publisher.otherwise(|_, _| Answer::ok(vec![b'x'; 3 << 20]));
    let rig = Rig::new("timeout = \"5m\"\nmax_body = \"4MiB\"", &publisher.url("/feed"), "");
    let fetches: Vec<_> = (0..20).map(|_| rig.fresh()).collect();
    for fetched in futures_util::future::join_all(fetches).await {
        assert_eq!(fetched.body.len(), 3 << 20);
    }
}

/// Runs `riverd preview` on an address and returns its messages. The process trusts `authority`, or else a CA that
/// signed nothing.
fn preview(url: &str, authority: Option<&Authority>) -> String {
    let sandbox = Sandbox::new("");
    let mut command = sandbox.command(&["preview", url]);
    let known = authority.unwrap_or(&Authority::new()).file(sandbox.path());
    let ran = command.env("SSL_CERT_FILE", known).env("SSL_CERT_DIR", "/nonexistent").output().unwrap();
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

#[test]
fn an_invalid_certificate_is_refused_with_the_reason() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(RSS));
    let authority = Authority::new();
    let good = authority.front("127.0.0.1", &publisher);
    preview(&good.url("/feed"), Some(&authority));
    assert_eq!(publisher.requests("/feed").len(), 1);

    let wrong = [
        (preview(&good.url("/feed"), None), "not signed by a CA that this machine trusts"),
        (
            preview(&authority.expired_front("127.0.0.1", &publisher).url("/feed"), Some(&authority)),
            "has expired",
        ),
        (
            preview(&authority.front("other.example", &publisher).url("/feed"), Some(&authority)),
            "is for another host",
        ),
        (
            preview(&Authority::self_signed_front("127.0.0.1", &publisher).url("/feed"), Some(&authority)),
            "not signed by a CA that this machine trusts",
        ),
        (
            preview(&Authority::ca_front("127.0.0.1", &publisher).url("/feed"), Some(&authority)),
            "is a CA certificate, usually self-signed",
        ),
        (
            preview(&server_with_fixed_answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Some(&authority)),
            "does not speak TLS",
        ),
        // A fatal alert (2) of the kind protocol_version (70), as very old servers send it.
        (
            preview(&server_with_fixed_answer(&[0x15, 3, 1, 0, 2, 2, 70]), Some(&authority)),
            "supports no version of TLS that riverd supports",
        ),
    ];
    for (said, why) in wrong {
        assert!(said.contains(why), "not `{why}`: {said}");
    }
    assert_eq!(publisher.requests("/feed").len(), 1);
}

/// Returns an https address whose server answers the TLS greeting with these bytes only.
fn server_with_fixed_answer(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(answer).unwrap();
    });
    format!("https://{address}/feed")
}

#[test]
fn without_a_ca_store_only_https_fails_and_says_why() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(RSS));
    let server = Authority::new().front("127.0.0.1", &publisher);
    let sandbox = Sandbox::new("");
    let bare = |url: &str| {
        let mut command = sandbox.command(&["preview", url]);
        let ran = command
            .env("SSL_CERT_FILE", "/nonexistent")
            .env("SSL_CERT_DIR", "/nonexistent")
            .output()
            .unwrap();
        String::from_utf8_lossy(&ran.stderr).into_owned()
    };
    bare(&publisher.url("/feed"));
    let said = bare(&server.url("/feed"));
    assert!(
        said.contains("this machine has no CA certificates") && said.contains("ca-certificates"),
        "{said}"
    );
    assert_eq!(publisher.requests("/feed").len(), 1);
}

/// Returns the peak memory of a process in KiB.
fn peak_memory(pid: u32) -> usize {
    memory(pid, "VmHWM:")
}

/// Returns a figure of `/proc/PID/status` in KiB.
fn memory(pid: u32, figure: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(figure)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn many_hostile_servers_cost_little_memory_and_delay_no_other_source() {
    let zeros = vec![b' '; 64 << 20];
    let coded = |coding: &str, body: &[u8]| Answer::ok(body).header("Content-Encoding", coding);
    let gate = Gate::new();
    let answers = [
        coded("gzip", &compressed(GzEncoder::new(&zeros[..], Compression::best()))),
        coded("zstd", &zstd::encode_all(&zeros[..], 3).unwrap()),
        Answer::endless(RSS, vec![b' '; 65_536]),
        Answer::endless(RSS, vec![b'<'; 65_536]).chunked(4000),
        Answer::endless_head(),
        Answer::ok(RSS).header_flood(150, 400_000),
        Answer::ok(RSS).held_by(&gate),
        Answer::ok(RSS).hang_at(20),
        Answer::ok(RSS).trickle(1, SECOND),
    ];
    // Each server is on its own host, so that no limit per host makes them wait for each other.
    let servers: Vec<Publisher> =
        (0..40).map(|n| Publisher::start_on(format!("127.1.0.{}:0", n + 1).parse().unwrap())).collect();
    let mut sources = String::from("[polling]\nmax_body = \"4MiB\"\ntimeout = \"5s\"\nmin_every = \"1s\"\n");
    for (publisher, answer) in servers.iter().zip(answers.iter().cycle()) {
        publisher.at("/feed", answer.clone());
        writeln!(sources, "[[source]]\nurl = \"{}\"", publisher.url("/feed")).unwrap();
    }
    let neighbour = Publisher::start();
    let item = "<item><guid>1</guid><title>the neighbour</title></item>";
    neighbour.at("/feed", Answer::ok(RSS.replace("</channel>", &format!("{item}</channel>"))));
    // Polled every second: if a busy machine misses the timeout, a later poll succeeds.
    writeln!(sources, "[[source]]\nurl = \"{}\"\nevery = \"1s\"", neighbour.url("/feed")).unwrap();

    let sandbox = Sandbox::with_sources(&sources);
    let daemon = sandbox.start();
    until("the neighbour's article", || daemon.get("/feed.xml").text().contains("the neighbour"));
    gate.open();
    let failing = || {
        let status = sandbox.run(&["status", "--json"]).expect_code(0).stdout();
        status.matches("\"too_large\"").count() + status.matches("\"timeout\"").count()
    };
    // The servers that only held back their answer succeed when the gate opens; all others fail.
    let held = servers.len() / answers.len();
    until("the end of the hostile polls", || failing() >= servers.len() - held - 1);
    let peak = peak_memory(daemon.pid()) / 1024;
    println!("peak memory: {peak} MiB");
    assert!(peak < 200, "{peak} MiB");
}

#[test]
fn documents_of_small_values_alone_take_little_memory() {
    const LENGTH: usize = 8 << 20;
    let item = r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"the entry""#;
    let rss = r#"<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><item><title>the entry</title>"#;
    let documents = [
        (format!(r#"{item},"attachments":[{{}}"#), r#",{"url":"a"}"#, "]}]}"),
        (format!(r#"{item},"_river":{{"podcast":{{"people":[{{}}"#), r#",{"name":"a"}"#, "]}}}]}"),
        (format!("{item}}}"), r#",{"id":"2","tags":["a","b"]}"#, "]}"),
        (format!(r#"{item},"_other":[0"#), ",0", "]}]}"),
        (rss.to_owned(), "<category>a</category>", "</item></channel></rss>"),
        (rss.to_owned(), "<dc:creator>a</dc:creator>", "</item></channel></rss>"),
    ];
    let sandbox = Sandbox::with_sources("");
    let mut sources = String::new();
    for (number, (start, repeated, end)) in documents.iter().enumerate() {
        let text = format!("{start}{}{end}", repeated.repeat(LENGTH / repeated.len()));
        std::fs::write(sandbox.path().join(format!("{number}.feed")), text).unwrap();
        writeln!(sources, "[[source]]\nname = \"s{number}\"\nurl = \"file:{number}.feed\"").unwrap();
    }
    sandbox.configure(&format!("{}\n{sources}", std::fs::read_to_string(sandbox.config()).unwrap()));
    let daemon = sandbox.start();
    for number in 0..documents.len() {
        until("the entry", || {
            daemon.get(&format!("/sources/s{number}/feed.xml")).text().contains("the entry")
        });
    }
    let peak = peak_memory(daemon.pid()) / 1024;
    println!("peak memory: {peak} MiB");
    assert!(peak < 150, "{peak} MiB");
    until("most of it to be given back", || memory(daemon.pid(), "RssAnon:") / 1024 < peak / 2);
}
