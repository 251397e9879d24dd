//! Whether a reader's copy is current (RFC 9110 §13).

use std::time::UNIX_EPOCH;

use axum::http::HeaderMap;
use axum::http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

use super::coding::Accepted;
use crate::render::{Coding, Representation};
use crate::time::Timestamp;

/// What a request knows of our document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Copy {
    /// Nothing, or an old state: send it.
    Stale,
    /// It has this coding of what we would send: 304.
    Current(Coding),
}

/// Judges the preconditions. `If-None-Match` alone counts where it stands (§13.2.2), whatever `If-Modified-Since` says.
///
/// A reader that changed its `Accept-Encoding` between two requests still has a current copy if its tag names another
/// coding of the same bytes that it accepts now: sending it all again would teach it nothing.
pub(super) fn judge(
    headers: &HeaderMap,
    representation: &Representation,
    changed_at: Timestamp,
    accepted: Accepted,
) -> Copy {
    let selected = accepted.best_of(representation);
    if headers.contains_key(IF_NONE_MATCH) {
        let usable = Coding::ALL
            .into_iter()
            .filter(|coding| *coding == selected || accepted.allows(*coding))
            .filter(|coding| names(headers, representation, *coding));
        // The selected coding before the others; any of them will do.
        return usable.max_by_key(|coding| *coding == selected).map_or(Copy::Stale, Copy::Current);
    }
    let since = headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok()).and_then(http_date);
    if since.is_some_and(|since| changed_at <= since) { Copy::Current(selected) } else { Copy::Stale }
}

fn names(headers: &HeaderMap, representation: &Representation, coding: Coding) -> bool {
    let tag = representation.etag(coding);
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // Our tags hold no comma, so splitting at each can't join parts of a foreign tag to one of ours.
    values.flat_map(|value| value.split(',')).map(str::trim).any(|listed| {
        // The comparison is the weak one (§13.1.2): a proxy that compresses marks our tag as weak. Some readers store a tag
        // without its quotes.
        let opaque = listed.strip_prefix("W/").unwrap_or(listed);
        listed == "*" || opaque == tag || opaque == tag.trim_matches('"')
    })
}

/// In any of the three forms of §5.6.7.
fn http_date(text: &str) -> Option<Timestamp> {
    let moment = httpdate::parse_http_date(text).ok()?;
    let seconds = moment.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(Timestamp::from_unix(i64::try_from(seconds).ok()?))
}
