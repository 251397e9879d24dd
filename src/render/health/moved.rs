//! Describes where a source moved, and what to change in feeds.toml.

use serde::Serialize;
use url::Url;

use crate::model::{Location, Moved, RedactedUrl, Source};
use crate::policy::decide::has_stood;
use crate::time::Timestamp;

/// The new address of a source: permanent redirects lead there, or the document of the source names it.
#[derive(Clone, Debug, Serialize)]
pub struct MovedTo {
    /// The new address, without secrets.
    pub url: String,
    /// When a poll was first led there.
    pub since: Timestamp,
    /// Number of polls in a row that were led there, as [`Moved::polls`] says.
    pub polls: u32,
    /// Whether the move has lasted long enough to be adopted. riverd then polls the new address directly, unless the
    /// source has secrets that only the old address may get.
    pub stands: bool,
    /// The line to write in feeds.toml, once the move has lasted long enough. `None` if the address contains a secret, which
    /// must not be shown.
    pub line: Option<String>,
    /// What the user can do if there is no line to write.
    pub how: Option<String>,
}

/// Describes a move, and what the user should change in feeds.toml.
pub(super) fn moved_to(moved: &Moved, polled_at: Option<Timestamp>, source: Option<&Source>) -> MovedTo {
    let url = RedactedUrl(&moved.to).to_string();
    let stands = moved.adopted_at.is_some();
    let shows_all = url == moved.to.as_str();
    let line = (stands && shows_all).then(|| format!("url = \"{url}\""));
    let is_another_source = !stands && polled_at.is_some_and(|at| has_stood(moved, at));
    let how = if is_another_source {
        Some("another source of feeds.toml has that address: take this one out".to_owned())
    } else {
        (stands && !shows_all).then(|| how_to_change(&moved.to, &url, source))
    };
    MovedTo { url, since: moved.since, polls: moved.polls, stands, line, how }
}

/// Says how to change feeds.toml if the new address can't be shown whole. There is no line to copy in this case, because a line
/// with `…` in it would break the source.
fn how_to_change(to: &Url, shown: &str, source: Option<&Source>) -> String {
    let current = source.and_then(|source| match &source.location {
        Location::Http(url) => Some(url),
        Location::File(_) => None,
    });
    // If a secret is in the path, the new address may have another secret.
    let has_same_query_values = current
        .is_some_and(|current| to.query_pairs().all(|pair| current.query_pairs().any(|other| other == pair)));
    if has_same_query_values && shown.contains(to.path()) {
        return format!(
            "change its `url` to {shown}, and keep the secret of the present `url` in place of `…`"
        );
    }
    format!(
        "change its `url` to {shown}; `…` stands for a secret that is not shown: \
         `curl -sIL -o /dev/null -w '%{{url_effective}}' URL`, with the present `url`, prints the whole address"
    )
}
