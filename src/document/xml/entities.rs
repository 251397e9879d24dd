//! Decodes references: numeric ones, entities of XML and HTML, and entities that the document's DTD declares.

use crate::document::defects::Defects;
use crate::text::html;
use std::collections::HashMap;
use std::num::{IntErrorKind, ParseIntError};

/// How many entities that a document declares are kept. Real DTDs declare at most the 253 entities of XHTML 1.0.
const MAX_DECLARED: usize = 512;
/// Longest value of a declared entity, in bytes. A real one stands for a character or a phrase; a longer one is an
/// attack.
const MAX_DECLARED_VALUE: usize = 256;
/// How many bytes all expansions of declared entities may add to one document. Further references stay as they are
/// written. So a document that repeats one long entity (quadratic blow-up) needs little memory.
const MAX_EXPANSION: usize = 64 * 1024;
/// Longest reference that is decoded, in bytes. The longest name in HTML has 31 letters.
pub(super) const MAX_REFERENCE: usize = 40;

/// The entities that a document declares.
#[derive(Default, Debug)]
pub(in crate::document) struct Entities {
    declared: HashMap<String, String>,
    expanded: usize,
}

impl Entities {
    /// Reads the general entities that the internal subset of a DTD declares. Only references that XML or HTML define
    /// are decoded in their values: a reference to another declared entity is never expanded (billion laughs), and no
    /// external entity is ever opened.
    pub(in crate::document) fn read_doctype(&mut self, doctype: &str) {
        let mut rest = doctype;
        while let Some((_, declaration)) = rest.split_once("<!ENTITY") {
            rest = declaration;
            let declaration = declaration.trim_start();
            let Some((name, value)) = declaration.split_once(|c: char| c.is_ascii_whitespace()) else {
                return;
            };
            let value = value.trim_start();
            let Some(quote @ ('"' | '\'')) = value.chars().next() else { continue };
            let Some((value, _)) = value.get(1..).and_then(|value| value.split_once(quote)) else { return };
            if value.len() <= MAX_DECLARED_VALUE && self.declared.len() < MAX_DECLARED && name != "%" {
                let mut decoded = String::with_capacity(value.len());
                Self::default().decode(value, &mut decoded, &mut Defects::default());
                self.declared.entry(name.to_owned()).or_insert(decoded);
            }
        }
    }

    /// Appends `raw` to `out` with every known reference decoded exactly once. An unknown reference stays as it is written, and
    /// so does an `&` that starts no reference: `AT&T`, `?a=1&b=2`. A reference to a character that XML forbids is removed, but
    /// two references to a pair of surrogates become the character that is meant.
    pub(in crate::document) fn decode(&mut self, raw: &str, out: &mut String, defects: &mut Defects) {
        let mut rest = raw;
        let (mut bare, mut html, mut undefined, mut illegal, mut pairs) = (0, 0, 0, 0, 0);
        while let Some((before, after)) = split_at_ampersand(rest) {
            out.push_str(before);
            if let Some((character, length)) = common_reference(after.as_bytes()) {
                out.push(character);
                rest = after.get(length..).unwrap_or_default();
                continue;
            }
            let from = rest.get(before.len()..).unwrap_or_default();
            rest = after;
            let Some((reference, tail)) = reference(after) else {
                out.push('&');
                bare += 1;
                continue;
            };
            if let Some(number) = reference.strip_prefix('#') {
                match numeric_reference(number) {
                    NumericReference::Char(character) => out.push(character),
                    NumericReference::Illegal => {
                        if let Some((character, after)) = html::surrogate_pair(from) {
                            out.push(character);
                            pairs += 1;
                            rest = after;
                            continue;
                        }
                        illegal += 1;
                    }
                    NumericReference::NoNumber => {
                        out.push('&');
                        bare += 1;
                        continue;
                    }
                }
            } else if let Some(character) = predefined(reference) {
                out.push(character);
            } else if let Some(value) = self.declared_value(reference) {
                out.push_str(value);
            } else if let Some(value) = named(reference) {
                out.push_str(value);
                html += 1;
            } else {
                out.push('&');
                undefined += 1;
                continue;
            }
            rest = tail;
        }
        out.push_str(rest);
        defects.note_many("bare-ampersand", bare);
        defects.note_many("html-entity", html);
        defects.note_many("undefined-entity", undefined);
        defects.note_many("illegal-character-reference", illegal);
        defects.note_many("surrogate-pair", pairs);
    }

    /// Returns whether `text` contains a reference that HTML defines and that ends in a semicolon.
    pub(in crate::document) fn has_html_reference(text: &str) -> bool {
        text.split('&').skip(1).any(|after| {
            reference(after).is_some_and(|(name, _)| match name.strip_prefix('#') {
                Some(number) => matches!(numeric_reference(number), NumericReference::Char(_)),
                None => predefined(name).is_some() || named(name).is_some(),
            })
        })
    }

    fn declared_value(&mut self, name: &str) -> Option<&str> {
        let value = self.declared.get(name)?;
        let expanded = self.expanded + value.len();
        if expanded > MAX_EXPANSION {
            return None;
        }
        self.expanded = expanded;
        Some(value)
    }
}

/// Returns the text before and after the first `&`.
fn split_at_ampersand(text: &str) -> Option<(&str, &str)> {
    let at = memchr::memchr(b'&', text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Returns what `&lt;`, `&gt;`, `&amp;` or `&quot;` stands for, and its length, if `text` behind an `&` begins with one. This
/// is quicker than [`reference()`] and [`predefined`], which do the same for these four.
const fn common_reference(text: &[u8]) -> Option<(char, usize)> {
    match text {
        [b'l', b't', b';', ..] => Some(('<', 3)),
        [b'g', b't', b';', ..] => Some(('>', 3)),
        [b'a', b'm', b'p', b';', ..] => Some(('&', 4)),
        [b'q', b'u', b'o', b't', b';', ..] => Some(('"', 5)),
        _ => None,
    }
}

/// Splits `text`, which follows an `&`, into the name or number of a reference and the text after its `;`.
fn reference(text: &str) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .take(MAX_REFERENCE)
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'_' | b'-' | b'.')))?;
    let (name, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix(';')?;
    (!name.is_empty()).then_some((name, rest))
}

fn code(number: &str) -> Result<u32, ParseIntError> {
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
    u32::from_str_radix(digits, radix)
}

/// What a numeric reference stands for.
enum NumericReference {
    Char(char),
    /// The number of a character that XML forbids, or of no character. It is removed, unless it is half of a
    /// surrogate pair: some programs write a reference for each half.
    Illegal,
    /// No number at all; stays as it is written.
    NoNumber,
}

fn numeric_reference(number: &str) -> NumericReference {
    match code(number) {
        // As in HTML, a C1 control stands for a character of windows-1252, because authors mean that.
        Ok(code @ 0x80..=0x9f) => NumericReference::Char(windows_1252(code)),
        Ok(code) => char::from_u32(code)
            .filter(|character| is_xml_char(*character))
            .map_or(NumericReference::Illegal, NumericReference::Char),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => NumericReference::Illegal,
        Err(_) => NumericReference::NoNumber,
    }
}

/// Returns whether XML 1.0 (§2.2) allows the character in a document.
pub(in crate::document) fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Returns the windows-1252 character with the number `code`, which must be below 0x100.
pub(in crate::document) fn windows_1252(code: u32) -> char {
    let byte = [u8::try_from(code).unwrap_or(b' ')];
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next().unwrap_or(' ')
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// Returns the characters that a named reference of HTML stands for. Uses the table of the HTML standard; a quarter
/// of the entries in quick-xml's table are wrong.
fn named(name: &str) -> Option<&'static str> {
    let mut key = [0_u8; MAX_REFERENCE + 2];
    let key = key.get_mut(..name.len() + 2)?;
    key.first_chunk_mut::<1>()?.copy_from_slice(b"&");
    key.get_mut(1..=name.len())?.copy_from_slice(name.as_bytes());
    key.last_chunk_mut::<1>()?.copy_from_slice(b";");
    std::str::from_utf8(htmlize::ENTITIES.get(&*key)?).ok()
}
