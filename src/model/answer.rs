//! The answer to one request, before anything is decided. `fetch` makes it; `poll` and `policy::decide` read it.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;

use super::failure::{Failure, FailureKind, FailureOrigin};
use crate::time::Timestamp;

/// What a fetch found. It is an enum and not a `Result`, because the schedule needs failures as data.
///
/// `B` is the type of the body: bytes when `fetch` returns it, the articles read from it when `policy::decide` takes
/// it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FetchOutcome<B = Bytes> {
    /// A body came: status 200, 203 or 226, status 206 with the whole document, or a file that changed.
    Fresh(Box<Fetched<B>>),
    /// Nothing changed: status 304, or an unchanged file.
    NotModified {
        /// Validators for the next request: the old ones, updated by those of the 304 (RFC 9111 §4.3.4).
        validators: Validators,
        /// How long the answer may be cached and when to ask again.
        freshness: Freshness,
        /// Target of the permanent redirects that came before any temporary one, if there were any.
        #[serde(with = "optional_url")]
        moved_to: Option<Url>,
        /// Final address after redirects. `None` for a file.
        #[serde(default, with = "optional_url")]
        final_url: Option<Url>,
    },
    /// The server asked for a pause. A 429 always does. A 420, 503 or 509 does if no challenge page came with it, or if it
    /// names a time to wait. A 403 does if it looks like a rate limit. A redirect to a domain that has a pause gives this
    /// outcome, too.
    Throttled {
        /// HTTP status of the answer, or of the redirect.
        status: u16,
        /// Time before which no request may be sent, if the server named one.
        retry_after: Option<Timestamp>,
        /// How long the answer may be cached and when to ask again.
        freshness: Freshness,
        /// Address whose server asked for the pause. After redirects, it is the address of the last request. If a redirect led
        /// to a domain that has a pause, it is the address to which the redirect led, which was not requested.
        #[serde(with = "url_text")]
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

    /// Returns what the answer says about caching and about the next request. `None` for [`Self::Gone`].
    pub fn freshness(&self) -> Option<&Freshness> {
        match self {
            Self::Fresh(fetched) => Some(&fetched.freshness),
            Self::NotModified { freshness, .. }
            | Self::Throttled { freshness, .. }
            | Self::Failed { freshness, .. } => Some(freshness),
            Self::Gone { .. } => None,
        }
    }

    /// Notes when a used-up rate limit is reset, according to a redirect on the way. [`Self::Gone`] has no field for this, and
    /// stays as it is.
    #[must_use]
    pub fn with_redirect_limit(mut self, limit_reset_at: Option<Timestamp>) -> Self {
        match &mut self {
            Self::Fresh(fetched) => fetched.freshness.redirect_limit_reset_at = limit_reset_at,
            Self::NotModified { freshness, .. }
            | Self::Throttled { freshness, .. }
            | Self::Failed { freshness, .. } => freshness.redirect_limit_reset_at = limit_reset_at,
            Self::Gone { .. } => {}
        }
        self
    }

    /// Returns the body and its metadata, or an outcome without a body, which fits any body type.
    #[expect(
        clippy::result_large_err,
        reason = "the error is the other half of the outcomes, and is moved once in a poll"
    )]
    pub fn split<C>(self) -> Result<Fetched<B>, FetchOutcome<C>> {
        Err(match self {
            Self::Fresh(fetched) => return Ok(*fetched),
            Self::NotModified { validators, freshness, moved_to, final_url } => {
                FetchOutcome::NotModified { validators, freshness, moved_to, final_url }
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fetched<B = Bytes> {
    /// HTTP status (200, 203, 206 or 226), or `None` for a file.
    pub status: Option<u16>,
    /// The decompressed body, no larger than the limit.
    pub body: B,
    /// Value of the `Content-Type` header.
    pub content_type: Option<String>,
    /// Validators of this answer, byte for byte. Empty if it had none.
    pub validators: Validators,
    /// Final address after redirects, which relative links refer to. `None` for a file.
    #[serde(with = "optional_url")]
    pub final_url: Option<Url>,
    /// Target of the permanent redirects that came before any temporary one, if there were any.
    #[serde(with = "optional_url")]
    pub moved_to: Option<Url>,
    /// How long the answer may be cached and when to ask again.
    pub freshness: Freshness,
    /// Targets of the `Link` headers with `rel=hub` and `rel=self` (WebSub) and of those that announce feeds, as absolute
    /// addresses.
    pub links: LinkHeaders,
    /// Kind of page that the server seems to have sent instead of the document. It is reported if the body turns out not to be
    /// a feed.
    #[serde(skip)]
    pub stand_in: Option<StandIn>,
    /// Whether the server says that it chooses the document by what the client accepts (`Vary: Accept`).
    #[serde(skip)]
    pub varies_by_accept: bool,
    /// Where the `Refresh` header of a page sends its readers, as an absolute address.
    #[serde(skip)]
    pub refresh: Option<String>,
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
            varies_by_accept: self.varies_by_accept,
            refresh: self.refresh,
        }
    }
}

/// A web page that a server sends instead of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandIn {
    /// A check that only browsers pass. The text names its vendor, such as `Cloudflare`.
    Challenge(&'static str),
    /// A login page.
    Login,
    /// A page that asks the reader to allow cookies.
    Cookies,
    /// A page whose script sets a cookie and loads the page again.
    CookieScript,
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
            Self::Cookies => (
                "the server sent a page that asks for cookies instead of the feed, but riverd keeps no cookies"
                    .to_owned(),
                "look for another address of the feed, or set a `Cookie` in the `headers` of this source in feeds.toml",
            ),
            Self::CookieScript => (
                "the server sent a page instead of the feed that only browsers pass: its script sets a cookie and loads the \
                 page again, but riverd runs no scripts and keeps no cookies"
                    .to_owned(),
                "ask the publisher to let feed readers through, or look for another address of the feed",
            ),
        };
        Failure {
            kind: FailureKind::NotAFeed,
            message,
            hint: Some(hint.to_owned()),
            origin: FailureOrigin::Elsewhere,
        }
    }
}

/// What an answer says about caching and about the next request.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Freshness {
    /// `Cache-Control: max-age` minus `Age`. `None` if it is absent, and with `no-cache` or `no-store`.
    pub max_age: Option<Duration>,
    /// `Age`: how long ago the server made the answer, which came from a cache.
    #[serde(default)]
    pub age: Option<Duration>,
    /// `Expires`. `None` if it is in the past or if `max-age` is present, and with `no-cache` or `no-store`.
    pub expires: Option<Timestamp>,
    /// `Retry-After` or a similar header, with any status.
    pub retry_after: Option<Timestamp>,
    /// Time at which a used-up rate limit is reset, with any status. The limit holds for the whole domain of the server.
    pub limit_reset_at: Option<Timestamp>,
    /// Time at which a used-up rate limit is reset according to a redirect on the way, if the redirect came from the domain of
    /// the requested address. The limit holds for that domain.
    #[serde(default)]
    pub redirect_limit_reset_at: Option<Timestamp>,
}

impl Freshness {
    /// Returns the time before which the server wants no further request: the latest of its `Retry-After` and the resets of
    /// its rate limits.
    pub fn pause_until(&self) -> Option<Timestamp> {
        self.retry_after.max(self.limit_reset_at).max(self.redirect_limit_reset_at)
    }
}

/// The `Link` headers that riverd uses.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct LinkHeaders {
    /// Addresses of the hubs (`rel=hub`).
    pub hubs: Vec<String>,
    /// Address of the feed itself (`rel=self`).
    pub self_link: Option<String>,
    /// Feeds that a page announces (`rel=alternate` with the type of a feed, or `rel=feed`): address and title.
    pub feeds: Vec<(String, Option<String>)>,
}

/// Values from an answer that make the next request conditional, byte for byte as received.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
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

/// The answer to a request that a verb of the command line sent between two polls of a source, or before its first poll. The
/// next poll uses this answer and sends no request of its own, so that the publisher gets one request and not two. If the
/// answer asks for a pause because of a rate limit, the pause holds for the whole domain.
///
/// `B` is the type of the body: bytes, or their number if the bytes are sent separately.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EarlierAnswer<B = Bytes> {
    /// Address of the request. The source with this address, if there is one, uses the answer.
    #[serde(with = "url_text")]
    pub url: Url,
    /// When the request was sent.
    pub asked_at: Timestamp,
    /// The answer: a document, or any answer that asks for a pause or says that a rate limit is used up.
    pub outcome: FetchOutcome<B>,
}

impl EarlierAnswer {
    /// Returns the size of the body in bytes; 0 without a body.
    pub fn body_size(&self) -> usize {
        match &self.outcome {
            FetchOutcome::Fresh(fetched) => fetched.body.len(),
            _ => 0,
        }
    }

    /// Returns the answer without its body, which is described by its length in bytes, and the body.
    pub fn split_body(self) -> (EarlierAnswer<usize>, Bytes) {
        let Self { url, asked_at, outcome } = self;
        let (outcome, body) = match outcome.split() {
            Ok(fetched) => {
                let body = fetched.body.clone();
                (FetchOutcome::Fresh(Box::new(fetched.with_body(body.len()))), body)
            }
            Err(outcome) => (outcome, Bytes::new()),
        };
        (EarlierAnswer { url, asked_at, outcome }, body)
    }
}

impl EarlierAnswer<usize> {
    /// Returns the length of the body in bytes; 0 without a body.
    pub fn body_length(&self) -> usize {
        match &self.outcome {
            FetchOutcome::Fresh(fetched) => fetched.body,
            _ => 0,
        }
    }

    /// Returns the answer with its body.
    pub fn with_body(self, body: Bytes) -> EarlierAnswer {
        let Self { url, asked_at, outcome } = self;
        let outcome = match outcome.split() {
            Ok(fetched) => FetchOutcome::Fresh(Box::new(fetched.with_body(body))),
            Err(outcome) => outcome,
        };
        EarlierAnswer { url, asked_at, outcome }
    }
}

/// Reads and writes an address as a JSON string.
mod url_text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use url::Url;

    pub(super) fn serialize<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(url.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
        Url::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Reads and writes an address as a JSON string, or null.
mod optional_url {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};
    use url::Url;

    #[expect(clippy::ref_option, reason = "serde passes the field by reference")]
    pub(super) fn serialize<S: Serializer>(url: &Option<Url>, serializer: S) -> Result<S::Ok, S::Error> {
        url.as_ref().map(Url::as_str).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| Url::parse(&text)).transpose().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_answer_can_be_written_as_text_and_read_back() {
        let url = Url::parse("https://a.example/feed").unwrap();
        let fetched = Fetched {
            status: Some(200),
            body: Bytes::from_static(b"<rss/>"),
            content_type: Some("application/rss+xml".to_owned()),
            validators: Validators { etag: Some(b"\"\xff\"".to_vec()), last_modified: None },
            final_url: Some(url.clone()),
            moved_to: None,
            freshness: Freshness { max_age: Some(Duration::from_mins(15)), ..Freshness::default() },
            links: LinkHeaders { hubs: vec!["https://hub.example/".to_owned()], ..LinkHeaders::default() },
            stand_in: None,
            varies_by_accept: false,
            refresh: None,
        };
        let paused = FetchOutcome::Throttled {
            status: 429,
            retry_after: Some(Timestamp::from_unix(1_800_000_000)),
            freshness: Freshness::default(),
            by: url.clone(),
            failure: Failure {
                kind: FailureKind::Throttled,
                message: "later".to_owned(),
                hint: None,
                origin: FailureOrigin::Elsewhere,
            },
        };
        for outcome in [FetchOutcome::Fresh(Box::new(fetched)), paused] {
            let answer =
                EarlierAnswer { url: url.clone(), asked_at: Timestamp::from_unix(1_700_000_000), outcome };
            let (head, body) = answer.clone().split_body();
            assert_eq!(head.body_length(), body.len());
            let text = serde_json::to_string(&head).unwrap();
            let head: EarlierAnswer<usize> = serde_json::from_str(&text).unwrap();
            assert_eq!(head.with_body(body), answer);
        }
    }
}
