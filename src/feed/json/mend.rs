//! JSON that is not quite JSON: what follows it, control characters, escapes of nothing, a missing end.

use std::borrow::Cow;

use serde_json::{Deserializer, Value};

use super::super::repair::defects::Defects;

/// The first JSON value in `text`; mended only where it can't be read as it is.
pub(super) fn value(text: &str, defects: &mut Defects) -> serde_json::Result<Value> {
    match first_value(text) {
        Ok((value, rest)) => {
            if !rest.trim().is_empty() {
                defects.note("trailing-junk");
            }
            Ok(value)
        }
        Err(error) => {
            let mended = legal(text);
            if let Cow::Owned(mended) = &mended
                && let Ok((value, _)) = first_value(mended)
            {
                defects.note("illegal-json-string");
                return Ok(value);
            }
            let whole = cut_back(&mended).ok_or(error)?;
            let value = serde_json::from_str(&whole)?;
            defects.note("cut-off");
            Ok(value)
        }
    }
}

fn first_value(text: &str) -> serde_json::Result<(Value, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((value, text.get(values.byte_offset()..).unwrap_or_default())),
        Some(Err(error)) => Err(error),
        None => Ok((Value::Null, "")),
    }
}

/// Control characters become spaces, backslashes before what is no escape stay backslashes, and half a surrogate pair
/// becomes U+FFFD: what programs write that build JSON from strings.
fn legal(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '\\' || c.is_ascii_control()) {
        let Some((before, special)) = rest.split_at_checked(at) else { break };
        out.push_str(before);
        let (written, taken) = match special.strip_prefix('\\') {
            None => (" ", 1),
            Some(escape) => match escape.as_bytes() {
                [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
                    (special.get(..2).unwrap_or_default(), 2)
                }
                [b'u', ..] => unicode_escape(special),
                _ => ("\\\\", 1),
            },
        };
        out.push_str(written);
        rest = special.get(taken..).unwrap_or_default();
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
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

/// A feed that breaks off, up to its last whole item and closed behind it: `{…"items": [{…}, {…}` becomes
/// `{…"items": [{…}, {…}]}`.
fn cut_back(text: &str) -> Option<String> {
    let (mut open, mut in_string, mut escaped) = (Vec::new(), false, false);
    let mut last_item = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            // Deeper than serde_json reads: not worth closing.
            b'{' | b'[' if open.len() >= 128 => return None,
            b'{' | b'[' => open.push(byte),
            b'}' | b']' => {
                open.pop();
                if byte == b'}' && open == [b'{', b'['] {
                    last_item = Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(format!("{}]}}", text.get(..last_item?)?))
}
