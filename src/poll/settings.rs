//! The settings of polling, made from one configuration.

use std::collections::HashSet;
use std::sync::Arc;

use url::Url;

use crate::config::Config;
use crate::fetch::{Fetcher, Limits};
use crate::model::Location;
use crate::text::url::TrackingParameters;

/// The settings of one configuration. A new configuration replaces all of them.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) fetcher: Fetcher,
    pub(super) limits: Limits,
    pub(super) tracking: Arc<TrackingParameters>,
    /// Addresses of all enabled sources.
    pub(super) addresses: HashSet<Url>,
    /// riverd's public address, which hubs call.
    pub(super) base_url: Option<Url>,
}

impl Settings {
    pub(super) fn of(config: &Config, limits: Limits) -> anyhow::Result<Self> {
        Ok(Self {
            fetcher: Fetcher::new(config)?,
            limits,
            tracking: Arc::new(TrackingParameters::with(&config.dedup.tracking_parameters)),
            addresses: addresses(config),
            base_url: config.river.base_url.clone(),
        })
    }
}

fn addresses(config: &Config) -> HashSet<Url> {
    let enabled = config.sources.iter().filter(|source| source.enabled);
    enabled
        .filter_map(|source| match &source.location {
            Location::Http(url) => Some(url.clone()),
            Location::File(_) => None,
        })
        .collect()
}
