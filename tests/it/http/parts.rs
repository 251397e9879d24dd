//! Parts of a feed: `?limit=`, and only what changed since a reader's copy (RFC 3229). Also who may read the feeds.

use super::{LOCAL, daemon, sandbox};
use crate::support::daemon::{Sandbox, exchange, parse_response, until};
use crate::support::publisher::{Answer, Publisher};
use crate::views::feed;

#[test]
fn a_limited_feed_holds_the_newest_articles_and_is_the_whole_feed_if_the_limit_leaves_nothing_out() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let whole = daemon.get("/feed.xml");
    let count = |path: &str| {
        let page = daemon.get(path);
        (page.status, feed_rs::parser::parse(page.body.as_slice()).unwrap().entries.len())
    };
    let all = count("/feed.xml").1;
    assert!(all >= 3);
    for path in [
        "/feed.xml?limit=2",
        "/atom.xml?limit=2",
        "/feed.json?x=y&limit=2",
        "/sources/agence/atom.xml?limit=2",
    ] {
        assert_eq!(count(path), (200, 2), "{path}");
    }
    let limited = daemon.get("/feed.xml?limit=02");
    assert!(
        limited.text().contains(&format!("http://{}/feed.xml?limit=2\"", daemon.address())),
        "{}",
        limited.text()
    );
    assert_eq!(limited.header("last-modified"), whole.header("last-modified"));
    let tag = limited.header("etag").unwrap();
    assert_eq!(daemon.get_with("/feed.xml?limit=2", &[("If-None-Match", tag)]).status, 304);
    for same in ["/feed.xml?limit=200", "/feed.xml?limit=4294967296"] {
        assert_eq!(daemon.get(same).header("etag"), whole.header("etag"), "{same}");
    }
    for wrong in ["0", "-1", "x", "", "1e3", "99999999999999999999999"] {
        assert_eq!(daemon.get(&format!("/feed.xml?limit={wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn a_reader_that_asks_for_changes_gets_only_what_changed_since_its_copy() {
    let publisher = Publisher::start();
    let titles = ["Snow", "Fog", "Hail", "Sleet"];
    publisher.at("/a.xml", Answer::ok(feed("a", &titles)));
    let config =
        format!("{LOCAL}[[source]]\nurl = \"{}\"\nname = \"a\"\nevery = \"1s\"\n", publisher.url("/a.xml"));
    let sandbox = Sandbox::new(&config);
    let daemon = sandbox.start();
    until("four articles", || daemon.get("/feed.xml").text().matches("<item>").count() == 4);
    let paths = ["/feed.xml", "/atom.xml", "/feed.json", "/sources/a/feed.xml", "/feed.xml?limit=4"];
    let copies = paths.map(|path| daemon.get(path).header("etag").unwrap().to_owned());
    let edited = feed("a", &["Rain", "Snow", "Fog", "Hail", "Sleet"]);
    publisher.at("/a.xml", Answer::ok(edited.replace("<title>Hail", "<title>Hail and wind")));
    until("the new article", || daemon.get("/feed.xml").text().contains("<title>Rain"));
    for (path, copy) in paths.iter().zip(&copies) {
        let ask = |lines: &[(&str, &str)]| daemon.get_with(path, lines);
        let page = ask(&[("A-IM", "feed"), ("If-None-Match", copy), ("Accept-Encoding", "identity")]);
        assert_eq!((page.status, page.header("im")), (226, Some("feed")), "{path}");
        let changes = feed_rs::parser::parse(page.body.as_slice()).unwrap();
        let mut titles: Vec<_> =
            changes.entries.iter().map(|entry| entry.title.clone().unwrap().content).collect();
        titles.sort();
        assert_eq!(titles, ["Hail and wind", "Rain"], "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store, im"));
        let current = page.header("etag").unwrap();
        assert_eq!(daemon.get(path).header("etag"), Some(current), "{path}");
        assert_eq!(ask(&[("A-IM", "feed"), ("If-None-Match", current)]).status, 304, "{path}");
        for lines in [
            &[("If-None-Match", copy.as_str())][..],
            &[("A-IM", "feed"), ("If-None-Match", "\"0123456789abcdef0123456789abcdef\"")],
            &[("A-IM", "feed")],
            &[("A-IM", "vcdiff"), ("If-None-Match", copy)],
        ] {
            assert_eq!(ask(lines).status, 200, "{path} {lines:?}");
        }
        let gzip = ask(&[("A-IM", "feed"), ("If-None-Match", copy), ("Accept-Encoding", "gzip")]);
        assert_eq!((gzip.status, gzip.header("content-encoding")), (226, Some("gzip")), "{path}");
    }
}

#[test]
fn changes_have_the_address_of_the_river_once_readers_named_too_many_others() {
    let publisher = Publisher::start();
    publisher.at("/a.xml", Answer::ok(feed("a", &["Snow"])));
    let config =
        format!("{LOCAL}[[source]]\nurl = \"{}\"\nname = \"a\"\nevery = \"1s\"\n", publisher.url("/a.xml"));
    let sandbox = Sandbox::new(&config);
    let daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("<title>Snow"));
    let copy = daemon.get("/feed.xml").header("etag").unwrap().to_owned();
    publisher.at("/a.xml", Answer::ok(feed("a", &["Rain", "Snow"])));
    until("the new article", || daemon.get("/feed.xml").text().contains("<title>Rain"));
    let changes = |host: &str| {
        let request = format!(
            "GET /feed.xml HTTP/1.1\r\nHost: {host}\r\nA-IM: feed\r\nIf-None-Match: {copy}\r\nConnection: close\r\n\r\n"
        );
        let page = parse_response(&exchange(daemon.address(), request.as_bytes()));
        assert_eq!(page.status, 226);
        page.text()
    };
    for number in 1..=8 {
        let host = format!("host{number}.example");
        assert!(changes(&host).contains(&format!("http://{host}/feed.xml")), "{host}");
    }
    let ninth = changes("host9.example");
    assert!(!ninth.contains("host9.example") && ninth.contains("<title>Rain"), "{ninth}");
}

#[test]
fn scripts_of_any_page_may_read_the_feeds_of_a_river_without_a_token() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let allowed = |path: &str| daemon.get(path).header("access-control-allow-origin").map(str::to_owned);
    assert_eq!(allowed("/feed.json").as_deref(), Some("*"));
    assert_eq!(allowed("/"), None);
    let tag = daemon.get("/feed.json").header("etag").unwrap().to_owned();
    let page = daemon.get_with("/feed.json", &[("If-None-Match", &tag)]);
    assert_eq!((page.status, page.header("access-control-allow-origin")), (304, Some("*")));
    let preflight = b"OPTIONS /feed.xml HTTP/1.1\r\nHost: x\r\nOrigin: https://reader.example\r\n\
        Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: if-none-match\r\nConnection: close\r\n\r\n";
    let answer = crate::support::daemon::exchange(daemon.address(), preflight);
    let page = crate::support::daemon::parse_response(&answer);
    assert_eq!((page.status, page.header("access-control-allow-origin")), (204, Some("*")));
    assert!(page.header("access-control-allow-headers").unwrap().contains("if-none-match"));
    let robots = daemon.get("/robots.txt");
    assert_eq!((robots.status, robots.text().as_str()), (200, "User-agent: *\nDisallow: /\n"));
    drop(daemon);

    std::fs::write(sandbox.path().join("token"), "sesame\n").unwrap();
    let config = std::fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(&config.replacen(LOCAL, &format!("{LOCAL}access_token_file = \"token\"\n"), 1));
    let daemon = sandbox.start();
    let page = daemon.get("/feed.json?token=sesame");
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, None));
}
