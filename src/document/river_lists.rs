//! Reading another river: what it adds to its entries' texts is taken off again.

use crate::model::{ALSO_IN_OPENING, Entry, GENERATOR_NAME, MarkupText, ParsedFeed};

/// Cuts the list "Also in" off the texts of a document that a river wrote: its places are in [`Entry::also_in`], and our
/// river makes its own list of them.
pub(super) fn take_off_lists(feed: &mut ParsedFeed) {
    if feed.generator.as_deref().is_some_and(|generator| generator.starts_with(GENERATOR_NAME)) {
        feed.entries.iter_mut().filter(|entry| !entry.also_in.is_empty()).for_each(take_off_list);
    }
}

fn take_off_list(entry: &mut Entry) {
    for text in [&mut entry.summary, &mut entry.content] {
        let Some(MarkupText::UnsafeHtml(html)) = text else { continue };
        // The last one: the article itself may be about rivers.
        if let Some(at) = html.rfind(ALSO_IN_OPENING) {
            html.truncate(at);
        }
        if html.is_empty() {
            *text = None;
        }
    }
}
