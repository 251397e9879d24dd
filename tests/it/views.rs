//! Views of the real binary: which articles they hold, that they follow feeds.toml and edits, and the filter of the whole
//! river.

use crate::support::daemon::{Daemon, Sandbox, until};
use crate::support::publisher::{Answer, Publisher};
use crate::support::validator::{atom_complaints, json_complaints, rss_complaints};

/// Returns a feed with these titles, the newest first, an hour apart.
pub(crate) fn feed(name: &str, titles: &[&str]) -> String {
    let items: String = titles
        .iter()
        .enumerate()
        .map(|(n, title)| {
            let page = title.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            format!(
                "<item><title>{title}</title><link>https://{name}.example/{page}</link><guid>{name}-{page}</guid>\
                 <pubDate>Fri, 20 Nov 2026 {:02}:00:00 GMT</pubDate><description>Read {title} here</description></item>",
                23 - n % 24
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{name}</title><link>https://{name}.example/</link>\
         <description>d</description>{items}</channel></rss>"
    )
}

const LOCAL: &str = "[server]\nlisten = [\"127.0.0.1:0\"]\n";

const SOURCES: &str = "\
[[source]]
url = \"file:harbour.xml\"
name = \"harbour\"
tags = [\"sea\"]
[[source]]
url = \"file:market.xml\"
name = \"market\"
tags = [\"town\"]
[[source]]
url = \"file:choir.xml\"
name = \"choir\"
";

/// Sets up three sources whose articles are stored, with `config` around them.
fn sandbox(config: &str) -> Sandbox {
    let sandbox = Sandbox::new(&format!("{LOCAL}{SOURCES}{config}"));
    for (name, titles) in [
        ("harbour", ["Tides of the week", "A ferry is late", "Sponsored: oars"]),
        ("market", ["Sponsored: carts", "Plums are cheap", "The fair moves"]),
        ("choir", ["We sing on Friday", "New tenors", "A tour by ferry"]),
    ] {
        std::fs::write(sandbox.path().join(format!("{name}.xml")), feed(name, &titles)).unwrap();
    }
    sandbox.run(&["poll"]).expect_code(0);
    sandbox
}

/// Returns the sorted titles of the feed at `path`, as feed-rs reads them.
pub(crate) fn titles(daemon: &Daemon, path: &str) -> Vec<String> {
    let page = daemon.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    let feed = feed_rs::parser::parse(page.body.as_slice()).unwrap();
    let mut titles: Vec<_> =
        feed.entries.into_iter().filter_map(|entry| entry.title).map(|title| title.content).collect();
    titles.sort();
    titles
}

fn until_titles(daemon: &Daemon, path: &str, expected: &[&str]) {
    until(&format!("{expected:?} at {path}"), || {
        daemon.get(path).status == 200 && titles(daemon, path) == expected
    });
}

#[test]
fn a_view_has_feeds_and_a_page_of_its_own() {
    let sandbox = sandbox(
        "[[view]]\nname = \"coast\"\ntitle = \"On the coast\"\ntags = [\"sea\"]\nsources = [\"choir\"]\ndrop = [\"sponsored\"]\n\
         content = \"summary\"\n[[view]]\nname = \"ferries\"\nkeep = [\"ferry\"]\narticles = 1\n",
    );
    let daemon = sandbox.start();
    let coast =
        ["A ferry is late", "A tour by ferry", "New tenors", "Tides of the week", "We sing on Friday"];
    until_titles(&daemon, "/views/coast/feed.xml", &coast);
    for file in ["atom.xml", "feed.json"] {
        assert_eq!(titles(&daemon, &format!("/views/coast/{file}")), coast, "{file}");
    }
    let address = |file: &str| format!("http://{}/views/coast/{file}", daemon.address());
    let text = |file: &str| daemon.get(&format!("/views/coast/{file}")).text();
    let none: [String; 0] = [];
    assert_eq!(rss_complaints(&text("feed.xml"), &address("feed.xml")), none);
    assert_eq!(atom_complaints(&text("atom.xml"), &address("atom.xml")), none);
    assert_eq!(json_complaints(&text("feed.json"), &address("feed.json")), none);
    assert!(text("feed.xml").contains("<title>The river – On the coast</title>"));
    assert!(text("feed.xml").contains(&format!("<link>{}</link>", address(""))));
    assert!(!text("feed.xml").contains("content:encoded>"));
    let page = daemon.get("/views/coast/").text();
    assert!(page.contains("New tenors") && !page.contains("Plums"), "{page}");
    let redirect = daemon.get("/views/coast");
    assert_eq!((redirect.status, redirect.header("location")), (308, Some("coast/")));

    // Of two matching articles, the view holds the newer one.
    until_titles(&daemon, "/views/ferries/feed.xml", &["A ferry is late"]);
    for path in ["/views/other/feed.xml", "/views/coast/other.xml", "/views/other/", "/views/Coast/feed.xml"]
    {
        assert_eq!(daemon.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_view_comes_changes_and_goes_with_feeds_toml() {
    let sandbox = sandbox("");
    let daemon = sandbox.start();
    assert_eq!(daemon.get("/views/v/feed.xml").status, 404);
    let configure = |view: &str| sandbox.configure(&format!("{LOCAL}{SOURCES}{view}"));
    configure("[[view]]\nname = \"v\"\nkeep = [\"ferry\"]\n");
    until_titles(&daemon, "/views/v/feed.xml", &["A ferry is late", "A tour by ferry"]);
    configure("[[view]]\nname = \"v\"\nkeep = [\"ferry\"]\nsources = [\"choir\"]\n");
    until_titles(&daemon, "/views/v/feed.xml", &["A tour by ferry"]);
    configure("[[view]]\nname = \"v\"\ntags = [\"town\"]\ndrop = [\"/^S/\"]\n");
    until_titles(&daemon, "/views/v/feed.xml", &["Plums are cheap", "The fair moves"]);
    configure("");
    until("the end of the view", || daemon.get("/views/v/feed.xml").status == 404);
    configure("[[view]]\nname = \"v\"\ntags = [\"harbour\"]\n");
    daemon.wait_for_log("`tags` contains `harbour`, a tag that no source has");
}

#[test]
fn an_article_joins_and_leaves_a_view_as_it_is_edited() {
    let publisher = Publisher::start();
    publisher.at("/a.xml", Answer::ok(feed("a", &["Rain", "Snow"])));
    let sandbox = Sandbox::new(&format!(
        "{LOCAL}[[source]]\nurl = \"{}\"\nevery = \"1s\"\n[[view]]\nname = \"wet\"\nkeep = [\"/^(Rain|Fog)/\"]\n",
        publisher.url("/a.xml")
    ));
    let daemon = sandbox.start();
    until_titles(&daemon, "/views/wet/feed.xml", &["Rain"]);
    let edited =
        feed("a", &["Rain", "Snow"]).replace("<title>Rain", "<title>Sun").replace("Read Rain", "Read Sun");
    publisher.at("/a.xml", Answer::ok(edited.replace("<title>Snow", "<title>Fog")));
    until_titles(&daemon, "/views/wet/feed.xml", &["Fog"]);
    publisher.at("/a.xml", Answer::ok(feed("a", &["Rain tomorrow", "Rain", "Snow"])));
    until_titles(&daemon, "/views/wet/feed.xml", &["Rain", "Rain tomorrow"]);
}

#[test]
fn the_filter_of_the_river_holds_entries_of_every_source_back() {
    let sandbox = sandbox("[[view]]\nname = \"all\"\n");
    let daemon = sandbox.start();
    assert_eq!(titles(&daemon, "/feed.xml").len(), 9);
    let config = |river: &str| format!("[river]\n{river}\n{LOCAL}{SOURCES}[[view]]\nname = \"all\"\n");
    sandbox.configure(&config("drop = [\"sponsored\"]"));
    for path in ["/feed.xml", "/views/all/feed.xml"] {
        until(path, || titles(&daemon, path).len() == 7);
    }
    let why = sandbox.run(&["why", "https://harbour.example/Sponsored--oars"]).expect_code(0);
    assert!(why.stdout().contains("drop \"sponsored\" of the river"), "{}", why.stdout());
    sandbox.configure(&config("keep = [\"ferry\"]"));
    for path in ["/feed.xml", "/views/all/feed.xml"] {
        until_titles(&daemon, path, &["A ferry is late", "A tour by ferry"]);
    }
    sandbox.configure(&config(""));
    for path in ["/feed.xml", "/views/all/feed.xml"] {
        until(path, || titles(&daemon, path).len() == 9);
    }
}
