//! Bytes to text: which encoding a document really is in, whatever it says.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How far into a document an XML declaration is looked for, in bytes: real ones stand at the very start, after at
/// most a comment or some blank lines.
const PROLOG: usize = 1024;

/// Decodes `body`: a byte order mark, then valid UTF-8 with a character beyond ASCII (which beats any label), then the
/// HTTP charset, then the XML declaration, then detection. Bytes that mean nothing become U+FFFD.
pub(in crate::feed) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        let rest = body.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0;
    }
    if let Ok(text) = std::str::from_utf8(body)
        && !text.is_ascii()
    {
        return Cow::Borrowed(text);
    }
    let label = content_type.and_then(http_charset).or_else(|| declared(body));
    let encoding = match label {
        Some(encoding) if encoding != UTF_8 => encoding,
        _ => detect(body),
    };
    encoding.decode_without_bom_handling(body).0
}

fn http_charset(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(())?;
        Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes())
    })
}

fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(body.get(..PROLOG).unwrap_or(body));
    let (_, declaration) = head.split_once("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let label = value.strip_prefix(quote)?.split(quote).next()?;
    Encoding::for_label(label.trim().as_bytes())
}

fn detect(body: &[u8]) -> &'static Encoding {
    if body.is_ascii() {
        return WINDOWS_1252;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}
