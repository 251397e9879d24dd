//! Tests what a poll of one source stores, edits, keeps and deletes.

use riverd::model::{
    Article, ArticleDetails, ArticleImage, DocumentArticles, DocumentCopy, Enclosure, EntryFilter, Failure,
    FailureKind, FailureOrigin, Key, Listing, Pattern, PollVerdict, SafeHtml, Source,
};
use riverd::time::{DAY, HOUR, MINUTE, Timestamp};

use super::fixture::{START, StoreFixture, dated, document_articles, edited, entry, retention, source};

#[tokio::test]
async fn a_second_poll_of_the_same_document_stores_nothing() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let document = || vec![entry("a", "1"), entry("a", "2")];
    let first = fixture.poll("a", document()).await;
    assert_eq!((first.added, first.known), (2, 0));
    fixture.wait(HOUR);
    let second = fixture.poll("a", document()).await;
    assert_eq!((second.added, second.updated, second.grouped, second.known), (0, 0, 0, 2));
    assert_eq!(fixture.river(10).await.len(), 2);
}

#[tokio::test]
async fn a_first_poll_is_placed_by_its_dates_and_later_entries_by_their_arrival() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![dated(entry("a", "recent"), START.saturating_sub(HOUR))]).await;
    fixture.poll("b", vec![dated(entry("b", "ancient"), START.saturating_sub(500 * DAY))]).await;
    assert_eq!(fixture.titles().await, ["recent of a", "ancient of b"]);
    fixture.wait(HOUR);
    let backdated = dated(entry("b", "backdated"), START.saturating_sub(300 * DAY));
    fixture.poll("b", vec![backdated, dated(entry("b", "ancient"), START.saturating_sub(500 * DAY))]).await;
    assert_eq!(fixture.titles().await, ["backdated of b", "recent of a", "ancient of b"]);
    assert_eq!(fixture.river(10).await[0].river_at, fixture.now);
}

#[tokio::test]
async fn what_arrives_after_the_clock_was_far_ahead_is_in_the_river_at_once() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "first")]).await;
    fixture.now = START.saturating_add(400 * DAY);
    let ahead: Vec<Article> = (0..4).map(|page| entry("a", &format!("ahead-{page}"))).collect();
    fixture.poll("a", ahead).await;
    assert_eq!(fixture.river(4).await.len(), 4);
    for hour in 1..=4 {
        fixture.now = START.saturating_add(hour * HOUR);
        let page = format!("later-{hour}");
        fixture.poll("a", vec![entry("a", &page)]).await;
        let newest: Vec<String> = fixture.river(4).await.into_iter().map(|item| item.title).collect();
        assert!(newest.contains(&format!("{page} of a")), "{page} in {newest:?}");
    }
}

#[tokio::test]
async fn entries_without_dates_keep_the_order_of_their_document_and_the_first_ones_are_shown_where_not_all_fit()
 {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let pages = |pages: std::ops::Range<u32>| {
        pages.rev().map(|page| entry("a", &page.to_string())).collect::<Vec<_>>()
    };
    let shown =
        |river: Vec<riverd::model::RiverItem>| river.into_iter().map(|item| item.title).collect::<Vec<_>>();
    fixture.poll("a", pages(0..6)).await;
    assert_eq!(shown(fixture.river(3).await), ["5 of a", "4 of a", "3 of a"]);
    fixture.wait(HOUR);
    fixture.poll("a", pages(2..10)).await;
    assert_eq!(shown(fixture.river(3).await), ["9 of a", "8 of a", "7 of a"]);
    assert_eq!(shown(fixture.river(5).await), ["9 of a", "8 of a", "7 of a", "6 of a", "5 of a"]);
}

#[tokio::test]
async fn entries_of_one_second_keep_the_order_of_their_document() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let midnight = START.saturating_sub(32 * HOUR);
    let day =
        |host: &str| (0..5).map(|page| dated(entry(host, &page.to_string()), midnight)).collect::<Vec<_>>();
    fixture.poll("b", day("b")).await;
    fixture.poll("a", day("a")).await;
    let expected: Vec<_> =
        ["a", "b"].iter().flat_map(|host| (0..5).map(move |page| format!("{page} of {host}"))).collect();
    assert_eq!(fixture.titles().await, expected);
}

#[tokio::test]
async fn a_first_poll_is_placed_by_the_dates_of_changes_where_no_publication_is_dated() {
    let mut fixture = StoreFixture::with(&[source("news"), source("releases")]).await;
    fixture.poll("news", vec![dated(entry("news", "today"), START.saturating_sub(HOUR))]).await;
    let release = |days: u32| Article {
        updated_at: Some(START.saturating_sub(days * DAY)),
        ..entry("releases", &format!("v{}", 900 - days))
    };
    fixture.poll("releases", (90..95).map(release).collect()).await;
    assert_eq!(
        fixture.titles().await,
        [
            "today of news",
            "v810 of releases",
            "v809 of releases",
            "v808 of releases",
            "v807 of releases",
            "v806 of releases"
        ]
    );
    fixture.wait(HOUR);
    let new = Article { updated_at: Some(fixture.now.saturating_sub(MINUTE)), ..entry("releases", "v900") };
    fixture.poll("releases", vec![new]).await;
    assert_eq!(fixture.river(1).await[0].river_at, fixture.now.saturating_sub(MINUTE));
}

#[tokio::test]
async fn the_first_entry_of_a_feed_that_began_empty_is_news() {
    let mut fixture = StoreFixture::with(&[source("busy"), source("new")]).await;
    fixture.poll("new", Vec::new()).await;
    fixture.wait(2 * HOUR);
    let busy = (0..3).map(|page| dated(entry("busy", &page.to_string()), fixture.now.saturating_sub(HOUR)));
    fixture.poll("busy", busy.collect()).await;
    let first = dated(entry("new", "first"), START.saturating_sub(10 * MINUTE));
    let older = dated(entry("new", "older"), START.saturating_sub(100 * DAY));
    fixture.poll("new", vec![first, older]).await;
    let shown: Vec<_> = fixture.river(3).await.into_iter().map(|item| item.title).collect();
    assert!(shown.contains(&"first of new".to_owned()), "{shown:?}");
    assert!(!shown.contains(&"older of new".to_owned()), "{shown:?}");
}

#[tokio::test]
async fn an_edit_keeps_guid_and_place() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let before = fixture.river(10).await.remove(0);
    fixture.wait(DAY);
    let receipt = fixture.poll("a", vec![edited(entry("a", "1"), "corrected")]).await;
    assert_eq!((receipt.updated, receipt.added), (1, 0));
    let after = fixture.river(10).await.remove(0);
    assert_eq!(after.title, "corrected");
    assert_eq!(after.updated_at, Some(fixture.now));
    assert_eq!((after.guid, after.river_at), (before.guid, before.river_at));
}

#[tokio::test]
async fn a_corrected_address_is_taken_without_showing_the_article_as_edited() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let wrong = Article { metadata_hash: 1, ..entry("a", "wrong-slug") };
    fixture.poll("a", vec![wrong.clone()]).await;
    let before = fixture.river(1).await.remove(0);
    fixture.wait(HOUR);
    let right = Article { url: entry("a", "right-slug").url, metadata_hash: 2, ..wrong };
    assert_eq!(fixture.poll("a", vec![right]).await.updated, 1);
    let after = fixture.river(1).await.remove(0);
    assert_eq!(after.url.as_deref(), Some("https://a.example/right-slug"));
    assert_eq!((after.guid, after.river_at, after.updated_at), (before.guid, before.river_at, None));
}

#[tokio::test]
async fn filters_apply_to_a_category_that_is_added_later() {
    let filter = EntryFilter { drop: vec![Pattern::Word("sponsored".to_owned())], ..EntryFilter::default() };
    let fixture = StoreFixture::with(&[Source { filter, ..source("a") }]).await;
    fixture.poll("a", vec![Article { metadata_hash: 1, ..entry("a", "1") }]).await;
    assert_eq!(fixture.river(1).await.len(), 1);
    let categories = vec!["Sponsored".to_owned()];
    fixture.poll("a", vec![Article { categories, metadata_hash: 2, ..entry("a", "1") }]).await;
    assert!(fixture.river(1).await.is_empty());
}

#[tokio::test]
async fn a_page_that_changes_at_every_poll_shows_its_newest_text_and_announces_some_of_the_changes() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let mut announced = std::collections::BTreeSet::new();
    let mut article = entry("a", "1");
    for quarter in 0..400 {
        fixture.wait(15 * MINUTE);
        article = edited(article, &format!("at {quarter}"));
        let receipt = fixture.poll("a", vec![article.clone()]).await;
        let shown = fixture.river(1).await.remove(0);
        assert_eq!(shown.title, format!("at {quarter}"));
        announced.extend(shown.updated_at);
        assert_eq!(receipt.updated, u32::from(quarter > 0));
    }
    assert!((50..70).contains(&announced.len()), "{} times in 100 hours", announced.len());
}

/// Returns version `n` of an entry, with the time of change that its feed states.
fn version(n: u64, updated_at: Option<Timestamp>) -> Article {
    Article { title: format!("version {n}"), content_hash: n, seen_hash: n, updated_at, ..entry("a", "1") }
}

impl StoreFixture {
    /// Records a poll of `a` an hour later that finds this copy of its document, and returns the title that the river shows.
    async fn title_after(&mut self, article: Article, copy: DocumentCopy) -> String {
        self.wait(HOUR);
        let document = DocumentArticles { copy, ..document_articles(Listing::Whole, vec![article]) };
        let mut record = self.record(self.id("a").await, document);
        record.state.validators.etag = Some(b"\"1\"".to_vec());
        self.store.record_poll(record).await.unwrap();
        self.river(1).await.remove(0).title
    }

    async fn validators_are_kept(&self) -> bool {
        let waiting = self.store.claim_named(&["a".to_owned()], self.now).await.unwrap().remove(0);
        let due = self.store.claimed_source(waiting.id).await.unwrap().unwrap();
        !due.state.validators.is_empty()
    }
}

#[tokio::test]
async fn a_document_that_lists_an_older_version_of_an_entry_does_not_replace_the_newer_one() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let stated = |hours: u32| Some(START.saturating_sub(DAY).saturating_add(hours * HOUR));
    let newest = DocumentCopy::Newest;
    assert_eq!(fixture.title_after(version(1, stated(1)), newest).await, "version 1");
    assert_eq!(fixture.title_after(version(2, stated(5)), newest).await, "version 2");
    assert!(fixture.validators_are_kept().await);
    let announced = fixture.river(1).await.remove(0).updated_at;
    for _ in 0..3 {
        assert_eq!(fixture.title_after(version(1, stated(1)), newest).await, "version 2");
        assert!(
            !fixture.validators_are_kept().await,
            "the older version must be read again, in case it stands"
        );
        assert_eq!(fixture.title_after(version(2, stated(5)), newest).await, "version 2");
        assert!(fixture.validators_are_kept().await);
    }
    assert_eq!(fixture.river(1).await.remove(0).updated_at, announced);
    assert_eq!(fixture.title_after(version(3, stated(4)), newest).await, "version 2", "one that nobody read");
    assert_eq!(fixture.title_after(version(1, stated(6)), newest).await, "version 1", "a real return");
    assert_eq!(fixture.title_after(version(2, stated(5)), DocumentCopy::Standing).await, "version 2");
    assert_eq!(fixture.title_after(version(4, None), newest).await, "version 4");
}

#[tokio::test]
async fn the_time_of_a_change_that_was_not_announced_counts_too() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let newest = DocumentCopy::Newest;
    let stated = |minutes: u32| Some(START.saturating_sub(DAY).saturating_add(minutes * MINUTE));
    for n in 0..40 {
        fixture.poll("a", vec![version(n, stated(u32::try_from(n).unwrap()))]).await;
    }
    assert_eq!(fixture.title_after(version(39, stated(38)), newest).await, "version 39");
    assert_eq!(fixture.title_after(version(41, stated(38)), newest).await, "version 39");
    assert_eq!(fixture.title_after(version(41, stated(40)), newest).await, "version 41");
}

#[tokio::test]
async fn an_older_copy_by_its_own_dates_changes_no_entry_without_times_of_change() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    assert_eq!(fixture.title_after(version(1, None), DocumentCopy::Newest).await, "version 1");
    assert_eq!(fixture.title_after(version(2, None), DocumentCopy::Newest).await, "version 2");
    assert_eq!(fixture.title_after(version(1, None), DocumentCopy::Older).await, "version 2");
    assert_eq!(fixture.title_after(version(1, None), DocumentCopy::Standing).await, "version 1");
}

#[tokio::test]
async fn texts_that_go_back_and_forth_are_announced_a_few_times_and_the_newest_stays() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let mut announced = std::collections::BTreeSet::new();
    let mut shown = Vec::new();
    for poll in 0..20 {
        shown.push(fixture.title_after(version(1 + poll % 2, None), DocumentCopy::Newest).await);
        announced.extend(fixture.river(1).await.remove(0).updated_at);
    }
    assert!(announced.len() <= 2, "{announced:?}");
    assert_eq!(shown[..3], ["version 1", "version 2", "version 1"], "the publisher may have gone back");
    assert!(shown[3..].iter().all(|title| title == "version 2"), "{shown:?}");
    fixture.wait(DAY);
    assert_eq!(fixture.title_after(version(1, None), DocumentCopy::Newest).await, "version 1");
}

/// Returns an entry with a text, a file and a picture, and the same entry without one of these.
fn whole_and_poorer() -> (Article, Vec<Article>) {
    let file = Enclosure {
        url: "https://a.example/1.mp3".to_owned(),
        media_type: "audio/mpeg".to_owned(),
        length: None,
        duration_s: None,
        title: None,
    };
    let image = ArticleImage { url: "https://a.example/1.jpg".to_owned(), alt: None };
    let html = |html: &str| Some(SafeHtml::assume_sanitised(html.to_owned()));
    let whole = Article {
        content: html("<p>The bridge is closed. The ferry runs each hour.</p>"),
        enclosures: vec![file],
        details: ArticleDetails { image: Some(image), ..ArticleDetails::default() }.into(),
        ..entry("a", "1")
    };
    let seen = |hash: u64, article: Article| Article { content_hash: hash, seen_hash: hash, ..article };
    let poorer = vec![
        seen(2, Article { content: html("<p>The bridge is closed. The […]</p>"), ..whole.clone() }),
        seen(3, Article { content: None, ..whole.clone() }),
        seen(4, Article { enclosures: Vec::new(), ..whole.clone() }),
        seen(5, Article { title: String::new(), ..whole.clone() }),
        Article { details: ArticleDetails::default().into(), metadata_hash: 9, ..whole.clone() },
    ];
    (whole, poorer)
}

#[tokio::test]
async fn of_two_servers_that_answer_in_turns_the_one_that_leaves_something_out_takes_nothing_away() {
    let (whole, poorer) = whole_and_poorer();
    for poorer in poorer {
        let mut fixture = StoreFixture::with(&[source("a")]).await;
        fixture.poll("a", vec![whole.clone()]).await;
        let before = fixture.river(1).await.remove(0);
        for poll in 0..30 {
            fixture.wait(4 * HOUR);
            let article = if poll % 2 == 0 { &poorer } else { &whole };
            fixture.title_after(article.clone(), DocumentCopy::Newest).await;
            assert_eq!(fixture.validators_are_kept().await, poll % 2 == 1, "a poorer one must be read again");
        }
        let after = fixture.river(1).await.remove(0);
        assert_eq!(
            (after.updated_at, after.title, after.content),
            (before.updated_at, before.title, before.content)
        );
        assert_eq!((after.enclosures, after.details), (before.enclosures, before.details), "{poorer:?}");
    }
}

#[tokio::test]
async fn what_a_publisher_removes_leaves_the_river_once_nothing_else_came_for_half_a_day() {
    let (whole, poorer) = whole_and_poorer();
    for poorer in poorer {
        let mut fixture = StoreFixture::with(&[source("a")]).await;
        fixture.poll("a", vec![whole.clone()]).await;
        let mut updated = Vec::new();
        for _ in 0..16 {
            fixture.wait(HOUR);
            updated.push(fixture.poll("a", vec![poorer.clone()]).await.updated);
        }
        let first = updated.iter().position(|count| *count > 0);
        assert_eq!((first, updated.iter().sum()), (Some(12), 1), "{poorer:?}");
        let shown = fixture.river(1).await.remove(0);
        assert_eq!(shown.content, poorer.content);
        assert_eq!(shown.enclosures, poorer.enclosures);
    }
}

#[tokio::test]
async fn a_shorter_text_that_states_a_later_time_or_ends_in_a_sentence_is_shown_at_once() {
    let (whole, poorer) = whole_and_poorer();
    let whole = dated(whole, START.saturating_sub(DAY));
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![whole.clone()]).await;
    let later = dated(poorer[0].clone(), START.saturating_sub(HOUR));
    assert_eq!(fixture.poll("a", vec![later]).await.updated, 1);
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![whole.clone()]).await;
    let content = Some(SafeHtml::assume_sanitised("<p>The bridge is closed.</p>".to_owned()));
    let shorter = Article { content, content_hash: 6, seen_hash: 6, ..whole.clone() };
    for (article, updated) in [(&shorter, 1), (&whole, 1), (&shorter, 0), (&whole, 0), (&shorter, 0)] {
        fixture.wait(20 * HOUR);
        assert_eq!(fixture.poll("a", vec![article.clone()]).await.updated, updated);
    }
    assert_eq!(fixture.river(1).await.remove(0).content, whole.content, "they go back and forth");
}

#[tokio::test]
async fn what_no_reader_sees_change_is_stored_and_not_announced() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let built = |build: u32| Article {
        updated_at: Some(START.saturating_sub(DAY).saturating_add(build * HOUR)),
        content: Some(SafeHtml::assume_sanitised(format!(
            "<p>Text</p><img src=\"https://px.example/{build}\">"
        ))),
        content_hash: u64::from(build),
        ..entry("a", "1")
    };
    fixture.poll("a", vec![built(0)]).await;
    let before = fixture.river(1).await.remove(0);
    for build in 1..40 {
        fixture.wait(HOUR);
        let receipt = fixture.poll("a", vec![built(build)]).await;
        assert_eq!((receipt.known, receipt.updated), (1, 0));
    }
    let after = fixture.river(1).await.remove(0);
    assert_eq!(after.content, built(39).content, "the newest address is served");
    assert_eq!(after.updated_at, before.updated_at);
    let rebuilt = Article { updated_at: Some(fixture.now), ..built(39) };
    fixture.poll("a", vec![rebuilt]).await;
    let shown = fixture.river(1).await.remove(0);
    assert_eq!(
        (shown.updated_at, shown.content),
        (after.updated_at, after.content),
        "a build time alone changes nothing"
    );
}

#[tokio::test]
async fn a_counter_in_a_line_of_its_own_is_stored_and_not_announced() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let counted = |views: u32, text: &str| Article {
        content: Some(SafeHtml::assume_sanitised(format!("<p>{text}</p><p>Views: {views}</p>"))),
        content_hash: u64::from(views),
        seen_hash: u64::from(views),
        ..entry("a", "1")
    };
    fixture.poll("a", vec![counted(10, "The bridge is closed.")]).await;
    let before = fixture.river(1).await.remove(0);
    fixture.wait(HOUR);
    let receipt = fixture.poll("a", vec![counted(20, "The bridge is closed.")]).await;
    let after = fixture.river(1).await.remove(0);
    assert_eq!((receipt.updated, after.updated_at), (0, before.updated_at));
    assert_eq!(after.content, counted(20, "The bridge is closed.").content, "the newest text is served");
    fixture.wait(HOUR);
    assert_eq!(fixture.poll("a", vec![counted(30, "The bridge is open.")]).await.updated, 1);
    assert_eq!(fixture.river(1).await.remove(0).updated_at, Some(fixture.now));
}

#[tokio::test]
async fn old_entries_that_a_longer_list_brings_stand_at_their_own_dates() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let essay = |n: u32| dated(entry("a", &n.to_string()), START.saturating_sub((400 + n) * DAY));
    fixture.poll("a", (0..3).map(essay).collect()).await;
    fixture.poll("b", vec![dated(entry("b", "today"), START.saturating_sub(HOUR))]).await;
    fixture.wait(6 * HOUR);
    let back_dated = dated(entry("a", "found"), START.saturating_sub(1000 * DAY));
    let list = std::iter::once(back_dated).chain((0..20).map(essay));
    assert_eq!(fixture.poll("a", list.collect()).await.added, 18);
    let shown: Vec<_> = fixture.river(100).await.into_iter().map(|item| item.title).collect();
    assert_eq!(shown[..4], ["found of a", "today of b", "0 of a", "1 of a"]);
    assert_eq!(shown.last().map(String::as_str), Some("19 of a"));
}

#[tokio::test]
async fn a_back_dated_batch_comes_in_the_order_of_its_dates() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let post = |n: u32| dated(entry("a", &n.to_string()), START.saturating_sub((100 - n) * DAY));
    fixture.poll("a", (0..3).map(post).collect()).await;
    fixture.wait(HOUR);
    fixture.poll("a", (0..6).map(post).collect()).await;
    let shown: Vec<_> = fixture.river(4).await.into_iter().map(|item| item.title).collect();
    assert_eq!(shown, ["5 of a", "4 of a", "3 of a", "2 of a"]);
}

#[tokio::test]
async fn what_came_while_nobody_read_a_source_keeps_its_dates_and_is_in_the_document() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let post = |name: &'static str, hours: u32| {
        let at = START.saturating_add(hours * HOUR);
        dated(entry(name, &hours.to_string()), at)
    };
    fixture.poll("a", vec![entry("a", "first")]).await;
    fixture.poll("b", vec![entry("b", "first")]).await;
    fixture.river(100).await;
    fixture.wait(4 * DAY);
    fixture.poll("a", vec![post("a", 70), post("a", 5), entry("a", "first")]).await;
    fixture.poll("b", vec![post("b", 60), post("b", 1), entry("b", "first")]).await;
    let shown = fixture.river(4).await;
    let titles: Vec<_> = shown.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["70 of a", "60 of b", "5 of a", "1 of b"]);
    assert_eq!(shown[3].river_at, START.saturating_add(HOUR));
}

#[tokio::test]
async fn what_came_while_a_source_failed_is_news_and_so_is_what_was_dated_back_behind_its_last_poll() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    let post = |name: &'static str, page: &str, hours: u32| {
        dated(entry(name, page), START.saturating_add(hours * HOUR).saturating_sub(DAY))
    };
    for name in ["a", "b"] {
        fixture.poll(name, vec![entry(name, "first")]).await;
    }
    fixture.wait(2 * HOUR);
    let mut failed = fixture.record(fixture.id("a").await, document_articles(Listing::Whole, Vec::new()));
    failed.state.failures = 1;
    failed.state.succeeded_at = Some(START);
    failed.verdict = PollVerdict::Failed(Failure {
        kind: FailureKind::Status,
        message: "500".to_owned(),
        hint: None,
        origin: FailureOrigin::default(),
    });
    fixture.store.record_poll(failed).await.unwrap();
    fixture.wait(4 * DAY);
    fixture.poll("a", vec![post("a", "failed", 48), entry("a", "first")]).await;
    fixture.poll("b", vec![post("b", "back", 20), entry("b", "first")]).await;
    assert!(fixture.river(2).await.iter().all(|item| fixture.now.since(item.river_at) < HOUR));
}

#[tokio::test]
async fn a_whole_list_without_dates_does_not_stand_above_the_news_of_others() {
    let mut fixture = StoreFixture::with(&[source("list"), source("news")]).await;
    let news = (0..3).map(|n| dated(entry("news", &n.to_string()), START.saturating_sub(n * HOUR)));
    fixture.poll("news", news.collect()).await;
    fixture.poll("list", (0..60).map(|n| entry("list", &n.to_string())).collect()).await;
    let shown: Vec<_> = fixture.river(5).await.into_iter().map(|item| item.title).collect();
    assert_eq!(shown, ["0 of news", "1 of news", "2 of news", "0 of list", "1 of list"]);
    fixture.wait(HOUR);
    let longer = std::iter::once(entry("list", "new")).chain((0..60).map(|n| entry("list", &n.to_string())));
    fixture.poll("list", longer.collect()).await;
    assert_eq!(fixture.titles().await[0], "new of list");
}

#[tokio::test]
async fn a_first_list_that_is_dated_by_its_making_does_not_stand_above_the_news_of_others() {
    let mut fixture = StoreFixture::with(&[source("list"), source("news")]).await;
    let news = (0..3).map(|n| dated(entry("news", &n.to_string()), START.saturating_sub((n + 1) * HOUR)));
    fixture.poll("news", news.collect()).await;
    let made = |n: u32, at| dated(entry("list", &n.to_string()), at);
    fixture.poll("list", (0..20).map(|n| made(n, START)).collect()).await;
    let shown: Vec<_> = fixture.river(5).await.into_iter().map(|item| item.title).collect();
    assert_eq!(shown, ["0 of news", "1 of news", "2 of news", "0 of list", "1 of list"]);
    fixture.wait(HOUR);
    let now = fixture.now;
    let longer = std::iter::once(made(99, now)).chain((0..20).map(|n| made(n, now)));
    assert_eq!(fixture.poll("list", longer.collect()).await.added, 1);
    assert_eq!(fixture.titles().await[0], "99 of list");
}

#[tokio::test]
async fn an_old_post_that_slides_into_a_list_without_dates_does_not_stand_above_the_news_of_others() {
    let mut fixture = StoreFixture::with(&[source("list"), source("news")]).await;
    let list = |from: u32, to: u32| (from..=to).rev().map(|n| entry("list", &n.to_string())).collect();
    fixture.poll("list", list(3, 12)).await;
    fixture.wait(HOUR);
    fixture.poll("list", list(5, 14)).await;
    fixture.wait(HOUR);
    fixture.poll("news", vec![dated(entry("news", "today"), fixture.now)]).await;
    fixture.wait(HOUR);
    // The newest one was deleted.
    assert_eq!(fixture.poll("list", list(2, 13)).await.added, 1);
    assert_eq!(fixture.titles().await[0], "today of news");
    fixture.wait(HOUR);
    fixture.poll("list", list(6, 15)).await;
    assert_eq!(fixture.titles().await[0], "15 of list");
}

/// Returns a fixture with a source without dates, `list`, and `news`, of which `list` has these entries, and where `news` has
/// published something an hour later.
async fn with_news_after(lists: &[Vec<u32>]) -> StoreFixture {
    let mut fixture = StoreFixture::with(&[source("list"), source("news")]).await;
    fixture.poll("news", Vec::new()).await;
    for numbers in lists {
        fixture.poll("list", undated(numbers)).await;
        fixture.wait(HOUR);
    }
    fixture.poll("news", vec![dated(entry("news", "today"), fixture.now)]).await;
    fixture.wait(HOUR);
    fixture
}

fn undated(numbers: &[u32]) -> Vec<Article> {
    numbers.iter().map(|number| entry("list", &number.to_string())).collect()
}

#[tokio::test]
async fn a_list_without_dates_that_is_turned_round_brings_no_old_entries_above_the_news_of_others() {
    let mut fixture = with_news_after(&[vec![9, 8, 7, 6], vec![10, 9, 8, 7]]).await;
    fixture.poll("list", undated(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).await;
    let shown: Vec<_> = fixture.river(20).await.into_iter().map(|item| item.title).collect();
    let numbers = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(|number| format!("{number} of list"));
    assert_eq!((shown[0].as_str(), &shown[1..]), ("today of news", &numbers[..]));
    fixture.wait(HOUR);
    fixture.poll("list", undated(&[6, 7, 8, 9, 10, 11])).await;
    assert_eq!(fixture.titles().await[0], "11 of list");
}

#[tokio::test]
async fn another_page_of_a_list_without_dates_does_not_stand_above_the_news_of_others() {
    let mut fixture = with_news_after(&[vec![9, 8, 7, 6], vec![10, 9, 8, 7]]).await;
    fixture.poll("list", undated(&[6, 5, 4, 3])).await;
    assert_eq!(fixture.titles().await[..3], ["today of news", "10 of list", "9 of list"]);
    fixture.wait(HOUR);
    fixture.poll("list", undated(&[11, 10, 9, 8])).await;
    assert_eq!(fixture.titles().await[0], "11 of list");
}

#[tokio::test]
async fn posts_of_other_years_that_are_only_touched_do_not_stand_above_the_news_of_others() {
    let post = |number: u32, days: u32, changed_at| Article {
        updated_at: Some(changed_at),
        ..dated(entry("list", &number.to_string()), START.saturating_sub(days * DAY))
    };
    let mut fixture = with_news_after(&[Vec::new()]).await;
    let recent: Vec<Article> = (0..4).map(|n| post(n, n + 1, START.saturating_sub((n + 1) * DAY))).collect();
    fixture.poll("list", recent.clone()).await;
    fixture.wait(HOUR);
    let touched = (0..2).map(|n| post(10 + n, 400 * (n + 1), fixture.now));
    fixture.poll("list", touched.chain(recent).collect()).await;
    let shown: Vec<_> = fixture.river(20).await.into_iter().map(|item| item.title).collect();
    assert_eq!(shown[0], "today of news");
    assert_eq!(shown[5..], ["10 of list", "11 of list"], "at their own dates");
}

#[tokio::test]
async fn old_posts_that_an_import_dates_anew_stand_behind_those_whose_dates_are_known() {
    let mut fixture = with_news_after(&[Vec::new()]).await;
    let post = |number: u32, dated_at| dated(entry("list", &number.to_string()), dated_at);
    fixture.poll("list", (0..6).map(|n| post(n, START.saturating_sub((n + 2) * DAY))).collect()).await;
    fixture.wait(HOUR);
    let imported_at = fixture.now.saturating_sub(MINUTE);
    fixture.poll("list", (0..12).map(|n| post(n, imported_at)).collect()).await;
    let shown: Vec<_> = fixture.river(20).await.into_iter().map(|item| item.title).collect();
    let numbers: Vec<String> = (0..12).map(|number| format!("{number} of list")).collect();
    assert_eq!((shown[0].as_str(), &shown[1..]), ("today of news", &numbers[..]));
    fixture.wait(HOUR);
    fixture.poll("list", (0..12).map(|n| post(99 - n, fixture.now)).take(1).collect()).await;
    assert_eq!(fixture.titles().await[0], "99 of list");
}

#[tokio::test]
async fn a_first_list_of_events_does_not_stand_above_the_news_of_others() {
    let mut fixture = with_news_after(&[]).await;
    let event = |n: u32| dated(entry("list", &n.to_string()), START.saturating_add((n + 1) * 3 * DAY));
    fixture.poll("list", (0..5).map(event).collect()).await;
    let shown: Vec<_> = fixture.river(20).await.into_iter().map(|item| item.title).collect();
    assert_eq!(shown[0], "today of news");
    fixture.wait(HOUR);
    fixture.poll("list", (0..5).chain([40]).map(event).collect()).await;
    assert_eq!(fixture.titles().await[0], "40 of list");
}

#[tokio::test]
async fn another_part_of_a_list_does_not_stand_above_the_news_of_others() {
    let mut fixture = StoreFixture::with(&[source("list"), source("news")]).await;
    let from = |from: u32| {
        let dated_at = move |n: u32| START.saturating_sub((40 - n) * DAY);
        (from..from + 10).map(move |n| dated(entry("list", &n.to_string()), dated_at(n))).collect()
    };
    fixture.poll("news", Vec::new()).await;
    fixture.poll("list", from(30)).await;
    fixture.wait(HOUR);
    fixture.poll("news", vec![dated(entry("news", "today"), fixture.now)]).await;
    for listed in [0, 30, 10] {
        fixture.wait(HOUR);
        fixture.poll("list", from(listed)).await;
        assert_eq!(fixture.titles().await[0], "today of news", "from {listed}");
    }
    fixture.wait(HOUR);
    fixture
        .poll("list", (0..3).map(|n| dated(entry("list", &format!("new {n}")), fixture.now)).collect())
        .await;
    assert_eq!(fixture.titles().await[0], "new 0 of list");
}

#[tokio::test]
async fn new_guids_at_every_fetch_publish_nothing_again() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    for fetch in 0..5 {
        fixture.wait(HOUR);
        let mut article = entry("a", "1");
        article.key = Key(format!("random {fetch}"));
        let receipt = fixture.poll("a", vec![article]).await;
        assert_eq!(receipt.added, u32::from(fetch == 0));
    }
    assert_eq!(fixture.river(10).await.len(), 1);
}

#[tokio::test]
async fn the_next_entry_of_a_list_of_one_under_the_same_address_and_title_is_a_new_one() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    for hour in 0..4 {
        fixture.wait(HOUR);
        let guid = format!("newscast {hour}");
        let article = Article {
            key: Key(guid.clone()),
            guid: Some(guid),
            content_hash: hour,
            seen_hash: hour,
            ..entry("a", "newscast")
        };
        fixture.poll("a", vec![article.clone()]).await;
        fixture.poll("a", vec![article]).await;
    }
    assert_eq!(fixture.river(10).await.len(), 4);
}

#[tokio::test]
async fn a_page_that_changes_daily_under_one_address_loses_no_day() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    for day in 0..5 {
        fixture.wait(DAY);
        let mut article = dated(edited(entry("a", "weather"), "Weather"), fixture.now);
        article.key = Key(format!("day {day}"));
        article.content_hash = day;
        assert_eq!(fixture.poll("a", vec![article]).await.added, 1);
    }
    assert_eq!(fixture.river(10).await.len(), 5);
}

#[tokio::test]
async fn retention_deletes_old_entries_that_are_no_longer_listed_and_they_never_return() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let all = || (0..10).map(|page| entry("a", &page.to_string())).collect::<Vec<_>>();
    fixture.poll("a", all()).await;
    fixture.wait(40 * DAY);
    // While the entries are listed, none is deleted, whatever its age.
    assert_eq!(fixture.store.maintain(&retention(30, 3), fixture.now, u64::MAX).await.unwrap(), 0);
    // The newest three stay, and so does the last of the document, which is listed.
    fixture.poll("a", all()[9..].to_vec()).await;
    assert_eq!(fixture.store.maintain(&retention(30, 3), fixture.now, u64::MAX).await.unwrap(), 6);
    assert_eq!(fixture.river(100).await.len(), 4);
    let receipt = fixture.poll("a", all()).await;
    assert_eq!((receipt.added, receipt.known), (0, 10));
    assert_eq!(fixture.river(100).await.len(), 4);
}

#[tokio::test]
async fn a_copy_that_comes_back_through_a_river_does_not_keep_an_article() {
    let mut fixture = StoreFixture::with(&[source("a"), source("river")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let guid = Some(fixture.river(1).await.remove(0).guid);
    let copy = || Article { guid: guid.clone(), river_guid: guid.clone(), ..entry("a", "1") };
    fixture.poll("river", vec![copy()]).await;
    fixture.wait(5 * DAY);
    fixture.poll("river", vec![copy()]).await;
    assert_eq!(
        fixture.store.maintain(&retention(2, 0), fixture.now, u64::MAX).await.unwrap(),
        0,
        "its feed still lists it"
    );
    fixture.poll("a", Vec::new()).await;
    assert_eq!(fixture.store.maintain(&retention(2, 0), fixture.now, u64::MAX).await.unwrap(), 1);
    fixture.poll("river", vec![copy()]).await;
    assert!(fixture.river(1).await.is_empty());
}

#[tokio::test]
async fn an_entry_that_a_document_of_changes_does_not_mention_counts_as_listed() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    fixture.wait(40 * DAY);
    let delta = fixture.try_poll(fixture.id("a").await, Listing::Delta, vec![entry("a", "3")]).await.unwrap();
    assert_eq!(delta.added, 1);
    assert_eq!(fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap(), 0);
}

#[tokio::test]
async fn a_feed_that_shrinks_to_nothing_and_returns_loses_nothing() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let all = || (0..20).map(|page| entry("a", &page.to_string())).collect::<Vec<_>>();
    fixture.poll("a", all()).await;
    let before = fixture.river(100).await.iter().map(|item| item.guid.clone()).collect::<Vec<_>>();
    fixture.wait(DAY);
    fixture.poll("a", Vec::new()).await;
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    fixture.wait(DAY);
    assert_eq!(fixture.poll("a", all()).await.known, 20);
    let after = fixture.river(100).await.iter().map(|item| item.guid.clone()).collect::<Vec<_>>();
    assert_eq!(before, after);
}
