//! Recognises the entries of a list without dates whose addresses were changed: by their titles if the whole list moved, or
//! because one stands in the place of the former one.

use super::pairs::Moves;
use super::{EntryIdentity, KnownEntry, LEAST_CHANGED, pages, titles};

/// Recognises by their titles the entries without dates that were edited while their site changed its addresses on one host.
/// The title must be long, or the last part of the address must be the same.
pub(super) fn recognise_edited(moves: &mut Moves<'_, '_>) {
    let title = |title: &str| Some(titles::plain(title)).filter(|title| !title.is_empty());
    moves.take_pairs(
        1,
        |entry| title(entry.title),
        |known| title(&known.title),
        |known, entry| {
            let slugs = known.page().and_then(pages::slug).zip(entry.page().and_then(pages::slug));
            let has_same_slug = || slugs.is_some_and(|(before, now)| before == now);
            let are_undated = known.dated_at().is_none() && entry.dated_at().is_none();
            let has_moved = known.page() != entry.page();
            are_undated
                && has_moved
                && (titles::is_telling(entry.title) || has_same_slug() && !have_other_numbers(known, entry))
        },
    );
}

/// Gives the key of a stored entry to the only entry of a document that has no key yet, if it replaces that one in its place:
/// it has the same title, which no other entry has and which is long, and the same text, no entry of the document has a date,
/// and the entries before and after it are those that stand beside the stored one. A notice that is repeated stands at the top,
/// not there. At least [`LEAST_CHANGED`] entries must have stayed.
pub(super) fn recognise(moves: &mut Moves<'_, '_>) {
    let mut without_key = (0..).zip(&*moves.keys).filter(|(_, key)| key.is_none()).map(|(at, _)| at);
    let (Some(at), None) = (without_key.next(), without_key.next()) else { return };
    let stayed = moves.keys.iter().flatten().count();
    let Some(entry) = moves.entries.get(at) else { return };
    let is_undated = moves.entries.iter().all(|entry| entry.dated_at().is_none());
    if !is_undated || stayed < LEAST_CHANGED || !titles::is_telling(entry.title) {
        return;
    }
    let titled = moves.entries.iter().filter(|other| other.title == entry.title).count();
    let mut stored = (0..).zip(moves.known).filter(|(_, known)| known.title == entry.title);
    let (1, Some((place, known)), None) = (titled, stored.next(), stored.next()) else { return };
    let is_free = !moves.taken.contains(&known.key) && !moves.repeats.contains_key(&at);
    if is_free && is_same(known, entry) && stands_in_place(moves, at, place) {
        moves.give_keys(vec![(at, known)]);
    }
}

/// Returns whether two entries with the same title have the same text, no date, and addresses whose numbers do not say that
/// they are two.
fn is_same(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.has_text_of(entry) && known.dated_at().is_none() && !have_other_numbers(known, entry)
}

/// Returns whether each of the pages of two entries has a number that the other lacks.
fn have_other_numbers(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.page().zip(entry.page()).is_some_and(|(before, now)| pages::have_other_numbers(before, now))
}

/// Returns whether the entries before and after the one at `at` in the document are those beside the stored one at `place`, in
/// this order or in the reverse one. The first and the last entry of a document have one neighbour.
fn stands_in_place(moves: &Moves<'_, '_>, at: usize, place: usize) -> bool {
    let key = |at: Option<usize>| at.and_then(|at| moves.keys.get(at)).and_then(Option::as_ref);
    let stored =
        |place: Option<usize>| place.and_then(|place| moves.known.get(place)).map(|known| &known.key);
    let (before, after) = (key(at.checked_sub(1)), key(at.checked_add(1)));
    let (above, below) = (stored(place.checked_sub(1)), stored(place.checked_add(1)));
    let are = |first, second| (before.is_none() || before == first) && (after.is_none() || after == second);
    are(above, below) || are(below, above)
}
