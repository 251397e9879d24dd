//! Tests for reading lists of subscriptions.

use proptest::prelude::*;

use super::*;

fn feeds(body: &str) -> Vec<(usize, String, Option<String>, Vec<String>)> {
    let feeds = parse(body.as_bytes()).feeds.into_iter();
    feeds.map(|feed| (feed.line, feed.url, feed.title, feed.tags)).collect()
}

fn problems(body: &str) -> Vec<(usize, String)> {
    parse(body.as_bytes()).problems.into_iter().map(|problem| (problem.line, problem.message)).collect()
}

fn feed(line: usize, url: &str, title: &str, tags: &[&str]) -> (usize, String, Option<String>, Vec<String>) {
    let title = Some(title.to_owned()).filter(|title| !title.is_empty());
    (line, url.to_owned(), title, tags.iter().map(|tag| (*tag).to_owned()).collect())
}

#[test]
fn nested_folders_and_categories_become_tags() {
    let body = r#"<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="News">
    <outline text="Europe" title="Europe">
      <outline type="rss" text="Le Quai" xmlUrl="https://a.example/rss?a=1&amp;b=2" category="/Press/Daily,Europe"/>
    </outline>
    <outline text="B" title="The B" xmlUrl="https://b.example/"></outline>
  </outline>
  <outline text="alone" xmlUrl="https://c.example/"/>
</body></opml>"#;
    assert_eq!(
        feeds(body),
        [
            feed(5, "https://a.example/rss?a=1&b=2", "Le Quai", &["News", "Europe", "Press", "Daily"]),
            feed(7, "https://b.example/", "The B", &["News"]),
            feed(9, "https://c.example/", "alone", &[]),
        ]
    );
    assert_eq!(problems(body), []);
}

#[test]
fn broken_outlines_cost_only_themselves_and_are_reported_with_their_lines() {
    let body = "\n<opml><body>\n<outline text='A & B' xmlurl=\"https://a.example/?x=1&y=2\">\n\
        <outline text=\"no address\"/>\n<OUTLINE TITLE=\"page\" type=\"link\" url=\"https://p.example/\"/>\n\
        <outline type=\"include\" url=\"https://o.example/more.opml\"/>\n\
        <outline type=\"rss\" url=\"https://r.example/\"/></outline></outline></outline>\n\
        <outline text=\"&undefined;\" xmlUrl=\"https://u.example/\"/>\n<outline text=\"cut";
    assert_eq!(
        feeds(body),
        [
            feed(3, "https://a.example/?x=1&y=2", "A & B", &[]),
            feed(7, "https://r.example/", "", &[]),
            feed(8, "https://u.example/", "&undefined;", &[]),
        ]
    );
    assert_eq!(
        problems(body),
        [
            (4, "this outline `no address` has no `xmlUrl`, so it names no feed".to_owned()),
            (5, "`page` is a link to a page, not a feed".to_owned()),
            (6, "refers to another list; import that list itself".to_owned()),
            (9, "the file ends in the middle of a tag".to_owned()),
        ]
    );
}

#[test]
fn what_riverd_exports_keeps_its_name_and_has_a_title_only_if_the_operator_gave_one() {
    let body = r#"<opml><body><outline text="Shown" river:name="a" river:every="15m" xmlUrl="https://a.example/"/></body></opml>"#;
    let list = parse(body.as_bytes());
    let feed = list.feeds.first().unwrap();
    assert_eq!(
        (feed.name.as_deref(), feed.title.as_deref(), feed.every.as_deref()),
        (Some("a"), None, Some("15m"))
    );
    assert_eq!(feed.text.as_deref(), Some("Shown"));
}

#[test]
fn a_plain_list_has_an_address_a_line() {
    let body = "# mine\nhttps://a.example/feed # a note\n\nnot an address\n  https://b.example/";
    assert_eq!(
        feeds(body),
        [feed(2, "https://a.example/feed", "", &[]), feed(5, "https://b.example/", "", &[])]
    );
    assert_eq!(problems(body), [(4, "this line is not an address".to_owned())]);
}

#[test]
fn an_encoding_is_followed() {
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><opml><outline text='\xe9t\xe9' xmlUrl='https://a.example/'/></opml>";
    assert_eq!(parse(latin).feeds.first().and_then(|feed| feed.title.clone()), Some("été".to_owned()));
}

#[test]
fn hostile_lists_stay_small() {
    let bomb = format!(
        "<!DOCTYPE opml [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><opml>{}</opml>",
        "x".repeat(200),
        "<outline text=\"&b;&a;&a;&a;&a;\" xmlUrl=\"https://a.example/\"/>".repeat(10_000)
    );
    let list = parse(bomb.as_bytes());
    let size: usize = list.feeds.iter().filter_map(|feed| feed.title.as_ref()).map(String::len).sum();
    assert!(list.feeds.len() == 10_000 && size < 1_000_000, "{size}");
    let deep = format!("{}<outline xmlUrl='https://a.example/'/>", "<outline text='a'>".repeat(300_000));
    assert_eq!(feeds(&deep), [feed(1, "https://a.example/", "", &["a"])]);
    let many = "<outline/>".repeat(5000);
    let list = parse(many.as_bytes());
    assert_eq!((list.problems.len(), list.more_problems), (1000, 4000));
}

proptest! {
    #[test]
    fn no_list_makes_the_reader_panic(body in "(<outline|</outline>| xmlUrl=|text=\"|[a-z<>&;'\"/\n ]|\\PC){0,60}") {
        let list = parse(body.as_bytes());
        let lines = body.matches('\n').count() + 1;
        prop_assert!(list.problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
    }
}
