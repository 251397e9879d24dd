//! Permanent redirects: when a source adopts the new address, and when it returns to its own.

use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use crate::model::{DueSource, FeedHints, Location, Moved};
use crate::policy::host::Scope;
use crate::time::{DAY, Timestamp};

/// How many polls in a row must see a permanent redirect before it is adopted. Servers under maintenance, parked domains and
/// captive portals redirect "permanently" too.
const MIN_POLLS: u32 = 3;
/// How long a permanent redirect must have been seen before it is adopted.
const MIN_AGE: Duration = DAY;

/// Returns the redirect of a source after a successful poll, where permanent redirects led to `moved_to`. If the server sent
/// none, the new address that the document names (`itunes:new-feed-url`) counts as a redirect. An address of another source
/// (`configured`) is not adopted, because it is polled already.
pub(super) fn after_success(
    due: &DueSource,
    moved_to: Option<Url>,
    hints: &FeedHints,
    configured: &HashSet<Url>,
    now: Timestamp,
) -> Option<Moved> {
    let Location::Http(asked) = due.address() else { return None };
    let named = || hints.new_feed_url.as_deref().and_then(|text| text.parse().ok());
    let target = moved_to.or_else(named).filter(|to| *to != asked && is_acceptable(&asked, to));
    let known = due.state.moved.clone();
    match (target, known) {
        // The adopted address answers without a further redirect.
        (None, Some(moved)) if due.has_adopted_move() => {
            Some(Moved { adopted_at: moved.adopted_at.filter(|_| !configured.contains(&moved.to)), ..moved })
        }
        (None, _) => None,
        (Some(to), Some(moved)) if moved.to == to && !due.has_adopted_move() => {
            let moved = Moved { polls: moved.polls.saturating_add(1), ..moved };
            let adopted_at = moved.adopted_at.or(has_stood(&moved, now).then_some(now));
            Some(Moved { adopted_at: adopted_at.filter(|_| !configured.contains(&moved.to)), ..moved })
        }
        (Some(to), _) => Some(Moved { to, polls: 1, since: now, adopted_at: None }),
    }
}

/// Returns whether a redirect has been seen long enough to be adopted. If it is not adopted then, it leads to the address of
/// another source.
pub fn has_stood(moved: &Moved, now: Timestamp) -> bool {
    moved.polls >= MIN_POLLS && now.since(moved.since) >= MIN_AGE
}

/// Returns the redirect of a source after a failed poll. An adopted address is given up: the next poll asks the address in
/// feeds.toml, which may redirect elsewhere.
pub(super) fn after_failure(moved: Option<Moved>) -> Option<Moved> {
    moved.filter(|moved| moved.adopted_at.is_none())
}

/// Returns whether a source may move from one address to another: not from https to http, where anyone on the network path
/// could forge the answer, and not from the internet into a private network, where a redirect may not lead either.
fn is_acceptable(from: &Url, to: &Url) -> bool {
    let is_private = |url: &Url| Scope::of_url(url) == Scope::Private;
    matches!((from.scheme(), to.scheme()), ("http", "http" | "https") | ("https", "https"))
        && (is_private(from) || !is_private(to))
}
