//! The pauses that hubs asked for, and the change to another hub if one does not answer.

use std::sync::PoisonError;

use rusqlite::{Connection, OptionalExtension as _, named_params, params};
use url::Url;

use super::state;
use super::{Store, StoreError, hubs};
use crate::model::{HubSecrets, SourceId};
use crate::policy::websub::{self, UnansweredHub};
use crate::time::Timestamp;

impl Store {
    /// Notes that a hub wants no request before `until`, for whichever source.
    pub async fn pause_hub(&self, hub: &Url, until: Timestamp) -> Result<(), StoreError> {
        let hub = websub::hub_name(hub);
        self.write(move |conn| {
            conn.prepare_cached(
                "insert into hub_pauses (hub, until) values (?1, ?2)
                 on conflict (hub) do update set until = max(until, excluded.until)",
            )?
            .execute(params![hub, until.unix()])?;
            Ok(())
        })
        .await
    }

    /// Takes up another hub for the source of a subscription whose hub does not answer. Returns `false` if the source names no
    /// other hub, or if the lease of the present one still runs.
    pub async fn try_other_hub(
        &self,
        callback: String,
        base: Url,
        secrets: HubSecrets,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let current = std::sync::Arc::clone(&self.current);
        self.write(move |conn| {
            let source =
                |id| current.read().unwrap_or_else(PoisonError::into_inner).sources.get(&id).cloned();
            let Some(row) = unanswered(conn, &callback, now)? else { return Ok(false) };
            let Some(source) = source(row.source) else { return Ok(false) };
            let (state, _) = state::load(conn, row.source)?;
            let Some((offer, ask_at)) = websub::other_hub(&source, &state, &base, &row.hub, now) else {
                return Ok(false);
            };
            hubs::forget(conn, &row.token)?;
            conn.prepare_cached(
                "insert into subscriptions (token, source_id, hub, topic, callback, secret, ask_at, asked)
                 values (:token, :source, :hub, :topic, :callback, :secret, :ask_at, :asked)",
            )?
            .execute(named_params! {
                ":token": secrets.token, ":source": row.source.0, ":hub": offer.hub.as_str(), ":topic": offer.topic,
                ":callback": websub::callback(&base, &secrets.token), ":secret": secrets.secret.expose(),
                ":ask_at": ask_at.unix(), ":asked": websub::count_at_other_hub(row.hub.asked),
            })?;
            Ok(true)
        })
        .await
    }
}

/// A subscription that its hub has not confirmed.
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
                hub: UnansweredHub { offer: hubs::offer(row)?, asked: row.get("asked")? },
            })
        })
        .optional()?;
    Ok(found)
}
