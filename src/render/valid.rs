//! Makes values valid for output: characters, addresses, language tags and media types.
//!
//! The values of publishers pass through here before they stand in riverd's feeds, because many are invalid: 131 of 296 real
//! feeds failed the W3C feed validator.

use std::borrow::Cow;

use percent_encoding::percent_encode_byte;
use url::Url;

use crate::text::url::opens_elsewhere;
use crate::text::words::{is_all_digits, is_typographic_space};

/// Removes the characters that XML 1.0 forbids (§2.2 `Char`), byte order marks, U+007F and the C1 controls. XML only
/// discourages the controls, but the feed validator reports C1 controls as badly decoded Windows-1252.
pub fn text(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_allowed) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| is_allowed(*c)).collect())
    }
}

/// The byte order mark. It gets into texts when files are joined. It is removed, because nobody sees it and it makes equal
/// texts differ.
const BYTE_ORDER_MARK: char = '\u{feff}';

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && c != BYTE_ORDER_MARK
}

/// Makes plain text valid and puts it on one line: each run of white space becomes one space. Typographic spaces, such as the
/// no-break space, stay within the line.
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let is_white_space = |c: char| c.is_whitespace() && !is_typographic_space(c);
    for word in self::text(text).trim().split(is_white_space).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns an absolute address in the syntax of RFC 3986. A valid address is returned byte for byte. Returns `None` if
/// `address` is neither an http(s) address nor a link that another program opens ([`opens_elsewhere`]).
pub fn address(address: &str) -> Option<String> {
    if opens_elsewhere(address) {
        return Some(percent_encode(address));
    }
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    if address.contains("://") && percent_encode(address) == address {
        return Some(address.to_owned());
    }
    // The crate `url` keeps some characters that RFC 3986 doesn't allow (`|`, `^`, a lone `%`), so they are encoded
    // here.
    Some(percent_encode(url.as_str()))
}

/// Percent-encodes every character that RFC 3986 doesn't allow at its position (appendix A).
fn percent_encode(address: &str) -> String {
    let mut encoded = String::with_capacity(address.len());
    let mut slashes = 0;
    let mut is_in_fragment = false;
    for (index, c) in address.char_indices() {
        slashes += usize::from(c == '/');
        let is_allowed = match c {
            // Brackets are allowed only around an IPv6 address, which ends before the third slash.
            '[' | ']' => slashes == 2,
            '#' => !std::mem::replace(&mut is_in_fragment, true),
            '%' => {
                let mut digits = address.bytes().skip(index + 1);
                digits.next().is_some_and(|b| b.is_ascii_hexdigit())
                    && digits.next().is_some_and(|b| b.is_ascii_hexdigit())
            }
            other => other.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=".contains(other),
        };
        if is_allowed {
            encoded.push(c);
        } else {
            encoded.extend(c.encode_utf8(&mut [0; 4]).bytes().map(percent_encode_byte));
        }
    }
    encoded
}

/// Returns a language tag that the feed validator knows, or `None`: a two-letter language (ISO 639-1), with or without
/// script and region (BCP 47). `en_US` is corrected to `en-US`.
pub fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    let is_known = primary.len() == 2 && ISO_639_1.split(' ').any(|code| code == primary);
    let is_subtag = |part: &str| match part.len() {
        2 | 4 => part.bytes().all(|b| b.is_ascii_alphabetic()),
        3 => is_all_digits(part),
        _ => false,
    };
    let is_well_formed = parts.all(is_subtag);
    (is_known && is_well_formed).then_some(tag)
}

/// Two-letter language codes, separated by spaces.
const ISO_639_1: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
     da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig \
     ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml \
     mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg \
     si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh \
     yi yo za zh zu";

/// Returns a media type as `type/subtype`, without parameters. If `text` is not one, returns
/// `application/octet-stream` (RFC 2046 §4.5.1).
pub fn media_type(text: &str) -> String {
    let type_and_subtype = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match type_and_subtype.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) => type_and_subtype,
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_that_xml_forbids_are_removed_and_others_are_kept() {
        assert_eq!(text("a\u{0}b\u{b}c\u{1b}[0md\u{7f}e\u{85}f\u{fffe}g\u{ffff}h\u{feff}i"), "abc[0mdefghi");
        let fine = "« Très » d’été\t\n\u{a0}— 東京 👩‍👩‍👧 עברית \u{fffd}\u{10ffff}";
        assert!(matches!(text(fine), Cow::Borrowed(same) if same == fine));
    }

    #[test]
    fn a_line_has_no_line_breaks() {
        assert_eq!(line("  one\r\n two\u{0}\t three "), "one two three");
        assert_eq!(line(" \n "), "");
    }

    #[test]
    fn a_valid_address_stays_byte_for_byte() {
        for fine in [
            "https://example.org",
            "http://EXAMPLE.org:80/a%20b?q=%C3%A9&x=1#f",
            "https://example.org/a;b=c,d/(e)~f",
        ] {
            assert_eq!(address(fine).as_deref(), Some(fine));
        }
    }

    #[test]
    fn an_invalid_address_is_encoded_as_the_rfc_requires() {
        for (stated, spelt) in [
            ("https://example.org/a b", "https://example.org/a%20b"),
            ("https://example.org/été?q=«»", "https://example.org/%C3%A9t%C3%A9?q=%C2%AB%C2%BB"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("https://example.org/a|b^c`d", "https://example.org/a%7Cb%5Ec%60d"),
            ("https://example.org/\"><script>", "https://example.org/%22%3E%3Cscript%3E"),
            ("https://example.org/100%", "https://example.org/100%25"),
            ("https://example.org/a[1]?b[]=2#c#d", "https://example.org/a%5B1%5D?b%5B%5D=2#c%23d"),
            ("http://[::1]:80/x y", "http://[::1]/x%20y"),
            ("https:example.org/x", "https://example.org/x"),
        ] {
            assert_eq!(address(stated).as_deref(), Some(spelt), "{stated}");
        }
    }

    #[test]
    fn only_a_web_address_becomes_a_link() {
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "/relative",
            "",
            "http://",
            "nonsense",
        ] {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_language_tags_that_the_validator_knows_are_written() {
        for (stated, given) in [
            ("fr", Some("fr")),
            ("en_US", Some("en-US")),
            ("zh-Hant-TW", Some("zh-Hant-TW")),
            ("es-419", Some("es-419")),
            ("xx", None),
            ("english", None),
            ("en-", None),
            ("en-\"><b>", None),
            ("", None),
        ] {
            assert_eq!(language(stated).as_deref(), given, "{stated}");
        }
    }

    #[test]
    fn a_media_type_is_two_tokens_with_a_slash_between() {
        assert_eq!(media_type("Audio/MPEG; codecs=\"mp3\""), "audio/mpeg");
        assert_eq!(media_type("image/svg+xml"), "image/svg+xml");
        for wrong in ["", "audio", "audio/", "/mp3", "a b/c", "a/b/c", "text/<b>"] {
            assert_eq!(media_type(wrong), "application/octet-stream", "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_returned_address_is_valid_and_stays_unchanged_a_second_time(rest in "\\PC{0,40}") {
            if let Some(spelt) = address(&format!("https://example.org/{rest}")) {
                prop_assert!(spelt.is_ascii() && !spelt.contains(['"', '<', '>', ' ', '|', '\\']), "{}", spelt);
                prop_assert_eq!(address(&spelt), Some(spelt));
            }
        }
    }
}
