//! The health of the whole river: what `/status`, `/status.json`, `/status/feed.xml` and `/metrics` are made of.

use std::collections::BTreeMap;

use bytesize::ByteSize;
use serde::Serialize;

use super::health::{Condition, SourceHealth};
use super::{RenderError, Representation, valid};
use crate::model::{
    Incident, IncidentKind, LastingProblem, PollCounters, PollOutcome, SourceStatus, StorageReport,
    StorageShare, StoreFigures, secret_address,
};
use crate::time::Timestamp;

/// How many parts of the database are named, and how many of the sources that fill it.
const SHARES_SHOWN: usize = 4;

/// The health of the whole river at one moment. It holds nothing secret, and no address of a source that is `private`.
#[derive(Clone, Debug)]
pub struct StatusReport {
    /// Title of the river.
    pub title: String,
    /// Moment that the report describes.
    pub made_at: Timestamp,
    /// Every source, the most urgent first (`urgency`), and equally urgent ones in the order of feeds.toml.
    pub sources: Vec<SourceHealth>,
    /// The incidents that were noticed or ended last, the newest first.
    pub incidents: Vec<Incident>,
    /// Number of open incidents by kind.
    pub open_incidents: Vec<(IncidentKind, u64)>,
    /// Figures of what is stored.
    pub figures: StoreFigures,
    /// Counts of the polls of this process.
    pub polls: PollCounters,
    /// Why the last scheduled backup was not made or the next one can't be written. `None` also if there are none.
    pub backup_problem: Option<LastingProblem>,
}

impl StatusReport {
    /// Describes the sources at `now`, and orders them: the most urgent ones come first.
    pub fn describe_sources(statuses: &[SourceStatus], now: Timestamp) -> Vec<SourceHealth> {
        let mut sources: Vec<_> = statuses.iter().map(|status| published_health(status, now)).collect();
        sources.sort_by_key(urgency);
        sources
    }

    /// Returns the open incident that feeds.toml is broken, if `incidents` has one.
    pub fn config_incident(&self) -> Option<&Incident> {
        let is_open =
            |incident: &&Incident| incident.kind == IncidentKind::ConfigBroken && incident.end.is_none();
        self.incidents.iter().find(is_open)
    }

    /// Returns the number of sources by condition. A condition that no source is in is not among them.
    pub fn conditions(&self) -> BTreeMap<Condition, u64> {
        let mut counts = BTreeMap::new();
        for source in &self.sources {
            *counts.entry(source.condition).or_default() += 1;
        }
        counts
    }
}

/// Describes the health of a source for everyone who may read the river. If the address of the source must not be shown, this
/// function hides where the source moved, its hub, and the words of the last failure, which may name an address. If the source
/// is no longer in feeds.toml, it leaves all of these out.
fn published_health(status: &SourceStatus, now: Timestamp) -> SourceHealth {
    let mut health = SourceHealth::of(status, now);
    if status.source.is_none() {
        // It is no longer known whether the source was private.
        (health.last_error, health.moved, health.hub) = (None, None, None);
    }
    let Some(source) =
        status.source.as_deref().filter(|source| secret_address::published_address(source).is_none())
    else {
        return health;
    };
    let elsewhere = format!("`riverd status {}` says more", source.name);
    if let Some(error) = &mut health.last_error {
        error.message = format!("the last poll failed ({})", error.kind);
        error.hint = Some(elsewhere.clone());
    }
    if let Some(moved) = &mut health.moved {
        moved.url.clone_from(&health.url);
        moved.line = None;
        moved.how = moved.stands.then(|| elsewhere.clone());
    }
    if let Some(hub) = &mut health.hub {
        hub.url.clone_from(&health.url);
    }
    health
}

/// Returns a small number for a source that needs the operator, and a large one for a source that is well.
pub(super) fn urgency(health: &SourceHealth) -> u8 {
    match health.condition {
        Condition::Gone => 0,
        Condition::Failing => 1,
        Condition::Throttled => 2,
        _ if health.moved.as_ref().is_some_and(|moved| moved.stands) => 3,
        _ if health.list.as_ref().is_some_and(|list| list.at_risk.is_some()) => 4,
        Condition::Silent => 5,
        Condition::Waiting => 6,
        Condition::New => 7,
        Condition::Ok => 8,
        Condition::Disabled => 9,
        Condition::Retired => 10,
    }
}

/// The document `/status.json`. Users rely on the fields and their names, so they must not change.
#[derive(Serialize)]
struct StatusDocument<'a> {
    version: &'static str,
    generated_at: Timestamp,
    started_at: Timestamp,
    config: ConfigFields<'a>,
    store: StoreFields<'a>,
    backups: BackupFields<'a>,
    polls: BTreeMap<&'static str, u64>,
    articles_by_day: Vec<DayFields>,
    incidents: Vec<IncidentFields<'a>>,
    sources: &'a [SourceHealth],
}

#[derive(Serialize)]
struct ConfigFields<'a> {
    ok: bool,
    errors: Option<&'a str>,
    broken_since: Option<Timestamp>,
}

#[derive(Serialize)]
struct StoreFields<'a> {
    articles: u64,
    entries: u64,
    database_bytes: u64,
    /// What fills the database; null until maintenance has measured it.
    storage: &'a Option<StorageReport>,
}

#[derive(Serialize)]
struct BackupFields<'a> {
    ok: bool,
    error: Option<&'a str>,
    failing_since: Option<Timestamp>,
}

#[derive(Serialize)]
struct DayFields {
    day: String,
    articles: u64,
}

#[derive(Serialize)]
struct IncidentFields<'a> {
    id: &'a str,
    kind: &'static str,
    source: Option<&'a str>,
    since: Timestamp,
    noticed_at: Timestamp,
    detail: &'a str,
    hint: Option<&'a str>,
    ended_at: Option<Timestamp>,
    recovered: Option<bool>,
}

/// Lists the first shares of a storage report with their sizes.
pub fn shares(shares: &[StorageShare]) -> String {
    let shown = shares.iter().take(SHARES_SHOWN).filter(|share| share.bytes > 0);
    let shown: Vec<String> =
        shown.map(|share| format!("{} {}", valid::line(&share.name), ByteSize::b(share.bytes))).collect();
    shown.join(", ")
}

/// Renders `/status.json`.
pub fn json(report: &StatusReport) -> Result<Representation, RenderError> {
    let broken = report.config_incident();
    let document = StatusDocument {
        version: env!("CARGO_PKG_VERSION"),
        generated_at: report.made_at,
        started_at: report.polls.since,
        config: ConfigFields {
            ok: broken.is_none(),
            errors: broken.map(|incident| incident.detail.as_str()),
            broken_since: broken.map(|incident| incident.since),
        },
        store: StoreFields {
            articles: report.figures.articles,
            entries: report.figures.entries,
            database_bytes: report.figures.database_bytes,
            storage: &report.figures.storage,
        },
        backups: BackupFields {
            ok: report.backup_problem.is_none(),
            error: report.backup_problem.as_ref().map(|problem| problem.cause.as_str()),
            failing_since: report.backup_problem.as_ref().map(|problem| problem.since),
        },
        polls: PollOutcome::ALL
            .into_iter()
            .map(|outcome| {
                (outcome.as_str(), report.polls.by_outcome.get(&outcome).copied().unwrap_or_default())
            })
            .collect(),
        articles_by_day: day_fields(&report.figures),
        incidents: report.incidents.iter().map(incident_fields).collect(),
        sources: &report.sources,
    };
    let bytes = serde_json::to_vec(&document)
        .map_err(|why| RenderError { format: super::Format::Json, why: why.to_string() })?;
    Ok(Representation::new("application/json", bytes))
}

fn day_fields(figures: &StoreFigures) -> Vec<DayFields> {
    let day = |day: &crate::model::DayCount| DayFields {
        day: day.day.to_utc().format("%Y-%m-%d").to_string(),
        articles: day.count,
    };
    figures.articles_by_day.iter().map(day).collect()
}

fn incident_fields(incident: &Incident) -> IncidentFields<'_> {
    IncidentFields {
        id: &incident.guid,
        kind: incident.kind.as_str(),
        source: incident.source.as_deref(),
        since: incident.since,
        noticed_at: incident.noticed_at,
        detail: &incident.detail,
        hint: incident.hint.as_deref(),
        ended_at: incident.end.map(|end| end.at),
        recovered: incident.end.map(|end| end.recovered),
    }
}
