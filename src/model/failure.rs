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
    /// An HTTP error status (4xx, 5xx), a redirect without a usable target or without end, or a 304 or a part of the document
    /// (206) that was not asked for.
    Status,
    /// The body or the headers exceeded their limit, or the body came in too many pieces or took too much computing time to
    /// decode.
    TooLarge,
    /// The body is not a feed: a web page, an image, nothing at all.
    NotAFeed,
    /// The body can't be decoded, or it is a feed that can't be parsed even after repairs. This is also the kind if riverd
    /// itself failed, because it crashed while reading the body or can't store what it read.
    Malformed,
    /// riverd did not send the request, or did not follow a redirect: the address policy or a redirect rule forbids the
    /// address, the file can't be read, or the source's `proxy`, `headers`, user name or password can't be used.
    Blocked,
    /// The server asked for a pause: status 429, mostly also 420, 503 and 509, or a 403 for too many requests. Or a redirect
    /// led to a domain that had asked for one.
    Throttled,
    /// Status 410 from the requested address itself. A 410 from the target of a redirect is a [`Self::Status`].
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

/// Where a failure arose.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum FailureOrigin {
    /// In riverd's own network, so no request left this machine: the name of the host could not be looked up, there is no
    /// route to the network of the host, or a firewall of this machine forbids the connection.
    OwnNetwork,
    /// In this machine, which has no file descriptor, port or memory left for a connection. It says nothing about the network.
    OwnMachine,
    /// On the way to the host: a router, or this machine, says that the host can't be reached.
    UnreachableHost,
    /// In the answer: the server sent something that is no HTTP.
    GarbledAnswer,
    /// In the TLS handshake: the server does not speak TLS.
    NoTls,
    /// Anywhere else. This includes the answer of a name server that a host does not exist, because then riverd's own network
    /// works.
    #[default]
    Elsewhere,
}

/// Why a request, or reading its answer, failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Stable kind of the failure.
    pub kind: FailureKind,
    /// What failed and why, in lower case and without secrets.
    pub message: String,
    /// How to fix it, if that is possible.
    pub hint: Option<String>,
    /// Where the failure arose. This only decides whether the failure counts, so it is neither stored nor shown.
    #[serde(skip)]
    pub origin: FailureOrigin,
}

impl Failure {
    /// Returns whether no request left this machine, because the machine or its network failed.
    pub fn is_local(&self) -> bool {
        matches!(self.origin, FailureOrigin::OwnNetwork | FailureOrigin::OwnMachine)
    }

    /// Returns whether the host can't be reached. A single host may be switched off. If no host can be reached, riverd's own
    /// network does not work.
    pub fn is_unreachable_host(&self) -> bool {
        self.origin == FailureOrigin::UnreachableHost
    }
}
