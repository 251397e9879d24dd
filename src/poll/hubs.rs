//! WebSub: stores changed subscriptions, and sends requests to hubs when they are due.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::Mutex;
use tracing::{info, warn};
use url::Url;

use super::{PollerShared, Settings};
use crate::fetch::websub::random_hex;
use crate::model::{
    DueSource, Failure, HubMode, HubOffer, HubRequest, HubSecrets, NewHubSubscription, Secret,
};
use crate::policy::websub::{self, SubscriptionChange};
use crate::store::StoreError;
use crate::time::Timestamp;

/// How many requests to hubs are sent in one round at most. Requests to one hub are sent one after the other, because a
/// thousand feeds of one site may share a hub.
const REQUESTS_PER_ROUND: usize = 32;
/// How many hubs get requests at the same time at most.
const HUBS_AT_A_TIME: usize = 4;

/// Lock that is held during a round of requests to hubs.
pub(super) type HubRoundLock = Arc<Mutex<()>>;

/// Stores how a poll changed the subscription of its source. Without a public address (`base_url`), a source gets no
/// subscription and loses the one that it had. The next round sends the requests to the hubs.
pub(super) async fn store_change(
    change: SubscriptionChange,
    shared: &PollerShared,
    settings: &Settings,
    due: &DueSource,
    now: Timestamp,
) -> Result<(), StoreError> {
    let subscription = match (change, &settings.base_url) {
        (SubscriptionChange::Subscribe(offer), Some(base)) => match new_subscription(offer, base) {
            Ok(subscription) => Some(subscription),
            Err(failure) => {
                warn!(source = due.source.name, "can't subscribe at a hub: {}", failure.message);
                return Ok(());
            }
        },
        (SubscriptionChange::Keep, _) => return Ok(()),
        (SubscriptionChange::Unsubscribe | SubscriptionChange::Subscribe(_), _) => None,
    };
    shared.store.replace_subscription(due.id, subscription, now).await
}

fn new_subscription(offer: HubOffer, base: &Url) -> Result<NewHubSubscription, Failure> {
    let token = random_hex()?;
    let callback = websub::callback(base, &token);
    Ok(NewHubSubscription { offer, token, callback, secret: Secret::new(random_hex()?) })
}

/// Begins a round of requests to hubs, unless one is under way. If no request is due, this costs one index lookup.
pub(super) async fn begin_round(
    shared: &Arc<PollerShared>,
    settings: &Arc<Settings>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Ok(round) = Arc::clone(&shared.hub_round).try_lock_owned() else { return Ok(()) };
    let requests = shared.store.claim_hub_requests(now, REQUESTS_PER_ROUND).await?;
    if requests.is_empty() {
        return Ok(());
    }
    let (poller, settings) = (Arc::clone(shared), Arc::clone(settings));
    shared.tasks.spawn(async move {
        let ask_in_turn = async |requests: Vec<HubRequest>| {
            let mut is_paused = false;
            for request in requests {
                if is_paused {
                    poller.release_hub_request(&request, now).await;
                } else {
                    is_paused = poller.ask_hub(&settings, request, now).await == HubAnswer::Pause;
                }
            }
        };
        stream::iter(group_by_hub_host(requests)).for_each_concurrent(HUBS_AT_A_TIME, ask_in_turn).await;
        drop(round);
    });
    Ok(())
}

fn group_by_hub_host(requests: Vec<HubRequest>) -> Vec<Vec<HubRequest>> {
    let mut hubs: HashMap<String, Vec<HubRequest>> = HashMap::new();
    for request in requests {
        hubs.entry(websub::hub_name(&request.offer.hub)).or_default().push(request);
    }
    hubs.into_values().collect()
}

/// Whether a hub wants further requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum HubAnswer {
    /// The hub may get requests for other sources.
    GoOn,
    /// The hub wants no request for any source for a while.
    Pause,
}

impl PollerShared {
    /// Notes until when a hub wants no request. The request that the hub refused is due again at that time.
    async fn pause_hub(&self, request: &HubRequest, until: Timestamp, now: Timestamp) {
        self.note_hub_pause(request, until).await;
        self.release_hub_request(request, now).await;
    }

    async fn note_hub_pause(&self, request: &HubRequest, until: Timestamp) {
        if let Err(error) = self.store.pause_hub(&request.offer.hub, until).await {
            warn!(%error, "can't note when a hub may be asked again");
        }
    }

    async fn release_hub_request(&self, request: &HubRequest, now: Timestamp) {
        if let Err(error) = self.store.release_hub_request(request.callback.clone(), now).await {
            warn!(%error, "can't plan when a hub is asked again");
        }
    }

    /// Replaces the hub of a subscription with another one that the source names, and returns whether it did. The next round
    /// sends the request to that hub.
    async fn try_other_hub(&self, settings: &Settings, request: &HubRequest, now: Timestamp) -> bool {
        let Some(base) = settings.base_url.clone().filter(|_| request.mode == HubMode::Subscribe) else {
            return false;
        };
        let (Ok(token), Ok(secret)) = (random_hex(), random_hex()) else { return false };
        let secrets = HubSecrets { token, secret: Secret::new(secret) };
        match self.store.try_other_hub(request.callback.clone(), base, secrets, now).await {
            Ok(is_other) => is_other,
            Err(error) => {
                warn!(%error, "can't choose another hub");
                false
            }
        }
    }

    /// Sends one request to a hub. Success means only that the hub accepted the request; the subscription changes when the hub
    /// confirms it. The store has already planned the next request. If the hub fails without asking for a pause, the source's
    /// next hub is tried. A hub that left its requests unconfirmed is replaced before it gets another one, if the source names
    /// another hub.
    async fn ask_hub(&self, settings: &Settings, request: HubRequest, now: Timestamp) -> HubAnswer {
        if websub::is_unresponsive(request.asked) && self.try_other_hub(settings, &request, now).await {
            return HubAnswer::GoOn;
        }
        let mut answer = HubAnswer::GoOn;
        let sent = match settings.fetcher.ask_hub(&request, now).await {
            Ok(None) => Ok(()),
            // The hub took this request, and wants no other one for a while.
            Ok(Some(until)) => {
                self.note_hub_pause(&request, websub::accepted_pause(until, now)).await;
                answer = HubAnswer::Pause;
                Ok(())
            }
            Err((failure, retry_after)) => {
                if let Some(until) = websub::hub_pause(&failure, retry_after, now) {
                    self.pause_hub(&request, until, now).await;
                    answer = HubAnswer::Pause;
                } else {
                    self.try_other_hub(settings, &request, now).await;
                }
                Err(failure)
            }
        };
        let (hub, mode) = (request.offer.hub.host_str().unwrap_or_default(), request.mode.as_str());
        let source = request.source.map(|source| source.to_string());
        match sent {
            Ok(()) => info!(source, hub, mode, "sent a request to a hub"),
            Err(failure) if request.mode == HubMode::Subscribe => {
                warn!(
                    source,
                    hub,
                    mode,
                    kind = failure.kind.as_str(),
                    "a request to a hub failed: {}",
                    failure.message
                );
            }
            Err(failure) => info!(source, hub, mode, "a request to a hub failed: {}", failure.message),
        }
        answer
    }
}
