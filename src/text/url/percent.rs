//! Writes percent encoding in one way, so that addresses can be compared.

use percent_encoding::percent_encode_byte;

/// Normalises the percent encoding of `text` (RFC 3986 §6.2.2.1 and §6.2.2.2; WHATWG URL §1.3): decodes characters that
/// need no encoding (`%7E`, `%41`), writes the other encodings with upper-case digits, and encodes everything that is not
/// ASCII, as browsers do. Reserved characters stay as they are, because `%2F` is not the same as `/`.
pub(super) fn normalize(text: &str) -> String {
    let mut normalized = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let (byte, is_encoded) = match (byte, after) {
            (b'%', [high, low, after @ ..]) => match octet(*high, *low) {
                Some(octet) => {
                    rest = after;
                    (octet, true)
                }
                None => (*byte, false),
            },
            _ => (*byte, false),
        };
        if byte.is_ascii() && (!is_encoded || is_unreserved(byte)) {
            normalized.push(char::from(byte));
        } else {
            normalized.push_str(percent_encode_byte(byte));
        }
    }
    normalized
}

/// Returns the byte that two hexadecimal digits encode; `None` if one is no such digit.
fn octet(high: u8, low: u8) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}
