//! Cleans single fields of an entry: the names of its authors, its categories, its enclosures, its language and its texts.

use std::collections::HashSet;

use url::Url;

use super::shortened::shortened;
use super::{LONGEST_LABEL, LONGEST_LIST};
use crate::document::enclosure;
use crate::model::{Enclosure, SafeHtml};
use crate::text::url::absolute_link;
use crate::text::words::{self, on_one_line};

/// Longest language tag in bytes; RFC 5646 §4.4.1 asks for room for 35.
const LONGEST_LANGUAGE: usize = 35;

/// Returns the names of the authors, joined by commas.
pub(super) fn author(names: &[String]) -> Option<String> {
    let joined = names
        .iter()
        .map(|name| on_one_line(name))
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    Some(shortened(&joined, LONGEST_LABEL)).filter(|names| !names.is_empty())
}

/// Returns the categories, each once, whatever its case and its accents.
pub(super) fn labels(published: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let labels = published.iter().map(|label| shortened(&on_one_line(label), LONGEST_LABEL));
    labels.filter(|label| !label.is_empty() && seen.insert(words::fold(label))).take(LONGEST_LIST).collect()
}

/// Returns the enclosures with absolute addresses, each once.
pub(super) fn enclosures(published: &[Enclosure], base: Option<&Url>) -> Vec<Enclosure> {
    let mut seen = HashSet::new();
    let resolved = published.iter().filter_map(|file| {
        let url = absolute_link(&file.url, base)?;
        let title = file.title.as_deref().map(|title| shortened(title, LONGEST_LABEL));
        Some(Enclosure { url, title, ..file.clone() })
    });
    resolved.filter(|file| seen.insert(file.url.clone())).take(enclosure::MAX_ENCLOSURES).collect()
}

/// Returns whether a text may be a language tag (RFC 5646).
pub(super) fn is_language(tag: &str) -> bool {
    (1..=LONGEST_LANGUAGE).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Length in bytes from which a summary may be the whole text.
const WHOLE_TEXT: usize = 600;

/// Returns the summary and the content. If the content is only a teaser or a picture, and the summary is many times longer, the
/// summary becomes the content.
pub(super) fn without_teaser(
    summary: Option<SafeHtml>,
    content: Option<SafeHtml>,
) -> (Option<SafeHtml>, Option<SafeHtml>) {
    let is_teaser = summary.as_ref().zip(content.as_ref()).is_some_and(|(summary, content)| {
        let (long, short) = (summary.as_str(), content.as_str());
        let plays = ["<iframe", "<audio", "<video"].iter().any(|player| short.contains(player));
        long.len() >= WHOLE_TEXT && long.len() / 4 > short.len() && !plays
    });
    if is_teaser { (None, summary) } else { (summary, content) }
}
