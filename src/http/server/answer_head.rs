//! Writes the head of an answer as hyper does.

use axum::http::header::{CONTENT_LENGTH, DATE};
use axum::http::response::Parts;

use crate::time::Timestamp;

/// Usual size of the head of a feed, in bytes.
const USUAL_BYTES: usize = 512;

/// Returns the head of an answer by HTTP/1.1. `length` is the length of the body; it is `None` for an answer without a body.
///
/// Header names are written like `Content-Type`: some scripts and small readers compare them case-sensitively.
pub(super) fn answer_head(parts: &Parts, length: Option<usize>) -> Vec<u8> {
    let mut head = Vec::with_capacity(USUAL_BYTES);
    head.extend_from_slice(b"HTTP/1.1 ");
    head.extend_from_slice(parts.status.as_str().as_bytes());
    head.push(b' ');
    head.extend_from_slice(parts.status.canonical_reason().unwrap_or_default().as_bytes());
    for (name, value) in &parts.headers {
        add_line(&mut head, name.as_str(), value.as_bytes());
    }
    if let Some(length) = length {
        add_line(&mut head, CONTENT_LENGTH.as_str(), length.to_string().as_bytes());
    }
    add_line(&mut head, DATE.as_str(), Timestamp::now().to_http_date().as_bytes());
    head.extend_from_slice(b"\r\n\r\n");
    head
}

/// Adds the end of the previous line, and then a header without the end of its line.
fn add_line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    head.extend_from_slice(b"\r\n");
    let mut begins_word = true;
    for byte in name.bytes() {
        head.push(if begins_word { byte.to_ascii_uppercase() } else { byte });
        begins_word = byte == b'-';
    }
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
}
