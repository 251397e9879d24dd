//! The answer to one request, before anything is decided. `fetch` makes it; `poll` and `policy::decide` read it.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::failure::{Failure, FailureKind};
use crate::time::Timestamp;

/// What a fetch found. It is an enum and not a `Result`, because the schedule needs failures as data.
///
/// `B` is the type of the body: bytes when `fetch` returns it, the articles read from it when `policy::decide` takes
/// it.
#[derive(Clone, Debug)]
pub enum FetchOutcome<B = Bytes> {
    /// A body came: status 200 or 226, or a file that changed.
    Fresh(Box<Fetched<B>>),
    /// Nothing changed: status 304, or an unchanged file.
    NotModified {
        /// Validators for the next request: the old ones, updated by those of the 304 (RFC 9111 §4.3.4).
        validators: Validators,
        /// How long the answer may be cached and when to ask again.
        freshness: Freshness,
        /// Target of a chain of only permanent redirects, if there was one.
        moved_to: Option<Url>,
    },
    /// The server asked for a pause: status 429, 420, 503 or 509, or a 403 that looks like a rate limit. Or a redirect led to a
    /// domain that has a pause.
    Throttled {
        /// HTTP status of the answer, or of the redirect.
        status: u16,
        /// Time before which no request may be sent, if the server named one.
        retry_after: Option<Timestamp>,
        /// How long the answer may be cached and when to ask again.
        freshness: Freshness,
        /// Address that asked for the pause: the last one if there were redirects.
        by: Url,
        /// Cause and hint for the operator.
        failure: Failure,
    },
    /// The requested address itself, not a redirect's target, answered 410.
    Gone {
        /// Cause and hint for the operator.
        failure: Failure,
    },
    /// Any other failure.
    Failed {
        /// HTTP status, if there was an answer.
        status: Option<u16>,
        /// Cause and hint for the operator.
        failure: Failure,
        /// How long the answer may be cached and when to ask again.
        freshness: Freshness,
    },
}

impl<B> FetchOutcome<B> {
    /// Returns whether the request failed. A pause is no failure.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Gone { .. })
    }

    /// Returns the body and its metadata, or an outcome without a body, which fits any body type.
    #[expect(
        clippy::result_large_err,
        reason = "the error is the other half of the outcomes, and is moved once in a poll"
    )]
    pub fn split<C>(self) -> Result<Fetched<B>, FetchOutcome<C>> {
        Err(match self {
            Self::Fresh(fetched) => return Ok(*fetched),
            Self::NotModified { validators, freshness, moved_to } => {
                FetchOutcome::NotModified { validators, freshness, moved_to }
            }
            Self::Throttled { status, retry_after, freshness, by, failure } => {
                FetchOutcome::Throttled { status, retry_after, freshness, by, failure }
            }
            Self::Gone { failure } => FetchOutcome::Gone { failure },
            Self::Failed { status, failure, freshness } => {
                FetchOutcome::Failed { status, failure, freshness }
            }
        })
    }
}

/// A body and its metadata.
#[derive(Clone, Debug)]
pub struct Fetched<B = Bytes> {
    /// HTTP status 200 or 226, or `None` for a file.
    pub status: Option<u16>,
    /// The decompressed body, no larger than the limit.
    pub body: B,
    /// Value of the `Content-Type` header.
    pub content_type: Option<String>,
    /// Validators of this answer, byte for byte. Empty if it had none.
    pub validators: Validators,
    /// Final address after redirects, which relative links refer to. `None` for a file.
    pub final_url: Option<Url>,
    /// Target of a chain of only permanent redirects, if there was one.
    pub moved_to: Option<Url>,
    /// How long the answer may be cached and when to ask again.
    pub freshness: Freshness,
    /// `Link` headers with `rel=hub`, `rel=self` (WebSub) and `rel=alternate`, as absolute addresses.
    pub links: LinkHeaders,
    /// Kind of page that the server sent instead of the document, if the body looks like one. It is reported if the
    /// body is not a feed.
    pub stand_in: Option<StandIn>,
}

impl<B> Fetched<B> {
    /// Returns the same metadata with another body.
    pub fn with_body<C>(self, body: C) -> Fetched<C> {
        Fetched {
            status: self.status,
            body,
            content_type: self.content_type,
            validators: self.validators,
            final_url: self.final_url,
            moved_to: self.moved_to,
            freshness: self.freshness,
            links: self.links,
            stand_in: self.stand_in,
        }
    }
}

/// A web page that a server sends instead of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandIn {
    /// A check that only browsers pass. The text names its vendor, such as `Cloudflare`.
    Challenge(&'static str),
    /// A form that asks for a password.
    Login,
}

impl StandIn {
    /// Returns the failure to report instead of "this is a web page".
    pub fn failure(self) -> Failure {
        let (message, hint) = match self {
            Self::Challenge(by) => (
                format!(
                    "the server sent a challenge page of {by} instead of the feed: it takes riverd for a bot"
                ),
                "ask the publisher to let feed readers through, or look for another address of the feed",
            ),
            Self::Login => (
                "the server sent a login page instead of the feed".to_owned(),
                "set `username` and `password_file`, or `headers`, for this source in feeds.toml",
            ),
        };
        Failure { kind: FailureKind::NotAFeed, message, hint: Some(hint.to_owned()) }
    }
}

/// What an answer says about caching and about the next request.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Freshness {
    /// `Cache-Control: max-age` minus `Age`, or `None` with `no-cache` or `no-store`.
    pub max_age: Option<Duration>,
    /// `Expires`, only if `max-age` is absent.
    pub expires: Option<Timestamp>,
    /// `Retry-After`, with any status.
    pub retry_after: Option<Timestamp>,
    /// When a rate limit that is used up is reset, with any status. It holds for the whole domain of the server.
    pub limit_reset_at: Option<Timestamp>,
}

impl Freshness {
    /// Returns the time before which the server wants no further request: the later of its `Retry-After` and the reset of
    /// its rate limit.
    pub fn pause_until(&self) -> Option<Timestamp> {
        self.retry_after.max(self.limit_reset_at)
    }
}

/// The `Link` headers that a subscriber needs.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LinkHeaders {
    /// Addresses of the hubs (`rel=hub`).
    pub hubs: Vec<String>,
    /// Address of the feed itself (`rel=self`).
    pub self_link: Option<String>,
    /// Feeds that a page announces (`rel=alternate` with the type of a feed, or `rel=feed`): address and title.
    pub feeds: Vec<(String, Option<String>)>,
}

/// Values from an answer that make the next request conditional, byte for byte as received.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Validators {
    /// `ETag`, including quotes and the weak prefix.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified` in the server's own spelling.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Returns whether there is no validator, so that no conditional request is possible.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}
