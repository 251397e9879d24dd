//! HTML from outside: sanitised to an allow-list, made absolute, or reduced to plain text.
//!
//! Two stages. The first ([`tokens`] → [`rewriter`]) reads tags as browsers do, keeps what [`elements`] lists, resolves
//! addresses, and writes every element closed and nested so that no browser has to mend it; it bounds depth and size
//! on the way, in time linear in the input. The second is ammonia, which parses what the first wrote with a real HTML
//! parser and enforces the same list once more: the boundary that security rests on is a kept library's, not ours.
//! For what the first stage writes it changes nothing, which the tests hold, and which makes the whole idempotent.

mod ammonia_pass;
mod attributes;
mod elements;
mod embeds;
mod rewriter;
mod text;
mod tokens;

use url::Url;

use crate::model::SafeHtml;

pub(crate) use text::surrogate_pair;
pub use text::{to_plain, visit_media, visit_visible};

/// The longest text of an entry, in bytes, as it is read and as it is shown: four times War and Peace. The longest
/// article in a corpus of 203 real feeds has 0.2 MiB. 4 MiB of prose take 0.16 s and 52 MB to sanitise.
pub const MAX_LENGTH: usize = 4 << 20;

/// What is shown of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SanitisedText {
    /// Not blank.
    pub html: SafeHtml,
    /// The end is missing: the text was over a bound.
    pub is_cut: bool,
}

/// Sanitises a fragment: allow-listed elements and attributes only, links absolute against `base` (those that can't be
/// made absolute go), tracking pixels out. `None` where nothing is left to show.
///
/// Time is linear in the input; the result has at most 4 MiB and 131 072 elements, cut where an element or a word ends.
pub fn sanitise(html: &str, base: Option<&Url>) -> Option<SanitisedText> {
    let rewritten = rewriter::rewrite(html, base)?;
    let html = SafeHtml::assume_sanitised(ammonia_pass::clean(&rewritten.html));
    Some(SanitisedText { html, is_cut: rewritten.is_cut })
}

/// Plain text as sanitised HTML: escaped, paragraphs at blank lines, line breaks kept; bounded as [`sanitise`] is.
pub fn from_plain(text: &str) -> Option<SanitisedText> {
    let rewritten = text::paragraphs(text)?;
    Some(SanitisedText { html: SafeHtml::assume_sanitised(rewritten.html), is_cut: rewritten.is_cut })
}

/// HTML that only holds what the list allows.
#[derive(Debug)]
struct RewrittenHtml {
    html: String,
    is_cut: bool,
}

#[cfg(test)]
mod tests;
