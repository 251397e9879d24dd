//! Tests the main path of the real binary: it polls sources, serves one river, and serves the same one after a restart.

use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::{Answer, Gate, Publisher};

/// Returns a feed of `count` articles, the newest first, dated an hour apart.
fn feed(title: &str, count: usize) -> String {
    let items: String = (0..count)
        .map(|n| {
            format!(
                "<item><title>{title} story number {n}</title><link>https://{title}.example/{n}</link>\
                 <guid>{title}-{n}</guid><pubDate>Fri, 20 Nov 2026 {:02}:00:00 GMT</pubDate>\
                 <description>What {title} has to say of {n}</description></item>",
                23 - n % 24
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title>\
         <link>https://{title}.example/</link><description>d</description>{items}</channel></rss>"
    )
}

fn source(url: &str) -> String {
    format!("[[source]]\nurl = \"{url}\"\n\n")
}

/// Parses the river with feed-rs, as an independent reader would.
fn read_back(body: &[u8]) -> feed_rs::model::Feed {
    feed_rs::parser::parse(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}

#[test]
fn all_sources_become_one_feed_that_a_reader_can_parse() {
    let publisher = Publisher::start();
    publisher.at("/alpha.xml", Answer::ok(feed("alpha", 3)));
    publisher.at("/beta.xml", Answer::ok(feed("beta", 4)));
    let sandbox = Sandbox::with_sources(
        &[source(&publisher.url("/alpha.xml")), source(&publisher.url("/beta.xml"))].concat(),
    );
    let daemon = sandbox.start();
    until("seven articles", || daemon.get("/feed.xml").text().matches("<item>").count() == 7);

    let page = daemon.get("/feed.xml");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("application/rss+xml; charset=utf-8"));
    let river = read_back(&page.body);
    assert_eq!(river.entries.len(), 7);
    let newest_first = river.entries.windows(2).all(|two| two[0].published >= two[1].published);
    assert!(newest_first, "{:?}", river.entries.iter().map(|entry| entry.published).collect::<Vec<_>>());
    for path in ["/atom.xml", "/feed.json"] {
        assert_eq!(read_back(&daemon.get(path).body).entries.len(), 7, "{path}");
    }
    let home = daemon.get("/").text();
    assert!(home.contains("alpha story number 0") && home.contains("beta story number 3"), "{home}");
    assert_eq!(daemon.get("/healthz").status, 200);
}

#[test]
fn french_typography_is_served_unchanged() {
    let publisher = Publisher::start();
    publisher.at("/depeches.xml", Answer::ok(include_bytes!("../fixtures/river/depeches.xml")));
    let sandbox = Sandbox::with_sources(&source(&publisher.url("/depeches.xml")));
    let daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("<item>"));

    let river = read_back(&daemon.get("/feed.xml").body);
    let entry = &river.entries[0];
    let title = entry.title.as_ref().expect("a title");
    assert_eq!(title.content, "Le maire l’assure : « Le pont « des Sœurs » rouvrira cet été »");
    let content = entry.content.as_ref().and_then(|content| content.body.as_deref()).expect("content");
    assert!(content.contains("« C’est l’affaire de quelques jours », a déclaré l’élu"), "{content}");
    let nbsp = content.replace("&nbsp;", "\u{a0}");
    assert!(nbsp.contains("«\u{a0}l’âge d’or\u{a0}» »"), "{content}");
    assert!(nbsp.contains("1,2 M€, soit 30\u{a0}% de plus"), "{content}");
    let summary = entry.summary.as_ref().expect("a summary");
    assert!(summary.content.contains("« promise » depuis l’été, n’était"), "{}", summary.content);
    assert_eq!(entry.authors[0].name.as_deref(), Some("Éloïse Garçon"));
}

#[test]
fn a_second_poll_is_conditional_and_stores_nothing_twice() {
    let publisher = Publisher::start();
    publisher.at(
        "/feed.xml",
        Answer::ok(feed("gamma", 5)).etag("W/\"odd,one\"").last_modified("Fri, 20 Nov 2026 08:00:00 +0000"),
    );
    let sandbox = Sandbox::with_sources(&source(&publisher.url("/feed.xml")));
    let first = sandbox.run(&["poll", "--json"]).expect_code(0).json_lines();
    assert_eq!(first[0]["outcome"], "new");
    assert_eq!(first[0]["added"], 5);
    assert_eq!(first[1]["summary"]["polled"], 1);

    let second = sandbox.run(&["poll", "--all", "--json"]).expect_code(0).json_lines();
    assert_eq!(second[0]["outcome"], "unchanged", "{second:?}");
    assert_eq!(second[0]["status"], 304);
    let requests = publisher.requests("/feed.xml");
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("if-none-match"), None);
    assert_eq!(requests[1].header("if-none-match"), Some(b"W/\"odd,one\"".as_slice()));
    assert_eq!(requests[1].header("if-modified-since"), Some(b"Fri, 20 Nov 2026 08:00:00 +0000".as_slice()));
}

#[test]
fn a_restart_polls_no_source_that_is_not_due_and_serves_the_same_bytes() {
    let publisher = Publisher::start();
    publisher.at("/feed.xml", Answer::ok(feed("delta", 6)).etag("\"1\""));
    let sandbox = Sandbox::new(&format!(
        "[river]\nbase_url = \"https://river.example/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n{}",
        source(&publisher.url("/feed.xml"))
    ));
    let daemon = sandbox.start();
    until("six articles", || daemon.get("/feed.xml").text().matches("<item>").count() == 6);
    let before = daemon.get("/feed.xml");
    assert!(daemon.stop().success());

    let daemon = sandbox.start();
    let after = daemon.get("/feed.xml");
    assert_eq!(after.text(), before.text());
    assert_eq!(after.header("etag"), before.header("etag"));
    let conditional =
        daemon.get_with("/feed.xml", &[("If-None-Match", before.header("etag").expect("an ETag"))]);
    assert_eq!(conditional.status, 304);
    // The daemon has ticked several times by now, so it would have polled a source that was due.
    sandbox.run(&["poll"]).expect_code(0);
    assert!(daemon.stop().success());
    sandbox.run(&["poll"]).expect_code(0);
    assert_eq!(publisher.requests("/feed.xml").len(), 1, "nothing was due");
}

#[test]
fn a_stop_lets_the_running_poll_finish_and_loses_nothing() {
    let publisher = Publisher::start();
    let gate = Gate::new();
    publisher.at("/slow.xml", Answer::ok(feed("epsilon", 2)).held_by(&gate));
    let sandbox = Sandbox::with_sources(&source(&publisher.url("/slow.xml")));
    let daemon = sandbox.start();
    publisher.wait_for("/slow.xml", 1);
    daemon.signal(rustix::process::Signal::TERM);
    gate.open();
    assert!(daemon.stop().success());

    let daemon = sandbox.start();
    assert_eq!(daemon.get("/feed.xml").text().matches("<item>").count(), 2);
    assert!(daemon.stop().success());
    assert_eq!(publisher.requests("/slow.xml").len(), 1, "the first poll was recorded: nothing was due");
}

#[test]
fn once_the_daemon_is_ready_the_river_answers() {
    let sandbox = Sandbox::with_sources("[[source]]\nurl = \"file:missing.xml\"\n");
    // `start` returns as soon as the daemon reports READY=1, and the request is not repeated.
    assert_eq!(sandbox.start().get("/feed.xml").status, 200);
}

#[test]
fn a_changed_feeds_toml_takes_effect_without_a_restart_and_a_broken_one_is_ignored() {
    let publisher = Publisher::start();
    publisher.at("/one.xml", Answer::ok(feed("zeta", 1)));
    publisher.at("/two.xml", Answer::ok(feed("eta", 1)));
    let sandbox = Sandbox::with_sources(&source(&publisher.url("/one.xml")));
    let daemon = sandbox.start();
    until("the first article", || daemon.get("/feed.xml").text().contains("zeta story"));

    sandbox.configure("[[sources]]\nurl = 1\n");
    daemon.wait_for_log("feeds.toml is broken");
    assert!(
        daemon.get("/feed.xml").text().contains("zeta story"),
        "the last good configuration stays in force"
    );

    sandbox.configure(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\n{}{}",
        source(&publisher.url("/one.xml")),
        source(&publisher.url("/two.xml"))
    ));
    until("the second article", || daemon.get("/feed.xml").text().contains("eta story number 0</title>"));
    daemon.wait_for_log("reloaded feeds.toml: it is valid again; added ");
    assert_eq!(publisher.requests("/one.xml").len(), 1, "a reload polls no source that is not due");
}

#[test]
fn texts_of_any_length_make_no_feed_beyond_its_bound_and_their_beginnings_stay() {
    let publisher = Publisher::start();
    let text = "&lt;p&gt;A word and another one.&lt;/p&gt;".repeat(50_000);
    let item = |n: u32| {
        format!("<item><title>Long {n}</title><guid>{n}</guid><description>{text}</description></item>")
    };
    let items = [item(1), item(2), item(3), item(4)].concat();
    let long = format!("<rss version=\"2.0\"><channel><title>Long</title>{items}</channel></rss>");
    publisher.at("/long.xml", Answer::ok(long));
    publisher.at("/short.xml", Answer::ok(feed("short", 2)));
    let sandbox = Sandbox::with_sources(
        &[source(&publisher.url("/long.xml")), source(&publisher.url("/short.xml"))].concat(),
    );
    let daemon = sandbox.start();
    for file in ["feed.xml", "atom.xml", "feed.json"] {
        let path = format!("/{file}");
        until("six articles", || read_back(&daemon.get(&path).body).entries.len() == 6);
        let body = daemon.get(&path).body;
        assert!(body.len() < 5 << 20, "{file}: {} bytes", body.len());
        let river = read_back(&body);
        let with = |words: &str| {
            let text = |entry: &feed_rs::model::Entry| format!("{:?} {:?}", entry.content, entry.summary);
            river.entries.iter().filter(|entry| text(entry).contains(words)).count()
        };
        assert_eq!((with("A word and another one."), with("What short has to say")), (4, 2), "{file}");
    }
}
