//! Sanitises HTML from feeds with an allow-list, makes its addresses absolute, and reduces it to plain text.
//!
//! Sanitising has two stages. The first ([`tokens`], then [`rewriter`]) reads tags as browsers do, keeps the elements of
//! [`elements`], makes addresses absolute, and writes every element closed and properly nested, so that browsers have
//! nothing to repair. It bounds depth and size, and takes time linear in the input. The second stage does not trust the
//! first. It checks this output against the same allow-list, so strictly that every parser reads it alike ([`permitted`]).
//! What does not pass goes through ammonia ([`ammonia_pass`]), which parses it with a real HTML parser and removes what is not
//! permitted. What passes needs no ammonia: tests show that ammonia changes nothing in the output of the first stage. They also
//! show that sanitising is idempotent.

mod ammonia_pass;
mod attribute_values;
mod attributes;
mod balanced_page;
mod elements;
mod embedding_scripts;
mod emoji;
mod for_page;
mod frame_addresses;
mod frames;
mod hidden_addresses;
mod hidden_content;
mod lazy;
mod lines;
mod mark_attributes;
mod page_marks;
mod page_section;
mod parts;
mod permitted;
mod picture_names;
mod plain;
mod players;
mod quotes;
mod rewriter;
mod source_set;
mod stand_ins;
mod style;
mod substitutes;
mod tag_attributes;
mod text;
mod tokens;
mod trackers;

use std::borrow::Cow;

use url::Url;

use crate::model::SafeHtml;
use crate::text::words::CollapsedText;

pub use balanced_page::{balanced_page, declared_charset};
pub use for_page::for_page;
pub use lazy::largest as largest_of_set;
pub use lines::{ShownLine, shown_lines};
pub use page_marks::direction_of_page;
pub use page_section::section_of;
pub use parts::{FragmentPart, TextMarkup, visit_markup, visit_media, visit_parts};
pub use picture_names::{names_picture, without_size as picture_without_size};
pub use quotes::without_quotes;
pub(crate) use tag_attributes::lower;
pub(crate) use text::{decode_references, surrogate_pair};

/// Longest text of an entry that is read and published, in bytes. The longest article in a corpus of 203 real feeds has
/// 0.2 MiB. Sanitising 4 MiB of prose takes 0.16 s and 52 MB of memory.
pub const MAX_LENGTH: usize = 4 << 20;

/// The sanitised HTML of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SanitisedText {
    /// The HTML; never blank.
    pub html: SafeHtml,
    /// Whether the end is missing because the text exceeded a bound.
    pub is_cut: bool,
}

/// Sanitises a fragment: keeps only allow-listed elements and attributes, makes links absolute against `base`, and
/// removes tracking pixels and the links that can't be made absolute. Removes hidden elements too, unless they contain more
/// than the visible ones. Returns `None` if nothing is left to show.
///
/// Takes time linear in the input. The result has at most 4 MiB and 131 072 elements; a longer one is cut where an element or a
/// word ends, or inside a long word.
pub fn sanitise(html: &str, base: Option<&Url>) -> Option<SanitisedText> {
    let rewritten = rewriter::rewrite(html, base)?;
    // Ammonia takes ten times as long as this check, and would change nothing in HTML that passes it.
    let html = if permitted::is_permitted(&rewritten.html) {
        rewritten.html
    } else {
        ammonia_pass::clean(&rewritten.html)
    };
    // Ammonia may have removed all that was left.
    (!html.trim().is_empty())
        .then(|| SanitisedText { html: SafeHtml::assume_sanitised(html), is_cut: rewritten.is_cut })
}

/// Reduces HTML to its text on one line, without scripts, styles and comments. The text of hidden elements may stay, unless
/// [`sanitise`] has removed them before. A formula that is written twice, for eyes and for screen readers, counts once.
pub fn to_plain(html: &str) -> String {
    to_text(html, CollapsedText::with_capacity(html.len().min(MAX_LENGTH)))
}

/// Reduces the HTML of a title to its text, as [`to_plain`] does, but keeps spaces other than blanks, such as no-break spaces.
pub fn title_to_plain(html: &str) -> String {
    to_text(html, CollapsedText::with_capacity(html.len().min(MAX_LENGTH)).keeping_spaces())
}

/// Returns the beginning of sanitised HTML: at most `limit` bytes, cut in no tag and in no character reference. Elements may
/// stay open, so it is only good for [`to_plain`].
pub fn first_bytes(html: &str, limit: usize) -> &str {
    let cut = html.get(..html.floor_char_boundary(limit)).unwrap_or(html);
    if cut.len() == html.len() {
        return html;
    }
    let ends = [('<', '>'), ('&', ';')].map(|(start, end)| {
        let last = cut.rfind(start).filter(|at| cut.get(*at..).is_some_and(|rest| !rest.contains(end)));
        last.unwrap_or(cut.len())
    });
    cut.get(..ends.into_iter().min().unwrap_or(0)).unwrap_or(cut)
}

fn to_text(html: &str, plain: CollapsedText) -> String {
    let html = &*without_tex_twins(html);
    let has_twins = html.contains("aria-hidden") && html.contains("<math");
    let once = has_twins.then(|| rewriter::rewrite(html, None)).flatten();
    text::to_plain(once.as_ref().map_or(html, |once| &once.html), plain)
}

/// Returns HTML without the formulas in TeX that scientific publishers write beside the same formula in MathML.
fn without_tex_twins(html: &str) -> Cow<'_, str> {
    if !html.contains("<tex-math") || !(html.contains(":math") || html.contains("<math")) {
        return Cow::Borrowed(html);
    }
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, twin)) = rest.split_once("<tex-math") {
        let Some((_, after)) = twin.split_once("</tex-math>") else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Converts plain text to sanitised HTML. Blank lines separate paragraphs, line breaks are kept unless the lines are
/// hard-wrapped, and addresses become links. The bounds of [`sanitise`] apply. Returns `None` for blank text.
pub fn from_plain(text: &str) -> Option<SanitisedText> {
    let rewritten = plain::paragraphs(text)?;
    Some(SanitisedText { html: SafeHtml::assume_sanitised(rewritten.html), is_cut: rewritten.is_cut })
}

/// HTML that contains only what the allow-list permits.
#[derive(Debug)]
struct RewrittenHtml {
    html: String,
    /// Whether the end is missing because the text exceeded a bound.
    is_cut: bool,
}

#[cfg(test)]
mod style_and_script_tests;
#[cfg(test)]
mod tests;
