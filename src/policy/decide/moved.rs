//! Permanent redirects: when a source adopts the new address, and when it returns to its own.

use std::time::Duration;

use url::Url;

use super::{BodyOutcome, PollContext};
use crate::model::{DueSource, FetchOutcome, Location, Moved, PollRecord, SourceState};
use crate::policy::host::Scope;
use crate::time::{DAY, Timestamp};

/// How many polls in a row must see a permanent redirect before it is adopted. Servers under maintenance, parked domains and
/// captive portals redirect "permanently" too.
const MIN_POLLS: u32 = 3;
/// How long a permanent redirect must have been seen before it is adopted.
const MIN_AGE: Duration = DAY;

/// Where a successful answer came from, and what it brought.
pub(super) struct AnswerPlace {
    /// Target of the permanent redirects that came before any temporary one.
    pub(super) moved_to: Option<Url>,
    /// Final address after redirects.
    pub(super) final_url: Option<Url>,
    /// Whether the answer is a document without entries, although the document before it had some.
    pub(super) lost_entries: bool,
}

/// Updates the redirect of a source after a successful poll. If the server sent no permanent redirect, the new address that the
/// document names (`itunes:new-feed-url`) counts as one. An address of another source is not adopted, because it is polled
/// already.
pub(super) fn after_success(
    state: &mut SourceState,
    due: &DueSource,
    place: AnswerPlace,
    context: &PollContext<'_>,
) {
    let AnswerPlace { moved_to, final_url, lost_entries } = place;
    let (Location::Http(asked), Location::Http(own)) = (due.address(), &due.source.location) else {
        state.moved = None;
        return;
    };
    let named = state.hints.new_feed_url.as_deref().and_then(|text| text.parse::<Url>().ok());
    let leads_back = [named.as_ref(), moved_to.as_ref(), final_url.as_ref()].contains(&Some(own));
    if due.has_adopted_move() && (leads_back || (moved_to.is_none() && lost_entries)) {
        // If another adopted address led to this one, that other address is refused already, so no document or redirect leads
        // to this address again.
        if !due.state.moved.as_ref().is_some_and(was_named_there) {
            state.refused_move = Some(asked);
        }
        state.moved = None;
        return;
    }
    // The publisher wants subscribers at the address that feeds.toml has, wherever that redirects to.
    if named.as_ref() == Some(own) {
        state.moved = None;
        return;
    }
    if due.checks_move() && moved_to.is_none() && named.is_some() && named == state.refused_move {
        // The document of the source still names the address that led to the adopted one.
        let adopted_at = Some(context.now);
        state.moved =
            due.state.moved.clone().filter(was_named_there).map(|moved| Moved { adopted_at, ..moved });
        return;
    }
    let named = named.filter(|to| state.refused_move.as_ref() != Some(to));
    // A redirect of an address that only a document named can't be counted: no other poll sees it while the address in
    // feeds.toml is asked.
    let next = match &moved_to {
        None => named.clone(),
        Some(to) => Some(to.clone()).filter(|_| was_only_named(due, &asked)),
    };
    if due.has_adopted_move()
        && let Some(to) = next.filter(|to| *to != asked && is_acceptable(&asked, to))
    {
        state.moved = moved_on(state, due, asked, to, context);
        return;
    }
    let target = moved_to.or(named).filter(|to| *to != asked && is_acceptable(&asked, to));
    state.moved = with_target(due, target, context);
}

/// Returns the redirect of a source after a successful poll at the adopted address `asked`, if the document there names `to` as
/// its new address, or the address redirects to `to`. `to` is adopted at once, and `asked` is refused from then on. So if
/// documents name one another in a circle, each address is asked once. Nothing changes if `asked` was first seen less than a
/// day ago, or if `to` is the address of another source.
fn moved_on(
    state: &mut SourceState,
    due: &DueSource,
    asked: Url,
    to: Url,
    context: &PollContext<'_>,
) -> Option<Moved> {
    let moved = due.state.moved.clone()?;
    if context.now.since(moved.since) < MIN_AGE || context.configured.contains(&to) {
        return Some(moved);
    }
    state.refused_move = Some(asked);
    Some(Moved { to, polls: 0, since: context.now, adopted_at: Some(context.now) })
}

/// Returns whether another adopted address led to this one, by its document or a redirect. In that case no request to the
/// address in feeds.toml was redirected to this one.
fn was_named_there(moved: &Moved) -> bool {
    moved.polls == 0
}

/// Returns whether the adopted address `asked` was found by other means than a redirect of the address in feeds.toml: the
/// document that was read last names it, or another adopted address led to it.
fn was_only_named(due: &DueSource, asked: &Url) -> bool {
    let named = due.state.hints.new_feed_url.as_deref().and_then(|text| text.parse::<Url>().ok());
    named.as_ref() == Some(asked) || due.state.moved.as_ref().is_some_and(was_named_there)
}

/// Returns the redirect of a source after a successful poll that led to `target`.
fn with_target(due: &DueSource, target: Option<Url>, context: &PollContext<'_>) -> Option<Moved> {
    let now = context.now;
    let unless_configured = |moved: &Moved, adopted_at: Option<Timestamp>| {
        adopted_at.filter(|_| !context.configured.contains(&moved.to))
    };
    match (target, due.state.moved.clone()) {
        // The adopted address answers without a further redirect.
        (None, Some(moved)) if due.has_adopted_move() => {
            Some(Moved { adopted_at: unless_configured(&moved, moved.adopted_at), ..moved })
        }
        (None, _) => None,
        (Some(to), Some(moved)) if moved.to == to && !due.has_adopted_move() => {
            let moved = Moved { polls: moved.polls.saturating_add(1), ..moved };
            // If the address in feeds.toml still redirects there, the adopted address is used for another week.
            let stands = moved.adopted_at.is_some() || has_stood(&moved, now);
            Some(Moved { adopted_at: unless_configured(&moved, stands.then_some(now)), ..moved })
        }
        (Some(to), _) => Some(Moved { to, polls: 1, since: now, adopted_at: None }),
    }
}

/// Returns whether a redirect has been seen long enough to be adopted. If it still is not adopted, it leads to the address of
/// another source.
pub fn has_stood(moved: &Moved, now: Timestamp) -> bool {
    moved.polls >= MIN_POLLS && now.since(moved.since) >= MIN_AGE
}

/// Updates the redirect of a source after a failed poll. An adopted address is given up: the next request goes to the address
/// in feeds.toml, which may redirect elsewhere. If only the document named the adopted address, it is not tried again.
pub(super) fn after_failure(state: &mut SourceState, due: &DueSource) {
    let Some(moved) = state.moved.take_if(|moved| moved.adopted_at.is_some()) else { return };
    if due.has_adopted_move() && is_only_named(state, &moved) {
        state.refused_move = Some(moved.to);
    }
}

/// Returns the address to which the permanent redirects led, and the address to which all redirects together led.
pub(super) fn addresses_reached<B>(outcome: &FetchOutcome<B>) -> [Option<Url>; 2] {
    match outcome {
        FetchOutcome::Fresh(fetched) => [fetched.moved_to.clone(), fetched.final_url.clone()],
        FetchOutcome::NotModified { moved_to, final_url, .. } => [moved_to.clone(), final_url.clone()],
        FetchOutcome::Throttled { .. } | FetchOutcome::Gone { .. } | FetchOutcome::Failed { .. } => {
            [None, None]
        }
    }
}

/// Returns whether the validators in `record` belong to the document of another address than the one that the next poll asks.
/// This can be so if only a document said that both addresses have the same feed. `reached` are the addresses that this poll
/// reached.
pub(super) fn has_foreign_validators(
    due: &DueSource,
    record: &PollRecord,
    reached: &[Option<Url>; 2],
) -> bool {
    let is_named =
        |state: &SourceState| state.moved.as_ref().is_some_and(|moved| is_only_named(state, moved));
    if !is_named(&due.state) && !is_named(&record.state) {
        return false;
    }
    let after = DueSource { state: record.state.clone(), planned: record.next, ..due.clone() };
    let next = after.address();
    next != due.address() && !reached.iter().flatten().any(|url| next == Location::Http(url.clone()))
}

/// Returns whether only a document named the new address of a source.
fn is_only_named(state: &SourceState, moved: &Moved) -> bool {
    let named = state.hints.new_feed_url.as_deref().and_then(|text| text.parse::<Url>().ok());
    named.as_ref() == Some(&moved.to) || was_named_there(moved)
}

/// Gives up an adopted address that only a document named, if `outcome` shows that the poll there got no document and no
/// earlier poll there got one. Returns whether the address in feeds.toml is to be asked in the same poll. It is not asked if
/// the adopted address was not given up, or if that address asked for a pause and both addresses are in one domain.
pub fn give_up_untested(due: &mut DueSource, outcome: &FetchOutcome<BodyOutcome>) -> bool {
    let Location::Http(own) = due.source.location.clone() else { return false };
    let is_document = match outcome {
        FetchOutcome::Fresh(fetched) => !matches!(fetched.body, BodyOutcome::Unreadable(_)),
        FetchOutcome::NotModified { .. } => true,
        FetchOutcome::Failed { .. } | FetchOutcome::Throttled { .. } | FetchOutcome::Gone { .. } => false,
    };
    if is_document || !due.has_adopted_move() || !is_untested(due) {
        return false;
    }
    let asked_for_pause = match outcome {
        FetchOutcome::Throttled { by, .. } => Scope::of_url(by) == Scope::of_url(&own),
        _ => false,
    };
    if let Some(moved) = due.state.moved.take() {
        due.state.refused_move = Some(moved.to);
    }
    !asked_for_pause
}

/// Returns whether only a document named the adopted address, and no poll has succeeded since it was adopted.
fn is_untested(due: &DueSource) -> bool {
    due.state
        .moved
        .as_ref()
        .is_some_and(|moved| is_only_named(&due.state, moved) && due.state.succeeded_at <= moved.adopted_at)
}

/// Returns whether a source may move from one address to another: not from https to http, where anyone on the network path
/// could forge the answer, and not from the internet into a private network, where a redirect may not lead either.
fn is_acceptable(from: &Url, to: &Url) -> bool {
    let is_private = |url: &Url| Scope::of_url(url) == Scope::Private;
    matches!((from.scheme(), to.scheme()), ("http", "http" | "https") | ("https", "https"))
        && (is_private(from) || !is_private(to))
}
