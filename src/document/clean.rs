//! Characters that no document may hold, and what stands before it begins.

use std::borrow::Cow;

use memchr::{memchr_iter, memmem};

use super::defects::Defects;
use super::xml::entities::{is_xml_char, windows_1252};

/// Takes out what XML forbids (control characters, U+FFFE and U+FFFF) and all before the first `<`. The C1 controls,
/// which XML allows and nobody means, become what windows-1252 has in their place. A clean text is not copied.
pub(in crate::document) fn clean<'a>(text: &'a str, defects: &mut Defects) -> Cow<'a, str> {
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
    let mut copied = 0;
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| may_begin_suspect(*byte)) {
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

/// The first bytes of what is cleaned, and of some that is not.
fn may_begin_suspect(byte: u8) -> bool {
    is_control(byte) || matches!(byte, 0xc2 | 0xef)
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\n' && byte != b'\r' && byte != b'\t'
}

/// Whether there is something to clean. What is rare in any text is searched for, and the control characters are
/// looked for in blocks of a fixed size without a branch in them, which the compiler turns into vectors.
fn has_suspects(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks::<64>();
    blocks.iter().any(|block| block.iter().fold(false, |any, byte| any | is_control(*byte)))
        || rest.iter().copied().any(is_control)
        // C1 controls are 0xc2 and less than 0xa0 in UTF-8; U+FFFE and U+FFFF are 0xef 0xbf and at least 0xbe.
        || memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|next| *next < 0xa0))
        || memmem::find_iter(bytes, b"\xef\xbf").any(|at| bytes.get(at + 2).is_some_and(|last| *last >= 0xbe))
}
