//! Tests with hostile documents. Each must be read quickly and in bounded memory, and its valid entries must be kept.
//! A cost that is not linear in the length shows as a test that does not finish. Builds without optimisation use
//! smaller documents.

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

/// How often the hostile part of a document is repeated.
const MANY: usize = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
/// How many levels elements are nested: more than any stack could hold.
const DEEP: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

const VALID_ITEM: &str = "<item><title>valid</title></item>";

fn assert_keeps_the_valid_entry(feed: &ParsedFeed) {
    assert!(feed.entries.iter().any(|entry| entry.title.as_deref() == Some("valid")), "{:?}", defects(feed));
}

#[test]
fn a_billion_laughs_attack_expands_to_little() {
    let mut doctype = String::from("<!DOCTYPE rss [<!ENTITY a0 \"ha\">");
    for level in 1..10 {
        let before = format!("&a{};", level - 1).repeat(10);
        write!(doctype, "<!ENTITY a{level} \"{before}\">").unwrap();
    }
    let body = format!("{doctype}]>{}", rss(&format!("<item><title>&a9;</title></item>{VALID_ITEM}")));
    let feed = read(&body);
    assert_keeps_the_valid_entry(&feed);
    assert!(feed.entries[0].title.as_ref().unwrap().len() < 1000);
}

#[test]
fn a_long_entity_that_is_repeated_expands_to_little() {
    let long = "x".repeat(256);
    let uses = "&a;".repeat(MANY);
    let items = format!("<item><description>{uses}</description></item>{VALID_ITEM}");
    let feed = read(&format!("<!DOCTYPE rss [<!ENTITY a \"{long}\">]>{}", rss(&items)));
    assert_keeps_the_valid_entry(&feed);
    let Some(crate::model::MarkupText::Plain(text)) = &feed.entries[0].summary else { panic!("no text") };
    assert!(text.len() < uses.len() + 70_000, "{}", text.len());
}

#[test]
fn a_million_levels_of_nesting_are_skipped_at_once() {
    let (open, close) = ("<x>".repeat(DEEP), "</x>".repeat(DEEP));
    let nested = format!("{open}{close}");
    for items in [
        format!("{nested}{VALID_ITEM}"),
        format!("<item><title>a</title>{nested}</item>{VALID_ITEM}"),
        format!("<item><author>{nested}</author></item>{VALID_ITEM}"),
        format!("{open}{VALID_ITEM}"),
        format!("<item>{open}</item>{VALID_ITEM}"),
        format!("{close}{VALID_ITEM}"),
    ] {
        assert_keeps_the_valid_entry(&read(&rss(&items)));
    }
}

#[test]
fn deep_nesting_in_a_text_needs_no_stack() {
    let deep = format!("{}x{}", "<div>".repeat(DEEP), "</div>".repeat(DEEP));
    let feed = read(&rss(&format!("<item><description>{deep}</description></item>{VALID_ITEM}")));
    assert_keeps_the_valid_entry(&feed);
}

#[test]
fn deep_nesting_of_groups_and_persons_needs_no_stack() {
    for name in ["media:group", "source", "author", "itunes:category"] {
        let nested = format!("{}{}", format!("<{name}>").repeat(MANY), format!("</{name}>").repeat(MANY));
        assert_keeps_the_valid_entry(&read(&rss(&format!("<item>{nested}</item>{VALID_ITEM}"))));
    }
}

#[test]
fn entries_over_the_bound_are_left_out_and_counted() {
    let feed = read(&rss(&VALID_ITEM.repeat(MAX_ENTRIES + 100)));
    assert_eq!(feed.entries.len(), MAX_ENTRIES);
    assert!(defects(&feed).contains(&"too-many-entries"));
    assert_eq!(feed.left_out.of(LeftOutReason::TooManyEntries), 100);
    let feed = read(&rss(&"<item><title>unclosed</title>".repeat(MAX_ENTRIES + 100)));
    assert_eq!(feed.entries.len(), MAX_ENTRIES);
    assert_eq!(feed.left_out.of(LeftOutReason::TooManyEntries), 100);
    let feed = read(&rss(&VALID_ITEM.repeat(MAX_ENTRIES)));
    assert_eq!((feed.entries.len(), defects(&feed)), (MAX_ENTRIES, vec![]), "as many as the bound allows");
}

#[test]
fn many_elements_of_one_kind_in_an_entry_are_bounded() {
    let read_many = |element: &str| {
        let all =
            (0..MANY).fold(String::new(), |all, number| all + &element.replace('N', &number.to_string()));
        let feed = read(&rss(&format!("<item><guid>1</guid>{all}</item>{VALID_ITEM}")));
        assert_keeps_the_valid_entry(&feed);
        feed.entries.into_iter().next().unwrap()
    };
    for file in [
        "<enclosure url=\"http://e.org/N.mp3\"/>",
        "<media:content url=\"http://e.org/N.mp3\"/>",
        "<media:group><media:content url=\"http://e.org/N.mp3\"/></media:group>",
        "<atom:link rel=\"enclosure\" href=\"http://e.org/N.mp3\"/>",
    ] {
        assert_eq!(read_many(file).enclosures.len(), 100, "{file}");
    }
    assert_eq!(read_many("<category>N</category>").categories.len(), 256);
    assert_eq!(read_many("<media:keywords>N,a N,b N</media:keywords>").categories.len(), 256);
    assert_eq!(read_many("<dc:creator>N</dc:creator>").authors.len(), 256);
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
        read_many(other);
    }
}

#[test]
fn an_enormous_text_is_shortened_and_other_entries_are_kept() {
    let text = "é ".repeat(2_000_000);
    let feed = read(&rss(&format!("<item><description>{text}</description></item>{VALID_ITEM}")));
    assert_keeps_the_valid_entry(&feed);
    assert!(defects(&feed).contains(&"text-too-long"));
    let Some(crate::model::MarkupText::Plain(text)) = &feed.entries[0].summary else { panic!("no text") };
    assert!(text.len() <= 4 << 20);
}

#[test]
fn many_attributes_are_not_all_read() {
    let mut attributes = String::new();
    for number in 0..2 * MANY {
        write!(attributes, " a{number}=\"{number}\"").unwrap();
    }
    let items = format!("<item{attributes}><link{attributes}/><enclosure{attributes}/></item>{VALID_ITEM}");
    assert_keeps_the_valid_entry(&read(&rss(&items)));
}

#[test]
fn many_declared_namespaces_are_bounded() {
    let mut declarations = String::new();
    for number in 0..MANY {
        write!(declarations, "<p{number}:x xmlns:p{number}=\"urn:{number}\"/><q{number}:y/>").unwrap();
    }
    assert_keeps_the_valid_entry(&read(&rss(&format!("{declarations}{VALID_ITEM}"))));
}

#[test]
fn a_cdata_section_without_an_end_costs_only_its_own_entry() {
    let feed = read(&rss(&format!("{VALID_ITEM}<item><title><![CDATA[{}", "x".repeat(20 * MANY))));
    assert_keeps_the_valid_entry(&feed);
}

#[test]
fn markup_that_starts_many_times_and_never_ends_is_linear() {
    for start in [
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
        let flood = start.repeat(MANY);
        for items in [flood.clone(), format!("<item>{flood}"), format!("<item><description>{flood}")] {
            let body = rss(&items);
            // The result does not matter, only that parsing finishes.
            drop(parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }));
        }
    }
}

#[test]
fn unclosed_elements_of_many_names_are_linear() {
    let mut flood = String::new();
    for number in 0..MANY {
        write!(flood, "<x{number}>").unwrap();
    }
    assert_keeps_the_valid_entry(&read(&rss(&format!("<item>{flood}</item>{VALID_ITEM}"))));
}

#[test]
fn deeply_nested_json_fails_without_a_stack_overflow() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let body = open.repeat(DEEP);
        let read = parse(RawDocument { body: body.as_bytes(), content_type: None, url: None });
        assert!(matches!(read, Err(ParseError::Malformed { .. } | ParseError::NotAFeed { .. })), "{read:?}");
    }
}

#[test]
fn json_entries_over_the_bound_are_left_out_and_counted() {
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

const FRAGMENTS: [&str; 30] = [
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
    fn no_bytes_make_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        drop(parse(RawDocument { body: &body, content_type: None, url: None }));
    }

    #[test]
    fn feed_rs_reads_the_result_for_fragments_of_feeds_in_any_order(
        fragments in proptest::collection::vec(proptest::sample::select(FRAGMENTS.to_vec()), 0..60),
        cut in 0_usize..2000,
    ) {
        let mut body: String = fragments.concat();
        body.truncate(body.floor_char_boundary(cut));
        let read = parse(RawDocument { body: body.as_bytes(), content_type: Some("text/xml"), url: None });
        // feed-rs can read whatever the converter writes.
        prop_assert!(!matches!(read, Err(ParseError::Malformed { .. })), "{read:?} of {body}");
    }

    #[test]
    fn every_prefix_of_a_feed_keeps_its_complete_entries(cut in 0_usize..420) {
        let whole = rss(&format!("{}<item><title>b</title><description>c &amp; d</description></item>", VALID_ITEM.repeat(5)));
        let body = whole.get(..cut).unwrap_or(&whole);
        let ended = body.matches("</item>").count();
        if ended > 0 {
            let feed = read(body);
            prop_assert_eq!(feed.entries.len(), ended);
        }
    }
}
