//! Addresses: what they stand against, and what a link is for.

use std::borrow::Cow;

use url::Url;

use super::Rebuild;
use super::markup;
use super::scan::{Content, Segment};
use super::tags::XmlTag;
use crate::model::FeedFormat;
use crate::text::url as address;

impl<'a> Rebuild<'a, '_> {
    /// The base that an `xml:base` attribute gives, resolved against those around it.
    pub(super) fn base_of(&mut self, tag: &XmlTag<'a>) -> Option<Url> {
        let base = self.attribute(tag, "xml:base").or_else(|| self.attribute(tag, "base"))?;
        let outer = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        joined(outer.or(self.feed.base.as_ref()).or(self.url.as_ref()), &base)
    }

    /// The address in a link element; behind it where HTML was at work, in which `link` has no content.
    pub(super) fn link_text(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        if !tag.empty {
            return self.simple(tag);
        }
        let behind = self.scanner.text_ahead().trim();
        if !(behind.starts_with("http://") || behind.starts_with("https://")) {
            return None;
        }
        self.defects.note("text-behind-link");
        self.simple_of(Content::Text(vec![Segment::Escaped(behind)]))
    }

    /// The `xml:base` in force in a text that `tag` opened. In XHTML the `div` around it may have one (RFC 4287 §3.1.1.3),
    /// and goes.
    pub(super) fn text_base(&mut self, tag: &XmlTag<'a>, content: &Content<'a>) -> Option<String> {
        let of_div = match content {
            Content::Markup(raw) => markup::div_around(raw).and_then(|div| self.attribute(&div, "xml:base")),
            Content::Text(_) => None,
        };
        let own = self.base_of(tag);
        let entry = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        let outer = own.as_ref().or(entry).or(self.feed.base.as_ref());
        match of_div.and_then(|base| joined(outer.or(self.url.as_ref()), &base)) {
            Some(base) => Some(base.into()),
            None => outer.map(Url::to_string),
        }
    }

    /// An address in an entry, absolute: against `xml:base`, else the site that an RSS channel links to, else where the
    /// document is. In Atom the document comes before the site (RFC 4287 §2).
    pub(super) fn resolved(&mut self, tag: &XmlTag<'a>, href: &str) -> Option<String> {
        let own = self.base_of(tag);
        let entry = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        let (site, document) = (self.feed.site.as_ref(), self.url.as_ref().or(self.feed.itself.as_ref()));
        let around =
            if self.beside.format == FeedFormat::Atom { document.or(site) } else { site.or(document) };
        address::absolute(href, own.as_ref().or(entry).or(self.feed.base.as_ref()).or(around))
    }
}

/// A base within another; one that is no address is none.
fn joined(outer: Option<&Url>, base: &str) -> Option<Url> {
    outer.map_or_else(|| Url::parse(base), |outer| outer.join(base)).ok()
}

/// A link relation: `alternate` where none is given (RFC 4287 §4.2.7.2), and the short form of the registered ones.
pub(super) fn link_rel(rel: Option<Cow<'_, str>>) -> Cow<'_, str> {
    const REGISTRY: [&str; 2] =
        ["http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/"];
    let Some(rel) = rel else { return Cow::Borrowed("alternate") };
    let short = REGISTRY.iter().find_map(|registry| rel.strip_prefix(registry));
    Cow::Owned(short.unwrap_or(&rel).to_ascii_lowercase())
}
