//! Characters that no document may hold, and what stands before it begins.

use std::borrow::Cow;

use super::defects::Defects;
use super::entities::{is_xml_char, windows_1252};

/// Takes out what XML forbids (control characters, U+FFFE and U+FFFF) and all before the first `<`. The C1 controls,
/// which XML allows and nobody means, become what windows-1252 has in their place. A clean text is not copied.
pub(in crate::feed) fn clean<'a>(text: &'a str, defects: &mut Defects) -> Cow<'a, str> {
    let start = text.find('<').unwrap_or(0);
    let (junk, text) = text.split_at_checked(start).unwrap_or(("", text));
    if junk.chars().any(|c| !c.is_whitespace() && c != '\u{feff}') {
        defects.note("leading-junk");
    } else if !junk.trim_matches('\u{feff}').is_empty() && text.starts_with("<?xml") {
        defects.note("leading-white-space");
    }
    if !has_suspects(text) {
        return Cow::Borrowed(text);
    }
    let (mut illegal, mut controls) = (0, 0);
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{80}'..='\u{9f}' => {
                controls += 1;
                cleaned.push(windows_1252(u32::from(character)));
            }
            character if is_xml_char(character) => cleaned.push(character),
            _ => illegal += 1,
        }
    }
    defects.note_many("illegal-character", illegal);
    defects.note_many("c1-character", controls);
    Cow::Owned(cleaned)
}

/// Whether there may be something to clean. A block at a time without a branch in it, so that the compiler makes
/// vectors of it.
fn has_suspects(text: &str) -> bool {
    let control = |byte: u8| byte < b' ' && byte != b'\n' && byte != b'\r' && byte != b'\t';
    // C1 controls are 0xc2 and less than 0xa0 in UTF-8; U+FFFE and U+FFFF are 0xef 0xbf and then.
    let suspect =
        |byte: u8, next: u8| control(byte) | (byte == 0xc2 && next < 0xa0) | (byte == 0xef && next == 0xbf);
    let bytes = text.as_bytes();
    let last = bytes.last().is_some_and(|byte| control(*byte));
    let rest = bytes.get(1..).unwrap_or_default();
    let mut blocks = bytes.chunks(256).zip(rest.chunks(256));
    last || blocks
        .any(|(block, next)| block.iter().zip(next).fold(false, |any, (a, b)| any | suspect(*a, *b)))
}
