//! `riverd preview`: shows the articles of a feed and the repairs that it needed.

use crate::support::daemon::Sandbox;
use crate::support::publisher::{Answer, Publisher};

/// A feed with three things that must not be passed on unchanged: a bare ampersand, a relative link and a script.
const BROKEN: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Tea & biscuits</title>\
    <link>https://tea.example/</link><item><title>First flush</title><link>/2026/first</link>\
    <guid isPermaLink=\"false\">t1</guid><pubDate>Fri, 20 Nov 2026 07:30:00 +0100</pubDate>\
    <description>&lt;p&gt;Good&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description></item></channel></rss>";

#[test]
fn preview_shows_a_file_with_its_repairs_and_stores_nothing() {
    let sandbox = Sandbox::new("");
    std::fs::write(sandbox.path().join("tea.xml"), BROKEN).expect("a feed");
    let shown = sandbox.run(&["preview", "tea.xml", "--json"]).expect_code(0).json();
    assert_eq!(shown["format"], "rss");
    assert_eq!(shown["title"], "Tea & biscuits");
    let entry = &shown["entries"][0];
    assert_eq!(entry["id"], "t1");
    assert_eq!(entry["title"], "First flush");
    assert_eq!(entry["url"], "https://tea.example/2026/first");
    assert_eq!(entry["published"], "2026-11-20T06:30:00Z");
    assert_eq!(entry["updated"], serde_json::Value::Null);
    assert_eq!(entry["summary"], "<p>Good</p>");
    assert!(!shown["repairs"].as_array().expect("a list").is_empty(), "{shown}");
    assert!(!sandbox.state().join("riverd.db").exists());
    let text = sandbox.run(&["preview", "tea.xml"]).expect_code(0).stdout();
    assert!(text.contains("First flush") && text.contains("repaired"), "{text}");
}

#[test]
fn preview_reads_an_address_on_this_machine_and_names_the_feeds_of_a_web_page() {
    let publisher = Publisher::start();
    publisher.at("/tea.xml", Answer::ok(BROKEN));
    publisher.at(
        "/",
        Answer::ok("<!doctype html><link rel=alternate type=application/rss+xml href=/tea.xml>")
            .content_type("text/html"),
    );
    let sandbox = Sandbox::new("");
    sandbox.run(&["preview", &publisher.url("/tea.xml")]).expect_code(0);
    let page = sandbox.run(&["preview", &publisher.url("/")]).expect_code(1);
    assert!(page.stderr().contains(&publisher.url("/tea.xml")), "{}", page.stderr());
}

#[test]
fn preview_recognises_challenge_and_login_pages_as_a_poll_does() {
    let publisher = Publisher::start();
    let challenge = "<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt = {}</script>";
    publisher.at("/challenge", Answer::ok(challenge).content_type("text/html"));
    let login = "<!DOCTYPE html><title>Log in</title><form><input type=password></form>";
    publisher.at("/login", Answer::ok(login).content_type("text/html"));
    let sandbox = Sandbox::new("");
    for (path, says) in [("/challenge", "challenge page of Cloudflare"), ("/login", "sent a login page")] {
        let ran = sandbox.run(&["preview", &publisher.url(path)]).expect_code(1);
        assert!(ran.stderr().contains(says) && ran.stderr().contains("hint:"), "{}", ran.stderr());
    }
}

#[test]
fn a_target_that_is_neither_an_address_nor_a_file_is_wrong_usage() {
    let ran = Sandbox::new("").run(&["preview", "no such thing"]).expect_code(2);
    assert!(ran.stderr().contains("hint:"), "{}", ran.stderr());
}
