//! Cuts texts of entries to a bounded length, and cleans what an entry says of the feed that it comes from and of other places
//! of its story.

use super::{LONGEST_LABEL, LONGEST_TITLE};
use crate::model::{AlsoIn, Origin};
use crate::text::beginning::beginning;
use crate::text::url::absolute;
use crate::text::words::on_one_line;

/// Returns the first characters of a text, at most `limit` and cut between graphemes, and an ellipsis if that is not all.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if text.char_indices().nth(limit).is_none() {
        return text.to_owned();
    }
    format!("{}…", beginning(text, limit))
}

/// Returns `origin` with a short title on one line, and without an address that is not http or https.
pub(super) fn cleaned_origin(origin: Origin) -> Origin {
    let title = origin.title.map(|title| shortened(&on_one_line(&title), LONGEST_LABEL));
    Origin { title, url: origin.url.and_then(|url| absolute(&url, None)) }
}

/// Returns `also_in` with short texts on one line, and without an address that is not http or https.
pub(super) fn cleaned_also_in(also_in: AlsoIn) -> AlsoIn {
    AlsoIn {
        source: shortened(&on_one_line(&also_in.source), LONGEST_LABEL),
        title: shortened(&on_one_line(&also_in.title), LONGEST_TITLE),
        url: also_in.url.and_then(|url| absolute(&url, None)),
        is_discussion: false,
    }
}
