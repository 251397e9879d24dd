//! Every document of the river is valid by the rules of the W3C feed validator and the specifications.

use riverd::render::{BaseUrl, Format, render};
use url::Url;

use crate::support::river::river;
use crate::support::validator::{atom_complaints, json_complaints, rss_complaints};

fn rendered(format: Format) -> (String, String) {
    let base = BaseUrl::from_config(&Url::parse("https://river.example.org/").unwrap());
    let representation = render(format, &river(), &base).unwrap();
    let text = String::from_utf8(representation.identity().to_vec()).unwrap();
    (text, base.join(format.file_name()))
}

fn complaints(format: Format, text: &str, address: &str) -> Vec<String> {
    match format {
        Format::Rss => rss_complaints(text, address),
        Format::Atom => atom_complaints(text, address),
        Format::Json => json_complaints(text, address),
    }
}

#[test]
fn a_river_of_difficult_articles_is_valid_in_every_format() {
    for format in Format::ALL {
        let (text, address) = rendered(format);
        assert_eq!(complaints(format, &text, &address), Vec::<String>::new(), "{format}");
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
        let (text, address) = rendered(format);
        assert!(text.contains(right), "{format}: there is no `{right}` to replace");
        let broken = text.replacen(right, wrong, 1);
        assert_ne!(complaints(format, &broken, &address), Vec::<String>::new(), "{format}: {wrong}");
    }
}
