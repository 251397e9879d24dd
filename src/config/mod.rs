//! Reads and checks feeds.toml, and edits it without losing a comment.
//!
//! | file | what it does |
//! | --- | --- |
//! | `locate`, `open_file`, `base_directories` | finds and opens the file, holds the directories that its paths start from |
//! | `file` | reads the file into a [`Config`], or reports all of its errors |
//! | `syntax`, `invalid_line` | parses TOML, goes on after an error, and says what may be shown of the line |
//! | `schema` | lists the keys, and finds the known key nearest to an unknown one |
//! | `section`, `table_list`, `values` | reads one table, a list of tables, and single values |
//! | [`group`] | finds the number of the group that may use a unix socket |
//! | `tables`, `sources`, `views` | reads the tables that occur once, `[[source]]` and `[[view]]` |
//! | `address`, `secrets`, `patterns`, `names` | reads how a source is reached, its secrets and its filters, and names it |
//! | `problem`, `diagnostics`, [`error`] | describe a problem, find its line and column, and write the message about it |
//! | `replacement` | decides whether a changed file may replace the configuration in force, and says what it changes |
//! | [`edit`], [`save`] | adds and removes sources in the text, and writes the file |

mod address;
mod base_directories;
mod diagnostics;
pub mod edit;
pub mod error;
mod file;
pub mod group;
mod invalid_line;
mod locate;
mod names;
mod open_file;
mod patterns;
mod problem;
mod replacement;
pub mod save;
mod schema;
mod secrets;
mod section;
mod sources;
mod syntax;
mod table_list;
mod tables;
mod values;
mod views;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use ipnet::IpNet;
use toml::de::DeValue;
use url::Url;

pub use crate::model::ContentDepth;
use crate::model::{EntryFilter, Location, Secret, Source, View};
pub use base_directories::let_credentials_be_unknown;
pub use edit::NewSource;
pub use error::{ConfigError, ConfigErrors};
pub use file::{LoadedConfig, load, load_with_text, parse_text, read_text, single_source};
pub use locate::find_config_file;
pub use names::LONGEST_NAME;
pub use replacement::{check_cut_off, check_replacement, describe_changes};
pub use save::{EditError, add_sources, plan_addition, remove_source};
pub use sources::{LONGEST_TITLE, MAX_TAGS};

/// JSON Schema (draft 2020-12) of feeds.toml, for editors.
pub const JSON_SCHEMA: &str = include_str!("../../feeds.schema.json");

/// A valid configuration. It never changes; a reload replaces it as a whole.
#[derive(Clone, Debug)]
pub struct Config {
    /// Absolute path of the file it was read from.
    pub path: PathBuf,
    /// The table `[river]`.
    pub river: River,
    /// The table `[server]`.
    pub server: Server,
    /// The table `[polling]`.
    pub polling: Polling,
    /// The table `[dedup]`.
    pub dedup: Dedup,
    /// The table `[retention]`.
    pub retention: Retention,
    /// The table `[maintenance]`.
    pub maintenance: Maintenance,
    /// The `[[source]]` tables in file order.
    pub sources: Vec<Arc<Source>>,
    /// The `[[view]]` tables in file order.
    pub views: Vec<Arc<View>>,
}

impl Config {
    /// Returns the address in the User-Agent at which publishers can reach the operator: `polling.contact`, otherwise
    /// `base_url`.
    pub fn contact(&self) -> Option<&str> {
        self.polling.contact.as_deref().or(self.river.base_url.as_ref().map(Url::as_str))
    }
}

/// The table `[river]`: what the merged feed contains, and what it says about itself.
#[derive(Clone, Debug)]
pub struct River {
    /// Title as plain text.
    pub title: String,
    /// Description as plain text.
    pub description: String,
    /// Public address with a trailing slash. If it is not set, the address of each request is used.
    pub base_url: Option<Url>,
    /// Maximum number of articles in a merged feed.
    pub articles: usize,
    /// Whether the feed carries whole texts or summaries.
    pub content: ContentDepth,
    /// The filter of the whole river, from `keep` and `drop`. The filter of each source contains it too.
    pub filter: Option<Arc<EntryFilter>>,
    /// WebSub hub that the feeds of the river and of the views name. riverd notifies it when they change.
    pub hub: Option<Url>,
}

/// The table `[server]`.
#[derive(Clone, Debug)]
pub struct Server {
    /// Addresses to listen on, unless sockets are inherited.
    pub listen: Vec<ListenAddress>,
    /// Token that subscribers must give, if one is set. It is read from `access_token_file`.
    pub access_token: Option<Secret>,
    /// Networks of the proxies whose `X-Forwarded-*` headers are trusted.
    pub trusted_proxies: Vec<IpNet>,
}

/// An address to listen on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListenAddress {
    /// An IP address and port: `127.0.0.1:8080`, `[::1]:8080`. With port 0 the system chooses one.
    Tcp(SocketAddr),
    /// A unix socket, written `unix:/run/riverd/http.sock` or `unix:/run/riverd/http.sock?mode=660&group=www-data`.
    Unix(UnixSocket),
}

impl std::fmt::Display for ListenAddress {
    /// Writes the address as in feeds.toml, without the options of a unix socket.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(socket) => write!(f, "unix:{}", socket.path.display()),
        }
    }
}

/// A unix socket to listen on, and who may connect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnixSocket {
    /// Path of the socket.
    pub path: PathBuf,
    /// Permissions of the socket. Whoever may write to it may connect.
    pub mode: u32,
    /// Group of the socket, by name or number. `None` for the group of the process.
    pub group: Option<String>,
}

/// The table `[polling]`: defaults for every source, and limits for all sources together.
#[derive(Clone, Debug)]
pub struct Polling {
    /// Interval of a source that gives none itself. If `adaptive` is set, it holds only until the source's own rhythm is
    /// known.
    pub every: Duration,
    /// Whether the interval follows how often a source publishes.
    pub adaptive: bool,
    /// Shortest adaptive interval.
    pub min_every: Duration,
    /// Longest interval that riverd chooses, or that a feed or a server asks for. It bounds neither Retry-After nor backoff,
    /// nor an interval that a source gives itself.
    pub max_every: Duration,
    /// Maximum number of requests at once.
    pub concurrency: usize,
    /// Maximum number of requests to one host at once.
    pub per_host: usize,
    /// Minimum time between the starts of two requests to one public host.
    pub per_host_gap: Duration,
    /// Maximum time of a whole request, from the name lookup to the last byte.
    pub timeout: Duration,
    /// Maximum size of a body in bytes after decompression.
    pub max_body: u64,
    /// Contact address in the User-Agent.
    pub contact: Option<String>,
    /// Which addresses that are not public may be reached.
    pub private_networks: PrivateNetworks,
}

/// Which addresses that are not public may be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrivateNetworks {
    /// Only private addresses of hosts that feeds.toml itself names: by the address, or by a name that no public registry
    /// assigns.
    Configured,
    /// No such address.
    Deny,
    /// All of them.
    Allow,
}

/// The table `[dedup]`.
#[derive(Clone, Debug)]
pub struct Dedup {
    /// How long after its arrival an article is compared with newer ones.
    pub window: Duration,
    /// What happens to near duplicates.
    pub near_duplicates: NearDuplicates,
    /// How similar two texts must be to count as near duplicates, from 0 (any two) to 1 (only identical ones).
    pub similarity: f64,
    /// Query parameters that do not change which page an address names, in addition to the built-in list.
    pub tracking_parameters: Vec<String>,
}

/// What happens to near duplicates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NearDuplicates {
    /// They become one article, which lists the sources and the addresses of the others.
    Group,
    /// They become one article, and the others are not shown.
    Hide,
    /// Each stays a separate article.
    Off,
}

/// The table `[retention]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Age at which articles are pruned, unless their feed still lists them.
    pub keep: Duration,
    /// Number of newest articles of each source that are kept whatever their age.
    pub keep_at_least: usize,
}

/// The table `[maintenance]`.
#[derive(Clone, Debug)]
pub struct Maintenance {
    /// When maintenance runs, in local time.
    pub schedule: Cron,
    /// Directory for backups. `None` if no backups are made.
    pub backup_dir: Option<PathBuf>,
    /// Number of newest backups to keep.
    pub backup_keep: usize,
}

/// Reads the address of a source. A relative path starts at the folder of the file at `config`. The error is a text that
/// continues the address: "has no scheme".
pub fn read_location(address: &str, config: &Path) -> Result<Location, String> {
    let folder = config.parent().unwrap_or(Path::new("/"));
    address::parse_location(address, folder).map_err(|problem| problem.message)
}

/// Returns whether a source may have this name.
pub fn is_source_name(name: &str) -> bool {
    sources::is_name(name)
}

/// Returns whether `every` of a source may have this value.
pub fn is_interval(text: &str) -> bool {
    let value = DeValue::String(text.into());
    values::duration(&value, values::INTERVAL_RANGE).is_ok()
}

/// Returns whether `text` is a cron expression that `schedule` may have.
pub fn is_schedule(text: &str) -> bool {
    values::cron(&DeValue::String(text.into())).is_ok()
}

impl Config {
    /// Returns the view with this name.
    pub fn view(&self, name: &str) -> Option<&Arc<View>> {
        self.views.iter().find(|view| view.name == name)
    }

    /// Returns the source with this name (ignoring case) or, if there is none, with this address.
    pub fn find_source(&self, wanted: &str) -> Option<&Arc<Source>> {
        let by_name = self.sources.iter().find(|source| source.name.eq_ignore_ascii_case(wanted));
        by_name.or_else(|| {
            let folder = self.path.parent().unwrap_or(Path::new("/"));
            let location = address::parse_location(wanted, folder).ok()?;
            self.sources.iter().find(|source| source.location == location)
        })
    }

    /// Returns the message about a source that feeds.toml does not have, with the name that may be meant.
    pub fn unknown_source(&self, wanted: &str) -> String {
        let hint = match self.nearest_source(wanted) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`riverd list` shows the sources".to_owned(),
        };
        self.missing_source(wanted, &hint)
    }

    /// Returns the message about a source that feeds.toml does not have, with this hint.
    pub fn missing_source(&self, wanted: &str, hint: &str) -> String {
        format!("there is no source `{wanted}` in {}\nhint: {hint}", self.path.display())
    }

    /// Returns the name most similar to `wanted`, for "did you mean".
    pub fn nearest_source(&self, wanted: &str) -> Option<&str> {
        schema::nearest(wanted, self.sources.iter().map(|source| source.name.as_str()))
    }
}

#[cfg(test)]
mod tests;
