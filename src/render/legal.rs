//! What may stand in a feed that validates: characters, addresses, language tags, media types.
//!
//! What comes in was published by others and is only as valid as they made it; 131 of 296 captured feeds fail the W3C
//! feed validator. So everything that goes out passes through here.

use std::borrow::Cow;

use url::Url;

/// `text` without the characters that XML 1.0 forbids (§2.2 `Char`), and without the C1 controls, which it discourages
/// and the feed validator reports as a broken Windows-1252 text.
pub fn text(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_legal) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| is_legal(*c)).collect())
    }
}

fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Plain text for one line: legal, white space folded.
pub fn line(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in self::text(text).split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// An absolute http(s) address as RFC 3986 spells it, or `None`. One that is valid already stays byte for byte.
pub fn address(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    if is_uri(address) && address.contains("://") {
        return Some(address.to_owned());
    }
    Some(url.as_str().chars().fold(String::new(), |mut spelt, c| {
        if is_uri_char(c) {
            spelt.push(c);
        } else {
            // `url` leaves a few characters in place that RFC 3986 does not know: `|`, `^`, `\` and the like, all ASCII.
            spelt.push_str(&format!("%{:02X}", u32::from(c)));
        }
        spelt
    }))
}

fn is_uri(address: &str) -> bool {
    let mut rest = address.chars();
    while let Some(c) = rest.next() {
        let two_digits = |chars: &mut std::str::Chars<'_>| {
            chars.next().is_some_and(|c| c.is_ascii_hexdigit())
                && chars.next().is_some_and(|c| c.is_ascii_hexdigit())
        };
        if !is_uri_char(c) || (c == '%' && !two_digits(&mut rest)) {
            return false;
        }
    }
    true
}

fn is_uri_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// `tag` where it is a language tag that the feed validator knows: a two-letter language (ISO 639-1), with or without
/// script and region (BCP 47). `en_US` is mended, anything else is left out.
pub fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    let known = primary.len() == 2 && ISO_639_1.split(' ').any(|code| code == primary);
    let is_subtag = |part: &str| match part.len() {
        2 | 4 => part.bytes().all(|b| b.is_ascii_alphabetic()),
        3 => part.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    let well_formed = parts.all(is_subtag);
    (known && well_formed).then_some(tag)
}

const ISO_639_1: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
     da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig \
     ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml \
     mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg \
     si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh \
     yi yo za zh zu";

/// A media type as `type/subtype` without parameters; what is none becomes `application/octet-stream` (RFC 2046 §4.5.1).
pub fn media_type(stated: &str) -> String {
    let bare = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match bare.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) => bare,
        _ => "application/octet-stream".to_owned(),
    }
}
