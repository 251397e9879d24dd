//! Tests of the fetcher with real HTTP on loopback: what it sends, and the outcome of each answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use riverd::config;
use riverd::fetch::{Fetcher, NoFeedFound, Request};
use riverd::model::{Failure, FailureKind, FetchOutcome, Fetched, Location, Source, StandIn, Validators};
use riverd::time::Timestamp;
use url::Url;

use crate::support::publisher::{Answer, Publisher};

/// Tue, 24 Nov 2026 01:39:00 GMT.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);
const RSS: &str = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";

/// A fetcher for one source.
pub(crate) struct Rig {
    pub(crate) fetcher: Fetcher,
    pub(crate) source: Arc<Source>,
}

impl Rig {
    /// Creates a fetcher for a feeds.toml with `polling` in its `[polling]` table, and a source at `url` with the keys
    /// `source`.
    pub(crate) fn new(polling: &str, url: &str, source: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        let toml = format!("[polling]\n{polling}\n\n[[source]]\nurl = {url:?}\n{source}\n");
        std::fs::write(&path, toml).unwrap();
        let config = config::load(&path).unwrap();
        Self { fetcher: Fetcher::new(&config).unwrap(), source: Arc::clone(&config.sources[0]) }
    }

    /// Creates a fetcher with an empty `[polling]`.
    pub(crate) fn at(url: &str) -> Self {
        Self::new("", url, "")
    }

    /// Fetches the source with these validators.
    pub(crate) async fn ask(&self, validators: &Validators) -> FetchOutcome {
        let request = Request { source: &self.source, address: &self.source.location, validators, now: NOW };
        self.fetcher.fetch(request).await
    }

    /// Fetches the source without validators.
    pub(crate) async fn fetch(&self) -> FetchOutcome {
        self.ask(&Validators::default()).await
    }

    pub(crate) async fn fresh(&self) -> Box<Fetched> {
        match self.fetch().await {
            FetchOutcome::Fresh(fetched) => fetched,
            other => panic!("no body: {other:?}"),
        }
    }

    /// Fetches the source, and returns the status and the failure.
    pub(crate) async fn failure(&self) -> (Option<u16>, Failure) {
        match self.fetch().await {
            FetchOutcome::Failed { status, failure, .. } => (status, failure),
            other => panic!("no failure: {other:?}"),
        }
    }

    pub(crate) async fn kind(&self) -> FailureKind {
        self.failure().await.1.kind
    }
}

fn validators(etag: &[u8], last_modified: &[u8]) -> Validators {
    Validators { etag: Some(etag.to_vec()), last_modified: Some(last_modified.to_vec()) }
}

#[tokio::test]
async fn a_request_has_the_headers_of_a_polite_client_and_no_others() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(RSS));
    let rig = Rig::new("contact = \"https://me.example/about\"", &publisher.url("/feed?a=b"), "");
    rig.fresh().await;

    let request = &publisher.requests("/feed")[0];
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/feed?a=b"));
    let agent = request.header_text("user-agent").unwrap();
    assert_eq!(agent, concat!("riverd/", env!("CARGO_PKG_VERSION"), " (+https://me.example/about)"));
    assert!(request.header_text("accept").unwrap().contains("application/rss+xml"));
    assert_eq!(request.header_text("accept-encoding"), Some("gzip, br, zstd, deflate"));
    assert_eq!(request.header_text("a-im"), Some("feed"));
    let mut names: Vec<_> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["a-im", "accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn validators_are_kept_and_sent_back_byte_for_byte() {
    let publisher = Publisher::start();
    let (etag, date) = (b"W/\"caf\xe9\"-gzip", b"Thu, 1 Jan 1970 0:00:00 +0000");
    publisher.at("/feed", Answer::ok(RSS).etag(etag).last_modified(date));
    let rig = Rig::at(&publisher.url("/feed"));
    let first = rig.fresh().await;
    assert_eq!(first.validators, validators(etag, date));

    let FetchOutcome::NotModified { validators: kept, .. } = rig.ask(&first.validators).await else {
        panic!()
    };
    assert_eq!(kept, first.validators);
    let second = &publisher.requests("/feed")[1];
    assert_eq!(second.header("if-none-match"), Some(&etag[..]));
    assert_eq!(second.header("if-modified-since"), Some(&date[..]));
}

#[tokio::test]
async fn a_304_may_bring_new_validators_and_keeps_those_that_it_lacks() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::status(304).etag("\"2\"").header("Cache-Control", "max-age=600"));
    let rig = Rig::at(&publisher.url("/feed"));
    let outcome = rig.ask(&validators(b"\"1\"", b"some day")).await;
    let FetchOutcome::NotModified { validators: kept, freshness, .. } = outcome else { panic!() };
    assert_eq!(kept, validators(b"\"2\"", b"some day"));
    assert_eq!(freshness.max_age.unwrap().as_secs(), 600);
}

#[tokio::test]
async fn a_304_to_an_unconditional_request_is_a_failure() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::status(304).etag("\"2\""));
    let (status, failure) = Rig::at(&publisher.url("/feed")).failure().await;
    assert_eq!((status, failure.kind), (Some(304), FailureKind::Status));
}

#[tokio::test]
async fn a_226_is_a_body() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::status(226).body(RSS).header("IM", "feed").etag("\"2\""));
    let fetched = Rig::at(&publisher.url("/feed")).fresh().await;
    assert_eq!((fetched.status, &fetched.body[..]), (Some(226), RSS.as_bytes()));
}

#[tokio::test]
async fn the_headers_of_a_body_are_kept() {
    let publisher = Publisher::start();
    let answer = Answer::ok(RSS)
        .content_type("application/rss+xml; charset=iso-8859-1")
        .header("Cache-Control", "public, max-age=3600")
        .header("Age", "600")
        .header("Link", "<https://hub.example/>; rel=\"hub\", </self.xml>; rel=\"self\"");
    publisher.at("/old", Answer::redirect(301, "/feed")).at("/feed", answer);
    let fetched = Rig::at(&publisher.url("/old")).fresh().await;
    assert_eq!(fetched.content_type.as_deref(), Some("application/rss+xml; charset=iso-8859-1"));
    assert_eq!(fetched.freshness.max_age.unwrap().as_secs(), 3000);
    assert_eq!(fetched.links.hubs, ["https://hub.example/"]);
    assert_eq!(fetched.links.self_link, Some(publisher.url("/self.xml")));
    assert_eq!(fetched.final_url.unwrap().as_str(), publisher.url("/feed"));
    assert_eq!(fetched.moved_to.unwrap().as_str(), publisher.url("/feed"));
    assert!(fetched.validators.is_empty());
}

#[tokio::test]
async fn only_permanent_redirects_move_a_feed() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(RSS));
    for status in [302, 303, 307] {
        publisher.at("/old", Answer::redirect(status, "/feed"));
        let fetched = Rig::at(&publisher.url("/old")).fresh().await;
        assert_eq!(fetched.moved_to, None, "{status}");
        assert_eq!(fetched.final_url.unwrap().path(), "/feed");
    }
    for status in [301, 308] {
        publisher.at("/old", Answer::redirect(status, "/feed"));
        assert!(Rig::at(&publisher.url("/old")).fresh().await.moved_to.is_some(), "{status}");
    }
}

#[tokio::test]
async fn secrets_are_sent_to_the_sources_own_server_only() {
    let (own, stranger) = (Publisher::start(), Publisher::start());
    own.at("/feed", Answer::redirect(302, "/here"))
        .at("/here", Answer::redirect(302, stranger.url("/there")));
    stranger.at("/there", Answer::ok(RSS));
    let url = own.url("/feed").replace("http://", "http://me:pw@");
    let rig = Rig::new("private_networks = \"allow\"", &url, "headers = { X-Key = \"k\" }");
    rig.fresh().await;
    for path in ["/feed", "/here"] {
        let request = &own.requests(path)[0];
        assert_eq!(request.header_text("x-key"), Some("k"));
        assert_eq!(request.header_text("authorization"), Some("Basic bWU6cHc="));
    }
    let request = &stranger.requests("/there")[0];
    assert!(request.header("x-key").is_none() && request.header("authorization").is_none());
}

#[tokio::test]
async fn secrets_are_not_sent_to_an_adopted_address_on_another_server() {
    let (own, stranger) = (Publisher::start(), Publisher::start());
    stranger.at("/feed", Answer::ok(RSS));
    let rig = Rig::new("private_networks = \"allow\"", &own.url("/feed"), "headers = { X-Key = \"k\" }");
    let moved = Location::Http(Url::parse(&stranger.url("/feed")).unwrap());
    let validators = Validators::default();
    rig.fetcher
        .fetch(Request { source: &rig.source, address: &moved, validators: &validators, now: NOW })
        .await;
    assert!(stranger.requests("/feed")[0].header("x-key").is_none());
}

#[tokio::test]
async fn pauses_are_distinguished_from_failures() {
    let publisher = Publisher::start();
    let url = publisher.url("/feed");
    let retry = |outcome| match outcome {
        FetchOutcome::Throttled { status, retry_after, .. } => {
            (status, retry_after.map(|at| at.unix() - NOW.unix()))
        }
        other => panic!("no pause: {other:?}"),
    };
    let pauses = [
        (Answer::status(429).header("Retry-After", "120"), (429, Some(120))),
        (Answer::status(429).header("Retry-After", "Tue, 24 Nov 2026 02:39:00 GMT"), (429, Some(3600))),
        (Answer::status(503), (503, None)),
        (Answer::status(503).header("Retry-After", "-1"), (503, None)),
        (
            Answer::status(403).header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", "60"),
            (403, Some(60)),
        ),
        (Answer::status(403).header("Retry-After", "30"), (403, Some(30))),
        (Answer::status(403).body("You exceeded a secondary rate limit"), (403, None)),
    ];
    for (answer, expected) in pauses {
        publisher.at("/feed", answer);
        assert_eq!(retry(Rig::at(&url).fetch().await), expected);
    }
    publisher.at("/feed", Answer::status(403).header("X-RateLimit-Remaining", "55"));
    assert_eq!(Rig::at(&url).kind().await, FailureKind::Status);
}

#[tokio::test]
async fn an_answer_that_asks_for_a_pause_is_a_pause_whatever_page_comes_with_it() {
    let challenge = "<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt = {}</script>";
    let publisher = Publisher::start();
    let page = |status| Answer::status(status).body(challenge).content_type("text/html");
    for answer in [page(429), page(503).header("Retry-After", "60"), page(403).header("Retry-After", "60")] {
        publisher.at("/feed", answer);
        let outcome = Rig::at(&publisher.url("/feed")).fetch().await;
        assert!(matches!(outcome, FetchOutcome::Throttled { .. }), "{outcome:?}");
    }
    publisher.at("/feed", page(503));
    assert_eq!(Rig::at(&publisher.url("/feed")).kind().await, FailureKind::NotAFeed);
}

#[tokio::test]
async fn the_server_that_redirects_led_to_is_the_one_that_asks_for_the_pause() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::redirect(302, "/elsewhere")).at("/elsewhere", Answer::status(429));
    let outcome = Rig::at(&publisher.url("/feed")).fetch().await;
    let FetchOutcome::Throttled { by, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(by.as_str(), publisher.url("/elsewhere"));
}

#[tokio::test]
async fn a_410_after_a_redirect_does_not_mean_that_the_feed_is_gone() {
    let publisher = Publisher::start();
    for status in [301, 302] {
        publisher.at("/feed", Answer::redirect(status, "/elsewhere")).at("/elsewhere", Answer::status(410));
        let (status, failure) = Rig::at(&publisher.url("/feed")).failure().await;
        assert_eq!((status, failure.kind), (Some(410), FailureKind::Status));
    }
}

#[tokio::test]
async fn every_other_status_is_a_failure_that_names_it() {
    let publisher = Publisher::start();
    for status in [204, 205, 206, 300, 400, 401, 403, 404, 407, 418, 451, 500, 502, 504, 599, 999] {
        publisher.at("/feed", Answer::status(status));
        let (known, failure) = Rig::at(&publisher.url("/feed")).failure().await;
        assert_eq!((known, failure.kind), (Some(status), FailureKind::Status), "{status}");
        assert!(failure.message.contains(&status.to_string()), "{}", failure.message);
    }
    publisher.at("/feed", Answer::status(401));
    let hint = Rig::at(&publisher.url("/feed")).failure().await.1.hint.unwrap();
    assert!(hint.contains("password_file"), "{hint}");

    publisher.at("/feed", Answer::status(410));
    let gone = Rig::at(&publisher.url("/feed")).fetch().await;
    assert!(matches!(gone, FetchOutcome::Gone { failure } if failure.kind == FailureKind::Gone));
}

#[tokio::test]
async fn challenge_and_login_pages_are_named() {
    let publisher = Publisher::start();
    let challenge = "<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt = {}</script>";
    publisher.at("/feed", Answer::status(403).body(challenge).content_type("text/html"));
    let (status, failure) = Rig::at(&publisher.url("/feed")).failure().await;
    assert_eq!((status, failure.kind), (Some(403), FailureKind::NotAFeed));
    assert!(failure.message.contains("challenge page of Cloudflare"), "{}", failure.message);

    publisher.at("/feed", Answer::redirect(302, "/login"));
    publisher.at("/login", Answer::ok("<html><p>Hello again</html>").content_type("text/html"));
    assert_eq!(Rig::at(&publisher.url("/feed")).fresh().await.stand_in, Some(StandIn::Login));
}

#[tokio::test]
async fn requests_go_through_the_configured_proxy() {
    let proxy = Publisher::start();
    proxy.otherwise(|_, _| Answer::ok(RSS));
    let source = format!("proxy = \"http://p:w@{}\"", proxy.address());
    // This host does not exist. Only the proxy would look up its name.
    let rig = Rig::new("private_networks = \"deny\"", "http://feed.invalid/feed", &source);
    rig.fresh().await;
    let request = &proxy.all_requests()[0];
    assert_eq!(request.target, "http://feed.invalid/feed");
    assert_eq!(request.header_text("host"), Some("feed.invalid"));
    assert_eq!(request.header_text("proxy-authorization"), Some("Basic cDp3"));
}

#[tokio::test]
async fn a_proxy_that_is_down_is_named_without_its_password() {
    let rig = Rig::new("", "http://feed.invalid/feed", "proxy = \"socks5h://p:hidden@127.0.0.1:1\"");
    let (_, failure) = rig.failure().await;
    assert_eq!(failure.kind, FailureKind::Connect);
    assert!(failure.message.contains("proxy") && !format!("{failure:?}").contains("hidden"), "{failure:?}");
}

#[tokio::test]
async fn a_connection_is_used_again_for_the_same_host() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(RSS));
    let rig = Rig::at(&publisher.url("/feed"));
    for _ in 0..3 {
        rig.fresh().await;
    }
    assert_eq!(publisher.connections(), 1);
}

async fn discover(publisher: &Publisher, page: &str) -> Result<Vec<(String, Option<String>)>, NoFeedFound> {
    let rig = Rig::at(&publisher.url("/"));
    let found = rig.fetcher.discover(&Url::parse(&publisher.url(page)).unwrap(), NOW).await.result?;
    Ok(found.into_iter().map(|feed| (feed.url.to_string(), feed.title)).collect())
}

#[tokio::test]
async fn the_address_of_a_feed_is_found_after_a_permanent_redirect() {
    let publisher = Publisher::start();
    publisher.at("/feed", Answer::ok(RSS)).at("/old", Answer::redirect(301, "/feed"));
    assert_eq!(discover(&publisher, "/old").await.unwrap(), [(publisher.url("/feed"), Some("t".to_owned()))]);
}

#[tokio::test]
async fn several_feeds_that_a_page_names_are_found_without_asking_for_them() {
    let publisher = Publisher::start();
    let page = "<!doctype html><head><link rel=alternate type='application/atom+xml' title='All posts' href=/atom.xml>\
        <link rel=alternate type='application/rss+xml' href='https://b.example/news'></head>";
    publisher.at("/blog", Answer::ok(page).content_type("text/html"));
    let found = discover(&publisher, "/blog").await.unwrap();
    let expected = [
        (publisher.url("/atom.xml"), Some("All posts".to_owned())),
        ("https://b.example/news".to_owned(), None),
    ];
    assert_eq!(found, expected);
    assert_eq!(publisher.all_requests().len(), 1);
}

#[tokio::test]
async fn if_a_page_names_no_feed_only_the_usual_paths_are_tried() {
    let publisher = Publisher::start();
    publisher.at("/blog", Answer::ok("<!doctype html><p>Hello").content_type("text/html"));
    publisher.at("/index.xml", Answer::ok(RSS));
    assert_eq!(
        discover(&publisher, "/blog").await.unwrap(),
        [(publisher.url("/index.xml"), Some("t".to_owned()))]
    );

    publisher.at("/index.xml", Answer::status(404)).take_requests();
    let failure = discover(&publisher, "/blog").await.unwrap_err().failure;
    assert_eq!(failure.kind, FailureKind::NotAFeed);
    let text = "the page, twelve guesses, two of them with a slash, and the page without HTML";
    assert_eq!(publisher.take_requests().len(), 16, "{text}");

    publisher.at("/blog/feed", Answer::status(429));
    assert!(discover(&publisher, "/blog").await.is_err());
    assert_eq!(publisher.take_requests().len(), 2, "no guess after the server asked for a pause");
    publisher.at("/blog/feed", Answer::status(403));
    assert!(discover(&publisher, "/blog").await.is_err());
    assert_eq!(publisher.take_requests().len(), 2, "no guess after the server refused one");
}

#[tokio::test]
async fn links_in_the_text_of_a_page_are_tried_before_the_usual_paths() {
    let publisher = Publisher::start();
    let page = "<!doctype html><body><a href=/feed>About our feed</a><a href=/news.rss>RSS</a></body>";
    publisher.at("/blog", Answer::ok(page).content_type("text/html"));
    publisher.at("/feed", Answer::ok(page).content_type("text/html"));
    publisher.at("/news.rss", Answer::ok(RSS));
    let found = discover(&publisher, "/blog").await.unwrap();
    assert_eq!(found, [(publisher.url("/news.rss"), Some("t".to_owned()))]);
    assert_eq!(publisher.take_requests().len(), 3);
    publisher.at("/news.rss", Answer::status(404));
    discover(&publisher, "/blog").await.unwrap_err();
    assert_eq!(publisher.take_requests().len(), 16, "links in the text count as guesses");
}

#[tokio::test]
async fn a_feed_that_has_only_its_address_with_a_slash_is_found_or_only_that_without_one() {
    let html = |body: &str| Answer::ok(format!("<!doctype html>{body}")).content_type("text/html");
    let announced = |path: &str| html(&format!("<link rel=alternate type=application/rss+xml href={path}>"));
    let linked = |path: &str| html(&format!("<body><a href={path}>RSS feed</a></body>"));
    for (case, page, answer, feed, requests) in [
        ("announced", "/en/blog/", announced("/en/blog/feed"), "/en/blog/feed/", 3),
        ("announced with a slash", "/en/blog/", announced("/en/blog/feed/"), "/en/blog/feed", 3),
        ("linked", "/en/blog/", linked("/en/blog/feed"), "/en/blog/feed/", 3),
        ("below the section", "/en/blog/", html("<p>Hello"), "/en/blog/feed/", 3),
        ("below the first directory", "/en/blog", html("<p>Hello"), "/en/feed/", 3),
        ("below the root", "/", html("<p>Hello"), "/feed/", 3),
    ] {
        let publisher = Publisher::start();
        publisher.at(page, answer).at(feed, Answer::ok(RSS));
        let found = discover(&publisher, page).await;
        let urls: Vec<String> = found.unwrap().into_iter().map(|(url, _)| url).collect();
        assert_eq!(urls, [publisher.url(feed)], "{case}");
        assert_eq!(publisher.take_requests().len(), requests, "{case}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_an_address_is_not_asked_for_others() {
    let publisher = Publisher::start();
    for status in [400, 401, 403, 404, 410, 429, 500, 502, 503] {
        publisher.at("/blog", Answer::status(status));
        let missed = discover(&publisher, "/blog").await.unwrap_err();
        assert_eq!(publisher.take_requests().len(), 1, "{status}: {missed:?}");
        let hint = missed.failure.hint.unwrap_or_default();
        assert!(!hint.contains("riverd add"), "{status}: {hint}");
    }
}

#[tokio::test]
async fn the_address_from_the_rule_of_a_known_site_is_verified_by_a_request() {
    let publisher = Publisher::start();
    let paths = |publisher: &Publisher| -> Vec<String> {
        publisher.take_requests().iter().map(|request| request.path().to_owned()).collect()
    };
    publisher.at("/@ada.rss", Answer::ok(RSS));
    let feed = |at: &str, title: &str| vec![(publisher.url(at), Some(title.to_owned()))];
    assert_eq!(discover(&publisher, "/@ada").await.unwrap(), feed("/@ada.rss", "@ada"));
    assert_eq!(paths(&publisher), ["/@ada.rss"]);

    let page = "<!doctype html><head><link rel=alternate type=application/rss+xml title=B href=/b></head>";
    publisher.at("/@bob", Answer::ok(page).content_type("text/html")).at("/b", Answer::ok(RSS));
    assert_eq!(discover(&publisher, "/@bob").await.unwrap(), feed("/b", "B"));
    assert_eq!(
        paths(&publisher),
        ["/@bob.rss", "/@bob", "/b"],
        "the rule is wrong here, so the page is searched"
    );

    publisher.at("/@cy", Answer::ok("<!doctype html><p>Hello").content_type("text/html"));
    discover(&publisher, "/@cy").await.unwrap_err();
    assert_eq!(paths(&publisher), ["/@cy.rss", "/@cy"], "no guesses at a site whose rule is known");

    publisher.at("/@dan.rss", Answer::status(429));
    let missed = discover(&publisher, "/@dan").await.unwrap_err();
    assert_eq!(paths(&publisher), ["/@dan.rss"]);
    assert_eq!(missed.likely.first().map(|feed| feed.url.to_string()), Some(publisher.url("/@dan.rss")));
}

#[tokio::test]
async fn an_address_that_may_be_a_feed_is_requested_before_any_rule_applies() {
    let publisher = Publisher::start();
    publisher.at("/@ada.rss", Answer::ok(RSS));
    let found = discover(&publisher, "/@ada.rss").await.unwrap();
    assert_eq!(found, [(publisher.url("/@ada.rss"), Some("t".to_owned()))]);
    publisher.at("/@bob.atom", Answer::status(404)).take_requests();
    discover(&publisher, "/@bob.atom").await.unwrap_err();
    assert_eq!(publisher.take_requests().len(), 1);
}

/// Starts a SOCKS5 proxy (RFC 1928) that accepts one connection with this user name and password.
fn socks_proxy(username: &'static str, password: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let read = |mut client: &TcpStream, length: u8| {
            let mut bytes = vec![0; usize::from(length)];
            client.read_exact(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let number = |client: &TcpStream| read(client, 1).as_bytes()[0];
        assert_eq!(number(&client), 5);
        let methods = number(&client);
        assert!(read(&client, methods).contains('\u{2}'), "user name and password are offered");
        client.write_all(&[5, 2]).unwrap();
        read(&client, 1);
        let length = number(&client);
        assert_eq!(read(&client, length), username);
        let length = number(&client);
        assert_eq!(read(&client, length), password);
        client.write_all(&[1, 0]).unwrap();
        // The command is to connect to a host name.
        assert_eq!(read(&client, 4).as_bytes(), [5, 1, 0, 3]);
        let length = number(&client);
        let host = read(&client, length);
        let mut port = [0; 2];
        client.read_exact(&mut port).unwrap();
        client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 1]).unwrap();
        let mut request = [0; 4096];
        assert!(client.read(&mut request).unwrap() > 0);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{RSS}", RSS.len());
        client.write_all(answer.as_bytes()).unwrap();
        format!("{host}:{}", u16::from_be_bytes(port))
    });
    (address, thread)
}

#[tokio::test]
async fn a_socks_proxy_looks_up_names_and_gets_the_credentials() {
    let (address, proxy) = socks_proxy("me", "secret");
    let source = format!("proxy = \"socks5h://me:secret@{address}\"");
    let fetched = Rig::new("private_networks = \"deny\"", "http://feed.invalid/feed", &source).fresh().await;
    assert_eq!(&fetched.body[..], RSS.as_bytes());
    assert_eq!(proxy.join().unwrap(), "feed.invalid:80");
}
