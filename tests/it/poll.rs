//! Tests of the verbs `poll` and `status` with the real binary.

use serde_json::Value;

use crate::support::daemon::{Sandbox, VerbOutput};
use crate::support::publisher::{Answer, Publisher};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Good news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link></item>\
    <item><guid>2</guid><title>Two</title><link>http://example.org/2</link></item></channel></rss>";

/// Creates a sandbox with sources of this name and address, and these further keys.
fn sandbox(sources: &[(&str, String, &str)]) -> Sandbox {
    let tables = sources
        .iter()
        .map(|(name, url, keys)| format!("[[source]]\nname = {name:?}\nurl = {url:?}\n{keys}\n"));
    Sandbox::new(&tables.collect::<Vec<_>>().concat())
}

/// Returns the line of a source.
fn line(ran: &VerbOutput, source: &str) -> Value {
    let lines = ran.json_lines();
    lines.iter().find(|line| line["source"] == source).unwrap_or_else(|| panic!("{lines:?}")).clone()
}

fn summary(ran: &VerbOutput) -> Value {
    ran.json_lines().pop().unwrap()["summary"].clone()
}

#[test]
fn poll_polls_each_due_source_once_and_prints_a_summary() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED).etag("\"1\""));
    let sandbox = sandbox(&[("a", publisher.url("/a"), "")]);
    let ran = sandbox.run(&["poll"]).expect_code(0);
    assert!(ran.stdout().starts_with("polled 1 of 1 source in "), "{}", ran.stdout());
    assert!(ran.stdout().contains("2 new, 0 updated, 0 grouped"), "{}", ran.stdout());
    assert_eq!(ran.stderr(), "", "without a terminal there is no progress bar");
    let again = sandbox.run(&["poll"]).expect_code(0);
    assert!(again.stdout().contains("nothing is due"), "{}", again.stdout());
    assert_eq!(publisher.requests("/a").len(), 1);
}

#[test]
fn poll_json_prints_a_line_for_each_source_and_a_summary() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED));
    publisher.at("/b", Answer::status(500));
    let sandbox = sandbox(&[("a", publisher.url("/a"), ""), ("b", publisher.url("/b"), "")]);
    let ran = sandbox.run(&["poll", "--json"]).expect_code(1);
    let good = line(&ran, "a");
    assert_eq!(good["url"], publisher.url("/a"));
    assert_eq!((&good["outcome"], &good["status"], &good["added"]), (&"new".into(), &200.into(), &2.into()));
    assert!(good["error"].is_null() && good["duration_ms"].is_u64());
    assert!(good["next_poll_at"].as_str().unwrap().ends_with('Z'));
    let bad = line(&ran, "b");
    assert_eq!((&bad["outcome"], &bad["status"]), (&"failed".into(), &500.into()));
    assert_eq!(bad["error"]["kind"], "status");
    assert!(bad["error"]["message"].as_str().unwrap().contains("500"));
    let summary = summary(&ran);
    for (key, value) in
        [("sources", 2), ("polled", 2), ("failed", 1), ("added", 2), ("updated", 0), ("grouped", 0)]
    {
        assert_eq!(summary[key], value, "{key} of {summary}");
    }
    assert!(summary["duration_ms"].is_u64());
}

#[test]
fn a_failure_is_printed_with_its_hint_and_the_exit_code_is_1() {
    let publisher = Publisher::start();
    let page = "<html><head><title>Home</title><link rel=alternate type=application/rss+xml href=/rss></head></html>";
    publisher.at("/page", Answer::ok(page).content_type("text/html"));
    let sandbox = sandbox(&[("page", publisher.url("/page"), "")]);
    let ran = sandbox.run(&["poll"]).expect_code(1);
    assert!(ran.stderr().contains("page: this is a web page"), "{}", ran.stderr());
    assert!(
        ran.stderr().contains(&publisher.url("/rss")),
        "the hint has the feed that the page names: {}",
        ran.stderr()
    );
    assert!(ran.stdout().contains("1 failed"), "{}", ran.stdout());
}

#[test]
fn an_unknown_source_is_a_usage_error_that_suggests_the_nearest_name() {
    let sandbox = sandbox(&[("rust-blog", "http://127.0.0.1:1/feed".to_owned(), "")]);
    for verb in [["poll", "rust-blgo"], ["status", "rust-blgo"]] {
        let ran = sandbox.run(&verb).expect_code(2);
        assert!(ran.stderr().contains("did you mean `rust-blog`?"), "{}", ran.stderr());
    }
}

#[test]
fn a_source_given_by_name_or_address_is_polled_even_if_it_is_not_due() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED)).at("/b", Answer::ok(FEED));
    let sandbox = sandbox(&[("a", publisher.url("/a"), ""), ("b", publisher.url("/b"), "")]);
    sandbox.run(&["poll", "a"]).expect_code(0);
    sandbox.run(&["poll", &publisher.url("/a"), "--json"]).expect_code(0);
    assert_eq!((publisher.requests("/a").len(), publisher.requests("/b").len()), (2, 0));
}

#[test]
fn no_source_is_polled_during_a_retry_after_or_after_a_410() {
    let publisher = Publisher::start();
    publisher.at("/busy", Answer::status(429).header("Retry-After", "7200"));
    publisher.at("/gone", Answer::status(410));
    publisher.at("/off", Answer::ok(FEED));
    let sandbox = sandbox(&[
        ("busy", publisher.url("/busy"), ""),
        ("gone", publisher.url("/gone"), ""),
        ("off", publisher.url("/off"), "enabled = false"),
    ]);
    let first = sandbox.run(&["poll", "--json"]).expect_code(1);
    assert_eq!(line(&first, "busy")["outcome"], "throttled");
    assert_eq!(line(&first, "gone")["outcome"], "gone");
    assert!(line(&first, "gone")["next_poll_at"].is_null());

    let all = sandbox.run(&["poll", "--all", "--json"]).expect_code(0);
    let named = sandbox.run(&["poll", "busy", "gone", "off", "--json"]).expect_code(0);
    for (ran, source) in [(&all, "busy"), (&all, "gone"), (&named, "busy"), (&named, "gone"), (&named, "off")]
    {
        assert_eq!(line(ran, source)["outcome"], "skipped", "{source}");
    }
    assert_eq!(summary(&all)["sources"], 2, "a disabled source is not polled");
    assert_eq!((&summary(&named)["sources"], &summary(&named)["polled"]), (&3.into(), &0.into()));
    assert_eq!((publisher.requests("/busy").len(), publisher.requests("/gone").len()), (1, 1));
    assert_eq!(publisher.requests("/off").len(), 0);
    let said = sandbox.run(&["poll", "busy"]).expect_code(0).stderr();
    assert!(said.contains("busy: not asked before 2"), "{said}");
}

#[test]
fn a_pause_of_one_source_on_a_private_host_does_not_pause_the_others() {
    let publisher = Publisher::start();
    publisher.at("/busy", Answer::status(503).header("Retry-After", "7200"));
    publisher.at("/b", Answer::ok(FEED));
    let sandbox = sandbox(&[("busy", publisher.url("/busy"), ""), ("b", publisher.url("/b"), "")]);
    sandbox.run(&["poll", "--json"]).expect_code(0);
    let again = sandbox.run(&["poll", "--all", "--json"]).expect_code(0);
    assert_eq!(line(&again, "b")["outcome"], "unchanged");
}

#[test]
fn two_sources_with_one_address_are_a_configuration_error() {
    let url = "http://127.0.0.1:1/feed".to_owned();
    let sandbox = sandbox(&[("a", url.clone(), ""), ("b", url, "")]);
    sandbox.run(&["poll"]).expect_code(78);
}

#[test]
fn a_file_can_be_a_source() {
    let sandbox = sandbox(&[("notes", "file:notes.xml".to_owned(), "")]);
    std::fs::write(sandbox.path().join("notes.xml"), FEED).unwrap();
    let ran = sandbox.run(&["poll", "--json"]).expect_code(0);
    let notes = line(&ran, "notes");
    assert_eq!(
        (&notes["outcome"], &notes["added"], &notes["status"]),
        (&"new".into(), &2.into(), &Value::Null)
    );
    let again = sandbox.run(&["poll", "--all", "--json"]).expect_code(0);
    assert_eq!(line(&again, "notes")["outcome"], "unchanged");
    std::fs::remove_file(sandbox.path().join("notes.xml")).unwrap();
    let lost = sandbox.run(&["poll", "--all", "--json"]).expect_code(1);
    assert_eq!(line(&lost, "notes")["outcome"], "failed");
}

#[test]
fn status_says_when_and_why_each_source_is_polled_next() {
    let publisher = Publisher::start();
    publisher.at("/fresh", Answer::ok(FEED).header("Cache-Control", "max-age=21600"));
    publisher.at("/bad", Answer::status(404));
    let sandbox = sandbox(&[
        ("fresh", publisher.url("/fresh"), ""),
        ("bad", publisher.url("/bad"), "every = \"1h\""),
        ("off", publisher.url("/off"), "enabled = false"),
    ]);
    let before = sandbox.run(&["status"]).expect_code(0);
    assert!(before.stderr().contains("nothing was polled yet"), "{}", before.stderr());
    sandbox.run(&["poll"]).expect_code(1);

    let table = sandbox.run(&["status"]).expect_code(0).stdout();
    let row = |name: &str| table.lines().find(|line| line.trim_start().starts_with(name)).unwrap().to_owned();
    assert!(row("fresh").contains("ok") && row("fresh").contains(" ago"), "{table}");
    assert!(row("bad").contains("failing") && row("bad").contains("404"), "{table}");
    assert!(row("off").contains("disabled"), "{table}");

    let fresh = sandbox.run(&["status", "fresh"]).expect_code(0).stdout();
    assert!(fresh.contains("stays fresh for at least 6h (max-age)"), "{fresh}");
    let bad = sandbox.run(&["status", "bad"]).expect_code(0).stdout();
    assert!(bad.contains("1 in a row since") && bad.contains("it failed once"), "{bad}");
}

#[test]
fn status_json_has_the_fields_that_scripts_rely_on() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::ok(FEED.replace("Good", "Good & bare")));
    let sandbox = sandbox(&[("a", publisher.url("/a"), "title = \"Mine\"")]);
    sandbox.run(&["poll"]).expect_code(0);
    let all = sandbox.run(&["status", "--json"]).expect_code(0).json();
    let one = sandbox.run(&["status", "a", "--json"]).expect_code(0).json();
    assert_eq!(all[0], one);
    assert_eq!((&one["source"], &one["title"]), (&"a".into(), &"Mine".into()));
    assert_eq!((&one["condition"], &one["articles"], &one["failures"]), (&"ok".into(), &2.into(), &0.into()));
    assert_eq!(one["next_poll_reason"], "adaptive");
    assert_eq!((&one["list"]["entries"], &one["list"]["replaced"]), (&2.into(), &0.into()));
    for time in ["last_poll_at", "last_success_at", "next_poll_at", "last_new_at"] {
        assert!(one[time].as_str().unwrap().ends_with('Z'), "{time} of {one}");
    }
    for absent in ["failing_since", "last_error", "moved"] {
        assert!(one[absent].is_null(), "{absent} of {one}");
    }
    assert!(one["defects"][0]["name"].is_string() && one["defects"][0]["count"] == 1, "{one}");
}

#[test]
fn secrets_in_addresses_are_never_printed() {
    let publisher = Publisher::start();
    publisher.at("/a", Answer::status(500));
    let url = publisher.url("/a?token=hushhush").replace("http://", "http://me:topsecret@");
    let sandbox = sandbox(&[("a", url, "")]);
    for arguments in
        [vec!["poll"], vec!["poll", "--all", "--json"], vec!["status", "a"], vec!["status", "--json"]]
    {
        let ran = sandbox.run(&arguments);
        let said = ran.stdout() + &ran.stderr();
        assert!(!said.contains("hushhush") && !said.contains("topsecret"), "{arguments:?}: {said}");
    }
    assert_eq!(publisher.requests("/a").len(), 2);
}
