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
use crate::model::{DueSource, Failure, HubMode, HubOffer, HubRequest, NewHubSubscription, Secret};
use crate::policy::schedule;
use crate::policy::websub;
use crate::store::StoreError;
use crate::time::Timestamp;

/// Questions to hubs in one round; those to one hub one after the other, for a thousand feeds of one site share its hub.
const ASKS: usize = 32;
/// Hubs asked at a time.
const HUBS_AT_A_TIME: usize = 4;

/// Held while a round of questions is under way.
pub(super) type Round = Arc<Mutex<()>>;

/// What a poll's source has at a hub, and what it should have.
#[derive(Debug)]
pub(super) enum SubscriptionChange {
    /// That is the same.
    None,
    /// It has what it should no longer have.
    Leave,
    /// It should have this.
    TakeUp(HubOffer),
}

impl SubscriptionChange {
    /// After a poll of `due` that left it in `state`, where `base` is our public address.
    pub(super) fn of(due: &DueSource, state: &crate::model::SourceState, base: Option<&Url>) -> Self {
        match (websub::offer(&due.source, state, base), base, &due.push) {
            (Some(offer), Some(base), Some(push)) if websub::is_right(push, &offer, base) => Self::None,
            (Some(offer), ..) => Self::TakeUp(offer),
            (None, _, Some(_)) => Self::Leave,
            (None, _, None) => Self::None,
        }
    }

    /// Writes it down; the next round asks the hubs.
    pub(super) async fn apply(
        self,
        shop: &PollerShared,
        settings: &Settings,
        due: &DueSource,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let new = match (self, &settings.base_url) {
            (Self::TakeUp(offer), Some(base)) => match new_push(offer, base) {
                Ok(new) => Some(new),
                Err(failure) => {
                    warn!(source = due.source.name, "can't take up a hub's offer: {}", failure.message);
                    return Ok(());
                }
            },
            (Self::None, _) => return Ok(()),
            (Self::Leave | Self::TakeUp(_), _) => None,
        };
        shop.store.replace_push(due.id, new, now).await
    }
}

fn new_push(offer: HubOffer, base: &Url) -> Result<NewHubSubscription, Failure> {
    let token = unguessable()?;
    let callback = websub::callback(base, &token);
    Ok(NewHubSubscription { offer, token, callback, secret: Secret::new(unguessable()?) })
}

/// Begins a round of questions to hubs, unless one is under way. Where none is due, it costs a reader one step in an index.
pub(super) async fn begin_round(
    shop: &Arc<PollerShared>,
    settings: &Arc<Settings>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Ok(round) = Arc::clone(&shop.hub_round).try_lock_owned() else { return Ok(()) };
    let asks = shop.store.claim_asks(now, ASKS).await?;
    if asks.is_empty() {
        return Ok(());
    }
    let (asking, settings) = (Arc::clone(shop), Arc::clone(settings));
    shop.tasks.spawn(async move {
        let each = async |asks: Vec<HubRequest>| {
            for ask in asks {
                asking.ask_hub(&settings, ask, now).await;
            }
        };
        stream::iter(by_hub(asks)).for_each_concurrent(HUBS_AT_A_TIME, each).await;
        drop(round);
    });
    Ok(())
}

fn by_hub(asks: Vec<HubRequest>) -> Vec<Vec<HubRequest>> {
    let mut hubs: HashMap<String, Vec<HubRequest>> = HashMap::new();
    for ask in asks {
        hubs.entry(ask.offer.hub.host_str().unwrap_or_default().to_owned()).or_default().push(ask);
    }
    hubs.into_values().collect()
}

impl PollerShared {
    /// A hub has its Retry-After as a publisher has.
    async fn keep_away(&self, ask: &HubRequest, until: Timestamp) {
        if let Err(error) = self.store.hub_waits(ask.callback.clone(), until).await {
            warn!(%error, "can't note when a hub may be asked again");
        }
    }

    /// Asks one hub. Whatever it answers, its confirmation is what counts; the store knows when to ask again.
    async fn ask_hub(&self, settings: &Settings, ask: HubRequest, now: Timestamp) {
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
