//! Reads the values of attributes by their names.

use super::tag_attributes::lower;
use super::tokens::HtmlTag;

/// Returns the decoded value of the first of these attributes that is not blank.
pub(super) fn value(tag: HtmlTag<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|wanted| {
        let (_, value) = tag.attributes().find(|(name, _)| lower(name) == *wanted)?;
        let value = htmlize::unescape_attribute(value).trim().to_owned();
        (!value.is_empty()).then_some(value)
    })
}
