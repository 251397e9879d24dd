//! Makes the sources of the store follow feeds.toml: adds, retires, revives, renames and moves them.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, named_params, params};

use super::setting_texts::{cadence_text, filters_text};
use super::state::{self, as_json, as_word};
use super::{StoreError, hubs, incidents, kept_answers, plans};
use crate::model::{EntryFilter, Location, NextPoll, Source, SourceId, SourceState};
use crate::policy::host::Scope;
use crate::policy::replan;
use crate::time::Timestamp;

/// What [`super::Store::sync_sources`] changed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SyncReport {
    /// How many sources were new, or had been retired before.
    pub added: usize,
    /// How many sources feeds.toml named before and no longer names. They are not polled, and their articles stay until
    /// retention deletes them.
    pub retired: usize,
    /// How many articles were deleted with sources that were to be purged.
    pub purged: u64,
}

/// The result of following feeds.toml.
#[derive(Debug)]
pub(super) struct SyncOutcome {
    pub(super) report: SyncReport,
    /// Row of each configured source.
    pub(super) rows: Vec<(SourceId, Arc<Source>)>,
    /// Sources whose filters changed since they were applied to the stored entries.
    pub(super) refilter: Vec<SourceId>,
}

/// A source as it is stored, with everything that following feeds.toml needs.
struct SourceRow {
    id: SourceId,
    url: String,
    name: String,
    retired: bool,
    /// Where permanent redirects or its document lead.
    moved_to: Option<String>,
    configured: ConfiguredColumns,
    planned: NextPoll,
}

/// The columns that hold the settings of feeds.toml, as they are in the database.
#[derive(PartialEq)]
struct ConfiguredColumns {
    name: String,
    title: Option<String>,
    tags: String,
    priority: i64,
    position: i64,
    enabled: bool,
    private: bool,
    host: Option<String>,
    domain: Option<String>,
    cadence: String,
    filters: String,
    max_entries: Option<i64>,
    max_age_s: Option<i64>,
}

impl ConfiguredColumns {
    fn of(source: &Source) -> Self {
        Self {
            name: source.name.clone(),
            title: source.title.clone(),
            tags: as_json(&source.tags),
            priority: source.priority,
            position: source.position as i64,
            enabled: source.enabled,
            private: source.private,
            host: source.location.host().map(str::to_owned),
            domain: Scope::of(&source.location).domain().map(str::to_owned),
            cadence: cadence_text(source),
            filters: filters_text(&source.filter),
            max_entries: source.max_entries.map(|entries| i64::try_from(entries).unwrap_or(i64::MAX)),
            max_age_s: source.max_age.map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX)),
        }
    }

    /// Returns whether the limits of `to` let entries through that the limits of `self` left out.
    fn is_narrower_than(&self, to: &Self) -> bool {
        let allows_more =
            |from: Option<i64>, to: Option<i64>| from.is_some_and(|from| to.is_none_or(|to| to > from));
        allows_more(self.max_entries, to.max_entries) || allows_more(self.max_age_s, to.max_age_s)
    }
}

/// When to poll the sources that a new interval in feeds.toml makes overdue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OverdueSources {
    /// Within ten minutes, so that they are not all polled at one moment.
    Spread,
    /// At once, because the process ends when it has polled the due sources.
    AtOnce,
}

/// Makes the stored sources follow `sources`, in one transaction. Rows that need no change are not written.
pub(super) fn sync(
    conn: &Connection,
    sources: &[Arc<Source>],
    overdue: OverdueSources,
    now: Timestamp,
) -> Result<SyncOutcome, StoreError> {
    let known = known(conn)?;
    let matched = match_rows(sources, &known);
    let mut outcome = SyncOutcome { report: SyncReport::default(), rows: Vec::new(), refilter: Vec::new() };
    let mut kept = HashSet::new();
    for source in sources {
        let url = source.location.as_url_text();
        let id = if let Some(row) = matched.get(&url) {
            kept.insert(row.id);
            outcome.report.added += usize::from(row.retired);
            follow(conn, row, source, overdue, now)?;
            if row.retired || row.url != url {
                plans::join_paused_domain(conn, row.id, now)?;
            }
            if row.configured.filters != filters_text(&source.filter) {
                outcome.refilter.push(row.id);
            }
            row.id
        } else {
            outcome.report.added += 1;
            insert(conn, source, &url, now)?
        };
        outcome.rows.push((id, Arc::clone(source)));
    }
    for row in known.iter().filter(|row| !row.retired && !kept.contains(&row.id)) {
        outcome.report.retired += 1;
        conn.prepare_cached("update sources set retired_at = ? where id = ?")?
            .execute(params![now.unix(), row.id.0])?;
    }
    hubs::leave_unpolled(conn, now)?;
    incidents::end_for_unpolled(conn, now)?;
    Ok(outcome)
}

/// Notes that the present filters of the source were applied to its stored entries.
pub(super) fn note_filtered(conn: &Connection, id: SourceId, filter: &EntryFilter) -> Result<(), StoreError> {
    conn.prepare_cached("update sources set filters = ? where id = ?")?
        .execute(params![filters_text(filter), id.0])?;
    Ok(())
}

/// Returns the row of each source by its address, which identifies it. A source with an unknown address may have moved. It gets
/// the row whose permanent redirects or document led to this address, or else the row with the same name. Such a row must not
/// be retired, and no source may still have its address.
fn match_rows<'a>(sources: &[Arc<Source>], known: &'a [SourceRow]) -> HashMap<String, &'a SourceRow> {
    let by_url: HashMap<&str, &SourceRow> = known.iter().map(|row| (row.url.as_str(), row)).collect();
    let addresses: HashSet<String> = sources.iter().map(|source| source.location.as_url_text()).collect();
    let movable = || known.iter().filter(|row| !row.retired && !addresses.contains(&row.url));
    let by_name: HashMap<&str, &SourceRow> = movable().map(|row| (row.name.as_str(), row)).collect();
    let by_move: HashMap<&str, &SourceRow> =
        movable().filter_map(|row| row.moved_to.as_deref().map(|moved_to| (moved_to, row))).collect();
    let at_its_address = |source: &Source| {
        let url = source.location.as_url_text();
        by_url.get(url.as_str()).or_else(|| by_move.get(url.as_str())).copied()
    };
    let of_its_name = |source: &Source| by_name.get(source.name.as_str()).copied();
    let mut matched: HashMap<String, &SourceRow> = HashMap::new();
    let mut taken = HashSet::new();
    for found in [&at_its_address as &dyn Fn(&Source) -> Option<&'a SourceRow>, &of_its_name] {
        for source in sources {
            let row = found(source).filter(|row| !taken.contains(&row.id));
            if let (Some(row), Entry::Vacant(place)) = (row, matched.entry(source.location.as_url_text())) {
                taken.insert(row.id);
                place.insert(row);
            }
        }
    }
    matched
}

fn known(conn: &Connection) -> Result<Vec<SourceRow>, StoreError> {
    let mut query = conn.prepare_cached(
        "select id, url, name, title, tags, priority, position, enabled, private, host, domain, cadence, filters,
                max_entries, max_age_s, retired_at, iif(moved_since is null, null, moved_to),
                next_poll_at, next_poll_reason
         from sources",
    )?;
    // Columns are read by their position, because SQLite would compare a name with the names of all columns.
    let rows = query.query_map([], |row| {
        let name: String = row.get(2)?;
        Ok(SourceRow {
            id: SourceId(row.get(0)?),
            url: row.get(1)?,
            name: name.clone(),
            retired: row.get::<_, Option<i64>>(15)?.is_some(),
            moved_to: row.get(16)?,
            configured: ConfiguredColumns {
                name,
                title: row.get(3)?,
                tags: row.get(4)?,
                priority: row.get(5)?,
                position: row.get(6)?,
                enabled: row.get(7)?,
                private: row.get(8)?,
                host: row.get(9)?,
                domain: row.get(10)?,
                cadence: row.get(11)?,
                filters: row.get(12)?,
                max_entries: row.get(13)?,
                max_age_s: row.get(14)?,
            },
            planned: state::planned(row, 17)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn insert(conn: &Connection, source: &Source, url: &str, now: Timestamp) -> Result<SourceId, StoreError> {
    let to = ConfiguredColumns::of(source);
    let next = replan::first_poll(None, now);
    conn.prepare_cached(
        "insert into sources (url, name, title, tags, priority, position, enabled, private, host, domain, cadence, filters,
                              max_entries, max_age_s, next_poll_at, next_poll_reason)
         values (:url, :name, :title, :tags, :priority, :position, :enabled, :private, :host, :domain, :cadence, :filters,
                 :max_entries, :max_age_s, :next_poll_at, :next_poll_reason)",
    )?
    .execute(named_params! {
        ":url": url, ":name": to.name, ":title": to.title, ":tags": to.tags, ":priority": to.priority,
        ":position": to.position, ":enabled": to.enabled, ":private": to.private, ":host": to.host, ":domain": to.domain,
        ":cadence": to.cadence, ":filters": to.filters, ":max_entries": to.max_entries, ":max_age_s": to.max_age_s,
        ":next_poll_at": next.at.unix(), ":next_poll_reason": as_word(&next.reason),
    })?;
    let id = SourceId(conn.last_insert_rowid());
    write_tags(conn, id, &source.tags)?;
    plans::join_paused_domain(conn, id, now)?;
    // If a kept answer is used for the first poll, the poll sends no request, so no pause postpones it.
    if let Location::Http(url) = &source.location
        && kept_answers::find_usable(conn, url, None, now)?.is_some()
    {
        plans::write_next(conn, id, next)?;
    }
    Ok(id)
}

/// Returns the plan after a change of feeds.toml that concerns when the source is polled. A new plan only brings the poll
/// forward. If it lies in the past, the source is overdue.
fn with_new_interval(
    state: &SourceState,
    source: &Source,
    planned: NextPoll,
    overdue: OverdueSources,
    now: Timestamp,
) -> NextPoll {
    let fresh = replan::after_new_interval(source, state, planned, fastrand::f64());
    if fresh != planned && overdue == OverdueSources::Spread {
        replan::spread_overdue(source, state, fresh, now, fastrand::f64())
    } else {
        fresh
    }
}

/// Returns whether feeds.toml now says something else on when the source is polled.
fn has_new_interval(row: &SourceRow, to: &ConfiguredColumns) -> bool {
    row.retired || row.configured.cadence != to.cadence || row.configured.enabled != to.enabled
}

/// Writes the new plan of a source whose address or interval feeds.toml has changed. Only here the state of a source is read:
/// the states of all would take longer to read than the rest of following feeds.toml takes.
fn plan_anew(
    conn: &Connection,
    row: &SourceRow,
    (source, to): (&Source, &ConfiguredColumns),
    overdue: OverdueSources,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, _) = state::load(conn, row.id)?;
    let url = source.location.as_url_text();
    let mut plan = row.planned;
    if row.url != url {
        plan = move_to(conn, row, &url, (to.host == row.configured.host, state.not_before), now)?;
    }
    if has_new_interval(row, to) {
        plan = with_new_interval(&state, source, plan, overdue, now);
    }
    if row.retired
        && let Some(first) = replan::after_return(&state, now)
    {
        conn.prepare_cached("update sources set gone_at = null where id = ?")?.execute([row.id.0])?;
        plan = first;
    }
    if plan != row.planned {
        plans::write_next(conn, row.id, plan)?;
    }
    Ok(())
}

/// Writes the settings of a source to its row. Its filters are noted later, once they were applied to its entries.
fn follow(
    conn: &Connection,
    row: &SourceRow,
    source: &Source,
    overdue: OverdueSources,
    now: Timestamp,
) -> Result<(), StoreError> {
    let url = source.location.as_url_text();
    let to = ConfiguredColumns { filters: row.configured.filters.clone(), ..ConfiguredColumns::of(source) };
    if row.url != url || has_new_interval(row, &to) {
        plan_anew(conn, row, (source, &to), overdue, now)?;
    }
    if !row.retired && row.configured == to {
        return Ok(());
    }
    if row.configured.is_narrower_than(&to) {
        // Entries that the narrower limits left out can be taken now. So the next poll asks for the whole document, and reads
        // it even if it has not changed. Entries of this document that are older than the last poll are placed by their dates,
        // and not as news.
        conn.prepare_cached(
            "update sources set etag = null, last_modified = null, body_hash = null, filled_at = null,
                 first_read_at = polled_at, read_anew = claimed_until is not null
             where id = ?",
        )?
        .execute([row.id.0])?;
    }
    conn.prepare_cached(
        "update sources set name = :name, title = :title, tags = :tags, priority = :priority, position = :position,
                            enabled = :enabled, private = :private, host = :host, domain = :domain, cadence = :cadence,
                            max_entries = :max_entries, max_age_s = :max_age_s,
                            purge = iif(retired_at is null, purge, 0), retired_at = null
         where id = :id",
    )?
    .execute(named_params! {
        ":name": to.name, ":title": to.title, ":tags": to.tags, ":priority": to.priority, ":position": to.position,
        ":enabled": to.enabled, ":private": to.private, ":host": to.host, ":domain": to.domain, ":cadence": to.cadence, ":max_entries": to.max_entries, ":max_age_s": to.max_age_s,
        ":id": row.id.0,
    })?;
    if row.configured.tags != to.tags {
        conn.prepare_cached("delete from source_tags where source_id = ?")?.execute([row.id.0])?;
        write_tags(conn, row.id, &source.tags)?;
    }
    Ok(())
}

/// Moves a source to another address. If permanent redirects or its document led to this address, everything known of the
/// source stays valid. Any other address may be that of another feed. So it is polled as if for the first time, without the old
/// validators, and its unknown entries are placed by their dates. `same_host` says whether both addresses have the same host;
/// then a pause that the host asked for, until `not_before`, stays in force.
fn move_to(
    conn: &Connection,
    row: &SourceRow,
    url: &str,
    (same_host, not_before): (bool, Option<Timestamp>),
    now: Timestamp,
) -> Result<NextPoll, StoreError> {
    let redirected = row.moved_to.as_deref() == Some(url);
    kept_answers::keep_own_pause(conn, row.id)?;
    conn.prepare_cached(
        "update sources set url = ?, moved_to = null, moved_since = null, moved_seen = 0, \
                         moved_adopted_at = null, refused_move = null, gone_at = null where id = ?",
    )?
    .execute(params![url, row.id.0])?;
    if redirected {
        return Ok(row.planned);
    }
    let plan = replan::after_new_address(not_before, same_host, now);
    conn.prepare_cached(
        "update sources set etag = null, last_modified = null, conditions_hurt_at = null, plain_proofs = 0, body_at = null, body_hash = null, failures = 0,
             throttled = 0, slow_polls_expected = 0, failing_since = null, failure_kind = null, failure_message = null, failure_hint = null,
             not_before = ?, publishing_gap = null, hours = zeroblob(24), last_new_at = null, list_entries = 0, list_is_full = 0,
             list_since = null, lists_replaced = 0, list_replaced_at = null, list_lasted = null, list_lasted_at = null, lists_in_a_row = 0, max_age = null, stated_times_kept = 0, stated_times_broken = 0, document_stated_at = null, document_modified_at = null, document_generated_at = null, older_since = null, hints = '{}', filled_at = null, first_read_at = null
         where id = ?",
    )?
    .execute(params![plan.not_before.map(Timestamp::unix), row.id.0])?;
    Ok(plan.next)
}

fn write_tags(conn: &Connection, id: SourceId, tags: &[String]) -> Result<(), StoreError> {
    let mut insert =
        conn.prepare_cached("insert or ignore into source_tags (tag, source_id) values (?, ?)")?;
    for tag in tags {
        insert.execute(params![tag, id.0])?;
    }
    Ok(())
}
