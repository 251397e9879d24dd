//! What goes out: golden outputs, checked by eye, and read back.

use riverd::model::{MergedFeed, MergedItem};
use riverd::render::{BaseUrl, Format, page, render};
use url::Url;

use crate::support::river::river;

fn base() -> BaseUrl {
    BaseUrl::configured(&Url::parse("https://river.example.org/").unwrap())
}

fn rendered(format: Format, feed: &MergedFeed) -> String {
    let representation = render(format, feed, &base()).unwrap();
    String::from_utf8(representation.identity().to_vec()).unwrap()
}

/// A line break before each element that begins an item or stands in one, for reading differences.
fn unfolded(xml: &str) -> String {
    xml.replace("><", ">\n<").replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_river_as_rss() {
    golden("rss", &unfolded(&rendered(Format::Rss, &river())));
}

#[test]
fn the_river_as_atom() {
    golden("atom", &unfolded(&rendered(Format::Atom, &river())));
}

#[test]
fn the_river_as_json_feed() {
    let json: serde_json::Value = serde_json::from_str(&rendered(Format::Json, &river())).unwrap();
    let pretty = serde_json::to_string_pretty(&json).unwrap();
    golden("json_feed", &unfolded(&pretty));
}

#[test]
fn the_river_as_a_page() {
    let pages = page::river(&river()).unwrap();
    let html = String::from_utf8(pages[0].identity().to_vec()).unwrap();
    let (head, rest) = html.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    golden("page", &format!("{head}<style>…</style>{body}"));
}

#[test]
fn long_rivers_have_pages_that_lead_to_each_other() {
    let mut feed = river();
    feed.items = std::iter::repeat_n(feed.items[1].clone(), 101).collect::<Vec<MergedItem>>();
    let pages: Vec<_> = page::river(&feed)
        .unwrap()
        .iter()
        .map(|page| String::from_utf8(page.identity().to_vec()).unwrap())
        .collect();
    let articles: Vec<_> = pages.iter().map(|page| page.matches("<article").count()).collect();
    assert_eq!(articles, [50, 50, 1]);
    assert!(!pages[0].contains("rel=\"prev\"") && pages[0].contains("rel=\"next\" href=\"./?page=2\""));
    assert!(
        pages[1].contains("rel=\"prev\" href=\"./\"") && pages[1].contains("rel=\"next\" href=\"./?page=3\"")
    );
    assert!(pages[2].contains("rel=\"prev\" href=\"./?page=2\"") && !pages[2].contains("rel=\"next\""));
}

#[test]
fn an_empty_river_is_a_whole_document_in_every_syntax() {
    let mut feed = river();
    feed.items.clear();
    feed.updated = None;
    for format in Format::ALL {
        let text = rendered(format, &feed);
        assert!(text.contains("Rivière du matin"), "{text}");
        assert!(!text.contains("lastBuildDate"), "{text}");
    }
    let pages = page::river(&feed).unwrap();
    assert_eq!(pages.len(), 1);
    assert!(String::from_utf8_lossy(pages[0].identity()).contains("No articles yet"));
}
