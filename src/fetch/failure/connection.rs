//! Describes connections that could not be made, or that broke.

use std::io;

use super::failure;
use crate::model::{Failure, FailureKind, FailureOrigin};

/// Describes a connection that could not be made, or that broke. `lead` says what failed, and `why` is used for an error of no known
/// kind.
pub(super) fn broken(io: Option<io::ErrorKind>, lead: &str, why: &str) -> Failure {
    let (why, hint, origin) = match io {
        Some(io::ErrorKind::ConnectionRefused) => (
            "the connection was refused",
            Some("the server is down, or the port is wrong"),
            FailureOrigin::Elsewhere,
        ),
        Some(io::ErrorKind::ConnectionReset) => ("the connection was reset", None, FailureOrigin::Elsewhere),
        Some(io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe) => {
            ("the connection broke", None, FailureOrigin::Elsewhere)
        }
        Some(io::ErrorKind::HostUnreachable) => {
            ("the host can't be reached", None, FailureOrigin::UnreachableHost)
        }
        Some(io::ErrorKind::NetworkUnreachable) => (
            "the network can't be reached",
            Some("check this machine's network connection"),
            FailureOrigin::OwnNetwork,
        ),
        Some(io::ErrorKind::PermissionDenied) => (
            "this machine forbids the connection",
            Some("check this machine's firewall and routes"),
            FailureOrigin::OwnNetwork,
        ),
        _ => (why, None, FailureOrigin::Elsewhere),
    };
    Failure { origin, ..failure(FailureKind::Connect, format!("{lead}: {why}"), hint) }
}
