//! HTML from outside: sanitised to an allow-list, made absolute, or reduced to plain text.
//!
//! Two stages. The first ([`tokens`] → [`tree`]) reads tags as browsers do, keeps what [`elements`] lists, resolves
//! addresses, and writes every element closed and nested so that no browser has to mend it; it bounds depth and size
//! on the way, in time linear in the input. The second is ammonia, which parses what the first wrote with a real HTML
//! parser and enforces the same list once more: the boundary that security rests on is a kept library's, not ours.
//! For what the first stage writes it changes nothing, which the tests hold, and which makes the whole idempotent.

mod attributes;
mod boundary;
mod elements;
mod embeds;
mod text;
mod tokens;
mod tree;

use url::Url;

use crate::model::SafeHtml;

pub use text::{to_plain, visit_visible};

/// Longest result, in bytes. The longest article in a corpus of 203 real feeds has 0.2 MiB; beyond it lie
/// encyclopaedias and attacks.
const MAX_LENGTH: usize = 1 << 20;

/// Sanitises a fragment: allow-listed elements and attributes only, links absolute against `base` (those that can't be
/// made absolute go), tracking pixels out. `None` where nothing is left to show.
///
/// Time is linear in the input; the result has at most 1 MiB, cut where an element or a word ends.
pub fn sanitise(html: &str, base: Option<&Url>) -> Option<SafeHtml> {
    let rewritten = tree::rewrite(html, base)?;
    Some(SafeHtml::assume_sanitised(boundary::enforce(&rewritten)))
}

/// Plain text as sanitised HTML: escaped, paragraphs at blank lines, line breaks kept.
pub fn from_plain(text: &str) -> Option<SafeHtml> {
    text::paragraphs(text).map(SafeHtml::assume_sanitised)
}

#[cfg(test)]
mod tests;
