//! Addresses: what they stand against, and what a link is for.

use std::borrow::Cow;

use url::Url;

use super::super::tags::Tag;
use super::Rebuild;
use crate::feed::url as address;
use crate::model::FeedFormat;

impl<'a> Rebuild<'a, '_> {
    /// The base that an `xml:base` attribute gives, resolved against those around it.
    pub(super) fn base_of(&mut self, tag: &Tag<'a>) -> Option<Url> {
        let base = self.attribute(tag, "xml:base").or_else(|| self.attribute(tag, "base"))?;
        let outer = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        let outer = outer.or(self.feed.base.as_ref()).or(self.url.as_ref());
        match outer {
            Some(outer) => outer.join(&base).ok(), // a base that is no address is no base
            None => Url::parse(&base).ok(),        // likewise
        }
    }

    /// An address in an entry, absolute: against `xml:base`, else the site that an RSS channel links to, else where the
    /// document is. In Atom the document comes before the site (RFC 4287 §2).
    pub(super) fn resolved(&mut self, tag: &Tag<'a>, href: &str) -> Option<String> {
        let own = self.base_of(tag);
        let entry = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        let (site, document) = (self.feed.site.as_ref(), self.url.as_ref().or(self.feed.itself.as_ref()));
        let around =
            if self.beside.format == FeedFormat::Atom { document.or(site) } else { site.or(document) };
        address::absolute(href, own.as_ref().or(entry).or(self.feed.base.as_ref()).or(around))
    }
}

/// A link relation: `alternate` where none is given (RFC 4287 §4.2.7.2), and the short form of the registered ones.
pub(super) fn link_rel(rel: Option<Cow<'_, str>>) -> Cow<'_, str> {
    const REGISTRY: [&str; 2] =
        ["http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/"];
    let Some(rel) = rel else { return Cow::Borrowed("alternate") };
    let short = REGISTRY.iter().find_map(|registry| rel.strip_prefix(registry));
    Cow::Owned(short.unwrap_or(&rel).to_ascii_lowercase())
}
