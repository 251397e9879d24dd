//! Reads single values of response headers.

use chrono::{DateTime, NaiveDateTime};
use reqwest::header::{AsHeaderName, HeaderMap};

use crate::time::Timestamp;

/// Parses an HTTP date in any of its three forms (RFC 9110 §5.6.7). The day of the week is ignored.
pub(crate) fn http_date(text: impl AsRef<str>) -> Option<Timestamp> {
    let text = text.as_ref().trim();
    let unnamed = text.split_once(',').map_or(text, |(_, rest)| rest).trim();
    if let Ok(moment) = DateTime::parse_from_rfc2822(unnamed) {
        return Some(Timestamp::from_unix(moment.timestamp()));
    }
    let unzoned = unnamed.trim_end_matches("GMT").trim_end_matches("UTC").trim();
    let asctime = unzoned.split_once(' ').map_or(unzoned, |(_, rest)| rest).trim();
    let forms = [
        (unzoned, "%d-%b-%y %H:%M:%S"),
        (unzoned, "%d-%b-%Y %H:%M:%S"),
        (unzoned, "%d %b %Y %H:%M:%S"),
        (asctime, "%b %e %H:%M:%S %Y"),
    ];
    forms
        .into_iter()
        .find_map(|(text, form)| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|moment| Timestamp::from_unix(moment.and_utc().timestamp()))
}

/// Returns the value of the first header of this name, if it is visible ASCII.
pub(crate) fn first(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
