//! Writes the head of an answer by HTTP/1.1 without hyper, as hyper writes it.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, DATE, HeaderName};

use super::answer::HeaderWriter;
use crate::time::Timestamp;

/// Usual size of the head of a feed, in bytes.
const USUAL_BYTES: usize = 512;

/// The beginning of an answer. Header names are written like `Content-Type`: some scripts and small readers compare them
/// case-sensitively.
pub(super) struct AnswerHead(Vec<u8>);

impl AnswerHead {
    /// Begins a head with its status line.
    pub(super) fn new(status: StatusCode) -> Self {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        bytes.extend_from_slice(b"HTTP/1.1 ");
        bytes.extend_from_slice(status.as_str().as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
        Self(bytes)
    }

    /// Ends the head. `length` is that of the body in bytes; an answer without a body has none.
    pub(super) fn finish(mut self, length: Option<usize>) -> Vec<u8> {
        if let Some(length) = length {
            self.write(CONTENT_LENGTH, &length.to_string());
        }
        self.write(DATE, &Timestamp::now().to_http_date());
        self.0.extend_from_slice(b"\r\n\r\n");
        self.0
    }
}

impl HeaderWriter for AnswerHead {
    /// Ends the line before, and adds a header without the end of its line. The values are riverd's own, which are allowed in
    /// HTTP.
    fn write(&mut self, name: HeaderName, value: &str) {
        self.0.extend_from_slice(b"\r\n");
        let begin = self.0.len();
        self.0.extend_from_slice(name.as_str().as_bytes());
        let mut begins_word = true;
        for byte in self.0.iter_mut().skip(begin) {
            if begins_word {
                byte.make_ascii_uppercase();
            }
            begins_word = *byte == b'-';
        }
        self.0.extend_from_slice(b": ");
        self.0.extend_from_slice(value.as_bytes());
    }
}
