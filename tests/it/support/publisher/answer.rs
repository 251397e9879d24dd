//! What the publisher answers, and every way in which it may misbehave while doing so.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::Request;

/// One answer, built from a good one by adding what is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Body,
    pub(super) framing: Framing,
    pub(super) etag: Option<Vec<u8>>,
    pub(super) last_modified: Option<Vec<u8>>,
    pub(super) ignores_conditions: bool,
    pub(super) delay: Duration,
    pub(super) delay_of_body: Duration,
    pub(super) gate: Option<Gate>,
    pub(super) pace: Option<(usize, Duration)>,
    pub(super) ending: Ending,
}

/// What is sent after the head.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// The first once, then the second again and again until the client hangs up.
    Endless(Arc<[u8]>, Arc<[u8]>),
    /// Not even a head: these bytes are all that is sent.
    Raw(Arc<[u8]>),
    /// A head that never ends: header after header until the client hangs up.
    EndlessHead,
}

/// How the length of the body is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Framing {
    /// `Content-Length`, the right one.
    Length,
    /// `Content-Length`, as given.
    WrongLength(i64),
    /// `Transfer-Encoding: chunked`, in chunks of so many bytes.
    Chunked(usize),
    /// Neither: the end of the connection is the end of the body.
    UntilClose,
}

/// How the answer ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// Whole; the connection may be used again.
    Whole,
    /// Whole, then closed.
    Close,
    /// Closed after so many bytes of the body.
    CutAt(usize),
    /// Reset (RST) after so many bytes of the body.
    ResetAt(usize),
    /// Nothing more comes after so many bytes of the body, and the connection stays open.
    HangAt(usize),
    /// The request is read, then the connection is reset without an answer.
    ResetNow,
    /// The request is read and never answered.
    Silence,
}

impl Answer {
    /// 200 with this body.
    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::status(200).body(body)
    }

    /// An empty answer of this status.
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Bytes(Arc::from([])),
            framing: Framing::Length,
            etag: None,
            last_modified: None,
            ignores_conditions: false,
            delay: Duration::ZERO,
            delay_of_body: Duration::ZERO,
            gate: None,
            pace: None,
            ending: Ending::Whole,
        }
    }

    /// A redirect to `location`, sent as it is.
    pub(crate) fn redirect(status: u16, location: impl AsRef<[u8]>) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Exactly these bytes instead of an HTTP answer, then the connection is closed.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { body: Body::Raw(Arc::from(bytes.as_ref())), ..Self::status(200) }
    }

    /// The request is read and never answered.
    pub(crate) fn silence() -> Self {
        Self { ending: Ending::Silence, ..Self::status(200) }
    }

    /// The request is read, then the connection is reset.
    pub(crate) fn reset() -> Self {
        Self { ending: Ending::ResetNow, ..Self::status(200) }
    }

    /// A status line, then headers without end.
    pub(crate) fn endless_head() -> Self {
        Self { body: Body::EndlessHead, ..Self::status(200) }
    }

    /// `start`, then `again` for ever.
    pub(crate) fn endless(start: impl AsRef<[u8]>, again: impl AsRef<[u8]>) -> Self {
        let body = Body::Endless(Arc::from(start.as_ref()), Arc::from(again.as_ref()));
        Self { body, framing: Framing::UntilClose, ..Self::status(200) }
    }

    /// Replaces the body.
    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Body::Bytes(Arc::from(body.as_ref()));
        self
    }

    /// Adds a header, byte for byte; one of the same name stays beside it.
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

    /// Sends its validators, and the whole body whatever the request says.
    pub(crate) fn ignoring_conditions(mut self) -> Self {
        self.ignores_conditions = true;
        self
    }

    /// Waits before the status line.
    pub(crate) fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Waits between head and body.
    pub(crate) fn delay_of_body(mut self, delay: Duration) -> Self {
        self.delay_of_body = delay;
        self
    }

    /// Waits before the status line until the test opens `gate`.
    pub(crate) fn held_by(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Sends head and body in pieces of `bytes`, each after a wait of `every`.
    pub(crate) fn trickle(mut self, bytes: usize, every: Duration) -> Self {
        self.pace = Some((bytes.max(1), every));
        self
    }

    /// `Transfer-Encoding: chunked` in chunks of `size` bytes.
    pub(crate) fn chunked(mut self, size: usize) -> Self {
        self.framing = Framing::Chunked(size.max(1));
        self
    }

    /// A `Content-Length` that is not true.
    pub(crate) fn content_length(mut self, length: i64) -> Self {
        self.framing = Framing::WrongLength(length);
        self
    }

    /// No length at all: the body ends with the connection.
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

    /// What a server does with a conditional request: 304 with the validators where one matches byte for byte.
    pub(super) fn condition(self, request: &Request) -> Self {
        if self.ignores_conditions || self.status != 200 {
            return self;
        }
        let not_modified = match (&self.etag, request.header("if-none-match")) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self
                .last_modified
                .as_deref()
                .is_some_and(|ours| request.header("if-modified-since") == Some(ours)),
        };
        if not_modified { Self { status: 304, body: Body::Bytes(Arc::from([])), ..self } } else { self }
    }
}

/// A gate that a test opens when it is ready; answers wait before it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// A closed one.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Lets everyone through, now and later.
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until it is open or `limit` has passed; whether it is open.
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
