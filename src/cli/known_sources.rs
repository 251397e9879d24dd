//! Finds the source that a feed is already, however its address is written.

use std::sync::Arc;

use crate::model::{Location, Source};

/// Returns the source with this address. Addresses are compared as `riverd import` does.
pub(super) fn source_at<'s>(sources: &'s [Arc<Source>], location: &Location) -> Option<&'s Source> {
    let key = address_key(location);
    let same = |source: &&Arc<Source>| address_key(&source.location) == key;
    sources
        .iter()
        .find(|source| source.location == *location)
        .or_else(|| sources.iter().find(same))
        .map(|source| &**source)
}

/// Returns the part of an address by which feeds are compared: all but `http:` or `https:` and the slashes at the end.
pub(super) fn address_key(location: &Location) -> String {
    let text = location.as_url_text();
    let without_scheme = text.strip_prefix("https:").or_else(|| text.strip_prefix("http:")).unwrap_or(&text);
    without_scheme.trim_end_matches('/').to_owned()
}
