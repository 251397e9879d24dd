//! Decides whether a changed entry shows an older version, as a stale copy of the document from a cache does.

use std::cmp::Ordering;

use crate::model::DocumentCopy;
use crate::time::Timestamp;

/// A version that an entry had before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FormerVersion {
    /// Hash of what a reader saw.
    pub(crate) seen_hash: u64,
    /// When another version took its place.
    pub(crate) replaced_at: Timestamp,
}

/// What a changed entry shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Revision {
    /// The entry never had it, or its publisher went back to it.
    Edit,
    /// The entry had it before, and its texts go back and forth. Readers have seen both, so nothing is announced.
    Repeated,
    /// It is older than the text that is stored.
    Older,
}

/// Compares the version of an entry that arrives with the stored one by the times of change that the feed stated with each
/// (RFC 4287 §4.2.15), or else by the document as a whole. `None` if nothing says which is newer. A stored time in the future
/// says nothing: it was wrong, and the publisher may have corrected it.
pub(crate) fn order(
    stored: Option<Timestamp>,
    arriving: Option<Timestamp>,
    copy: DocumentCopy,
    now: Timestamp,
) -> Option<Ordering> {
    if copy == DocumentCopy::Standing {
        return None;
    }
    let stated = stored.filter(|at| *at <= now).zip(arriving);
    let stated = stated.map(|(stored, arriving)| arriving.cmp(&stored)).filter(|order| order.is_ne());
    stated.or((copy == DocumentCopy::Older).then_some(Ordering::Less))
}

/// Returns what an entry shows whose text was `stored` and is `arriving` now, both as hashes of what a reader sees. `former`
/// holds the earlier versions of the entry, the oldest first.
///
/// A text comes back if its publisher goes back to it, or if a stale copy shows it. The first time within a day it is taken for
/// an edit. Once texts have gone back and forth, the one that the entry had first is the older one, unless `order` says which
/// one is newer, or else fuller. If older texts came alone for a day (`copy`), they are stored all the same. A document
/// that lacks the newest entry (`copy`) is older if it shows a text that came before, and an edit if it shows a new one.
pub(crate) fn revision(
    former: &[FormerVersion],
    (stored, arriving): (u64, u64),
    order: Option<Ordering>,
    copy: DocumentCopy,
    now: Timestamp,
) -> Revision {
    let texts = texts_in_turn(former, stored);
    let first = |text: u64| texts.iter().position(|(other, _)| *other == text);
    let Some(first_arriving) = first(arriving) else { return Revision::Edit };
    if copy == DocumentCopy::WithoutNewest && order != Some(Ordering::Greater) {
        return Revision::Older;
    }
    let is_recent = |at: Option<Timestamp>| at.is_some_and(|at| now.since(at) < DocumentCopy::LONGEST_STALE);
    let has_come_back =
        (0..).zip(&texts).any(|(at, (text, came_at))| first(*text) != Some(at) && is_recent(*came_at));
    if !has_come_back {
        return Revision::Edit;
    }
    let is_older = match order {
        Some(Ordering::Less) => true,
        Some(Ordering::Greater) => false,
        _ => first(stored).is_some_and(|first_stored| first_arriving < first_stored),
    };
    if is_older && copy != DocumentCopy::Standing { Revision::Older } else { Revision::Repeated }
}

/// Returns whether a text came back among the former versions of an entry and the `stored` one, at any time.
pub(crate) fn go_back_and_forth(former: &[FormerVersion], stored: u64) -> bool {
    let mut texts = texts_in_turn(former, stored);
    let count = texts.len();
    texts.sort_unstable_by_key(|(text, _)| *text);
    texts.dedup_by_key(|(text, _)| *text);
    texts.len() < count
}

/// Returns the texts that an entry had, the oldest first, each with the time when it came, if it is known.
fn texts_in_turn(former: &[FormerVersion], stored: u64) -> Vec<(u64, Option<Timestamp>)> {
    let mut texts: Vec<(u64, Option<Timestamp>)> = Vec::with_capacity(former.len() + 1);
    let mut came_at = None;
    for version in former {
        if texts.last().is_none_or(|(last, _)| *last != version.seen_hash) {
            texts.push((version.seen_hash, came_at));
        }
        came_at = Some(version.replaced_at);
    }
    if texts.last().is_none_or(|(last, _)| *last != stored) {
        texts.push((stored, came_at));
    }
    texts
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::{DAY, HOUR, MINUTE};

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn ago(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    /// Returns what `arriving` is after these texts, which came an hour after each other.
    fn change_after(texts: &[u64], arriving: u64, order: Option<Ordering>) -> Revision {
        let (stored, former) = texts.split_last().unwrap();
        let hours = |at: usize| u32::try_from(former.len() - at).unwrap() * HOUR;
        let former: Vec<FormerVersion> = former
            .iter()
            .enumerate()
            .map(|(at, hash)| FormerVersion { seen_hash: *hash, replaced_at: ago(hours(at)) })
            .collect();
        revision(&former, (*stored, arriving), order, DocumentCopy::Newest, NOW)
    }

    #[test]
    fn the_newer_statement_stands_and_a_wrong_one_in_the_future_holds_nothing_up() {
        let newest = |stored, arriving| order(Some(stored), Some(arriving), DocumentCopy::Newest, NOW);
        assert_eq!(newest(ago(HOUR), ago(2 * HOUR)), Some(Ordering::Less));
        assert_eq!(newest(ago(2 * HOUR), ago(HOUR)), Some(Ordering::Greater));
        assert_eq!(newest(ago(HOUR), ago(HOUR)), None);
        assert_eq!(newest(NOW.saturating_add(DAY), ago(HOUR)), None);
        let older = DocumentCopy::Older;
        assert_eq!(order(Some(ago(2 * HOUR)), Some(ago(HOUR)), older, NOW), Some(Ordering::Greater));
        assert_eq!(order(None, None, older, NOW), Some(Ordering::Less));
        assert_eq!(order(Some(ago(HOUR)), Some(ago(HOUR)), older, NOW), Some(Ordering::Less));
        assert_eq!(order(Some(ago(HOUR)), Some(ago(2 * HOUR)), DocumentCopy::Standing, NOW), None);
    }

    #[test]
    fn of_texts_that_go_back_and_forth_the_one_that_came_later_stands() {
        assert_eq!(change_after(&[1], 2, None), Revision::Edit);
        assert_eq!(change_after(&[1, 2], 1, None), Revision::Edit, "the publisher may have gone back");
        assert_eq!(change_after(&[1, 2, 1], 2, None), Revision::Repeated);
        assert_eq!(change_after(&[1, 2, 1, 2], 1, None), Revision::Older);
        assert_eq!(change_after(&[1, 2, 1, 2], 3, None), Revision::Edit, "new words are never held up");
        assert_eq!(change_after(&[1, 2, 1, 2], 1, Some(Ordering::Greater)), Revision::Repeated);
        assert_eq!(change_after(&[1, 1, 2], 1, None), Revision::Edit, "a new key is no other text");
        assert_eq!(change_after(&[1, 2, 1], 2, Some(Ordering::Less)), Revision::Older, "the poorer one");
        assert_eq!(change_after(&[1], 2, Some(Ordering::Less)), Revision::Edit, "a shortened text");
    }

    #[test]
    fn a_document_without_the_newest_entry_brings_new_texts_and_no_former_ones() {
        let former = [FormerVersion { seen_hash: 1, replaced_at: ago(HOUR) }];
        let change =
            |arriving, order| revision(&former, (2, arriving), order, DocumentCopy::WithoutNewest, NOW);
        assert_eq!(change(3, None), Revision::Edit);
        assert_eq!(change(1, None), Revision::Older);
        assert_ne!(change(1, Some(Ordering::Greater)), Revision::Older);
    }

    #[test]
    fn texts_go_back_and_forth_if_one_of_them_came_again() {
        let former = |texts: &[u64]| -> Vec<FormerVersion> {
            texts.iter().map(|hash| FormerVersion { seen_hash: *hash, replaced_at: NOW }).collect()
        };
        assert!(go_back_and_forth(&former(&[1, 2]), 1) && go_back_and_forth(&former(&[3, 1, 2, 1]), 4));
        assert!(!go_back_and_forth(&former(&[1, 2]), 3) && !go_back_and_forth(&former(&[1, 1]), 1));
    }

    #[test]
    fn a_text_that_comes_back_after_a_day_is_an_edit() {
        let at = |hash, span| FormerVersion { seen_hash: hash, replaced_at: ago(span) };
        let former = [at(1, 4 * DAY), at(2, 3 * DAY), at(1, DAY + MINUTE)];
        let change = |now| revision(&former, (2, 1), None, DocumentCopy::Newest, now);
        assert_eq!(change(NOW), Revision::Edit);
        assert_eq!(change(ago(2 * MINUTE)), Revision::Older);
    }
}
