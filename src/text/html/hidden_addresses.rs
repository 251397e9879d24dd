//! Decodes the e-mail addresses that sites hide from robots: Cloudflare, and the content management system Joomla.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::Finder;

/// Longest protected address that is decoded: in hexadecimal digits for Cloudflare, and in characters of Base64 for each of the
/// two parts of Joomla.
const MAX_PROTECTED: usize = 1024;

/// Longest script that is read for an address, in bytes.
const MAX_SCRIPT: usize = 8 << 10;

/// How many uses of the variable of an address are read.
const MAX_PARTS: usize = 32;

/// Path in the links that Cloudflare writes in place of links to e-mail addresses.
const PROTECTED_LINK: &str = "/cdn-cgi/l/email-protection";

/// Searches for [`PROTECTED_LINK`].
static PROTECTED_LINK_FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(PROTECTED_LINK));

/// Returns the text that Cloudflare hid from robots. In hexadecimal digits it holds a key byte and then each byte of the
/// text, combined with the key by exclusive or.
pub(super) fn protected_text(digits: &str) -> Option<String> {
    if digits.len() > MAX_PROTECTED
        || !digits.len().is_multiple_of(2)
        || !digits.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let key = byte(0)?;
    let bytes: Option<Vec<u8>> =
        (2..digits.len()).step_by(2).map(|at| byte(at).map(|byte| byte ^ key)).collect();
    let text = String::from_utf8(bytes?).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

/// Returns the `mailto:` address that a link to a protected address means: `/cdn-cgi/l/email-protection#…`.
pub(super) fn protected_link(href: &str) -> Option<String> {
    let at = PROTECTED_LINK_FINDER.find(href.as_bytes())?;
    let digits = href.get(at + PROTECTED_LINK.len()..)?;
    protected_text(digits.strip_prefix('#')?).map(|address| format!("mailto:{address}"))
}

/// Returns whether an address leads to a protected address, whether or not that can be read.
pub(super) fn is_protected_link(href: &str) -> bool {
    PROTECTED_LINK_FINDER.find(href.as_bytes()).is_some()
}

/// Returns the e-mail address that Joomla 4 hid from robots: two parts in Base64.
pub(super) fn address_of_parts(first: &str, last: &str) -> Option<String> {
    let part = |part: &str| {
        let bytes = STANDARD.decode(Some(part).filter(|part| part.len() <= MAX_PROTECTED)?).ok()?;
        String::from_utf8(bytes).ok()
    };
    let address = format!("{}@{}", part(first)?, part(last)?);
    is_address(&address).then_some(address)
}

/// Returns whether a script is one with which Joomla 3 or an older version writes an e-mail address. Such a script puts the
/// address together in a variable whose name begins with `addy`.
pub(super) fn is_address_script(script: &str) -> bool {
    script.len() <= MAX_SCRIPT && script.contains("var addy")
}

/// Returns the e-mail address that a script of Joomla writes: `var addy1 = 'jo' + '&#64;'; addy1 = addy1 + 'a.example';`.
pub(super) fn address_of_script(script: &str) -> Option<String> {
    let (_, after) = script.split_once("var addy")?;
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let name = format!("addy{}", after.get(..end)?);
    let mut address = String::new();
    let mut continues = false;
    for part in script.split(&*name).skip(1).take(MAX_PARTS) {
        let part = part.trim_start();
        // In `addy1 = addy1 + 'x'` the strings follow the second name.
        let strings = part.strip_prefix('=').or_else(|| part.strip_prefix('+').filter(|_| continues));
        push_strings(&mut address, strings.unwrap_or_default());
        continues = part.trim_end() == "=";
    }
    let address = htmlize::unescape(&address).trim().to_owned();
    is_address(&address).then_some(address)
}

/// Adds the strings that `+` joins at the start of an expression of JavaScript.
fn push_strings(joined: &mut String, expression: &str) {
    let mut rest = expression.trim_start_matches(|c: char| c.is_whitespace() || c == '+');
    while let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let Some((string, after)) = rest.get(1..).and_then(|inside| inside.split_once(quote)) else { return };
        joined.push_str(string);
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == '+');
    }
}

fn is_address(text: &str) -> bool {
    text.contains('@') && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protected_address_is_decoded() {
        assert_eq!(protected_text("553f3a153d3a2621").as_deref(), Some("jo@host"));
        for other in ["", "55", "5", "zz11", "5555", "55ff"] {
            assert_eq!(protected_text(other), None, "{other}");
        }
    }

    #[test]
    fn the_address_that_a_script_of_joomla_writes_is_put_together() {
        for (script, address) in [
            (
                "var path = 'hr' + 'ef' + '='; var addy7f = 'ann' + '&#64;'; addy7f = addy7f + 'quay' + '&#46;' + 'ex&#97;mple';
                 var addy_text7f = 'Write to us'; document.write('<a ' + path + addy7f + '>');",
                Some("ann@quay.example"),
            ),
            ("var addy12=\"bo&#64;quay\";addy12 = addy12 + \"&#46;example\";", Some("bo@quay.example")),
            ("var addy = 'nobody';", None),
            ("var addy = name + '@quay.example';", None),
            ("var addy", None),
        ] {
            assert!(is_address_script(script));
            assert_eq!(address_of_script(script).as_deref(), address, "{script}");
        }
    }
}
