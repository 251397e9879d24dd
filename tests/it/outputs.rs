//! Every document that the daemon serves of all fixtures is well-formed, follows its schema and the rules of the W3C feed
//! validator, and is read by `feed-rs` with nothing lost.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use feed_rs::model::{Entry, Text};
use riverd::render::Format;
use serde_json::Value;

use crate::support::daemon::{Daemon, Sandbox, until};
use crate::support::publisher::Publisher;
use crate::support::validator::complaints;

/// Returns the file names of the documents in tests/fixtures/feeds.
fn fixtures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| !name.ends_with(".expect.json")).collect();
    names.sort();
    names
}

/// Stores all fixtures as sources, and starts the daemon. Returns it with the names of the sources.
fn start(publisher: &Publisher) -> (Sandbox, Daemon, Vec<String>) {
    publisher.folder("/", "tests/fixtures/feeds");
    let mut config =
        "[river]\ntitle = \"River & <co>\"\narticles = 50\n[server]\nlisten = [\"127.0.0.1:0\"]\n\
                      [dedup]\nnear_duplicates = \"off\"\n[retention]\nkeep = \"36500d\"\n\
                      [[view]]\nname = \"every\"\ntitle = \"Every <one>\"\n"
            .to_owned();
    let mut names = Vec::new();
    for (number, fixture) in fixtures().into_iter().enumerate() {
        let (url, name) = (publisher.url(&format!("/{fixture}")), format!("s{number}"));
        writeln!(config, "[[source]]\nurl = \"{url}\"\nname = \"{name}\"\ntags = [\"t{}\"]", number % 3)
            .unwrap();
        names.push(name);
    }
    let sandbox = Sandbox::new(&config);
    // Some fixtures are no feeds, so their sources fail.
    let polled = sandbox.run(&["poll", "--all", "--json"]).expect_code(1).json_lines();
    let has_articles = |line: &&Value| line["outcome"] == "new" && line["added"].as_u64() > Some(0);
    let with_articles: BTreeSet<_> =
        polled.iter().filter(has_articles).map(|line| line["source"].as_str().unwrap().to_owned()).collect();
    let daemon = sandbox.start();
    until("the view is filled", || daemon.get("/views/every/feed.xml").status == 200);
    names.retain(|name| with_articles.contains(name));
    (sandbox, daemon, names)
}

/// Returns the text as readers show it.
fn shown(text: &Text) -> String {
    let is_html = text.content_type.to_string() == "text/html";
    let text = if is_html { htmlize::unescape(&*text.content).into_owned() } else { text.content.clone() };
    text.trim().to_owned()
}

/// Returns what differs between an item of the JSON Feed and the entry that `feed-rs` read in another format.
fn lost(item: &Value, entry: &Entry, format: Format) -> Vec<String> {
    let mut lost = Vec::new();
    let mut compare = |what: &str, holds: bool| {
        if !holds {
            lost.push(format!("{format}: {what} of {item:#}: {entry:#?}"));
        }
    };
    if let Some(title) = item["title"].as_str() {
        let read = shown(entry.title.as_ref().unwrap());
        // RSS does not say whether a title is HTML, so a title that looks so is escaped once more.
        compare("title", [read.as_str(), &*htmlize::unescape(&read)].contains(&title.trim()));
    }
    let links: Vec<_> = entry.links.iter().map(|link| link.href.as_str()).collect();
    compare("page", item["url"].as_str().is_none_or(|url| links.contains(&url)));
    let published = entry.published.map(|at| at.timestamp());
    let stated = chrono::DateTime::parse_from_rfc3339(item["date_published"].as_str().unwrap()).unwrap();
    compare("date", published == Some(stated.timestamp()));
    let tags: Vec<_> =
        item["tags"].as_array().into_iter().flatten().map(|tag| tag.as_str().unwrap()).collect();
    compare("tags", entry.categories.iter().map(|category| category.term.as_str()).eq(tags));
    let authors = item["authors"].as_array().unwrap();
    let authors: Vec<_> = authors.iter().map(|author| author["name"].as_str().unwrap()).collect();
    compare(
        "authors",
        entry.authors.iter().map(|author| author.name.as_deref().unwrap_or_default().trim()).eq(authors),
    );
    let html = item["content_html"].as_str().unwrap_or_default();
    let texts = entry.content.iter().filter_map(|content| content.body.as_deref());
    let mut texts = texts.chain(entry.summary.iter().map(|text| text.content.as_str()));
    compare("text", html.is_empty() || texts.any(|text| text.trim() == html.trim()));
    let media = entry.media.iter().flat_map(|media| &media.content).filter_map(|media| media.url.as_ref());
    let files: BTreeSet<_> = media.map(url::Url::as_str).chain(links.iter().copied()).collect();
    for file in item["attachments"].as_array().into_iter().flatten() {
        let address = url::Url::parse(file["url"].as_str().unwrap()).unwrap();
        compare("file", files.contains(address.as_str()) || files.contains(file["url"].as_str().unwrap()));
    }
    lost
}

/// Returns what is wrong with the three documents of the feed at `path`.
fn problems(daemon: &Daemon, path: &str, query: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let read = |format: Format| {
        let route = format!("{path}{}{query}", format.file_name());
        let answer = daemon.get(&route);
        assert_eq!(answer.status, 200, "{route}");
        (answer.text(), format!("http://{}{route}", daemon.address()))
    };
    let json: Value = serde_json::from_str(&read(Format::Json).0).unwrap();
    let items = json["items"].as_array().unwrap();
    for format in Format::ALL {
        let (text, address) = read(format);
        problems
            .extend(complaints(format, &text, &address).into_iter().map(|what| format!("{address}: {what}")));
        let feed =
            feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{address}: {error}"));
        let ids: Vec<_> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(
            ids,
            items.iter().map(|item| item["id"].as_str().unwrap()).collect::<Vec<_>>(),
            "{address}"
        );
        problems.extend(items.iter().zip(&feed.entries).flat_map(|(item, entry)| lost(item, entry, format)));
    }
    problems
}

#[test]
fn the_feeds_of_all_fixtures_are_valid_and_feed_rs_reads_them_with_nothing_lost() {
    let publisher = Publisher::start();
    let (_sandbox, daemon, sources) = start(&publisher);
    assert!(sources.len() > 50, "{sources:?}");
    let newest_page = daemon.get("/feed.json").text();
    let newest_page: Value = serde_json::from_str(&newest_page).unwrap();
    let archive = newest_page["next_url"].as_str().expect("the river has an archive");
    let archive = archive.split_once("/archive/").unwrap().1.trim_end_matches("feed.json");
    let mut paths = vec!["/".to_owned(), "/views/every/".to_owned(), format!("/archive/{archive}")];
    paths.extend((0..3).map(|tag| format!("/tags/t{tag}/")));
    paths.extend(sources.iter().map(|name| format!("/sources/{name}/")));
    let mut found: Vec<_> = paths.iter().flat_map(|path| problems(&daemon, path, "")).collect();
    found.extend(problems(&daemon, "/", "?limit=7"));
    until("the articles are indexed", || daemon.get("/search/feed.json?q=tag:t0").text().contains("\"id\""));
    found.extend(problems(&daemon, "/search/", "?q=tag%3At0"));
    assert!(found.is_empty(), "{} problems, such as {}", found.len(), found[..found.len().min(5)].join("\n"));
}
