//! Tells what the end of a connection says about the end of a body.

use hyper::body::Body as _;
use reqwest::header::TRANSFER_ENCODING;
use reqwest::{Response, Version};

/// Returns whether only the end of the connection shows where the body ends. Then a body that a broken connection cut off looks
/// like a whole one.
pub(super) fn ends_with_connection(response: &Response) -> bool {
    let has_length =
        response.content_length().is_some() || response.headers().contains_key(TRANSFER_ENCODING);
    !has_length && response.version() != Version::HTTP_2
}

/// Returns whether a body that was read to its end is incomplete. Over HTTP/2 a server may stop in the middle without an error
/// (RST_STREAM with NO_ERROR, RFC 9113 §8.1), and the library treats that as a normal end.
pub(super) fn is_cut_short(response: Response) -> bool {
    response.version() == Version::HTTP_2 && !reqwest::Body::from(response).is_end_stream()
}
