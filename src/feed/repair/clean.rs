//! Characters that no document may hold, and what stands before it begins.

use std::borrow::Cow;

use super::defects::Defects;
use super::entities::is_xml_char;

/// Takes out what XML forbids (control characters, U+FFFE and U+FFFF) and all before the first `<`. A clean text is
/// not copied.
pub(in crate::feed) fn clean<'a>(text: &'a str, defects: &mut Defects) -> Cow<'a, str> {
    let start = text.find('<').unwrap_or(0);
    let (junk, text) = text.split_at_checked(start).unwrap_or(("", text));
    if junk.chars().any(|c| !c.is_whitespace() && c != '\u{feff}') {
        defects.note("leading-junk");
    } else if !junk.trim_matches('\u{feff}').is_empty() && text.starts_with("<?xml") {
        defects.note("leading-white-space");
    }
    if !has_illegal(text) {
        return Cow::Borrowed(text);
    }
    let cleaned: String = text.chars().filter(|character| is_xml_char(*character)).collect();
    defects.note_many("illegal-character", text.chars().count() - cleaned.chars().count());
    Cow::Owned(cleaned)
}

/// A block at a time without a branch in it, so that the compiler makes vectors of it.
fn has_illegal(text: &str) -> bool {
    let control = |byte: u8| byte < b' ' && byte != b'\n' && byte != b'\r' && byte != b'\t';
    let blocks = text.as_bytes().chunks(256);
    let any_control =
        blocks.into_iter().any(|block| block.iter().fold(false, |any, byte| any | control(*byte)));
    any_control || text.contains(['\u{fffe}', '\u{ffff}'])
}
