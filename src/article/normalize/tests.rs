//! Tests how the entries of whole documents become articles.

use proptest::prelude::*;

use super::*;
use crate::article::identity::KnownEntry;
use crate::model::{AlsoIn, Enclosure, FeedFormat, FeedHints, LeftOutCounts, Origin};
use crate::time::{DAY, HOUR};

const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

fn feed(entries: Vec<Entry>) -> ParsedFeed {
    ParsedFeed {
        format: FeedFormat::Rss,
        title: Some("A feed".to_owned()),
        link: Some("https://site.example/".to_owned()),
        description: None,
        language: Some("en".to_owned()),
        rights: None,
        show: None,
        author: None,
        generator: None,
        updated: None,
        hints: FeedHints::default(),
        entries,
        defects: Vec::new(),
        left_out: LeftOutCounts::default(),
    }
}

fn normalized_within(feed: ParsedFeed, limits: EntryLimits) -> NormalizedFeed {
    normalized_beside(&KnownEntries::default(), feed, limits)
}

fn normalized_beside(known: &KnownEntries, feed: ParsedFeed, limits: EntryLimits) -> NormalizedFeed {
    let url = Url::parse("https://feeds.example/site.xml").unwrap();
    let context = NormalizeContext {
        limits,
        url: Some(&url),
        identity: IdentityScheme::Guid,
        known,
        tracking: &TrackingParameters::default(),
        now: NOW,
    };
    normalize(feed, &context)
}

fn article_of(entry: Entry) -> Article {
    normalized_within(feed(vec![entry]), EntryLimits::default()).articles.remove(0)
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of an entry are optional")]
fn html(text: &str) -> Option<MarkupText> {
    Some(MarkupText::UnsafeHtml(text.to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of an entry are optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn an_entry_with_nothing_to_show_or_to_follow_is_no_article() {
    let nothing =
        Entry { categories: vec!["news".to_owned()], authors: vec!["Jo".to_owned()], ..Entry::default() };
    let something = [
        Entry { id: some("1"), ..nothing.clone() },
        Entry { title: some("a"), ..nothing.clone() },
        Entry { link: some("https://site.example/b"), ..nothing.clone() },
        Entry { summary: html("c"), ..nothing.clone() },
        Entry { published: Some(NOW), ..nothing.clone() },
    ];
    let entries = [vec![nothing; 3], something.to_vec()].concat();
    let normalized = normalized_within(feed(entries), EntryLimits::default());
    assert_eq!(normalized.articles.len(), something.len());
    assert_eq!(normalized.left_out.counts().iter().collect::<Vec<_>>(), [(LeftOutReason::Empty, 3)]);
}

#[test]
fn the_page_is_the_original_link_then_the_link_then_a_guid_that_is_an_address() {
    let link = some("https://counter.example/1");
    let guid = some("https://site.example/by-guid");
    let original_link = some("https://site.example/post?utm_source=rss");
    let entry = Entry { id: guid, link, original_link, ..Entry::default() };
    assert_eq!(article_of(entry.clone()).url.as_deref(), Some("https://site.example/post?utm_source=rss"));
    assert_eq!(article_of(entry.clone()).canonical_url.unwrap().0, "https://site.example/post");
    let entry = Entry { original_link: None, ..entry };
    assert_eq!(article_of(entry.clone()).url.as_deref(), Some("https://counter.example/1"));
    let entry = Entry { link: None, ..entry };
    assert_eq!(article_of(entry.clone()).url.as_deref(), Some("https://site.example/by-guid"));
    assert_eq!(article_of(Entry { id_is_permalink: Some(false), ..entry }).url, None);
    assert_eq!(
        article_of(Entry { id: some("1204"), ..Entry::default() }).url,
        None,
        "it is no absolute address"
    );
}

#[test]
fn relative_links_are_resolved_against_the_nearest_base() {
    let image = |entry: Entry| {
        let content = article_of(Entry { content: html("<img src=a.png>"), ..entry }).content.unwrap();
        content.as_str().to_owned()
    };
    let link = some("https://site.example/2026/post/");
    let based =
        Entry { content_base: some("https://base.example/x/"), link: link.clone(), ..Entry::default() };
    assert_eq!(image(based), "<img src=\"https://base.example/x/a.png\">");
    assert_eq!(
        image(Entry { link, ..Entry::default() }),
        "<img src=\"https://site.example/2026/post/a.png\">"
    );
    assert_eq!(image(Entry::default()), "<img src=\"https://site.example/a.png\">");
}

#[test]
fn texts_are_sanitised_and_a_repeated_one_is_kept_once() {
    let text = "<p>Hello<script>alert(1)</script> <b onclick=x>world</b></p>";
    let article = article_of(Entry { summary: html(text), content: html(text), ..Entry::default() });
    assert_eq!(article.summary.unwrap().as_str(), "<p>Hello <b>world</b></p>");
    assert_eq!(article.content, None);
    let article =
        article_of(Entry { summary: Some(MarkupText::Plain("1 < 2".to_owned())), ..Entry::default() });
    assert_eq!(article.summary.unwrap().as_str(), "<p>1 &lt; 2</p>");
}

#[test]
fn a_text_that_is_too_long_is_a_named_defect() {
    let of = |text: &str| {
        let entry = Entry { summary: html(text), ..Entry::default() };
        normalized_within(feed(vec![entry]), EntryLimits::default()).defects
    };
    let references = "<p>1 < 2</p>".repeat(html::MAX_LENGTH / "<p>1 < 2</p>".len());
    assert_eq!(of(&references), [Defect { name: "text-too-long", count: 1 }]);
    assert_eq!(of("<p>short</p>"), []);
}

#[test]
fn the_content_hash_changes_with_words_and_addresses_and_not_with_markup_or_dates() {
    let entry = Entry {
        title: some("A title"),
        content: html("<p class=a>One <a href=/x>two</a>\n three</p><img src=/i.png>"),
        authors: vec!["Ada".to_owned()],
        ..Entry::default()
    };
    let hash = article_of(entry.clone()).content_hash;
    for same in [
        Entry { published: Some(NOW), updated: Some(NOW), ..entry.clone() },
        Entry { title: some(" A  title "), ..entry.clone() },
        Entry {
            content: html("<p class=b>One  <a href='/x' rel=y>two</a> three</p><img src=\"/i.png\">"),
            ..entry.clone()
        },
        Entry {
            content: html(
                "<p>One <a href=/x>two</a> three</p><img src=/i.png><!-- 17 --><script>x</script>\
                 <img src=\"https://pixel.wp.com/b.gif?r=0.17\">",
            ),
            ..entry.clone()
        },
    ] {
        assert_eq!(article_of(same.clone()).content_hash, hash, "{same:?}");
    }
    for other in [
        Entry { title: some("Another title"), ..entry.clone() },
        Entry { authors: vec!["Grace".to_owned()], ..entry.clone() },
        Entry { content: html("<p>One <a href=/y>two</a> three</p><img src=/i.png>"), ..entry.clone() },
        Entry { content: html("<p>One <a href=/x>two</a> four</p><img src=/i.png>"), ..entry.clone() },
        Entry { summary: entry.content.clone(), content: None, ..entry.clone() },
        Entry {
            enclosures: vec![Enclosure {
                url: "https://x.example/a.mp3".to_owned(),
                media_type: "audio/mpeg".to_owned(),
                length: None,
                duration_s: None,
                title: None,
            }],
            ..entry
        },
    ] {
        assert_ne!(article_of(other.clone()).content_hash, hash, "{other:?}");
    }
}

#[test]
fn a_time_of_change_that_all_entries_share_is_ignored() {
    let day = |n: i64| Some(Timestamp::from_unix(20_000 * 86_400 + n));
    let entry = |n: i64, updated: i64| Entry {
        id: Some(n.to_string()),
        published: day(n),
        updated: day(updated),
        ..Entry::default()
    };
    let stamped = normalized_within(feed(vec![entry(1, 9), entry(2, 9)]), EntryLimits::default());
    assert!(stamped.articles.iter().all(|article| article.updated_at.is_none()));
    let different = normalized_within(feed(vec![entry(1, 8), entry(2, 9)]), EntryLimits::default());
    assert!(different.articles.iter().all(|article| article.updated_at.is_some()));
}

#[test]
fn limits_leave_out_the_oldest_entries_and_name_them() {
    let entry = |id: &str, days: Option<u32>| Entry {
        id: some(id),
        published: days.map(|days| NOW.saturating_sub(DAY * days)),
        ..Entry::default()
    };
    let entries =
        vec![entry("old", Some(40)), entry("new", Some(1)), entry("undated", None), entry("week", Some(7))];
    let taken = |limits| {
        let normalized = normalized_within(feed(entries.clone()), limits);
        let left_out = normalized.left_out.entries.iter();
        let left_out =
            left_out.map(|entry| format!("{}: {}", entry.key.as_ref().unwrap(), entry.reason.as_str()));
        let keys: Vec<_> = normalized.articles.iter().map(|article| article.key.0.as_str()).collect();
        (keys.join(" "), left_out.collect::<Vec<_>>().join(", "))
    };
    let limits = EntryLimits { max_entries: Some(2), max_age: None };
    assert_eq!(taken(limits), ("new undated".to_owned(), "old: max_entries, week: max_entries".to_owned()));
    let limits = EntryLimits { max_entries: None, max_age: Some(DAY * 30) };
    assert_eq!(taken(limits), ("new undated week".to_owned(), "old: max_age".to_owned()));
    let limits = EntryLimits { max_entries: Some(2), max_age: Some(DAY * 30) };
    assert_eq!(taken(limits), ("new undated".to_owned(), "old: max_age, week: max_entries".to_owned()));
    let limits = EntryLimits { max_entries: Some(0), max_age: Some(HOUR) };
    assert_eq!(taken(limits).0, "");
    // A stored entry may have been corrected, so it is read wherever it stands and however old it is.
    let known = |key: &str| {
        KnownEntries::from_iter([KnownEntry { key: Key(key.to_owned()), ..KnownEntry::default() }])
    };
    let taken = |key: &str, limits| {
        let articles = normalized_beside(&known(key), feed(entries.clone()), limits).articles;
        articles.into_iter().map(|article| article.key.0).collect::<Vec<_>>().join(" ")
    };
    let limits = EntryLimits { max_entries: Some(2), max_age: Some(DAY * 30) };
    assert_eq!(taken("old", limits), "old new undated");
    assert_eq!(taken("week", limits), "new undated week");
    assert_eq!(taken("new", limits), "new undated");
}

#[test]
fn a_repeated_entry_is_a_defect_and_is_left_out_with_the_key_of_the_other() {
    let item = |id: &str| Entry {
        id: some(id),
        title: some("a"),
        link: some("https://site.example/a"),
        published: Some(NOW),
        ..Entry::default()
    };
    let normalized = normalized_within(feed(vec![item("1"), item("2")]), EntryLimits::default());
    assert_eq!((normalized.articles.len(), normalized.left_out.entries.len()), (1, 1));
    let repeated = &normalized.left_out.entries[0];
    assert_eq!((repeated.reason, repeated.guid.as_deref()), (LeftOutReason::Repeated, Some("2")));
    assert_eq!(repeated.key.as_ref(), Some(&normalized.articles[0].key));
    assert_eq!(normalized.defects, [Defect { name: "repeated-entry", count: 1 }]);
}

proptest! {
    #[test]
    fn every_entry_becomes_an_article_or_is_left_out_for_a_reason(
        ids in proptest::collection::vec(proptest::option::of(0..6_u8), 0..12),
        days in proptest::collection::vec(proptest::option::of(0..60_u32), 12),
        unread in 0..5_u32,
        max_entries in proptest::option::of(0..8_usize),
        max_age in proptest::option::of(0..60_u32),
    ) {
        let entry = |(id, days): (&Option<u8>, &Option<u32>)| Entry {
            id: id.map(|id| id.to_string()),
            published: days.map(|days| NOW.saturating_sub(DAY * days)),
            ..Entry::default()
        };
        let mut document = feed(ids.iter().zip(&days).map(entry).collect());
        document.left_out.add(LeftOutReason::NotAnObject, unread);
        let listed = document.entries.len() + unread as usize;
        let normalized = normalized_within(document, EntryLimits { max_entries, max_age: max_age.map(|days| DAY * days) });
        prop_assert_eq!(normalized.articles.len() + normalized.left_out.counts().total() as usize, listed);
    }
}

#[test]
fn long_texts_and_lists_of_an_entry_are_cut_or_dropped() {
    let many: Vec<String> = (0..5_000).map(|n| format!("category {n}")).collect();
    let long = "x".repeat(1 << 20);
    let article = article_of(Entry {
        id: Some(long.clone()),
        title: Some(long.clone()),
        authors: vec![long.clone(); 10],
        categories: many.iter().cloned().chain([long.clone()]).collect(),
        enclosures: many
            .iter()
            .map(|name| Enclosure {
                url: format!("/{name}.mp3"),
                media_type: "audio/mpeg".to_owned(),
                length: None,
                duration_s: None,
                title: None,
            })
            .collect(),
        content: Some(MarkupText::UnsafeHtml(format!("<p>{}</p>", "word ".repeat(1 << 20)))),
        language: Some(long.clone()),
        origin: Some(Origin { title: Some(long.clone()), url: Some(format!("https://x.example/{long}")) }),
        ..Entry::default()
    });
    assert!(article.title.len() < 5_000 && article.key.0.len() <= 512);
    assert!(article.author.unwrap().len() < 600 && article.guid.is_none() && article.language.is_none());
    assert_eq!((article.categories.len(), article.enclosures.len()), (100, 100));
    let content = article.content.unwrap();
    assert!(content.as_str().len() <= html::MAX_LENGTH && content.as_str().ends_with("word</p>"));
    let origin = article.origin.unwrap();
    assert!(origin.url.is_none() && origin.title.unwrap().len() < 600);
}

#[test]
fn an_entry_with_only_an_id_is_an_article() {
    let article = article_of(Entry { id: some("1"), ..Entry::default() });
    assert_eq!((article.title.as_str(), article.url, article.content), ("", None, None));
    assert!(!article.key.0.is_empty());
}

#[test]
fn the_metadata_around_the_texts_has_its_own_hash() {
    let entry = Entry { title: some("a"), link: some("https://site.example/a"), ..Entry::default() };
    let hashes = |entry: &Entry| {
        let article = article_of(entry.clone());
        (article.content_hash, article.metadata_hash)
    };
    let (content, metadata) = hashes(&entry);
    let also_in = |url: &str| AlsoIn {
        source: "B".to_owned(),
        title: "a".to_owned(),
        url: some(url),
        is_discussion: false,
    };
    let around = [
        Entry { link: some("https://site.example/b"), ..entry.clone() },
        Entry { categories: vec!["news".to_owned()], ..entry.clone() },
        Entry { comments: some("https://site.example/a/comments"), ..entry.clone() },
        Entry { origin: Some(Origin { title: some("Other"), url: None }), ..entry.clone() },
        Entry { also_in: vec![also_in("https://b.example/1")], ..entry.clone() },
        Entry { also_in: vec![also_in("https://b.example/2")], ..entry.clone() },
    ];
    let mut seen = HashSet::from([metadata]);
    for changed in &around {
        let (same, other) = hashes(changed);
        assert_eq!(same, content);
        assert!(seen.insert(other), "{changed:?}");
    }
    let tracked = Entry { link: some("https://site.example/a?utm_source=rss"), ..entry.clone() };
    assert_eq!(hashes(&tracked), (content, metadata));
    let edited = Entry { title: some("b"), ..entry };
    assert_ne!(hashes(&edited).0, content);
    assert_eq!(hashes(&edited).1, metadata);
}

#[test]
fn a_time_that_programs_write_without_a_date_is_no_date() {
    let dated = |seconds: i64| {
        let entry = Entry {
            id: Some("a".to_owned()),
            published: Some(Timestamp::from_unix(seconds)),
            ..Entry::default()
        };
        let limits = EntryLimits { max_age: Some(Duration::from_hours(24)), ..EntryLimits::default() };
        (
            article_of(entry.clone()).published_at.is_some(),
            normalized_within(feed(vec![entry]), limits).articles.len(),
        )
    };
    let year_one = -62_135_596_800;
    for zero in
        [year_one, year_one + 7_200, 0, 3_600, -3_600, -2_208_988_800, -11_644_473_600, -6_847_804_800]
    {
        assert_eq!(dated(zero), (false, 1), "{zero} is no date, and max_age ignores it");
    }
    for date in [86_400 * 2, -86_400 * 400, 946_684_800] {
        assert_eq!(dated(date), (true, 0), "{date}");
    }
}

#[test]
fn only_what_a_reader_sees_change_changes_the_seen_hash() {
    let shown = |content: &str| {
        let article = article_of(Entry { title: some("T"), content: html(content), ..Entry::default() });
        (article.seen_hash, article.content_hash)
    };
    let unseen = [
        ("<p>Text</p>", "<p class=a><span id=b>Text</span></p>\n\n"),
        ("<p>Text</p>", "<p>Text</p><img src=https://px.example/b?r=7 width=1 height=1>"),
        ("<p>Text</p>", "<p>Te&shy;xt</p>"),
        ("<a href=https://a.example/b?t=1>Text</a>", "<a href=https://a.example/b?t=2>Text</a>"),
        ("<img src=https://c1.example/2026/a.jpg?w=1>", "<img src=https://c2.example/2026/a.jpg?w=2>"),
        (
            "<img src=https://c.example/0a1b2c3d4e5f60718293/a.jpg>",
            "<img src=https://c.example/9f8e7d6c5b4a39281706/a.jpg>",
        ),
        ("<p>Text of a page</p><p hidden>build 1</p>", "<p>Text of a page</p><p hidden>build 2</p>"),
        (
            "Text of a page<span style='display:none'>a1</span>",
            "Text of a page<span style='display:none'>b2</span>",
        ),
        ("<p>Text</p>", "<p><b>Text</b></p>"),
        (
            "<img src=https://c.example/a.jpg>",
            "<img data-src=https://c.example/a.jpg src='data:image/gif;base64,R0lG'><noscript><img src=https://c.example/a.jpg></noscript>",
        ),
        (
            "<p>Thanks 🎉 to all</p>",
            "<p>Thanks <img src=https://s.example/emoji/1f389.png alt=🎉 class=wp-smiley> to all</p>",
        ),
        ("<pre>let a = 1;\nlet b;</pre>", "<pre><b>let</b> a <i>=</i> 1;\n<b>let</b> b;</pre>"),
    ];
    for (before, after) in unseen {
        assert_eq!(shown(before).0, shown(after).0, "{before} {after}");
    }
    for (before, after) in [
        ("<p>Text</p>", "<p>Texts</p>"),
        ("<img src=https://c.example/1/strip.png>", "<img src=https://c.example/2/strip.png>"),
        ("<img src=a.png alt=one>", "<img src=a.png alt=two>"),
        ("<p>Text</p>", "<p>Text</p><img src=https://c.example/a.jpg width=600>"),
        ("<p>Text</p>", "<p><s>Text</s></p>"),
        ("<p>Text</p>", "<p><del>Text</del></p>"),
        ("<p><s>One</s> two</p>", "<p><s>One two</s></p>"),
        ("<p>Text</p>", "<p><span style='text-decoration:line-through'>Text</span></p>"),
        ("<pre>if x:\n  y()\nz()</pre>", "<pre>if x:\n  y()\n  z()</pre>"),
        ("<img src=https://c.example/show.php?id=7>", "<img src=https://c.example/show.php?id=8>"),
        ("<p hidden>The whole text</p>", "<p hidden>The whole new text</p>"),
        ("<p>Thanks 🎉 to all</p>", "<p>Thanks <img src=e.png alt=🙁 class=wp-smiley> to all</p>"),
    ] {
        assert_ne!(shown(before).0, shown(after).0, "{before} {after}");
    }
    let (before, after) = unseen[3];
    assert_ne!(shown(before).1, shown(after).1, "the content hash sees the new address");
}

#[test]
fn markup_and_sizes_of_files_belong_to_the_metadata() {
    let metadata = |html: &str, length| {
        let content = Some(MarkupText::UnsafeHtml(html.to_owned()));
        let file = Enclosure {
            url: "https://quay.example/1.mp3".to_owned(),
            length: Some(length),
            media_type: "audio/mpeg".to_owned(),
            duration_s: None,
            title: None,
        };
        article_of(Entry { content, enclosures: vec![file], ..Entry::default() }).metadata_hash
    };
    let plain = metadata("<p>One two three</p>", 5);
    for html in [
        "<p><b>One</b> two three</p>",
        "<p>One <b>two</b> three</p>",
        "<h2>One two three</h2>",
        "<ul><li>One</li><li>two three</li></ul>",
        "<blockquote><p>One two three</p></blockquote>",
        "<p>One <sup>two</sup> three</p>",
        "<pre><code>One two three</code></pre>",
        "<p>One<br>two three</p>",
    ] {
        assert_ne!(metadata(html, 5), plain, "{html}");
    }
    assert_ne!(metadata("<p>One two three</p>", 777), plain);
    for html in ["<p class=x>One two three</p>", "<div><p><span id=a>One two</span>\nthree</p></div>"] {
        assert_eq!(metadata(html, 5), plain, "{html}");
    }
}

#[test]
fn the_description_of_the_picture_is_the_title_of_its_file() {
    let file = |name: &str, title: Option<&str>| Enclosure {
        url: format!("https://a.example/{name}"),
        media_type: "image/jpeg".to_owned(),
        length: None,
        duration_s: None,
        title: title.map(str::to_owned),
    };
    let image = crate::model::ArticleImage { url: "https://a.example/2.jpg".to_owned(), alt: some("A moth") };
    let titles = |titled: Option<&str>| {
        let mut entry = Entry { title: some("T"), id: some("1"), ..Entry::default() };
        entry.details.image = Some(image.clone());
        entry.enclosures = vec![file("1.jpg", None), file("2.jpg", titled)];
        article_of(entry).enclosures.into_iter().map(|file| file.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(None), [None, some("A moth")]);
    assert_eq!(titles(Some("Own")), [None, some("Own")]);
}

#[test]
fn other_spaces_than_blanks_in_a_title_are_shown_and_change_neither_key_nor_hashes() {
    let titled = |title: &str| article_of(Entry { title: some(title), ..Entry::default() });
    let (spaced, plain) = (titled("140\u{202f}000\u{a0}€  pour l’Œuvre"), titled("140 000 € pour l’Œuvre"));
    assert_eq!(spaced.title, "140\u{202f}000\u{a0}€ pour l’Œuvre");
    assert_eq!(
        (&spaced.key, spaced.content_hash, spaced.seen_hash, spaced.metadata_hash),
        (&plain.key, plain.content_hash, plain.seen_hash, plain.metadata_hash)
    );
    assert_eq!(spaced.fingerprint, plain.fingerprint);
}

#[test]
fn a_content_that_is_only_a_teaser_gives_way_to_a_summary_that_is_many_times_longer() {
    let long = format!("<p>{}</p>", "The council decided to open the old bridge again. ".repeat(20));
    let content_of = |content: &str| {
        let entry = Entry { summary: html(&long), content: html(content), ..Entry::default() };
        article_of(entry).content.unwrap().as_str().to_owned()
    };
    for teaser in ["<p>Read more</p>", "<p>Photo: A. B.</p>", "<img src='https://a.example/1.jpg'>"] {
        assert!(content_of(teaser).contains("old bridge"), "{teaser}");
    }
    let half = format!("<p>{}</p>", "Another text of some length. ".repeat(16));
    for own in [half.as_str(), "<iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe>"] {
        assert!(!content_of(own).contains("old bridge"), "{own}");
    }
}
