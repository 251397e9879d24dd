//! Tests with what the programs of publishers write into feeds, each with the values that a reader must see.

use super::*;
use crate::model::{Entry, MarkupText};

/// Reads a channel with one item that contains `elements`, and returns the entry.
fn item(elements: &str) -> Entry {
    let body =
        format!(r#"<rss version="2.0"><channel><title>T</title><item>{elements}</item></channel></rss>"#);
    let mut feed = parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }).unwrap();
    assert_eq!(feed.entries.len(), 1, "{:?}", feed.entries);
    feed.entries.remove(0)
}

fn words(text: Option<&MarkupText>) -> Option<&str> {
    text.map(|text| match text {
        MarkupText::UnsafeHtml(text) | MarkupText::Plain(text) => text.as_str(),
    })
}

#[test]
fn a_title_that_was_escaped_several_times_is_decoded() {
    for (written, meant) in [
        ("AT&amp;amp;amp;T", "AT&T"),
        ("Tom&amp;amp;#8217;s", "Tom’s"),
        ("<![CDATA[Tom&amp;amp;#8217;s]]>", "Tom’s"),
        ("Caf&amp;amp;eacute; &amp;amp;ndash; bar", "Café – bar"),
        ("<![CDATA[Salt &amp;amp; Pepper]]>", "Salt & Pepper"),
        ("R&amp;amp;amp;B &amp;amp; Soul", "R&B & Soul"),
        ("Write &amp;amp;amp; in a page", "Write &amp; in a page"),
        ("XML: Why &amp;amp; When", "XML: Why & When"),
        ("<![CDATA[XML &amp;amp; Entities]]>", "XML &amp; Entities"),
        ("Vec&amp;amp;lt;T&amp;amp;gt; grows", "Vec&lt;T&gt; grows"),
        ("Été &amp;amp;amp;quot;chaud&amp;amp;amp;quot;", "Été \"chaud\""),
    ] {
        let entry = item(&format!("<title>{written}</title><guid>1</guid>"));
        assert_eq!(entry.title.as_deref(), Some(meant), "{written}");
    }
}

#[test]
fn the_whole_text_of_russian_aggregators_is_the_content() {
    let full = item(
        "<guid>1</guid><description>Lead</description><yandex:full-text>The whole\ntext.</yandex:full-text>",
    );
    assert_eq!(
        (words(full.summary.as_ref()), words(full.content.as_ref())),
        (Some("Lead"), Some("The whole\ntext."))
    );
    let turbo = item("<guid>1</guid><turbo:content><![CDATA[<p>Turbo</p>]]></turbo:content>");
    assert_eq!(words(turbo.content.as_ref()), Some("<p>Turbo</p>"));
    for both in [
        "<yandex:full-text>b</yandex:full-text><content:encoded>&lt;p&gt;a</content:encoded>",
        "<content:encoded>&lt;p&gt;a</content:encoded><yandex:full-text>b</yandex:full-text>",
    ] {
        assert_eq!(words(item(&format!("<guid>1</guid>{both}")).content.as_ref()), Some("<p>a"), "{both}");
    }
}

#[test]
fn a_date_in_an_escaped_time_element_is_read() {
    for date in [
        "&lt;time datetime=\"2026-11-19T10:30:00+01:00\" title=\"x\"&gt;Thu, 11/19/2026 - 10:30&lt;/time&gt;",
        "&lt;time&gt;2026-11-19 09:30&lt;/time&gt;",
    ] {
        let entry = item(&format!("<guid>1</guid><pubDate>{date}</pubDate>"));
        assert_eq!(entry.published.map(crate::time::Timestamp::unix), Some(1_795_080_600), "{date}");
    }
}

#[test]
fn the_name_of_a_person_is_no_markup_and_no_sign_for_nothing() {
    for (author, names) in [
        ("&lt;name&gt;Ann &amp;amp; Bo&lt;/name&gt;&lt;title&gt;Dr.&lt;/title&gt;", &["Ann & Bo"][..]),
        ("&lt;author&gt;&lt;name&gt;Ann&lt;/name&gt;&lt;/author&gt;", &["Ann"]),
        (" ( ) ", &[]),
        ("(Ann)", &["Ann"]),
        ("Ann (Bo)", &["Ann (Bo)"]),
        ("null", &[]),
        ("Array", &[]),
        ("Null Array", &["Null Array"]),
    ] {
        let entry = item(&format!("<guid>1</guid><author>{author}</author>"));
        assert_eq!(entry.authors, names, "{author}");
    }
}

#[test]
fn the_length_of_a_file_may_have_grouped_digits() {
    for (file, length) in [
        ("<enclosure url=\"https://a.example/1.mp3\" length=\"10,485,760\"/>", Some(10_485_760)),
        ("<enclosure url=\"https://a.example/1.mp3\" length=\"1.5\"/>", None),
        ("<enclosure url=\"https://a.example/1.mp3\" length=\"2 MB\"/>", None),
        ("<media:content url=\"https://a.example/1.mp3\" length=\"77\"/>", Some(77)),
    ] {
        let entry = item(&format!("<guid>1</guid>{file}"));
        assert_eq!(entry.enclosures.iter().map(|file| file.length).collect::<Vec<_>>(), [length], "{file}");
    }
}

#[test]
fn a_media_description_beside_the_only_picture_describes_it() {
    let picture = "<media:content url=\"https://a.example/1.jpg\" medium=\"image\"/>";
    let said = "<media:description>A moth &amp;amp; a flame</media:description>";
    let video = "<media:content url=\"https://a.example/1.mp4\" type=\"video/mp4\"/>";
    let thumbnail = "<media:thumbnail url=\"https://a.example/1.jpg\"/>";
    for (elements, alt) in [
        (format!("{picture}{said}"), Some("A moth & a flame")),
        (format!("<media:group>{picture}{said}</media:group>"), Some("A moth & a flame")),
        (format!("<media:group>{video}{thumbnail}{said}</media:group>"), None),
        (format!("{picture}<media:content url=\"https://a.example/2.jpg\"/>{said}"), None),
        (format!("{picture}<media:description>{}</media:description>", "long ".repeat(200)), None),
    ] {
        let entry = item(&format!("<guid>1</guid><description>w</description>{elements}"));
        let image = entry.details.image.clone().unwrap();
        assert_eq!(
            (image.url.as_str(), image.alt.as_deref()),
            ("https://a.example/1.jpg", alt),
            "{elements}"
        );
    }
}

#[test]
fn a_relative_picture_of_a_json_feed_is_left_to_the_site_like_those_of_its_text() {
    let body = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://a.example/",
        "items":[{"id":"1","image":"/1.jpg"},{"id":"2","image":"null"}]}"#;
    let url = Url::parse("https://cdn.example/feed.json").unwrap();
    let feed = parse(RawDocument { body: body.as_bytes(), content_type: None, url: Some(&url) }).unwrap();
    let images: Vec<_> = feed
        .entries
        .iter()
        .map(|entry| entry.details.image.as_ref().map(|image| image.url.as_str()))
        .collect();
    assert_eq!(images, [Some("/1.jpg"), None]);
}

#[test]
fn the_enclosures_of_rss_1_are_read() {
    for enclosure in [
        "<enc:enclosure rdf:resource=\"https://a.example/1.mp3\" enc:type=\"audio/mpeg\" enc:length=\"12\"/>",
        "<enc:enclosure resource=\"https://a.example/1.mp3\" type=\"audio/mpeg\" length=\"12\"/>",
        "<enc:enclosure><enc:Enclosure enc:url=\"https://a.example/1.mp3\" enc:type=\"audio/mpeg\" enc:length=\"12\"/></enc:enclosure>",
    ] {
        let entry = item(&format!("<guid>1</guid>{enclosure}"));
        let file = entry.enclosures.first().unwrap();
        assert_eq!((file.url.as_str(), file.length), ("https://a.example/1.mp3", Some(12)), "{enclosure}");
    }
}

#[test]
fn the_author_of_a_film_or_a_drawing_counts_if_nobody_else_is_named() {
    for (elements, names) in [
        ("<media:credit role=\"author\">Ann</media:credit>", &["Ann"][..]),
        (
            "<media:credit role=\"author\">Ann</media:credit><media:credit role=\"author\">https://a.example/ann.png</media:credit>",
            &["Ann"],
        ),
        ("<media:credit role=\"author\">Ann</media:credit><author>robot@a.example</author>", &["Ann"]),
        ("<media:credit role=\"author\">Ann</media:credit><dc:creator>Bo</dc:creator>", &["Bo"]),
        ("<media:credit role=\"photographer\">Ann</media:credit>", &[]),
        ("<itunes:author>The Show</itunes:author><dc:creator>Bo</dc:creator>", &["Bo"]),
        ("<itunes:author>Ann</itunes:author><author>robot@a.example</author>", &["Ann"]),
        ("<creator>Ann</creator>", &["Ann"]),
        ("<dc:creator>, Ann;</dc:creator><dc:creator> - </dc:creator>", &["Ann"]),
    ] {
        let entry = item(&format!("<guid>1</guid>{elements}"));
        assert_eq!(entry.authors, names, "{elements}");
    }
}

#[test]
fn a_film_with_only_a_player_has_a_link_to_the_player() {
    let player = "<media:player url=\"https://player.example/1\"/>";
    let files = |elements: String| {
        let entry = item(&format!("<guid>1</guid>{elements}"));
        entry.enclosures.into_iter().map(|file| file.url).collect::<Vec<_>>()
    };
    assert_eq!(
        files(format!("<media:content medium=\"video\">{player}</media:content>")),
        ["https://player.example/1"]
    );
    let file = "url=\"https://a.example/1.mp4\"";
    assert_eq!(files(format!("<media:content {file}>{player}</media:content>")), ["https://a.example/1.mp4"]);
    let page = "<link>https://a.example/1</link>";
    let thumbnail = "<media:thumbnail url=\"https://a.example/1.jpg\"/>";
    let flash = "<media:content url=\"https://a.example/v\" type=\"application/x-shockwave-flash\"/>";
    let embedded = "<media:embed url=\"https://player.example/1\" width=\"512\"/>";
    for elements in [
        player.to_owned(),
        embedded.to_owned(),
        format!("{page}{thumbnail}{embedded}"),
        format!("<media:group>{thumbnail}{player}</media:group>"),
        format!("<media:group>{flash}{player}</media:group>"),
        format!("{flash}{embedded}{player}"),
        flash.replace("/>", &format!(">{player}</media:content>")),
    ] {
        assert_eq!(files(elements.clone()), ["https://player.example/1"], "{elements}");
    }
    let film = "<media:embed url=\"https://a.example/player.swf?v=1\"/>";
    let typed = "<media:embed url=\"https://a.example/p\"><media:param name=\"type\">application/x-shockwave-flash</media:param></media:embed>";
    let own_page = "<media:player url=\"https://a.example/1\"/>";
    for elements in [film.to_owned(), typed.to_owned(), format!("{page}{own_page}")] {
        assert_eq!(files(elements.clone()), Vec::<String>::new(), "{elements}");
    }
    assert_eq!(
        files(format!("<media:group><media:content {file}/>{player}</media:group>")),
        ["https://a.example/1.mp4"]
    );
}

#[test]
fn a_torrent_of_a_film_is_one_of_its_files() {
    let peer = "<media:peerLink type=\"application/x-bittorrent\" href=\"https://a.example/1.torrent\"/>";
    let file = "<media:content url=\"https://a.example/1.mp4\"";
    for elements in [
        peer.to_owned(),
        format!("{file}/>{peer}"),
        format!("{file}>{peer}</media:content>"),
        format!("<media:group>{file}/>{peer}</media:group>"),
    ] {
        let entry = item(&format!("<guid>1</guid>{elements}"));
        let torrent = entry.enclosures.last().unwrap();
        let found = (torrent.url.as_str(), torrent.media_type.as_str());
        assert_eq!(found, ("https://a.example/1.torrent", "application/x-bittorrent"), "{elements}");
    }
}

#[test]
fn the_text_of_a_picture_in_media_rss_describes_it() {
    let entry = item(
        "<guid>1</guid><media:content url=\"https://a.example/1.jpg\" medium=\"image\"><media:title/><media:text>At dusk</media:text></media:content>\
         <media:content url=\"https://a.example/1.mp4\" medium=\"video\"/>",
    );
    assert_eq!(entry.details.image.as_ref().unwrap().alt.as_deref(), Some("At dusk"));
}

#[test]
fn pictures_and_whole_texts_of_other_vocabularies_are_read() {
    for element in [
        "<g:image_link>https://a.example/1.jpg</g:image_link>",
        "<rawvoice:poster url=\"https://a.example/1.jpg\"/>",
    ] {
        let entry = item(&format!("<guid>1</guid>{element}"));
        assert_eq!(entry.details.image.as_ref().unwrap().url, "https://a.example/1.jpg", "{element}");
    }
    for element in ["<fulltext>Whole</fulltext>", "<news:full-text>Whole</news:full-text>"] {
        let entry = item(&format!("<guid>1</guid><description>Lead</description>{element}"));
        assert_eq!(words(entry.content.as_ref()), Some("Whole"), "{element}");
    }
}

#[test]
fn the_tags_of_a_picture_are_categories_of_their_own() {
    let entry =
        item("<guid>1</guid><media:category scheme=\"urn:flickr:tags\">pier fog night</media:category>");
    assert_eq!(entry.categories, ["pier", "fog", "night"]);
}

#[test]
fn content_that_is_data_in_xml_is_not_shown() {
    let read = |content: &str| {
        let body = format!(
            r#"<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><summary>Words</summary>{content}</entry></feed>"#
        );
        parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }).unwrap().entries.remove(0)
    };
    let data = read(r#"<content type="text/xml"><number>8</number><filed>2026</filed></content>"#);
    assert_eq!((data.content, words(data.summary.as_ref())), (None, Some("Words")));
    for content in [
        r#"<content type="application/xml"><div><p>Shown</p></div></content>"#,
        r#"<content type="text/xml">Shown</content>"#,
    ] {
        assert!(words(read(content).content.as_ref()).unwrap().contains("Shown"), "{content}");
    }
}

#[test]
fn a_title_keeps_the_spaces_of_typography() {
    for (written, meant) in [
        ("140\u{202f}000\u{a0}€ pour l’Œuvre", "140\u{202f}000\u{a0}€ pour l’Œuvre"),
        ("Et\n  après&#160;?", "Et après\u{a0}?"),
        ("&lt;b&gt;Et&lt;/b&gt; après&amp;nbsp;?", "Et après\u{a0}?"),
        ("\u{3000}橋が再開\u{3000}来月から", "橋が再開\u{3000}来月から"),
    ] {
        let entry = item(&format!("<title>{written}</title><guid>1</guid>"));
        assert_eq!(entry.title.as_deref(), Some(meant), "{written}");
    }
}

#[test]
fn the_larger_size_of_one_picture_stands_for_the_entry() {
    let thumbnail = |url: &str| format!("<media:thumbnail url=\"https://a.example/{url}\"/>");
    let content = "<media:content url=\"https://a.example/quay.jpg\" medium=\"image\"><media:description>The quay</media:description></media:content>";
    for (elements, url, alt) in [
        (format!("{}{content}", thumbnail("quay-150x150.jpg")), "quay.jpg", Some("The quay")),
        (format!("{}{content}", thumbnail("pier.jpg")), "pier.jpg", None),
    ] {
        let image = item(&format!("<guid>1</guid>{elements}")).details.image.clone().unwrap();
        assert_eq!(
            (image.url, image.alt.as_deref()),
            (format!("https://a.example/{url}"), alt),
            "{elements}"
        );
    }
}

#[test]
fn a_picture_is_read_from_each_element_that_names_one() {
    for element in [
        "<podcast:image href=\"https://a.example/1.jpg\" alt=\"The quay\" aspect-ratio=\"1/1\"/>",
        "<image src=\"https://a.example/1.jpg\" alt=\"The quay\"/>",
        "<featuredImage alt=\"The quay\">https://a.example/1.jpg</featuredImage>",
        "<x:image xmlns:x=\"https://x.example/\"><x:url>https://a.example/1.jpg</x:url><x:title>The quay</x:title></x:image>",
    ] {
        let image = item(&format!("<guid>1</guid>{element}")).details.image.clone().unwrap();
        assert_eq!(
            (image.url.as_str(), image.alt.as_deref()),
            ("https://a.example/1.jpg", Some("The quay")),
            "{element}"
        );
    }
    let set = "<podcast:images srcset=\"https://a.example/1.jpg 1500w, https://a.example/2.jpg 300w\"/>";
    let image = item(&format!("<guid>1</guid>{set}")).details.image.clone().unwrap();
    assert_eq!(image.url, "https://a.example/1.jpg");
}

#[test]
fn the_name_of_an_author_is_read_from_its_parts_or_from_the_address_of_a_page() {
    for (element, names) in [
        ("<author><firstName>Ann</firstName><lastName>Lind</lastName></author>", &["Ann Lind"][..]),
        ("<dc:creator>https://lemmy.example/u/ann</dc:creator>", &["ann"]),
        ("<dc:creator>https://social.example/@ann/</dc:creator>", &["ann"]),
        ("<dc:creator>https://ann.example/blog</dc:creator>", &["https://ann.example/blog"]),
    ] {
        assert_eq!(item(&format!("<guid>1</guid>{element}")).authors, names, "{element}");
    }
}

#[test]
fn the_places_pages_and_licences_of_a_podcast_are_read() {
    let body = "<rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel><title>Show</title>\
        <podcast:license url='https://a.example/terms'>own-terms</podcast:license>\
        <podcast:updateFrequency rrule='FREQ=WEEKLY'>Weekly</podcast:updateFrequency>\
        <item><guid>1</guid><title>One</title><podcast:location geo='geo:59.9,10.7' osm='R1'>Oslo</podcast:location>\
        <podcast:contentLink href='https://a.example/live'>Live</podcast:contentLink>\
        <podcast:license>cc-by-4.0</podcast:license></item></channel></rss>";
    let feed = parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }).unwrap();
    let show = feed.show.unwrap();
    assert_eq!(
        [show.license, show.license_url, show.update_frequency, show.update_rule]
            .map(Option::unwrap_or_default),
        ["own-terms", "https://a.example/terms", "Weekly", "FREQ=WEEKLY"]
    );
    let details = &feed.entries[0].details;
    let episode = details.podcast.as_ref().unwrap();
    let place = &episode.locations[0];
    assert_eq!(
        (place.name.as_str(), place.geo.as_deref(), place.osm.as_deref()),
        ("Oslo", Some("geo:59.9,10.7"), Some("R1"))
    );
    assert_eq!(episode.content_links[0].url, "https://a.example/live");
    assert_eq!(details.rights.as_deref(), Some("cc-by-4.0"));
}
