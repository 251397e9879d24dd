//! Hubs that tell of news (WebSub): taking up what documents offer, and asking hubs when it is time.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::sync::Mutex;
use tracing::{info, warn};
use url::Url;

use super::{PollerShared, Settings};
use crate::fetch::websub::unguessable;
use crate::model::{DueSource, Failure, HubAsk, HubMode, HubOffer, NewHubSubscription, Secret};
use crate::policy::schedule;
use crate::policy::websub::{self, SubscriptionChange};
use crate::store::StoreError;
use crate::time::Timestamp;

/// Questions to hubs in one round; those to one hub one after the other, for a thousand feeds of one site share its hub.
const ASKS: usize = 32;
/// Hubs asked at a time.
const HUBS_AT_A_TIME: usize = 4;

/// Held while a round of questions is under way.
pub(super) type HubRoundLock = Arc<Mutex<()>>;

/// Stores `change`, which a poll of `due` led to. The next round of questions asks the hubs.
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
    shared.store.replace_push(due.id, new, now).await
}

fn new_subscription(offer: HubOffer, base: &Url) -> Result<NewHubSubscription, Failure> {
    let token = unguessable()?;
    let callback = websub::callback(base, &token);
    Ok(NewHubSubscription { offer, token, callback, secret: Secret::new(unguessable()?) })
}

/// Begins a round of questions to hubs, unless one is under way. Where none is due, it costs a reader one step in an index.
pub(super) async fn begin_round(
    shared: &Arc<PollerShared>,
    settings: &Arc<Settings>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Ok(round) = Arc::clone(&shared.hub_round).try_lock_owned() else { return Ok(()) };
    let asks = shared.store.claim_asks(now, ASKS).await?;
    if asks.is_empty() {
        return Ok(());
    }
    let (asking, settings) = (Arc::clone(shared), Arc::clone(settings));
    shared.tasks.spawn(async move {
        let each = async |asks: Vec<HubAsk>| {
            for ask in asks {
                asking.ask_hub(&settings, ask, now).await;
            }
        };
        stream::iter(by_hub(asks)).for_each_concurrent(HUBS_AT_A_TIME, each).await;
        drop(round);
    });
    Ok(())
}

fn by_hub(asks: Vec<HubAsk>) -> Vec<Vec<HubAsk>> {
    let mut hubs: HashMap<String, Vec<HubAsk>> = HashMap::new();
    for ask in asks {
        hubs.entry(ask.offer.hub.host_str().unwrap_or_default().to_owned()).or_default().push(ask);
    }
    hubs.into_values().collect()
}

impl PollerShared {
    /// A hub has its Retry-After as a publisher has.
    async fn keep_away(&self, ask: &HubAsk, until: Timestamp) {
        if let Err(error) = self.store.hub_waits(ask.callback.clone(), until).await {
            warn!(%error, "can't note when a hub may be asked again");
        }
    }

    /// Asks one hub. Whatever it answers, its confirmation is what counts; the store knows when to ask again.
    async fn ask_hub(&self, settings: &Settings, ask: HubAsk, now: Timestamp) {
        let asked = match settings.fetcher.ask_hub(&ask, now).await {
            Ok(()) => Ok(()),
            Err((failure, retry_after)) => {
                if let Some(until) = retry_after {
                    self.keep_away(&ask, schedule::not_before(until, now)).await;
                }
                Err(failure)
            }
        };
        let (hub, mode) = (ask.offer.hub.host_str().unwrap_or_default(), ask.mode.as_str());
        let source = ask.source.map(|source| source.to_string());
        match asked {
            Ok(()) => info!(source, hub, mode, "asked a hub"),
            Err(failure) if ask.mode == HubMode::Subscribe => {
                warn!(source, hub, mode, kind = failure.kind.as_str(), "a hub said no: {}", failure.message);
            }
            Err(failure) => info!(source, hub, mode, "a hub said no: {}", failure.message),
        }
    }
}
