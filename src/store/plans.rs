//! Reads and writes planned next polls. `policy::replan` decides every change.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, Statement, named_params, params};

use super::StoreError;
use super::state::{self, as_word, time};
use crate::model::{DomainPause, NextPoll, NextPollReason, Source, SourceId, SourceState};
use crate::policy::replan::{self, StoredPlan};
use crate::policy::watched_time;
use crate::time::Timestamp;

/// The columns that [`stored_plan`] reads.
const PLAN_COLUMNS: &str = "next_poll_at, next_poll_reason, not_before";

fn stored_plan(row: &Row<'_>) -> rusqlite::Result<StoredPlan> {
    let statement: &Statement<'_> = row.as_ref();
    let place = statement.column_index("next_poll_at")?;
    Ok(StoredPlan { next: state::planned(row, place)?, not_before: time(row, "not_before")? })
}

fn plan_of(conn: &Connection, id: SourceId) -> Result<StoredPlan, StoreError> {
    let sql = format!("select {PLAN_COLUMNS} from sources where id = ?");
    Ok(conn.prepare_cached(&sql)?.query_row([id.0], stored_plan)?)
}

/// Writes the next poll of a source.
pub(super) fn write_next(conn: &Connection, id: SourceId, next: NextPoll) -> Result<(), StoreError> {
    conn.prepare_cached("update sources set next_poll_at = ?, next_poll_reason = ? where id = ?")?
        .execute(params![next.at.unix(), as_word(&next.reason), id.0])?;
    Ok(())
}

/// Writes the next poll of a source and when its pause ends.
fn write(conn: &Connection, id: SourceId, plan: StoredPlan) -> Result<(), StoreError> {
    conn.prepare_cached("update sources set not_before = ? where id = ?")?
        .execute(params![plan.not_before.map(Timestamp::unix), id.0])?;
    write_next(conn, id, plan.next)
}

/// Notes the pause of a domain, and makes the sources of the domain wait until it ends. `asked` is the source whose address was
/// requested, by its poll or by a verb, when the server asked for the pause. This source waits, too, and is polled last.
/// `asked` is `None` if there is no such source, or if something else than the feed of a source was requested. Sources that
/// come to the domain later wait, too ([`join_paused_domain`]).
pub(super) fn pause_domain(
    conn: &Connection,
    asked: Option<SourceId>,
    pause: &DomainPause,
    now: Timestamp,
) -> Result<(), StoreError> {
    conn.prepare_cached("delete from pauses where until <= ?")?.execute([now.unix()])?;
    conn.prepare_cached(
        "insert into pauses (domain, until, asked_at) values (?, ?, ?)
         on conflict (domain) do update set until = excluded.until, asked_at = excluded.asked_at
         where until < excluded.until",
    )?
    .execute(params![pause.domain, pause.until.unix(), now.unix()])?;
    // After the pause, the sources that were polled the longest ago are polled first. Those that were throttled themselves come
    // after all others.
    let sql = format!(
        "select id, {PLAN_COLUMNS} from sources where domain = ? and retired_at is null and id is not ?
         order by throttled > 0, coalesce(polled_at, 0), id"
    );
    let before: Vec<(SourceId, StoredPlan)> = conn
        .prepare_cached(&sql)?
        .query_map(params![pause.domain, asked.map(|id| id.0)], |row| {
            Ok((SourceId(row.get("id")?), stored_plan(row)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut after = before.clone();
    let asked_before = asked.map(|id| Ok::<_, StoreError>((id, plan_of(conn, id)?))).transpose()?;
    let mut asked_after = asked_before.map(|(_, plan)| plan);
    replan::pause_domain(after.iter_mut().map(|(_, plan)| plan), asked_after.as_mut(), pause);
    if let (Some((id, before)), Some(after)) = (asked_before, asked_after)
        && after != before
    {
        write(conn, id, after)?;
    }
    for ((id, before), (_, after)) in before.into_iter().zip(after) {
        if after != before {
            write(conn, id, after)?;
        }
    }
    Ok(())
}

/// Returns the pauses in force: registrable domains, each with the end of its pause.
pub(super) fn pauses(conn: &Connection, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let mut query = conn.prepare_cached("select domain, until from pauses where until > ?")?;
    let rows = query.query_map([now.unix()], |row| Ok((row.get(0)?, Timestamp::from_unix(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Makes a source wait for the pause of its domain, if there is one. The source has just come to that domain: it is new, it
/// moved, or feeds.toml names it again.
pub(super) fn join_paused_domain(conn: &Connection, id: SourceId, now: Timestamp) -> Result<(), StoreError> {
    let sql = format!(
        "select until, {PLAN_COLUMNS} from pauses join sources using (domain) where sources.id = ? and until > ?"
    );
    let paused: Option<(i64, StoredPlan)> = conn
        .prepare_cached(&sql)?
        .query_row(params![id.0, now.unix()], |row| Ok((row.get("until")?, stored_plan(row)?)))
        .optional()?;
    let Some((until, plan)) = paused else { return Ok(()) };
    let plan = replan::join_paused_domain(plan, Timestamp::from_unix(until), now, fastrand::f64());
    write(conn, id, plan)
}

/// Makes a source due if it was never polled. The caller has kept an answer for it, so its poll sends no request, and no pause
/// forbids it.
pub(super) fn bring_first_poll_forward(
    conn: &Connection,
    id: SourceId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "select 1 from sources where id = ? and polled_at is null and gone_at is null";
    if conn.prepare_cached(sql)?.exists([id.0])? {
        write_next(conn, id, replan::first_poll(None, now))?;
    }
    Ok(())
}

/// Makes the source with this address due if it was polled before, because an answer is kept for it. A verb got this answer at
/// `asked_at`. The poll uses it and sends no request.
pub(super) fn bring_forward_to_kept_answer(
    conn: &Connection,
    url: &str,
    asked_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = format!(
        "select id, {PLAN_COLUMNS} from sources
         where url = ? and retired_at is null and gone_at is null and polled_at <= ? and next_poll_at > ?"
    );
    let plan = conn
        .prepare_cached(&sql)?
        .query_row(params![url, asked_at.unix(), now.unix()], |row| {
            Ok((SourceId(row.get("id")?), stored_plan(row)?))
        })
        .optional()?;
    plan.map_or(Ok(()), |(id, plan)| write_next(conn, id, NextPoll { at: now, ..plan.next }))
}

/// Brings forward the next poll of a source whose hub announced news. A source that is gone gets no poll.
pub(super) fn bring_forward(conn: &Connection, id: SourceId, now: Timestamp) -> Result<(), StoreError> {
    let sql = format!(
        "select {PLAN_COLUMNS}, polled_at, domain is not null as is_public from sources where id = ? and gone_at is null"
    );
    let next = conn
        .prepare_cached(&sql)?
        .query_row([id.0], |row| {
            let (polled_at, is_public) = (time(row, "polled_at")?, row.get("is_public")?);
            Ok(replan::after_hub_message(stored_plan(row)?, polled_at, is_public, now))
        })
        .optional()?;
    next.flatten().map_or(Ok(()), |next| write_next(conn, id, next))
}

/// Moves back the plans that were made by a clock which has been set back since. `source` returns a source of feeds.toml.
/// Returns how many plans were made by that clock.
pub(super) fn adjust_to_clock(
    conn: &Connection,
    source: impl Fn(SourceId) -> Option<Arc<Source>>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    Ok(adjust_pauses(conn, now)? + adjust_polled(conn, source, now)? + adjust_new(conn, now)?)
}

/// Moves back the pauses that were asked for at a time that is now in the future, and the polls of the sources that wait for
/// them.
fn adjust_pauses(conn: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    let sql = format!(
        "select sources.id as id, asked_at, {PLAN_COLUMNS} from pauses join sources using (domain)
         where asked_at > :now and not_before = until and coalesce(polled_at, 0) <= :now"
    );
    let waiting = plans_at(conn, &sql, "asked_at", now)?;
    for (id, asked_at, plan) in &waiting {
        write(conn, *id, replan::paused_after_clock_set_back(*plan, *asked_at, now))?;
    }
    let mut query = conn.prepare_cached("select domain, until, asked_at from pauses where asked_at > ?")?;
    let pauses: Vec<(String, i64, i64)> = query
        .query_map([now.unix()], |row| Ok((row.get("domain")?, row.get("until")?, row.get("asked_at")?)))?
        .collect::<Result<_, _>>()?;
    for (domain, until, asked_at) in pauses {
        let until =
            replan::moved_back(Timestamp::from_unix(until), Timestamp::from_unix(asked_at), now).unix();
        conn.prepare_cached("update pauses set until = ?, asked_at = ? where domain = ?")?
            .execute(params![until, now.unix(), domain])?;
    }
    Ok(waiting.len())
}

/// Moves back the plans of sources that were polled at a time that is now in the future, and releases the claims on these
/// sources. The times from which silence and failures are counted move as [`watched_time`] says. Other times of these sources,
/// such as that of the last success, become the present time if they lie in the future too.
fn adjust_polled(
    conn: &Connection,
    source: impl Fn(SourceId) -> Option<Arc<Source>>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let sql = format!("select id, polled_at, {PLAN_COLUMNS} from sources where polled_at > :now");
    let polled = plans_at(conn, &sql, "polled_at", now)?;
    for (id, polled_at, plan) in &polled {
        write(conn, *id, replan::after_clock_set_back(*plan, *polled_at, now))?;
    }
    conn.prepare_cached(
        "update sources set
             body_at = min(body_at, :now), succeeded_at = min(succeeded_at, :now),
             list_replaced_at = min(list_replaced_at, :now), list_lasted_at = min(list_lasted_at, :now),
             push_missed_at = min(push_missed_at, :now), conditions_hurt_at = min(conditions_hurt_at, :now),
             moved_since = min(moved_since, :now), moved_adopted_at = min(moved_adopted_at, :now),
             claimed_until = null, polled_at = :now
         where polled_at > :now",
    )?
    .execute(named_params! { ":now": now.unix() })?;
    for (id, polled_at, plan) in &polled {
        let state = move_watched_time(conn, *id, *polled_at, now)?;
        let Some(source) = source(*id) else { continue };
        let share = fastrand::f64();
        let known = (&*source, &state);
        write(conn, *id, replan::configured_after_clock_set_back(known, *plan, *polled_at, now, share))?;
    }
    Ok(polled.len())
}

/// Moves the times back from which the silence and the failures of a source are counted, and returns its state by the new
/// clock. It was polled at `polled_at` by the old one.
fn move_watched_time(
    conn: &Connection,
    id: SourceId,
    polled_at: Timestamp,
    now: Timestamp,
) -> Result<SourceState, StoreError> {
    let (mut state, _) = state::load(conn, id)?;
    let first_read_at = conn
        .prepare_cached("select first_read_at from sources where id = ?")?
        .query_row([id.0], |row| time(row, "first_read_at"))?;
    watched_time::after_clock_set_back(&mut state, first_read_at, polled_at, now);
    conn.prepare_cached("update sources set last_new_at = ?, failing_since = ? where id = ?")?.execute(
        params![state.last_new_at.map(Timestamp::unix), state.failing_since.map(Timestamp::unix), id.0],
    )?;
    Ok(state)
}

/// Plans once more the first polls of sources that were added at a time that is now in the future, and releases the claims on
/// these sources.
fn adjust_new(conn: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    let sql = format!(
        "select id, {PLAN_COLUMNS} from sources
         where polled_at is null and next_poll_at > ? and next_poll_reason = ?"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let new: Vec<(SourceId, StoredPlan)> = query
        .query_map(params![now.unix(), as_word(&NextPollReason::New)], |row| {
            Ok((SourceId(row.get("id")?), stored_plan(row)?))
        })?
        .collect::<Result<_, _>>()?;
    for (id, plan) in &new {
        write_next(conn, *id, replan::first_poll(plan.not_before, now))?;
        conn.prepare_cached("update sources set claimed_until = null where id = ?")?.execute([id.0])?;
    }
    Ok(new.len())
}

/// Reads the plans that `sql` selects with its parameter `:now`, each with the time in `column`.
fn plans_at(
    conn: &Connection,
    sql: &str,
    column: &str,
    now: Timestamp,
) -> Result<Vec<(SourceId, Timestamp, StoredPlan)>, StoreError> {
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(named_params! { ":now": now.unix() }, |row| {
        Ok((SourceId(row.get("id")?), Timestamp::from_unix(row.get(column)?), stored_plan(row)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
