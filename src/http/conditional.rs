//! Decides whether the copy that a reader holds is current (RFC 9110 §13).

use std::time::UNIX_EPOCH;

use axum::http::HeaderMap;
use axum::http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

use super::coding::AcceptedCodings;
use crate::render::{Coding, Representation};
use crate::time::Timestamp;

/// Header by which a reader asks only for the changes since its copy (RFC 3229).
pub(super) const A_IM: &str = "a-im";

/// The state of the reader's copy, as the request describes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ClientCopy {
    /// The reader has no copy or an old one. The document must be sent.
    Stale,
    /// The reader has the current document in this coding. The answer is 304.
    Current(Coding),
}

/// Evaluates the preconditions of a request. If `If-None-Match` is present, `If-Modified-Since` is ignored (§13.2.2).
///
/// A reader may change its `Accept-Encoding` between two requests. The reader's copy still counts as current if its tag names
/// any coding of the same document that the reader accepts now. The document itself has not changed, so sending it again would
/// be useless.
pub(super) fn check_client_copy(
    headers: &HeaderMap,
    representation: &Representation,
    changed_at: Timestamp,
    accepted: AcceptedCodings,
) -> ClientCopy {
    let selected = accepted.choose(representation);
    if headers.contains_key(IF_NONE_MATCH) {
        let usable = Coding::ALL
            .into_iter()
            .filter(|coding| *coding == selected || accepted.allows(*coding))
            .filter(|coding| lists_etag(headers, representation, *coding));
        // The coding that a full answer would have comes first. Any other coding that the reader accepts will do, too.
        return usable
            .max_by_key(|coding| *coding == selected)
            .map_or(ClientCopy::Stale, ClientCopy::Current);
    }
    let since =
        headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok()).and_then(parse_http_date);
    if since.is_some_and(|since| changed_at <= since) {
        ClientCopy::Current(selected)
    } else {
        ClientCopy::Stale
    }
}

/// Returns the digests of the documents that the reader has, if it asks only for the changes since its copy (RFC 3229) and
/// that copy is not the current one. Looks at the first eight tags only: a reader has one copy, so it needs no more.
pub(super) fn copies_to_update(headers: &HeaderMap, representation: &Representation) -> Option<Vec<String>> {
    const MAX_COPIES: usize = 8;
    if !accepts_changes(headers) {
        return None;
    }
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let digest = |listed: &str| {
        let tag = listed.strip_prefix("W/").unwrap_or(listed).trim_matches('"');
        tag.split('-').next().unwrap_or_default().to_owned()
    };
    let copies: Vec<String> = values
        .flat_map(|value| value.split(','))
        .map(|listed| digest(listed.trim()))
        .take(MAX_COPIES)
        .collect();
    let is_current = copies.iter().any(|digest| digest == "*" || *digest == representation.digest);
    (!copies.is_empty() && !is_current).then_some(copies)
}

/// Returns whether `A-IM` lists `feed`, and not with `q=0`.
fn accepts_changes(headers: &HeaderMap) -> bool {
    let values = headers.get_all(A_IM).iter().filter_map(|value| value.to_str().ok());
    let is_feed = |listed: &str| {
        let mut parts = listed.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("feed"));
        let is_refused = |part: &str| {
            let value = part.strip_prefix("q=").and_then(|value| value.parse::<f32>().ok());
            value.is_some_and(|value| value <= 0.0)
        };
        is_named && !parts.any(is_refused)
    };
    values.flat_map(|value| value.split(',')).any(is_feed)
}

/// Returns whether `If-None-Match` lists the entity tag of this coding, or `*`.
fn lists_etag(headers: &HeaderMap, representation: &Representation, coding: Coding) -> bool {
    let tag = representation.etag(coding);
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // riverd's tags contain no comma. Splitting at every comma may break up a foreign tag, but no part
    // of it can equal one of riverd's tags.
    values.flat_map(|value| value.split(',')).map(str::trim).any(|listed| {
        // §13.1.2 asks for the weak comparison: a proxy that compresses a document marks riverd's tag as weak. Some readers
        // store a tag without its quotes.
        let opaque = listed.strip_prefix("W/").unwrap_or(listed);
        listed == "*" || opaque == tag || opaque == tag.trim_matches('"')
    })
}

/// Parses a date in any of the three formats of §5.6.7.
fn parse_http_date(text: &str) -> Option<Timestamp> {
    let moment = httpdate::parse_http_date(text).ok()?;
    let seconds = moment.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(Timestamp::from_unix(i64::try_from(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::ACCEPT_ENCODING;

    use super::*;

    const CHANGED_AT: Timestamp = Timestamp::from_unix(1_795_484_340);
    const SAME_TIME: &str = "Tue, 24 Nov 2026 01:39:00 GMT";
    const EARLIER: &str = "Tue, 24 Nov 2026 01:38:59 GMT";

    #[test]
    fn a_reader_that_asks_for_changes_names_its_copies() {
        let copies = |lines: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_str(value).unwrap());
            }
            copies_to_update(&headers, &river())
        };
        let tags = ("if-none-match", "\"abc\", W/\"def-gzip\"");
        let known = Some(vec!["abc".to_owned(), "def".to_owned()]);
        for asked in ["feed", "vcdiff, Feed;q=0.5", "feed; x=1"] {
            assert_eq!(copies(&[("a-im", asked), tags]), known, "{asked}");
        }
        for asked in ["vcdiff", "feed;q=0", "feed; q=0.0", "feeds"] {
            assert_eq!(copies(&[("a-im", asked), tags]), None, "{asked}");
        }
        assert_eq!(copies(&[tags]), None);
        assert_eq!(copies(&[("a-im", "feed")]), None);
        let current = river().etag(Coding::Gzip).to_owned();
        assert_eq!(copies(&[("a-im", "feed"), ("if-none-match", &current)]), None);
        assert_eq!(copies(&[("a-im", "feed"), ("if-none-match", "*")]), None);
    }

    fn river() -> Representation {
        Representation::new("text/plain", "The river flows. ".repeat(500).into_bytes())
    }

    fn check(lines: &[(axum::http::HeaderName, &str)]) -> ClientCopy {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        check_client_copy(&headers, &river(), CHANGED_AT, AcceptedCodings::from_headers(&headers))
    }

    fn with_tag(listed: &str) -> ClientCopy {
        check(&[(IF_NONE_MATCH, listed)])
    }

    #[test]
    fn a_reader_that_knows_the_tag_has_a_current_copy() {
        let tag = river().etag(Coding::Identity).to_owned();
        let bare = tag.trim_matches('"').to_owned();
        for listed in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"old\", {tag}"),
            format!("\"a,b\" ,W/{tag},\"c\""),
            "*".to_owned(),
            bare,
        ] {
            assert_eq!(with_tag(&listed), ClientCopy::Current(Coding::Identity), "{listed}");
        }
        let two_lines = check(&[(IF_NONE_MATCH, "\"old\""), (IF_NONE_MATCH, &tag)]);
        assert_eq!(two_lines, ClientCopy::Current(Coding::Identity));
    }

    #[test]
    fn a_reader_that_knows_another_tag_has_a_stale_copy() {
        let tag = river().etag(Coding::Identity).to_owned();
        for listed in
            ["\"old\"", "", "\"", "W/", "\"*\"", &tag.to_uppercase().replace('"', ""), &tag.replace('"', "'")]
        {
            assert_eq!(with_tag(listed), ClientCopy::Stale, "{listed}");
        }
    }

    #[test]
    fn if_both_are_present_the_tag_decides_and_the_time_is_ignored() {
        let tag = river().etag(Coding::Identity).to_owned();
        let stale = check(&[(IF_NONE_MATCH, "\"old\""), (IF_MODIFIED_SINCE, SAME_TIME)]);
        assert_eq!(stale, ClientCopy::Stale);
        let current = check(&[(IF_NONE_MATCH, &tag), (IF_MODIFIED_SINCE, EARLIER)]);
        assert_eq!(current, ClientCopy::Current(Coding::Identity));
    }

    #[test]
    fn a_time_alone_is_compared_in_whole_seconds_and_read_in_every_http_format() {
        let since = |text: &str| check(&[(IF_MODIFIED_SINCE, text)]);
        let current = ClientCopy::Current(Coding::Identity);
        assert_eq!(since(SAME_TIME), current);
        assert_eq!(since("Tuesday, 24-Nov-26 01:39:00 GMT"), current);
        assert_eq!(since("Tue Nov 24 01:39:00 2026"), current);
        assert_eq!(since("Wed, 25 Nov 2026 00:00:00 GMT"), current);
        assert_eq!(since(EARLIER), ClientCopy::Stale);
        for nonsense in
            ["", "yesterday", "2026-11-24", "Tue, 24 Nov 2026", "0", "Thu, 01 Jan 1969 00:00:00 GMT"]
        {
            assert_eq!(since(nonsense), ClientCopy::Stale, "{nonsense}");
        }
    }

    #[test]
    fn a_copy_in_another_coding_is_current_as_long_as_the_reader_accepts_that_coding() {
        let gzip = river().etag(Coding::Gzip).to_owned();
        let asked = |accept: &str, tag: &str| check(&[(ACCEPT_ENCODING, accept), (IF_NONE_MATCH, tag)]);
        assert_eq!(asked("gzip", &gzip), ClientCopy::Current(Coding::Gzip));
        assert_eq!(asked("gzip;q=0.1, br", &gzip), ClientCopy::Current(Coding::Gzip));
        assert_eq!(asked("gzip", river().etag(Coding::Identity)), ClientCopy::Current(Coding::Identity));
        assert_eq!(with_tag(&gzip), ClientCopy::Current(Coding::Gzip));
        assert_eq!(asked("br", &gzip), ClientCopy::Stale);
        assert_eq!(asked("identity;q=0, br", river().etag(Coding::Identity)), ClientCopy::Stale);
        // If the reader lists all tags, the 304 names the coding that would be sent.
        assert_eq!(
            asked("gzip", &format!("{}, {gzip}", river().etag(Coding::Identity))),
            ClientCopy::Current(Coding::Gzip)
        );
    }
}
