//! Why a request, or reading its answer, failed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of failure, which status, the log and JSON name. Outage detection depends on them. The names are stable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The host name has no address, or looking it up failed.
    Dns,
    /// No connection could be made, or it broke.
    Connect,
    /// The certificate or the TLS handshake failed.
    Tls,
    /// The request took too long.
    Timeout,
    /// An HTTP error status (4xx, 5xx), a redirect without a usable target or without end, or a 304 that was not asked for.
    Status,
    /// The body or the headers exceeded their limit.
    TooLarge,
    /// The body is not a feed: a web page, an image, nothing at all.
    NotAFeed,
    /// The body can't be decoded, or it is a feed that can't be parsed even after repairs.
    Malformed,
    /// riverd did not send the request, or did not follow a redirect: the address policy or a redirect rule forbids the address,
    /// the file can't be read, or the source's `proxy`, `headers`, user name or password can't be used.
    Blocked,
    /// The server asked for a pause: status 429, 420, 503 or 509, or a 403 for too many requests. Or a redirect led to a domain
    /// that had asked for one.
    Throttled,
    /// Status 410.
    Gone,
}

impl FailureKind {
    /// Returns the name in status, the log and JSON.
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

/// End of the message of a [`FailureKind::Connect`] if this machine has no route to the network of the host.
pub const NETWORK_UNREACHABLE: &str = "the network can't be reached";

/// End of the message of a [`FailureKind::Connect`] if this machine may not connect, as its firewall says.
pub const CONNECTING_FORBIDDEN: &str = "this machine forbids the connection";

/// End of the message of a [`FailureKind::Connect`] if a router, or this machine, says that it knows no way to the host.
pub const HOST_UNREACHABLE: &str = "the host can't be reached";

/// How the message of a [`FailureKind::Dns`] ends if a name server answered that there is no host of this name.
pub const NO_SUCH_HOST: &str = "there is no host of this name";

/// Why a request, or reading its answer, failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Stable kind of the failure.
    pub kind: FailureKind,
    /// What failed and why, in lower case and without secrets.
    pub message: String,
    /// How to fix it, if that is possible.
    pub hint: Option<String>,
}

impl Failure {
    /// Returns whether no request left this machine: the name of the host could not be looked up, there is no route to its
    /// network, or a firewall of this machine forbids the connection.
    pub fn is_local(&self) -> bool {
        match self.kind {
            FailureKind::Dns => !self.message.ends_with(NO_SUCH_HOST),
            FailureKind::Connect => {
                self.message.ends_with(NETWORK_UNREACHABLE) || self.message.ends_with(CONNECTING_FORBIDDEN)
            }
            FailureKind::Tls
            | FailureKind::Timeout
            | FailureKind::Status
            | FailureKind::TooLarge
            | FailureKind::NotAFeed
            | FailureKind::Malformed
            | FailureKind::Blocked
            | FailureKind::Throttled
            | FailureKind::Gone => false,
        }
    }

    /// Returns whether there is no way to the host. One host may be off; if no host can be reached, it is our own network.
    pub fn is_unreachable_host(&self) -> bool {
        self.kind == FailureKind::Connect && self.message.ends_with(HOST_UNREACHABLE)
    }
}
