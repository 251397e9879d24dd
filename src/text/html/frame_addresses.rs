//! Finds the addresses that a frame may have, wherever its tag holds them.

use url::Url;

use super::attribute_values::value;
use super::lazy::is_placeholder;
use super::mark_attributes;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;
use crate::text::url::absolute;

/// Attributes that hold the address of a frame. A script of the site moves an address in one of the last three to `src`.
const ADDRESSES: [&str; 4] = ["src", "data-src", "data-lazy-src", "data-original"];

/// Attributes with an address that is not that of the frame.
const OTHER_ADDRESSES: [&str; 4] = ["cite", "data-secret", "data-thumb", "data-poster"];

/// Returns the addresses that a frame may have, the best first. If `src` is missing or a placeholder, any attribute with
/// a hyphen in its name may hold the address: programs that ask for consent, or load frames late, each have their own,
/// such as `data-cookieblock-src`.
pub(super) fn addresses(tag: HtmlTag<'_>, base: Option<&Url>) -> Vec<String> {
    let source = value(tag, &["src"]).filter(|source| !is_placeholder(source));
    let mut found: Vec<String> = ADDRESSES
        .iter()
        .filter_map(|name| {
            absolute(&value(tag, &[name])?, base).filter(|_| *name != "src" || source.is_some())
        })
        .collect();
    if source.is_none() && tag.may_have("-") {
        let others = tag.attributes().filter_map(|(name, value)| {
            let name = lower(name);
            let value = htmlize::unescape_attribute(value);
            let is_address = ["https://", "http://", "//"].iter().any(|start| value.starts_with(start));
            let is_mark = name.starts_with(mark_attributes::PREFIX);
            let may_hold = name.contains('-') && !is_mark && !OTHER_ADDRESSES.contains(&&*name);
            let is_address = is_address && may_hold && !is_placeholder(&value);
            is_address.then(|| absolute(&value, base))?
        });
        found.extend(others);
    }
    found
}
