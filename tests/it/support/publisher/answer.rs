//! The answers of the publisher, and all the ways in which they can be wrong.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::Request;

/// An answer. Tests start with a correct one and add what is to be wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Body,
    pub(super) framing: Framing,
    pub(super) etag: Option<Vec<u8>>,
    pub(super) last_modified: Option<Vec<u8>>,
    pub(super) delay: Duration,
    pub(super) delay_of_body: Duration,
    pub(super) gate: Option<Gate>,
    pub(super) pace: Option<(usize, Duration)>,
    pub(super) ending: Ending,
}

/// The bytes that are sent.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// A head, then these bytes.
    Bytes(Arc<[u8]>),
    /// A head, then the first bytes once, then the second bytes repeatedly until the client closes the connection.
    Endless(Arc<[u8]>, Arc<[u8]>),
    /// Only these bytes, without a head.
    Raw(Arc<[u8]>),
    /// A head that never ends: headers until the client closes the connection.
    EndlessHead,
}

/// How the answer states the length of its body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Framing {
    /// A correct `Content-Length`.
    Length,
    /// This value as `Content-Length`.
    WrongLength(i64),
    /// `Transfer-Encoding: chunked`, in chunks of this many bytes.
    Chunked(usize),
    /// Not at all: the body ends when the connection ends.
    UntilClose,
}

/// How an answer ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// Complete, and the connection can be used again.
    Whole,
    /// Complete, then the connection is closed.
    Close,
    /// The connection is closed after this many bytes of the body.
    CutAt(usize),
    /// The connection is reset (RST) after this many bytes of the body.
    ResetAt(usize),
    /// Nothing is sent after this many bytes of the body, but the connection stays open.
    HangAt(usize),
    /// The connection is reset after the request was read.
    ResetNow,
    /// The request is never answered.
    Silence,
}

impl Answer {
    /// Returns a 200 answer with this body.
    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::status(200).body(body)
    }

    /// Returns an answer with this status and an empty body.
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Bytes(Arc::from([])),
            framing: Framing::Length,
            etag: None,
            last_modified: None,
            delay: Duration::ZERO,
            delay_of_body: Duration::ZERO,
            gate: None,
            pace: None,
            ending: Ending::Whole,
        }
    }

    /// Returns a redirect to `location`, which is sent unchanged.
    pub(crate) fn redirect(status: u16, location: impl AsRef<[u8]>) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Sends only these bytes instead of an HTTP answer, then closes the connection.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { body: Body::Raw(Arc::from(bytes.as_ref())), ..Self::status(200) }
    }

    /// Never answers the request.
    pub(crate) fn silence() -> Self {
        Self { ending: Ending::Silence, ..Self::status(200) }
    }

    /// Resets the connection after the request was read.
    pub(crate) fn reset() -> Self {
        Self { ending: Ending::ResetNow, ..Self::status(200) }
    }

    /// Sends a status line, then headers without end.
    pub(crate) fn endless_head() -> Self {
        Self { body: Body::EndlessHead, ..Self::status(200) }
    }

    /// Sends a head, then `start`, then `again` for ever.
    pub(crate) fn endless(start: impl AsRef<[u8]>, again: impl AsRef<[u8]>) -> Self {
        let body = Body::Endless(Arc::from(start.as_ref()), Arc::from(again.as_ref()));
        Self { body, framing: Framing::UntilClose, ..Self::status(200) }
    }

    /// Replaces the body.
    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Body::Bytes(Arc::from(body.as_ref()));
        self
    }

    /// Adds a header, unchanged. Earlier headers with the same name stay.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Adds `Content-Type`.
    pub(crate) fn content_type(self, value: &str) -> Self {
        self.header("Content-Type", value)
    }

    /// Adds `count` headers `X-Flood-N`, each with a value of `size` bytes.
    pub(crate) fn header_flood(mut self, count: usize, size: usize) -> Self {
        self.headers.extend((0..count).map(|n| (format!("X-Flood-{n}"), vec![b'x'; size])));
        self
    }

    /// Adds `ETag`, and answers 304 to a request that carries the very same bytes in `If-None-Match`.
    pub(crate) fn etag(mut self, value: impl AsRef<[u8]>) -> Self {
        self.etag = Some(value.as_ref().to_vec());
        self
    }

    /// Adds `Last-Modified`, and answers 304 to a request that carries the very same bytes in `If-Modified-Since` (unless
    /// it also carries `If-None-Match`, which wins where there is an ETag).
    pub(crate) fn last_modified(mut self, value: impl AsRef<[u8]>) -> Self {
        self.last_modified = Some(value.as_ref().to_vec());
        self
    }

    /// Waits before the status line.
    pub(crate) fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Waits between the head and the body.
    pub(crate) fn delay_of_body(mut self, delay: Duration) -> Self {
        self.delay_of_body = delay;
        self
    }

    /// Waits before the status line until the test opens `gate`.
    pub(crate) fn held_by(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Sends head and body in pieces of `bytes` bytes, and waits `every` before each piece.
    pub(crate) fn trickle(mut self, bytes: usize, every: Duration) -> Self {
        self.pace = Some((bytes.max(1), every));
        self
    }

    /// Sends the body with `Transfer-Encoding: chunked`, in chunks of `size` bytes.
    pub(crate) fn chunked(mut self, size: usize) -> Self {
        self.framing = Framing::Chunked(size.max(1));
        self
    }

    /// Sends this `Content-Length`, which may be wrong.
    pub(crate) fn content_length(mut self, length: i64) -> Self {
        self.framing = Framing::WrongLength(length);
        self
    }

    /// Sends no length: the body ends when the connection ends.
    pub(crate) fn until_close(mut self) -> Self {
        self.framing = Framing::UntilClose;
        self
    }

    /// Closes the connection after the answer.
    pub(crate) fn closing(mut self) -> Self {
        self.ending = Ending::Close;
        self
    }

    /// Closes the connection after `bytes` of the body.
    pub(crate) fn cut_at(mut self, bytes: usize) -> Self {
        self.ending = Ending::CutAt(bytes);
        self
    }

    /// Resets the connection after `bytes` of the body.
    pub(crate) fn reset_at(mut self, bytes: usize) -> Self {
        self.ending = Ending::ResetAt(bytes);
        self
    }

    /// Sends nothing more after `bytes` of the body, and keeps the connection open.
    pub(crate) fn hang_at(mut self, bytes: usize) -> Self {
        self.ending = Ending::HangAt(bytes);
        self
    }

    /// Returns the answer to a request that may be conditional: a 304 if a validator matches byte for byte, else this answer.
    pub(super) fn for_request(self, request: &Request) -> Self {
        if self.status != 200 {
            return self;
        }
        let not_modified = match (&self.etag, request.header("if-none-match")) {
            (Some(etag), Some(requested)) => etag == requested,
            _ => self
                .last_modified
                .as_deref()
                .is_some_and(|date| request.header("if-modified-since") == Some(date)),
        };
        if not_modified { Self { status: 304, body: Body::Bytes(Arc::from([])), ..self } } else { self }
    }
}

/// A gate that holds answers back until a test opens it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Returns a closed gate.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Opens the gate for ever.
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until the gate is open, but at most for `limit`. Returns whether it is open.
    pub(crate) fn wait(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        let mut open = self.0.0.lock().unwrap();
        while !*open {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            open = self.0.1.wait_timeout(open, left).unwrap().0;
        }
        *open
    }
}
