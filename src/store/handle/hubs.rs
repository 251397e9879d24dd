//! What the poller and the routes of WebSub ask of the store: subscriptions at hubs, and the messages of hubs.

use std::sync::Arc;

use url::Url;

use super::{Store, configured_source};
use crate::model::{HubRequest, HubSecrets, NewHubSubscription, Secret, SourceId};
use crate::store::hubs::{self, HubIntent};
use crate::store::{StoreError, due, hub_pauses};
use crate::time::Timestamp;

impl Store {
    /// Leaves the hub that a source has, if any, and stores the subscription `new`, if there is one. The request to its hub is
    /// then among those that [`Store::claim_hub_requests`] returns.
    pub async fn replace_subscription(
        &self,
        source: SourceId,
        new: Option<NewHubSubscription>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |conn| hubs::replace(conn, source, new.as_ref(), now)).await
    }

    /// Returns the requests that are to be sent to hubs now, at most `limit`. Each is due again later, because a hub
    /// may not answer.
    pub async fn claim_hub_requests(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<HubRequest>, StoreError> {
        if !self.readers.read(move |conn| hubs::any_due(conn, now)).await? {
            return Ok(Vec::new());
        }
        self.write(move |conn| hubs::claim(conn, now, limit)).await
    }

    /// Notes what a hub confirms. Returns `false` if riverd did not request this, and no lease is in force that the hub may
    /// renew. `share` is a random number from 0 to 1, which spreads the times when leases are renewed.
    pub async fn confirm_hub(
        &self,
        intent: HubIntent,
        now: Timestamp,
        share: f64,
    ) -> Result<bool, StoreError> {
        self.write(move |conn| hubs::confirm(conn, &intent, now, share)).await
    }

    /// Notes that a hub refuses to send messages. Returns `false` for a callback that is unknown, no longer used, or of another
    /// topic.
    pub async fn deny_hub(&self, token: String, topic: String, now: Timestamp) -> Result<bool, StoreError> {
        let current = Arc::clone(&self.current);
        self.write(move |conn| hubs::deny(conn, &token, &topic, |id| configured_source(&current, id), now))
            .await
    }

    /// Undoes the claim of a request that was not sent, or that its hub answered by asking for a pause: it is due again.
    pub async fn release_hub_request(&self, callback: String, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |conn| hubs::release(conn, &callback, now)).await
    }

    /// Returns the secret that a message to the callback with this token must be signed with; `None` for a callback that is
    /// unknown or no longer used.
    pub async fn hub_secret(&self, token: String) -> Result<Option<Secret>, StoreError> {
        self.readers.read(move |conn| hubs::secret(conn, &token)).await
    }

    /// Notes that a hub announced news with a valid signature. The source becomes due as soon as the publisher allows. Returns
    /// `false` for a callback that is unknown or no longer used.
    pub async fn note_hub_message(&self, token: String, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |conn| hubs::note_message(conn, &token, due::CLAIMED_FOR, now)).await
    }

    /// Notes that a hub wants no request before `until`, for any source.
    pub async fn pause_hub(&self, hub: &Url, until: Timestamp) -> Result<(), StoreError> {
        let hub = hub.clone();
        self.write(move |conn| hub_pauses::note(conn, &hub, until)).await
    }

    /// Replaces a subscription that has no lease in force. The new one is at another hub that the source names. Returns `false`
    /// if the source names no other hub, or if a lease is in force.
    pub async fn try_other_hub(
        &self,
        callback: String,
        base: Url,
        secrets: HubSecrets,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let current = Arc::clone(&self.current);
        self.write(move |conn| {
            hubs::replace_unanswered(
                conn,
                &callback,
                (&base, &secrets),
                |id| configured_source(&current, id),
                now,
            )
        })
        .await
    }
}
