//! Notifies the WebSub hub of `[river]` which feeds changed, so that it can notify their subscribers.
//!
//! If the hub does not answer, riverd tries again later and reports all changes since then. There is never more than
//! one request at a time, and nothing else waits for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::sleep;
use url::Url;

use crate::config::Config;
use crate::fetch::Fetcher;
use crate::model::{Failure, FailureKind, FailureOrigin, Location};
use crate::policy::websub;
use crate::render::base_url::path_segment;
use crate::render::{BaseUrl, Format};
use crate::store::RiverSelection;
use crate::time::Timestamp;

/// The changes that were not reported to the hub yet.
#[derive(Default, Debug)]
pub(super) struct HubNotices {
    /// Paths of the changed feeds. These are at most the path of the river and the paths of the views in feeds.toml.
    paths: Mutex<BTreeSet<String>>,
    changed: Notify,
    /// Notified when feeds.toml names another hub. The pause that the old hub asked for does not hold for the new one.
    hub_changed: Notify,
}

impl HubNotices {
    /// Notes that the feeds of a selection changed. The hub is notified only of the river and of views.
    pub(super) fn add(&self, selection: &RiverSelection) {
        let path = match selection {
            RiverSelection::River => String::new(),
            RiverSelection::View(name) => format!("views/{}/", path_segment(name)),
            RiverSelection::Tag(_) | RiverSelection::Source(_) | RiverSelection::Search(_) => return,
        };
        self.paths().insert(path);
        self.changed.notify_one();
    }

    /// Notes whether the new configuration names another hub than the old one.
    pub(super) fn note_new_config(&self, old: &Config, new: &Config) {
        if old.river.hub != new.river.hub {
            self.hub_changed.notify_one();
        }
    }

    fn paths(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notifies the hub of each change until the future is dropped. `config` returns the configuration in force. While it has
    /// no hub or no `base_url`, changes are forgotten.
    pub(super) async fn notify_until_dropped(&self, config: impl Fn() -> Arc<Config>) {
        let mut failures = 0;
        loop {
            while self.paths().is_empty() {
                self.changed.notified().await;
            }
            let config = config();
            let (Some(hub), Some(base)) = (&config.river.hub, &config.river.base_url) else {
                self.paths().clear();
                continue;
            };
            match self.notify(&config, hub, &BaseUrl::from_config(base)).await {
                Ok(()) => failures = 0,
                Err((failure, retry_after)) => {
                    failures += 1;
                    let wait = websub::next_ping_after(failures, retry_after, Timestamp::now());
                    let hub = hub.host_str().unwrap_or_default();
                    let retry_after_s = wait.as_secs();
                    tracing::warn!(
                        hub,
                        failures,
                        retry_after_s,
                        "can't notify the hub of a change: {}",
                        failure.message
                    );
                    tokio::select! {
                        () = sleep(wait) => {}
                        () = self.hub_changed.notified() => failures = 0,
                    }
                }
            }
        }
    }

    /// Notifies the hub of all changes, each feed in every format. A feed is done once the hub accepted all of its formats.
    async fn notify(
        &self,
        config: &Config,
        hub: &Url,
        base: &BaseUrl,
    ) -> Result<(), (Failure, Option<Timestamp>)> {
        let location = Location::Http(hub.clone());
        let fetcher = Fetcher::naming(config, Some(&location)).map_err(|error| {
            (
                Failure {
                    kind: FailureKind::Blocked,
                    message: error.to_string(),
                    hint: None,
                    origin: FailureOrigin::Elsewhere,
                },
                None,
            )
        })?;
        loop {
            let Some(path) = self.paths().pop_first() else { return Ok(()) };
            for format in Format::ALL {
                let topic = base.join(&format!("{path}{}", format.file_name()));
                if let Err(error) = fetcher.tell_hub(hub, &topic, Timestamp::now()).await {
                    self.paths().insert(path);
                    return Err(error);
                }
            }
            tracing::debug!(path, "notified the hub of a change");
        }
    }
}
