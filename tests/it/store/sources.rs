//! Tests that sources follow feeds.toml, and that the due queue follows the sources.

use std::collections::HashSet;

use riverd::article::identity::{EntryIdentity, Identity, KnownEntries, assign};
use riverd::config::NearDuplicates;
use riverd::model::{
    Article, CanonicalUrl, DocumentTimes, DomainPause, Enclosure, EntryFilter, IdentityScheme, LeftOutReason,
    ListLife, ListWindow, Listing, Moved, NextPoll, NextPollReason, PageRecord, Pattern, RiverItem, Show,
    Source, StatedTimes,
};
use riverd::policy::outage::NetworkClaims;
use riverd::store::{ClaimLimit, RiverSelection, SyncReport};
use riverd::time::{DAY, HOUR, MINUTE, Timestamp};

use url::Url;

use super::fixture::{
    START, StoreFixture, dated, document_articles, edited, entry, exact, source, source_at,
};

#[tokio::test]
async fn new_sources_are_due_at_once_and_polled_ones_when_planned() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    assert_eq!(fixture.due().await, ["a", "b"]);
    assert!(fixture.due().await.is_empty(), "claimed sources are not claimed again");
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.wait(11 * MINUTE);
    assert_eq!(fixture.due().await, ["b"], "a claim that nobody recorded ends by itself");
    fixture.wait(HOUR);
    assert_eq!(fixture.due().await, ["b", "a"], "the most overdue first");
}

#[tokio::test]
async fn what_a_kill_interrupted_is_due_at_the_next_start_but_not_again_and_again() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.due().await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.restart().await;
    assert_eq!(fixture.due().await, ["b"], "nobody holds the claim any more");
    fixture.restart().await;
    assert!(fixture.due().await.is_empty(), "its document may be what kills the process");
    fixture.wait(11 * MINUTE);
    assert_eq!(fixture.due().await, ["b"]);
    fixture.poll("b", vec![entry("b", "1")]).await;
    fixture.wait(HOUR);
    fixture.due().await;
    fixture.restart().await;
    assert_eq!(fixture.due().await, ["a", "b"], "a recorded poll starts the count anew");
}

#[tokio::test]
async fn claims_that_could_not_be_recorded_are_given_back_but_not_those_of_running_polls() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.due().await;
    fixture.store.release_abandoned(HashSet::from([fixture.id("a").await])).await.unwrap();
    assert_eq!(fixture.due().await, ["b"]);
}

#[tokio::test]
async fn a_claim_takes_no_more_sources_of_a_host_than_it_has_room_for() {
    let fixture = StoreFixture::with(&[
        source_at("a", "https://one.example/a"),
        source_at("b", "https://one.example/b"),
        source_at("c", "https://two.example/c"),
        source_at("d", "https://three.example/d"),
    ])
    .await;
    let busy_hosts = HashSet::from(["two.example".to_owned()]);
    let claimed = fixture
        .store
        .claim_due(
            fixture.now,
            ClaimLimit {
                total: 9,
                slow: 1000,
                per_host: 1,
                per_private_host: 1,
                network: NetworkClaims::ALL,
                busy_hosts,
                under_way: HashSet::new(),
            },
        )
        .await
        .unwrap();
    assert_eq!(claimed.iter().map(|due| due.source.name.as_str()).collect::<Vec<_>>(), ["a", "d"]);
}

#[tokio::test]
async fn sources_that_failed_or_were_slow_leave_slots_for_the_others() {
    let names = ["a", "b", "c", "d"];
    let mut fixture = StoreFixture::with(&names.map(source)).await;
    for (name, failures, slow_polls_expected) in [("a", 1, 0), ("b", 0, 1), ("c", 0, 8)] {
        let mut record =
            fixture.record(fixture.id(name).await, document_articles(Listing::Delta, Vec::new()));
        (record.state.failures, record.state.slow_polls_expected) = (failures, slow_polls_expected);
        fixture.store.record_poll(record).await.unwrap();
    }
    fixture.poll("d", Vec::new()).await;
    fixture.wait(2 * HOUR);
    let limit = ClaimLimit {
        total: 64,
        slow: 2,
        per_host: 1,
        per_private_host: 1,
        network: NetworkClaims::ALL,
        busy_hosts: HashSet::new(),
        under_way: HashSet::new(),
    };
    let claimed = fixture.store.claim_due(fixture.now, limit).await.unwrap();
    assert_eq!(claimed.iter().map(|due| due.source.name.as_str()).collect::<Vec<_>>(), ["a", "b", "d"]);
}

#[tokio::test]
async fn slow_sources_of_one_private_host_do_not_wait_for_each_other_in_slots_for_slow_polls() {
    let sources: Vec<Source> =
        (0..4).map(|n| source_at(&format!("s{n}"), &format!("http://127.0.0.1:8080/{n}"))).collect();
    let mut fixture = StoreFixture::with(&sources).await;
    for name in ["s0", "s1", "s2"] {
        let mut record =
            fixture.record(fixture.id(name).await, document_articles(Listing::Delta, Vec::new()));
        record.state.slow_polls_expected = 1;
        fixture.store.record_poll(record).await.unwrap();
    }
    fixture.poll("s3", Vec::new()).await;
    fixture.wait(2 * HOUR);
    let limit = ClaimLimit {
        total: 64,
        slow: 32,
        per_host: 1,
        per_private_host: 32,
        network: NetworkClaims::ALL,
        busy_hosts: HashSet::new(),
        under_way: HashSet::new(),
    };
    let claimed = fixture.store.claim_due(fixture.now, limit).await.unwrap();
    assert_eq!(claimed.iter().map(|due| due.source.name.as_str()).collect::<Vec<_>>(), ["s0", "s3"]);
}

#[tokio::test]
async fn a_source_whose_claim_is_given_back_is_due_as_before() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    assert_eq!(fixture.due().await, ["a"]);
    fixture.store.release(vec![fixture.id("a").await]).await.unwrap();
    assert_eq!(fixture.due().await, ["a"]);
}

#[tokio::test]
async fn disabled_and_retired_sources_are_not_polled_and_keep_their_articles() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.poll("b", vec![entry("b", "1")]).await;
    let report = fixture.follow(&[Source { enabled: false, ..source("a") }]).await;
    assert_eq!(report, SyncReport { added: 0, retired: 1, purged: 0 });
    fixture.wait(DAY);
    assert!(fixture.due().await.is_empty());
    assert_eq!(fixture.river(10).await.len(), 2);
}

#[tokio::test]
async fn a_source_named_again_brings_nothing_twice() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.follow(&[]).await;
    fixture.wait(DAY);
    assert_eq!(fixture.follow(&[source("a")]).await, SyncReport { added: 1, retired: 0, purged: 0 });
    let receipt = fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    assert_eq!((receipt.known, receipt.added), (1, 1));
}

#[tokio::test]
async fn a_source_that_moved_keeps_its_articles_and_a_renamed_one_its_row() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let id = fixture.id("a").await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.follow(&[source_at("a", "https://new.example/feed")]).await;
    assert_eq!(fixture.due().await, ["a"], "the new address was never polled");
    assert_eq!(fixture.poll("a", vec![entry("a", "1")]).await.known, 1);
    fixture.follow(&[source_at("renamed", "https://new.example/feed")]).await;
    assert_eq!(fixture.id("renamed").await, id);
}

#[tokio::test]
async fn sources_that_swap_their_names_keep_their_articles() {
    let mut fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture
        .follow(&[source_at("b", "https://a.example/feed"), source_at("a", "https://b.example/feed")])
        .await;
    fixture.river(1).await;
    let of = |name: &str| RiverSelection::Source(name.to_owned());
    assert_eq!(fixture.store.latest(&of("b"), 10).await.unwrap().len(), 1);
    assert!(fixture.store.latest(&of("a"), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn filters_hold_back_new_and_stored_entries() {
    let drop =
        |word: &str| EntryFilter { drop: vec![Pattern::Word(word.to_owned())], ..EntryFilter::default() };
    let filtered = |word: &str| Source { filter: drop(word), ..source("a") };
    let mut fixture = StoreFixture::with(&[filtered("sponsored")]).await;
    let without_text = |article| Article { content: None, ..article };
    let document =
        vec![without_text(edited(entry("a", "1"), "Sponsored: buy")), without_text(entry("a", "2"))];
    let receipt = fixture.poll("a", document).await;
    assert_eq!((receipt.added, receipt.left_out.of(LeftOutReason::Filtered)), (1, 1));
    assert_eq!(fixture.titles().await, ["2 of a"]);
    fixture.follow(&[source("a")]).await;
    assert_eq!(fixture.river(10).await.len(), 2, "without the filter the entry comes back");
    fixture.follow(&[filtered("2")]).await;
    assert_eq!(fixture.titles().await, ["Sponsored: buy"]);
}

#[tokio::test]
async fn a_tag_holds_the_articles_of_all_its_sources() {
    let tagged = Source { tags: vec!["rust".to_owned()], ..source("b") };
    let fixture = StoreFixture::with(&[source("a"), tagged]).await;
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    fixture.poll("b", vec![entry("a", "1"), entry("b", "3")]).await;
    fixture.river(1).await;
    let mut titles: Vec<_> = fixture.store.latest(&RiverSelection::Tag("rust".to_owned()), 10).await.unwrap();
    titles.sort_by(|one, other| one.title.cmp(&other.title));
    assert_eq!(titles.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["1 of a", "3 of b"]);
}

#[tokio::test]
async fn a_pause_holds_for_the_whole_domain_and_brings_no_poll_forward() {
    let mut fixture = StoreFixture::with(&[
        source_at("asked", "https://one.example.org/a"),
        source_at("other", "https://two.example.org/b"),
        source_at("elsewhere", "https://example.net/c"),
    ])
    .await;
    let mut record = fixture.record(fixture.id("asked").await, document_articles(Listing::Delta, Vec::new()));
    record.next = NextPoll { at: fixture.now.saturating_add(2 * HOUR), reason: NextPollReason::RetryAfter };
    record.pause = Some(DomainPause {
        domain: "example.org".to_owned(),
        until: fixture.now.saturating_add(2 * HOUR),
        spread: HOUR,
    });
    fixture.store.record_poll(record).await.unwrap();
    assert_eq!(fixture.due().await, ["elsewhere"]);
    fixture.wait(HOUR);
    assert!(!fixture.due().await.contains(&"other".to_owned()));
    let statuses = fixture.store.statuses().await.unwrap();
    let other = statuses.iter().find(|status| status.name == "other").unwrap();
    assert_eq!(other.next_poll.unwrap().reason, NextPollReason::DomainThrottled);
    assert_eq!(other.state.not_before, Some(fixture.now.saturating_add(HOUR)));
    fixture.wait(2 * HOUR);
    assert!(fixture.due().await.contains(&"other".to_owned()));
}

#[tokio::test]
async fn a_pause_that_a_page_asks_for_holds_for_the_feed_on_its_domain_and_for_no_other() {
    let sources = [source_at("own", "https://example.org/a"), source_at("other", "https://example.net/b")];
    for listed_by in ["own", "other"] {
        let fixture = StoreFixture::with(&sources).await;
        let until = fixture.now.saturating_add(2 * HOUR);
        let record = PageRecord {
            entry: 1,
            source_id: fixture.id(listed_by).await,
            text: None,
            message: None,
            tries: 1,
            next_try_at: None,
            still_waits: true,
            host_until: Some(until),
            pause: Some(DomainPause { domain: "example.org".to_owned(), until, spread: MINUTE }),
        };
        fixture.store.record_page(record, fixture.now).await.unwrap();
        let statuses = fixture.store.statuses().await.unwrap();
        let waiting = statuses.iter().filter(|status| status.state.not_before == Some(until));
        assert_eq!(waiting.map(|status| status.name.as_str()).collect::<Vec<_>>(), ["own"], "{listed_by}");
        assert_eq!(fixture.due().await, ["other"]);
    }
}

#[tokio::test]
async fn an_article_that_waits_for_its_page_is_published_after_its_source_is_no_longer_polled_for_pages() {
    let with_pages = Source { full_text: true, ..source("a") };
    for changed in
        [Source { full_text: false, ..with_pages.clone() }, Source { enabled: false, ..with_pages.clone() }]
    {
        let mut fixture = StoreFixture::with(std::slice::from_ref(&with_pages)).await;
        fixture.poll("a", vec![entry("a", "1")]).await;
        fixture.store.publish(fixture.now).await.unwrap();
        let published = async |fixture: &StoreFixture| {
            fixture.store.latest(&RiverSelection::River, 10).await.unwrap().len()
        };
        assert_eq!(published(&fixture).await, 0, "it waits for its page");
        let has_waited = fixture.store.has_waited_enough(fixture.now).await.unwrap();
        fixture.follow(std::slice::from_ref(&changed)).await;
        fixture.wait(11 * MINUTE);
        let waits = changed.full_text;
        assert_eq!(
            (has_waited, fixture.store.has_waited_enough(fixture.now).await.unwrap()),
            (false, waits),
            "the publisher is told of an article that still waited"
        );
        fixture.store.publish(fixture.now).await.unwrap();
        assert_eq!(published(&fixture).await, 1);
    }
}

#[tokio::test]
async fn a_clock_that_went_back_moves_plans_back_with_it() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let right = fixture.now;
    fixture.wait(365 * DAY);
    fixture.poll("a", Vec::new()).await;
    fixture.now = right;
    assert_eq!(fixture.store.adjust_to_clock(fixture.now).await.unwrap(), 1);
    assert!(fixture.due().await.is_empty());
    fixture.wait(HOUR);
    assert_eq!(fixture.due().await, ["a"]);
}

/// Records a pause of two hours for `example.org`, which the source `asked` received.
async fn pause_example_org(fixture: &StoreFixture, asked: &str) {
    let until = fixture.now.saturating_add(2 * HOUR);
    let mut record = fixture.record(fixture.id(asked).await, document_articles(Listing::Delta, Vec::new()));
    record.state.not_before = Some(until);
    record.next = NextPoll { at: until, reason: NextPollReason::RetryAfter };
    record.pause = Some(DomainPause { domain: "example.org".to_owned(), until, spread: MINUTE });
    fixture.store.record_poll(record).await.unwrap();
}

#[tokio::test]
async fn a_pause_holds_for_a_source_that_comes_to_the_domain_while_it_is_in_force() {
    let asked = || source_at("asked", "https://one.example.org/a");
    let guest = |url| source_at("guest", url);
    let away = "https://example.net/";
    for was in [None, Some(guest(away)), Some(guest("https://one.example.org/old"))] {
        let before: Vec<_> = std::iter::once(asked()).chain(was.clone()).collect();
        let mut fixture = StoreFixture::with(&before).await;
        assert_eq!(fixture.due().await.len(), before.len());
        if was.is_some() {
            fixture.poll("guest", Vec::new()).await;
        }
        pause_example_org(&fixture, "asked").await;
        fixture.restart().await;
        fixture.follow(&[asked(), guest("https://two.example.org/b")]).await;
        let status = fixture.store.statuses().await.unwrap().remove(1);
        assert_eq!(status.next_poll.unwrap().reason, NextPollReason::DomainThrottled, "{was:?}");
        assert_eq!(status.state.not_before, Some(fixture.now.saturating_add(2 * HOUR)));
        fixture.wait(HOUR);
        assert!(fixture.due().await.is_empty(), "{was:?}");
        fixture.wait(2 * HOUR);
        assert_eq!(fixture.due().await.len(), 2, "{was:?}");
    }
}

#[tokio::test]
async fn a_source_that_moves_within_its_host_keeps_the_pause_that_the_host_asked_for() {
    let mut fixture = StoreFixture::with(&[source_at("nas", "http://nas/a")]).await;
    let until = fixture.now.saturating_add(HOUR);
    let mut record = fixture.record(fixture.id("nas").await, document_articles(Listing::Delta, Vec::new()));
    record.state.not_before = Some(until);
    record.next = NextPoll { at: until, reason: NextPollReason::RetryAfter };
    fixture.store.record_poll(record).await.unwrap();
    fixture.follow(&[source_at("nas", "http://nas/b")]).await;
    assert!(fixture.due().await.is_empty());
    fixture.follow(&[source_at("nas", "http://other/b")]).await;
    assert_eq!(fixture.due().await, ["nas"], "another host asked for nothing");
}

#[tokio::test]
async fn a_clock_that_went_back_moves_a_pause_of_the_whole_domain_back_with_it() {
    let mut fixture = StoreFixture::with(&[
        source_at("asked", "https://one.example.org/a"),
        source_at("other", "https://two.example.org/b"),
    ])
    .await;
    fixture.poll("other", Vec::new()).await;
    let right = fixture.now;
    fixture.wait(365 * DAY);
    pause_example_org(&fixture, "asked").await;
    fixture.now = right;
    assert_eq!(fixture.store.adjust_to_clock(fixture.now).await.unwrap(), 2);
    fixture.wait(HOUR);
    assert!(fixture.due().await.is_empty());
    fixture.follow(&[source_at("new", "https://three.example.org/")]).await;
    assert!(fixture.due().await.is_empty());
    fixture.wait(2 * HOUR);
    assert_eq!(fixture.due().await, ["new"]);
    let statuses = fixture.store.statuses().await.unwrap();
    assert!(statuses.iter().all(|status| status.state.not_before <= Some(fixture.now)));
}

#[tokio::test]
async fn a_clock_that_went_back_leaves_no_new_source_waiting_for_it() {
    let mut fixture = StoreFixture::with(&[]).await;
    let right = fixture.now;
    fixture.wait(365 * DAY);
    fixture.follow(&[source("a")]).await;
    fixture.now = right;
    fixture.store.adjust_to_clock(fixture.now).await.unwrap();
    assert_eq!(fixture.due().await, ["a"]);
}

#[tokio::test]
async fn the_state_of_a_source_is_read_back_as_it_was_written() {
    use riverd::model::Moved;
    use riverd::model::{
        Failure, FailureKind, FeedHints, FeedInfo, HourCounts, IdentityScheme, PlainOnly, SourceState,
        Validators,
    };
    let fixture = StoreFixture::with(&[source("a")]).await;
    let at = |hours: u32| Some(fixture.now.saturating_sub(hours * HOUR));
    let state = SourceState {
        validators: Validators {
            etag: Some(b"W/\"\xff\"".to_vec()),
            last_modified: Some(b"yesterday".to_vec()),
        },
        plain_only: at(10).map(|proved_at| PlainOnly { proofs: 2, proved_at }),
        body_at: at(1),
        body_hash: Some(u64::MAX),
        failures: 3,
        throttled: 2,
        slow_polls_expected: 5,
        failing_since: at(2),
        last_failure: Some(Failure {
            kind: FailureKind::TooLarge,
            message: "too large".to_owned(),
            hint: Some("raise it".to_owned()),
            origin: riverd::model::FailureOrigin::Elsewhere,
        }),
        polled_at: at(3),
        succeeded_at: at(4),
        not_before: at(5),
        gone_at: at(6),
        moved: Some(Moved {
            to: "https://new.example/".parse().unwrap(),
            polls: 2,
            since: at(7).unwrap(),
            adopted_at: at(8),
        }),
        refused_move: Some("https://dead.example/".parse().unwrap()),
        identity: IdentityScheme::LinkDateTitle,
        publishing_gap: Some(HOUR),
        window: ListWindow {
            listed: 25,
            is_full: true,
            since: at(10),
            replaced: 2,
            replaced_at: at(11),
            life: at(12).map(|seen_at| ListLife { shortest: MINUTE, seen_at }),
            whole_in_a_row: 3,
        },
        hours: HourCounts(std::array::from_fn(|hour| hour as u8 * 10)),
        last_new_at: at(9),
        push_missed_at: at(7),
        max_age: Some(MINUTE),
        stated_times: StatedTimes { kept: 2, are_broken: true },
        newest_document: DocumentTimes { stated: at(13), modified: at(14), generated: at(15) },
        // The store sets it while a document lists older versions.
        older_since: None,
        hints: FeedHints { ttl: Some(HOUR), skip_hours: vec![1, 2], ..FeedHints::default() },
        feed: FeedInfo {
            title: Some("t".to_owned()),
            link: Some("l".to_owned()),
            description: Some("d".to_owned()),
            language: Some("de".to_owned()),
            rights: Some("r".to_owned()),
            show: Some(Show { explicit: Some(true), guid: Some("g".to_owned()), ..Show::default() }),
        },
    };
    let mut record = fixture.record(fixture.id("a").await, document_articles(Listing::Delta, Vec::new()));
    record.state = Box::new(state.clone());
    fixture.store.record_poll(record).await.unwrap();
    assert_eq!(fixture.store.statuses().await.unwrap()[0].state, state);
}

#[tokio::test]
async fn a_rendered_feed_keeps_its_time_until_it_changes_and_no_two_share_one() {
    let mut fixture = StoreFixture::deduplicating(
        &[],
        riverd::config::Dedup { near_duplicates: NearDuplicates::Hide, ..exact() },
    )
    .await;
    let rendered =
        |digest: &str| riverd::store::RenderedFeed { path: String::new(), digest: digest.to_owned() };
    let first = fixture.store.note_rendered_feed(rendered("one"), fixture.now).await.unwrap();
    assert_eq!(first, fixture.now);
    let same_second = fixture.store.note_rendered_feed(rendered("two"), fixture.now).await.unwrap();
    assert!(same_second > first);
    fixture.wait(DAY);
    fixture.restart().await;
    assert_eq!(fixture.store.note_rendered_feed(rendered("two"), fixture.now).await.unwrap(), same_second);
}

#[tokio::test]
async fn a_source_configured_at_the_target_of_its_redirects_is_the_same_one_under_any_name() {
    let mut fixture = StoreFixture::with(&[source("old"), source("other")]).await;
    let id = fixture.id("old").await;
    let page = || dated(entry("old", "1"), START.saturating_sub(DAY));
    fixture.poll("old", vec![page()]).await;
    let mut record = fixture.record(id, document_articles(Listing::Delta, Vec::new()));
    let to = Url::parse("https://new.example/feed").unwrap();
    record.state.moved = Some(Moved { to, polls: 3, since: fixture.now, adopted_at: Some(fixture.now) });
    fixture.store.record_poll(record).await.unwrap();
    // Another source takes its name.
    let report = fixture
        .follow(&[source_at("old", "https://third.example/feed"), source("new"), source("other")])
        .await;
    assert_eq!((report.added, report.retired), (1, 0));
    assert_eq!(fixture.id("new").await, id);
    fixture.wait(HOUR);
    let backdated = dated(entry("old", "2"), START.saturating_sub(50 * DAY));
    assert_eq!(fixture.poll("new", vec![backdated, page()]).await.added, 1);
    assert_eq!(fixture.titles().await, ["2 of old", "1 of old"]);
}

#[tokio::test]
async fn old_entries_that_wider_limits_let_in_are_placed_by_date_and_news_by_arrival() {
    let young = Source { max_age: Some(7 * DAY), ..source("a") };
    let mut fixture = StoreFixture::with(&[young, source("b")]).await;
    let old = || dated(entry("a", "old"), START.saturating_sub(100 * DAY));
    fixture.poll("a", vec![dated(entry("a", "recent"), START.saturating_sub(DAY))]).await;
    fixture.poll("b", vec![dated(entry("b", "between"), START.saturating_sub(50 * DAY))]).await;
    fixture.follow(&[source("a"), source("b")]).await;
    fixture.wait(3 * DAY);
    let news = dated(entry("a", "news"), START.saturating_add(HOUR));
    fixture.poll("a", vec![news, dated(entry("a", "recent"), START.saturating_sub(DAY)), old()]).await;
    assert_eq!(fixture.titles().await, ["news of a", "recent of a", "between of b", "old of a"]);
    assert_eq!(fixture.river(1).await[0].river_at, START.saturating_add(HOUR), "not read since");
    fixture.wait(DAY);
    fixture.poll("a", vec![dated(entry("a", "older still"), START.saturating_sub(200 * DAY)), old()]).await;
    assert_eq!(fixture.titles().await[0], "older still of a", "the publisher listed it only now");
}

#[tokio::test]
async fn a_poll_under_way_while_the_limits_are_widened_leaves_no_validators() {
    let narrow = || Source { max_entries: Some(3), ..source("a") };
    let mut fixture = StoreFixture::with(&[narrow()]).await;
    let id = fixture.id("a").await;
    for (read_anew, limit) in [(false, Some(3)), (true, None)] {
        assert_eq!(fixture.due().await, ["a"]);
        fixture.follow(&[Source { max_entries: limit, ..narrow() }]).await;
        let mut record = fixture.record(id, document_articles(Listing::Whole, Vec::new()));
        record.state.validators.etag = Some(b"\"1\"".to_vec());
        record.state.body_hash = Some(1);
        fixture.store.record_poll(record).await.unwrap();
        fixture.wait(HOUR);
        let state = fixture.store.statuses().await.unwrap().remove(0).state;
        assert_eq!((state.validators.etag.is_none(), state.body_hash.is_none()), (read_anew, read_anew));
    }
}

#[tokio::test]
async fn a_private_host_is_claimed_in_batches_and_a_network_that_is_down_only_to_try_it() {
    let private = (0..30).map(|n| source_at(&format!("p{n}"), &format!("http://127.0.0.1/{n}")));
    let public = (0..3).map(|n| source_at(&format!("s{n}"), &format!("http://s{n}.example.org/")));
    let sources: Vec<Source> = private.chain(public).collect();
    let claimed = async |network| {
        let fixture = StoreFixture::with(&sources).await;
        let limit = ClaimLimit {
            total: 64,
            slow: 1000,
            per_host: 1,
            per_private_host: 32,
            network,
            busy_hosts: HashSet::new(),
            under_way: HashSet::new(),
        };
        let due = fixture.store.claim_due(fixture.now, limit).await.unwrap();
        let private = due.iter().filter(|due| due.source.location.to_string().contains("127.0.0.1")).count();
        (private, due.len() - private)
    };
    assert_eq!(claimed(NetworkClaims::ALL).await, (30, 3));
    assert_eq!(claimed(NetworkClaims { public: 1, ..NetworkClaims::ALL }).await, (30, 1));
    assert_eq!(claimed(NetworkClaims { private: 0, ..NetworkClaims::ALL }).await, (0, 3));
}

#[tokio::test]
async fn sources_that_moved_from_a_private_host_to_a_public_one_have_the_limit_of_a_public_one() {
    let sources = ["a", "b", "c"].map(|name| source_at(name, &format!("http://127.0.0.1/{name}")));
    let mut fixture = StoreFixture::with(&sources).await;
    for name in ["a", "b", "c"] {
        let id = fixture.id(name).await;
        let mut record = fixture.record(id, document_articles(Listing::Delta, Vec::new()));
        let to = Url::parse(&format!("https://new.example.org/{name}")).unwrap();
        record.state.moved = Some(Moved { to, polls: 3, since: fixture.now, adopted_at: Some(fixture.now) });
        fixture.store.record_poll(record).await.unwrap();
    }
    fixture.wait(HOUR);
    let limit = ClaimLimit {
        total: 64,
        slow: 1000,
        per_host: 1,
        per_private_host: 32,
        network: NetworkClaims { private: 0, ..NetworkClaims::ALL },
        busy_hosts: HashSet::new(),
        under_way: HashSet::new(),
    };
    assert_eq!(fixture.store.claim_due(fixture.now, limit).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_source_under_another_address_that_lists_the_same_entries_is_the_same_one() {
    let mut fixture = StoreFixture::with(&[source("old"), source("planet")]).await;
    let post = |n: u32| dated(entry("site", &n.to_string()), START.saturating_sub(n * DAY));
    fixture.poll("old", (0..4).map(post).collect()).await;
    let of_planet = (0..4).map(post).chain((4..20).map(|n| dated(entry("else", &n.to_string()), START)));
    fixture.poll("planet", of_planet.collect()).await;
    let before = fixture.river(100).await;
    fixture.wait(HOUR);
    fixture.follow(&[source_at("new", "https://site.example/feed.xml")]).await;
    let corrected = edited(post(1), "corrected");
    let list = vec![post(0), corrected, post(2), dated(entry("site", "news"), fixture.now)];
    let receipt = fixture.poll("new", list).await;
    assert_eq!((receipt.added, receipt.updated, receipt.known), (1, 1, 2));
    let after = fixture.river(100).await;
    assert_eq!(after.len(), before.len() + 1);
    let now = after.iter().find(|item| item.title == "corrected").unwrap();
    assert_eq!(now.source.name, "new");
    assert!(before.iter().any(|item| item.guid == now.guid), "it is the same article");
    assert_eq!(after[0].title, "news of site");
}

/// Returns the guid and the address of an entry by its number.
type Ids<'i> = &'i dyn Fn(u32) -> (Option<String>, Option<String>);

#[tokio::test]
async fn a_source_under_another_address_is_the_same_one_although_its_ids_or_links_are_others() {
    let link = |host: &str, n: u32| Some(format!("https://{host}.example/{n}"));
    let id = |n: u32| Some(format!("id {n}"));
    let cases: [(&str, Ids<'_>, Ids<'_>); 4] = [
        ("the guid is the link, and the host is another one", &|n| (link("a", n), link("a", n)), &|n| {
            (link("b", n), link("b", n))
        }),
        ("the host is another one", &|n| (id(n), link("a", n)), &|n| (id(n), link("b", n))),
        ("the ids are others", &|n| (id(n), link("a", n)), &|n| (link("a", n), link("a", n))),
        ("there are no links", &|n| (id(n), None), &|n| (id(n), None)),
    ];
    for (case, before, now) in cases {
        let mut fixture = StoreFixture::with(&[source("old")]).await;
        let list = |ids: Ids<'_>| -> Vec<Article> {
            let post = |n: u32| {
                let (guid, url) = ids(n);
                let at = START.saturating_sub(n * DAY + 11 * MINUTE);
                let canonical_url = url.clone().map(CanonicalUrl);
                let hash = u64::from(n);
                let post = dated(entry("a", &n.to_string()), at);
                Article { guid, url, canonical_url, content_hash: hash, seen_hash: hash, ..post }
            };
            (0..5).map(post).collect()
        };
        let first = with_keys(&KnownEntries::default(), list(before));
        fixture.poll("old", first).await;
        let guids = |river: Vec<RiverItem>| river.into_iter().map(|item| item.guid).collect::<Vec<_>>();
        let published = guids(fixture.river(100).await);
        fixture.wait(HOUR);
        fixture.follow(&[source_at("new", "https://new.example/feed.xml")]).await;
        let known = fixture.store.known_entries(fixture.id("new").await).await.unwrap();
        let receipt = fixture.poll("new", with_keys(&known, list(now))).await;
        assert_eq!((receipt.added, receipt.known + receipt.updated), (0, 5), "{case}");
        assert_eq!(guids(fixture.river(100).await), published, "{case}");
        // Another site in place of the old one.
        fixture.follow(&[source_at("other", "https://other.example/feed.xml")]).await;
        let known = fixture.store.known_entries(fixture.id("other").await).await.unwrap();
        let others = (10..15).map(|n| dated(entry("other", &n.to_string()), START)).collect();
        assert_eq!(fixture.poll("other", with_keys(&known, others)).await.added, 5, "{case}");
    }
}

#[tokio::test]
async fn a_podcast_under_another_address_is_the_same_one_although_its_titles_get_or_lose_numbers() {
    let names = ["The mill", "Salt", "A crane", "Night ferry", "Bread"];
    let episode = |host: &str, n: usize, title: String, at: Timestamp, hash: u64| {
        let number = n as u64 + hash;
        let page = format!("https://{host}.example/{}", 90 + number);
        let file = Enclosure {
            url: format!("{page}.mp3"),
            media_type: "audio/mpeg".to_owned(),
            length: None,
            duration_s: Some(1800 + 61 * n as u64),
            title: None,
        };
        Article {
            guid: Some(format!("{host} {number}")),
            canonical_url: Some(CanonicalUrl(page.clone())),
            url: Some(page),
            enclosures: vec![file],
            content_hash: number,
            seen_hash: number,
            title,
            ..dated(entry(host, "1"), at)
        }
    };
    let date = |n: usize| START.saturating_sub(u32::try_from(n).unwrap() * 7 * DAY + 11 * MINUTE);
    let day = |n: usize| Timestamp::from_unix(date(n).unix() / 86_400 * 86_400);
    for (before, after, dated_at) in [
        ("{n}. {t}", "{t}", &date as &dyn Fn(usize) -> Timestamp),
        ("{t}", "Ep. {n}: {t}", &day),
        ("#{n} {t}", "{t} (Folge {n})", &|n| day(n).saturating_sub(50 * DAY)),
    ] {
        let title =
            |form: &str, n: usize| form.replace("{n}", &(12 + n).to_string()).replace("{t}", names[n]);
        let mut fixture = StoreFixture::with(&[source("old")]).await;
        let list = (0..5).map(|n| episode("a", n, title(before, n), date(n), 100)).collect();
        fixture.poll("old", with_keys(&KnownEntries::default(), list)).await;
        assert_eq!(fixture.river(100).await.len(), 5);
        fixture.wait(HOUR);
        fixture.follow(&[source_at("new", "https://new.example/feed.xml")]).await;
        let known = fixture.store.known_entries(fixture.id("new").await).await.unwrap();
        let list = (0..5).map(|n| episode("b", n, title(after, n), dated_at(n), 200)).collect();
        let receipt = fixture.poll("new", with_keys(&known, list)).await;
        assert_eq!((receipt.added, receipt.grouped, receipt.updated), (0, 0, 5), "{before}, {after}");
        assert_eq!(fixture.river(100).await.len(), 5);
    }
}

fn identity(article: &Article) -> EntryIdentity<'_> {
    EntryIdentity {
        guid: article.guid.as_deref(),
        url: article.url.as_deref(),
        canonical_url: article.canonical_url.as_ref().map(|url| url.0.as_str()),
        title: &article.title,
        published_at: article.published_at,
        updated_at: article.updated_at,
        content_hash: article.content_hash,
        seen_hash: article.seen_hash,
        words: 9,
        duration_s: article.enclosures.first().and_then(|file| file.duration_s),
        texts: [None; 2],
    }
}

/// Gives articles the keys that they get when a document is read.
fn with_keys(known: &KnownEntries, mut articles: Vec<Article>) -> Vec<Article> {
    let identities: Vec<_> = articles.iter().map(identity).collect();
    let (assigned, _) = assign(&identities, IdentityScheme::Guid, known, START);
    for (article, identity) in articles.iter_mut().zip(assigned) {
        let Identity::Own(key) = identity else { panic!("a repeat") };
        article.key = key;
    }
    articles
}
