//! Opens and ends incidents: those of a source at each poll, and that of feeds.toml at each reload. `policy::incidents` decides
//! which incidents there are.

use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::state::time;
use crate::article::placement;
use crate::model::{Incident, IncidentEnd, IncidentKind, Key, PollRecord, SourceId};
use crate::policy::incidents::{self, IncidentProblem};
use crate::time::Timestamp;

/// Maintenance deletes an incident that has ended once this many newer ones were opened. An open incident is kept whatever its
/// age. A source has at most one open incident of each kind.
const ENDED_KEPT: i64 = 1000;

/// Opens and ends the incidents of a source after a poll, in the transaction that stores the poll. `has_open` says whether one is
/// open.
pub(super) fn note_poll(conn: &Connection, record: &PollRecord, has_open: bool) -> Result<(), StoreError> {
    let (state, now) = (&record.state, record.polled_at);
    let open = if has_open { open_kinds(conn, Some(record.source))? } else { Vec::new() };
    for (id, kind) in &open {
        if incidents::is_over(*kind, state, now) {
            end(conn, *id, now, incidents::has_recovered(*kind, state))?;
        }
    }
    let problems = incidents::problems(state, now);
    for problem in problems.iter().filter(|problem| open.iter().all(|(_, kind)| *kind != problem.kind)) {
        open_for_source(conn, record.source, problem, now)?;
    }
    Ok(())
}

/// Opens the incident that feeds.toml is broken, or updates what is wrong; without errors it ends the incident.
pub(super) fn note_config(conn: &Connection, errors: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    let open = open_kinds(conn, None)?.into_iter().find(|(_, kind)| *kind == IncidentKind::ConfigBroken);
    match (open, errors) {
        (Some((id, _)), None) => end(conn, id, now, true),
        (Some((id, _)), Some(errors)) => {
            conn.prepare_cached("update incidents set detail = ? where id = ?")?
                .execute(params![errors, id])?;
            Ok(())
        }
        (None, Some(errors)) => {
            let problem = IncidentProblem {
                kind: IncidentKind::ConfigBroken,
                since: now,
                detail: errors.to_owned(),
                hint: Some("`riverd check` shows each error with its line".to_owned()),
            };
            let feeds_toml = SourceOfIncident { id: None, name: None, url: "feeds.toml".to_owned() };
            insert(conn, &feeds_toml, &problem, now)
        }
        (None, None) => Ok(()),
    }
}

/// Ends the incidents of sources that are disabled or no longer in feeds.toml. These sources do not count as recovered.
pub(super) fn end_for_unpolled(conn: &Connection, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached(
        "update incidents set ended_at = ? where ended_at is null and kind <> 'config_broken' and (source_id is null
             or source_id in (select id from sources where retired_at is not null or enabled = 0))",
    )?
    .execute([now.unix()])?;
    Ok(())
}

/// Deletes incidents that have ended, but not those among the last [`ENDED_KEPT`] that were opened.
pub(super) fn forget(conn: &Connection) -> Result<(), StoreError> {
    conn.prepare_cached(
        "delete from incidents where ended_at is not null and id <= (select max(id) from incidents) - ?",
    )?
    .execute([ENDED_KEPT])?;
    Ok(())
}

/// Returns the `limit` incidents that were noticed or ended last, the newest first. An open incident of feeds.toml is always
/// among them, because the status needs it.
pub(super) fn newest(conn: &Connection, limit: usize) -> Result<Vec<Incident>, StoreError> {
    let mut query = conn.prepare_cached(
        "select guid, kind, source, since, noticed_at, detail, hint, ended_at, recovered from incidents
         where (kind = 'config_broken' and ended_at is null)
             or id in (select id from incidents order by max(noticed_at, coalesce(ended_at, 0)) desc, id desc limit ?)
         order by max(noticed_at, coalesce(ended_at, 0)) desc, id desc",
    )?;
    let rows = query.query_map([limit as i64], read)?;
    let found: Vec<Option<Incident>> = rows.collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Returns the number of open incidents of each kind that has some.
pub(super) fn count_open(conn: &Connection) -> Result<Vec<(IncidentKind, u64)>, StoreError> {
    let mut query =
        conn.prepare_cached("select kind, count(*) from incidents where ended_at is null group by kind")?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let found: Vec<(String, i64)> = rows.collect::<Result<_, _>>()?;
    let known = |(kind, count): (String, i64)| Some((IncidentKind::from_name(&kind)?, count.cast_unsigned()));
    Ok(found.into_iter().filter_map(known).collect())
}

/// Reads an incident. Returns `None` for a kind that only a newer riverd knows.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Incident>> {
    let Some(kind) = IncidentKind::from_name(&row.get::<_, String>("kind")?) else { return Ok(None) };
    let recovered = row.get("recovered")?;
    Ok(Some(Incident {
        guid: row.get("guid")?,
        kind,
        source: row.get("source")?,
        since: Timestamp::from_unix(row.get("since")?),
        noticed_at: Timestamp::from_unix(row.get("noticed_at")?),
        detail: row.get("detail")?,
        hint: row.get("hint")?,
        end: time(row, "ended_at")?.map(|at| IncidentEnd { at, recovered }),
    }))
}

/// Returns the rows and kinds of the open incidents of a source. If `source` is `None`, returns those that concern no source.
fn open_kinds(conn: &Connection, source: Option<SourceId>) -> Result<Vec<(i64, IncidentKind)>, StoreError> {
    let mut query =
        conn.prepare_cached("select id, kind from incidents where ended_at is null and source_id is ?")?;
    let rows = query.query_map([source.map(|source| source.0)], |row| {
        Ok((row.get(0)?, IncidentKind::from_name(&row.get::<_, String>(1)?)))
    })?;
    let found: Vec<(i64, Option<IncidentKind>)> = rows.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter_map(|(id, kind)| Some((id, kind?))).collect())
}

/// What an incident keeps of the source that it concerns.
struct SourceOfIncident {
    id: Option<SourceId>,
    name: Option<String>,
    url: String,
}

fn open_for_source(
    conn: &Connection,
    source: SourceId,
    problem: &IncidentProblem,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (name, url, private): (String, String, bool) = conn
        .prepare_cached("select name, url, private from sources where id = ?")?
        .query_row([source.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut problem = problem.clone();
    if private {
        // The message may contain an address that must not be published.
        problem.detail = format!("`riverd status {name}` says why");
        problem.hint = None;
    }
    insert(conn, &SourceOfIncident { id: Some(source), name: Some(name), url }, &problem, now)
}

fn insert(
    conn: &Connection,
    source: &SourceOfIncident,
    problem: &IncidentProblem,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = Key(format!("{} {}", problem.kind.as_str(), now.unix()));
    // Two incidents of a source with the same kind and second are one, which is open again.
    conn.prepare_cached(
        "insert into incidents (guid, source_id, source, kind, since, noticed_at, detail, hint)
             values (?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (guid) do update set source_id = excluded.source_id, detail = excluded.detail,
                 hint = excluded.hint, ended_at = null, recovered = 0",
    )?
    .execute(params![
        placement::guid(&format!("incident {}", source.url), &key, 0),
        source.id.map(|id| id.0),
        source.name,
        problem.kind.as_str(),
        problem.since.unix(),
        now.unix(),
        problem.detail,
        problem.hint,
    ])?;
    Ok(())
}

fn end(conn: &Connection, id: i64, now: Timestamp, recovered: bool) -> Result<(), StoreError> {
    conn.prepare_cached("update incidents set ended_at = ?, recovered = ? where id = ?")?
        .execute(params![now.unix(), recovered, id])?;
    Ok(())
}
