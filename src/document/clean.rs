//! Removes the characters that XML forbids, and everything before the first tag. Replaces C1 control characters.

use std::borrow::Cow;

use memchr::{memchr_iter, memmem};

use super::defects::Defects;
use super::xml::entities::{is_xml_char, windows_1252};

/// Removes everything before the first `<`, and the characters after it that XML forbids (control characters except tab and
/// the ends of lines, U+FFFE and U+FFFF). Replaces each C1 control character, which XML allows, by the windows-1252 character
/// with the same number, because that is what authors mean. A text that needs no change is not copied.
pub(in crate::document) fn clean<'a>(text: &'a str, defects: &mut Defects) -> Cow<'a, str> {
    let start = text.find('<').unwrap_or(0);
    let (prefix, text) = text.split_at_checked(start).unwrap_or(("", text));
    if prefix.chars().any(|c| !c.is_whitespace() && c != '\u{feff}') {
        defects.note("leading-junk");
    } else if !prefix.trim_matches('\u{feff}').is_empty() && text.starts_with("<?xml") {
        defects.note("leading-white-space");
    }
    if !needs_cleaning(text) {
        return Cow::Borrowed(text);
    }
    let (mut illegal, mut controls) = (0, 0);
    let mut cleaned = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| may_start_removed_character(*byte)) {
        let Some(character) = text.get(at..).and_then(|from| from.chars().next()) else { continue };
        let replacement = match character {
            '\u{80}'..='\u{9f}' => Some(windows_1252(u32::from(character))),
            _ if is_xml_char(character) => continue,
            _ => None,
        };
        match replacement {
            Some(_) => controls += 1,
            None => illegal += 1,
        }
        cleaned.push_str(text.get(copied..at).unwrap_or_default());
        cleaned.extend(replacement);
        copied = at + character.len_utf8();
    }
    cleaned.push_str(text.get(copied..).unwrap_or_default());
    defects.note_many("illegal-character", illegal);
    defects.note_many("c1-character", controls);
    Cow::Owned(cleaned)
}

/// Returns whether a character that is removed or replaced can start with this byte. Some other characters start with
/// it, too.
fn may_start_removed_character(byte: u8) -> bool {
    is_control(byte) || matches!(byte, 0xc2 | 0xef)
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\n' && byte != b'\r' && byte != b'\t'
}

/// Returns whether the text holds a character to remove or replace. The control characters are looked for in blocks
/// of a fixed size without a branch, so that the compiler uses vector instructions; `memchr` finds the rare other
/// bytes.
fn needs_cleaning(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks::<64>();
    blocks.iter().any(|block| block.iter().fold(false, |any, byte| any | is_control(*byte)))
        || rest.iter().copied().any(is_control)
        // In UTF-8 a C1 control is 0xc2 and a byte below 0xa0; U+FFFE and U+FFFF are 0xef, 0xbf and a byte from 0xbe.
        || memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|next| *next < 0xa0))
        || memmem::find_iter(bytes, b"\xef\xbf").any(|at| bytes.get(at + 2).is_some_and(|last| *last >= 0xbe))
}
