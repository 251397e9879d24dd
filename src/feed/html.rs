//! HTML from outside: sanitised to an allow-list, made absolute, or reduced to plain text.

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use url::Url;

use crate::model::SafeHtml;

/// Sanitises a fragment: allow-listed elements and attributes only, links absolute against `base`. `None` where nothing is
/// left to show.
pub fn sanitise(html: &str, base: Option<&Url>) -> Option<SafeHtml> {
    let relative = base.map_or(UrlRelative::Deny, |base| UrlRelative::RewriteWithBase(base.clone()));
    let clean = Builder::default().url_relative(relative).clean(html).to_string();
    Some(clean).filter(|clean| !clean.trim().is_empty()).map(SafeHtml::assume_sanitised)
}

/// Plain text as sanitised HTML: escaped, paragraphs at blank lines.
pub fn from_plain(text: &str) -> Option<SafeHtml> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let html: String =
        paragraphs.map(|paragraph| format!("<p>{}</p>", htmlize::escape_text(paragraph))).collect();
    Some(html).filter(|html| !html.is_empty()).map(SafeHtml::assume_sanitised)
}

/// The text of a fragment, white space folded; for titles, search and fingerprints.
pub fn to_plain(html: &str) -> String {
    let text = Builder::default().tags(HashSet::new()).clean(html).to_string();
    htmlize::unescape(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
