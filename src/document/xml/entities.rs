//! Character and entity references: XML's, HTML's, numeric ones, and those of the document's own DTD.

use crate::document::defects::Defects;
use crate::text::html;
use std::collections::HashMap;
use std::num::ParseIntError;

/// How many entities of a document's own are kept: the DTDs in the wild that declare any name HTML's 253.
const MAX_OWN: usize = 512;
/// The longest value of one, in bytes: what stands for a character or a phrase. Longer ones are attacks.
const MAX_OWN_VALUE: usize = 256;
/// What all their expansions in one document may add, in bytes. References beyond it stay as written: a document
/// that repeats one long entity (quadratic blow-up) gains nothing.
const MAX_EXPANSION: usize = 64 * 1024;
/// The longest reference that is looked at, in bytes: HTML's longest name has 31 letters.
const MAX_REFERENCE: usize = 40;

/// The entities that a document may use.
#[derive(Default, Debug)]
pub(in crate::document) struct Entities {
    own: HashMap<String, String>,
    expanded: usize,
}

impl Entities {
    /// Takes the general entities that the internal subset of a DTD declares. Their values are taken as they are
    /// written, but for characters given by number: nothing is ever expanded within an expansion (billion laughs),
    /// and nothing outside the document is ever opened (external entities).
    pub(in crate::document) fn declare(&mut self, doctype: &str) {
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
            if value.len() <= MAX_OWN_VALUE && self.own.len() < MAX_OWN && name != "%" {
                let mut decoded = String::with_capacity(value.len());
                Self::default().decode(value, &mut decoded, &mut Defects::default());
                self.own.entry(name.to_owned()).or_insert(decoded);
            }
        }
    }

    /// Appends `raw` to `out` with every reference decoded exactly once. What is no reference stays: `AT&T`, `?a=1&b=2`.
    pub(in crate::document) fn decode(&mut self, raw: &str, out: &mut String, defects: &mut Defects) {
        let mut rest = raw;
        let (mut bare, mut html, mut undefined, mut impossible, mut pairs) = (0, 0, 0, 0, 0);
        while let Some((before, after)) = rest.split_once('&') {
            out.push_str(before);
            let from = rest.get(before.len()..).unwrap_or_default();
            rest = after;
            let Some((reference, tail)) = reference(after) else {
                out.push('&');
                bare += 1;
                continue;
            };
            if let Some(number) = reference.strip_prefix('#') {
                match numeric(number) {
                    Numeric::Char(character) => out.push(character),
                    Numeric::Illegal => {
                        if let Some((character, behind)) = html::surrogate_pair(from) {
                            out.push(character);
                            pairs += 1;
                            rest = behind;
                            continue;
                        }
                        impossible += 1;
                    }
                    Numeric::Nonsense => {
                        out.push('&');
                        bare += 1;
                        continue;
                    }
                }
            } else if let Some(character) = predefined(reference) {
                out.push(character);
            } else if let Some(value) = self.own(reference) {
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
        defects.note_many("illegal-character-reference", impossible);
        defects.note_many("surrogate-pair", pairs);
    }

    /// Whether `text` holds a reference that HTML defines, semicolon and all.
    pub(in crate::document) fn mentioned_in(text: &str) -> bool {
        text.split('&').skip(1).any(|after| {
            reference(after).is_some_and(|(name, _)| match name.strip_prefix('#') {
                Some(number) => matches!(numeric(number), Numeric::Char(_)),
                None => predefined(name).is_some() || named(name).is_some(),
            })
        })
    }

    fn own(&mut self, name: &str) -> Option<&str> {
        let value = self.own.get(name)?;
        let expanded = self.expanded + value.len();
        if expanded > MAX_EXPANSION {
            return None;
        }
        self.expanded = expanded;
        Some(value)
    }
}

/// The name or number of the reference that `text`, which follows an `&`, starts with, and what follows its `;`.
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
    match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    }
}

enum Numeric {
    Char(char),
    /// A number of no character that XML allows: dropped, unless programs that count in UTF-16 wrote a reference for each
    /// half of a character.
    Illegal,
    /// Not a number at all: stays as written.
    Nonsense,
}

fn numeric(number: &str) -> Numeric {
    match code(number) {
        // What HTML does with the C1 controls, since authors mean windows-1252 by them.
        Ok(code @ 0x80..=0x9f) => Numeric::Char(windows_1252(code)),
        Ok(code) => char::from_u32(code)
            .filter(|character| is_xml_char(*character))
            .map_or(Numeric::Illegal, Numeric::Char),
        Err(_) if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => Numeric::Illegal,
        Err(_) => Numeric::Nonsense,
    }
}

/// Whether XML 1.0 (§2.2) allows the character in a document.
pub(in crate::document) fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// What windows-1252 has at `code`, which is below 0x100.
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

/// What HTML's named reference stands for: the table of the HTML standard, not quick-xml's, of whose entries every
/// fourth names the wrong character.
fn named(name: &str) -> Option<&'static str> {
    let mut key = [0_u8; MAX_REFERENCE + 2];
    let key = key.get_mut(..name.len() + 2)?;
    key.first_chunk_mut::<1>()?.copy_from_slice(b"&");
    key.get_mut(1..=name.len())?.copy_from_slice(name.as_bytes());
    key.last_chunk_mut::<1>()?.copy_from_slice(b";");
    std::str::from_utf8(htmlize::ENTITIES.get(&*key)?).ok()
}
