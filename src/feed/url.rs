//! Addresses: resolved against a base, and reduced to what tells two pages apart.

use url::Url;

use crate::model::CanonicalUrl;

/// An http(s) address made absolute; `None` for what is no link to a page (`javascript:`, `data:`, nonsense).
/// An address that is absolute already stays byte for byte.
pub fn absolute(text: &str, base: Option<&Url>) -> Option<String> {
    let _ = (text, base);
    todo!("text helper")
}

/// What removes a parameter from the query of a canonical URL: the built-in list and the operator's own.
#[derive(Clone, Default, Debug)]
pub struct TrackingParameters {
    own: Vec<String>,
}

impl TrackingParameters {
    /// The built-in list and `own` (names compared without case).
    pub fn with(own: &[String]) -> Self {
        Self { own: own.to_vec() }
    }
}

/// The canonical form of `url`; `None` where it is no http(s) address. `feed_host` names the feed it was found in:
/// a `ref=` parameter goes only where it names that host.
pub fn canonical(url: &str, feed_host: Option<&str>, tracking: &TrackingParameters) -> Option<CanonicalUrl> {
    let _ = (url, feed_host, &tracking.own);
    todo!("text helper")
}
