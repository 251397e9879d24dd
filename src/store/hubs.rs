//! Subscriptions at hubs: kept, left, asked for, confirmed, and what a hub tells of.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use url::Url;

use super::state::{self, seconds, time};
use super::{Store, StoreError, plans};
use crate::model::{
    HubMode, HubOffer, HubRequest, HubSubscription, Location, NewHubSubscription, Secret, Source, SourceId,
};
use crate::policy::{replan, schedule, websub};
use crate::time::Timestamp;

impl Store {
    /// Leaves the hub that a source has, if it has one, and takes up `new`.
    pub async fn replace_push(
        &self,
        source: SourceId,
        new: Option<NewHubSubscription>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |conn| replace(conn, source, new.as_ref(), now)).await
    }

    /// What hubs are to be asked now, at most `limit` questions. Each is due again later, for a hub may give no answer.
    pub async fn claim_hub_requests(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<HubRequest>, StoreError> {
        if !self.readers.read(move |conn| any_due(conn, now)).await? {
            return Ok(Vec::new());
        }
        self.write(move |conn| claim(conn, now, limit)).await
    }

    /// Whether we asked a hub for what it wants confirmed; if so, that is noted. `share` is evenly distributed from 0 to 1.
    pub async fn confirm_hub(
        &self,
        intent: HubIntent,
        now: Timestamp,
        share: f64,
    ) -> Result<bool, StoreError> {
        self.write(move |conn| confirm(conn, &intent, now, share)).await
    }

    /// Notes that a hub will not tell us. `false` for a callback that is not ours.
    pub async fn deny_hub(&self, token: String, topic: String, now: Timestamp) -> Result<bool, StoreError> {
        let followed = Arc::clone(&self.followed);
        self.write(move |conn| {
            let source =
                |id| followed.read().unwrap_or_else(PoisonError::into_inner).sources.get(&id).cloned();
            deny(conn, &token, &topic, source, now)
        })
        .await
    }

    /// Undoes the claim of a request that was not sent because its hub asked for a pause: it is due again.
    pub async fn release_hub_request(&self, callback: String, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |conn| {
            conn.prepare_cached(
                "update subscriptions set ask_at = ?1, asked = max(asked - 1, 0) where callback = ?2",
            )?
            .execute(params![now.unix(), callback])?;
            Ok(())
        })
        .await
    }

    /// What a message to the callback with this token must be signed with.
    pub async fn hub_secret(&self, token: String) -> Result<Option<Secret>, StoreError> {
        self.readers.read(move |conn| secret(conn, &token)).await
    }

    /// A hub told of news, and proved that it is the hub: its source is due, as soon as its publisher allows.
    pub async fn hub_told(&self, token: String, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |conn| told(conn, &token, now)).await
    }
}

/// The subscription that a source keeps.
pub(super) fn kept(conn: &Connection, source: SourceId) -> Result<Option<HubSubscription>, StoreError> {
    let kept = conn
        .prepare_cached(
            "select hub, topic, callback, lease_until, pushed_at from subscriptions
             where source_id = ? and leaving = 0",
        )?
        .query_row([source.0], push_of)
        .optional()?;
    Ok(kept)
}

/// Those of all sources.
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

pub(super) fn offer(row: &Row<'_>) -> rusqlite::Result<HubOffer> {
    let hub: String = row.get("hub")?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error));
    Ok(HubOffer { hub: Url::parse(&hub).map_err(unreadable)?, topic: row.get("topic")? })
}

/// Leaves what the source has, and takes up `new` where there is one.
fn replace(
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

/// Leaves the hubs of sources that are not polled any more.
pub(super) fn leave_retired(conn: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let retired = "(source_id is null and :source is null
                    or source_id in (select id from sources where retired_at is not null or enabled = 0))";
    leave(conn, retired, None, now)
}

/// A hub that was never asked needs no goodbye.
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

/// Whether a hub is to be asked: a look that costs a reader one step in an index.
fn any_due(conn: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let due =
        conn.prepare_cached("select 1 from subscriptions where ask_at <= ? limit 1")?.exists([now.unix()])?;
    Ok(due)
}

/// The questions that are due, at most `limit`. Each is due again later: it may get no answer.
fn claim(conn: &Connection, now: Timestamp, limit: usize) -> Result<Vec<HubRequest>, StoreError> {
    let mut query = conn.prepare_cached(
        "select token, sources.url as source, hub, topic, callback, secret, leaving, asked
         from subscriptions left join sources on sources.id = source_id
         where ask_at <= ? order by ask_at limit ?",
    )?;
    let due: Vec<(String, u32, HubRequest)> = query
        .query_map(params![now.unix(), limit as i64], |row| {
            let leaving: bool = row.get("leaving")?;
            let source: Option<String> = row.get("source")?;
            let ask = HubRequest {
                // Only what is at an http address has a hub.
                source: source.and_then(|url| Url::parse(&url).ok()).map(Location::Http),
                mode: if leaving { HubMode::Unsubscribe } else { HubMode::Subscribe },
                offer: offer(row)?,
                callback: row.get("callback")?,
                secret: Secret::new(row.get("secret")?),
                asked: row.get("asked")?,
            };
            Ok((row.get("token")?, row.get("asked")?, ask))
        })?
        .collect::<Result<_, _>>()?;
    let pauses = paused_hubs(conn, now)?;
    let mut asks = Vec::with_capacity(due.len());
    for (token, asked, ask) in due {
        if let Some(until) = pauses.get(&websub::hub_name(&ask.offer.hub)) {
            conn.prepare_cached("update subscriptions set ask_at = ? where token = ?")?
                .execute(params![until.unix(), token])?;
            continue;
        }
        let Some(again) = websub::next_ask(ask.mode, asked, now) else {
            forget(conn, &token)?;
            continue;
        };
        conn.prepare_cached("update subscriptions set asked = asked + 1, ask_at = ? where token = ?")?
            .execute(params![again.unix(), token])?;
        asks.push(ask);
    }
    Ok(asks)
}

pub(super) fn forget(conn: &Connection, token: &str) -> Result<(), StoreError> {
    conn.prepare_cached("delete from subscriptions where token = ?")?.execute([token])?;
    Ok(())
}

/// What a hub wants confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HubIntent {
    /// The last part of the callback that it called.
    pub token: String,
    /// What it was asked, it says.
    pub mode: HubMode,
    /// With which document.
    pub topic: String,
    /// `hub.lease_seconds`, as it stands there.
    pub lease_seconds: Option<String>,
}

/// Whether we asked for that. If so, it is noted as promised (or as left). `share` blurs when the lease is renewed.
fn confirm(conn: &Connection, intent: &HubIntent, now: Timestamp, share: f64) -> Result<bool, StoreError> {
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

/// The hub says that it will not tell us (any more). Polls that relied on it are planned as usual again.
fn deny(
    conn: &Connection,
    token: &str,
    topic: &str,
    source: impl Fn(SourceId) -> Option<Arc<Source>>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id: Option<Option<i64>> = conn
        .prepare_cached(
            "update subscriptions set lease_until = null, ask_at = ? where token = ? and topic = ? and leaving = 0
             returning source_id",
        )?
        .query_row(params![websub::ask_after_denial(now).unix(), token, topic], |row| row.get(0))
        .optional()?;
    let relying = id.flatten().map(SourceId).and_then(|id| Some((id, source(id)?)));
    if let Some((id, source)) = relying {
        let (state, planned) = state::load(conn, id)?;
        let next = replan::without_hub(&source, &state, planned, now, fastrand::f64());
        plans::write_next(conn, id, next)?;
    }
    Ok(id.is_some())
}

/// What a message to this callback must be signed with; `None` for a callback that is not ours, or not any more.
fn secret(conn: &Connection, token: &str) -> Result<Option<Secret>, StoreError> {
    let secret = conn
        .prepare_cached("select secret from subscriptions where token = ? and leaving = 0")?
        .query_row([token], |row| row.get(0).map(Secret::new))
        .optional()?;
    Ok(secret)
}

/// A hub told of news: its source is due. What was sent is not kept, for only the publisher's own document counts.
fn told(conn: &Connection, token: &str, now: Timestamp) -> Result<bool, StoreError> {
    let source: Option<Option<i64>> = conn
        .prepare_cached(
            "update subscriptions set pushed_at = ? where token = ? and leaving = 0 returning source_id",
        )?
        .query_row(params![now.unix(), token], |row| row.get(0))
        .optional()?;
    if let Some(Some(source)) = source {
        plans::bring_forward(conn, SourceId(source), now)?;
    }
    Ok(source.is_some())
}

/// Whether the hub of a claimed source told of news since it was claimed: the poll under way may have come too early.
pub(super) fn told_since(conn: &Connection, source: SourceId, claim: Duration) -> Result<bool, StoreError> {
    let told = conn
        .prepare_cached(
            "select 1 from subscriptions join sources on sources.id = source_id
             where source_id = ? and leaving = 0 and pushed_at >= claimed_until - ?",
        )?
        .exists(params![source.0, seconds(claim)])?;
    Ok(told)
}

/// After the clock went back: a lease that ends later than any can was given in a future that did not come. What it is worth
/// is not known, so the hub is asked again.
pub(super) fn adjust_to_clock(conn: &Connection, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached(
        "update subscriptions set lease_until = null, ask_at = :now, pushed_at = min(pushed_at, :now)
         where lease_until > :latest",
    )?
    .execute(named_params! { ":now": now.unix(), ":latest": websub::latest_lease_end(now).unix() })?;
    Ok(())
}

/// Returns the pauses of hubs that are in force, and removes those that are over or too long to be true (after the clock was set
/// back).
fn paused_hubs(conn: &Connection, now: Timestamp) -> Result<HashMap<String, Timestamp>, StoreError> {
    conn.prepare_cached("delete from hub_pauses where until <= ? or until > ?")?
        .execute(params![now.unix(), schedule::not_before(Timestamp::MAX, now).unix()])?;
    let mut query = conn.prepare_cached("select hub, until from hub_pauses")?;
    let rows = query.query_map([], |row| Ok((row.get("hub")?, time(row, "until")?.unwrap_or(now))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
