//! Tests search by the verb and by HTTP: what is found, what is refused, and how the feed of a search follows edits.

use std::fmt::Write as _;

use crate::support::daemon::{Sandbox, until};

/// Returns an RSS document with these items: title and text.
fn feed(title: &str, items: &[(&str, &str)]) -> String {
    let site = format!("https://{}.example/", title.replace(' ', "-").to_lowercase());
    let mut document = format!("<rss version=\"2.0\"><channel><title>{title}</title><link>{site}</link>");
    for (number, (title, text)) in items.iter().enumerate() {
        write!(
            document,
            "<item><guid>{number}</guid><title>{title}</title><description>{text}</description>\
             <link>{site}{number}</link></item>"
        )
        .unwrap();
    }
    document + "</channel></rss>"
}

/// Returns a sandbox with two file sources, `garden` (tag `outdoors`) and `press` (tags `news`, `outdoors`).
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_sources(
        "[[source]]\nurl = \"file:garden.xml\"\nname = \"garden\"\ntags = [\"outdoors\"]\n\n\
         [[source]]\nurl = \"file:press.xml\"\nname = \"press\"\ntitle = \"Morning Press\"\ntags = [\"news\", \"outdoors\"]\n",
    );
    let garden = [
        ("Tomatoes in June", "How to grow tomatoes and basil."),
        ("Café crème", "A recipe with pêche."),
        ("Rusty tools", "Remove rust with vinegar."),
    ];
    let press = [
        ("Rust 2.0 is out", "The compiler is faster. No vinegar."),
        ("東京都知事選挙", "新しい知事が決まった。"),
        ("서울에서 만나요", "다음 주 일정"),
    ];
    std::fs::write(sandbox.path().join("garden.xml"), feed("The garden", &garden)).unwrap();
    std::fs::write(sandbox.path().join("press.xml"), feed("Feed of the press", &press)).unwrap();
    sandbox
}

/// Returns the titles that `riverd search --json` prints, sorted.
fn found(sandbox: &Sandbox, query: &str) -> Vec<String> {
    let output = sandbox.run(&["search", "--json", "--", query]);
    assert!(matches!(output.code(), 0 | 1), "{query}: {}", output.stderr());
    let mut titles: Vec<String> = output.json()["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["title"].as_str().unwrap().to_owned())
        .collect();
    titles.sort();
    titles
}

#[test]
fn the_verb_finds_articles_by_every_kind_of_query() {
    let sandbox = sandbox();
    sandbox.run(&["poll"]).expect_code(0);
    // A poll does not publish, and only published articles are found.
    let daemon = sandbox.start();
    until("the index", || !found(&sandbox, "tomatoes").is_empty() && !found(&sandbox, "知事").is_empty());
    daemon.stop();
    for (query, titles) in [
        ("rust", &["Rust 2.0 is out", "Rusty tools"][..]),
        ("rust -compiler", &["Rusty tools"]),
        ("rust NOT compiler", &["Rusty tools"]),
        ("rust AND compiler", &["Rust 2.0 is out"]),
        ("title:rust", &["Rust 2.0 is out"]),
        ("title:rust*", &["Rust 2.0 is out", "Rusty tools"]),
        ("\"grow tomatoes\"", &["Tomatoes in June"]),
        ("\"tomatoes grow\"", &[]),
        ("CAFE peche", &["Café crème"]),
        ("basil OR compiler", &["Rust 2.0 is out", "Tomatoes in June"]),
        ("東京", &["東京都知事選挙"]),
        ("挙", &["東京都知事選挙"]),
        ("知事選", &["東京都知事選挙"]),
        ("서울", &["서울에서 만나요"]),
        ("rust tag:news", &["Rust 2.0 is out"]),
        ("rust tag:outdoors", &["Rust 2.0 is out", "Rusty tools"]),
        ("rust source:garden", &["Rusty tools"]),
        ("rust -source:garden", &["Rust 2.0 is out"]),
        ("-vinegar source:garden", &["Café crème", "Tomatoes in June"]),
        ("morning press rust", &["Rust 2.0 is out"]),
        ("nothing like it", &[]),
    ] {
        assert_eq!(found(&sandbox, query), titles, "{query}");
    }
    // A shell gives each word as an argument of its own, and that of an excluded word looks like an option.
    let ran = sandbox.run(&["search", "-compiler", "rust", "--json"]).expect_code(0);
    assert_eq!(ran.json()["query"], "rust -compiler");
    assert_eq!(ran.json()["articles"].as_array().unwrap().len(), 1);
}

#[test]
fn the_verb_marks_hits_and_explains_what_is_wrong_with_a_query() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    until("the index", || !found(&sandbox, "vinegar").is_empty());
    let coloured = sandbox.run(&["search", "--color", "always", "rust", "source:garden"]).expect_code(0);
    assert!(
        coloured.stdout().contains("Remove \u{1b}[1;33mrust\u{1b}[0m with vinegar."),
        "{}",
        coloured.stdout()
    );
    let plain = sandbox.run(&["search", "rust", "source:garden"]).expect_code(0);
    assert!(plain.stdout().starts_with("Rusty tools\n  The garden · "), "{}", plain.stdout());
    assert!(!plain.stdout().contains('\u{1b}'));
    for (query, message) in [
        ("\"open", "a quotation mark is open"),
        ("a*", "give at least 2 letters"),
        ("rust AND", "`AND` must stand between"),
        ("tag:nosuch", "no source has the tag `nosuch`"),
        ("source:nosuch", "there is no source `nosuch`"),
    ] {
        let refused = sandbox.run(&["search", query]).expect_code(2);
        assert!(refused.stderr().contains(message), "{}", refused.stderr());
    }
    let none = sandbox.run(&["search", "unheard"]).expect_code(1);
    assert!(none.stderr().contains("no article matches `unheard`"), "{}", none.stderr());
    daemon.stop();
}

#[test]
fn a_search_is_a_feed_that_follows_edits_and_answers_304_until_it_changes() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let path = "/search/feed.xml?q=vinegar";
    until("the index", || daemon.get(path).text().contains("Rusty tools"));
    let first = daemon.get(path);
    assert_eq!(first.status, 200, "{}", first.text());
    let text = first.text();
    assert!(text.contains("– vinegar</title>"), "{text}");
    assert!(text.contains("/search/feed.xml?q=vinegar\""), "{text}");
    let etag = first.header("etag").unwrap().to_owned();
    assert_eq!(daemon.get_with(path, &[("If-None-Match", &etag)]).status, 304);
    assert!(!daemon.get("/search/atom.xml?q=vinegar&tag=news").text().contains("Rusty"));
    assert!(daemon.get("/search/feed.json?source=garden").text().contains("Tomatoes in June"));

    std::fs::write(
        sandbox.path().join("press.xml"),
        feed("Feed of the press", &[("Rust 2.0 is out", "The compiler is faster. Balsamic.")]),
    )
    .unwrap();
    sandbox.configure(
        &std::fs::read_to_string(sandbox.config())
            .unwrap()
            .replace("file:press.xml\"", "file:press.xml\"\nevery = \"1s\""),
    );
    until("the edit", || {
        let changed = daemon.get_with(path, &[("If-None-Match", &etag)]);
        changed.status == 200 && !changed.text().contains("Rust 2.0")
    });
    assert!(daemon.get("/search/feed.xml?q=balsamic").text().contains("Rust 2.0"));
    daemon.stop();
}

#[test]
fn a_search_that_makes_no_sense_gets_a_message_and_never_a_server_error() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let long = format!("/search/feed.xml?q={}", "a".repeat(2000));
    for (path, status, message) in [
        ("/search/feed.xml", 400, "the search is empty"),
        ("/search/feed.xml?q=", 400, "the search is empty"),
        ("/search/feed.xml?q=%22open", 400, "a quotation mark is open"),
        ("/search/feed.json?q=%00%ff%fe", 400, "the search is empty"),
        ("/search/atom.xml?q=x*", 400, "give at least 2 letters"),
        ("/search/feed.xml?q=tag:nosuch", 404, "no source has the tag"),
        ("/search/feed.xml?source=nosuch", 404, "there is no source"),
        ("/search/other.xml?q=rust", 404, "<html"),
        (&long, 400, "the search has 2000 bytes; at most"),
    ] {
        let answer = daemon.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(answer.text().contains(message), "{path}: {}", answer.text());
    }
    for odd in [
        "'; drop table entries; --",
        "a AND (b",
        "NEAR(a b)",
        "{title}: x",
        "a^b",
        "col:x",
        "\u{1f600} x",
        "* *",
        "(((",
        "a + b",
    ] {
        let encoded: String = odd.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = daemon.get(&format!("/search/feed.xml?q={encoded}"));
        assert!(matches!(answer.status, 200 | 400), "{odd}: {} {}", answer.status, answer.text());
    }
    daemon.stop();
}

#[test]
fn a_search_says_who_publishes_what_it_cant_find_yet() {
    let sandbox = Sandbox::with_sources("[[source]]\nname = \"news\"\nurl = \"file:feed.xml\"\n");
    std::fs::write(sandbox.path().join("feed.xml"), feed("News", &[("Rust", "a")])).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    let note = || sandbox.run(&["search", "rust"]).expect_code(1).stderr();
    assert!(
        note().contains("1 stored article can't be found yet: only `riverd run` publishes"),
        "{}",
        note()
    );
    // A daemon that has not published the article yet differs from none by its control socket.
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.state().join("control.sock")).unwrap();
    let beside_daemon = note();
    assert!(beside_daemon.contains("the running riverd has not published them yet"), "{beside_daemon}");
    assert!(!beside_daemon.contains("only `riverd run`"), "{beside_daemon}");
}
