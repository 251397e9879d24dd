//! Permanent redirects: adopted once they have stood for a while, and taken back when the new address fails.

use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use crate::model::{DueSource, FeedHints, Location, Moved};
use crate::policy::host::Scope;
use crate::time::{DAY, Timestamp};

/// A permanent redirect is adopted after so many polls in a row, and so long: servers under maintenance, parked domains
/// and captive portals redirect "permanently" too.
const POLLS: u32 = 3;
const STANDING: Duration = DAY;

/// The redirect in force after a good poll whose chain of only permanent redirects led to `moved_to`. A document that
/// names its new address (`itunes:new-feed-url`) counts as a redirect where the server sent none. What another source of
/// feeds.toml has (`configured`) is not adopted: it is asked already.
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
        // The address we adopted answers itself.
        (None, Some(moved)) if due.is_adopted() => {
            Some(Moved { adopted_at: moved.adopted_at.filter(|_| !configured.contains(&moved.to)), ..moved })
        }
        (None, _) => None,
        (Some(to), Some(moved)) if moved.to == to && !due.is_adopted() => {
            let moved = Moved { seen: moved.seen.saturating_add(1), ..moved };
            let adopted_at = moved.adopted_at.or(has_stood(&moved, now).then_some(now));
            Some(Moved { adopted_at: adopted_at.filter(|_| !configured.contains(&moved.to)), ..moved })
        }
        (Some(to), _) => Some(Moved { to, seen: 1, since: now, adopted_at: None }),
    }
}

/// Whether a redirect has stood long enough to be adopted, as the poll at `now` saw it. One that has and is not leads to
/// what another source has.
pub fn has_stood(moved: &Moved, now: Timestamp) -> bool {
    moved.seen >= POLLS && now.since(moved.since) >= STANDING
}

/// The redirect in force after a poll that failed: one that was adopted is taken back, so that the next poll asks the
/// operator's own address, which may redirect elsewhere by now.
pub(super) fn after_failure(moved: Option<Moved>) -> Option<Moved> {
    moved.filter(|moved| moved.adopted_at.is_none())
}

/// Never from https to http: who could answer for the new address would then be anyone on the way. Never from the internet
/// into a private network, which a redirect may not do either.
fn is_acceptable(from: &Url, to: &Url) -> bool {
    let is_private = |url: &Url| Scope::of_url(url) == Scope::Private;
    matches!((from.scheme(), to.scheme()), ("http", "http" | "https") | ("https", "https"))
        && (is_private(from) || !is_private(to))
}
