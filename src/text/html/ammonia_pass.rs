//! Enforces the allow-list a second time with ammonia, which parses the rewritten HTML with a real parser. This is done
//! only for what [`super::permitted`] does not accept.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::attributes::link_schemes;
use super::elements::{self, AttributeKind, GLOBAL_ATTRIBUTES};
use super::{players, source_set};

/// Ammonia with the allow-list of [`elements`].
static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags: HashSet<&str> = elements::all().iter().map(|element| element.name).collect();
    let attributes: HashMap<&str, HashSet<&str>> = elements::all()
        .iter()
        .map(|element| (element.name, element.attributes.iter().map(|(name, _)| *name).collect()))
        .collect();
    let schemes: HashSet<&str> = ["http", "https"].into_iter().chain(link_schemes()).collect();
    let mut builder = Builder::empty();
    builder
        .tags(tags)
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(attributes)
        .generic_attributes(GLOBAL_ATTRIBUTES.iter().map(|(name, _)| *name).collect())
        .url_schemes(schemes)
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true)
        .attribute_filter(|element, attribute, value| {
            let kind = elements::by_name(element).and_then(|element| element.attribute(attribute));
            let safe = match kind {
                Some(AttributeKind::SourceSet) => source_set::is_safe_source_set(value),
                Some(AttributeKind::Player) => players::player(value).is_some_and(|player| player == value),
                Some(AttributeKind::Resource) => source_set::is_web_address(value),
                Some(_) => true,
                None => false,
            };
            safe.then(|| value.into())
        });
    builder
});

/// Removes everything from `html` that the allow-list does not permit.
pub(super) fn clean(html: &str) -> String {
    BUILDER.clean(html).to_string()
}
