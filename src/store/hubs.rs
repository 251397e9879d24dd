//! Subscriptions at hubs: keeps, leaves, requests and confirms them, and notes the messages of hubs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use url::Url;

use super::state::{self, seconds, time};
use super::{StoreError, hub_pauses, plans};
use crate::model::{
    HubMode, HubOffer, HubRequest, HubSecrets, HubSubscription, Location, NewHubSubscription, Secret, Source,
    SourceId,
};
use crate::policy::replan;
use crate::policy::websub::{self, UnansweredHub};
use crate::time::Timestamp;

/// Reads a subscription from a row that selects the columns of [`push_of`] for a source that may have none. `place` is that of
/// `hub`.
pub(super) fn kept(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<HubSubscription>> {
    let has_none = row.get_ref(place)? == ValueRef::Null;
    if has_none { Ok(None) } else { push_of(row).map(Some) }
}

/// Returns the subscriptions that riverd is not leaving, by the row of the source.
pub(super) fn all_kept(conn: &Connection) -> Result<HashMap<i64, HubSubscription>, StoreError> {
    let mut query = conn.prepare_cached(
        "select source_id, hub, topic, callback, lease_until, pushed_at from subscriptions
         where source_id is not null and leaving = 0",
    )?;
    let rows = query.query_map([], |row| Ok((row.get("source_id")?, push_of(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn push_of(row: &Row<'_>) -> rusqlite::Result<HubSubscription> {
    Ok(HubSubscription {
        offer: offer(row)?,
        callback: row.get("callback")?,
        lease_until: time(row, "lease_until")?,
        pushed_at: time(row, "pushed_at")?,
    })
}

fn offer(row: &Row<'_>) -> rusqlite::Result<HubOffer> {
    let hub: String = row.get("hub")?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error));
    Ok(HubOffer { hub: Url::parse(&hub).map_err(unreadable)?, topic: row.get("topic")? })
}

/// Leaves the hub of the source. Stores the subscription `new`, if there is one and the source is not retired.
pub(super) fn replace(
    conn: &Connection,
    source: SourceId,
    new: Option<&NewHubSubscription>,
    now: Timestamp,
) -> Result<(), StoreError> {
    leave(conn, "source_id = :source", Some(source), now)?;
    let Some(new) = new else { return Ok(()) };
    conn.prepare_cached(
        "insert into subscriptions (token, source_id, hub, topic, callback, secret, ask_at)
         select :token, id, :hub, :topic, :callback, :secret, :now from sources where id = :source and retired_at is null",
    )?
    .execute(named_params! {
        ":token": new.token, ":source": source.0, ":hub": new.offer.hub.as_str(), ":topic": new.offer.topic,
        ":callback": new.callback, ":secret": new.secret.expose(), ":now": now.unix(),
    })?;
    Ok(())
}

/// Leaves the hubs of sources that are retired, disabled or deleted.
pub(super) fn leave_unpolled(conn: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let retired = "(source_id is null and :source is null
                    or source_id in (select id from sources where retired_at is not null or enabled = 0))";
    leave(conn, retired, None, now)
}

/// Leaves the hubs of the subscriptions that `which` selects. A hub that was never sent a request needs no
/// unsubscription.
fn leave(conn: &Connection, which: &str, source: Option<SourceId>, now: Timestamp) -> Result<(), StoreError> {
    let source = source.map(|source| source.0);
    conn.prepare_cached(&format!(
        "delete from subscriptions where leaving = 0 and asked = 0 and lease_until is null and {which}"
    ))?
    .execute(named_params! { ":source": source })?;
    conn.prepare_cached(&format!(
        "update subscriptions set leaving = 1, asked = 0, ask_at = :now where leaving = 0 and {which}"
    ))?
    .execute(named_params! { ":source": source, ":now": now.unix() })?;
    Ok(())
}

/// Returns whether a request is due, with one indexed read.
pub(super) fn any_due(conn: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let due =
        conn.prepare_cached("select 1 from subscriptions where ask_at <= ? limit 1")?.exists([now.unix()])?;
    Ok(due)
}

/// Returns the requests that are due, at most `limit`. Each is due again later, because it may get no answer. Requests to a hub
/// that asked for a pause are postponed until the pause ends. A subscription that riverd leaves is deleted once its hub was
/// asked to end it as often as [`websub::next_ask`] allows.
pub(super) fn claim(conn: &Connection, now: Timestamp, limit: usize) -> Result<Vec<HubRequest>, StoreError> {
    let mut query = conn.prepare_cached(
        "select token, sources.url as source, hub, topic, callback, secret, leaving, asked
         from subscriptions left join sources on sources.id = source_id
         where ask_at <= ? order by ask_at limit ?",
    )?;
    let due: Vec<(String, u32, HubRequest)> = query
        .query_map(params![now.unix(), limit as i64], |row| {
            let leaving: bool = row.get("leaving")?;
            let source: Option<String> = row.get("source")?;
            let request = HubRequest {
                // Only a feed at an http address has a hub.
                source: source.and_then(|url| Url::parse(&url).ok()).map(Location::Http),
                mode: if leaving { HubMode::Unsubscribe } else { HubMode::Subscribe },
                offer: offer(row)?,
                callback: row.get("callback")?,
                secret: Secret::new(row.get("secret")?),
                asked: row.get("asked")?,
            };
            Ok((row.get("token")?, row.get("asked")?, request))
        })?
        .collect::<Result<_, _>>()?;
    let pauses = hub_pauses::in_force(conn, now)?;
    let mut requests = Vec::with_capacity(due.len());
    for (token, asked, request) in due {
        if let Some(until) = pauses.get(&websub::hub_name(&request.offer.hub)) {
            conn.prepare_cached("update subscriptions set ask_at = ? where token = ?")?
                .execute(params![until.unix(), token])?;
            continue;
        }
        let Some(again) = websub::next_ask(request.mode, asked, now) else {
            forget(conn, &token)?;
            continue;
        };
        conn.prepare_cached("update subscriptions set asked = asked + 1, ask_at = ? where token = ?")?
            .execute(params![again.unix(), token])?;
        requests.push(request);
    }
    Ok(requests)
}

/// Deletes a subscription.
fn forget(conn: &Connection, token: &str) -> Result<(), StoreError> {
    conn.prepare_cached("delete from subscriptions where token = ?")?.execute([token])?;
    Ok(())
}

/// What a hub asks riverd to confirm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubIntent {
    /// Last part of the callback that the hub called.
    pub token: String,
    /// The request that the hub says it received.
    pub mode: HubMode,
    /// Address of the feed that the request names.
    pub topic: String,
    /// `hub.lease_seconds` as the hub sent it.
    pub lease_seconds: Option<String>,
}

/// Notes the subscription as confirmed or as ended. Returns `false` if riverd requested neither. A hub may, however, renew a
/// lease without a request. `share` spreads the times when leases are renewed.
pub(super) fn confirm(
    conn: &Connection,
    intent: &HubIntent,
    now: Timestamp,
    share: f64,
) -> Result<bool, StoreError> {
    let HubIntent { token, mode, topic, lease_seconds } = intent;
    let changed = match mode {
        HubMode::Unsubscribe => conn
            .prepare_cached("delete from subscriptions where token = ? and topic = ? and leaving = 1")?
            .execute(params![token, topic])?,
        HubMode::Subscribe => {
            let lease = websub::lease(lease_seconds.as_deref());
            conn.prepare_cached(
                "update subscriptions set lease_until = :until, ask_at = :renew, asked = 0
                 where token = :token and topic = :topic and leaving = 0 and (asked > 0 or lease_until is not null)",
            )?
            .execute(named_params! {
                ":until": now.saturating_add(lease).unix(),
                ":renew": websub::renewal(lease, now, share).unix(),
                ":token": token,
                ":topic": topic,
            })?
        }
    };
    Ok(changed > 0)
}

/// Notes that the hub refuses to send messages, from the start or from now on. The next poll of the source is planned as for a
/// source without a hub. If the source names another hub that was not tried yet, a request is due at once, and the poller sends
/// it to that hub. Returns `false` for a callback that is unknown, no longer used, or of another topic.
pub(super) fn deny(
    conn: &Connection,
    token: &str,
    topic: &str,
    source: impl Fn(SourceId) -> Option<Arc<Source>>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let denied = conn
        .prepare_cached(
            "update subscriptions set lease_until = null, ask_at = ? where token = ? and topic = ? and leaving = 0
             returning source_id, hub, topic, callback, asked",
        )?
        .query_row(params![websub::ask_after_denial(now).unix(), token, topic], |row| {
            let failed = UnansweredHub { offer: offer(row)?, asked: row.get("asked")? };
            Ok((row.get::<_, Option<i64>>("source_id")?, row.get::<_, String>("callback")?, failed))
        })
        .optional()?;
    let Some((id, callback, failed)) = denied else { return Ok(false) };
    let Some((id, source)) = id.map(SourceId).and_then(|id| Some((id, source(id)?))) else { return Ok(true) };
    let (state, planned) = state::load(conn, id)?;
    let next = replan::without_hub(&source, &state, planned, fastrand::f64());
    plans::write_next(conn, id, next)?;
    let base = callback.strip_suffix(&format!("websub/{token}")).and_then(|base| Url::parse(base).ok());
    let other = base.and_then(|base| websub::other_hub(&source, &state, &base, &failed, now));
    if other.is_some_and(|(_, ask_at)| ask_at <= now) {
        // An even count of requests makes the poller go on to the other hub.
        conn.prepare_cached(
            "update subscriptions set ask_at = ?, asked = max(asked + asked % 2, 2) where token = ?",
        )?
        .execute(params![now.unix(), token])?;
    }
    Ok(true)
}

/// Undoes the claim of a request that was not sent, or that its hub answered by asking for a pause. The request is due again.
pub(super) fn release(conn: &Connection, callback: &str, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached(
        "update subscriptions set ask_at = ?1, asked = max(asked - 1, 0) where callback = ?2",
    )?
    .execute(params![now.unix(), callback])?;
    Ok(())
}

/// Returns the secret that a message to this callback must be signed with; `None` for a callback that is unknown or no
/// longer used.
pub(super) fn secret(conn: &Connection, token: &str) -> Result<Option<Secret>, StoreError> {
    let secret = conn
        .prepare_cached("select secret from subscriptions where token = ? and leaving = 0")?
        .query_row([token], |row| row.get(0).map(Secret::new))
        .optional()?;
    Ok(secret)
}

/// Brings the next poll of a source forward because its hub announced news. What the hub sent is not kept, because only the
/// publisher's own document counts. Returns `false` for a callback that is unknown or no longer used.
///
/// If a message comes while a poll is under way, its time is stored as at least one second after the claim of the poll. So
/// [`super::due::noted`] can tell this message from the one that led to the poll.
pub(super) fn note_message(
    conn: &Connection,
    token: &str,
    claim: Duration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let source: Option<Option<i64>> = conn
        .prepare_cached(
            "update subscriptions set pushed_at = max(:now, coalesce(
                 (select claimed_until - :claim + 1 from sources where id = source_id and claimed_until > :now), :now))
             where token = :token and leaving = 0 returning source_id",
        )?
        .query_row(
            named_params! { ":now": now.unix(), ":claim": seconds(claim), ":token": token },
            |row| row.get(0),
        )
        .optional()?;
    if let Some(Some(source)) = source {
        plans::bring_forward(conn, SourceId(source), now)?;
    }
    Ok(source.is_some())
}

/// Corrects what was noted before the clock was set back. If the noted end of a lease is later than any lease given by now can
/// end, the lease is requested again, because it is not known how long it is still valid. A request is due if it was planned
/// for later than any request that is planned now. A message that was noted in the future counts as one that comes now.
pub(super) fn adjust_to_clock(conn: &Connection, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached("update subscriptions set lease_until = null, ask_at = ? where lease_until > ?")?
        .execute(params![now.unix(), websub::latest_lease_end(now).unix()])?;
    conn.prepare_cached(
        "update subscriptions set ask_at = ?1
         where (leaving = 1 and ask_at > ?2) or (leaving = 0 and lease_until is null and ask_at > ?3)",
    )?
    .execute(params![
        now.unix(),
        websub::latest_unsubscription(now).unix(),
        websub::latest_ask(now).unix()
    ])?;
    conn.prepare_cached("update subscriptions set pushed_at = ?1 where pushed_at > ?1")?
        .execute([now.unix()])?;
    Ok(())
}

/// A subscription without a lease in force, because its hub has not confirmed it, has not renewed it in time, or has denied it.
struct Unanswered {
    token: String,
    source: SourceId,
    hub: UnansweredHub,
}

fn unanswered(conn: &Connection, callback: &str, now: Timestamp) -> Result<Option<Unanswered>, StoreError> {
    let found = conn
        .prepare_cached(
            "select token, source_id, hub, topic, asked from subscriptions
             where callback = ? and leaving = 0 and source_id is not null and coalesce(lease_until, 0) < ?",
        )?
        .query_row(params![callback, now.unix()], |row| {
            Ok(Unanswered {
                token: row.get("token")?,
                source: SourceId(row.get("source_id")?),
                hub: UnansweredHub { offer: offer(row)?, asked: row.get("asked")? },
            })
        })
        .optional()?;
    Ok(found)
}

/// Replaces a subscription that has no lease in force. The new one is at another hub that the source names. Returns `false` if
/// the source names no other hub or is no longer in feeds.toml, if the lease still runs, or for an unknown callback.
pub(super) fn replace_unanswered(
    conn: &Connection,
    callback: &str,
    (base, secrets): (&Url, &HubSecrets),
    source: impl Fn(SourceId) -> Option<Arc<Source>>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(row) = unanswered(conn, callback, now)? else { return Ok(false) };
    let Some(source) = source(row.source) else { return Ok(false) };
    let (state, _) = state::load(conn, row.source)?;
    let Some((offer, ask_at)) = websub::other_hub(&source, &state, base, &row.hub, now) else {
        return Ok(false);
    };
    forget(conn, &row.token)?;
    conn.prepare_cached(
        "insert into subscriptions (token, source_id, hub, topic, callback, secret, ask_at, asked)
         values (:token, :source, :hub, :topic, :callback, :secret, :ask_at, :asked)",
    )?
    .execute(named_params! {
        ":token": secrets.token, ":source": row.source.0, ":hub": offer.hub.as_str(), ":topic": offer.topic,
        ":callback": websub::callback(base, &secrets.token), ":secret": secrets.secret.expose(),
        ":ask_at": ask_at.unix(), ":asked": websub::count_at_other_hub(row.hub.asked),
    })?;
    Ok(true)
}
