//! Removes the list of other sources that riverd appends to the text of an entry, when the document was written by a
//! riverd.

use crate::model::{ALSO_IN_OPENING, Entry, GENERATOR_NAME, MarkupText, ParsedFeed};

/// Returns whether a riverd wrote a document.
pub(super) fn is_of_riverd(feed: &ParsedFeed) -> bool {
    feed.generator.as_deref().is_some_and(|generator| generator.starts_with(GENERATOR_NAME))
}

/// Removes the list "Also in" from the texts of a document that a riverd wrote. [`Entry::also_in`] already holds what
/// the list says, and this river renders its own list.
pub(super) fn remove_also_in_lists(feed: &mut ParsedFeed) {
    if is_of_riverd(feed) {
        feed.entries.iter_mut().filter(|entry| !entry.also_in.is_empty()).for_each(remove_also_in_list);
    }
}

fn remove_also_in_list(entry: &mut Entry) {
    for text in [&mut entry.summary, &mut entry.content] {
        let Some(MarkupText::UnsafeHtml(html)) = text else { continue };
        // Only the last occurrence is the list: the article itself may quote one.
        if let Some(at) = html.rfind(ALSO_IN_OPENING) {
            html.truncate(at);
        }
        if html.is_empty() {
            *text = None;
        }
    }
}
