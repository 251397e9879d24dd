//! Tests of what careless servers do to requests: conditions that hurt, connections that end, and partial answers.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use riverd::model::FetchOutcome;
use serde_json::Value;

use crate::fetch::Rig;
use crate::support::daemon::Sandbox;
use crate::support::publisher::{Answer, Gate, Publisher, Request};
use crate::support::tls::Authority;

const FEED: &str = "<rss version=\"2.0\"><channel><title>News</title><item><guid>1</guid><title>One</title></item></channel></rss>";

/// Returns what `poll NAME --json` says about a source.
fn poll(sandbox: &Sandbox, source: &str) -> Value {
    sandbox.run(&["poll", source, "--json"]).json_lines()[0].clone()
}

/// Makes an answer that is the same each time.
type MakeAnswer = fn() -> Answer;

/// Returns the lines of feeds.toml for a source.
fn source(name: &str, url: &str) -> String {
    format!("[[source]]\nname = {name:?}\nurl = {url:?}\n")
}

fn is_conditional(request: &Request) -> bool {
    request.header("if-none-match").is_some() || request.header("if-modified-since").is_some()
}

#[test]
fn a_server_that_conditional_requests_hurt_is_asked_without_conditions() {
    let hurts: [(&str, MakeAnswer); 5] = [
        ("empty", || Answer::ok("").header("ETag", "\"1\"")),
        ("precondition", || Answer::status(412)),
        ("crash", || Answer::status(500)),
        ("html", || Answer::ok("<!doctype html><p>Hello").content_type("text/html")),
        ("text", || Answer::ok("OK").content_type("text/plain")),
    ];
    // Each has a server of its own, because the sources of a server learn from each other.
    let publishers = hurts.map(|_| Publisher::start());
    let mut config = String::new();
    for ((name, hurt), publisher) in hurts.into_iter().zip(&publishers) {
        publisher.with(&format!("/{name}"), move |request, _| {
            if is_conditional(request) { hurt() } else { Answer::ok(FEED).header("ETag", "\"1\"") }
        });
        config.push_str(&source(name, &publisher.url(&format!("/{name}"))));
    }
    let sandbox = Sandbox::new(&config);
    sandbox.run(&["poll"]).expect_code(0);
    for ((name, _), publisher) in hurts.into_iter().zip(&publishers) {
        for _ in 0..5 {
            assert_eq!(poll(&sandbox, name)["outcome"], "unchanged", "{name}");
        }
        let conditional: Vec<bool> =
            publisher.requests(&format!("/{name}")).iter().map(is_conditional).collect();
        assert_eq!(conditional, [false, true, false, true, false, true, false, false, false], "{name}");
    }
}

#[test]
fn the_sources_of_a_server_learn_from_each_other_that_conditions_hurt_it() {
    let publisher = Publisher::start();
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut config = String::new();
    for name in names {
        publisher.with(&format!("/{name}"), |request, _| {
            if is_conditional(request) {
                Answer::status(500)
            } else {
                Answer::ok(FEED).header("ETag", "\"1\"")
            }
        });
        config.push_str(&source(name, &publisher.url(&format!("/{name}"))));
    }
    let sandbox = Sandbox::new(&config);
    for _ in 0..4 {
        // Each run is a process of its own, which reads what the one before it learnt.
        sandbox.run(&["poll", "--all"]).expect_code(0);
    }
    let refused: Vec<usize> = names
        .iter()
        .map(|name| publisher.requests(&format!("/{name}")).iter().filter(|one| is_conditional(one)).count())
        .collect();
    assert!((3..=4).contains(&refused.iter().sum::<usize>()), "{refused:?}");
}

#[test]
fn one_broken_feed_does_not_cost_the_others_of_its_server_their_conditions() {
    let publisher = Publisher::start();
    publisher.with("/broken", |request, _| {
        if is_conditional(request) { Answer::status(500) } else { Answer::ok(FEED).header("ETag", "\"1\"") }
    });
    publisher.with("/good", |request, _| {
        let answer = if is_conditional(request) { Answer::status(304) } else { Answer::ok(FEED) };
        answer.header("ETag", "\"1\"")
    });
    let config = source("broken", &publisher.url("/broken")) + &source("good", &publisher.url("/good"));
    let sandbox = Sandbox::new(&config);
    for _ in 0..6 {
        sandbox.run(&["poll", "--all"]).expect_code(0);
    }
    let conditional: Vec<bool> = publisher.requests("/good").iter().map(is_conditional).collect();
    assert_eq!(conditional, [false, true, true, true, true, true]);
}

#[test]
fn a_server_that_fails_without_conditions_too_is_failing() {
    let publisher = Publisher::start();
    publisher.in_turn("/feed", [Answer::ok(FEED).header("ETag", "\"1\""), Answer::status(500)]);
    let sandbox = Sandbox::new(&source("a", &publisher.url("/feed")));
    sandbox.run(&["poll"]).expect_code(0);
    assert_eq!(poll(&sandbox, "a")["outcome"], "failed");
    assert_eq!(publisher.requests("/feed").len(), 3);
    assert_eq!(poll(&sandbox, "a")["outcome"], "failed");
    assert_eq!(publisher.requests("/feed").len(), 4, "a server that fails gets no further request in a poll");
}

#[test]
fn a_used_up_rate_limit_on_a_good_answer_is_a_pause_until_its_reset() {
    let publisher = Publisher::start();
    let limited = Answer::ok(FEED).header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", "7200");
    publisher.at("/feed", limited);
    let sandbox = Sandbox::new(&format!(
        "[[source]]\nname = \"a\"\nurl = {:?}\nevery = \"15m\"\n",
        publisher.url("/feed")
    ));
    sandbox.run(&["poll"]).expect_code(0);
    assert_eq!(poll(&sandbox, "a")["outcome"], "skipped");
    assert_eq!(publisher.requests("/feed").len(), 1);
}

#[tokio::test]
async fn a_partial_answer_with_the_whole_document_is_read() {
    let publisher = Publisher::start();
    let range = |range: &str| Answer::status(206).body(FEED).header("Content-Range", range);
    let length = FEED.len();
    publisher.at("/whole", range(&format!("bytes 0-{}/{length}", length - 1)));
    publisher.at("/unsaid", Answer::status(206).body(FEED));
    publisher.at("/part", range(&format!("bytes 0-{}/{}", length - 1, length * 2)));
    publisher.at("/cut", Answer::status(206).body(&FEED[..60]));
    for whole in ["/whole", "/unsaid"] {
        assert_eq!(&Rig::at(&publisher.url(whole)).fresh().await.body[..], FEED.as_bytes(), "{whole}");
    }
    for part in ["/part", "/cut"] {
        let (status, failure) = Rig::at(&publisher.url(part)).failure().await;
        assert!(status == Some(206) && failure.message.contains("only a part"), "{part}: {failure:?}");
    }
}

/// Starts a server that closes each connection `after` its answer without saying so, and counts the requests. `/moved`
/// redirects to `/feed`, and `/mute` gets no answer.
fn silent_closer(after: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let Some(Ok(start)) = lines.next() else { continue };
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = match start.split(' ').nth(1) {
                Some("/moved") => {
                    "HTTP/1.1 302 Found\r\nLocation: /feed\r\nContent-Length: 0\r\n\r\n".to_owned()
                }
                Some("/mute") => continue,
                _ => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{FEED}", FEED.len()),
            };
            stream.write_all(answer.as_bytes()).unwrap();
            Gate::new().wait(after);
        }
    });
    (base, seen)
}

#[tokio::test]
async fn a_request_on_a_kept_connection_that_ended_is_sent_once_more() {
    for after in [0, 1, 5, 20] {
        let (base, seen) = silent_closer(Duration::from_millis(after));
        for _ in 0..6 {
            let outcome = Rig::at(&format!("{base}/moved")).fetch().await;
            assert!(matches!(outcome, FetchOutcome::Fresh(_)), "after {after} ms: {outcome:?}");
        }
        assert_eq!(seen.load(Ordering::SeqCst), 12, "the server saw each request once");
    }
}

#[tokio::test]
async fn a_request_on_a_new_connection_that_ends_is_not_sent_again() {
    let (base, seen) = silent_closer(Duration::ZERO);
    let outcome = Rig::at(&format!("{base}/mute")).fetch().await;
    assert!(matches!(outcome, FetchOutcome::Failed { .. }), "{outcome:?}");
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[test]
fn a_whole_document_that_ends_with_its_connection_is_read_and_a_cut_one_is_not() {
    let authority = Authority::new();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n";
    let cut = &FEED[..FEED.len() - 12];
    let fronts = [
        ("whole", authority.abrupt_front("127.0.0.1", format!("{head}\r\n{FEED}"))),
        ("cut", authority.abrupt_front("127.0.0.1", format!("{head}\r\n{cut}"))),
        ("length", authority.abrupt_front("127.0.0.1", format!("{head}Content-Length: 5000\r\n\r\n{FEED}"))),
    ];
    let config: String = fronts.iter().map(|(name, front)| source(name, &front.url("/feed"))).collect();
    let sandbox = Sandbox::new(&config);
    let mut command = sandbox.command(&["poll", "--json"]);
    command.env("SSL_CERT_FILE", authority.file(sandbox.path()));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for (name, outcome) in [("whole", "new"), ("cut", "failed"), ("length", "new")] {
        let line = said.lines().find(|line| line.contains(&format!("\"source\":\"{name}\""))).unwrap();
        assert!(line.contains(&format!("\"outcome\":\"{outcome}\"")), "{line}");
    }
}

#[tokio::test]
async fn a_whole_document_whose_transfer_ends_too_early_is_read_and_a_cut_one_is_not() {
    let publisher = Publisher::start();
    let chunked = |end: &str| {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        Answer::raw(format!("{head}{:x}\r\n{FEED}\r\n{end}", FEED.len()))
    };
    let cut = &FEED[..FEED.len() - 12];
    for (path, answer, is_read) in [
        ("/no-last-chunk", chunked(""), true),
        ("/half-of-the-last-chunk", chunked("0\r\n"), true),
        ("/length", Answer::ok(FEED).content_length(FEED.len() as i64 + 2).closing(), true),
        ("/cut-length", Answer::ok(cut).content_length(FEED.len() as i64).closing(), false),
        ("/cut-chunk", Answer::ok(FEED).chunked(10).cut_at(FEED.len() - 20), false),
    ] {
        publisher.at(path, answer);
        let outcome = Rig::at(&publisher.url(path)).fetch().await;
        assert_eq!(matches!(outcome, FetchOutcome::Fresh(_)), is_read, "{path}: {outcome:?}");
    }
}

#[tokio::test]
async fn redirects_that_only_a_cookie_would_end_say_so() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::redirect(302, "/check").header("Set-Cookie", "seen=1"));
    publisher.at("/check", Answer::redirect(302, "/feed"));
    publisher.at("/a", Answer::redirect(302, "/b")).at("/b", Answer::redirect(302, "/a"));
    let (_, failure) = Rig::at(&publisher.url("/feed")).failure().await;
    assert!(failure.message.contains("cookie"), "{failure:?}");
    let (_, failure) = Rig::at(&publisher.url("/a")).failure().await;
    assert!(failure.message.contains("redirect loop"), "{failure:?}");
    assert!(publisher.all_requests().iter().all(|request| request.header("cookie").is_none()));
}

#[tokio::test]
async fn a_login_that_is_refused_has_its_own_hint() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::status(401).header("WWW-Authenticate", "Basic realm=x"));
    let (_, failure) =
        Rig::at(&publisher.url("/feed").replace("http://", "http://me:wrong@")).failure().await;
    assert!(failure.hint.unwrap().contains("may be wrong"));
    let (_, failure) = Rig::at(&publisher.url("/feed")).failure().await;
    assert!(failure.hint.unwrap().contains("set `username`"));
}

#[tokio::test]
async fn a_server_that_wants_html_named_serves_its_feed() {
    let publisher = Publisher::start();
    publisher.with("/feed", |request, _| {
        let names_html = request.header_text("accept").is_some_and(|accept| accept.contains("text/html"));
        if names_html { Answer::ok(FEED) } else { Answer::status(406) }
    });
    Rig::at(&publisher.url("/feed")).fresh().await;
}

/// Returns the path of the feed that `discover` finds first at a page, or the message of the failure, and the number of
/// requests.
async fn found(publisher: &Publisher, page: &str) -> (Result<String, String>, usize) {
    publisher.take_requests();
    let address = url::Url::parse(&publisher.url(page)).unwrap();
    let found = Rig::new("private_networks = \"allow\"", &publisher.url("/"), "")
        .fetcher
        .discover(&address, crate::fetch::NOW)
        .await
        .result;
    let first = found.map(|feeds| feeds[0].url.path().to_owned()).map_err(|missed| missed.failure.message);
    (first, publisher.take_requests().len())
}

fn html(body: &str) -> Answer {
    Answer::ok(format!("<!doctype html>{body}")).content_type("text/html")
}

#[tokio::test]
async fn feeds_are_found_however_a_site_names_them() {
    let publisher = Publisher::start();
    publisher
        .at("/header", html("<p>Hello").header("Link", "</f/x>; rel=alternate; type=application/rss+xml"));
    for feed in ["/f/x", "/en/en.xml"] {
        publisher.at(feed, Answer::ok(FEED));
    }
    publisher.at("/refresh", html("<meta http-equiv=refresh content='0; url=/en/'>"));
    publisher.at("/en/", html("<link rel=feed href=en.xml>"));
    publisher.at(
        "/blog/",
        html("<link rel=feed href=/all.xml><link rel=alternate type=application/rss+xml href=/blog/b.xml>"),
    );
    publisher.with("/feed", |request, _| {
        let wants_page = request.header_text("accept").is_some_and(|accept| accept.starts_with("text/html"));
        if wants_page { html("<p>Read me in a reader") } else { Answer::ok(FEED) }
    });
    publisher.with("/only/feed", |request, _| {
        let names_html = request.header_text("accept").is_some_and(|accept| accept.contains("text/html"));
        if names_html { html("<p>Read me in a reader") } else { Answer::ok(FEED) }
    });
    publisher.with("/self", |request, _| {
        let names_html = request.header_text("accept").is_some_and(|accept| accept.contains("text/html"));
        if names_html { html("<link rel=feed href=/self>") } else { Answer::ok(FEED) }
    });
    publisher.at("/category/tech/", html("<p>Tech"));
    publisher.at("/category/tech/rss.xml", Answer::ok(FEED));
    publisher.at("/docs/", html("<a href=/feed.xml>RSS</a> <a href=/docs/feed.xml>RSS of the docs</a>"));
    publisher.at("/docs/feed.xml", Answer::ok(FEED));
    let expected = [
        ("/header", "/f/x", 2),
        ("/refresh", "/en/en.xml", 3),
        ("/blog/", "/blog/b.xml", 1),
        ("/feed", "/feed", 1),
        ("/only/feed", "/only/feed", 2),
        ("/category/tech/", "/category/tech/rss.xml", 4),
        ("/self", "/self", 2),
        ("/docs/", "/docs/feed.xml", 2),
    ];
    for (page, feed, requests) in expected {
        assert_eq!(found(&publisher, page).await, (Ok(feed.to_owned()), requests), "{page}");
    }
    publisher.at("/sends", Answer::ok("Moved").content_type("text/plain").header("Refresh", "0; url=/en/"));
    publisher.at("/notes/", Answer::ok("# Notes\n\nPlain words").content_type("text/markdown"));
    publisher.at("/notes/feed", Answer::ok(FEED));
    publisher.at("/frames", html("<frameset><frame src=/menu><frame src=/en/></frameset>"));
    publisher.at("/menu", html("<a href=/x>x</a>"));
    publisher.at("/part", Answer::ok("<p>Hello <a href='/en/en.xml'>RSS</a>").content_type("text/html"));
    for (page, feed, requests) in [
        ("/sends", "/en/en.xml", 3),
        ("/notes/", "/notes/feed", 2),
        ("/frames", "/en/en.xml", 4),
        ("/part", "/en/en.xml", 2),
    ] {
        assert_eq!(found(&publisher, page).await, (Ok(feed.to_owned()), requests), "{page}");
    }
    publisher.at("/round", html("<meta http-equiv=refresh content='0; url=/trip'>"));
    publisher.at("/trip", html("<meta http-equiv=refresh content='0; url=/round'>"));
    publisher.at("/feed", Answer::status(404));
    let (missed, requests) = found(&publisher, "/round").await;
    assert!(missed.is_err() && requests <= 17, "{missed:?} after {requests} requests");
}

#[tokio::test]
async fn the_feeds_of_several_sections_that_a_page_links_to_are_all_found() {
    let publisher = Publisher::start();
    let feed = |section: &str| {
        let item = format!("<item><guid>{section}</guid><link>https://a.example/{section}</link></item>");
        Answer::ok(format!("<rss version=\"2.0\"><channel><title>t</title>{item}</channel></rss>"))
    };
    publisher
        .at("/", html("<a href=/news.rss>News</a> <a href=/sport.rss>Sport</a> <a href=/news.atom>Atom</a>"));
    publisher.at("/news.rss", feed("news")).at("/sport.rss", feed("sport")).at("/news.atom", feed("news"));
    let rig = Rig::new("private_networks = \"allow\"", &publisher.url("/"), "");
    let found = |page: &str| {
        let address = url::Url::parse(&publisher.url(page)).unwrap();
        let fetcher = rig.fetcher.clone();
        async move {
            let feeds = fetcher.discover(&address, crate::fetch::NOW).await.result.unwrap();
            feeds.iter().map(|feed| feed.url.path().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("/").await, ["/news.rss", "/sport.rss"]);
    publisher.at("/", html("<a href=/news.rss>News</a> <a href=/news.atom>Atom</a>"));
    assert_eq!(found("/").await, ["/news.rss"], "one feed in two formats");
}

#[tokio::test]
async fn a_single_entry_is_not_taken_for_a_feed() {
    let publisher = Publisher::start();
    let entry = "<entry xmlns='http://www.w3.org/2005/Atom'><id>urn:a</id><title>t</title></entry>";
    publisher.at("/entry.atom", Answer::ok(entry).content_type("application/atom+xml;type=entry"));
    let (missed, requests) = found(&publisher, "/entry.atom").await;
    assert!(missed.unwrap_err().contains("this is a single entry"));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_page_that_leads_to_the_page_of_another_site_gets_no_guesses() {
    let publisher = Publisher::start();
    let other = Publisher::start_on("127.0.0.2:0".parse().unwrap());
    other.at("/consent", html("<p>Before you continue"));
    publisher.at("/page", Answer::redirect(302, other.url("/consent")));
    let (missed, requests) = found(&publisher, "/page").await;
    assert!(missed.unwrap_err().contains("redirects to a page of `127.0.0.2`"));
    assert_eq!((requests, other.all_requests().len()), (1, 1));
}
