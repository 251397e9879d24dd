//! Recognises the entries of a list without dates of publication whose addresses were changed: by their titles if the whole
//! list moved, or because one stands in the place of the former one.

use super::comparisons::have_other_numbers;
use super::pairs::Moves;
use super::{EntryIdentity, KnownEntry, pages, titles};

/// How many entries of a list must have stayed before another one that stands in the place of a former one is that.
const LEAST_STAYED: usize = 2;

/// How many words an entry must have, with its title, if the title is short.
const TELLING_WORDS: usize = 20;

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
/// it has the same title, which no other entry has, and the same text, one of the two is long, no entry of the document has a
/// date of publication, and the entries before and after it are those that stand beside the stored one. A notice that is
/// repeated stands at the top, not there. At least [`LEAST_STAYED`] entries must have stayed.
pub(super) fn recognise(moves: &mut Moves<'_, '_>) {
    let mut without_key = (0..).zip(&*moves.keys).filter(|(_, key)| key.is_none()).map(|(at, _)| at);
    let (Some(at), None) = (without_key.next(), without_key.next()) else { return };
    let stayed = moves.keys.iter().flatten().count();
    let Some(entry) = moves.entries.get(at) else { return };
    let is_unpublished = moves.entries.iter().all(|entry| entry.published_at.is_none());
    let is_telling = titles::is_telling(entry.title) || entry.words >= TELLING_WORDS;
    if !is_unpublished || stayed < LEAST_STAYED || !is_telling {
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

/// Returns whether two entries with the same title have the same text, no date of publication, and addresses whose numbers do
/// not say that they are two.
fn is_same(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.has_text_of(entry) && known.published_at.is_none() && !have_other_numbers(known, entry)
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

#[cfg(test)]
mod tests {
    use super::super::events_tests::{Post, START, is_same_list, post};

    /// Returns a list of `count` posts without dates, of which the second has another address if it was `mended`.
    fn list(count: u64, title: &str, words: usize, mended: bool) -> Vec<Post> {
        let entry = |n: u64| {
            let (name, title) =
                if n == 1 { ("second", title.to_owned()) } else { ("other", format!("Post {n}")) };
            let page = format!("https://quay.example/{name}{}", if n == 1 && mended { "" } else { "-post" });
            let page = if n == 1 { page } else { format!("{page}-{n}") };
            Post { words, published: None, ..post("", &page, &title, n, START) }
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn a_mended_slug_of_an_undated_list_needs_a_long_title_or_a_long_text() {
        let stays = |count, title, words| {
            is_same_list(&list(count, title, words, false), &list(count, title, words, true))
        };
        assert!(stays(7, "Tea", 31) && stays(3, "Tea", 31));
        assert!(stays(7, "A guide to the harbour", 5));
        assert!(!stays(7, "Tea", 12), "a short title and a short text");
        assert!(!stays(2, "Tea", 31), "one entry stayed");
        let before = list(5, "Tea", 31, false);
        let mut at_top = list(5, "Tea", 31, true);
        at_top.swap(0, 1);
        assert!(!is_same_list(&before, &at_top), "a notice that is repeated");
    }

    #[test]
    fn a_mended_slug_may_bring_another_time_of_change_but_no_other_date_of_publication() {
        let dated = |mended: bool, at: i64| -> Vec<Post> {
            let change = |(n, post): (i64, Post)| Post {
                updated: Some(if n == 1 { at } else { START - n * 90_000 }),
                ..post
            };
            (0..).zip(list(5, "Tea", 31, mended)).map(change).collect()
        };
        let (before, after) = (dated(false, START - 90_000), dated(true, START + 90_000));
        assert!(is_same_list(&before, &after));
        let published = |list: &[Post]| -> Vec<Post> {
            list.iter().map(|post| Post { published: post.updated, ..post.clone() }).collect()
        };
        assert!(!is_same_list(&published(&before), &published(&after)));
    }
}
