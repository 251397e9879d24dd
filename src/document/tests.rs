//! Documents made to hurt: each must end soon, in bounded memory, with what is sound in it kept. A cost that is not
//! linear shows as a test that never ends. An unoptimised build gets smaller ones, on which it shows, too.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::document::bounds::MAX_ENTRIES;
use crate::model::LeftOutReason;

fn read(body: &str) -> ParsedFeed {
    parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }).unwrap()
}

fn rss(items: &str) -> String {
    format!(r#"<rss version="2.0"><channel><title>T</title>{items}</channel></rss>"#)
}

fn defects(feed: &ParsedFeed) -> Vec<&'static str> {
    feed.defects.iter().map(|defect| defect.name).collect()
}

/// How often something is repeated to be a flood.
const FLOOD: usize = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
/// How deep something is nested to be too deep for any stack.
const ABYSS: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

const SOUND: &str = "<item><title>sound</title></item>";

fn keeps_the_sound_entry(feed: &ParsedFeed) {
    assert!(feed.entries.iter().any(|entry| entry.title.as_deref() == Some("sound")), "{:?}", defects(feed));
}

#[test]
fn a_billion_laughs_are_not_laughed() {
    let mut doctype = String::from("<!DOCTYPE rss [<!ENTITY a0 \"ha\">");
    for level in 1..10 {
        let before = format!("&a{};", level - 1).repeat(10);
        write!(doctype, "<!ENTITY a{level} \"{before}\">").unwrap();
    }
    let body = format!("{doctype}]>{}", rss(&format!("<item><title>&a9;</title></item>{SOUND}")));
    let feed = read(&body);
    keeps_the_sound_entry(&feed);
    assert!(feed.entries[0].title.as_ref().unwrap().len() < 1000);
}

#[test]
fn one_long_entity_repeated_stays_small() {
    let long = "x".repeat(256);
    let uses = "&a;".repeat(FLOOD);
    let items = format!("<item><description>{uses}</description></item>{SOUND}");
    let feed = read(&format!("<!DOCTYPE rss [<!ENTITY a \"{long}\">]>{}", rss(&items)));
    keeps_the_sound_entry(&feed);
    let Some(crate::model::MarkupText::UnsafeHtml(text)) = &feed.entries[0].summary else {
        panic!("no text")
    };
    assert!(text.len() < uses.len() + 70_000, "{}", text.len());
}

#[test]
fn an_abyss_of_nesting_is_one_skip() {
    let (open, close) = ("<x>".repeat(ABYSS), "</x>".repeat(ABYSS));
    let nested = format!("{open}{close}");
    for items in [
        format!("{nested}{SOUND}"),
        format!("<item><title>a</title>{nested}</item>{SOUND}"),
        format!("<item><author>{nested}</author></item>{SOUND}"),
        format!("{open}{SOUND}"),
        format!("<item>{open}</item>{SOUND}"),
        format!("{close}{SOUND}"),
    ] {
        keeps_the_sound_entry(&read(&rss(&items)));
    }
}

#[test]
fn nesting_in_a_text_is_bounded_where_it_is_shown_and_costs_no_stack_here() {
    let deep = format!("{}x{}", "<div>".repeat(ABYSS), "</div>".repeat(ABYSS));
    let feed = read(&rss(&format!("<item><description>{deep}</description></item>{SOUND}")));
    keeps_the_sound_entry(&feed);
}

#[test]
fn nested_groups_and_persons_cost_no_stack() {
    for name in ["media:group", "source", "author", "itunes:category"] {
        let nested = format!("{}{}", format!("<{name}>").repeat(FLOOD), format!("</{name}>").repeat(FLOOD));
        keeps_the_sound_entry(&read(&rss(&format!("<item>{nested}</item>{SOUND}"))));
    }
}

#[test]
fn a_flood_of_entries_is_cut_at_the_bound() {
    let feed = read(&rss(&SOUND.repeat(MAX_ENTRIES + 100)));
    assert_eq!(feed.entries.len(), MAX_ENTRIES);
    assert!(defects(&feed).contains(&"too-many-entries"));
    assert_eq!(feed.left_out.of(LeftOutReason::TooManyEntries), 100);
    let feed = read(&rss(&"<item><title>unclosed</title>".repeat(MAX_ENTRIES + 100)));
    assert_eq!(feed.entries.len(), MAX_ENTRIES);
    assert_eq!(feed.left_out.of(LeftOutReason::TooManyEntries), 100);
    let feed = read(&rss(&SOUND.repeat(MAX_ENTRIES)));
    assert_eq!((feed.entries.len(), defects(&feed)), (MAX_ENTRIES, vec![]), "as many as may be");
}

#[test]
fn a_flood_of_one_kind_in_an_entry_is_linear_and_bounded() {
    let flood = |element: &str| {
        let all =
            (0..FLOOD).fold(String::new(), |all, number| all + &element.replace('N', &number.to_string()));
        let feed = read(&rss(&format!("<item><guid>1</guid>{all}</item>{SOUND}")));
        keeps_the_sound_entry(&feed);
        feed.entries.into_iter().next().unwrap()
    };
    for file in [
        "<enclosure url=\"http://e.org/N.mp3\"/>",
        "<media:content url=\"http://e.org/N.mp3\"/>",
        "<media:group><media:content url=\"http://e.org/N.mp3\"/></media:group>",
        "<atom:link rel=\"enclosure\" href=\"http://e.org/N.mp3\"/>",
    ] {
        assert_eq!(flood(file).enclosures.len(), 100, "{file}");
    }
    assert_eq!(flood("<category>N</category>").categories.len(), 256);
    assert_eq!(flood("<media:keywords>N,a N,b N</media:keywords>").categories.len(), 256);
    assert_eq!(flood("<dc:creator>N</dc:creator>").authors.len(), 256);
    for other in [
        "<link>http://e.org/N</link>",
        "<comments>http://e.org/N</comments>",
        "<title>N</title>",
        "<description>N</description>",
        "<pubDate>2026-11-24</pubDate>",
        "<guid>N</guid>",
        "<source url=\"http://e.org/N\">N</source>",
        "<source><author>N</author></source>",
        "<river:also-in source=\"N\"/>",
    ] {
        flood(other);
    }
}

#[test]
fn an_enormous_text_is_cut_and_its_neighbours_are_whole() {
    let text = "é ".repeat(2_000_000);
    let feed = read(&rss(&format!("<item><description>{text}</description></item>{SOUND}")));
    keeps_the_sound_entry(&feed);
    assert!(defects(&feed).contains(&"text-too-long"));
    let Some(crate::model::MarkupText::UnsafeHtml(text)) = &feed.entries[0].summary else {
        panic!("no text")
    };
    assert!(text.len() <= 4 << 20);
}

#[test]
fn a_flood_of_attributes_is_not_looked_at() {
    let mut attributes = String::new();
    for number in 0..2 * FLOOD {
        write!(attributes, " a{number}=\"{number}\"").unwrap();
    }
    let items = format!("<item{attributes}><link{attributes}/><enclosure{attributes}/></item>{SOUND}");
    keeps_the_sound_entry(&read(&rss(&items)));
}

#[test]
fn a_flood_of_namespaces_is_bounded() {
    let mut declarations = String::new();
    for number in 0..FLOOD {
        write!(declarations, "<p{number}:x xmlns:p{number}=\"urn:{number}\"/><q{number}:y/>").unwrap();
    }
    keeps_the_sound_entry(&read(&rss(&format!("{declarations}{SOUND}"))));
}

#[test]
fn a_cdata_section_without_an_end_takes_no_more_than_the_document() {
    let feed = read(&rss(&format!("{SOUND}<item><title><![CDATA[{}", "x".repeat(20 * FLOOD))));
    keeps_the_sound_entry(&feed);
}

#[test]
fn what_is_begun_again_and_again_and_never_ended_is_linear() {
    for begun in [
        "<title><![CDATA[x</title>",
        "<!-- ",
        "<![CDATA[",
        "<?php ",
        "<!DOCTYPE ",
        "<a ",
        "<a b=\"",
        "<a b='x\">",
        "<a b=\"><",
        "</a ",
        "<title>",
        "<b>",
        "<title><b>",
        "<description><p>",
        "<title></b>",
        "<author><name>",
        "&",
        "&#",
        "&a",
        "<media:group><media:content url=\"x\">",
        "<p:title xmlns:p=\"http://www.w3.org/2005/Atom\"><b>",
    ] {
        let flood = begun.repeat(FLOOD);
        for items in [flood.clone(), format!("<item>{flood}"), format!("<item><description>{flood}")] {
            let body = rss(&items);
            // Whatever comes of it, it ends.
            drop(parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }));
        }
    }
}

#[test]
fn unclosed_elements_of_many_names_are_linear() {
    let mut flood = String::new();
    for number in 0..FLOOD {
        write!(flood, "<x{number}>").unwrap();
    }
    keeps_the_sound_entry(&read(&rss(&format!("<item>{flood}</item>{SOUND}"))));
}

#[test]
fn json_of_great_depth_is_a_failure_and_no_overflow() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let body = open.repeat(ABYSS);
        let read = parse(RawDocument { body: body.as_bytes(), content_type: None, url: None });
        assert!(matches!(read, Err(ParseError::Malformed { .. } | ParseError::NotAFeed { .. })), "{read:?}");
    }
}

#[test]
fn json_floods_are_bounded() {
    let item = r#"{"id":"1","tags":["a"],"authors":[{"name":"b"}]},"#;
    let body = format!(
        r#"{{"version":"https://jsonfeed.org/version/1.1","items":[{}{{}}]}}"#,
        item.repeat(MAX_ENTRIES + 100)
    );
    let feed = read(&body);
    assert_eq!(feed.entries.len(), MAX_ENTRIES);
    assert!(defects(&feed).contains(&"too-many-entries"));
    assert_eq!(feed.left_out.of(LeftOutReason::TooManyEntries), 101);
}

#[test]
fn a_gzip_bomb_is_refused() {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..40 {
        packed.write_all(&zeros).unwrap();
    }
    let body = packed.finish().unwrap();
    let read = parse(RawDocument { body: &body, content_type: None, url: None });
    assert!(matches!(read, Err(ParseError::TooLarge { .. })), "{read:?}");
}

const PIECES: [&str; 30] = [
    "<rss version=\"2.0\">",
    "</rss>",
    "<channel>",
    "</channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
    "</feed>",
    "<entry>",
    "</entry>",
    "<content type=\"xhtml\"><div>",
    "</div></content>",
    "<link href=\"http://[\" rel='",
    "<author><name>山田太郎、taro@example.com</name>",
    "<itunes:duration>٣٣:٣٣</itunes:duration>",
    "<media:group>",
    "<media:title/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&#x0;",
    "&nbsp;",
    "é\u{fffd}\u{0}",
    "<!DOCTYPE rss [<!ENTITY a \"b\">]>",
    "<?xml version=\"1.0\" encoding=\"x\"?>",
    "\"'>/ xml:base=\"",
];

#[test]
fn the_hint_of_a_web_page_names_its_feeds_without_their_secrets() {
    let link = "<link rel=alternate type=application/rss+xml href='https://a.example/f?token=geheim&page=1'>";
    let page = format!("<!doctype html><html><head>{link}</head></html>");
    let error = parse(RawDocument { body: page.as_bytes(), content_type: None, url: None }).unwrap_err();
    let hint = error.hint();
    assert!(hint.contains("https://a.example/f?token=…&page=1") && !hint.contains("geheim"), "{hint}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 48 } else { 2048 }))]

    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        drop(parse(RawDocument { body: &body, content_type: None, url: None }));
    }

    #[test]
    fn no_order_of_the_parts_of_feeds_makes_it_fail_in_the_reader(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..60),
        cut in 0_usize..2000,
    ) {
        let mut body: String = pieces.concat();
        body.truncate(body.floor_char_boundary(cut));
        let read = parse(RawDocument { body: body.as_bytes(), content_type: Some("text/xml"), url: None });
        // What the rebuild writes is never more than feed-rs can read.
        prop_assert!(!matches!(read, Err(ParseError::Malformed { .. })), "{read:?} of {body}");
    }

    #[test]
    fn every_prefix_of_a_feed_keeps_its_whole_entries(cut in 0_usize..420) {
        let whole = rss(&format!("{}<item><title>b</title><description>c &amp; d</description></item>", SOUND.repeat(5)));
        let body = whole.get(..cut).unwrap_or(&whole);
        let ended = body.matches("</item>").count();
        if ended > 0 {
            let feed = read(body);
            prop_assert_eq!(feed.entries.len(), ended);
        }
    }
}
