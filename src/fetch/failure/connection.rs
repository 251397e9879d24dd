//! Describes connections that could not be made, or that broke.

use std::io;

use rustix::io::Errno;

use super::failure;
use crate::model::{Failure, FailureKind, FailureOrigin};

/// Describes a connection that could not be made, or that broke. `lead` says what failed, and `why` is used for an error of no
/// known kind.
pub(super) fn broken(error: Option<&io::Error>, lead: &str, why: &str) -> Failure {
    if error.and_then(io::Error::raw_os_error).is_some_and(is_shortage) {
        let message = format!("{lead}: this machine has no room for a connection: {why}");
        let hint = "raise the limit of open files (`LimitNOFILE=`), or lower `concurrency` in `[polling]`";
        let failure = failure(FailureKind::Connect, message, Some(hint));
        return Failure { origin: FailureOrigin::OwnMachine, ..failure };
    }
    let (why, hint, origin) = match error.map(io::Error::kind) {
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
        // With this error, rustls reports that the server closed the connection in the middle of the handshake.
        Some(io::ErrorKind::UnexpectedEof) if why.contains("handshake") => (
            "the server closed the connection during the TLS handshake",
            Some("the server may speak only `http:` at this port"),
            FailureOrigin::Elsewhere,
        ),
        _ => (why, None, FailureOrigin::Elsewhere),
    };
    Failure { origin, ..failure(FailureKind::Connect, format!("{lead}: {why}"), hint) }
}

/// Returns whether an error of the system says that this machine has no descriptor, port or memory left for a connection.
fn is_shortage(code: i32) -> bool {
    let shortages = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM, Errno::ADDRNOTAVAIL];
    shortages.iter().any(|shortage| shortage.raw_os_error() == code)
}
