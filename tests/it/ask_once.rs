//! Tests of what verbs pass on to the next poll: `add` and `check --online` ask a publisher, and the poll after them does not
//! ask again.

use crate::control::talk;
use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::{Answer, Publisher};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Harbour news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link></item>\
    </channel></rss>";

#[test]
fn the_poll_after_add_uses_what_add_fetched_and_its_validators() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::ok(FEED).etag("\"v1\""));
    let sandbox = Sandbox::new("");
    sandbox.run(&["add", &publisher.url("/f"), "--name", "f"]).expect_code(0);
    assert_eq!(publisher.all_requests().len(), 1);
    let first = sandbox.run(&["poll", "--json"]).expect_code(0).json_lines();
    assert_eq!((&first[0]["outcome"], &first[0]["added"]), (&"new".into(), &1.into()), "{first:?}");
    assert_eq!(publisher.all_requests().len(), 1, "the first poll used the answer that `add` got");
    sandbox.run(&["poll", "f"]).expect_code(0);
    let requests = publisher.all_requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].header_text("if-none-match"), Some("\"v1\""));
}

#[test]
fn a_daemon_uses_what_add_fetched_beside_it() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::ok(FEED));
    let sandbox = Sandbox::with_sources("");
    let _daemon = sandbox.start();
    sandbox.run(&["add", &publisher.url("/f"), "--name", "f"]).expect_code(0);
    until("the first poll", || sandbox.run(&["status", "--json"]).json()[0]["condition"] == "ok");
    assert_eq!(sandbox.run(&["status", "--json"]).json()[0]["articles"], 1);
    assert_eq!(publisher.all_requests().len(), 1);
}

#[test]
fn a_pause_that_add_was_asked_for_holds_for_the_first_poll() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::status(429).header("Retry-After", "600"));
    let sandbox = Sandbox::new("");
    sandbox.run(&["add", &publisher.url("/f"), "--name", "f"]).expect_code(0);
    let polled = sandbox.run(&["poll", "--json"]).json_lines();
    assert_eq!(
        (&polled[0]["outcome"], &polled[0]["status"]),
        (&"throttled".into(), &429.into()),
        "{polled:?}"
    );
    sandbox.run(&["poll", "f"]);
    assert_eq!(publisher.all_requests().len(), 1);
}

#[test]
fn every_pause_that_add_meets_holds_for_the_next_verbs() {
    let used_up =
        || Answer::ok(FEED).header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", "3600");
    for (answer, verb) in [
        (Answer::status(503).header("Retry-After", "3600"), ["check", "--online"]),
        (Answer::status(503).header("Retry-After", "3600"), ["preview", "f"]),
        (Answer::status(429).header("Retry-After", "3600"), ["check", "--online"]),
        (used_up(), ["check", "--online"]),
        (used_up(), ["preview", "f"]),
    ] {
        let publisher = Publisher::start();
        publisher.at("/f", answer);
        let sandbox = Sandbox::new("");
        sandbox.run(&["add", &publisher.url("/f"), "--name", "f"]).expect_code(0);
        sandbox.run(&verb);
        assert_eq!(publisher.all_requests().len(), 1, "{verb:?} sends nothing in the pause");
    }
}

#[test]
fn a_pause_that_a_usual_path_asks_for_holds_for_its_address() {
    let publisher = Publisher::start();
    publisher.at("/", Answer::ok("<html><title>x</title></html>").content_type("text/html"));
    publisher.at("/feed", Answer::status(429).header("Retry-After", "3600"));
    let sandbox = Sandbox::new("");
    sandbox.run(&["add", &publisher.url("/")]).expect_code(1);
    assert_eq!(publisher.all_requests().len(), 2, "no other path is tried after the refusal");
    sandbox.run(&["add", &publisher.url("/feed")]).expect_code(0);
    assert_eq!(publisher.all_requests().len(), 2);
}

#[test]
fn a_server_that_gives_its_page_to_who_names_html_is_read_and_remembered() {
    let publisher = Publisher::start();
    publisher.with("/f", |request, _| {
        let names_html = request.header_text("accept").is_some_and(|accept| accept.contains("text/html"));
        let page = Answer::ok("<!doctype html><p>Read me in a reader").content_type("text/html");
        if names_html { page } else { Answer::ok(FEED) }
    });
    let url = publisher.url("/f");
    let sandbox = Sandbox::new(&format!("[[source]]\nurl = \"{url}\"\nname = \"f\"\n"));
    let first = sandbox.run(&["poll", "--json"]).expect_code(0).json_lines();
    assert_eq!(first[0]["outcome"], "new", "{first:?}");
    assert_eq!(publisher.all_requests().len(), 2, "the second one does not name HTML");
    for requests in [4, 6, 7, 8] {
        let next = sandbox.run(&["poll", "f", "--json"]).expect_code(0).json_lines();
        assert_eq!(next[0]["outcome"], "unchanged", "{next:?}");
        assert_eq!(publisher.all_requests().len(), requests, "after three polls each poll is one request");
    }
    for verb in [&["preview", url.as_str()][..], &["check", "--online"]] {
        sandbox.run(verb).expect_code(0);
    }
}

#[test]
fn check_online_asks_plainly_at_once_where_polls_do() {
    let publisher = Publisher::start();
    let sources = ["f", "g", "h"].map(|name| {
        publisher.with(&format!("/{name}"), |request, _| {
            let is_conditional = request.header_text("if-none-match").is_some();
            if is_conditional { Answer::status(500) } else { Answer::ok(FEED).etag("\"v1\"") }
        });
        let url = publisher.url(&format!("/{name}"));
        format!("[[source]]\nurl = \"{url}\"\nname = \"{name}\"\n")
    });
    let sandbox = Sandbox::new(&sources.concat());
    // Two sources show, in two polls each, that the server answers only plain requests.
    for verb in [&["poll"][..], &["poll", "f"], &["poll", "g"], &["poll", "f"], &["poll", "g"]] {
        sandbox.run(verb).expect_code(0);
    }
    publisher.take_requests();
    sandbox.run(&["poll", "h"]).expect_code(0);
    assert_eq!(publisher.take_requests().len(), 1, "the poll of the third source is plain");
    sandbox.run(&["check", "--online"]).expect_code(0);
    let asked = publisher.take_requests();
    assert!(asked.iter().all(|request| request.header_text("if-none-match").is_none()), "{asked:?}");
    assert_eq!(asked.len(), 3, "one request each");
}

#[test]
fn a_pause_that_check_online_was_asked_for_holds_for_the_next_poll() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::ok(FEED));
    let url = publisher.url("/f");
    let sandbox = Sandbox::new(&format!("[[source]]\nurl = \"{url}\"\nname = \"f\"\n"));
    sandbox.run(&["poll"]).expect_code(0);
    publisher.at("/f", Answer::status(429).header("Retry-After", "600"));
    sandbox.run(&["check", "--online"]).expect_code(1);
    assert_eq!(publisher.all_requests().len(), 2);
    sandbox.run(&["poll", "f"]);
    let again = sandbox.run(&["check", "--online"]).expect_code(0);
    assert!(again.stdout().contains("f: not asked"), "{}", again.stdout());
    assert_eq!(publisher.all_requests().len(), 2, "the pause holds for polls and for checks");
}

#[test]
fn the_first_poll_uses_what_check_online_fetched() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::ok(FEED).etag("\"v1\""));
    let sandbox = Sandbox::new(&format!("[[source]]\nurl = \"{}\"\nname = \"f\"\n", publisher.url("/f")));
    std::fs::create_dir(sandbox.state()).unwrap();
    sandbox.run(&["check", "--online"]).expect_code(0);
    let first = sandbox.run(&["poll", "--json"]).expect_code(0).json_lines();
    assert_eq!((&first[0]["outcome"], &first[0]["added"]), (&"new".into(), &1.into()), "{first:?}");
    assert_eq!(publisher.all_requests().len(), 1);
    let again = sandbox.run(&["check", "--online"]).expect_code(0);
    assert!(again.stdout().contains("1 entry"), "{}", again.stdout());
    sandbox.run(&["poll", "f"]).expect_code(0);
    let requests = publisher.all_requests();
    assert_eq!(requests.len(), 2, "later answers of `check --online` are used, too");
    assert_eq!(requests[1].header_text("if-none-match"), Some("\"v1\""), "it asks as a poll does");
}

#[test]
fn what_check_online_got_counts_as_the_poll_whatever_it_is() {
    let page = || Answer::ok("<html>x").content_type("text/html");
    let busy = || Answer::status(503).header("Retry-After", "60");
    for (case, answer, code, outcome, asked) in [
        ("unchanged", Answer::status(304).etag("\"v1\""), 0, "unchanged", 1),
        ("broken", Answer::status(404), 1, "failed", 2),
        ("a page", page(), 1, "failed", 2),
        ("gone", Answer::status(410), 1, "gone", 1),
        ("busy", busy(), 1, "throttled", 1),
    ] {
        let publisher = Publisher::start();
        publisher.at("/f", Answer::ok(FEED).etag("\"v1\""));
        let sandbox = Sandbox::new(&format!("[[source]]\nurl = \"{}\"\nname = \"f\"\n", publisher.url("/f")));
        sandbox.run(&["poll"]).expect_code(0);
        publisher.at("/f", answer);
        sandbox.run(&["check", "--online"]).expect_code(code);
        let polled = sandbox.run(&["poll", "f", "--json"]).json_lines();
        assert_eq!(polled[0]["outcome"], outcome, "{case}: {polled:?}");
        assert_eq!(publisher.all_requests().len(), 1 + asked, "{case}: only `check` asked");
    }
}

#[test]
fn a_daemon_uses_at_once_what_check_online_got_beside_it() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::ok(FEED).etag("\"v1\""));
    let sandbox = Sandbox::with_sources(&format!(
        "[[source]]\nurl = \"{}\"\nname = \"f\"\nevery = \"1d\"\n",
        publisher.url("/f")
    ));
    let _daemon = sandbox.start();
    let articles = || sandbox.run(&["status", "--json"]).json()[0]["articles"].clone();
    until("the first poll", || articles() == 1);
    let more = FEED.replace("</channel>", "<item><guid>2</guid><title>Two</title></item></channel>");
    publisher.at("/f", Answer::ok(more).etag("\"v2\""));
    sandbox.run(&["check", "--online"]).expect_code(0);
    until("the poll that uses the answer", || articles() == 2);
    assert_eq!(publisher.all_requests().len(), 2);
}

#[test]
fn a_pause_of_an_address_outlives_its_source() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::status(503).header("Retry-After", "7200"));
    let url = publisher.url("/f");
    let sandbox = Sandbox::new(&format!("[[source]]\nurl = \"{url}\"\nname = \"f\"\n"));
    sandbox.run(&["poll"]);
    sandbox.run(&["remove", "f", "--purge"]).expect_code(0);
    sandbox.run(&["poll"]);
    sandbox.run(&["add", &url, "--name", "g"]).expect_code(0);
    let polled = sandbox.run(&["poll", "g", "--json"]).json_lines();
    assert_eq!(polled[0]["outcome"], "throttled", "{polled:?}");
    assert_eq!(publisher.all_requests().len(), 1);
}

#[test]
fn what_add_fetched_is_used_although_its_answer_begins_a_pause() {
    let used_up =
        || Answer::ok(FEED).header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", "3600");
    for verb in [&["poll", "--json"][..], &["poll", "--all", "--json"], &["poll", "f", "--json"]] {
        let publisher = Publisher::start();
        publisher.at("/f", used_up());
        let sandbox = Sandbox::new("");
        sandbox.run(&["add", &publisher.url("/f"), "--name", "f"]).expect_code(0);
        let first = sandbox.run(verb).expect_code(0).json_lines();
        assert_eq!((&first[0]["outcome"], &first[0]["added"]), (&"new".into(), &1.into()), "{first:?}");
        sandbox.run(&["poll", "f"]);
        assert_eq!(publisher.all_requests().len(), 1, "the pause holds");
    }
}

#[test]
fn add_says_so_if_the_only_feed_that_a_page_names_is_not_there_or_can_not_be_read_now() {
    let publisher = Publisher::start();
    let page =
        |feed: &str| Answer::ok(format!("<html><link rel=feed href={feed}>")).content_type("text/html");
    publisher.at("/page", page("/dead"));
    publisher.at("/blog", page("/down"));
    publisher.at("/down", Answer::status(500));
    let sandbox = Sandbox::new("");
    let dead = sandbox.run(&["add", &publisher.url("/page")]).expect_code(1);
    assert!(dead.stderr().contains("but there is no feed"), "{}", dead.stderr());
    let down = sandbox.run(&["add", &publisher.url("/blog")]).expect_code(0);
    assert!(down.stderr().contains("warning"), "{}", down.stderr());
    publisher.at("/feed", Answer::ok(FEED));
    sandbox.run(&["add", &publisher.url("/page"), "--name", "f"]).expect_code(0);
    let listed = sandbox.run(&["list"]).stdout();
    assert!(listed.contains("/down") && listed.contains("/feed"), "{listed}");
}

#[test]
fn an_answer_that_is_no_answer_is_refused_by_the_daemon_and_changes_nothing() {
    let sandbox = Sandbox::with_sources("");
    let _daemon = sandbox.start();
    let hostile = [
        "{\"request\":\"keep_answer\"}\n".to_owned(),
        "{\"request\":\"keep_answer\",\"answer\":{\"url\":\"x\",\"asked_at\":\"y\",\"outcome\":0}}\n"
            .to_owned(),
        // The body is cut: the verb went away.
        kept_answer(10) + "<rss",
    ];
    for request in hostile {
        let answer = talk(&sandbox, request.as_bytes());
        assert!(!answer.contains("done"), "{request}: {answer}");
    }
    assert!(talk(&sandbox, (kept_answer(4) + "<rss").as_bytes()).contains("done"));
    // No body follows one that is too large to be kept.
    assert!(talk(&sandbox, kept_answer(5 << 20).as_bytes()).contains("done"));
}

/// Returns a request to keep a document whose body has this length.
fn kept_answer(length: usize) -> String {
    format!(
        "{{\"request\":\"keep_answer\",\"answer\":{{\"url\":\"http://a.example/f\",\"asked_at\":\"2026-11-26T00:00:00Z\",\
         \"outcome\":{{\"Fresh\":{{\"status\":200,\"body\":{length},\"content_type\":null,\
         \"validators\":{{\"etag\":null,\"last_modified\":null}},\"final_url\":null,\"moved_to\":null,\
         \"freshness\":{{\"max_age\":null,\"expires\":null,\"retry_after\":null,\"limit_reset_at\":null}},\
         \"links\":{{\"hubs\":[],\"self_link\":null,\"feeds\":[]}}}}}}}}}}\n"
    )
}
