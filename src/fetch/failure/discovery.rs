//! Describes why a search for the feeds of an address found none.

use url::Url;

use super::failure;
use crate::model::{Failure, FailureKind, RedactedUrl};

/// Describes a 404 or 410 for an address where a person looks for a feed.
pub(crate) fn nothing_there(status: u16) -> Failure {
    failure(
        FailureKind::Status,
        format!("the server has nothing at this address ({status})"),
        Some(
            "check the spelling, or give riverd the address of the site's front page, where it looks for the feed",
        ),
    )
}

/// Describes an address that redirects to a page of another site, which names no feed.
pub(crate) fn redirected_to_other_site(address: &Url, page: &Url) -> Failure {
    let host = page.host_str().unwrap_or_default();
    failure(
        FailureKind::NotAFeed,
        format!("`{}` redirects to a page of `{host}`, which names no feed", RedactedUrl(address)),
        Some(
            "that page may ask for consent or a login: open the address in a browser, and give riverd the feed's own address; \
             if the site has moved there, give riverd its new address",
        ),
    )
}

/// Describes a page that announces a feed where there is none.
pub(crate) fn announced_feed_missing(page: &Url, feed: &Url) -> Failure {
    failure(
        FailureKind::NotAFeed,
        format!("`{}` names `{}` as its feed, but there is no feed", RedactedUrl(page), RedactedUrl(feed)),
        Some("look on the site for its feed, and give riverd the feed's own address"),
    )
}

/// Describes a public page that names a feed in a private network.
pub(crate) fn named_by_public_page(feed: RedactedUrl<'_>) -> Failure {
    failure(
        FailureKind::Blocked,
        format!("the page is public, but it names a feed at the private address `{feed}`"),
        Some("if you want that feed, give riverd its address instead of the page's"),
    )
}

/// Describes a document that is one entry of a feed (RFC 4287 §2).
pub(crate) fn single_entry() -> Failure {
    failure(
        FailureKind::NotAFeed,
        "this is a single entry, not a feed",
        Some("give riverd the address of the feed that the entry is in, or that of the site"),
    )
}
