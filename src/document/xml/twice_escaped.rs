//! Recognises plain text that was escaped twice: references are left in it after they were decoded once.

use super::entities::Entities;
use crate::text::html;

/// Longest reference that is looked at, in bytes.
const MAX_REFERENCE: usize = 40;

/// Returns whether a text without markup, whose references were decoded, was escaped once more: a reference stands within a
/// word or beside one, as in `isn&#39;t`. A reference that stands alone, or that writes a tag, may be what the text is about.
pub(super) fn is_escaped_text(decoded: &str) -> bool {
    let has_letters_beyond_ascii = || decoded.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
    decoded.match_indices('&').any(|(at, _)| {
        let Some((before, from)) = decoded.split_at_checked(at) else { return false };
        let Some((reference, behind)) = reference(from) else { return false };
        let beside = [before.chars().next_back(), behind.chars().next()];
        let beside = beside.into_iter().flatten().filter(|c| c.is_alphanumeric()).count();
        match reference {
            "&lt;" | "&gt;" => false,
            // It also stands between words, and in texts that explain it.
            "&amp;" => beside == 2,
            // A program that escapes letters escapes all of them.
            _ if is_letter(reference) => beside > 0 && !has_letters_beyond_ascii(),
            _ => beside > 0,
        }
    })
}

/// Splits `text`, which begins with `&`, into a reference that HTML defines and what is behind it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take(MAX_REFERENCE).position(|byte| byte == b';')?;
    let (reference, behind) = text.split_at_checked(end + 1)?;
    Entities::has_html_reference(reference).then_some((reference, behind))
}

fn is_letter(reference: &str) -> bool {
    html::decode_references(reference).chars().any(char::is_alphabetic)
}
