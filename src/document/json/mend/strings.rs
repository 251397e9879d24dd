//! Strings as programs write them that build JSON by hand: quotes, line ends and wrong escapes in them.

use super::Mend;

/// What a string is, and so what may follow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Key,
    Value,
    /// In an item that is left out.
    Unknown,
}

impl Mend<'_, '_> {
    /// Writes the string that `rest` begins with. Control characters become spaces, backslashes before what is no escape
    /// stay backslashes, half a surrogate pair becomes U+FFFD, and a quote that can't be the string's end is one of
    /// its characters.
    pub(super) fn string(&mut self, place: Place) {
        self.take(1);
        self.out.push('"');
        while let Some(at) = self.rest.find(|c: char| matches!(c, '\\' | '"') || c.is_ascii_control()) {
            let before = self.take(at);
            self.out.push_str(before);
            if self.rest.starts_with('"') && self.ends_here(place) {
                break;
            }
            let (written, taken) = match self.rest.as_bytes() {
                [b'"', ..] => ("\\\"", 1),
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
                    (self.rest.get(..2).unwrap_or_default(), 2)
                }
                [b'\\', b'u', ..] => unicode_escape(self.rest),
                [b'\\'] => ("", 1), // cut in two
                [b'\\', ..] => ("\\\\", 1),
                _ => (" ", 1),
            };
            if self.rest.get(..taken) != Some(written) {
                self.defects.note("illegal-json-string");
            }
            self.out.push_str(written);
            self.take(taken);
        }
        if self.rest.starts_with('"') {
            self.take(1);
        } else {
            let last = self.take(self.rest.len());
            self.out.push_str(last);
        }
        self.out.push('"');
    }

    /// Whether the quote that `rest` begins with ends a string, by what follows it: each blank is looked at by the one
    /// quote before it.
    fn ends_here(&self, place: Place) -> bool {
        let after = self.rest.get(1..).unwrap_or_default().trim_start();
        let in_object = self.in_object();
        match after.chars().next() {
            None => true,
            Some(':') => place != Place::Value,
            Some('/') => after.starts_with("//") || after.starts_with("/*"),
            Some('}') => place != Place::Key && in_object,
            Some(']') => place != Place::Key && !in_object,
            Some(',') => {
                let next = after.get(1..).unwrap_or_default().trim_start().chars().next();
                let begins_value = |c| matches!(c, '{' | '[' | '-' | '0'..='9' | 't' | 'f' | 'n');
                place != Place::Key
                    && next.is_none_or(|next| {
                        matches!(next, '"' | ',' | '}' | ']' | '/') || !in_object && begins_value(next)
                    })
            }
            _ => false,
        }
    }
}

/// The escape that `text` starts with, or what stands for it, and how long it is.
fn unicode_escape(text: &str) -> (&str, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok() // not four digits: no escape
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (text.get(..12).unwrap_or_default(), 12),
        (Some(0xd800..=0xdfff), _) => ("\u{fffd}", 6),
        (Some(_), _) => (text.get(..6).unwrap_or_default(), 6),
        (None, _) => ("\\\\", 1),
    }
}
