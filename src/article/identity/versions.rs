//! Finds the versions of one entry that a document lists side by side (RFC 4287 §4.1.1): they have one id and differ in
//! the time of their last change.

use std::collections::{HashMap, HashSet};

use super::titles::are_alike;
use super::{EntryIdentity, Identity};
use crate::model::Key;

/// Returns the positions of the entries that are older versions of another one, each with the position of the newest version.
///
/// Two entries are versions of one if they have the same id and page, different times of their last change, and the same
/// publication date, or the same title if they have no publication date. The page may be another one if the publisher corrected
/// it together with the title. If the ids of the document identify most of its entries, two entries without a publication date
/// that share an id and a page are versions under any titles, except on a front page, and so are two with an id and titles that
/// are alike.
pub(super) fn older(entries: &[EntryIdentity<'_>]) -> HashMap<usize, usize> {
    let mut older = HashMap::new();
    let ids: HashSet<&str> = entries.iter().filter_map(|entry| entry.guid).collect();
    let ids_identify = ids.len() > 1 && ids.len() * 2 > entries.len();
    note_older(
        entries,
        &mut older,
        |entry| Some((entry.guid?, entry.page())),
        |entry, newest| {
            is_older_version(entry, newest) || (ids_identify && is_older_on_own_page(entry, newest))
        },
    );
    note_older(
        entries,
        &mut older,
        |entry| Some((entry.guid?, None)),
        |entry, newest| is_older_corrected(entry, newest, ids_identify),
    );
    // The newest version on one page may itself be an older version of an entry on another page.
    let newest = older.clone();
    for at in older.values_mut() {
        *at = newest.get(at).copied().unwrap_or(*at);
    }
    older
}

/// Notes in `older` which entries are older versions (`is_older`) of the newest entry with the same `id`. Entries that are
/// noted already do not take part.
fn note_older<'a>(
    entries: &[EntryIdentity<'a>],
    older: &mut HashMap<usize, usize>,
    id: impl Fn(&EntryIdentity<'a>) -> Option<(&'a str, Option<&'a str>)>,
    is_older: impl Fn(&EntryIdentity<'_>, &EntryIdentity<'_>) -> bool,
) {
    let mut by_id: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if entry.updated_at.is_some()
            && !older.contains_key(&at)
            && let Some(id) = id(entry)
        {
            by_id.entry(id).or_default().push(at);
        }
    }
    for positions in by_id.into_values().filter(|positions| positions.len() > 1) {
        let newest = positions.iter().copied().max_by_key(|at| {
            // Of two versions with the same time, the first one in the document counts as the newest.
            (entries.get(*at).and_then(|entry| entry.updated_at), std::cmp::Reverse(*at))
        });
        let Some((newest_at, newest)) = newest.and_then(|at| Some((at, entries.get(at)?))) else { continue };
        for at in positions {
            if entries.get(at).is_some_and(|entry| is_older(entry, newest)) {
                older.insert(at, newest_at);
            }
        }
    }
}

fn is_older_version(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    let same_date = entry.published_at == newest.published_at;
    let is_dated = entry.published_at.is_some();
    entry.updated_at < newest.updated_at && same_date && (is_dated || entry.title == newest.title)
}

/// Returns whether an entry that states only the time of its last change is an older version of another one on the same page.
fn is_older_on_own_page(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    let is_undated = entry.published_at.is_none() && newest.published_at.is_none();
    let has_own_page = entry.page().is_some_and(|page| !super::pages::is_front_page(page));
    is_undated && has_own_page && entry.updated_at < newest.updated_at
}

/// Returns whether an entry on another page, or without one, is an older version: the titles are alike, and both were published
/// in one second. A date at a full hour proves nothing, because many entries of one day have the date of its midnight
/// in some time zone. If the ids identify most entries of the document (`ids_identify`), the two may also have no date of
/// publication.
fn is_older_corrected(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>, ids_identify: bool) -> bool {
    let is_of_one_time = match entry.published_at {
        Some(at) => at.unix() % 3600 != 0,
        None => ids_identify,
    };
    entry.updated_at < newest.updated_at
        && entry.published_at == newest.published_at
        && is_of_one_time
        && !entry.title.is_empty()
        && are_alike(entry.title, newest.title)
}

/// Returns the identities of all entries of a document. `None` in `assigned` stands for an older version, which repeats the
/// newest one.
pub(super) fn with_repeats(assigned: &[Option<Identity>], older: &HashMap<usize, usize>) -> Vec<Identity> {
    let newest = |at: usize| {
        let key = older.get(&at).and_then(|newest| assigned.get(*newest)).and_then(Option::as_ref);
        Identity::RepeatOf(match key {
            Some(Identity::Own(key) | Identity::RepeatOf(key)) => key.clone(),
            None => Key::default(),
        })
    };
    (0..).zip(assigned).map(|(at, one)| one.clone().unwrap_or_else(|| newest(at))).collect()
}
