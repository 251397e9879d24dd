//! The status of the river as the real binary serves it: the page, the data, the feed of incidents, and metrics.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::daemon::{Daemon, Sandbox, until};
use crate::support::publisher::{Answer, Publisher};
use crate::support::validator::{rss_complaints, tree};

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Bulletin du port</title><link>https://port.example/</link>\
    <description>d</description><item><title>La marée</title><link>https://port.example/1</link></item></channel></rss>";

fn sandbox() -> (Sandbox, Publisher) {
    let publisher = Publisher::start();
    publisher.at("/good", Answer::ok(FEED));
    publisher.at("/gone?edition=3", Answer::status(410));
    publisher.at("/bad?edition=7", Answer::status(500));
    let source = |name: &str, path: &str, rest: &str| {
        format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n{rest}\n", publisher.url(path))
    };
    let sources = [
        source("good", "/good", "tags = [\"port\"]"),
        source("dead", "/gone?edition=3", ""),
        source("bad", "/bad?edition=7", "private = true"),
    ];
    (Sandbox::with_sources(&sources.concat()), publisher)
}

fn json(daemon: &Daemon) -> Value {
    serde_json::from_str(&daemon.get("/status.json").text()).expect("JSON")
}

/// Starts the daemon and waits until every source was polled.
fn polled(sandbox: &Sandbox) -> Daemon {
    let daemon = sandbox.start();
    until("a poll of every source", || {
        let status = json(&daemon);
        let sources = status["sources"].as_array().expect("sources").clone();
        sources.len() == 3 && sources.iter().all(|source| !source["last_poll_at"].is_null())
    });
    daemon
}

#[test]
fn the_status_page_shows_failing_sources_first_and_says_what_to_do() {
    let (sandbox, _publisher) = sandbox();
    let daemon = polled(&sandbox);
    let page = daemon.get("/status");
    let html = page.text();
    assert!(page.header("content-security-policy").expect("a policy").contains("default-src 'none'"));
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("no {text} in {html}"));
    assert!(html.contains("2 sources need you"), "{html}");
    assert!(at("What needs you") < at("<bdi>dead</bdi>"));
    assert!(at("<bdi>dead</bdi>") < at("<bdi>bad</bdi>") && at("<bdi>bad</bdi>") < at("Bulletin du port"));
    for shown in ["gone for ever", "What to do:", "<svg class=\"plot\"", "Articles a day", "Database"] {
        assert!(html.contains(shown), "{shown}\n{html}");
    }
    assert!(!html.to_lowercase().contains("style=\"") && html.len() < 200_000);
    assert_eq!(daemon.get("/status?page=2").status, 404);
    assert_eq!(daemon.get("/status?page=x").status, 404);
}

#[test]
fn status_json_has_its_documented_fields_and_no_address_of_a_private_source() {
    let (sandbox, _publisher) = sandbox();
    let daemon = polled(&sandbox);
    let status = json(&daemon);
    let fields: Vec<&str> = status.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "version",
            "generated_at",
            "started_at",
            "config",
            "store",
            "backups",
            "polls",
            "articles_by_day",
            "incidents",
            "sources"
        ]
    );
    assert_eq!(status["config"]["ok"], true);
    assert_eq!(status["backups"]["ok"], true);
    assert_eq!(status["articles_by_day"].as_array().map(Vec::len), Some(30));
    assert_eq!(status["polls"]["gone"], 1);
    let text = status.to_string();
    assert!(text.contains("edition=3"), "a public address is shown");
    for path in ["/status", "/status.json", "/status/feed.xml", "/metrics"] {
        assert!(!daemon.get(path).text().contains("edition=7"), "{path} names a private address");
    }
}

#[test]
fn incidents_are_items_of_a_valid_feed_with_stable_ids_over_a_restart() {
    let (sandbox, _publisher) = sandbox();
    let daemon = polled(&sandbox);
    let items = |daemon: &Daemon| -> Vec<(String, String)> {
        let text = daemon.get("/status/feed.xml").text();
        let rss = tree(&text).expect("XML");
        let channel = rss.one("channel").expect("a channel");
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        channel.all("item").map(|item| (text(item.text_of("title")), text(item.text_of("guid")))).collect()
    };
    until("the item", || !items(&daemon).is_empty());
    let first = items(&daemon);
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0].0, "dead is gone for ever");
    let answer = daemon.get("/status/feed.xml");
    let address = format!("http://{}/status/feed.xml", daemon.address());
    let mut complaints = rss_complaints(&answer.text(), &address);
    // An incident comes from no feed.
    complaints.retain(|complaint| complaint != "`item` has 0 `source`");
    assert_eq!(complaints, Vec::<String>::new());
    let etag = answer.header("etag").expect("an ETag").to_owned();
    assert_eq!(daemon.get_with("/status/feed.xml", &[("If-None-Match", &etag)]).status, 304);
    let packed = daemon.get_with("/status/feed.xml", &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));

    sandbox.configure("[[source]]\nurl = 7\n");
    until("the broken configuration", || items(&daemon).len() == 2);
    assert!(daemon.get("/status").text().contains("feeds.toml is broken"));
    assert!(daemon.get("/metrics").text().contains("riverd_config_valid 0\n"));
    assert!(daemon.stop().success());
    sandbox.configure(&format!("{}[[source]]\nurl = \"file:feed.xml\"\n", super::http::LOCAL));
    let daemon = sandbox.start();
    let now = items(&daemon);
    let titles: Vec<&str> = now.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, ["feeds.toml is fixed", "feeds.toml is broken", "dead is gone for ever"]);
    assert_eq!(now[2].1, first[0].1, "the id of an incident never changes");
}

#[test]
fn metrics_follow_the_text_format_and_do_not_grow_with_the_sources() {
    let (sandbox, _publisher) = sandbox();
    let daemon = polled(&sandbox);
    let answer = daemon.get("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = answer.text();
    let mut typed = std::collections::BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert!(typed.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} twice");
            assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
        } else if !line.starts_with("# HELP ") {
            let (series, value) = line.rsplit_once(' ').expect("a sample");
            let name = series.split('{').next().expect("a name");
            let stem = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let known = |name: &str| typed.contains_key(name);
            assert!(known(name) || stem.is_some_and(known), "{line}");
            assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
        }
    }
    for line in [
        "riverd_polls_total{outcome=\"gone\"} 1",
        "riverd_sources{condition=\"failing\"} 1",
        "riverd_articles 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    for name in ["good", "dead", "bad"] {
        assert!(!text.contains(name), "a label names a source: {text}");
    }
    // promtool is part of Debian's package prometheus. Where it is installed, it checks the names and units, too.
    let promtool = Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).spawn();
    if let Ok(mut promtool) = promtool {
        promtool.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("promtool reads");
        assert!(promtool.wait().expect("promtool ends").success(), "{text}");
    }
}

#[test]
fn the_status_needs_the_token_of_a_protected_river() {
    let sandbox = Sandbox::new("[server]\nlisten = [\"127.0.0.1:0\"]\naccess_token_file = \"token\"\n");
    std::fs::write(sandbox.path().join("token"), "sésame\n").expect("a token");
    let daemon = sandbox.start();
    for path in ["/status", "/status.json", "/status/feed.xml", "/metrics"] {
        assert_eq!(daemon.get(path).status, 401, "{path}");
        assert_eq!(daemon.get(&format!("{path}?token=s%C3%A9same")).status, 200, "{path}");
    }
}

#[test]
fn a_running_poll_is_called_running_and_after_a_kill_none_is() {
    let publisher = Publisher::start();
    publisher.at("/slow", Answer::silence());
    let sandbox = Sandbox::with_sources(&format!(
        "[[source]]\nname = \"slow\"\nurl = \"{}\"\n",
        publisher.url("/slow")
    ));
    let reason = || sandbox.run(&["status", "slow", "--json"]).json()["next_poll_reason"].clone();
    let daemon = sandbox.start();
    publisher.wait_for("/slow", 1);
    assert_eq!(reason(), "claimed");
    let (table, row) = (sandbox.run(&["status"]).stdout(), sandbox.run(&["status", "slow"]).stdout());
    assert!(table.contains("running") && !table.contains("in 9m"), "{table}");
    assert!(row.contains("next poll     running\n"), "{row}");
    assert!(
        daemon
            .get("/status")
            .text()
            .contains("<td title=\"a poll is running, and its result decides\">running</td>")
    );
    daemon.signal(rustix::process::Signal::KILL);
    drop(daemon);
    assert_eq!(reason(), "new");
    assert!(!sandbox.run(&["status"]).stdout().contains("running"));
    // After a second kill the next poll is delayed. No poll runs meanwhile, although a daemon does.
    let daemon = sandbox.start();
    publisher.wait_for("/slow", 2);
    drop(daemon);
    let _daemon = sandbox.start();
    assert_eq!(reason(), "new");
    let table = sandbox.run(&["status"]).stdout();
    assert!(table.contains("in 10m") || table.contains("in 9m"), "{table}");
}
