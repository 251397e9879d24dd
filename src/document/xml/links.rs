//! Reads links, and makes relative addresses absolute.

use std::borrow::Cow;

use url::Url;

use super::AtomConverter;
use super::markup;
use super::scan::{Content, TextSegment};
use super::tags::XmlTag;
use crate::model::FeedFormat;
use crate::text::url as address;

impl<'a> AtomConverter<'a, '_> {
    /// Returns the base in a tag's `xml:base`, or in `base` if the publisher forgot the prefix, resolved against the base that
    /// applies around the tag.
    pub(super) fn base_of(&mut self, tag: &XmlTag<'a>) -> Option<Url> {
        let base = self.attribute(tag, "xml:base").or_else(|| self.attribute(tag, "base"))?;
        let outer = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        joined_base(outer.or(self.feed.base.as_ref()).or(self.url.as_ref()), &base)
    }

    /// Returns the address in a `link` element. HTML tools write `<link/>https://…`, so the text after an empty element
    /// counts if it is an address.
    pub(super) fn link_text(&mut self, tag: &XmlTag<'a>) -> Option<Cow<'a, str>> {
        if !tag.empty {
            return self.read_value(tag);
        }
        let after = self.scanner.text_ahead().trim();
        if !(after.starts_with("http://") || after.starts_with("https://")) {
            return None;
        }
        self.defects.note("text-behind-link");
        self.value_in(Content::Text(vec![TextSegment::Escaped(after)]))
    }

    /// Returns the `xml:base` that applies to the text in `tag`. In XHTML the `div` around the text may have one,
    /// too; that `div` is no part of the text (RFC 4287 §3.1.1.3).
    pub(super) fn text_base(&mut self, tag: &XmlTag<'a>, content: &Content<'a>) -> Option<String> {
        let of_div = match content {
            Content::Markup(raw) => markup::div_around(raw).and_then(|div| self.attribute(&div, "xml:base")),
            Content::Text(_) => None,
        };
        let own = self.base_of(tag);
        let entry = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        let outer = own.as_ref().or(entry).or(self.feed.base.as_ref());
        match of_div.and_then(|base| joined_base(outer.or(self.url.as_ref()), &base)) {
            Some(base) => Some(base.into()),
            None => outer.map(Url::to_string),
        }
    }

    /// Returns an address in an entry as an absolute one. The first of these that is known is the base: `xml:base`, the site
    /// that an RSS channel links to, the address of the document, and the address that the feed gives for itself. In Atom the
    /// document comes before the site (RFC 4287 §2).
    pub(super) fn absolute(&mut self, tag: &XmlTag<'a>, href: &str) -> Option<String> {
        let own = self.base_of(tag);
        let entry = self.entry.as_ref().and_then(|entry| entry.base.as_ref());
        let (site, document) = (self.feed.site.as_ref(), self.url.as_ref().or(self.feed.self_link.as_ref()));
        let fallback =
            if self.extras.format == FeedFormat::Atom { document.or(site) } else { site.or(document) };
        address::absolute_link(href, own.as_ref().or(entry).or(self.feed.base.as_ref()).or(fallback))
    }
}

/// Resolves a base against the one around it. `None` if the result is no valid URL.
fn joined_base(outer: Option<&Url>, base: &str) -> Option<Url> {
    outer.map_or_else(|| Url::parse(base), |outer| outer.join(base)).ok()
}

/// The relations that are read.
const KNOWN_RELATIONS: [&str; 9] =
    ["alternate", "self", "enclosure", "replies", "related", "via", "license", "preview", "hub"];

/// Returns the relation of a link in lower case: `alternate` if the link has none (RFC 4287 §4.2.7.2), and the short
/// form of a registered relation. A link may have several, as in HTML (`alternate bookmark`); the first that is read counts.
pub(super) fn link_rel(rel: Option<Cow<'_, str>>) -> Cow<'_, str> {
    const REGISTRY: [&str; 2] =
        ["http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/"];
    let Some(rel) = rel else { return Cow::Borrowed("alternate") };
    let short = REGISTRY.iter().find_map(|registry| rel.strip_prefix(registry));
    let rel = short.unwrap_or(&rel).to_ascii_lowercase();
    if !rel.contains(|c: char| c.is_ascii_whitespace()) {
        return Cow::Owned(rel);
    }
    let known = rel.split_ascii_whitespace().find(|word| KNOWN_RELATIONS.contains(word)).map(str::to_owned);
    Cow::Owned(known.unwrap_or(rel))
}

/// Returns whether a text is an absolute web address.
pub(super) fn is_web_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && Url::parse(text).is_ok()
}
