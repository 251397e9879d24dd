//! Tells what the end of a connection says about the end of a body.

use std::io;

use hyper::body::Body as _;
use reqwest::header::TRANSFER_ENCODING;
use reqwest::{Response, Version};

use super::failure;

/// Returns whether reading a body failed only because a TLS connection ended without `close_notify`, although the end of the
/// connection marks the end of the body. IIS and old servers end connections like this.
pub(super) fn ended_without_close_notify(error: &reqwest::Error, response: &Response) -> bool {
    let causes = failure::causes(error);
    let is_end =
        failure::find::<io::Error>(&causes).is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof);
    is_end && ends_with_connection(response)
}

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
