//! WebSub: stores changed subscriptions, and sends requests to hubs when they are due.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::Mutex;
use tracing::{info, warn};
use url::Url;

use super::{PollerShared, Settings};
use crate::fetch::websub::unguessable;
use crate::model::{DueSource, Failure, HubMode, HubOffer, HubRequest, NewHubSubscription, Secret};
use crate::policy::schedule;
use crate::policy::websub::{self, SubscriptionChange};
use crate::store::StoreError;
use crate::time::Timestamp;

/// How many requests to hubs are sent in one round. Those to one hub are sent one after the other, because a thousand feeds of
/// one site share its hub.
const REQUESTS_PER_ROUND: usize = 32;
/// How many hubs are asked at once.
const HUBS_AT_A_TIME: usize = 4;

/// Lock that is held during a round of requests to hubs.
pub(super) type HubRoundLock = Arc<Mutex<()>>;

/// Stores the change of a subscription after a poll of `due`. The next round sends the requests to the hubs.
pub(super) async fn apply(
    change: SubscriptionChange,
    shared: &PollerShared,
    settings: &Settings,
    due: &DueSource,
    now: Timestamp,
) -> Result<(), StoreError> {
    let new = match (change, &settings.base_url) {
        (SubscriptionChange::Subscribe(offer), Some(base)) => match new_subscription(offer, base) {
            Ok(new) => Some(new),
            Err(failure) => {
                warn!(source = due.source.name, "can't subscribe at a hub: {}", failure.message);
                return Ok(());
            }
        },
        (SubscriptionChange::None, _) => return Ok(()),
        (SubscriptionChange::Unsubscribe | SubscriptionChange::Subscribe(_), _) => None,
    };
    shared.store.replace_subscription(due.id, new, now).await
}

fn new_subscription(offer: HubOffer, base: &Url) -> Result<NewHubSubscription, Failure> {
    let token = unguessable()?;
    let callback = websub::callback(base, &token);
    Ok(NewHubSubscription { offer, token, callback, secret: Secret::new(unguessable()?) })
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
    let (asking, settings) = (Arc::clone(shared), Arc::clone(settings));
    shared.tasks.spawn(async move {
        let each = async |requests: Vec<HubRequest>| {
            for request in requests {
                asking.ask_hub(&settings, request, now).await;
            }
        };
        stream::iter(by_hub(requests)).for_each_concurrent(HUBS_AT_A_TIME, each).await;
        drop(round);
    });
    Ok(())
}

fn by_hub(requests: Vec<HubRequest>) -> Vec<Vec<HubRequest>> {
    let mut hubs: HashMap<String, Vec<HubRequest>> = HashMap::new();
    for request in requests {
        hubs.entry(request.offer.hub.host_str().unwrap_or_default().to_owned()).or_default().push(request);
    }
    hubs.into_values().collect()
}

impl PollerShared {
    /// Notes when a hub may be asked again, as its Retry-After says.
    async fn postpone_requests(&self, request: &HubRequest, until: Timestamp) {
        if let Err(error) = self.store.postpone_hub_requests(request.callback.clone(), until).await {
            warn!(%error, "can't note when a hub may be asked again");
        }
    }

    /// Sends one request to a hub. Only the later confirmation of the hub counts, not this answer. The store has already planned
    /// when to ask again.
    async fn ask_hub(&self, settings: &Settings, request: HubRequest, now: Timestamp) {
        let asked = match settings.fetcher.ask_hub(&request, now).await {
            Ok(()) => Ok(()),
            Err((failure, retry_after)) => {
                if let Some(until) = retry_after {
                    self.postpone_requests(&request, schedule::not_before(until, now)).await;
                }
                Err(failure)
            }
        };
        let (hub, mode) = (request.offer.hub.host_str().unwrap_or_default(), request.mode.as_str());
        let source = request.source.map(|source| source.to_string());
        match asked {
            Ok(()) => info!(source, hub, mode, "asked a hub"),
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
    }
}
