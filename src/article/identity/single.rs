//! Tells the next entry of a feed that lists only its newest one, such as a newscast, the picture of a webcam or an alert, from
//! an edit of the last one.

use super::comparisons::has_own_guid;
use super::known_entries::is_key_or_longer;
use super::{EntryIdentity, KnownEntry, possible_keys};
use crate::time::Timestamp;

/// The only entry of a document and a stored entry with the same page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnlyListed<'a> {
    /// Key of the stored entry.
    pub(crate) key: &'a str,
    /// The guids with which the two were listed last, unless a guid is only the address of the page.
    pub(crate) guids: (Option<&'a str>, Option<&'a str>),
    /// The dates of the two.
    pub(crate) dates: (Option<Timestamp>, Option<Timestamp>),
    /// Whether a reader sees the same words, pictures and files.
    pub(crate) same_text: bool,
}

impl<'a> OnlyListed<'a> {
    pub(super) fn of(known: &'a KnownEntry, entry: &EntryIdentity<'a>) -> Self {
        let before = known.guid.as_deref();
        let before = before.filter(|guid| known.url.as_deref() != Some(guid) && known.page() != Some(guid));
        Self {
            key: &known.key.0,
            guids: (before, entry.guid.filter(|_| has_own_guid(entry))),
            dates: (known.published_at, entry.published_at),
            same_text: known.has_text_of(entry),
        }
    }

    /// Returns whether the entry is the next one, and no edit of the stored one. The guid, and the words, the picture or the
    /// attached file are then different. The title and the page say nothing: in such a feed they are the same for ever. But an
    /// edit keeps the second of publication (a full hour proves little). And if the stored entry had two guids before, the
    /// program renews them at each fetch, and a new one says nothing either.
    pub(crate) fn is_next(self) -> bool {
        let (Some(before), Some(now)) = self.guids else { return false };
        let in_one_second =
            self.dates.0 == self.dates.1 && self.dates.1.is_some_and(|at| at.unix() % 3600 != 0);
        let is_first_guid = is_key_or_longer(self.key, &possible_keys::bounded(before));
        before != now && is_first_guid && !in_one_second && !self.same_text
    }
}
