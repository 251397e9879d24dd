//! The answer to one request, before anything is decided: made by `fetch`, read by `poll` and `policy::decide`.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::failure::{Failure, FailureKind};
use crate::time::Timestamp;

/// What a fetch found. An enum, not a `Result`: failing is data that the schedule needs.
///
/// `B` is the body: bytes as `fetch` returns it, and what reading made of them as `policy::decide` takes it.
#[derive(Clone, Debug)]
pub enum FetchOutcome<B = Bytes> {
    /// A body: 200, 226, or a file that changed.
    Fresh(Box<Fetched<B>>),
    /// 304, or a file that did not change.
    NotModified {
        /// Those to send next time: the old ones, replaced by what the 304 carried (RFC 9111 §4.3.4).
        validators: Validators,
        /// What the answer says about asking again.
        freshness: Freshness,
        /// Where a chain of only permanent redirects led.
        moved_to: Option<Url>,
    },
    /// 429, 503, or a 403 with the signs of a rate limit.
    Throttled {
        /// The status.
        status: u16,
        /// Not before.
        retry_after: Option<Timestamp>,
        /// What the answer says about asking again.
        freshness: Freshness,
        /// Who asks for it: where the redirects led, if there were any.
        by: Url,
        /// For people.
        failure: Failure,
    },
    /// 410, from the very address that was asked.
    Gone {
        /// For people.
        failure: Failure,
    },
    /// Anything else.
    Failed {
        /// The status, where there was one.
        status: Option<u16>,
        /// Why.
        failure: Failure,
        /// What the answer says about asking again.
        freshness: Freshness,
    },
}

impl<B> FetchOutcome<B> {
    /// The body and what came with it, or the outcome without one, whatever its bodies would be.
    #[expect(
        clippy::result_large_err,
        reason = "no error but the other half of the outcomes, moved once a poll"
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

/// A body and what came with it.
#[derive(Clone, Debug)]
pub struct Fetched<B = Bytes> {
    /// 200 or 226; `None` for a file.
    pub status: Option<u16>,
    /// Decompressed, within the cap.
    pub body: B,
    /// The whole header.
    pub content_type: Option<String>,
    /// Those of this answer, byte for byte; empty if it carried none.
    pub validators: Validators,
    /// Where it was finally found: the base of relative links. `None` for a file.
    pub final_url: Option<Url>,
    /// Where a chain of only permanent redirects led, if there was one.
    pub moved_to: Option<Url>,
    /// What the answer says about asking again.
    pub freshness: Freshness,
    /// `Link: rel=hub` and `rel=self` headers (WebSub), absolute.
    pub links: LinkHeaders,
    /// Where the body is a page that stands before the document: what it is, to be said when the body is no feed.
    pub stand_in: Option<StandIn>,
}

impl<B> Fetched<B> {
    /// The same answer with what was made of its body.
    pub fn with<C>(self, body: C) -> Fetched<C> {
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

/// A web page that a server sends in the place of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandIn {
    /// A test that only browsers pass. Holds who set it up: `Cloudflare`.
    Challenge(&'static str),
    /// A form that asks for a password.
    Login,
}

impl StandIn {
    /// Said in the place of "this is a web page".
    pub fn failure(self) -> Failure {
        let (message, hint) = match self {
            Self::Challenge(by) => (
                format!("a challenge page of {by} stands before the feed: the server takes us for a bot"),
                "ask the publisher to let feed readers through to the feed's address, or look for another address of it",
            ),
            Self::Login => (
                "a login page stands before the feed".to_owned(),
                "set `username` and `password_file`, or `headers`, for this source in feeds.toml",
            ),
        };
        Failure { kind: FailureKind::NotAFeed, message, hint: Some(hint.to_owned()) }
    }
}

/// What an answer says about asking again.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Freshness {
    /// `Cache-Control: max-age`, less `Age`; `None` with no-cache or no-store.
    pub max_age: Option<Duration>,
    /// `Expires`, only where `max-age` is absent.
    pub expires: Option<Timestamp>,
    /// `Retry-After`, whatever the status.
    pub retry_after: Option<Timestamp>,
}

/// `Link` headers that matter to a subscriber.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LinkHeaders {
    /// `rel=hub`.
    pub hubs: Vec<String>,
    /// `rel=self`.
    pub own: Option<String>,
}

/// What a server gave to ask it later whether a document changed, byte for byte as received.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Validators {
    /// `ETag`, weak prefix and quotes included.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, whatever its spelling.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether there is nothing to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}
