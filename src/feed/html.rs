//! HTML from outside: sanitised to an allow-list, made absolute, or reduced to plain text.

use url::Url;

use crate::model::SafeHtml;

/// Sanitises a fragment: allow-listed elements and attributes only, links absolute against `base`, tracking pixels out.
/// `None` where nothing is left to show.
pub fn sanitise(html: &str, base: Option<&Url>) -> Option<SafeHtml> {
    let _ = (html, base);
    todo!("text helper")
}

/// Plain text as sanitised HTML: escaped, paragraphs at blank lines.
pub fn from_plain(text: &str) -> Option<SafeHtml> {
    let _ = text;
    todo!("text helper")
}

/// The text of a fragment, white space folded, block elements separated; for titles, search and fingerprints.
pub fn to_plain(html: &str) -> String {
    let _ = html;
    todo!("text helper")
}
