//! What a reader must find in documents that are odd in one respect each.

use super::*;
use crate::model::{Entry, MarkupText};

fn read(body: &str) -> ParsedFeed {
    let url = Url::parse("http://site.example/feed.xml").unwrap();
    parse(Document { body: body.as_bytes(), content_type: None, url: Some(&url) }).unwrap()
}

fn channel(items: &str) -> ParsedFeed {
    read(&format!(r#"<rss version="2.0"><channel><title>T</title>{items}</channel></rss>"#))
}

/// The one entry of a channel that holds `elements`.
fn item(elements: &str) -> Entry {
    let mut entries = channel(&format!("<item>{elements}</item>")).entries;
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

fn title(written: &str) -> String {
    item(&format!("<title>{written}</title><guid>1</guid>")).title.unwrap_or_default()
}

fn repairs(feed: &ParsedFeed) -> Vec<&'static str> {
    feed.defects.iter().map(|defect| defect.name).collect()
}

fn html(text: Option<&MarkupText>) -> &str {
    match text {
        Some(MarkupText::UnsafeHtml(html)) => html,
        other => panic!("no HTML: {other:?}"),
    }
}

#[test]
fn names_of_categories_people_and_sources_are_decoded_once_as_titles_are() {
    for (written, category) in [
        ("<![CDATA[Arts &amp; Culture]]>", "Arts & Culture"),
        ("<![CDATA[Rock &#8217;n&#8217; Roll]]>", "Rock ’n’ Roll"),
        ("AT&amp;T", "AT&T"),
        ("<![CDATA[<b>New</b>]]>", "New"),
        ("Vec&lt;T&gt;", "Vec<T>"),
    ] {
        assert_eq!(item(&format!("<category>{written}</category>")).categories, [category], "{written}");
    }
    let keywords = item("<media:keywords><![CDATA[R&amp;D, Caf&eacute;]]></media:keywords>");
    assert_eq!(keywords.categories, ["R&D", "Café"]);

    for (written, author) in [
        ("<dc:creator><![CDATA[O&#039;Brien]]></dc:creator>", "O'Brien"),
        ("<author>&lt;a href=\"http://e.org/\"&gt;Jo&lt;/a&gt;</author>", "Jo"),
        ("<author>Jo &lt;jo@e.org&gt;</author>", "Jo"),
        ("<author><name><![CDATA[Jo &amp; Co]]></name></author>", "Jo & Co"),
    ] {
        assert_eq!(item(written).authors, [author], "{written}");
    }

    let source = item("<source url=\"http://e.org/feed\"><![CDATA[A &amp; B]]></source>").origin.unwrap();
    assert_eq!(source.title.as_deref(), Some("A & B"));
}

#[test]
fn several_people_in_one_line_are_several_authors() {
    for (written, authors) in [
        ("a@b.org (Ann), c@d.org (Cy)", vec!["Ann", "Cy"]),
        ("a@e.org,b@e.org", vec!["a@e.org", "b@e.org"]),
        ("Ann &lt;a@b.org&gt;; Cy &lt;c@d.org&gt;", vec!["Ann", "Cy"]),
        ("a@b.org (Ann, at home), c@d.org", vec!["Ann, at home", "c@d.org"]),
        ("Doe, Jo &lt;jo@e.org&gt;", vec!["Doe, Jo"]),
        ("Ann, Cy", vec!["Ann, Cy"]),
    ] {
        assert_eq!(item(&format!("<author>{written}</author>")).authors, authors, "{written}");
    }
}

#[test]
fn a_wrapper_around_categories_or_authors_or_files_hides_none_of_them() {
    let entry = item(
        "<categories><category>A</category><category>B</category></categories>\
         <authors><author>Jo</author></authors>\
         <enclosures><enclosure url=\"http://e.org/1.mp3\"/></enclosures><title>t</title>",
    );
    assert_eq!(entry.categories, ["A", "B"]);
    assert_eq!(entry.authors, ["Jo"]);
    assert_eq!(entry.enclosures.len(), 1);
    assert_eq!(entry.title.as_deref(), Some("t"));
    let feed = channel("<item><categories><category>A</category></categories></item>");
    assert!(feed.defects.is_empty(), "{:?}", feed.defects);
}

#[test]
fn what_kind_of_thing_blogger_calls_an_entry_is_no_category() {
    let entry = item(
        "<category scheme=\"http://schemas.google.com/g/2005#kind\" \
         term=\"http://schemas.google.com/blogger/2008/kind#post\"/>\
         <category scheme=\"http://www.blogger.com/atom/ns#\" term=\"rust\"/>",
    );
    assert_eq!(entry.categories, ["rust"]);
}
