//! Every document of the river is valid by the rules of the W3C feed validator and the specifications.

use std::sync::Arc;

use riverd::article::merge::merge;
use riverd::model::{ContentDepth, FeedLinks, MergedFeed};
use riverd::render::{BaseUrl, Format, render};
use url::Url;

use crate::support::river::{episode, river, show};
use crate::support::validator::complaints;

fn rendered_of(feed: &MergedFeed, format: Format) -> (String, String) {
    let base = BaseUrl::from_config(&Url::parse("https://river.example.org/").unwrap());
    let text = String::from_utf8(render(format, feed, &base).unwrap().identity().to_vec()).unwrap();
    let page = feed.links.archive_page.as_deref().unwrap_or_default();
    (text, base.join(&format!("{page}{}", format.file_name())))
}

/// Returns the violations in the river once `right` is replaced by `wrong` in it.
fn complaints_about(format: Format, right: &str, wrong: &str) -> Vec<String> {
    let (text, address) = rendered_of(&river(), format);
    assert!(text.contains(right), "{format}: there is no `{right}` to replace");
    complaints(format, &text.replacen(right, wrong, 1), &address)
}

/// Returns a page of an archive with all the links that a feed can have.
fn archive_page() -> MergedFeed {
    let path = |page: &str| Some(format!("archive/{page}/"));
    let links = FeedLinks {
        archive_page: path("2"),
        previous_archive: path("1"),
        next_archive: path("3-7"),
        hub: Some("https://hub.example/?a=1&b=2".to_owned()),
        ..FeedLinks::default()
    };
    MergedFeed { links, ..river() }
}

#[test]
fn feeds_of_difficult_articles_are_valid_in_every_format() {
    let empty = MergedFeed { items: Vec::new(), updated: None, ..river() };
    let mut item = episode();
    item.article.source.show = Some(Arc::new(show()));
    let podcast = merge(river().channel, vec![item.article], ContentDepth::Full);
    for feed in [river(), empty, podcast, archive_page()] {
        for format in Format::ALL {
            let (text, address) = rendered_of(&feed, format);
            assert_eq!(complaints(format, &text, &address), Vec::<String>::new(), "{format}: {text}");
        }
    }
}

#[test]
fn the_schemas_find_what_does_not_belong_in_a_feed() {
    for (format, right, wrong) in [
        (Format::Atom, "<subtitle type=\"html\">", "<subtitle type=\"markdown\">"),
        (Format::Atom, "<georss:point>48.39 -4.49", "<georss:point>48.39"),
        (Format::Atom, "rel=\"preview\"", "relation=\"preview\""),
        (Format::Atom, "<published>2026-11-24", "<published>24.11.2026"),
        (Format::Atom, "<published>", "<issued>2026-11-24T05:00:00Z</issued><published>"),
        (Format::Atom, "<rights type=\"html\">", "<rights>x</rights><rights type=\"html\">"),
        (Format::Atom, "xml:lang=\"he\"", "xml:lang=\"he-\""),
        (Format::Atom, "type=\"audio/mpeg\"", "type=\"audio\""),
        (Format::Atom, "<name>Bo Brandt</name>", "<name> </name>"),
        (Format::Atom, "</feed>", "<rights>x</rights></feed>"),
        (Format::Json, "\"tags\":[", "\"tags\":[\"presse\","),
        (Format::Json, "\"mime_type\"", "\"type\""),
        (Format::Json, "\"size_in_bytes\":123456", "\"size_in_bytes\":\"123456\""),
        (Format::Json, "\"image\":\"https:", "\"image\":\""),
        (Format::Json, "\"comments_url\"", "\"comment_url\""),
        (Format::Json, "\"date_modified\":\"2026-11-24T", "\"date_modified\":\"2026-11-24 "),
        (Format::Json, "\"authors\":[{", "\"author\":[{"),
    ] {
        let found = complaints_about(format, right, wrong);
        let by_schema =
            found.iter().any(|what| what.starts_with("atom.rnc") || what.starts_with("json_feed.json"));
        assert!(by_schema, "{format}: {wrong}: {found:?}");
    }
}

#[test]
fn the_validator_finds_every_kind_of_error() {
    for (format, right, wrong) in [
        (Format::Rss, "<ttl>30</ttl>", "<ttl>0</ttl>"),
        (Format::Rss, "<link>https://river", "<link>/river"),
        (Format::Rss, "<description>Ce", "<title>x</title><description>Ce"),
        (Format::Rss, "isPermaLink=\"false\"", "isPermaLink=\"true\""),
        (Format::Rss, "length=\"123456\"", "length=\"many\""),
        (Format::Rss, "audio/mpeg", "mp3"),
        (Format::Rss, "Tue, 24 Nov 2026 05", "2026-11-24 05"),
        (Format::Rss, "<p>Fermée", "<p onclick=\"x\">Fermée"),
        (Format::Rss, "<p>Fermée", "<script>Fermée"),
        (Format::Rss, "8000-000000000002", "8000-000000000001"),
        (Format::Rss, "<comments>", "<unknown></unknown><comments>"),
        (Format::Rss, "feed.xml", "other.xml"),
        (Format::Rss, "Rivière", "Rivi\u{8}ère"),
        (Format::Rss, ">fr-FR<", ">French<"),
        (Format::Atom, "<author><name>Noémie Le Goff</name></author>", ""),
        (Format::Atom, "rel=\"self\"", "rel=\"this\""),
        (Format::Atom, "T05:00:00", " 05:00"),
        (Format::Atom, "<id>https://courrier.example/rss</id>", ""),
        (Format::Atom, "term=\"Économie\"", "term=\"\""),
        (Format::Atom, "&lt;p&gt;Fermée", "&lt;style&gt;Fermée"),
        (Format::Json, "version/1.1", "version/1"),
        (Format::Json, "content_html", "content"),
        (Format::Json, "urn:uuid", "uuid"),
    ] {
        assert_ne!(complaints_about(format, right, wrong), Vec::<String>::new(), "{format}: {wrong}");
    }
}
