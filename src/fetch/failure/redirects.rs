//! Describes redirects that are not followed.

use super::failure;
use crate::model::{Failure, FailureKind, RedactedUrl};

/// Describes a redirect without a usable `Location`.
pub(crate) fn redirect_without_target(status: u16) -> Failure {
    failure(FailureKind::Status, format!("the server redirects ({status}), but does not say where to"), None)
}

/// Describes a redirect to a scheme other than http and https.
pub(crate) fn redirect_elsewhere(scheme: &str) -> Failure {
    failure(
        FailureKind::Blocked,
        format!("the server redirects to a `{scheme}:` address, which is not followed"),
        None,
    )
}

/// Describes a redirect from https to http.
pub(crate) fn redirect_downgraded(to: RedactedUrl<'_>) -> Failure {
    failure(
        FailureKind::Blocked,
        format!(
            "the server redirects from https to `{to}`, where anyone on the network path could change the feed"
        ),
        Some("if you accept that, put that address into feeds.toml itself"),
    )
}

/// Hint for redirects that do not end.
const ENDLESS_HINT: &str = "the site is misconfigured, or it sends riverd around by its User-Agent or language: open the address in a browser, and \
                            give riverd the address where it ends";

/// Describes a redirect to an address that was visited before.
pub(crate) fn redirect_loop(to: RedactedUrl<'_>) -> Failure {
    failure(FailureKind::Status, format!("redirect loop via `{to}`"), Some(ENDLESS_HINT))
}

/// Describes too many redirects.
pub(crate) fn too_many_redirects(cap: usize) -> Failure {
    failure(FailureKind::Status, format!("the server redirects more than {cap} times"), Some(ENDLESS_HINT))
}
