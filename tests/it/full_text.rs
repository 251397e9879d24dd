//! Sources with `full_text`: the pages behind new entries are fetched once, and their articles are shown.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::daemon::{Daemon, Sandbox, until};
use crate::support::publisher::{Answer, Publisher};

const TEASER: &str = "The old lighthouse keeper of Ouessant counts migrating birds every autumn, and this year fewer of them came to his lamp";

fn teaser(path: &str) -> String {
    format!("{TEASER} ({})", path.trim_start_matches('/'))
}

fn item(publisher: &Publisher, path: &str, text: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{path}</guid><title>Birds {path}</title><link>{}</link>\
         <description>{text}</description></item>",
        publisher.url(path)
    )
}

fn feed(items: &str) -> Answer {
    Answer::ok(format!(
        "<rss version=\"2.0\"><channel><title>Coast</title><link>http://coast.example/</link><description>d</description>{items}</channel></rss>"
    ))
}

/// Returns a page with an article of `paragraphs` paragraphs, a menu and a script.
fn page(path: &str, paragraphs: usize) -> Answer {
    Answer::ok(page_html(path, paragraphs)).content_type("text/html; charset=utf-8")
}

fn page_html(path: &str, paragraphs: usize) -> String {
    let mut story = format!("<p>{}.</p>", teaser(path));
    for n in 0..paragraphs {
        write!(story, "<p>Paragraph {n} of {path}: the wind turned north, the birds flew on, and the lamp of the tower shone over them all night. \
             Nobody knows, he says, whether they will come back in another year, or take a different way over the sea.</p>").unwrap();
    }
    format!(
        "<!doctype html><html><head><title>Birds</title><script>track('x')</script></head><body><nav><a href=/>Home menu</a></nav>\
         <main><article><h1>Birds {path}</h1>{story}<p onclick=steal()><a href=more>Read on</a></p></article></main>\
         <footer>Imprint of the coast</footer></body></html>"
    )
}

fn source(publisher: &Publisher, keys: &str) -> String {
    format!("[[source]]\nname = \"coast\"\nurl = \"{}\"\nfull_text = true\n{keys}\n", publisher.url("/feed"))
}

fn items(daemon: &Daemon) -> Vec<Value> {
    let feed: Value = serde_json::from_str(&daemon.get("/feed.json").text()).unwrap();
    feed["items"].as_array().unwrap().clone()
}

fn content(item: &Value) -> &str {
    item["content_html"].as_str().unwrap_or_default()
}

/// Returns what `why` says of the page behind an entry.
fn page_of(sandbox: &Sandbox, url: &str) -> Value {
    let why = sandbox.run(&["why", url, "--json"]).expect_code(0).json();
    why["articles"][0]["entries"][0]["full_text"].clone()
}

#[test]
fn readers_get_the_article_of_the_page_and_never_the_teaser_first() {
    let publisher = Publisher::start();
    publisher.at("/feed", feed(&item(&publisher, "/story", &teaser("/story"))));
    publisher.at("/story", page("/story", 6));
    let sandbox = Sandbox::with_sources(&source(&publisher, ""));
    let daemon = sandbox.start();
    until("the article", || {
        let shown = items(&daemon);
        for item in &shown {
            assert!(content(item).contains("Paragraph 5"), "{item}");
        }
        !shown.is_empty()
    });
    let shown = items(&daemon).remove(0);
    let text = content(&shown);
    assert!(text.contains(&publisher.url("/more")), "links are absolute: {text}");
    for other in ["Home menu", "Imprint", "track(", "onclick", "<h1"] {
        assert!(!text.contains(other), "{other} in {text}");
    }
    assert!(shown["summary"].as_str().unwrap().contains("lighthouse keeper"), "{shown}");
    assert!(content(&shown).contains("Paragraph 0"));
    let paths: Vec<String> =
        publisher.all_requests().iter().map(|request| request.path().to_owned()).collect();
    assert_eq!(paths, ["/feed", "/robots.txt", "/story"]);
    let request = publisher.requests("/story").remove(0);
    assert!(request.header_text("accept").unwrap().starts_with("text/html"));
    assert!(request.header_text("user-agent").unwrap().starts_with("riverd"));
    assert!(page_of(&sandbox, &publisher.url("/story"))["has_article"].as_bool().unwrap());
}

#[test]
fn what_cant_be_used_leaves_the_text_of_the_feed_and_why_says_so() {
    let publisher = Publisher::start();
    let long = format!(
        "{TEASER}. {}",
        "The feed itself tells the whole story of the birds and of the lamp. ".repeat(40)
    );
    let all =
        ["/good", "/forbidden/1", "/missing", "/gone", "/short", "/hostile", "/file", "/consent", "/broken"];
    let entries = all.map(|path| {
        if path == "/short" { item(&publisher, path, &long) } else { item(&publisher, path, &teaser(path)) }
    });
    publisher.at("/feed", feed(&entries.concat()));
    publisher.at(
        "/robots.txt",
        Answer::ok("User-agent: *\nDisallow: /\nUser-agent: riverd\nDisallow: /forbidden/"),
    );
    publisher.at("/good", page("/good", 6));
    publisher.at("/forbidden/1", page("/forbidden/1", 6));
    publisher.at("/short", page("/short", 1));
    publisher.at("/gone", Answer::status(410));
    publisher.at("/file", Answer::ok("%PDF-1.7").content_type("application/pdf"));
    publisher.at(
        "/hostile",
        Answer::ok(format!("<body>{}x", "<div><b><table>".repeat(40_000))).content_type("text/html"),
    );
    let consent = "We and our partners process data and store cookies on your device. ".repeat(60);
    publisher
        .at("/consent", Answer::ok(format!("<body><div><p>{consent}</p></div>")).content_type("text/html"));
    publisher.at("/broken", Answer::status(500));
    let sandbox = Sandbox::with_sources(&source(&publisher, ""));
    sandbox.run(&["poll"]).expect_code(0);

    let failure = |path: &str| {
        let page = page_of(&sandbox, &publisher.url(path));
        assert_eq!(page["has_article"], path == "/good", "{path}: {page}");
        (
            page["failure"].as_str().unwrap_or_default().to_owned(),
            page["next_try_at"].is_string(),
            page["tries"].as_u64().unwrap(),
        )
    };
    for (path, words, is_tried_again) in [
        ("/good", "", false),
        ("/forbidden/1", "robots.txt", false),
        ("/missing", "404", true),
        ("/gone", "410", false),
        ("/short", "not much longer", false),
        ("/hostile", "page", false),
        ("/file", "no web page", false),
        ("/consent", "consent", false),
        ("/broken", "500", true),
    ] {
        let (said, again, tries) = failure(path);
        assert!(said.contains(words), "{path}: {said}");
        assert_eq!((again, tries), (is_tried_again, 1), "{path}: {said}");
    }
    assert!(publisher.requests("/forbidden/1").is_empty());
    assert_eq!(publisher.requests("/robots.txt").len(), 1, "it is read once");
    let told = sandbox.run(&["why", &publisher.url("/missing")]).expect_code(0).stdout();
    assert!(told.contains("full text") && told.contains("404"), "{told}");

    publisher.take_requests();
    sandbox.run(&["poll"]).expect_code(0);
    assert!(publisher.all_requests().is_empty(), "{:?}", publisher.all_requests());
    let daemon = sandbox.start();
    until("all articles", || items(&daemon).len() == all.len());
    for item in items(&daemon) {
        let is_good = item["url"] == publisher.url("/good");
        let text = item.to_string();
        assert_eq!(text.contains("Paragraph 5"), is_good, "{text}");
        assert!(text.contains("lighthouse keeper"), "{text}");
    }
}

#[test]
fn a_pause_that_one_page_asks_for_holds_for_all_pages_of_its_host() {
    let publisher = Publisher::start();
    publisher
        .at("/feed", feed(&["/1", "/2", "/3"].map(|path| item(&publisher, path, &teaser(path))).concat()));
    publisher.otherwise(|_, _| Answer::status(429).header("retry-after", "7200"));
    publisher.at("/robots.txt", Answer::ok(""));
    let sandbox = Sandbox::with_sources(&source(&publisher, ""));
    sandbox.run(&["poll"]).expect_code(0);
    assert_eq!(publisher.all_requests().len(), 3, "the feed, robots.txt and one page");
    let pages = ["/1", "/2", "/3"].map(|path| page_of(&sandbox, &publisher.url(path)));
    assert!(pages.iter().all(|page| page["next_try_at"].is_string()), "{pages:?}");
    assert_eq!(pages.iter().filter(|page| page["tries"] == 1).count(), 1, "{pages:?}");
    publisher.take_requests();
    sandbox.run(&["poll"]).expect_code(0);
    assert!(publisher.all_requests().is_empty(), "the pause outlives the process");
}

#[test]
fn a_later_edit_of_the_feed_is_shown_and_the_page_is_not_fetched_again() {
    let publisher = Publisher::start();
    let first = item(&publisher, "/story", &teaser("/story"));
    let edited =
        first.replace("<title>Birds", "<title>Corrected birds").replace("fewer of them", "more of them");
    let whole = edited.replace(
        "more of them",
        &format!("more of them {}", "and ever more of them than he can count ".repeat(200)),
    );
    publisher.in_turn("/feed", [feed(&first), feed(&edited), feed(&whole)]);
    publisher.at("/story", page("/story", 6));
    let sandbox = Sandbox::with_sources(&source(&publisher, "every = \"1h\""));
    let shown = |sandbox: &Sandbox| {
        let daemon = sandbox.start();
        until("the article", || !items(&daemon).is_empty());
        let item = items(&daemon).remove(0);
        daemon.stop();
        item
    };
    sandbox.run(&["poll", "coast"]).expect_code(0);
    assert!(content(&shown(&sandbox)).contains("Paragraph 5"));
    sandbox.run(&["poll", "coast"]).expect_code(0);
    let item = shown(&sandbox);
    assert!(item["title"].as_str().unwrap().starts_with("Corrected"), "{item}");
    assert!(item["summary"].as_str().unwrap().contains("more of them"), "{item}");
    assert!(content(&item).contains("Paragraph 5"), "{item}");
    sandbox.run(&["poll", "coast"]).expect_code(0);
    let item = shown(&sandbox);
    assert!(
        item.to_string().contains("than he can count") && !item.to_string().contains("Paragraph 5"),
        "{item}"
    );
    assert_eq!(publisher.requests("/story").len(), 1);
}

#[test]
fn only_the_newest_pages_of_a_first_poll_are_fetched_and_without_the_key_none() {
    let publisher = Publisher::start();
    let dated = |n: u32| {
        item(&publisher, &format!("/{n}"), &teaser("/x"))
            .replace("</item>", &format!("<pubDate>2026-10-{:02}T08:00:00Z</pubDate></item>", n + 1))
    };
    publisher.at("/feed", feed(&(0..25).map(dated).collect::<String>()));
    let off = source(&publisher, "").replace("full_text = true", "");
    let sandbox = Sandbox::with_sources(&off);
    sandbox.run(&["poll"]).expect_code(0);
    assert_eq!(publisher.all_requests().len(), 1);
    let sandbox = Sandbox::with_sources(&source(&publisher, ""));
    publisher.take_requests();
    sandbox.run(&["poll"]).expect_code(0);
    let fetched = publisher.all_requests().len();
    assert_eq!(fetched, 2 + 20, "the feed, robots.txt and twenty pages");
    assert!(publisher.requests("/24").len() == 1 && publisher.requests("/4").is_empty());
}

#[test]
fn the_article_of_a_page_is_searched_and_lends_its_picture_and_robots_is_read_once_by_two_runs() {
    let publisher = Publisher::start();
    let with_picture = |path: &str| {
        let body = page_html(path, 6);
        let figure =
            "<figure><img src=/lamp.jpg width=800 height=500 alt=Lamp></figure><p>The zeppelin came by. ";
        Answer::ok(body.replacen("<p>Paragraph 2", &format!("{figure}Paragraph 2"), 1))
            .content_type("text/html")
    };
    let entries = ["/3", "/2"].map(|path| item(&publisher, path, "A witty teaser by an editor."));
    publisher.in_turn("/feed", [feed(&entries.concat()), feed(&item(&publisher, "/4", "Comments"))]);
    for path in ["/2", "/3", "/4"] {
        publisher.at(path, with_picture(path));
    }
    let sandbox = Sandbox::with_sources(&source(&publisher, "every = \"1h\""));
    sandbox.run(&["poll", "coast"]).expect_code(0);
    sandbox.run(&["poll", "coast"]).expect_code(0);
    let paths: Vec<String> =
        publisher.all_requests().iter().map(|request| request.path().to_owned()).collect();
    assert_eq!(paths, ["/feed", "/robots.txt", "/3", "/2", "/feed", "/4"], "the newest page first");
    let daemon = sandbox.start();
    until("all articles", || items(&daemon).len() == 3);
    for item in items(&daemon) {
        assert_eq!(item["image"], publisher.url("/lamp.jpg"), "{item}");
        let is_stub = item["url"] == publisher.url("/4");
        assert_eq!(item["summary"].as_str().unwrap_or_default().contains("witty"), !is_stub, "{item}");
    }
    daemon.stop();
    let found = sandbox.run(&["search", "--json", "--", "zeppelin"]).expect_code(0).stdout();
    assert!(found.contains("Birds /3") && found.contains("Birds /4"), "{found}");
}

#[test]
fn a_redirect_to_another_server_is_not_followed_before_its_robots_was_read() {
    let (publisher, other) = (Publisher::start(), Publisher::start());
    publisher.at("/feed", feed(&item(&publisher, "/story", &teaser("/x"))));
    publisher.at("/story", Answer::status(302).header("location", other.url("/elsewhere")));
    other.at("/elsewhere", page("/elsewhere", 6));
    let sandbox = Sandbox::with_sources(&source(&publisher, ""));
    sandbox.run(&["poll"]).expect_code(0);
    // The other server has a private address that is not the source's, so not even its robots.txt is requested.
    assert!(other.all_requests().is_empty(), "{:?}", other.all_requests());
    assert_eq!(page_of(&sandbox, &publisher.url("/story"))["has_article"], false);
}

#[test]
fn an_entry_cant_lead_to_another_service_of_this_machine() {
    let (publisher, service) = (Publisher::start(), Publisher::start());
    publisher.at("/feed", feed(&item(&service, "/admin?delete=all", &teaser("/x"))));
    let sandbox = Sandbox::with_sources(&source(&publisher, ""));
    sandbox.run(&["poll"]).expect_code(0);
    assert!(service.all_requests().is_empty(), "{:?}", service.all_requests());
    let page = page_of(&sandbox, &service.url("/admin?delete=all"));
    assert!(page["failure"].as_str().unwrap().contains("private"), "{page}");
}

#[test]
fn without_the_key_the_text_of_the_feed_is_shown_again() {
    let publisher = Publisher::start();
    publisher.at("/feed", feed(&item(&publisher, "/story", &teaser("/story"))));
    publisher.at("/story", page("/story", 6));
    let on = source(&publisher, "");
    let sandbox = Sandbox::with_sources(&on);
    sandbox.run(&["poll"]).expect_code(0);
    let daemon = sandbox.start();
    until("the article of the page", || {
        items(&daemon).first().is_some_and(|item| content(item).contains("Paragraph 5"))
    });
    sandbox.configure(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\n\n{}",
        on.replace("full_text = true", "")
    ));
    until("the text of the feed", || {
        items(&daemon).first().is_some_and(|item| !content(item).contains("Paragraph 5"))
    });
}
