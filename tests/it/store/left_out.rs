//! Tests the record of the entries that did not reach the river.

use riverd::model::{
    Article, DocumentArticles, DocumentCopy, LeftOut, LeftOutEntry, LeftOutReason, Listing, PollReceipt,
};
use riverd::store::ReplacedList;
use riverd::time::DAY;
use rusqlite::Connection;

use super::fixture::{START, StoreFixture, document_articles, entry, retention, source};

impl StoreFixture {
    /// Records a poll of `a` that finds `articles`, and leaves out the entries that `old` names because they are too
    /// old.
    async fn poll_with(&self, listing: Listing, articles: Vec<Article>, old: &[String]) -> PollReceipt {
        let left_out = |id: &String| LeftOutEntry::of_article(&entry("a", id), LeftOutReason::MaxAge, None);
        let left_out = LeftOut { entries: old.iter().map(left_out).collect(), ..LeftOut::default() };
        let document =
            DocumentArticles { articles, listing, left_out, defects: Vec::new(), copy: DocumentCopy::Newest };
        self.store.record_poll(self.record(self.id("a").await, document)).await.unwrap()
    }

    /// Returns the recorded reasons of the entries that `question` finds.
    async fn reasons(&self, question: &str) -> Vec<LeftOutReason> {
        let history = self.store.history(question).await.unwrap();
        history.left_out.iter().map(|left_out| left_out.entry.reason).collect()
    }

    fn recorded(&self) -> i64 {
        let database = Connection::open(self.path()).unwrap();
        database
            .query_row("select count(*) from left_out where unlisted_at is null", [], |row| row.get(0))
            .unwrap()
    }
}

fn ids(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| number.to_string()).collect()
}

#[tokio::test]
async fn the_record_of_a_source_is_bounded_and_follows_its_newest_document() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let receipt = fixture.poll_with(Listing::Whole, Vec::new(), &ids(0..500)).await;
    assert_eq!((receipt.left_out.of(LeftOutReason::MaxAge), fixture.recorded()), (500, 200));
    assert_eq!(fixture.reasons("guid 199").await, [LeftOutReason::MaxAge]);
    let history = fixture.store.history("guid 400").await.unwrap();
    assert_eq!((history.left_out.len(), history.may_be_among[0].count), (0, 300));

    fixture.poll_with(Listing::Whole, vec![entry("a", "1")], &ids(5..7)).await;
    assert_eq!(fixture.recorded(), 2);
    assert_eq!(fixture.reasons("guid 1").await, [], "it became an article");
    assert_eq!(fixture.reasons("guid 6").await, [LeftOutReason::MaxAge]);
    fixture.poll("a", vec![entry("a", "1")]).await;
    assert_eq!(fixture.recorded(), 0, "the feed no longer lists them");
    assert!(fixture.store.statuses().await.unwrap()[0].left_out.is_empty());
}

#[tokio::test]
async fn an_entry_that_was_left_out_is_remembered_after_it_has_left_its_feed_until_it_is_stored() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..4)).await;
    fixture.wait(DAY);
    let left = fixture.now;
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(2..3)).await;
    let unlisted_at = async |fixture: &StoreFixture, question: &str| {
        let history = fixture.store.history(question).await.unwrap();
        history.left_out.iter().map(|left_out| left_out.unlisted_at).collect::<Vec<_>>()
    };
    assert_eq!(unlisted_at(&fixture, "guid 1").await, [Some(left)]);
    assert_eq!(unlisted_at(&fixture, "key 3").await, [Some(left)]);
    assert_eq!(unlisted_at(&fixture, "guid 2").await, [None]);
    assert!(fixture.store.history("guid 7").await.unwrap().is_unknown());

    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..3)).await;
    assert_eq!(unlisted_at(&fixture, "guid 1").await, [None], "it came back, and is still left out");
    fixture.poll("a", vec![entry("a", "1"), entry("a", "3")]).await;
    assert_eq!(unlisted_at(&fixture, "guid 1").await, [], "it became an article");
    assert_eq!(unlisted_at(&fixture, "guid 3").await, [], "it became one later");
    assert_eq!(unlisted_at(&fixture, "guid 2").await, [Some(left)]);

    fixture.wait(364 * DAY);
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(unlisted_at(&fixture, "guid 2").await, [Some(left)]);
    fixture.wait(2 * DAY);
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(unlisted_at(&fixture, "guid 2").await, []);
}

#[tokio::test]
async fn of_each_source_the_last_thousand_left_out_entries_are_remembered() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    for begin in 0..8 {
        fixture.poll_with(Listing::Whole, Vec::new(), &ids(begin * 150..begin * 150 + 150)).await;
    }
    let database = Connection::open(fixture.path()).unwrap();
    let remembered = "select count(*) from left_out where unlisted_at is not null";
    assert_eq!(database.query_row(remembered, [], |row| row.get::<_, i64>(0)).unwrap(), 1000);
    assert_eq!(fixture.reasons("guid 49").await, []);
    assert_eq!(fixture.reasons("guid 50").await, [LeftOutReason::MaxAge]);
    assert_eq!(fixture.recorded(), 150);
}

#[tokio::test]
async fn an_entry_with_the_reason_of_another_version_is_not_shown_under_another_reason_and_the_next_document_replaces_it()
 {
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..3)).await;
    let database = Connection::open(fixture.path()).unwrap();
    database.execute("update left_out set reason = 'of another version' where key = 'key 1'", []).unwrap();
    assert_eq!(fixture.reasons("key 1").await, []);
    assert_eq!(fixture.reasons("key 2").await, [LeftOutReason::MaxAge]);

    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..3)).await;
    assert_eq!(fixture.reasons("key 1").await, [LeftOutReason::MaxAge]);
    assert_eq!(fixture.recorded(), 2);
}

#[tokio::test]
async fn an_entry_that_changed_while_it_was_left_out_is_recorded_once() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let old = |title: &str| {
        let article = Article { title: title.into(), ..entry("a", "1") };
        let entries = vec![LeftOutEntry::of_article(&article, LeftOutReason::MaxAge, None)];
        let left_out = LeftOut { entries, ..LeftOut::default() };
        DocumentArticles {
            articles: Vec::new(),
            listing: Listing::Whole,
            left_out,
            defects: Vec::new(),
            copy: DocumentCopy::Newest,
        }
    };
    for title in ["One", "Two"] {
        let record = fixture.record(fixture.id("a").await, old(title));
        fixture.store.record_poll(record).await.unwrap();
    }
    let history = fixture.store.history("guid 1").await.unwrap();
    let titles: Vec<&str> = history.left_out.iter().map(|left_out| left_out.entry.title.as_str()).collect();
    assert_eq!(titles, ["Two"]);
}

#[tokio::test]
async fn a_document_of_changes_adds_to_the_record_within_its_bound() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(0..150)).await;
    fixture.poll_with(Listing::Delta, Vec::new(), &ids(200..300)).await;
    assert_eq!(fixture.recorded(), 200);
    assert_eq!(fixture.reasons("guid 299").await, [LeftOutReason::MaxAge]);
    assert_eq!(
        fixture.reasons("guid 149").await,
        [LeftOutReason::MaxAge],
        "of the older ones the newest stay"
    );
    assert_eq!(fixture.reasons("guid 0").await, []);
    fixture.poll_with(Listing::Delta, vec![entry("a", "299")], &[]).await;
    assert_eq!(
        (fixture.reasons("guid 299").await, fixture.recorded()),
        (vec![], 199),
        "it became an article"
    );
}

#[tokio::test]
async fn an_entry_that_is_repeated_many_times_is_recorded_once_and_hides_no_other() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let repeated = vec!["7".to_owned(); 300];
    let receipt = fixture.poll_with(Listing::Whole, Vec::new(), &[repeated, ids(1..3)].concat()).await;
    assert_eq!((receipt.left_out.total(), fixture.recorded()), (302, 3));
    assert_eq!(fixture.reasons("guid 2").await, [LeftOutReason::MaxAge]);
    assert_eq!(fixture.store.history("guid 5").await.unwrap().may_be_among, [], "everything is recorded");
}

#[tokio::test]
async fn the_record_is_deleted_with_its_source() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..3)).await;
    fixture.follow(&[]).await;
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    assert_eq!(fixture.recorded(), 0);
}

#[tokio::test]
async fn the_time_since_when_an_entry_is_left_out_stays_while_its_feed_lists_it() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let first = fixture.now;
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..2)).await;
    fixture.wait(DAY);
    fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..3)).await;
    let since = |question: &'static str| {
        let history = fixture.store.history(question);
        async { history.await.unwrap().left_out[0].since }
    };
    assert_eq!((since("guid 1").await, since("guid 2").await), (first, fixture.now));
}

#[tokio::test]
async fn an_entry_that_was_stored_before_is_not_left_out_by_a_limit_and_a_pruned_one_has_that_reason() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let receipt = fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..2)).await;
    assert!(receipt.left_out.is_empty(), "{receipt:?}");
    fixture.poll("a", Vec::new()).await;
    fixture.wait(40 * DAY);
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    let beyond = fixture.poll_with(Listing::Whole, Vec::new(), &ids(1..2)).await;
    let listed = fixture.poll("a", vec![entry("a", "1")]).await;
    for receipt in [beyond, listed] {
        assert_eq!(receipt.left_out.iter().collect::<Vec<_>>(), [(LeftOutReason::Pruned, 1)]);
    }
    assert_eq!(fixture.reasons("guid 1").await, [LeftOutReason::Pruned]);
    assert_eq!(fixture.reasons("key 1").await, [], "its tombstone says more");
}

#[tokio::test]
async fn the_answer_about_an_unknown_entry_names_the_sources_whose_lists_were_replaced_between_two_polls() {
    let fixture = StoreFixture::with(&[source("slow"), source("steady")]).await;
    let mut record = fixture.record(fixture.id("slow").await, document_articles(Listing::Whole, Vec::new()));
    record.state.window.replaced = 3;
    record.state.window.replaced_at = Some(START);
    fixture.store.record_poll(record).await.unwrap();
    let history = fixture.store.history("https://slow.example/missed").await.unwrap();
    let missed = ReplacedList { source: "slow".to_owned(), polls: 3, last_at: START };
    assert_eq!(history.may_be_missed, [missed]);
}

#[tokio::test]
async fn a_document_that_is_too_long_for_today_is_read_again_another_day() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let id = fixture.id("a").await;
    let database = Connection::open(fixture.path()).unwrap();
    let day = START.unix() / 86_400;
    database.execute("insert into growth (source_id, day, new) values (?1, ?2, 19990)", (id.0, day)).unwrap();
    let poll = async |fixture: &StoreFixture| {
        let articles = (0..30).map(|number| entry("a", &number.to_string())).collect();
        let mut record = fixture.record(id, document_articles(Listing::Whole, articles));
        record.state.validators.etag = Some(b"\"1\"".to_vec());
        record.state.body_hash = Some(7);
        let receipt = fixture.store.record_poll(record).await.unwrap();
        let state = fixture.store.statuses().await.unwrap().remove(0).state;
        let daily = receipt.left_out.of(LeftOutReason::DailyLimit);
        (receipt.added, daily, state.validators.etag.is_some(), state.body_hash)
    };
    assert_eq!(poll(&fixture).await, (10, 20, false, None), "a 304 would hide the entries that are left out");
    fixture.wait(DAY);
    assert_eq!(poll(&fixture).await, (20, 0, true, Some(7)));
}
