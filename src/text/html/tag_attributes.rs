//! Splits a tag into its attributes as the HTML standard does (§13.2.5.32 to §13.2.5.39).

use std::borrow::Cow;

/// Iterates over the attributes of a tag.
pub(super) struct Attributes<'a> {
    /// The part that is not yet read. At the end it begins with the `>` of the tag; it is empty if the tag is cut off.
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
        self.rest = self.rest.trim_start_matches(|c| is_space(c) || c == '/');
        if self.rest.is_empty() || self.rest.starts_with('>') {
            return None;
        }
        // A `=` at the start belongs to the name.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let after = self.rest.get(first..).unwrap_or_default();
        let end = first + after.find(|c| is_name_end(c) || c == '=').unwrap_or(after.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        let Some(value) = rest.trim_start_matches(is_space).strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let value = value.trim_start_matches(is_space);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = if let Some(quote) = quote {
            let value = value.get(1..).unwrap_or_default();
            // A value without a closing quote ends with the tag.
            value.split_once(quote).unwrap_or_else(|| value.split_at(value.find('>').unwrap_or(value.len())))
        } else {
            let end = value.find(|c| is_space(c) || c == '>').unwrap_or(value.len());
            value.split_at_checked(end)?
        };
        self.rest = rest;
        Some((name, value))
    }
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
