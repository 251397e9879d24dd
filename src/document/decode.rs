//! Decodes bytes to text, in the encoding that the document really uses, which may not be the one that it declares.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};

use super::defects::Defects;
use super::detection;

/// How many bytes from the start of a document are searched for an XML declaration. Real declarations come first, or
/// after a comment or some blank lines.
const MAX_PROLOG: usize = 1024;
/// How many valid sequences of UTF-8 an invalid one disproves in a document that declares another encoding.
const DECLARED_WEIGHT: usize = 4;
/// `<?xm` in EBCDIC (XML 1.0, appendix F).
const EBCDIC_DECLARATION: &[u8] = b"\x4c\x6f\xa7\x94";
/// Characters of the bytes 0x40 to 0xff in EBCDIC's code page 037. The other code pages have the same letters and mostly the
/// same characters of XML's syntax, and no known feed needs them.
const EBCDIC_037: &str = concat!(
    " \u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
    "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
    "{ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9f}"
);

/// Decodes `body`. The first of these that applies decides the encoding:
///
/// 1. the first bytes of UTF-32 and EBCDIC, and the surrogates of CESU-8;
/// 2. a byte order mark, or the zero bytes of UTF-16 without one;
/// 3. UTF-8, if the body is valid UTF-8 with a character beyond ASCII, unless an East Asian encoding is declared and the
///    body may be valid UTF-8 by chance;
/// 4. the charset of HTTP, or else that of the XML declaration, unless it is UTF-8, UTF-16 or one that the WHATWG does not
///    decode;
/// 5. UTF-8, if the body is ASCII or at least half of its sequences beyond ASCII are valid UTF-8, unless the XML declaration
///    states another encoding and more than a fifth of the sequences are invalid;
/// 6. the XML declaration, or else detection.
///
/// Never fails: an undecodable byte becomes U+FFFD or, in a document in UTF-8, the windows-1252 character with that number.
pub(in crate::document) fn decode<'a>(
    body: &'a [u8],
    content_type: Option<&str>,
    defects: &mut Defects,
) -> Cow<'a, str> {
    if let Some(text) = decode_utf_32(body) {
        return Cow::Owned(text);
    }
    if let Some(text) = decode_cesu_8(body) {
        defects.note("surrogate-pair");
        return Cow::Owned(text);
    }
    if body.starts_with(EBCDIC_DECLARATION) {
        return Cow::Owned(body.iter().map(|byte| ebcdic(*byte)).collect());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        let rest = body.get(mark..).unwrap_or_default();
        return if encoding == UTF_8 {
            decode_utf_8(rest, defects)
        } else {
            decode_with(encoding, rest, defects)
        };
    }
    if let Some(encoding) = utf_16_without_mark(body) {
        return decode_with(encoding, body, defects);
    }
    let label = content_type.and_then(http_charset).or_else(|| declared_encoding(body));
    // A declaration that can be read as ASCII is not in UTF-16, even if it says so. For some encodings
    // (`iso-2022-kr`) the WHATWG defines a decoder that outputs only one U+FFFD, since they can hide markup; reading
    // their ASCII part is better.
    let label = label.filter(|encoding| ![UTF_16LE, UTF_16BE, REPLACEMENT].contains(encoding));
    if let Ok(text) = std::str::from_utf8(body)
        && !text.is_ascii()
        && !(label.is_some_and(is_multibyte) && is_chance_utf_8(text))
    {
        if label.is_some_and(|encoding| encoding != UTF_8) {
            defects.note("wrong-charset");
        }
        return Cow::Borrowed(text);
    }
    match label {
        Some(encoding) if encoding != UTF_8 => decode_with(encoding, body, defects),
        _ => decode_unlabelled(body, defects),
    }
}

fn decode_with<'a>(encoding: &'static Encoding, body: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
    let (text, broken) = encoding.decode_without_bom_handling(body);
    if broken {
        defects.note("undecodable-bytes");
    }
    text
}

/// Decodes a body that is pure ASCII or invalid UTF-8, and that declares UTF-8 or no encoding that [`decode`] follows.
fn decode_unlabelled<'a>(body: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
    if body.is_ascii() {
        return decode_utf_8(body, defects);
    }
    let (mut well_formed, mut broken) = (0, 0);
    for chunk in body.utf8_chunks() {
        well_formed += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // Many servers state `charset=utf-8` for every file, so what the document declares counts more.
    let declared = declared_encoding(body)
        .filter(|declared| ![UTF_8, UTF_16LE, UTF_16BE, REPLACEMENT].contains(declared))
        .filter(|_| broken * DECLARED_WEIGHT > well_formed);
    // In text of another encoding few sequences happen to be valid UTF-8 (one in eight in GBK). So a document with at least
    // as many valid as invalid sequences is UTF-8 with some foreign bytes.
    if declared.is_none() && broken <= well_formed {
        return decode_utf_8(body, defects);
    }
    defects.note("wrong-charset");
    decode_with(declared.unwrap_or_else(|| detection::detect(body)), body, defects)
}

/// Decodes UTF-8, and reads each invalid byte as windows-1252: one article may have been written with another program.
fn decode_utf_8<'a>(body: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            defects.note("invalid-utf-8");
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    Cow::Owned(text)
}

/// Decodes CESU-8, which Java and MySQL write for UTF-8: a character beyond U+FFFF is two surrogates of three bytes each.
/// `None` if there is no such pair, or if the rest is not UTF-8.
fn decode_cesu_8(body: &[u8]) -> Option<String> {
    let surrogate = |bytes: &[u8], second: std::ops::RangeInclusive<u8>| match *bytes {
        [0xed, high, low] if second.contains(&high) && (0x80..=0xbf).contains(&low) => {
            Some(0xd000 | u16::from(high & 0x3f) << 6 | u16::from(low & 0x3f))
        }
        _ => None,
    };
    let mut text = Vec::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(0xed, body) {
        let (Some(high), Some(low)) = (body.get(at..at + 3), body.get(at + 3..at + 6)) else { continue };
        let (Some(high), Some(low)) = (surrogate(high, 0xa0..=0xaf), surrogate(low, 0xb0..=0xbf)) else {
            continue;
        };
        let character = char::decode_utf16([high, low]).next()?.ok()?;
        text.extend_from_slice(body.get(copied..at)?);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        copied = at + 6;
    }
    if copied == 0 {
        return None;
    }
    text.extend_from_slice(body.get(copied..)?);
    let text = String::from_utf8(text).ok()?;
    Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Decodes UTF-32, which encoding_rs does not support, if the body starts with a byte order mark or a `<` in UTF-32.
fn decode_utf_32(body: &[u8]) -> Option<String> {
    let big_endian = match body {
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', ..] => true,
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, ..] => false,
        _ => return None,
    };
    let (units, _) = body.as_chunks::<4>();
    let code =
        |unit: &[u8; 4]| if big_endian { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
    let characters =
        units.iter().map(|unit| char::from_u32(code(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(characters.collect::<String>().trim_start_matches('\u{feff}').to_owned())
}

/// Detects UTF-16 without a byte order mark by its first two characters, of which the first can start XML or JSON.
fn utf_16_without_mark(body: &[u8]) -> Option<&'static Encoding> {
    let begins = |byte: u8| matches!(byte, b'<' | b'{' | b'[' | b' ' | b'\t' | b'\n' | b'\r');
    match *body {
        [0, first, 0, second, ..] if begins(first) && second != 0 => Some(UTF_16BE),
        [first, 0, second, 0, ..] if begins(first) && second != 0 => Some(UTF_16LE),
        _ => None,
    }
}

fn is_multibyte(encoding: &'static Encoding) -> bool {
    [GBK, GB18030, BIG5, EUC_JP, EUC_KR, SHIFT_JIS].contains(&encoding)
}

/// Returns whether text in an East Asian encoding may be valid UTF-8 by chance. Its pairs of bytes can look like a
/// character below U+0800, which has two bytes in UTF-8, but hardly ever like a character of three bytes.
fn is_chance_utf_8(text: &str) -> bool {
    text.chars().all(|character| character < '\u{800}')
}

fn http_charset(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(())?;
        label(value.trim().trim_matches(['"', '\'']))
    })
}

fn declared_encoding(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(body.get(..MAX_PROLOG).unwrap_or(body));
    let (_, declaration) = head.split_once("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    label(value.strip_prefix(quote)?.split(quote).next()?)
}

/// Returns the encoding of a label in the WHATWG's list, or of one of the few other labels that feeds use.
fn label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim();
    Encoding::for_label(label.as_bytes()).or_else(|| {
        let folded = label.to_ascii_lowercase().replace('_', "-");
        let alias = match folded.strip_prefix("cp").unwrap_or(&folded) {
            number @ ("1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258"
            | "874") => {
                return Encoding::for_label(format!("windows-{number}").as_bytes());
            }
            "932" => "shift_jis",
            "936" => "gbk",
            "949" => "euc-kr",
            "950" => "big5",
            "65001" => "utf-8",
            "latin-9" | "latin9" => "iso-8859-15",
            "ms-cyrl" => "windows-1251",
            "macroman" => "macintosh",
            "maccyrillic" | "mac-cyrillic" => "x-mac-cyrillic",
            other => other,
        };
        Encoding::for_label(alias.as_bytes())
    })
}

fn ebcdic(byte: u8) -> char {
    match byte {
        0x05 => '\t',
        0x15 | 0x25 => '\n',
        0x0d => '\r',
        0x40.. => EBCDIC_037.chars().nth(usize::from(byte - 0x40)).unwrap_or(' '),
        _ => ' ',
    }
}
