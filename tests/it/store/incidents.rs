//! Incidents are opened and ended by the polls that show them, and keep their ids.

use riverd::model::{
    Failure, FailureKind, FailureOrigin, Incident, IncidentKind, Listing, PollVerdict, Source, SourceState,
};
use riverd::time::{DAY, HOUR, Timestamp};
use rusqlite::Connection;

use super::fixture::{StoreFixture, document_articles, entry, retention, source};

/// Records a failed poll of `name`, the third in a row since `since`.
async fn fail(fixture: &StoreFixture, name: &str, since: Timestamp) {
    let failure = Failure {
        kind: FailureKind::Status,
        message: "it answered 500".to_owned(),
        hint: None,
        origin: FailureOrigin::Elsewhere,
    };
    let mut record = fixture.record(fixture.id(name).await, document_articles(Listing::Whole, Vec::new()));
    record.state = Box::new(SourceState {
        failures: 3,
        failing_since: Some(since),
        polled_at: Some(fixture.now),
        last_failure: Some(failure.clone()),
        ..SourceState::default()
    });
    record.verdict = PollVerdict::Failed(failure);
    fixture.store.record_poll(record).await.unwrap();
}

async fn incidents(fixture: &StoreFixture) -> Vec<Incident> {
    fixture.store.incidents(100).await.unwrap().0
}

fn sources() -> [Source; 2] {
    [source("port"), Source { private: true, ..source("secret") }]
}

#[tokio::test]
async fn an_incident_is_noticed_once_and_ends_with_a_success() {
    let mut fixture = StoreFixture::with(&sources()).await;
    let since = fixture.now;
    fail(&fixture, "port", since).await;
    assert_eq!(incidents(&fixture).await, []);
    fixture.wait(6 * HOUR);
    fail(&fixture, "port", since).await;
    let noticed = incidents(&fixture).await;
    assert_eq!((noticed.len(), noticed[0].kind, noticed[0].since), (1, IncidentKind::Failing, since));
    fixture.wait(DAY);
    fail(&fixture, "port", since).await;
    fixture.restart().await;
    assert_eq!(incidents(&fixture).await, noticed, "it stays as it was noticed");
    fixture.poll("port", Vec::new()).await;
    let over = incidents(&fixture).await;
    assert_eq!(over[0].guid, noticed[0].guid);
    assert!(over[0].end.is_some_and(|end| end.recovered && end.at == fixture.now));
    fixture.wait(DAY);
    let since = fixture.now;
    fixture.wait(DAY);
    fail(&fixture, "port", since).await;
    let again = incidents(&fixture).await;
    assert_eq!(again.len(), 2);
    assert_ne!(again[0].guid, noticed[0].guid, "a later failure is another incident");
}

#[tokio::test]
async fn an_incident_of_a_source_that_is_taken_out_ends_without_a_recovery() {
    let mut fixture = StoreFixture::with(&sources()).await;
    let since = fixture.now;
    fixture.wait(DAY);
    fail(&fixture, "port", since).await;
    fixture.follow(&sources()[1..]).await;
    let ended = incidents(&fixture).await;
    assert!(ended[0].end.is_some_and(|end| !end.recovered), "{ended:?}");
}

#[tokio::test]
async fn an_incident_of_a_private_source_does_not_repeat_the_words_of_its_failure() {
    let mut fixture = StoreFixture::with(&sources()).await;
    let since = fixture.now;
    fixture.wait(DAY);
    fail(&fixture, "secret", since).await;
    let noticed = incidents(&fixture).await;
    assert_eq!(noticed[0].detail, "`riverd status secret` says why");
}

#[tokio::test]
async fn a_broken_feeds_toml_is_one_incident_until_it_is_fixed() {
    let fixture = StoreFixture::with(&sources()).await;
    for errors in [Some("one error"), Some("two errors"), None, None] {
        fixture.store.note_config_errors(errors.map(str::to_owned), fixture.now).await.unwrap();
    }
    let noticed = incidents(&fixture).await;
    assert_eq!((noticed.len(), noticed[0].detail.as_str()), (1, "two errors"));
    assert!(noticed[0].end.is_some_and(|end| end.recovered));
}

#[tokio::test]
async fn an_open_incident_of_feeds_toml_is_found_behind_any_number_of_later_ones() {
    let mut fixture = StoreFixture::with(&sources()).await;
    fixture.store.note_config_errors(Some("one error".to_owned()), fixture.now).await.unwrap();
    for _ in 0..3 {
        let since = fixture.now;
        fixture.wait(DAY);
        fail(&fixture, "port", since).await;
        fixture.poll("port", Vec::new()).await;
    }
    let kinds = |incidents: &[Incident]| incidents.iter().map(|incident| incident.kind).collect::<Vec<_>>();
    let newest = fixture.store.incidents(2).await.unwrap().0;
    assert_eq!(kinds(&newest), [IncidentKind::Failing, IncidentKind::Failing, IncidentKind::ConfigBroken]);
    fixture.store.note_config_errors(None, fixture.now).await.unwrap();
    fixture.wait(DAY);
    let since = fixture.now;
    fixture.wait(DAY);
    fail(&fixture, "port", since).await;
    let newest = fixture.store.incidents(1).await.unwrap().0;
    assert_eq!(kinds(&newest), [IncidentKind::Failing], "one that is over has no such place");
}

#[tokio::test]
async fn an_incident_that_begins_again_within_its_second_is_open_again_and_deletes_no_other() {
    let mut fixture = StoreFixture::with(&sources()).await;
    let since = fixture.now;
    fixture.wait(DAY);
    fail(&fixture, "port", since).await;
    fixture.poll("port", Vec::new()).await;
    fixture.wait(DAY);
    for (number, errors) in [Some("one error"), None, Some("another error")].into_iter().enumerate() {
        // The rows of other tables have large numbers.
        let pages = (0..1200).map(|page| entry("secret", &format!("{number}-{page}"))).collect();
        fixture.poll("secret", pages).await;
        fixture.store.note_config_errors(errors.map(str::to_owned), fixture.now).await.unwrap();
    }
    let found = incidents(&fixture).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].detail.as_str(), found[0].end), ("another error", None));
    assert_eq!(found[1].kind, IncidentKind::Failing);
}

#[tokio::test]
async fn maintenance_deletes_ended_incidents_beyond_a_thousand_newer_ones_and_no_open_one() {
    let mut fixture = StoreFixture::with(&sources()).await;
    let since = fixture.now;
    fixture.wait(DAY);
    fixture.store.note_config_errors(Some("one error".to_owned()), fixture.now).await.unwrap();
    fail(&fixture, "port", since).await;
    fixture.poll("port", Vec::new()).await;
    for (later, first_kept) in [(999, "config_broken failing"), (1, "config_broken")] {
        let conn = Connection::open(fixture.path()).unwrap();
        conn.execute(
            "insert into incidents (guid, kind, since, noticed_at, detail, ended_at)
             with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < ?1)
             select 'later ' || ?1 || ' ' || number, 'failing', 0, 0, '', 1 from numbers",
            [later],
        )
        .unwrap();
        fixture.store.maintain(&retention(30, 0), fixture.now, 10).await.unwrap();
        let kept: String = conn
            .query_row("select group_concat(kind, ' ') from incidents where id <= 2", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, first_kept);
    }
}
