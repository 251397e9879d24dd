//! Tests which entries of several sources join, which of them represents the article, and what stays once it is
//! published.

use riverd::article::fingerprint::fingerprint;
use riverd::config::{Dedup, NearDuplicates};
use riverd::model::{Article, CanonicalUrl, Enclosure, Origin, SafeHtml, Source};
use riverd::store::RiverSelection;
use riverd::time::{HOUR, MINUTE};

use super::fixture::{START, StoreFixture, dated, edited, entry, exact, source, source_at};

#[tokio::test]
async fn one_page_in_two_sources_is_one_article_that_names_the_other_place() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let receipt = fixture.poll("b", vec![edited(entry("a", "1"), "the title of b")]).await;
    assert_eq!((receipt.added, receipt.grouped), (0, 1));
    let river = fixture.river(10).await;
    assert_eq!(river.len(), 1);
    assert_eq!(river[0].source.name, "a");
    assert_eq!(river[0].also_in.len(), 1);
    assert_eq!(
        (river[0].also_in[0].source.as_str(), river[0].also_in[0].title.as_str()),
        ("b", "the title of b")
    );
}

#[tokio::test]
async fn the_own_site_represents_before_an_aggregator_unless_priority_says_otherwise() {
    let aggregated = || {
        let mut article = edited(entry("site", "1"), "aggregated");
        article.origin = Some(Origin { title: Some("Site".to_owned()), url: None });
        article
    };
    let fixture = StoreFixture::with(&[source("aggregator"), source("site")]).await;
    fixture.poll("aggregator", vec![aggregated()]).await;
    fixture.poll("site", vec![entry("site", "1")]).await;
    assert_eq!(fixture.river(10).await[0].source.name, "site");

    let preferred = Source { priority: 1, ..source("aggregator") };
    let fixture = StoreFixture::with(&[source("site"), preferred]).await;
    fixture.poll("site", vec![entry("site", "1")]).await;
    fixture.poll("aggregator", vec![aggregated()]).await;
    assert_eq!(fixture.river(10).await[0].source.name, "aggregator");
}

#[tokio::test]
async fn the_representative_of_a_published_article_never_changes() {
    let mut fixture = StoreFixture::with(&[Source { priority: 9, ..source("late") }, source("early")]).await;
    fixture.poll("early", vec![entry("early", "1")]).await;
    let before = fixture.river(10).await.remove(0);
    fixture.wait(HOUR);
    assert_eq!(fixture.poll("late", vec![entry("early", "1")]).await.grouped, 1);
    let after = fixture.river(10).await.remove(0);
    assert_eq!(
        (after.guid, after.river_at, after.source.name),
        (before.guid, before.river_at, before.source.name)
    );
    assert_eq!(after.also_in.len(), 1);
}

#[tokio::test]
async fn of_several_entries_of_a_source_on_one_page_only_the_first_is_that_page() {
    let home = |host: &str, page: &str| {
        let mut article = entry(host, page);
        article.canonical_url = entry("home", "").canonical_url;
        article
    };
    let (once, again) = (|| home("a", "1"), || home("a", "2"));
    let polls: [Vec<(&str, Vec<Article>)>; 4] = [
        vec![("a", vec![once(), again()]), ("b", vec![home("b", "3")])],
        vec![("a", vec![again(), once()]), ("b", vec![home("b", "3")])],
        vec![("b", vec![home("b", "3")]), ("a", vec![once(), again()])],
        vec![("a", vec![once()]), ("b", vec![home("b", "3")]), ("a", vec![again(), once()])],
    ];
    for documents in polls {
        let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
        for (source, articles) in documents {
            fixture.poll(source, articles).await;
        }
        let mut pages = Vec::new();
        for item in fixture.river(10).await {
            pages.push((item.url, item.also_in.len()));
        }
        pages.sort();
        assert_eq!(pages.iter().map(|(_, others)| *others).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(pages[1].0, again().url);
    }
}

#[tokio::test]
async fn a_subscription_to_our_own_river_adds_no_article() {
    let mut fixture = StoreFixture::with(&[source("a"), source("river")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let article = fixture.river(10).await.remove(0);
    fixture.wait(HOUR);
    let mut copy = entry("a", "1");
    copy.guid = Some(article.guid.clone());
    copy.canonical_url = None;
    let receipt = fixture.poll("river", vec![copy]).await;
    assert_eq!((receipt.added, receipt.grouped, receipt.known), (0, 0, 1));
    let river = fixture.river(10).await;
    assert_eq!((river.len(), river[0].also_in.len()), (1, 0));
}

/// Returns the entry with a text that other entries may have too, so that it can join by its words alone.
fn with_copied_text(article: Article) -> Article {
    let text = "The ferry to the outer islands will run again from Monday after divers freed its propeller from a net that had \
                drifted for weeks. The captain thanked the crew of a trawler, who had towed the ship with ninety passengers \
                to the old quay in a rising gale, and said that nobody had been hurt beyond a few bruises and a lost hat. \
                The operator promised refunds, a second boat for the summer, and a party for the trawler's crew.";
    Article {
        fingerprint: riverd::article::fingerprint::fingerprint("Ferry runs again", text, &[], None),
        ..article
    }
}

#[tokio::test]
async fn two_published_articles_that_turn_out_to_be_one_story_both_stay() {
    let dedup = Dedup { near_duplicates: NearDuplicates::Group, ..exact() };
    let mut fixture =
        StoreFixture::deduplicating(&[source("a"), source("b"), source("c"), source("d")], dedup).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.poll("b", vec![with_copied_text(entry("b", "2"))]).await;
    let before = fixture.river(10).await;
    fixture.wait(HOUR);
    // This entry has the page of the first article and the words of the second.
    assert_eq!(fixture.poll("c", vec![with_copied_text(entry("a", "1"))]).await.grouped, 1);
    let after = fixture.river(10).await;
    let guids =
        |river: &[riverd::model::RiverItem]| river.iter().map(|item| item.guid.clone()).collect::<Vec<_>>();
    assert_eq!(guids(&before), guids(&after));
    let first = fixture.store.history("https://a.example/1").await.unwrap().articles.remove(0);
    let second = fixture.store.history("https://b.example/2").await.unwrap().articles.remove(0);
    assert_eq!((first.merged_into, first.entries.len()), (None, 2));
    assert_eq!(second.merged_into.as_ref(), Some(&first.guid));
    // From now on, entries of the story join the first article.
    fixture.poll("d", vec![with_copied_text(entry("d", "4"))]).await;
    let first = fixture.store.history("https://a.example/1").await.unwrap().articles.remove(0);
    assert_eq!(first.entries.len(), 3);
}

#[tokio::test]
async fn hidden_near_duplicates_are_not_named_as_other_places_but_the_same_page_is() {
    let dedup = Dedup { near_duplicates: NearDuplicates::Hide, ..exact() };
    let fixture = StoreFixture::deduplicating(&[source("a"), source("b"), source("c")], dedup).await;
    fixture.poll("a", vec![with_copied_text(entry("a", "1"))]).await;
    assert_eq!(fixture.poll("b", vec![with_copied_text(entry("b", "2"))]).await.grouped, 1);
    fixture.poll("c", vec![entry("a", "1")]).await;
    let river = fixture.river(10).await;
    assert_eq!(river.len(), 1);
    assert_eq!(river[0].also_in.iter().map(|also| also.source.as_str()).collect::<Vec<_>>(), ["c"]);
}

#[tokio::test]
async fn with_near_duplicates_off_each_copy_of_a_text_is_an_article() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![with_copied_text(entry("a", "1"))]).await;
    fixture.poll("b", vec![with_copied_text(entry("b", "2"))]).await;
    assert_eq!(fixture.river(10).await.len(), 2);
}

#[tokio::test]
async fn a_feed_that_claims_the_guid_of_another_page_takes_no_entry_s_place() {
    let fixture = StoreFixture::with(&[source("a"), source("claimant")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let guid = fixture.river(10).await.remove(0).guid;

    let fixture = StoreFixture::with(&[source("claimant"), source("a")]).await;
    let claimed =
        Article { guid: Some(guid.clone()), river_guid: Some(guid.clone()), ..entry("claimant", "9") };
    fixture.poll("claimant", vec![claimed]).await;
    fixture.river(10).await;
    assert_eq!(fixture.poll("a", vec![entry("a", "1")]).await.added, 1);
    let river = fixture.river(10).await;
    assert_eq!(river.len(), 2);
    assert_ne!(river[0].guid, river[1].guid);
}

#[tokio::test]
async fn an_entry_that_came_through_another_river_is_the_same_article() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let guid = fixture.river(10).await.remove(0).guid;

    let fixture = StoreFixture::with(&[source("river"), source("a")]).await;
    let origin = Some(Origin { title: Some("A".to_owned()), url: Some("https://a.example/feed".to_owned()) });
    let carried =
        Article { guid: Some(guid.clone()), river_guid: Some(guid.clone()), origin, ..entry("a", "1") };
    fixture.poll("river", vec![carried]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let river = fixture.river(10).await;
    assert_eq!(river.len(), 1);
    assert_eq!((river[0].guid.as_str(), river[0].source.name.as_str()), (guid.as_str(), "a"));
    assert!(river[0].also_in.is_empty(), "a river that carries it is no other place");
}

#[tokio::test]
async fn a_feed_that_repeats_one_text_many_times_makes_articles_of_a_bounded_size() {
    let repeated = |page: usize| {
        // In one second, because entries with dates or numbers of their own are as many things.
        let mut article = dated(entry("a", &page.to_string()), START);
        article.fingerprint = fingerprint(
            "Harbour closed until March",
            &"the harbour of Norvik stays closed as Bergen, Skagen and Arvik did in 1987 ".repeat(12),
            &[],
            None,
        );
        article
    };
    let dedup = Dedup { near_duplicates: NearDuplicates::Group, ..exact() };
    let fixture = StoreFixture::deduplicating(&[source("a"), source("b")], dedup).await;
    let receipt = fixture.poll("a", (0..600).map(repeated).collect()).await;
    assert_eq!((receipt.added, receipt.grouped), (3, 597));
    // 256 + 256 + 88.
    assert_eq!(fixture.river(10).await.len(), 3);

    // This feed gives all its entries one guid of a river. Once the article with that guid is full, the entries get
    // guids of their own.
    let claimed = |page: usize| {
        let mut article = entry("b", &page.to_string());
        article.river_guid = Some("urn:uuid:00000000-0000-8000-8000-000000000000".to_owned());
        article
    };
    fixture.poll("b", (0..300).map(claimed).collect()).await;
    let river = fixture.river(1000).await;
    let guids: std::collections::HashSet<&str> = river.iter().map(|item| item.guid.as_str()).collect();
    assert_eq!((river.len(), guids.len()), (3 + 1 + 300 - 256, river.len()));
}

/// Returns a paragraph of `words` words.
fn paragraph(words: usize) -> SafeHtml {
    SafeHtml::assume_sanitised(format!("<p>{}.</p>", "anchor ".repeat(words).trim_end()))
}

#[tokio::test]
async fn the_audio_of_a_podcast_feed_is_in_the_article_and_in_the_feed_of_each_source() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![Article { content: Some(paragraph(80)), ..entry("a", "1") }]).await;
    let audio = Enclosure {
        url: "https://cdn.example/1.mp3".to_owned(),
        media_type: "audio/mpeg".to_owned(),
        length: Some(5),
        duration_s: None,
        title: None,
    };
    let episode = Article { content: Some(paragraph(9)), enclosures: vec![audio.clone()], ..entry("a", "1") };
    fixture.poll("b", vec![edited(episode, "Episode 1")]).await;
    let river = fixture.river(10).await;
    assert_eq!((river[0].title.as_str(), &river[0].enclosures[..]), ("1 of a", &[audio.clone()][..]));

    let own = fixture.store.latest(&RiverSelection::Source("b".to_owned()), 10).await.unwrap();
    assert_eq!((own[0].title.as_str(), own[0].source.name.as_str()), ("Episode 1", "b"));
    assert_eq!((&own[0].content, &own[0].enclosures[..]), (&Some(paragraph(9)), &[audio][..]));
    assert_eq!(own[0].also_in[0].source, "a");
    assert_eq!((own[0].id, &own[0].guid), (river[0].id, &river[0].guid));
}

#[tokio::test]
async fn an_aggregator_is_listed_with_its_discussion_and_its_stub_never_represents_the_article() {
    let fixture = StoreFixture::with(&[source("links"), source("blog")]).await;
    let discussion = "https://links.example/item?id=7";
    let stub = Article {
        content: None,
        summary: Some(SafeHtml::assume_sanitised(format!("<a href=\"{discussion}\">Comments</a>"))),
        comments_url: Some(discussion.to_owned()),
        ..entry("elsewhere", "1")
    };
    fixture.poll("links", vec![stub]).await;
    fixture.poll("blog", vec![Article { content: Some(paragraph(60)), ..entry("elsewhere", "1") }]).await;
    let river = fixture.river(10).await;
    assert_eq!((river.len(), river[0].source.name.as_str()), (1, "blog"));
    assert_eq!(river[0].also_in[0].url.as_deref(), Some(discussion));
    assert!(river[0].also_in[0].is_discussion);
    assert_eq!(river[0].comments_url.as_deref(), Some(discussion));
}

#[tokio::test]
async fn a_published_teaser_keeps_id_and_place_and_gets_the_full_text_that_comes_later() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![Article { content: None, summary: Some(paragraph(20)), ..entry("a", "1") }]).await;
    let before = fixture.river(10).await.remove(0);
    fixture.poll("b", vec![Article { content: Some(paragraph(200)), ..entry("a", "1") }]).await;
    let after = fixture.river(10).await.remove(0);
    assert_eq!(
        (&after.guid, after.river_at, &after.source.name),
        (&before.guid, before.river_at, &before.source.name)
    );
    assert_eq!((after.summary, after.content), (Some(paragraph(20)), Some(paragraph(200))));
    assert_eq!(after.updated_at, before.updated_at, "another source is no edit");
}

#[tokio::test]
async fn the_newest_text_is_shown_even_if_the_feed_of_the_representative_no_longer_lists_it() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let told = |words| Article { content: Some(paragraph(words)), ..entry("a", "1") };
    fixture.poll("a", vec![told(80)]).await;
    fixture.poll("b", vec![told(80)]).await;
    let before = fixture.river(10).await.remove(0);
    fixture.wait(HOUR);
    fixture.poll("b", vec![edited(told(82), "1 of a")]).await;
    assert_eq!(fixture.river(10).await[0].content, Some(paragraph(80)), "its own text, while it is listed");
    fixture.poll("a", vec![entry("a", "2")]).await;
    let after = fixture.river(10).await.into_iter().find(|item| item.guid == before.guid).unwrap();
    assert_eq!((&after.content, after.river_at), (&Some(paragraph(82)), before.river_at));
    assert!(after.updated_at > before.updated_at, "the edit is announced");
}

#[tokio::test]
async fn of_two_feeds_of_one_site_the_quicker_one_shows_what_was_added_to_the_page() {
    let told = |text: &str| Article {
        content: Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>"))),
        ..entry("a", "1")
    };
    let storm =
        "The storm hit the coast at noon. Trees fell on the road, and the ferry to the islands did not sail.";
    let over =
        "The storm hit the coast at two. Trees fell on the road, and the ferry to the islands did not sail.";
    let added = format!("{storm} Three people were hurt.");
    let other = "The storm missed the coast at noon. Trees stand along the road, and the ferry to the islands sailed as always.";
    for (section, newer, taken) in [
        ("https://a.example/regional.xml", added.as_str(), true),
        ("https://a.example/regional.xml", other, false),
        ("https://b.example/feed.xml", added.as_str(), false),
    ] {
        let mut fixture = StoreFixture::with(&[source("a"), source_at("section", section)]).await;
        fixture.poll("a", vec![told(storm)]).await;
        fixture.poll("section", vec![told(storm)]).await;
        let before = fixture.river(10).await.remove(0);
        fixture.wait(HOUR);
        fixture.poll("section", vec![edited(told(newer), "1 of a")]).await;
        let after = fixture.river(10).await.remove(0);
        let shown = told(if taken { newer } else { storm }).content;
        assert_eq!(
            (&after.content, after.updated_at > before.updated_at),
            (&shown, taken),
            "{section}: {newer}"
        );
        fixture.wait(HOUR);
        fixture.poll("a", vec![edited(told(over), "1 of a")]).await;
        assert_eq!(fixture.river(10).await[0].content, told(over).content, "its own edit comes later");
    }
}

#[tokio::test]
async fn an_aggregator_that_lists_an_old_address_is_listed_with_its_discussion() {
    let fixture = StoreFixture::with(&[source("a"), source("links")]).await;
    let discussion = "https://links.example/item?id=7";
    fixture.poll("a", vec![entry("a", "tydes")]).await;
    let comments_url = Some(discussion.to_owned());
    fixture.poll("links", vec![Article { content: None, comments_url, ..entry("a", "tydes") }]).await;
    let mended = Article { key: entry("a", "tydes").key, ..entry("a", "tides") };
    fixture.poll("a", vec![edited(mended, "Tides of a")]).await;
    let river = fixture.river(10).await;
    assert_eq!((river.len(), river[0].url.as_deref()), (1, Some("https://a.example/tides")));
    let place = &river[0].also_in[0];
    assert_eq!((place.url.as_deref(), place.is_discussion), (Some(discussion), true));
}

#[tokio::test]
async fn entries_of_two_sources_that_link_to_one_home_page_are_one_article_only_if_their_words_agree() {
    let crane = "The second crane of the yard lifted its first load on Monday, after eleven weeks of repairs by a firm from \
        Bergen, the foreman said.";
    let bread = "Una Hayes sold all her loaves before ten on the first day, and her oven, which is from 1958, came from \
        Mallow on a trailer.";
    let told = |source: &str, title: &str, text: &str| Article {
        canonical_url: Some(CanonicalUrl("https://portal.example/".to_owned())),
        fingerprint: fingerprint(title, text, &[], None),
        ..edited(entry(source, "1"), title)
    };
    let dedup = Dedup { near_duplicates: NearDuplicates::Hide, ..exact() };
    let fixture = StoreFixture::deduplicating(&[source("a"), source("b"), source("c")], dedup).await;
    fixture.poll("a", vec![told("a", "Crane works again", crane)]).await;
    assert_eq!(fixture.poll("b", vec![told("b", "Bakery opens", bread)]).await.added, 1);
    assert_eq!(fixture.poll("c", vec![told("c", "Crane lifts its load", "Comments")]).await.grouped, 1);
}

#[tokio::test]
async fn a_part_of_a_page_is_that_page_only_under_its_title() {
    let told = |source: &str, address: &str, title: &str| Article {
        canonical_url: Some(CanonicalUrl(address.to_owned())),
        content: None,
        ..edited(entry(source, "1"), title)
    };
    let (page, part, other) =
        ("https://a.example/harbour", "https://a.example/harbour#p5", "https://a.example/harbour#p50");
    for (one, two, title, joined) in [
        (page, part, "“The harbour is open”", 1),
        (part, page, "“The harbour is open”", 1),
        (page, part, "Re: The harbour is open", 0),
        (part, page, "Re: The harbour is open", 0),
        (part, part, "Re: The harbour is open", 1),
        (part, other, "The harbour is open", 0),
    ] {
        let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
        fixture.poll("a", vec![told("a", one, "The harbour is open")]).await;
        let receipt = fixture.poll("b", vec![told("b", two, title)]).await;
        assert_eq!((receipt.added, receipt.grouped), (1 - joined, joined), "{one} {two} {title}");
    }
}

#[tokio::test]
async fn of_the_posts_on_a_page_only_that_with_its_text_is_the_page() {
    let page = "https://a.example/lamp";
    let question = "Since yesterday the lamp of my printer stays dark, although the cable is new and the fuse is whole. What else \
        can I try before I take it to the workshop?";
    let answer =
        "Hold both buttons for ten seconds, then wait until the fan stops. Mine came back after that.";
    let told = |source: &str, number: &str, part: &str, text: &str| Article {
        canonical_url: Some(CanonicalUrl(format!("{page}{part}"))),
        fingerprint: fingerprint("The lamp does not start", text, &[], None),
        ..edited(entry(source, number), "The lamp does not start")
    };
    let topic = || vec![told("a", "1", "", question)];
    let posts = || vec![told("b", "2", "#post_2", answer), told("b", "1", "#post_1", question)];
    let dedup = Dedup { near_duplicates: NearDuplicates::Hide, ..exact() };
    let fixture = StoreFixture::deduplicating(&[source("a"), source("b")], dedup.clone()).await;
    fixture.poll("a", topic()).await;
    let receipt = fixture.poll("b", posts()).await;
    assert_eq!((receipt.added, receipt.grouped), (1, 1));
    let fixture = StoreFixture::deduplicating(&[source("a"), source("b")], dedup).await;
    fixture.poll("b", posts()).await;
    let receipt = fixture.poll("a", topic()).await;
    assert_eq!((receipt.added, receipt.grouped), (0, 1));
    assert_eq!(fixture.river(10).await.len(), 2);
}

#[tokio::test]
async fn a_short_reply_is_not_the_post_that_it_answers_however_old_that_is() {
    let page = "https://a.example/lamp";
    let question =
        "Since yesterday the lamp of my printer stays dark, although the cable is new and the fuse is whole.";
    let told = |source: &str, number: &str, part: &str, text: &str| Article {
        canonical_url: Some(CanonicalUrl(format!("{page}{part}"))),
        content: Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>"))),
        fingerprint: fingerprint("The lamp is dark", text, &[], None),
        ..edited(entry(source, number), "The lamp is dark")
    };
    for reply in [
        "Thanks!",
        "Thank you, that helped.",
        "Hold both buttons for ten seconds, then wait until the fan stops.",
    ] {
        for near_duplicates in [NearDuplicates::Off, NearDuplicates::Hide] {
            let dedup = Dedup { near_duplicates, ..exact() };
            let fixture = StoreFixture::deduplicating(&[source("a"), source("b")], dedup).await;
            fixture.poll("a", vec![told("a", "1", "", question)]).await;
            assert_eq!(fixture.poll("b", vec![told("b", "2", "#p2", reply)]).await.added, 1, "{reply}");
            let posts = vec![told("b", "1", "#p1", question), told("b", "2", "#p2", reply)];
            assert_eq!(fixture.poll("b", posts).await.grouped, 1, "the first post");
        }
    }
}

#[tokio::test]
async fn entries_that_one_source_lists_side_by_side_are_not_joined_by_the_copy_of_another_source() {
    let text = "The ferry from Arvik to Skagen leaves two hours later than planned, because fog keeps the ships in the harbour, and \
        the passengers wait in the hall of the station.";
    let told = |source: &str, number: &str, hours: u32| {
        let published_at = Some(START.saturating_sub(hours * HOUR + MINUTE));
        Article {
            published_at,
            fingerprint: fingerprint("Ferry delayed", text, &[], published_at),
            ..edited(entry(source, number), "Ferry delayed")
        }
    };
    let of_a = || vec![told("a", "1", 7), told("a", "2", 4)];
    let of_b = || vec![told("b", "1", 3)];
    let dedup = Dedup { near_duplicates: NearDuplicates::Hide, ..exact() };
    for order in [
        vec![("a", of_a()), ("b", of_b())],
        vec![("b", of_b()), ("a", of_a())],
        vec![("a", vec![told("a", "1", 7)]), ("b", of_b()), ("a", of_a())],
    ] {
        let fixture = StoreFixture::deduplicating(&[source("a"), source("b")], dedup.clone()).await;
        let mut grouped = 0;
        let sources: Vec<&str> = order.iter().map(|(source, _)| *source).collect();
        for (source, articles) in order {
            grouped += fixture.poll(source, articles).await.grouped;
        }
        assert_eq!((fixture.river(10).await.len(), grouped), (2, 1), "{sources:?}");
    }
}
