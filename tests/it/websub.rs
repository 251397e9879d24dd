//! Tests of WebSub with the real binary: it subscribes, the hub verifies and sends news, and the news appear in the river.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use url::form_urlencoded;

use crate::support::daemon::{Daemon, Response, Sandbox, exchange, parse_response, until};
use crate::support::publisher::{Answer, Publisher, Request};

fn feed(publisher: &Publisher, items: &[&str]) -> String {
    let item = |title: &&str| format!("<item><guid>{title}</guid><title>{title}</title></item>");
    let items = items.iter().map(item).collect::<Vec<_>>().concat();
    format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>News</title>\
         <atom:link rel=\"hub\" href=\"{}\"/><atom:link rel=\"self\" href=\"{}\"/>{items}</channel></rss>",
        publisher.url("/hub"),
        publisher.url("/feed.xml")
    )
}

/// The fields of a request to a hub.
struct Asked(Vec<(String, String)>);

impl Asked {
    fn of(request: &Request) -> Self {
        Self(form_urlencoded::parse(&request.body).into_owned().collect())
    }

    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Returns the path of the callback.
    fn callback(&self) -> String {
        url::Url::parse(self.value("hub.callback")).unwrap().path().to_owned()
    }

    fn signature(&self, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.value("hub.secret").as_bytes()).unwrap();
        mac.update(body.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }
}

fn verify(daemon: &Daemon, asked: &Asked, mode: &str, topic: &str) -> Response {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("hub.mode", mode)
        .append_pair("hub.topic", topic)
        .append_pair("hub.challenge", "echo <me>")
        .append_pair("hub.lease_seconds", "864000")
        .finish();
    daemon.get(&format!("{}?{query}", asked.callback()))
}

fn tell(daemon: &Daemon, path: &str, signature: &str, body: &str) -> u16 {
    let address = daemon.address();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nX-Hub-Signature: {signature}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    parse_response(&exchange(address, request.as_bytes())).status
}

#[test]
fn a_message_of_a_hub_brings_news_at_once() {
    let publisher = Publisher::start();
    publisher.at("/feed.xml", Answer::ok(feed(&publisher, &["one"])).etag("\"1\""));
    publisher.at("/hub", Answer::status(202));
    let sandbox = Sandbox::new(&format!(
        "[river]\nbase_url = \"http://127.0.0.1:1/r/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\naccess_token_file = \"token\"\n\
         [polling]\nmax_body = \"64KiB\"\n[[source]]\nurl = \"{}\"\nevery = \"1h\"\n",
        publisher.url("/feed.xml")
    ));
    std::fs::write(sandbox.path().join("token"), "not for hubs").unwrap();
    let daemon = sandbox.start();

    let request = &publisher.wait_for("/hub", 1)[0];
    let asked = Asked::of(request);
    assert_eq!(request.method, "POST");
    assert_eq!(request.header_text("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        (asked.value("hub.mode"), asked.value("hub.topic")),
        ("subscribe", publisher.url("/feed.xml").as_str())
    );
    assert!(asked.value("hub.callback").starts_with("http://127.0.0.1:1/r/websub/"), "{:?}", asked.0);
    // The public address leads to a proxy, which removes its own part of the path.
    let asked =
        Asked(asked.0.into_iter().map(|(name, value)| (name, value.replace(":1/r/", ":1/"))).collect());

    assert_eq!(verify(&daemon, &asked, "subscribe", "http://127.0.0.1/other").status, 404);
    assert_eq!(verify(&daemon, &asked, "unsubscribe", &publisher.url("/feed.xml")).status, 404);
    let confirmed = verify(&daemon, &asked, "subscribe", &publisher.url("/feed.xml"));
    assert_eq!((confirmed.status, confirmed.text().as_str()), (200, "echo <me>"));
    assert_eq!(confirmed.header("content-type"), Some("text/plain; charset=utf-8"));

    let news = feed(&publisher, &["two", "one"]);
    publisher.at("/feed.xml", Answer::ok(&news).etag("\"2\""));
    let callback = asked.callback();
    assert_eq!(tell(&daemon, "/websub/0000", &asked.signature(&news), &news), 404);
    assert_eq!(tell(&daemon, &callback, "sha256=00", &news), 202, "a wrong signature gets the same answer");
    assert_eq!(tell(&daemon, &callback, &asked.signature("other news"), &news), 202);
    let large = " ".repeat(65 << 10);
    assert_eq!(tell(&daemon, &callback, &asked.signature(&large), &large), 413);
    assert_eq!(publisher.requests("/feed.xml").len(), 1, "a message with a wrong signature causes no poll");

    assert_eq!(tell(&daemon, &callback, &asked.signature(&news), &news), 202);
    until("the news in the river", || {
        daemon.get("/feed.xml?token=not%20for%20hubs").text().contains("<title>two</title>")
    });
    let polls = publisher.requests("/feed.xml");
    assert_eq!((polls.len(), polls[1].header_text("if-none-match")), (2, Some("\"1\"")), "{polls:?}");
    let status = sandbox.run(&["status", "--json"]).expect_code(0).json();
    let source = &status[0];
    assert_eq!(source["next_poll_reason"], "pushed", "{status}");
    assert_eq!(source["hub"]["url"], publisher.url("/hub").as_str());
    assert_eq!(source["hub"]["relied_on"], true);
}

#[test]
fn a_source_that_is_taken_out_is_unsubscribed() {
    let publisher = Publisher::start();
    publisher.at("/feed.xml", Answer::ok(feed(&publisher, &["one"])));
    publisher.at("/hub", Answer::status(202));
    publisher
        .at("/other.xml", Answer::ok("<rss version=\"2.0\"><channel><title>Other</title></channel></rss>"));
    let head = format!(
        "[river]\nbase_url = \"http://127.0.0.1:1/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n[[source]]\nurl = \"{}\"\n",
        publisher.url("/other.xml")
    );
    let sandbox = Sandbox::new(&format!("{head}[[source]]\nurl = \"{}\"\n", publisher.url("/feed.xml")));
    let daemon = sandbox.start();
    let asked = Asked::of(&publisher.wait_for("/hub", 1)[0]);
    let topic = publisher.url("/feed.xml");
    assert_eq!(verify(&daemon, &asked, "subscribe", &topic).status, 200);

    sandbox.configure(&head);
    let goodbye = Asked::of(&publisher.wait_for("/hub", 2)[1]);
    assert_eq!((goodbye.value("hub.mode"), goodbye.value("hub.topic")), ("unsubscribe", topic.as_str()));
    assert_eq!(goodbye.callback(), asked.callback());
    assert_eq!(verify(&daemon, &goodbye, "unsubscribe", &topic).status, 200);
    assert_eq!(tell(&daemon, &asked.callback(), &asked.signature("x"), "x"), 404);
}

#[test]
fn without_a_public_address_no_hub_is_asked() {
    let publisher = Publisher::start();
    publisher.at("/feed.xml", Answer::ok(feed(&publisher, &["one"])));
    let sandbox = Sandbox::with_sources(&format!("[[source]]\nurl = \"{}\"\n", publisher.url("/feed.xml")));
    let daemon = sandbox.start();
    until("the first article", || daemon.get("/feed.xml").text().contains("<title>one</title>"));
    // The poll of another source shows that a round of requests to hubs would have begun.
    publisher.at("/late.xml", Answer::ok(feed(&publisher, &["late"])));
    sandbox.configure(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\n[[source]]\nurl = \"{}\"\n[[source]]\nurl = \"{}\"\n",
        publisher.url("/feed.xml"),
        publisher.url("/late.xml")
    ));
    publisher.wait_for("/late.xml", 1);
    assert!(publisher.requests("/hub").is_empty());
}

#[test]
fn the_retry_after_of_a_hub_is_kept_for_all_sources() {
    let publisher = Publisher::start();
    publisher.at("/hub", Answer::status(429).header("Retry-After", "86400"));
    let mut config =
        "[river]\nbase_url = \"http://127.0.0.1:1/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n".to_owned();
    for n in 0..8 {
        let document = feed(&publisher, &["one"]).replace("/feed.xml", &format!("/{n}.xml"));
        publisher.at(&format!("/{n}.xml"), Answer::ok(document));
        config.extend(["[[source]]\nurl = \"", &publisher.url(&format!("/{n}.xml")), "\"\n"]);
    }
    let sandbox = Sandbox::new(&config);
    let _daemon = sandbox.start();
    publisher.wait_for("/hub", 1);
    let database = rusqlite::Connection::open(sandbox.state().join("riverd.db")).unwrap();
    until("the pause of all subscriptions", || {
        let waiting = "select count(*) from subscriptions where ask_at - unixepoch() > 80000";
        database.query_row(waiting, [], |row| row.get::<_, u32>(0)).unwrap() == 8
    });
    assert_eq!(publisher.requests("/hub").len(), 1);
}

#[test]
fn a_second_hub_is_asked_if_the_first_is_dead() {
    let publisher = Publisher::start();
    let second = format!("<atom:link rel=\"hub\" href=\"{}\"/></channel>", publisher.url("/second"));
    publisher.at("/feed.xml", Answer::ok(feed(&publisher, &["one"]).replace("</channel>", &second)));
    publisher.at("/hub", Answer::reset()).at("/second", Answer::status(202));
    let sandbox = Sandbox::new(&format!(
        "[river]\nbase_url = \"http://127.0.0.1:1/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n[[source]]\nurl = \"{}\"\n",
        publisher.url("/feed.xml")
    ));
    let daemon = sandbox.start();
    let asked = Asked::of(&publisher.wait_for("/second", 1)[0]);
    assert_eq!(publisher.requests("/hub").len(), 1);
    assert_eq!(verify(&daemon, &asked, "subscribe", &publisher.url("/feed.xml")).status, 200);
    let status = sandbox.run(&["status", "--json"]).expect_code(0).json();
    assert_eq!(status[0]["hub"]["url"], publisher.url("/second").as_str());
}

#[test]
fn a_second_hub_is_asked_if_the_first_denies_the_subscription() {
    let publisher = Publisher::start();
    let second = format!("<atom:link rel=\"hub\" href=\"{}\"/></channel>", publisher.url("/second"));
    publisher.at("/feed.xml", Answer::ok(feed(&publisher, &["one"]).replace("</channel>", &second)));
    publisher.at("/hub", Answer::status(202)).at("/second", Answer::status(202));
    let sandbox = Sandbox::new(&format!(
        "[river]\nbase_url = \"http://127.0.0.1:1/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n[[source]]\nurl = \"{}\"\n",
        publisher.url("/feed.xml")
    ));
    let daemon = sandbox.start();
    let asked = Asked::of(&publisher.wait_for("/hub", 1)[0]);
    assert_eq!(verify(&daemon, &asked, "denied", &publisher.url("/feed.xml")).status, 200);
    publisher.wait_for("/second", 1);
    assert_eq!(publisher.requests("/hub").len(), 1);
}

#[test]
fn a_message_that_meets_a_stale_cache_is_followed_up_within_minutes() {
    let publisher = Publisher::start();
    publisher.at("/feed.xml", Answer::ok(feed(&publisher, &["one"])).etag("\"1\""));
    publisher.at("/hub", Answer::status(202));
    let sandbox = Sandbox::new(&format!(
        "[river]\nbase_url = \"http://127.0.0.1:1/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n[[source]]\nurl = \"{}\"\n",
        publisher.url("/feed.xml")
    ));
    let daemon = sandbox.start();
    let asked = Asked::of(&publisher.wait_for("/hub", 1)[0]);
    assert_eq!(verify(&daemon, &asked, "subscribe", &publisher.url("/feed.xml")).status, 200);
    assert_eq!(tell(&daemon, &asked.callback(), &asked.signature("x"), "x"), 202);
    publisher.wait_for("/feed.xml", 2);
    let database = rusqlite::Connection::open(sandbox.state().join("riverd.db")).unwrap();
    until("the plan of the follow-up", || {
        let soon = "select next_poll_reason = 'pushed' and next_poll_at - unixepoch() between 1 and 300 from sources";
        database.query_row(soon, [], |row| row.get(0)).unwrap()
    });
}
