//! Chooses and claims the sources that are polled now.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use url::Url;

use super::state::{self, STATE_COLUMNS, seconds};
use super::{StoreError, hubs};
use crate::model::{HubSubscription, NextPoll, SourceId, SourceState};
use crate::policy::host::Scope;
use crate::policy::outage::NetworkClaims;
use crate::time::Timestamp;

/// How long a claim keeps a source from being claimed again. It is longer than nearly every poll, including what the poll waits
/// for, and short enough that a crash costs little. A source whose poll lasts longer is in [`ClaimLimit::under_way`], so it is
/// not claimed twice. A source whose document kills the process again and again is polled only once in this time (see
/// [`release_interrupted`]).
pub(super) const CLAIMED_FOR: Duration = Duration::from_mins(10);

/// How many sources to claim, and which to skip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimLimit {
    /// How many sources to claim at most.
    pub total: usize,
    /// How many sources to claim at most whose poll may be slow ([`SourceState::may_be_slow`]). Such sources may hang until the
    /// timeout, and must leave slots for the others.
    pub slow: usize,
    /// How many sources of one public host to claim at most. Sources without a host (files) have no such limit.
    pub per_host: usize,
    /// How many sources of one private host to claim at most. Such a host needs no gap between two requests. Of those whose
    /// poll may be slow, at most `per_host` are claimed, so that none of them waits for another one in a slot for slow polls.
    pub per_private_host: usize,
    /// How many sources to claim at most on public hosts, and on private ones.
    pub network: NetworkClaims,
    /// Hosts (as [`crate::model::Location::host`]) whose sources are skipped: hosts with as many requests in flight as they may
    /// have, and hosts that got a request within the last `per_host_gap`.
    pub busy_hosts: HashSet<String>,
    /// Sources whose polls are under way in this process, however long ago they were claimed.
    pub under_way: HashSet<SourceId>,
}

/// A claimed source. The caller adds its configuration.
pub(super) struct Claimed {
    pub(super) id: SourceId,
    pub(super) state: Box<SourceState>,
    pub(super) planned: NextPoll,
    pub(super) push: Option<HubSubscription>,
}

/// Selects the planned next poll of a source, its subscription at a hub, and its state.
static LOAD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select next_poll_at, next_poll_reason, hub, topic, callback, lease_until, pushed_at, {STATE_COLUMNS}
         from sources left join subscriptions on source_id = sources.id and leaving = 0 where sources.id = ?"
    )
});

/// SQL condition for the sources that may be polled at all. The index `sources_due` has the same condition.
const POLLABLE: &str = "retired_at is null and enabled = 1 and gone_at is null";

/// Claims due sources, the most overdue first.
pub(super) fn claim(
    conn: &Connection,
    now: Timestamp,
    limit: &ClaimLimit,
) -> Result<Vec<Claimed>, StoreError> {
    claim_these(conn, &choose(conn, now, limit)?, now, Some)
}

/// Chooses due sources, the most overdue first, until `limit.total` are found. Skips sources that are claimed or under way, and
/// sources that would exceed one of the other limits.
pub(super) fn choose(
    conn: &Connection,
    now: Timestamp,
    limit: &ClaimLimit,
) -> Result<Vec<SourceId>, StoreError> {
    let sql = format!(
        "select id, host, domain, iif(moved_adopted_at is null, null, moved_to), failures > 0 or slow_polls_expected > 0
         from sources indexed by sources_due
         where next_poll_at <= ?1 and {POLLABLE} and coalesce(claimed_until <= ?1, 1)
         order by next_poll_at, id"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let mut rows = query.query([now.unix()])?;
    let mut chosen = Vec::new();
    let mut of_host: HashMap<String, usize> = HashMap::new();
    let mut of_network = limit.network;
    let mut slow = 0;
    while chosen.len() < limit.total
        && let Some(row) = rows.next()?
    {
        let id = SourceId(row.get(0)?);
        let may_be_slow: bool = row.get(4)?;
        if limit.under_way.contains(&id) || (may_be_slow && slow >= limit.slow) {
            continue;
        }
        let moved: Option<String> = row.get(3)?;
        let moved = moved.and_then(|url| Url::parse(&url).ok());
        // A source that moved is polled at its new host, which may be public although the old one was private.
        let (host, is_public) = match moved.as_ref().and_then(|url| Some((url.host_str()?.to_owned(), url))) {
            Some((host, url)) => (Some(host), Scope::of_url(url).domain().is_some()),
            None => (row.get(1)?, row.get_ref(2)? != ValueRef::Null),
        };
        if let Some(host) = host {
            if limit.busy_hosts.contains(&host) {
                continue;
            }
            let count = of_host.entry(host).or_default();
            let (most, network) = if is_public {
                (limit.per_host, &mut of_network.public)
            } else {
                (limit.per_private_host, &mut of_network.private)
            };
            let most = if may_be_slow { limit.per_host } else { most };
            if *count >= most || *network == 0 {
                continue;
            }
            *count += 1;
            *network -= 1;
        }
        slow += usize::from(may_be_slow);
        chosen.push(id);
    }
    Ok(chosen)
}

/// Claims these sources, due or not, and returns what `keep` keeps of each. Sources that are disabled or no longer configured
/// are left out.
pub(super) fn claim_these<T>(
    conn: &Connection,
    ids: &[SourceId],
    now: Timestamp,
    mut keep: impl FnMut(Claimed) -> Option<T>,
) -> Result<Vec<T>, StoreError> {
    let mut claimed = Vec::with_capacity(ids.len());
    let mut claim = conn.prepare_cached(
        "update sources set claimed_until = ? where id = ? and retired_at is null and enabled = 1",
    )?;
    let mut load = conn.prepare_cached(&LOAD)?;
    let until = now.saturating_add(CLAIMED_FOR).unix();
    for id in ids {
        if claim.execute(params![until, id.0])? > 0 {
            claimed.extend(keep(load.query_row([id.0], |row| read(row, *id))?));
        }
    }
    Ok(claimed)
}

/// Returns a claimed source as it was when it was claimed. Returns `None` if it was purged since.
pub(super) fn find(conn: &Connection, id: SourceId) -> Result<Option<Claimed>, StoreError> {
    Ok(conn.prepare_cached(&LOAD)?.query_row([id.0], |row| read(row, id)).optional()?)
}

/// Reads a row of [`LOAD`].
fn read(row: &Row<'_>, id: SourceId) -> rusqlite::Result<Claimed> {
    let (state, planned) = (Box::new(state::state(row)?), state::planned(row, 0)?);
    Ok(Claimed { id, state, planned, push: hubs::kept(row, 2)? })
}

/// What is noted of a claimed source when its poll ends.
pub(super) struct NotedSource {
    /// Whether its hub sent a message after it was claimed. The poll may then have come too early. A claim lasts
    /// [`CLAIMED_FOR`], so it began that long before `claimed_until`.
    pub(super) has_message: bool,
    /// Whether an incident of it is open.
    pub(super) has_open_incident: bool,
}

/// Returns what is noted of a source. Nearly every poll finds neither, so one statement looks for both.
pub(super) fn noted(conn: &Connection, id: SourceId) -> Result<NotedSource, StoreError> {
    let noted = conn
        .prepare_cached(
            "select exists (select 1 from subscriptions join sources on sources.id = source_id
                 where source_id = ?1 and leaving = 0 and pushed_at > claimed_until - ?2),
             exists (select 1 from incidents where ended_at is null and source_id = ?1)",
        )?
        .query_row(params![id.0, seconds(CLAIMED_FOR)], |row| {
            Ok(NotedSource { has_message: row.get(0)?, has_open_incident: row.get(1)? })
        })?;
    Ok(noted)
}

/// Returns whether the poll that ended at `polled_at` is the latest one of the source, and no other poll of it is under way.
pub(super) fn is_latest_and_idle(
    conn: &Connection,
    id: SourceId,
    polled_at: Timestamp,
) -> Result<bool, StoreError> {
    let is_latest = conn
        .prepare_cached("select 1 from sources where id = ? and polled_at = ? and claimed_until is null")?
        .exists(params![id.0, polled_at.unix()])?;
    Ok(is_latest)
}

/// Gives claims back. The sources are due as they were before.
pub(super) fn release(conn: &Connection, ids: &[SourceId]) -> Result<(), StoreError> {
    for id in ids {
        conn.prepare_cached("update sources set claimed_until = null where id = ?")?.execute([id.0])?;
    }
    Ok(())
}

/// Returns how many of the due sources were polled before, counted up to `limit`.
pub(super) fn count_polled_before(
    conn: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    let sql = format!(
        "select count(*) from (select 1 from sources indexed by sources_due
         where next_poll_at <= ?1 and {POLLABLE} and polled_at is not null and coalesce(claimed_until <= ?1, 1) limit ?2)"
    );
    let count: i64 =
        conn.prepare_cached(&sql)?.query_row(params![now.unix(), limit as i64], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Returns the sources that are claimed, also those whose claims have expired.
pub(super) fn claimed(conn: &Connection) -> Result<Vec<SourceId>, StoreError> {
    let mut query = conn.prepare_cached("select id from sources where claimed_until is not null")?;
    let rows = query.query_map([], |row| row.get(0).map(SourceId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives back the claims that an earlier riverd left when it was killed. Only one riverd has the database, so no running
/// process holds these claims.
///
/// A document that kills the process must not do so at each start. So a source whose poll was interrupted twice in a row
/// keeps its claim, and is polled when the claim expires.
pub(super) fn release_interrupted(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch(
        "update sources set claimed_until = iif(interrupted, claimed_until, null), interrupted = 1
         where claimed_until is not null",
    )?;
    Ok(())
}
