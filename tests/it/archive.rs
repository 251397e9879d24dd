//! The archive of the river and of views (RFC 5005), and the older articles of tags, sources and searches: a subscriber or a
//! person who walks back finds every stored article, and pages that are full stay as they are.

use std::collections::BTreeSet;

use crate::support::daemon::{Daemon, Sandbox, until};
use crate::support::publisher::{Answer, Publisher};
use crate::support::validator::{atom_complaints, json_complaints, rss_complaints, tree};

/// Returns a feed with the articles `range`, the newest first. Each tenth one is about cranes.
fn numbered(range: std::ops::Range<usize>) -> String {
    let items: String = range
        .rev()
        .map(|n| {
            let word = if n % 10 == 0 { "crane" } else { "gull" };
            format!(
                "<item><title>Watch {n}: {word}</title><link>https://quay.example/{n}</link><guid>w{n}</guid>\
                 <description>Seen: {word} {n}</description></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Quay</title><link>https://quay.example/</link>\
         <description>d</description>{items}</channel></rss>"
    )
}

/// Starts a daemon whose river shows only ten articles.
fn start(publisher: &Publisher, sources: &str) -> (Sandbox, Daemon) {
    let sandbox = Sandbox::new(&format!(
        "[river]\narticles = 10\n[dedup]\nnear_duplicates = \"off\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n\
         [[source]]\nurl = \"{}\"\nevery = \"1s\"\n{sources}",
        publisher.url("/quay.xml")
    ));
    let daemon = sandbox.start();
    (sandbox, daemon)
}

/// Returns the path of an address of the daemon.
fn path_of(daemon: &Daemon, address: &str) -> String {
    address.strip_prefix(&format!("http://{}", daemon.address())).expect(address).to_owned()
}

/// A document of a feed, as a subscriber reads it.
struct Read {
    path: String,
    ids: BTreeSet<String>,
    /// Path of the document with the next older articles.
    older: Option<String>,
}

fn read(daemon: &Daemon, path: &str) -> Read {
    let page = daemon.get(path);
    assert_eq!(page.status, 200, "{path}");
    let feed = feed_rs::parser::parse(page.body.as_slice()).unwrap();
    let text = page.text();
    let older = if path.contains(".json") {
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["next_url"].as_str().map(str::to_owned)
    } else {
        link(&text, "prev-archive").or_else(|| link(&text, "next"))
    };
    Read {
        path: path.to_owned(),
        ids: feed.entries.into_iter().map(|entry| entry.id).collect(),
        older: older.map(|address| path_of(daemon, &address)),
    }
}

/// Returns the address of the link with this relation in a feed of XML.
fn link(text: &str, relation: &str) -> Option<String> {
    let root = tree(text).unwrap();
    let feed = root.one("channel").unwrap_or(&root);
    let mut links = feed.all("atom:link").chain(feed.all("link"));
    let found = links.find(|link| link.attribute("rel") == Some(relation))?;
    found.attribute("href").map(str::to_owned)
}

/// Reads a feed and its whole archive, the newest document first.
fn walk(daemon: &Daemon, path: &str) -> Vec<Read> {
    let mut documents = vec![read(daemon, path)];
    while let Some(older) = documents.last().and_then(|document| document.older.clone()) {
        assert!(documents.len() < 100 && documents.iter().all(|document| document.path != older), "{older}");
        documents.push(read(daemon, &older));
    }
    documents
}

fn all_ids(documents: &[Read]) -> BTreeSet<String> {
    documents.iter().flat_map(|document| document.ids.iter().cloned()).collect()
}

fn archive_of(documents: &[Read]) -> Vec<&str> {
    documents[1..].iter().map(|document| document.path.as_str()).collect()
}

fn stored(sandbox: &Sandbox) -> usize {
    let database = rusqlite::Connection::open(sandbox.state().join("riverd.db")).unwrap();
    let count = "select count(*) from articles where published_at is not null";
    database.query_row(count, [], |row| row.get::<_, u32>(0)).unwrap() as usize
}

#[test]
fn a_walk_back_finds_every_stored_article_in_every_format() {
    let publisher = Publisher::start();
    publisher.at("/quay.xml", Answer::ok(numbered(0..250)));
    let (sandbox, daemon) = start(
        &publisher,
        "[[view]]\nname = \"cranes\"\nkeep = [\"crane\"]\n[[view]]\nname = \"all\"\narticles = 5\n",
    );
    until("250 articles", || stored(&sandbox) == 250);
    for file in ["feed.xml", "atom.xml", "feed.json"] {
        until(file, || all_ids(&walk(&daemon, &format!("/{file}"))).len() == 250);
        let documents = walk(&daemon, &format!("/{file}"));
        assert_eq!(documents[0].ids.len(), 10);
        let pages = ["3-50", "2", "1"].map(|page| format!("/archive/{page}/{file}"));
        assert_eq!(archive_of(&documents), pages);
        until(file, || daemon.get(&format!("/views/all/{file}")).status == 200);
        let documents = walk(&daemon, &format!("/views/all/{file}"));
        assert_eq!((documents[0].ids.len(), all_ids(&documents).len()), (5, 250));
        let documents = walk(&daemon, &format!("/views/cranes/{file}"));
        assert_eq!((documents[0].ids.len(), all_ids(&documents).len()), (10, 25));
        assert_eq!(archive_of(&documents), [format!("/views/cranes/archive/1-25/{file}")]);
    }
}

/// Returns where a link of a web page leads, by the relation that the link states.
fn page_link(text: &str, relation: &str, from: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<a rel=\"{relation}\" href=\""))?;
    let (address, _) = rest.split_once('"')?;
    let from = url::Url::parse("http://river.example").unwrap().join(from).unwrap();
    let url = from.join(&address.replace("&#38;", "&")).unwrap();
    Some(url[url::Position::BeforePath..].to_owned())
}

/// Returns the articles that a web page lists, in its order.
fn listed(text: &str) -> Vec<String> {
    let headlines = text.split("<a data-entry href=\"").skip(1);
    headlines.map(|rest| rest.split_once("articles/").unwrap().1[..36].to_owned()).collect()
}

/// Follows "Older" from a web page to the end. Returns the paths of the pages, and the articles that they list.
fn walk_pages(daemon: &Daemon, path: &str) -> (Vec<String>, BTreeSet<String>) {
    let (mut paths, mut articles) = (Vec::new(), BTreeSet::new());
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        assert!(paths.len() < 100 && !paths.contains(&path), "{path}");
        let page = daemon.get(&path);
        assert_eq!(page.status, 200, "{path}");
        let text = page.text();
        articles.extend(listed(&text));
        if let Some(newer) = page_link(&text, "prev", &path) {
            assert_eq!(daemon.get(&newer).status, 200, "{path} leads to {newer}");
        }
        next = page_link(&text, "next", &path);
        paths.push(path);
    }
    (paths, articles)
}

#[test]
fn older_leads_through_the_web_pages_to_every_stored_article() {
    let publisher = Publisher::start();
    publisher.at("/quay.xml", Answer::ok(numbered(0..250)));
    let (sandbox, daemon) = start(&publisher, "[[view]]\nname = \"cranes\"\nkeep = [\"crane\"]\n");
    until("250 articles", || stored(&sandbox) == 250 && walk_pages(&daemon, "/").1.len() == 250);
    assert_eq!(walk_pages(&daemon, "/").0, ["/", "/archive/3-50/", "/archive/2/", "/archive/1/"]);
    until("the view", || daemon.get("/views/cranes/").status == 200);
    let (paths, articles) = walk_pages(&daemon, "/views/cranes/");
    assert_eq!((paths.len(), articles.len()), (2, 25), "{paths:?}");
    for (path, home) in [
        ("/archive/4/", "../../"),
        ("/archive/x/", "../../"),
        ("/archive/1/page", "../../"),
        ("/views/cranes/archive/2/", "../../../../"),
        ("/views/cranes/archive/9/feed.xml", "../../../../"),
    ] {
        let answer = daemon.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains(&format!("href=\"{home}\"")), "{path}: {}", answer.text());
    }
}

#[test]
fn pages_that_show_everything_lead_to_no_archive() {
    let publisher = Publisher::start();
    publisher.at("/quay.xml", Answer::ok(numbered(0..10)));
    let (sandbox, daemon) = start(&publisher, "");
    until("10 articles", || stored(&sandbox) == 10 && walk_pages(&daemon, "/").1.len() == 10);
    assert_eq!(walk_pages(&daemon, "/").0, ["/"]);
}

#[test]
fn every_page_of_the_archive_is_valid_and_names_its_neighbours() {
    let publisher = Publisher::start();
    publisher.at("/quay.xml", Answer::ok(numbered(0..250)));
    let (sandbox, daemon) = start(&publisher, "");
    until("250 articles", || stored(&sandbox) == 250);
    let at = |path: &str| format!("http://{}{path}", daemon.address());
    let none: [String; 0] = [];
    for page in ["1", "2", "3", "3-50", "3-7"] {
        let text = |file: &str| daemon.get(&format!("/archive/{page}/{file}")).text();
        let own = |file: &str| at(&format!("/archive/{page}/{file}"));
        assert_eq!(rss_complaints(&text("feed.xml"), &own("feed.xml")), none, "{page}");
        assert_eq!(atom_complaints(&text("atom.xml"), &own("atom.xml")), none, "{page}");
        assert_eq!(json_complaints(&text("feed.json"), &own("feed.json")), none, "{page}");
        for file in ["feed.xml", "atom.xml"] {
            let text = text(file);
            assert!(
                text.contains("<fh:archive") && text.contains("http://purl.org/syndication/history/1.0"),
                "{text}"
            );
            assert_eq!(link(&text, "current"), Some(at(&format!("/{file}"))));
            let (older, newer) = match page {
                "1" => (None, Some("2")),
                "2" => (Some("1"), Some("3")),
                _ => (Some("2"), None),
            };
            let neighbour = |page: &str| at(&format!("/archive/{page}/{file}"));
            assert_eq!(link(&text, "prev-archive"), older.map(neighbour), "{page}");
            assert_eq!(link(&text, "next-archive"), newer.map(neighbour), "{page}");
        }
        // All documents of an archive are the same feed.
        assert!(text("atom.xml").contains(&format!("<id>{}</id>", at("/atom.xml"))));
    }
    assert_eq!(read(&daemon, "/archive/3-7/atom.xml").ids.len(), 7);
    assert!(!daemon.get("/feed.xml").text().contains("<fh:archive"));
    for path in ["4/feed.xml", "3-51/feed.xml", "0/feed.xml", "01/feed.xml", "x/feed.xml", "1/other.xml"] {
        assert_eq!(daemon.get(&format!("/archive/{path}")).status, 404, "{path}");
    }
    assert_eq!(daemon.get("/tags/x/archive/1/feed.xml").status, 404);
    let page = daemon.get("/archive/1/feed.xml");
    let (tag, date) = (page.header("etag").unwrap(), page.header("last-modified").unwrap());
    for condition in [("If-None-Match", tag), ("If-Modified-Since", date)] {
        assert_eq!(daemon.get_with("/archive/1/feed.xml", &[condition]).status, 304, "{condition:?}");
    }
}

#[test]
fn a_subscriber_who_knows_a_page_misses_nothing_when_it_stops_there() {
    let publisher = Publisher::start();
    publisher.at("/quay.xml", Answer::ok(numbered(0..130)));
    let (sandbox, daemon) = start(&publisher, "[[view]]\nname = \"v\"\nkeep = [\"gull\"]\n");
    until("130 articles", || stored(&sandbox) == 130);
    until("all of them in the view", || {
        daemon.get("/views/v/feed.xml").status == 200
            && all_ids(&walk(&daemon, "/views/v/atom.xml")).len() == 117
    });
    for (feed, pages, all) in [
        ("", ["/archive/3-40/", "/archive/2/"], 240),
        ("/views/v", ["/views/v/archive/3-16/", "/views/v/archive/2/"], 216),
    ] {
        let known = walk(&daemon, &format!("{feed}/atom.xml"));
        let bytes: Vec<_> = known[1..].iter().map(|page| daemon.get(&page.path).text()).collect();
        if feed.is_empty() {
            // While the subscriber is away, 110 articles come, in steps that a river of ten does not show whole.
            for end in [170, 240] {
                publisher.at("/quay.xml", Answer::ok(numbered(end - 120..end)));
                until("new articles", || stored(&sandbox) == end);
            }
        }
        until("all articles", || {
            all_ids(&walk(&daemon, &format!("{feed}/atom.xml"))).len() == all || feed.is_empty()
        });
        let now = walk(&daemon, &format!("{feed}/atom.xml"));
        if feed.is_empty() {
            assert_eq!(archive_of(&now)[..2], pages.map(|page| format!("{page}atom.xml")));
            // The subscriber stops at the first page that it knows.
            let is_known = |document: &&Read| !known[1..].iter().any(|page| page.path == document.path);
            let walked: Vec<Read> = now.into_iter().take_while(|document| is_known(&document)).collect();
            let mut ids = all_ids(&walked);
            ids.extend(all_ids(&known));
            assert_eq!((walked.len(), ids.len()), (3, 240));
            let is_same: Vec<_> = known[1..].iter().map(|page| daemon.get(&page.path).text()).collect();
            assert!(is_same == bytes, "a page that was full, or was named by its length, has changed");
        } else {
            assert_eq!(archive_of(&now)[..2], pages.map(|page| format!("{page}atom.xml")));
        }
    }
}

/// Returns the sandbox and a daemon with two sources of the tag `sea`: 250 articles in one, the last 60 of them in the other,
/// too.
fn start_with_tag(publisher: &Publisher) -> (Sandbox, Daemon) {
    publisher.at("/quay.xml", Answer::ok(numbered(0..250)));
    publisher.at("/pier.xml", Answer::ok(numbered(190..250)));
    let pier = publisher.url("/pier.xml");
    let (sandbox, daemon) = start(
        publisher,
        &format!(
            "name = \"quay\"\ntags = [\"sea\"]\n[[source]]\nurl = \"{pier}\"\nevery = \"1s\"\nname = \"pier\"\n\
             tags = [\"sea\"]\n"
        ),
    );
    until("250 articles", || stored(&sandbox) == 250);
    until("the tag", || walk_pages(&daemon, "/?tag=sea").1.len() == 250);
    until("the index", || walk_pages(&daemon, "/?q=seen").1.len() == 250);
    (sandbox, daemon)
}

#[test]
fn older_leads_through_the_pages_of_a_tag_a_source_and_a_search_to_every_article_once() {
    let publisher = Publisher::start();
    let (_sandbox, daemon) = start_with_tag(&publisher);
    for (first, articles) in [
        ("/?tag=sea", 250),
        ("/?source=quay", 250),
        ("/?source=pier", 60),
        ("/?q=seen", 250),
        ("/?q=crane", 25),
        ("/?q=seen%20tag%3Asea%20source%3Apier", 60),
    ] {
        let (paths, _) = walk_pages(&daemon, first);
        let pages: Vec<Vec<String>> = paths.iter().map(|path| listed(&daemon.get(path).text())).collect();
        let all: BTreeSet<&String> = pages.iter().flatten().collect();
        let count: usize = pages.iter().map(Vec::len).sum();
        assert_eq!((all.len(), count), (articles, articles), "{first}");
        assert_eq!(pages[0].len(), 10, "{first}");
        assert!(pages[1..pages.len() - 1].iter().all(|page| page.len() == 50), "{first}");
        assert!(paths[1..].iter().all(|path| path.contains("before=")), "{paths:?}");
        // "Newer" leads back to the first page, past every article again.
        let (mut path, mut seen) = (paths.last().unwrap().clone(), BTreeSet::new());
        for _ in 0..paths.len() {
            let text = daemon.get(&path).text();
            seen.extend(listed(&text));
            let Some(newer) = page_link(&text, "prev", &path) else { break };
            path = newer;
        }
        assert_eq!((seen.len(), path.as_str()), (articles, first));
    }
}

#[test]
fn a_page_of_older_articles_stays_as_it_is_when_new_ones_arrive() {
    let publisher = Publisher::start();
    let (sandbox, daemon) = start_with_tag(&publisher);
    let pages =
        ["/?tag=sea", "/?source=quay", "/?q=seen"].map(|first| walk_pages(&daemon, first).0[2].clone());
    let before = pages.clone().map(|path| listed(&daemon.get(&path).text()));
    publisher.at("/quay.xml", Answer::ok(numbered(100..330)));
    until("new articles", || stored(&sandbox) == 330);
    until("the index", || walk_pages(&daemon, "/?q=seen").1.len() == 330);
    assert_eq!(pages.map(|path| listed(&daemon.get(&path).text())), before);
}

#[test]
fn the_feeds_of_tags_sources_and_searches_lead_to_every_article_in_every_format() {
    let publisher = Publisher::start();
    let (_sandbox, daemon) = start_with_tag(&publisher);
    let at = |path: &str| format!("http://{}{path}", daemon.address());
    let none: [String; 0] = [];
    for file in ["feed.xml", "atom.xml", "feed.json"] {
        for (path, articles) in [("tags/sea", ""), ("sources/quay", ""), ("search", "?q=seen")]
            .map(|(folder, query)| (format!("/{folder}/{file}{query}"), 250))
        {
            let documents = walk(&daemon, &path);
            assert_eq!((documents.len(), all_ids(&documents).len()), (6, articles), "{path}");
            let older = &documents[1].path;
            let complaints = match file {
                "feed.xml" => rss_complaints(&daemon.get(older).text(), &at(older)),
                "atom.xml" => atom_complaints(&daemon.get(older).text(), &at(older)),
                _ => json_complaints(&daemon.get(older).text(), &at(older)),
            };
            assert_eq!(complaints, none, "{older}");
            if file != "feed.json" {
                assert_eq!(link(&daemon.get(older).text(), "first"), Some(at(&path)), "{older}");
            }
        }
    }
    for (path, status) in [
        ("/?tag=sea&before=1-1", 404),
        ("/?tag=sea&before=x", 404),
        ("/?tag=nosuch&before=9999999999-1", 404),
        ("/?before=9999999999-1", 404),
        ("/?q=seen&before=1-1", 404),
        ("/tags/sea/feed.xml?before=1-1", 404),
        ("/tags/sea/feed.xml?before=x", 400),
        ("/search/feed.xml?q=seen&before=x", 400),
        ("/feed.xml?before=9999999999-1", 404),
    ] {
        assert_eq!(daemon.get(path).status, status, "{path}");
    }
}
