//! feeds.toml: read, checked whole, edited without losing a comment.

mod address;
mod base_directories;
mod diagnostics;
pub mod edit;
pub mod error;
mod file;
mod invalid_line;
mod locate;
mod names;
mod patterns;
mod problem;
pub mod save;
mod schema;
mod secrets;
mod section;
mod sources;
mod syntax;
mod tables;
mod values;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use ipnet::IpNet;
use url::Url;

pub use crate::model::ContentDepth;
use crate::model::{Secret, Source};
pub use edit::NewSource;
pub use error::{ConfigError, ConfigErrors};
pub use file::{load, single_source};
pub use locate::find;
pub use save::{EditError, add_sources, plan_addition, remove_source};

/// A validated configuration: immutable, shared, replaced whole on reload.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it came from, absolute.
    pub path: PathBuf,
    /// `[river]`.
    pub river: River,
    /// `[server]`.
    pub server: Server,
    /// `[polling]`.
    pub polling: Polling,
    /// `[dedup]`.
    pub dedup: Dedup,
    /// `[retention]`.
    pub retention: Retention,
    /// `[maintenance]`.
    pub maintenance: Maintenance,
    /// `[[source]]`, in file order.
    pub sources: Vec<Arc<Source>>,
}

impl Config {
    /// What stands in the User-Agent for a publisher who wants to reach the operator: `polling.contact`, else `base_url`.
    pub fn contact(&self) -> Option<&str> {
        self.polling.contact.as_deref().or(self.river.base_url.as_ref().map(Url::as_str))
    }

    /// The keys in use that are checked but that nothing acts on yet: who sets them should hear it.
    pub fn keys_without_effect(&self) -> Vec<&'static str> {
        let backups = self.maintenance.backup_dir.is_some().then_some("maintenance.backup_dir");
        let full_text = self.sources.iter().any(|source| source.full_text).then_some("source.full_text");
        backups.into_iter().chain(full_text).collect()
    }
}

/// `[river]`: what the merged feed says about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct River {
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// The public address, with a trailing slash; without it, taken from the request.
    pub base_url: Option<Url>,
    /// Articles in a merged feed.
    pub articles: usize,
    /// Whole texts or short ones.
    pub content: ContentDepth,
}

/// `[server]`.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where to listen, unless sockets are inherited.
    pub listen: Vec<ListenAddress>,
    /// Asked from subscribers, where set. Read from `access_token_file`.
    pub access_token: Option<Secret>,
    /// Whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// Where to listen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListenAddress {
    /// `127.0.0.1:8080`, `[::1]:8080`; port 0 lets the system choose.
    Tcp(SocketAddr),
    /// `unix:/run/riverd/http.sock`.
    Unix(PathBuf),
}

/// `[polling]`: the defaults for every source, and what holds for all of them together.
#[derive(Clone, Debug)]
pub struct Polling {
    /// The interval while nothing better is known.
    pub every: Duration,
    /// Whether the interval follows how often a source publishes.
    pub adaptive: bool,
    /// No source is polled more often.
    pub min_every: Duration,
    /// No interval grows beyond it, but for Retry-After and backoff.
    pub max_every: Duration,
    /// Requests in flight.
    pub concurrency: usize,
    /// Requests in flight to one host.
    pub per_host: usize,
    /// Between the starts of two requests to one public host.
    pub per_host_gap: Duration,
    /// A whole request, from the name lookup to the last byte.
    pub timeout: Duration,
    /// Of a body, in bytes after decompression.
    pub max_body: u64,
    /// In the User-Agent.
    pub contact: Option<String>,
    /// Whether sources on private addresses may be reached.
    pub private_networks: PrivateNetworks,
}

/// Whether addresses that are not public may be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrivateNetworks {
    /// Only hosts that feeds.toml itself names.
    Configured,
    /// None.
    Deny,
    /// All.
    Allow,
}

/// `[dedup]`.
#[derive(Clone, Debug)]
pub struct Dedup {
    /// Near duplicates are searched among articles that arrived so recently.
    pub window: Duration,
    /// What happens to near duplicates.
    pub near_duplicates: NearDuplicates,
    /// From 0 (everything) to 1 (only the same text): how alike two texts must be.
    pub similarity: f64,
    /// Query parameters that tell no two pages apart, beside the built-in list.
    pub tracking_parameters: Vec<String>,
}

/// What happens to near duplicates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NearDuplicates {
    /// One article, the others listed as also-in.
    Group,
    /// One article, the others not shown.
    Hide,
    /// Each stays an article of its own.
    Off,
}

/// `[retention]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Articles older than this go, unless their feed still lists them.
    pub keep: Duration,
    /// A source's newest stay, whatever their age.
    pub keep_at_least: usize,
}

/// `[maintenance]`.
#[derive(Clone, Debug)]
pub struct Maintenance {
    /// When, local time.
    pub schedule: Cron,
    /// Where backups go; none are made without it.
    pub backup_dir: Option<PathBuf>,
    /// The newest so many stay.
    pub backup_keep: usize,
}

impl Config {
    /// The source that a person means: by its name (case ignored), or by its address.
    pub fn find_source(&self, wanted: &str) -> Option<&Arc<Source>> {
        let by_name = self.sources.iter().find(|source| source.name.eq_ignore_ascii_case(wanted));
        by_name.or_else(|| {
            let folder = self.path.parent().unwrap_or(Path::new("/"));
            let location = address::parse(wanted, folder).ok()?;
            self.sources.iter().find(|source| source.location == location)
        })
    }

    /// The name that is most like `wanted`, for "did you mean".
    pub fn nearest_source(&self, wanted: &str) -> Option<&str> {
        schema::nearest(wanted, self.sources.iter().map(|source| source.name.as_str()))
    }
}

#[cfg(test)]
mod tests;
