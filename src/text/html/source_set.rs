//! Reads and checks `srcset`, and checks single web addresses.

use std::borrow::Cow;

use url::Url;

use crate::text::url::absolute;

/// How many candidates of a `srcset` are kept. Image services offer up to 15.
const MAX_CANDIDATES: usize = 24;

/// Returns a `srcset` with absolute addresses (HTML standard, "parse a srcset attribute"). Candidates with an invalid
/// address or descriptor are left out. `None` if no candidate is left.
pub(super) fn source_set(value: &str, base: Option<&Url>) -> Option<String> {
    let mut rest = value;
    let mut candidates: Vec<String> = Vec::new();
    while candidates.len() < MAX_CANDIDATES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let (url, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let address = url.trim_end_matches(',');
        let descriptor = if address.len() < url.len() {
            rest = after;
            ""
        } else {
            let (descriptor, after) = after.split_once(',').unwrap_or((after, ""));
            rest = after;
            descriptor.trim()
        };
        let Some(url) =
            absolute(address, base).filter(|_| descriptor.is_empty() || is_descriptor(descriptor))
        else {
            continue;
        };
        let url = url.trim_end_matches(',');
        candidates.push(if descriptor.is_empty() { url.to_owned() } else { format!("{url} {descriptor}") });
    }
    (!candidates.is_empty()).then(|| candidates.join(", "))
}

/// Returns whether `text` is a descriptor of a candidate: `640w`, `1.5x`.
fn is_descriptor(text: &str) -> bool {
    let number = text.strip_suffix('w').or_else(|| text.strip_suffix('x'));
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Returns whether every address of a `srcset` written by [`source_set`] is a web address.
pub(super) fn is_safe_source_set(value: &str) -> bool {
    value.split(", ").all(|candidate| is_web_address(candidate.split(' ').next().unwrap_or_default()))
}

/// Returns whether `value` is a web address that [`absolute`] would not change.
pub(super) fn is_web_address(value: &str) -> bool {
    absolute(value, None).is_some_and(|url| Cow::Borrowed(value) == url)
}
