//! Tests the rendered formats: against snapshots that a person has checked, and by parsing them again.

use std::sync::Arc;

use proptest::prelude::*;
use riverd::article::merge::merge;
use riverd::document::{RawDocument, parse};
use riverd::model::{
    AlsoIn, ArticleDetails, Author, Cadence, ContentDepth, GENERATOR_NAME, Location, MarkupText, MergedFeed,
    MergedItem, ParsedFeed, PodcastPerson, SafeHtml, Source,
};
use riverd::render::navigation::Navigation;
use riverd::render::page::PageContext;
use riverd::render::page_frame::PageZone;
use riverd::render::{BaseUrl, Format, page, render, valid};
use riverd::text::words;
use url::Url;

use crate::support::river::{bare, dispatch, episode, river, show};

fn base() -> BaseUrl {
    BaseUrl::from_config(&Url::parse("https://river.example.org/").unwrap())
}

fn rendered(format: Format, feed: &MergedFeed) -> String {
    let representation = render(format, feed, &base()).unwrap();
    String::from_utf8(representation.identity().to_vec()).unwrap()
}

/// Puts each XML element on a line of its own, so that differences are easy to read, and hides the version.
fn one_element_per_line(xml: &str) -> String {
    xml.replace("><", ">\n<").replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// Compares `text` with the stored snapshot of this name.
fn assert_matches_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_river_as_rss_matches_its_snapshot() {
    assert_matches_snapshot("rss", &one_element_per_line(&rendered(Format::Rss, &river())));
}

#[test]
fn the_river_as_atom_matches_its_snapshot() {
    assert_matches_snapshot("atom", &one_element_per_line(&rendered(Format::Atom, &river())));
}

#[test]
fn the_river_as_json_feed_matches_its_snapshot() {
    let json: serde_json::Value = serde_json::from_str(&rendered(Format::Json, &river())).unwrap();
    let pretty = serde_json::to_string_pretty(&json).unwrap();
    assert_matches_snapshot("json_feed", &one_element_per_line(&pretty));
}

fn context() -> PageContext {
    let location = Location::Http("https://courrier.example/rss".parse().unwrap());
    let mut source = Source::new("courrier", location, Cadence::Every(std::time::Duration::from_mins(30)));
    source.tags = vec!["presse".to_owned()];
    let navigation = Navigation::of("Rivière du matin", [&source]);
    PageContext { navigation, href: String::new(), search: String::new(), folders: 0, zone: PageZone::Utc }
}

#[test]
fn the_river_as_a_page_matches_its_snapshot() {
    let pages = page::river_pages(&river(), &context()).unwrap();
    let html = String::from_utf8(pages[0].identity().to_vec()).unwrap();
    let (head, rest) = html.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    // The style sheet and the version of the script change without the page.
    let body = body.replacen(body.split_once("?v=").unwrap().1.split_once('"').unwrap().0, "VERSION", 1);
    assert_matches_snapshot("page", &format!("{head}<style>…</style>{body}"));
}

#[test]
fn a_long_river_has_pages_that_link_to_each_other() {
    let mut feed = river();
    feed.items = std::iter::repeat_n(feed.items[1].clone(), 101).collect::<Vec<MergedItem>>();
    let pages: Vec<_> = page::river_pages(&feed, &context())
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
fn an_empty_river_is_a_complete_document_in_every_format() {
    let mut feed = river();
    feed.items.clear();
    feed.updated = None;
    for format in Format::ALL {
        let text = rendered(format, &feed);
        assert!(text.contains("Rivière du matin"), "{text}");
        assert!(!text.contains("lastBuildDate"), "{text}");
    }
    let pages = page::river_pages(&feed, &context()).unwrap();
    assert_eq!(pages.len(), 1);
    assert!(String::from_utf8_lossy(pages[0].identity()).contains("No articles yet"));
}

fn read_back(format: Format, feed: &MergedFeed) -> ParsedFeed {
    let representation = render(format, feed, &base()).unwrap();
    let url = Url::parse(&base().join(format.file_name())).unwrap();
    let document = RawDocument {
        body: representation.identity(),
        content_type: Some(representation.media_type),
        url: Some(&url),
    };
    parse(document).unwrap_or_else(|error| panic!("{format}: {error}"))
}

#[test]
fn an_article_and_its_source_can_be_read_back_from_every_format() {
    let river = river();
    for format in Format::ALL {
        let back = read_back(format, &river);
        assert_eq!(back.defects, [], "{format}");
        assert_eq!(back.title.as_deref(), Some("Rivière du matin"), "{format}");
        assert!(back.generator.unwrap().starts_with(GENERATOR_NAME), "{format}");
        assert_eq!(back.hints.self_link, Some(base().join(format.file_name())), "{format}");
        assert_eq!(back.entries.len(), river.items.len(), "{format}");
        let entry = &back.entries[0];
        let article = &river.items[0].article;
        assert_eq!(entry.id.as_ref(), Some(&article.guid), "{format}");
        assert_ne!(entry.id_is_permalink, Some(true), "{format}");
        assert_eq!(entry.title.as_ref(), Some(&article.title), "{format}");
        assert_eq!(
            entry.link.as_deref(),
            Some("https://courrier.example/criee?%C3%A9dition=matin&page=1"),
            "{format}"
        );
        assert_eq!(entry.published, Some(article.river_at), "{format}");
        assert_eq!(entry.authors, ["Noémie Le Goff"], "{format}");
        assert_eq!(entry.categories, ["Économie", "presse"], "{format}");
        assert_eq!(entry.comments.as_deref(), Some("https://courrier.example/criee#avis"), "{format}");
        assert_eq!(entry.also_in, article.also_in, "{format}");
        let origin = entry.origin.as_ref().unwrap();
        assert_eq!(origin.title.as_ref(), Some(&article.source.title), "{format}");
        assert_eq!(origin.url.as_ref(), Some(&article.source.feed_url), "{format}");
        let lengths: Vec<_> = entry.enclosures.iter().map(|file| file.length).collect();
        assert_eq!(lengths, [Some(123_456), None], "{format}");
        let own_text = "<p>« Nous l’avions promis, c’est fait »» a déclaré la maire. « Les bateaux rentrent à 5 h ; \
                        d’ici là, on attend. »</p>";
        assert_eq!(entry.content, Some(MarkupText::UnsafeHtml(own_text.to_owned())), "{format}");
    }
}

#[test]
fn the_picture_and_the_surroundings_of_an_article_can_be_read_back_from_every_format() {
    let mut feed = river();
    feed.items = vec![dispatch()];
    let stated = feed.items[0].article.details.clone();
    for format in Format::ALL {
        let back = read_back(format, &feed).entries.remove(0);
        let image = back.details.image.clone().unwrap();
        assert_eq!(image.url, stated.image.as_ref().unwrap().url, "{format}");
        // Media RSS has no place for the description of a thumbnail; Atom has it at its link.
        let alt = if format == Format::Rss { None } else { stated.image.as_ref().unwrap().alt.clone() };
        assert_eq!(image.alt, alt, "{format}");
        assert_eq!(
            ArticleDetails { image: None, ..(*back.details).clone() },
            ArticleDetails { image: None, ..stated.clone() },
            "{format}"
        );
        let titles: Vec<_> = back.enclosures.iter().map(|file| file.title.as_deref()).collect();
        assert_eq!(titles, [None, Some("La criée à l’aube")], "{format}");
    }
}

#[test]
fn several_authors_stay_several_in_every_format_with_their_pages_where_there_is_room() {
    let author = |name: &str, host: &str| Author {
        name: name.to_owned(),
        url: Some(format!("https://{host}.example/")),
        avatar: Some(format!("https://{host}.example/me.png")),
    };
    let mut item = bare(3);
    item.article.author = Some("Ana Lind, Bo & Fils".to_owned());
    item.article.details.authors = vec![author("Ana Lind", "ana"), author("Bo & Fils", "bo")];
    let stated = item.article.details.authors.clone();
    let mut feed = river();
    feed.items = vec![item];
    for format in Format::ALL {
        let back = read_back(format, &feed).entries.remove(0);
        assert_eq!(back.authors, ["Ana Lind", "Bo & Fils"], "{format}");
        let without_pictures = || stated.iter().map(|author| Author { avatar: None, ..author.clone() });
        let expected: Vec<Author> = match format {
            Format::Rss => Vec::new(),
            Format::Atom => without_pictures().collect(),
            Format::Json => stated.clone(),
        };
        assert_eq!(back.details.authors, expected, "{format}");
    }
}

#[test]
fn an_episode_without_an_author_has_that_of_its_show() {
    let mut item = episode();
    item.article.source.show = Some(Arc::new(show()));
    let mut feed = river();
    feed.items = vec![item];
    for format in Format::ALL {
        assert_eq!(read_back(format, &feed).entries[0].authors, ["Radio du port"], "{format}");
    }
    feed.items[0].article.source.show = None;
    assert_eq!(read_back(Format::Json, &feed).entries[0].authors, ["Le Courrier du port"]);
}

#[test]
fn an_episode_can_be_read_back_from_rss_and_json_feed() {
    let mut feed = river();
    feed.items = vec![episode()];
    let stated = &feed.items[0].article;
    for format in [Format::Rss, Format::Json] {
        let back = read_back(format, &feed).entries.remove(0);
        assert_eq!(back.details.podcast, stated.details.podcast, "{format}");
        assert_eq!(back.enclosures, stated.enclosures, "{format}");
    }
}

#[test]
fn people_with_a_role_that_readers_do_not_know_stay_out_of_rss_so_that_all_readers_can_read_it() {
    let mut feed = river();
    let mut item = episode();
    let person = item.article.details.podcast.as_ref().unwrap().persons[0].clone();
    let with_role = |role: Option<&str>, group: &str| PodcastPerson {
        role: role.map(str::to_owned),
        group: Some(group.to_owned()),
        ..person.clone()
    };
    let people = vec![
        with_role(Some("Space Captain"), "cast"),
        with_role(Some("co-host"), "Crew"),
        with_role(None, "Video Production"),
    ];
    item.article.details.podcast.as_mut().unwrap().persons.clone_from(&people);
    feed.items = vec![item];
    let xml = rendered(Format::Rss, &feed);
    assert_eq!(feed_rs::parser::parse(xml.as_bytes()).unwrap().entries.len(), 1, "{xml}");
    let persons =
        |format| read_back(format, &feed).entries.remove(0).details.podcast.clone().unwrap().persons;
    let without_group = PodcastPerson { group: None, ..people[1].clone() };
    assert_eq!(persons(Format::Rss), [without_group, people[2].clone()]);
    assert_eq!(persons(Format::Json), people);
}

#[test]
fn the_feed_of_one_podcast_presents_its_show_to_podcast_apps() {
    let mut source = bare(1).article.source;
    source.title = "Paroles du port".to_owned();
    source.language = Some("fr".to_owned());
    source.description = Some("Deux gardiens & une table des marées".to_owned());
    source.show = Some(Arc::new(show()));
    let mut item = episode();
    item.article.source = source.clone();
    let mut feed = merge(river().channel, vec![item.article.clone()], ContentDepth::Full);
    assert_eq!(read_back(Format::Rss, &feed).title.as_deref(), Some("Rivière du matin"));
    assert_eq!(read_back(Format::Rss, &feed).show, Some(show()));

    feed.channel.path = "sources/courrier/".to_owned();
    let back = read_back(Format::Rss, &feed);
    assert_eq!(back.show, Some(show()));
    assert_eq!(back.title.as_deref(), Some("Paroles du port"));
    assert_eq!(back.description, source.description);
    assert_eq!(back.language, source.language);
    for format in [Format::Atom, Format::Json] {
        let back = read_back(format, &feed);
        let about = [back.title.as_deref(), back.description.as_deref(), back.language.as_deref()];
        assert_eq!(about, [Some("Paroles du port"), source.description.as_deref(), Some("fr")], "{format}");
        let cover = [
            "<logo>https://port.example/pochette.jpg?t=1400&amp;q=80</logo>",
            "\"icon\":\"https://port.example/pochette.jpg?t=1400&q=80\"",
        ];
        let text = rendered(format, &feed);
        assert!(cover.iter().any(|cover| text.contains(cover)), "{format}: {text}");
    }
    // An episode without a picture of its own has that of the show.
    let picture = back.entries[0].details.image.as_ref().map(|image| image.url.as_str());
    assert_eq!(picture, show().image.as_deref());

    let mut other = bare(2).article;
    other.source.feed_url = "https://gazette.example/rss".to_owned();
    let mixed = merge(river().channel, vec![item.article, other], ContentDepth::Full);
    assert_eq!(mixed.show, None);
}

#[test]
fn entries_that_riverd_dated_itself_at_one_moment_differ_in_their_milliseconds() {
    let mut feed = river();
    feed.items = [41, 42, 43].map(bare).to_vec();
    for item in &mut feed.items {
        item.article.river_at = riverd::time::Timestamp::from_unix(1_795_500_000);
        item.article.is_dated_by_riverd = item.article.id.0 > 41;
    }
    let xml = rendered(Format::Atom, &feed);
    for updated in
        ["2026-11-24T06:00:00+00:00", "2026-11-24T06:00:00.042+00:00", "2026-11-24T06:00:00.043+00:00"]
    {
        let entry =
            xml.split("<entry>").filter(|entry| entry.contains(&format!("<updated>{updated}</updated>")));
        assert!(entry.count() >= 1, "{updated}: {xml}");
    }
    assert_eq!(read_back(Format::Atom, &feed).entries.len(), 3);
}

#[test]
fn a_page_names_no_author_with_whom_the_title_of_the_source_begins() {
    for (author, is_named) in
        [("LE COURRIER", false), ("Le Courrier du port", false), ("Le Cour", true), ("Bo", true)]
    {
        let mut feed = river();
        feed.items = vec![bare(1)];
        feed.items[0].article.author = Some(author.to_owned());
        let pages = page::river_pages(&feed, &context()).unwrap();
        let html = String::from_utf8_lossy(pages[0].identity()).into_owned();
        assert_eq!(html.contains(&format!("by <bdi>{author}</bdi>")), is_named, "{author}");
    }
}

#[test]
fn every_rss_item_has_a_description() {
    let feed = river();
    let xml = rendered(Format::Rss, &feed);
    assert_eq!(xml.matches("<item>").count(), feed.items.len());
    let items = xml.split("<item>").skip(1);
    assert!(items.clone().all(|item| item.contains("<description>")), "{xml}");
}

#[test]
fn the_enclosure_of_rss_is_a_file_of_the_web_and_other_files_stand_beside_it() {
    let mut feed = river();
    let mut item = bare(1);
    let file = |url: &str| riverd::model::Enclosure {
        url: url.to_owned(),
        media_type: "application/x-bittorrent".to_owned(),
        length: None,
        duration_s: None,
        title: None,
    };
    item.article.enclosures = vec![file("magnet:?xt=urn:btih:ab"), file("https://quay.example/1.torrent")];
    feed.items = vec![item.clone()];
    let xml = rendered(Format::Rss, &feed);
    assert_eq!(xml.matches("<enclosure").count(), 1, "{xml}");
    assert!(xml.contains("<enclosure url=\"https://quay.example/1.torrent\""), "{xml}");
    assert!(xml.contains("<media:content") && xml.contains("magnet:?xt=urn:btih:ab"), "{xml}");
    assert_eq!(read_back(Format::Rss, &feed).entries[0].enclosures.len(), 2);
    let read = feed_rs::parser::parse(xml.as_bytes()).unwrap();
    let contents = read.entries[0].media.iter().map(|media| media.content.len());
    assert_eq!(contents.sum::<usize>(), 2, "feed-rs finds both files: {xml}");
    item.article.enclosures.truncate(1);
    feed.items = vec![item];
    assert!(!rendered(Format::Rss, &feed).contains("<enclosure"));
}

#[test]
fn a_title_that_looks_like_markup_is_shown_as_it_is() {
    let mut feed = river();
    for title in [
        "<i>Tides</i> and <b>",
        "Rules of 1&1",
        "A &amp; B",
        "x &lt; y",
        "?a=1&copy=2",
        "AT&T",
        "a < b",
        "Vec<T>",
    ] {
        let mut item = bare(1);
        title.clone_into(&mut item.headline);
        feed.items = vec![item];
        assert_eq!(read_back(Format::Rss, &feed).entries[0].title.as_deref(), Some(title));
        let xml = rendered(Format::Rss, &feed);
        // The RSS Profile recommends these references in titles.
        let item = xml.split("<item>").nth(1).unwrap();
        let written = item.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(!written.contains("&amp;") && !written.contains("&lt;"), "{written}");
    }
}

/// Generates texts from pieces that often break documents.
fn awkward_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        // Not `Â` and its like: `Â»` means `»`, which was encoded twice, and is repaired (see `document::mojibake`).
        any::<char>()
            .prop_filter("a lead byte", |c| !('\u{c2}'..='\u{f4}').contains(c))
            .prop_map(String::from),
        "[a-zé« »’]{1,8}",
        prop::sample::select(vec![
            "]]>",
            "<![CDATA[",
            "&",
            "&amp;",
            "&nbsp;",
            "<",
            "</item>",
            "<script>",
            "-->",
            "\u{0}",
            "\u{b}",
            "\u{fffe}",
            "\r\n",
            "\u{202e}",
            "👩‍👩‍👧",
            "\"",
            "'",
            "\u{feff}",
            "\u{85}",
            "{\"",
            "\\u0000",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

prop_compose! {
    fn awkward_item()(
        number in 1_i64..1000,
        texts in prop::collection::vec(awkward_text(), 8),
        has in any::<[bool; 4]>(),
    ) -> MergedItem {
        let mut item = bare(number);
        item.headline = format!("h{}", texts[0]);
        item.excerpt.clone_from(&texts[1]);
        let article = &mut item.article;
        article.title.clone_from(&item.headline);
        article.url = has[0].then(|| format!("https://example.org/{}", texts[2]));
        article.author = has[1].then(|| texts[3].clone());
        article.summary = has[2].then(|| SafeHtml::assume_sanitised(format!("<p>s{}</p>", texts[4])));
        article.content = has[3].then(|| SafeHtml::assume_sanitised(format!("<p>c{}</p>", texts[5])));
        article.categories = vec![texts[6].clone()];
        article.source.title.clone_from(&texts[7]);
        article.also_in = vec![AlsoIn { source: texts[1].clone(), title: texts[2].clone(), url: None, is_discussion: false }];
        item
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_article_can_be_read_back_whatever_its_texts_contain(items in prop::collection::vec(awkward_item(), 1..5)) {
        let mut feed = river();
        feed.items = items;
        for format in Format::ALL {
            let back = read_back(format, &feed);
            prop_assert_eq!(&back.defects, &[], "{}", format);
            prop_assert_eq!(back.entries.len(), feed.items.len(), "{}", format);
            for (entry, item) in back.entries.iter().zip(&feed.items) {
                prop_assert_eq!(entry.id.as_ref(), Some(&item.article.guid), "{}", format);
                let title = words::title_on_one_line(&valid::line(&item.headline));
                // RSS and JSON Feed don't say whether `&amp;` in a title is text or markup, so a reader may guess
                // wrongly.
                if format == Format::Atom {
                    // A title keeps the spaces of typography, such as no-break spaces.
                    let back = entry.title.as_deref().map(words::title_on_one_line).unwrap_or_default();
                    prop_assert_eq!(back.trim(), title.trim(), "{}", format);
                }
                prop_assert_eq!(entry.also_in.len(), 1, "{}", format);
                prop_assert_eq!(entry.published, Some(item.article.river_at), "{}", format);
                let has_text = item.article.content.is_some() || item.article.summary.is_some();
                prop_assert!(!has_text || entry.content.is_some() || entry.summary.is_some(), "{}", format);
            }
        }
    }

    #[test]
    fn rendered_xml_is_always_well_formed(items in prop::collection::vec(awkward_item(), 1..5)) {
        let mut feed = river();
        feed.items = items;
        for format in [Format::Rss, Format::Atom] {
            let text = rendered(format, &feed);
            prop_assert!(valid::text(&text).len() == text.len(), "{}", format);
            let mut reader = quick_xml::Reader::from_str(&text);
            reader.config_mut().check_comments = true;
            loop {
                match reader.read_event() {
                    Ok(quick_xml::events::Event::Eof) => break,
                    Ok(quick_xml::events::Event::GeneralRef(name)) => {
                        prop_assert!(
                            matches!(&*name, "amp" | "lt" | "gt" | "quot" | "apos") || name.is_char_ref(),
                            "{:?}", name
                        );
                    }
                    Ok(_) => {}
                    Err(error) => prop_assert!(false, "{}: {}", format, error),
                }
            }
        }
    }
}
