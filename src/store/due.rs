//! The due queue: which sources are polled now, and what moves their plans other than a poll.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use url::Url;

use super::state::{self, STATE_COLUMNS, as_word, seconds};
use super::{ClaimLimit, Store, StoreError, hubs};
use crate::model::{DomainPause, HubSubscription, NextPoll, Reason, SourceId, SourceState};
use crate::time::Timestamp;

/// A claim hides a source for so long: more than nearly every poll takes with its waits (the claimer knows of the others,
/// [`ClaimLimit::under_way`]), little enough that a crash costs nothing. A source whose document kills the process is tried
/// again no sooner.
pub(super) const CLAIMED_FOR: Duration = Duration::from_mins(10);

impl Store {
    /// Gives back claims whose polls will not happen (a stop, a throttled host): due again when they were.
    pub async fn release(&self, sources: Vec<SourceId>) -> Result<(), StoreError> {
        self.write(move |conn| release(conn, &sources)).await
    }

    /// The pauses in force: registrable domains, and until when. At most one a source.
    pub async fn pauses(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        self.readers.read(move |conn| pauses(conn, now)).await
    }

    /// How many enabled sources are due that were polled before, counted up to `limit`: so many have piled up over a sleep,
    /// a clock that jumped ahead or a stop.
    pub async fn count_due(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.readers.read(move |conn| count(conn, now, limit)).await
    }

    /// After the clock went back: what is planned relative to a poll that lies in the future (`polled_at > now`) moves back
    /// with it: `next_poll_at` becomes `now + (next_poll_at - polled_at)`, `polled_at` becomes `now`, `not_before` moves by the
    /// same span; a pause that was asked for then moves with all sources of its domain. Returns how many sources that were.
    pub async fn mend_clock(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write(move |conn| mend_clock(conn, now)).await
    }
}

/// A claimed row; the source as configured is joined to it by the caller.
pub(super) struct Claimed {
    pub(super) id: SourceId,
    pub(super) state: SourceState,
    pub(super) planned: NextPoll,
    pub(super) push: Option<HubSubscription>,
}

/// What `sources_due` holds.
const POLLABLE: &str = "retired_at is null and enabled = 1 and gone_at is null";

/// Claims due sources, the most overdue first.
pub(super) fn claim(
    conn: &Connection,
    now: Timestamp,
    limit: &ClaimLimit,
) -> Result<Vec<Claimed>, StoreError> {
    let ids = choose(conn, now, limit)?;
    let mut claimed = Vec::with_capacity(ids.len());
    for id in ids {
        conn.prepare_cached("update sources set claimed_until = ? where id = ?")?
            .execute(params![now.saturating_add(CLAIMED_FOR).unix(), id.0])?;
        claimed.push(load(conn, id)?);
    }
    Ok(claimed)
}

/// Walks the queue until `limit.total` are found; sources of hosts without room are passed over.
fn choose(conn: &Connection, now: Timestamp, limit: &ClaimLimit) -> Result<Vec<SourceId>, StoreError> {
    let sql = format!(
        "select id, host, iif(moved_adopted_at is null, null, moved_to) from sources indexed by sources_due
         where next_poll_at <= ?1 and {POLLABLE} and coalesce(claimed_until <= ?1, 1)
         order by next_poll_at, id"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let mut rows = query.query([now.unix()])?;
    let mut chosen = Vec::new();
    let mut of_host: HashMap<String, usize> = HashMap::new();
    while chosen.len() < limit.total
        && let Some(row) = rows.next()?
    {
        let id = SourceId(row.get(0)?);
        if limit.under_way.contains(&id) {
            continue;
        }
        let moved: Option<String> = row.get(2)?;
        let moved = moved.and_then(|url| Url::parse(&url).ok());
        // Of a source that moved, the new host is asked.
        let host = match moved.as_ref().and_then(Url::host_str) {
            Some(host) => Some(host.to_owned()),
            None => row.get(1)?,
        };
        if let Some(host) = host {
            if limit.busy_hosts.contains(&host) {
                continue;
            }
            let count = of_host.entry(host).or_default();
            if *count >= limit.per_host {
                continue;
            }
            *count += 1;
        }
        chosen.push(id);
    }
    Ok(chosen)
}

/// Claims these rows, due or not; those that are not enabled, or no more configured, are left out.
pub(super) fn claim_these(
    conn: &Connection,
    ids: &[SourceId],
    now: Timestamp,
) -> Result<Vec<Claimed>, StoreError> {
    let sql = "update sources set claimed_until = ? where id = ? and retired_at is null and enabled = 1";
    let mut claimed = Vec::new();
    for id in ids {
        let changed =
            conn.prepare_cached(sql)?.execute(params![now.saturating_add(CLAIMED_FOR).unix(), id.0])?;
        if changed > 0 {
            claimed.push(load(conn, *id)?);
        }
    }
    Ok(claimed)
}

/// What is known of a source, and planned.
pub(super) fn load(conn: &Connection, id: SourceId) -> Result<Claimed, StoreError> {
    let sql = format!("select next_poll_at, next_poll_reason, {STATE_COLUMNS} from sources where id = ?");
    let mut query = conn.prepare_cached(&sql)?;
    let (state, planned) = query.query_row([id.0], |row| Ok((state::state(row)?, state::planned(row)?)))?;
    Ok(Claimed { id, state, planned, push: hubs::kept(conn, id)? })
}

/// Plans the next poll of a source.
pub(super) fn plan(conn: &Connection, id: SourceId, next: NextPoll) -> Result<(), StoreError> {
    conn.prepare_cached("update sources set next_poll_at = ?, next_poll_reason = ? where id = ?")?
        .execute(params![next.at.unix(), as_word(&next.reason), id.0])?;
    Ok(())
}

/// Whether the poll that ended at `polled_at` is the last one of the source, and none is under way.
pub(super) fn is_latest(conn: &Connection, id: SourceId, polled_at: Timestamp) -> Result<bool, StoreError> {
    let is_latest = conn
        .prepare_cached("select 1 from sources where id = ? and polled_at = ? and claimed_until is null")?
        .exists(params![id.0, polled_at.unix()])?;
    Ok(is_latest)
}

/// Gives claims back: due again when they were.
pub(super) fn release(conn: &Connection, ids: &[SourceId]) -> Result<(), StoreError> {
    for id in ids {
        conn.prepare_cached("update sources set claimed_until = null where id = ?")?.execute([id.0])?;
    }
    Ok(())
}

/// How many sources that were polled before are due, counted up to `limit`.
pub(super) fn count(conn: &Connection, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
    let sql = format!(
        "select count(*) from (select 1 from sources indexed by sources_due
         where next_poll_at <= ?1 and {POLLABLE} and polled_at is not null and coalesce(claimed_until <= ?1, 1) limit ?2)"
    );
    let count: i64 =
        conn.prepare_cached(&sql)?.query_row(params![now.unix(), limit as i64], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// The other sources of a domain that asked `asked` for a pause wait until its end, then come back spread evenly. No plan
/// is ever brought forward by it. Those that come to the domain meanwhile wait too ([`keep_pause`]).
pub(super) fn pause(
    conn: &Connection,
    asked: SourceId,
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
    let others = "domain = :domain and retired_at is null and id <> :asked";
    conn.prepare_cached(&format!(
        "update sources set not_before = max(coalesce(not_before, :until), :until) where {others}"
    ))?
    .execute(named_params! { ":domain": pause.domain, ":until": pause.until.unix(), ":asked": asked.0 })?;
    conn.prepare_cached(&format!(
        "with waiting as (
             select id, :until + :spread * (row_number() over (order by id) - 1) / count(*) over () as at
             from sources where {others}
         )
         update sources set next_poll_at = waiting.at, next_poll_reason = :reason
         from waiting where sources.id = waiting.id and next_poll_at < waiting.at"
    ))?
    .execute(named_params! {
        ":domain": pause.domain,
        ":asked": asked.0,
        ":until": pause.until.unix(),
        ":spread": seconds(pause.spread),
        ":reason": as_word(&Reason::HostThrottled),
    })?;
    Ok(())
}

/// The pauses in force.
pub(super) fn pauses(conn: &Connection, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let mut query = conn.prepare_cached("select domain, until from pauses where until > ?")?;
    let rows = query.query_map([now.unix()], |row| Ok((row.get(0)?, Timestamp::from_unix(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A source that came to its domain only now (added, moved, named again) waits for the end of a pause that is in force there.
pub(super) fn keep_pause(conn: &Connection, id: SourceId, now: Timestamp) -> Result<(), StoreError> {
    let until: Option<i64> = conn
        .prepare_cached(
            "select until from pauses join sources using (domain) where sources.id = ? and until > ?",
        )?
        .query_row(params![id.0, now.unix()], |row| row.get(0))
        .optional()?;
    let Some(until) = until.map(Timestamp::from_unix) else { return Ok(()) };
    let spread = DomainPause::spread(until, now);
    conn.prepare_cached(
        "update sources set not_before = max(coalesce(not_before, :until), :until),
             next_poll_reason = iif(next_poll_at < :until, :reason, next_poll_reason),
             next_poll_at = iif(next_poll_at < :until, :at, next_poll_at)
         where id = :id",
    )?
    .execute(named_params! {
        ":id": id.0,
        ":until": until.unix(),
        ":at": until.saturating_add(spread.mul_f64(fastrand::f64())).unix(),
        ":reason": as_word(&Reason::HostThrottled),
    })?;
    Ok(())
}

/// After the clock went back: plans relative to a poll that lies in the future move back with it, and so do those that a
/// pause which was asked for there made. Returns how many sources that were.
pub(super) fn mend_clock(conn: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    let paused = conn
        .prepare_cached(
            "with false as (select domain, until, asked_at - :now as shift from pauses where asked_at > :now)
             update sources set
                 not_before = not_before - shift,
                 next_poll_at = iif(next_poll_reason = :reason, next_poll_at - shift, next_poll_at)
             from false
             where sources.domain = false.domain and not_before = until and coalesce(polled_at, 0) <= :now",
        )?
        .execute(named_params! { ":now": now.unix(), ":reason": as_word(&Reason::HostThrottled) })?;
    conn.prepare_cached(
        "update pauses set until = until - (asked_at - :now), asked_at = :now where asked_at > :now",
    )?
    .execute(named_params! { ":now": now.unix() })?;
    let polled = conn
        .prepare_cached(
            "update sources set
                 next_poll_at = next_poll_at - (polled_at - :now), not_before = not_before - (polled_at - :now),
                 body_at = min(body_at, :now), succeeded_at = min(succeeded_at, :now),
                 last_new_at = min(last_new_at, :now), push_missed_at = min(push_missed_at, :now),
                 failing_since = min(failing_since, :now), moved_since = min(moved_since, :now),
                 claimed_until = null, polled_at = :now
             where polled_at > :now",
        )?
        .execute(named_params! { ":now": now.unix() })?;
    // Added then, and not polled yet.
    let new = conn
        .prepare_cached(
            "update sources set next_poll_at = max(:now, coalesce(not_before, :now)), claimed_until = null
             where polled_at is null and next_poll_at > :now and next_poll_reason = :reason",
        )?
        .execute(named_params! { ":now": now.unix(), ":reason": as_word(&Reason::New) })?;
    hubs::mend_clock(conn, now)?;
    Ok(paused + polled + new)
}
