//! Sources follow feeds.toml, and the due queue follows the sources.

use std::collections::HashSet;

use riverd::config::NearDuplicates;
use riverd::model::{
    Article, DomainPause, EntryFilter, LeftOutReason, Listing, Moved, NextPoll, Pattern, Reason, Show, Source,
};
use riverd::store::{ClaimLimit, RiverSelection, SyncReport};
use riverd::time::{DAY, HOUR, MINUTE};

use url::Url;

use super::lab::{Lab, START, dated, document_articles, edited, entry, exact, source, source_at};

#[tokio::test]
async fn new_sources_are_due_at_once_and_polled_ones_when_planned() {
    let mut lab = Lab::with(&[source("a"), source("b")]).await;
    assert_eq!(lab.due().await, ["a", "b"]);
    assert!(lab.due().await.is_empty(), "claimed sources are not claimed again");
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.wait(11 * MINUTE);
    assert_eq!(lab.due().await, ["b"], "a claim that nobody recorded ends by itself");
    lab.restart().await;
    assert!(lab.due().await.is_empty(), "a restart asks nobody early");
    lab.wait(HOUR);
    assert_eq!(lab.due().await, ["b", "a"], "the most overdue first");
}

#[tokio::test]
async fn a_claim_takes_no_more_of_a_host_than_it_has_room_for() {
    let lab = Lab::with(&[
        source_at("a", "https://one.example/a"),
        source_at("b", "https://one.example/b"),
        source_at("c", "https://two.example/c"),
        source_at("d", "https://three.example/d"),
    ])
    .await;
    let busy_hosts = HashSet::from(["two.example".to_owned()]);
    let claimed = lab
        .store
        .claim_due(lab.now, ClaimLimit { total: 9, per_host: 1, busy_hosts, under_way: HashSet::new() })
        .await
        .unwrap();
    assert_eq!(claimed.iter().map(|due| due.source.name.as_str()).collect::<Vec<_>>(), ["a", "d"]);
}

#[tokio::test]
async fn a_claim_given_back_is_due_as_before() {
    let lab = Lab::with(&[source("a")]).await;
    assert_eq!(lab.due().await, ["a"]);
    lab.store.release(vec![lab.id("a").await]).await.unwrap();
    assert_eq!(lab.due().await, ["a"]);
}

#[tokio::test]
async fn disabled_and_retired_sources_are_not_polled_and_keep_their_articles() {
    let mut lab = Lab::with(&[source("a"), source("b")]).await;
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.poll("b", vec![entry("b", "1")]).await;
    let report = lab.follow(&[Source { enabled: false, ..source("a") }]).await;
    assert_eq!(report, SyncReport { added: 0, retired: 1, purged: 0 });
    lab.wait(DAY);
    assert!(lab.due().await.is_empty());
    assert_eq!(lab.river(10).await.len(), 2);
}

#[tokio::test]
async fn a_source_named_again_brings_nothing_twice() {
    let mut lab = Lab::with(&[source("a")]).await;
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.follow(&[]).await;
    lab.wait(DAY);
    assert_eq!(lab.follow(&[source("a")]).await, SyncReport { added: 1, retired: 0, purged: 0 });
    let receipt = lab.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    assert_eq!((receipt.known, receipt.added), (1, 1));
}

#[tokio::test]
async fn a_source_that_moved_keeps_its_articles_and_a_renamed_one_its_row() {
    let mut lab = Lab::with(&[source("a")]).await;
    let id = lab.id("a").await;
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.follow(&[source_at("a", "https://new.example/feed")]).await;
    assert_eq!(lab.due().await, ["a"], "the new address was never asked");
    assert_eq!(lab.poll("a", vec![entry("a", "1")]).await.known, 1);
    lab.follow(&[source_at("renamed", "https://new.example/feed")]).await;
    assert_eq!(lab.id("renamed").await, id);
}

#[tokio::test]
async fn sources_that_swap_their_names_keep_their_articles() {
    let mut lab = Lab::with(&[source("a"), source("b")]).await;
    lab.poll("a", vec![entry("a", "1")]).await;
    lab.follow(&[source_at("b", "https://a.example/feed"), source_at("a", "https://b.example/feed")]).await;
    lab.river(1).await;
    let of = |name: &str| RiverSelection::Source(name.to_owned());
    assert_eq!(lab.store.latest(&of("b"), 10).await.unwrap().len(), 1);
    assert!(lab.store.latest(&of("a"), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn filters_hold_back_what_comes_and_what_is_stored() {
    let drop = |word: &str| EntryFilter { keep: Vec::new(), drop: vec![Pattern::Word(word.to_owned())] };
    let filtered = |word: &str| Source { filter: drop(word), ..source("a") };
    let mut lab = Lab::with(&[filtered("sponsored")]).await;
    let untold = |article| Article { content: None, ..article };
    let document = vec![untold(edited(entry("a", "1"), "Sponsored: buy")), untold(entry("a", "2"))];
    let receipt = lab.poll("a", document).await;
    assert_eq!((receipt.added, receipt.left_out.of(LeftOutReason::Filtered)), (1, 1));
    assert_eq!(lab.titles().await, ["2 of a"]);
    lab.follow(&[source("a")]).await;
    assert_eq!(lab.river(10).await.len(), 2, "without the filter it comes back");
    lab.follow(&[filtered("2")]).await;
    assert_eq!(lab.titles().await, ["Sponsored: buy"]);
}

#[tokio::test]
async fn a_tag_holds_what_reached_one_of_its_sources() {
    let tagged = Source { tags: vec!["rust".to_owned()], ..source("b") };
    let lab = Lab::with(&[source("a"), tagged]).await;
    lab.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    lab.poll("b", vec![entry("a", "1"), entry("b", "3")]).await;
    lab.river(1).await;
    let mut titles: Vec<_> = lab.store.latest(&RiverSelection::Tag("rust".to_owned()), 10).await.unwrap();
    titles.sort_by(|one, other| one.title.cmp(&other.title));
    assert_eq!(titles.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["1 of a", "3 of b"]);
}

#[tokio::test]
async fn a_pause_holds_for_the_whole_domain_and_brings_no_poll_forward() {
    let mut lab = Lab::with(&[
        source_at("asked", "https://one.example.org/a"),
        source_at("other", "https://two.example.org/b"),
        source_at("elsewhere", "https://example.net/c"),
    ])
    .await;
    let mut record = lab.record(lab.id("asked").await, document_articles(Listing::Delta, Vec::new()));
    record.next = NextPoll { at: lab.now.saturating_add(2 * HOUR), reason: Reason::RetryAfter };
    record.pause = Some(DomainPause {
        domain: "example.org".to_owned(),
        until: lab.now.saturating_add(2 * HOUR),
        spread: HOUR,
    });
    lab.store.record_poll(record).await.unwrap();
    assert_eq!(lab.due().await, ["elsewhere"]);
    lab.wait(HOUR);
    assert!(!lab.due().await.contains(&"other".to_owned()));
    let statuses = lab.store.statuses().await.unwrap();
    let other = statuses.iter().find(|status| status.name == "other").unwrap();
    assert_eq!(other.next_poll.unwrap().reason, Reason::HostThrottled);
    assert_eq!(other.state.not_before, Some(lab.now.saturating_add(HOUR)));
    lab.wait(2 * HOUR);
    assert!(lab.due().await.contains(&"other".to_owned()));
}

#[tokio::test]
async fn a_clock_that_went_back_moves_plans_back_with_it() {
    let mut lab = Lab::with(&[source("a")]).await;
    let right = lab.now;
    lab.wait(365 * DAY);
    lab.poll("a", Vec::new()).await;
    lab.now = right;
    assert_eq!(lab.store.adjust_to_clock(lab.now).await.unwrap(), 1);
    assert!(lab.due().await.is_empty());
    lab.wait(HOUR);
    assert_eq!(lab.due().await, ["a"]);
}

/// A pause of two hours for `example.org`, which `asked` was told.
async fn pause_example_org(lab: &Lab, asked: &str) {
    let until = lab.now.saturating_add(2 * HOUR);
    let mut record = lab.record(lab.id(asked).await, document_articles(Listing::Delta, Vec::new()));
    record.state.not_before = Some(until);
    record.next = NextPoll { at: until, reason: Reason::RetryAfter };
    record.pause = Some(DomainPause { domain: "example.org".to_owned(), until, spread: MINUTE });
    lab.store.record_poll(record).await.unwrap();
}

#[tokio::test]
async fn a_pause_holds_for_a_source_that_comes_to_the_domain_while_it_is_in_force() {
    let asked = || source_at("asked", "https://one.example.org/a");
    let guest = |url| source_at("guest", url);
    let away = "https://example.net/";
    for was in [None, Some(guest(away)), Some(guest("https://one.example.org/old"))] {
        let before: Vec<_> = std::iter::once(asked()).chain(was.clone()).collect();
        let mut lab = Lab::with(&before).await;
        assert_eq!(lab.due().await.len(), before.len());
        if was.is_some() {
            lab.poll("guest", Vec::new()).await;
        }
        pause_example_org(&lab, "asked").await;
        lab.restart().await;
        lab.follow(&[asked(), guest("https://two.example.org/b")]).await;
        let told = lab.store.statuses().await.unwrap().remove(1);
        assert_eq!(told.next_poll.unwrap().reason, Reason::HostThrottled, "{was:?}");
        assert_eq!(told.state.not_before, Some(lab.now.saturating_add(2 * HOUR)));
        lab.wait(HOUR);
        assert!(lab.due().await.is_empty(), "{was:?}");
        lab.wait(2 * HOUR);
        assert_eq!(lab.due().await.len(), 2, "{was:?}");
    }
}

#[tokio::test]
async fn a_source_that_moves_within_its_host_keeps_the_pause_that_the_host_asked_for() {
    let mut lab = Lab::with(&[source_at("nas", "http://nas/a")]).await;
    let until = lab.now.saturating_add(HOUR);
    let mut record = lab.record(lab.id("nas").await, document_articles(Listing::Delta, Vec::new()));
    record.state.not_before = Some(until);
    record.next = NextPoll { at: until, reason: Reason::RetryAfter };
    lab.store.record_poll(record).await.unwrap();
    lab.follow(&[source_at("nas", "http://nas/b")]).await;
    assert!(lab.due().await.is_empty());
    lab.follow(&[source_at("nas", "http://other/b")]).await;
    assert_eq!(lab.due().await, ["nas"], "another host asked for nothing");
}

#[tokio::test]
async fn a_clock_that_went_back_moves_a_pause_of_the_whole_domain_back_with_it() {
    let mut lab = Lab::with(&[
        source_at("asked", "https://one.example.org/a"),
        source_at("other", "https://two.example.org/b"),
    ])
    .await;
    lab.poll("other", Vec::new()).await;
    let right = lab.now;
    lab.wait(365 * DAY);
    pause_example_org(&lab, "asked").await;
    lab.now = right;
    assert_eq!(lab.store.adjust_to_clock(lab.now).await.unwrap(), 2);
    lab.wait(HOUR);
    assert!(lab.due().await.is_empty());
    lab.follow(&[source_at("new", "https://three.example.org/")]).await;
    assert!(lab.due().await.is_empty());
    lab.wait(2 * HOUR);
    assert_eq!(lab.due().await, ["new"]);
    let statuses = lab.store.statuses().await.unwrap();
    assert!(statuses.iter().all(|status| status.state.not_before <= Some(lab.now)));
}

#[tokio::test]
async fn a_clock_that_went_back_leaves_no_new_source_waiting_for_it() {
    let mut lab = Lab::with(&[]).await;
    let right = lab.now;
    lab.wait(365 * DAY);
    lab.follow(&[source("a")]).await;
    lab.now = right;
    lab.store.adjust_to_clock(lab.now).await.unwrap();
    assert_eq!(lab.due().await, ["a"]);
}

#[tokio::test]
async fn what_was_learnt_is_read_back_as_it_was_written() {
    use riverd::model::Moved;
    use riverd::model::{
        Failure, FailureKind, FeedHints, FeedInfo, HourCounts, IdentityScheme, SourceState, Validators,
    };
    let lab = Lab::with(&[source("a")]).await;
    let at = |hours: u32| Some(lab.now.saturating_sub(hours * HOUR));
    let state = SourceState {
        validators: Validators {
            etag: Some(b"W/\"\xff\"".to_vec()),
            last_modified: Some(b"yesterday".to_vec()),
        },
        body_at: at(1),
        body_hash: Some(u64::MAX),
        failures: 3,
        throttled: 2,
        failing_since: at(2),
        last_failure: Some(Failure {
            kind: FailureKind::TooLarge,
            message: "too large".to_owned(),
            hint: Some("raise it".to_owned()),
        }),
        polled_at: at(3),
        succeeded_at: at(4),
        not_before: at(5),
        gone_at: at(6),
        moved: Some(Moved {
            to: "https://new.example/".parse().unwrap(),
            seen: 2,
            since: at(7).unwrap(),
            adopted_at: at(8),
        }),
        identity: IdentityScheme::LinkDateTitle,
        publishing_gap: Some(HOUR),
        hours: HourCounts(std::array::from_fn(|hour| hour as u8 * 10)),
        last_new_at: at(9),
        push_missed_at: at(7),
        max_age: Some(MINUTE),
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
    let mut record = lab.record(lab.id("a").await, document_articles(Listing::Delta, Vec::new()));
    record.state = Box::new(state.clone());
    lab.store.record_poll(record).await.unwrap();
    assert_eq!(lab.store.statuses().await.unwrap()[0].state, state);
}

#[tokio::test]
async fn an_edition_keeps_its_time_until_it_changes_and_never_shares_it() {
    let mut lab =
        Lab::deduplicating(&[], riverd::config::Dedup { near_duplicates: NearDuplicates::Hide, ..exact() })
            .await;
    let edition =
        |digest: &str| riverd::store::FeedVersion { path: String::new(), digest: digest.to_owned() };
    let first = lab.store.stamp_edition(edition("one"), lab.now).await.unwrap();
    assert_eq!(first, lab.now);
    let same_second = lab.store.stamp_edition(edition("two"), lab.now).await.unwrap();
    assert!(same_second > first);
    lab.wait(DAY);
    lab.restart().await;
    assert_eq!(lab.store.stamp_edition(edition("two"), lab.now).await.unwrap(), same_second);
}

#[tokio::test]
async fn a_source_written_down_where_redirects_led_is_the_same_one_under_whatever_name() {
    let mut lab = Lab::with(&[source("old"), source("other")]).await;
    let id = lab.id("old").await;
    let page = || dated(entry("old", "1"), START.saturating_sub(DAY));
    lab.poll("old", vec![page()]).await;
    let mut record = lab.record(id, document_articles(Listing::Delta, Vec::new()));
    let to = Url::parse("https://new.example/feed").unwrap();
    record.state.moved = Some(Moved { to, seen: 3, since: lab.now, adopted_at: Some(lab.now) });
    lab.store.record_poll(record).await.unwrap();
    // Another takes its name.
    let report =
        lab.follow(&[source_at("old", "https://third.example/feed"), source("new"), source("other")]).await;
    assert_eq!((report.added, report.retired), (1, 0));
    assert_eq!(lab.id("new").await, id);
    lab.wait(HOUR);
    let backdated = dated(entry("old", "2"), START.saturating_sub(50 * DAY));
    assert_eq!(lab.poll("new", vec![backdated, page()]).await.added, 1);
    assert_eq!(lab.titles().await, ["2 of old", "1 of old"]);
}

#[tokio::test]
async fn what_wider_limits_let_in_is_placed_by_its_date_and_news_by_its_arrival() {
    let young = Source { max_age: Some(7 * DAY), ..source("a") };
    let mut lab = Lab::with(&[young, source("b")]).await;
    let old = || dated(entry("a", "old"), START.saturating_sub(100 * DAY));
    lab.poll("a", vec![dated(entry("a", "recent"), START.saturating_sub(DAY))]).await;
    lab.poll("b", vec![dated(entry("b", "between"), START.saturating_sub(50 * DAY))]).await;
    lab.follow(&[source("a"), source("b")]).await;
    lab.wait(3 * DAY);
    let news = dated(entry("a", "news"), START.saturating_add(HOUR));
    lab.poll("a", vec![news, dated(entry("a", "recent"), START.saturating_sub(DAY)), old()]).await;
    assert_eq!(lab.titles().await, ["news of a", "recent of a", "between of b", "old of a"]);
    assert_eq!(lab.river(1).await[0].river_at, lab.now, "it came three days late");
    lab.wait(DAY);
    lab.poll("a", vec![dated(entry("a", "older still"), START.saturating_sub(200 * DAY)), old()]).await;
    assert_eq!(lab.titles().await[0], "older still of a", "that the publisher brought only now");
}

#[tokio::test]
async fn a_poll_under_way_while_the_limits_are_widened_leaves_no_validators() {
    let narrow = || Source { max_entries: Some(3), ..source("a") };
    let mut lab = Lab::with(&[narrow()]).await;
    let id = lab.id("a").await;
    for (read_anew, limit) in [(false, Some(3)), (true, None)] {
        assert_eq!(lab.due().await, ["a"]);
        lab.follow(&[Source { max_entries: limit, ..narrow() }]).await;
        let mut record = lab.record(id, document_articles(Listing::Whole, Vec::new()));
        record.state.validators.etag = Some(b"\"1\"".to_vec());
        record.state.body_hash = Some(1);
        lab.store.record_poll(record).await.unwrap();
        lab.wait(HOUR);
        let state = lab.store.statuses().await.unwrap().remove(0).state;
        assert_eq!((state.validators.etag.is_none(), state.body_hash.is_none()), (read_anew, read_anew));
    }
}
