//! Reads the page that comes with an error status, and judges what it says beyond the status.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::body::BodyReader;
use super::headers;
use super::stand_in;
use super::too_many_requests;
use crate::model::StandIn;

/// Longest time for which an error page is read.
const READ_FOR: Duration = Duration::from_secs(3);

/// Returns whether an error page says more than its status: a challenge always does, any other stand-in only with a 403. A 401
/// means "log in" anyway, and a page with the status 404 may have a login form in its corner.
pub(super) fn explains(stand_in: StandIn, status: StatusCode) -> bool {
    matches!(stand_in, StandIn::Challenge(_)) || status == StatusCode::FORBIDDEN
}

/// Returns whether a 403 means "too many requests": its page says so, or the server is Reddit's. Reddit sends a 403 to a client
/// that sends more than one request a minute, and gives the reason neither in a header nor on the page.
pub(super) fn asks_for_pause(url: &Url, page: &[u8]) -> bool {
    let host = url.host_str().unwrap_or_default();
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    host == "reddit.com" || host.ends_with(".reddit.com") || too_many_requests::is_said_by(&page)
}

/// Reads the beginning of an error page: what arrives within [`READ_FOR`], and at most [`stand_in::SEARCHED_BYTES`] after
/// decoding.
pub(super) async fn read(response: &mut Response, deadline: Instant) -> Vec<u8> {
    let cap = stand_in::SEARCHED_BYTES as u64;
    let Ok(mut reader) = BodyReader::new(headers::encodings(response.headers()), cap) else {
        return Vec::new();
    };
    let until = deadline.min(Instant::now() + READ_FOR);
    while let Ok(Ok(Some(piece))) = timeout_at(until, response.chunk()).await {
        let mut rest = piece.as_ref();
        loop {
            match reader.decode_some(&mut rest) {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => return reader.into_prefix(),
            }
        }
    }
    // An error ends the prefix.
    while reader.decode_rest().unwrap_or_default() {}
    reader.into_prefix()
}
