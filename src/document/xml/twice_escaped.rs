//! Recognises plain text that was escaped twice: references are left in it after they were decoded once.

use super::entities::{Entities, MAX_REFERENCE};
use crate::text::html;

/// How often a title may have been escaped beyond the first time.
const MOST_TIMES: usize = 3;

/// Words of texts that are about references, in lower case.
const WORDS_FOR_A_REFERENCE: [&str; 11] = [
    "html",
    "xml",
    "entity",
    "entities",
    "escape",
    "escaping",
    "encoding",
    "ampersand",
    "reference",
    "character",
    "write",
];

/// Decodes the references that are left in a title because it was escaped several times. `title` was decoded once already.
/// Returns `None` if no references are left to decode.
pub(in crate::document) fn decoded_title(title: &str) -> Option<String> {
    let mut decoded: Option<String> = None;
    for _ in 0..MOST_TIMES {
        let text = decoded.as_deref().unwrap_or(title);
        if !text.contains('&') || !is_escaped_text(text) && !has_escaped_and(text) {
            break;
        }
        decoded = Some(html::decode_references(text).into_owned());
    }
    decoded
}

/// Returns whether `&amp;` stands where a title has an `&`: between two words that begin with a capital or a digit, as in
/// `Rock &amp; Roll`. A title about references keeps it.
fn has_escaped_and(title: &str) -> bool {
    let is_name = |word: Option<&str>| {
        word.and_then(|word| word.trim_start_matches(['"', '“', '«', '(']).chars().next())
            .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
    };
    let mut names = title.split(" &amp; ").collect::<Vec<_>>();
    let last = names.pop().filter(|_| !names.is_empty());
    let is_between = last.is_some_and(|last| {
        let ends = names.iter().map(|part| part.split_whitespace().next_back());
        let starts = names.iter().skip(1).copied().chain([last]).map(|part| part.split_whitespace().next());
        ends.chain(starts).all(is_name)
    });
    is_between && !title.split_whitespace().any(is_about_references)
}

/// Returns whether a word belongs to a text about references.
fn is_about_references(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    WORDS_FOR_A_REFERENCE.contains(&word.as_str())
}

/// Returns whether a text without markup, whose references were decoded, was escaped once more: a reference stands within a
/// word or beside one, as in `isn&#39;t`. A reference that stands alone, or that writes a tag, may be what the text is about.
/// Only a dash or an ellipsis may stand alone, if no word of the text is about references.
pub(super) fn is_escaped_text(decoded: &str) -> bool {
    let has_letters_beyond_ascii = || decoded.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
    decoded.match_indices('&').any(|(at, _)| {
        let Some((before, from)) = decoded.split_at_checked(at) else { return false };
        let Some((reference, behind)) = innermost_reference(from) else { return false };
        let beside = [before.chars().next_back(), behind.chars().next()];
        let beside = beside.into_iter().flatten().filter(|c| c.is_alphanumeric()).count();
        match reference {
            "&lt;" | "&gt;" | "lt;" | "gt;" => false,
            // `&amp;` also stands between words, and in texts that explain it.
            "&amp;" => beside == 2,
            // Dashes and an ellipsis usually stand between words, and hardly any text is about their references.
            "&mdash;" | "&ndash;" | "&hellip;" | "&#8211;" | "&#8212;" | "&#8230;" if beside == 0 => {
                !decoded.split_whitespace().any(is_about_references)
            }
            // A program that escapes letters escapes all of them.
            _ if is_letter(reference) => beside > 0 && !has_letters_beyond_ascii(),
            _ => beside > 0,
        }
    })
}

/// Like [`reference()`], but reads a reference whose `&` was escaped again, such as `&amp;#39;`, as one reference (`#39;`).
fn innermost_reference(text: &str) -> Option<(&str, &str)> {
    let (outer, behind) = reference(text)?;
    if outer != "&amp;" {
        return Some((outer, behind));
    }
    let end = behind.bytes().take(MAX_REFERENCE).position(|byte| byte == b';');
    let inner = end.and_then(|end| behind.split_at_checked(end + 1));
    let inner = inner.filter(|(inner, _)| Entities::has_html_reference(&format!("&{inner}")));
    // The `&` of the inner reference was escaped, so the result lacks it.
    Some(inner.unwrap_or((outer, behind)))
}

/// Splits `text`, which begins with `&`, into a reference that HTML defines and what is behind it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take(MAX_REFERENCE).position(|byte| byte == b';')?;
    let (reference, behind) = text.split_at_checked(end + 1)?;
    Entities::has_html_reference(reference).then_some((reference, behind))
}

/// Returns whether a reference, which may lack its `&`, stands for a letter.
fn is_letter(reference: &str) -> bool {
    let whole = format!("&{}", reference.trim_start_matches('&'));
    html::decode_references(&whole).chars().any(char::is_alphabetic)
}
