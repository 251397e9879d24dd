//! Splits a tag into its attributes as the HTML standard does (§13.2.5.32 to §13.2.5.39), with one exception: if the closing
//! quote of a value is missing, the value ends where the tag ends.

use std::borrow::Cow;

/// Iterates over the attributes of a tag.
pub(super) struct Attributes<'a> {
    /// The part that is not yet read. After the last attribute it begins with the `>` of the tag, or is empty if there is none.
    pub(super) rest: &'a str,
}

impl<'a> Attributes<'a> {
    /// Reads from what follows the name of a tag.
    pub(super) fn of(rest: &'a str) -> Self {
        Self { rest }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        // All characters that end something here are ASCII, so bytes are compared.
        let bytes = self.rest.as_bytes();
        let begins = position(bytes, 0, |byte| !is_space_byte(byte) && byte != b'/');
        self.rest = self.rest.get(begins..).unwrap_or_default();
        let bytes = self.rest.as_bytes();
        if matches!(bytes.first(), None | Some(b'>')) {
            return None;
        }
        // A `=` at the start belongs to the name.
        let end = position(bytes, 1, |byte| is_space_byte(byte) || matches!(byte, b'/' | b'>' | b'='));
        let (name, rest) = self.rest.split_at_checked(end)?;
        let sign = position(rest.as_bytes(), 0, |byte| !is_space_byte(byte));
        if rest.as_bytes().get(sign) != Some(&b'=') {
            self.rest = rest;
            return Some((name, ""));
        }
        let value_at = position(rest.as_bytes(), sign + 1, |byte| !is_space_byte(byte));
        let value = rest.get(value_at..).unwrap_or_default();
        let (value, rest) = if let Some(quote @ (b'"' | b'\'')) = value.bytes().next() {
            let value = value.get(1..).unwrap_or_default();
            match memchr::memchr(quote, value.as_bytes()) {
                Some(end) => (value.get(..end)?, value.get(end + 1..)?),
                // A value without a closing quote ends with the tag.
                None => value.split_at(value.find('>').unwrap_or(value.len())),
            }
        } else {
            let end = position(value.as_bytes(), 0, |byte| is_space_byte(byte) || byte == b'>');
            value.split_at_checked(end)?
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// Returns the index of the first byte from `from` on that `is_found` accepts; the length if there is none.
fn position(bytes: &[u8], from: usize, is_found: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|byte| is_found(*byte)).map_or(bytes.len(), |at| from + at)
}

/// Returns whether HTML counts a byte as white space.
const fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// Returns whether HTML counts a character as white space.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

pub(super) fn is_name_end(c: char) -> bool {
    is_space(c) || matches!(c, '/' | '>')
}

/// Returns a name in ASCII lower case.
pub(crate) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
