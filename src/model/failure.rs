//! Why a poll failed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The stable kinds of failure: names for status, metrics and backoff.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name has no address.
    Dns,
    /// Nobody answers there, or the connection broke.
    Connect,
    /// The certificate or the handshake is wrong.
    Tls,
    /// It took too long.
    Timeout,
    /// An HTTP status that is no answer (4xx, 5xx).
    Status,
    /// Over the cap on the body, the headers or the redirects.
    TooLarge,
    /// A web page, an image, nothing at all.
    NotAFeed,
    /// A feed that even repair could not read.
    Malformed,
    /// The address policy forbids it, or the file cannot be read.
    Blocked,
    /// 429, 503, a rate-limit 403.
    Throttled,
    /// 410.
    Gone,
}

impl FailureKind {
    /// As in status, metrics and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::NotAFeed => "not_a_feed",
            Self::Malformed => "malformed",
            Self::Blocked => "blocked",
            Self::Throttled => "throttled",
            Self::Gone => "gone",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a poll failed, for people and for status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Failure {
    /// The stable kind.
    pub kind: FailureKind,
    /// What failed: why. Lower case, no secret in it.
    pub message: String,
    /// What would mend it, if anything would.
    pub hint: Option<String>,
}
