//! Bytes to text: which encoding a document really is in, whatever it says.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};

use super::defects::Defects;

/// How far into a document an XML declaration is looked for, in bytes: real ones stand at the very start, after at
/// most a comment or some blank lines.
const PROLOG: usize = 1024;
/// `<?xm` in EBCDIC (XML 1.0, appendix F).
const EBCDIC_DECLARATION: &[u8] = b"\x4c\x6f\xa7\x94";
/// What the bytes from 0x40 on mean in EBCDIC's code page 037. The other pages agree with it where XML's own
/// characters and letters are concerned, and no feed from a mainframe is known to need them.
const EBCDIC_037: &str = concat!(
    " \u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
    "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
    "{ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9f}"
);

/// Decodes `body`: a byte order mark, then valid UTF-8 with a character beyond ASCII (which beats a label), then the
/// HTTP charset, then the XML declaration, then detection. Never fails: bytes that mean nothing become U+FFFD.
pub(in crate::document) fn decode<'a>(
    body: &'a [u8],
    content_type: Option<&str>,
    defects: &mut Defects,
) -> Cow<'a, str> {
    if let Some(text) = utf_32(body) {
        return Cow::Owned(text);
    }
    if body.starts_with(EBCDIC_DECLARATION) {
        return Cow::Owned(body.iter().map(|byte| ebcdic(*byte)).collect());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        let rest = body.get(mark..).unwrap_or_default();
        return if encoding == UTF_8 { utf_8(rest, defects) } else { by(encoding, rest, defects) };
    }
    if let Some(encoding) = utf_16_without_mark(body) {
        return by(encoding, body, defects);
    }
    let label = content_type.and_then(http_charset).or_else(|| declared(body));
    // The declaration could be read, so it is not in UTF-16 whatever it says. Some encodings (`iso-2022-kr`) the WHATWG
    // has no decoder for but one that gives nothing, since they hide markup: what is ASCII in them is better.
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
        Some(encoding) if encoding != UTF_8 => by(encoding, body, defects),
        _ => unlabelled(body, defects),
    }
}

fn by<'a>(encoding: &'static Encoding, body: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
    let (text, broken) = encoding.decode_without_bom_handling(body);
    if broken {
        defects.note("undecodable-bytes");
    }
    text
}

/// UTF-8 by its own word or by default: ASCII, or not valid.
fn unlabelled<'a>(body: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
    if body.is_ascii() {
        return utf_8(body, defects);
    }
    let (mut well_formed, mut broken) = (0, 0);
    for chunk in body.utf8_chunks() {
        well_formed += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // Text in another encoding holds hardly any valid sequences (one in eight in GBK), so a UTF-8 document with some
    // foreign bytes in it stays one.
    if broken <= well_formed {
        return utf_8(body, defects);
    }
    defects.note("wrong-charset");
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    by(detector.guess(None, chardetng::Utf8Detection::Deny), body, defects)
}

/// UTF-8 in which the odd invalid byte is one of windows-1252: the editor of one article used another program.
fn utf_8<'a>(body: &'a [u8], defects: &mut Defects) -> Cow<'a, str> {
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

/// UTF-32, which encoding_rs leaves out, by its mark or by how `<` looks in it.
fn utf_32(body: &[u8]) -> Option<String> {
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

/// UTF-16 by how two characters look in it, the first of which XML and JSON may begin with.
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

/// Whether text may be valid UTF-8 by chance: pairs of bytes of an East Asian encoding can look like the two bytes of
/// a character below U+0800, but hardly ever like three in a row.
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

fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(body.get(..PROLOG).unwrap_or(body));
    let (_, declaration) = head.split_once("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    label(value.strip_prefix(quote)?.split(quote).next()?)
}

/// The encoding of a label of the WHATWG's list, or of the few in feeds that it leaves out.
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
