//! Recognises entries that came back under another guid and on another page, because a slug was changed or the whole site
//! moved.

use std::collections::{HashMap, HashSet};

use super::comparisons::{
    Evidence, compare_dates, dates, have_other_numbers, have_other_tokens, is_on_other_host,
    states_only_changes,
};
use super::editions::{self, DocumentDates};
use super::pairs::Moves;
use super::titles::{self, plain};
use super::{
    EntryIdentity, IDENTIFYING_WORDS, KnownEntries, KnownEntry, LEAST_CHANGED, numbering, pages, replaced,
    retitled, shifted, undated,
};
use crate::model::Key;
use crate::time::Timestamp;

/// Length in bytes of the letters of a title that another title may contain by more than chance.
const LEAST_TITLE: usize = 8;

/// How many words entries must have, with their titles, that are recognised under another host, address and date.
const WORDS_OF_IMPORT: usize = 20;

/// Gives stored keys to those entries that have no key yet and that moved. An entry moved if it has a property in common with a
/// stored entry whose key is still free, if no other entry of the document and no other such stored entry has that property,
/// and if nothing else that is known of the two speaks against it. The properties are, one after the other: the page in its
/// [`pages::loose`] form, text and date, the number of an article and its second, the second if the titles are alike, title and
/// date, the date if one title contains the other, the title, the text if both are undated, the title and the last part of the
/// address, the letters of the title, title and text if the date is the time when the site was built, title and text if the
/// times were shifted or rounded, and title and text, or the title alone, or its words without a number, if nothing of the
/// former list is left. From title and date on, at least [`LEAST_CHANGED`] entries must have moved. If so many did, and more
/// than stayed, each other entry may be recognised alone ([`recognise_moved`]), or by its title if it has no date
/// ([`replaced::recognise_edited`]). At last come the entries that replace one of a list without dates in its place
/// ([`replaced::recognise`]).
///
/// `repeats` holds the positions of entries that are older versions of others. `keys` and `taken` are the keys so far.
pub(super) fn recognise<'a>(
    entries: &[EntryIdentity<'a>],
    repeats: &HashMap<usize, usize>,
    (known, dates): (&'a KnownEntries, DocumentDates),
    (keys, taken): (&mut [Option<Key>], &mut HashSet<Key>),
) {
    let known = known.entries.as_slice();
    if keys.iter().all(Option::is_some) || known.is_empty() {
        return;
    }
    let moved = count_of_other_host(entries, known, keys);
    let is_left = keys.iter().all(Option::is_none);
    let mut moves = Moves { entries, repeats, known, keys, taken, moved };
    moves.take_pairs(
        1,
        |entry| Some(pages::loose(entry.page()?)),
        |known| Some(pages::loose(known.page()?)),
        is_same_page,
    );
    moves.take_pairs(1, |entry| Some((entry.seen_hash, entry.dated_at())), known_text, is_same_text);
    retitled::recognise(&mut moves);
    recognise_moved(&mut moves, LEAST_CHANGED);
    let slug = |of: &'a str, page: Option<&'a str>| named_page(lasting_title(of)?, pages::slug(page?)?);
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| slug(entry.title, entry.page()),
        |known| slug(&known.title, known.page()),
        is_on_page_of_same_name,
    );
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| Some(letters(entry.title)),
        |known| Some(letters(&known.title)),
        is_counted_anew,
    );
    if moves.keys.iter().all(Option::is_none) {
        recognise_prefixed(&mut moves);
    }
    recognise_stamped(&mut moves, dates);
    shifted::recognise(&mut moves);
    if moves.keys.iter().all(Option::is_none) {
        recognise_imported(&mut moves);
    }
    if is_left {
        numbering::recognise(&mut moves);
    }
    if moves.have_most_moved() {
        recognise_moved(&mut moves, 1);
        recognise_by_slug(&mut moves, |known, entry| {
            is_on_other_host(known, entry) && is_on_page_of_same_name(known, entry)
        });
        replaced::recognise_edited(&mut moves);
    }
    recognise_stragglers(&mut moves);
    replaced::recognise(&mut moves);
}

/// Recognises the entries whose dates are the time when their site was built, by title and text.
fn recognise_stamped(moves: &mut Moves<'_, '_>, dates: DocumentDates) {
    let stamps = moves.stamps();
    let is_stamped = |entry: &&EntryIdentity<'_>| entry.dated_at().is_some_and(|at| stamps.contains(&at));
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| Some(entry).filter(is_stamped).map(|entry| (entry.title, entry.seen_hash)),
        |known| Some((known.title.as_str(), known.seen_hash.or(known.content_hash)?)),
        |known, entry| is_rebuilt(known, entry, dates),
    );
}

/// Recognises each entry with the title and the last part of the address of a stored one, if `suits` accepts the pair.
fn recognise_by_slug(moves: &mut Moves<'_, '_>, suits: impl Fn(&KnownEntry, &EntryIdentity<'_>) -> bool) {
    moves.take_pairs(
        1,
        |entry| named_page(lasting_title(entry.title)?, pages::slug(entry.page()?)?),
        |known| named_page(lasting_title(&known.title)?, pages::slug(known.page()?)?),
        suits,
    );
}

/// Recognises the entries that were not listed when their site moved to another host, and come back there later.
fn recognise_stragglers(moves: &mut Moves<'_, '_>) {
    let left = hosts_left(moves.entries, moves.known);
    if left.is_empty() {
        return;
    }
    recognise_by_slug(moves, |known, entry| {
        let hosts = known.page().and_then(pages::host).zip(entry.page().and_then(pages::host));
        let may_be_dated_so =
            || dates(known, entry) != Evidence::Different || shifted::quarters(known, entry).is_some();
        hosts.is_some_and(|hosts| left.contains(&hosts))
            && may_be_dated_so()
            && !have_other_numbers(known, entry)
    });
}

/// Returns the hosts that the source left, each with the host to which it moved: at least [`LEAST_CHANGED`] stored entries have
/// a key on the one and their page on the other, and the document has no page on the former.
fn hosts_left<'a>(entries: &[EntryIdentity<'_>], known: &'a [KnownEntry]) -> HashSet<(&'a str, &'a str)> {
    let listed: HashSet<&str> = entries.iter().filter_map(|entry| pages::host(entry.page()?)).collect();
    let mut moved: HashMap<(&str, &str), usize> = HashMap::new();
    for (before, now) in
        known.iter().filter_map(|known| pages::host(&known.key.0).zip(pages::host(known.page()?)))
    {
        if before != now && !listed.contains(before) {
            *moved.entry((before, now)).or_default() += 1;
        }
    }
    moved.into_iter().filter(|(_, count)| *count >= LEAST_CHANGED).map(|(hosts, _)| hosts).collect()
}

/// Recognises the entries of a site on another host of whose former list nothing is left, by title and text or by the title
/// alone, whatever their dates say: an import may have given all of them its own time.
fn recognise_imported(moves: &mut Moves<'_, '_>) {
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| Some((entry.title, entry.seen_hash)),
        |known| Some((known.title.as_str(), known.seen_hash.or(known.content_hash)?)),
        is_imported,
    );
    let most = LEAST_CHANGED.max(moves.entries.len().div_ceil(2));
    moves.take_pairs(
        most,
        |entry| lasting_title(entry.title).filter(|_| titles::is_telling(entry.title)),
        |known| lasting_title(&known.title),
        is_on_other_host,
    );
}

/// Recognises at least `least` entries by title and date, by the date (which may be cut to the minute) if one title contains
/// the other, by the title, or by the text if both are undated.
fn recognise_moved(moves: &mut Moves<'_, '_>, least: usize) {
    moves.take_pairs(
        least,
        |entry| Some((entry.dated_at()?, lasting_title(entry.title)?)),
        |known| Some((known.dated_at()?, lasting_title(&known.title)?)),
        |_, _| true,
    );
    moves.take_pairs(least, EntryIdentity::dated_at, KnownEntry::dated_at, has_longer_title);
    let minute = |at: Option<Timestamp>| at.map(|at| at.unix().div_euclid(60));
    moves.take_pairs(
        least,
        |entry| minute(entry.dated_at()),
        |known| minute(known.dated_at()),
        |known, entry| dates(known, entry) == Evidence::Same && has_longer_title(known, entry),
    );
    moves.take_pairs(
        least,
        |entry| lasting_title(entry.title),
        |known| lasting_title(&known.title),
        is_same_titled,
    );
    moves.take_pairs(least, undated::text, undated::known_text, |_, _| true);
    retitled::recognise_on_other_host(moves, least);
}

/// Returns whether two entries with the same title and text, on two hosts, are one whatever their dates say: the last part of
/// the address is the same, or there are enough words.
fn is_imported(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let slugs = known.page().and_then(pages::slug).zip(entry.page().and_then(pages::slug));
    let has_same_slug = slugs.is_some_and(|(before, now)| before == now);
    is_on_other_host(known, entry) && (has_same_slug || entry.words >= WORDS_OF_IMPORT)
}

/// Returns what stays of a title when another program writes it. `None` if it is empty.
fn lasting_title(title: &str) -> Option<String> {
    Some(plain(title)).filter(|title| !title.is_empty())
}

/// Returns how many entries have the key of a stored entry and are on another host than that now: the site moved, and its guids
/// stayed.
fn count_of_other_host(entries: &[EntryIdentity<'_>], known: &[KnownEntry], keys: &[Option<Key>]) -> usize {
    let hosts: HashMap<&Key, &str> = keys
        .iter()
        .zip(entries)
        .filter_map(|(key, entry)| Some((key.as_ref()?, entry.page().and_then(pages::host)?)))
        .collect();
    let is_elsewhere = |known: &&KnownEntry| {
        let before = known.page().and_then(pages::host);
        before.zip(hosts.get(&known.key)).is_some_and(|(before, now)| before != *now)
    };
    known.iter().filter(is_elsewhere).count()
}

/// Recognises the entries without dates of a site that moved and now writes the same words before all of its titles, such as
/// the name of a section. Nothing of the former list is left, and the rest of each title is a former one.
fn recognise_prefixed(moves: &mut Moves<'_, '_>) {
    let titles: Vec<&str> = moves.entries.iter().map(|entry| entry.title).collect();
    let before = titles::words_before_all(&titles);
    let is_long = |title: &String| title.len() >= LEAST_TITLE;
    if letters(before).is_empty() {
        return;
    }
    moves.take_pairs(
        LEAST_CHANGED,
        |entry| entry.title.strip_prefix(before).map(letters).filter(is_long),
        |known| Some(letters(&known.title)).filter(is_long),
        |known, entry| known.dated_at().is_none() && entry.dated_at().is_none(),
    );
}

/// Returns whether two entries without dates, with a long text and on one page, whose titles differ only in numbers, are one:
/// some sites count the comments of a post in its title.
fn is_counted_anew(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let are_undated = known.dated_at().is_none() && entry.dated_at().is_none();
    are_undated
        && entry.words >= IDENTIFYING_WORDS
        && known.page() == entry.page()
        && letters(entry.title).len() >= LEAST_TITLE
}

/// Returns the letters of a title, without its numbers.
pub(super) fn letters(title: &str) -> String {
    title.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Returns the title of an entry with the last part of its path, unless that is empty.
fn named_page(title: String, slug: &str) -> Option<(String, &str)> {
    (!slug.is_empty()).then_some((title, slug))
}

/// Returns whether an entry with the same title and text, whose date is the time when its site was built, is a stored one. It
/// is if it has nothing else to be recognised by, neither guid nor page, or if the whole document is dated within a minute and
/// the page differs only in a token or is the same and nothing says that the entry is a later one
/// ([`editions::may_be_rebuilt`]). Otherwise the text must be long, the numbers of the addresses must not differ, and the two
/// must have one page or state no time of publication.
fn is_rebuilt(known: &KnownEntry, entry: &EntryIdentity<'_>, dates: DocumentDates) -> bool {
    let is_bare = entry.guid.is_none() && entry.page().is_none() && known.page().is_none();
    let only_changes = known.published_at.is_none() && entry.published_at.is_none();
    let same_page = known.page() == entry.page();
    let is_long = entry.words >= IDENTIFYING_WORDS && !have_other_numbers(known, entry);
    let has_other_token = || {
        known
            .page()
            .zip(entry.page())
            .is_some_and(|(before, now)| before != now && pages::differ_in_tokens(before, now))
    };
    is_bare
        || (dates.is_stamped_whole
            && (same_page && editions::may_be_rebuilt(known, entry, dates) || has_other_token()))
        || ((only_changes || same_page) && is_long)
}

/// Returns whether one of two titles is the other with something before or after it, such as the name of the site. Numbers do
/// not count, because some sites count comments in the title.
fn has_longer_title(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let (before, now) = (letters(&known.title), letters(entry.title));
    let (short, long) = if before.len() <= now.len() { (before, now) } else { (now, before) };
    short.len() >= LEAST_TITLE && (long.starts_with(&short) || long.ends_with(&short))
}

fn known_text(known: &KnownEntry) -> Option<(u64, Option<Timestamp>)> {
    Some((known.seen_hash.or(known.content_hash)?, known.dated_at()))
}

/// Returns whether two entries whose addresses differ and have the same [`pages::loose`] form are one: the text or the title is
/// the same, and no date says otherwise. (Other rules have compared entries with the same address.)
fn is_same_page(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let same_title = !entry.title.is_empty() && known.title == entry.title;
    known.page() != entry.page()
        && (known.has_text_of(entry) || same_title)
        && dates(known, entry) != Evidence::Different
}

/// Returns whether an entry with the same text and date on another page is the same entry. A full hour or a missing date proves
/// little, so then the text must be long. It must be long, too, if guid and page have tokens of their own, such as the hash of
/// a commit: two commits of one second may have the same few words.
fn is_same_text(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let is_exact = entry.dated_at().is_some_and(|at| at.unix() % 3600 != 0);
    (is_exact && !have_other_tokens(known, entry)) || entry.words >= IDENTIFYING_WORDS
}

/// Returns whether two entries with the same title, whose addresses differ and end in the same part, are one. (Other rules have
/// compared entries with the same address, which may be a position in the list.)
fn is_on_page_of_same_name(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.page() != entry.page()
        && dates(known, entry) != Evidence::Different
        && !have_other_numbers(known, entry)
}

/// Returns whether two entries with the same title are one entry of a site that moved: their dates are the same or differ as
/// publishers change them by accident, or both have no date of publication and the text is the same. If the dates differ by
/// whole hours, other numbers in the addresses may be those of the next reports that a timetable brings. If the dates are round
/// times that differ by whole quarters of an hour, they may be one midnight in two time zones, or two times of a timetable; if
/// they are also rounded, they may differ so by chance. So then a long text or the last part of the address must be the same,
/// and the numbers of the address must not differ.
fn is_same_titled(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let undated = known.dated_at().is_none() && entry.dated_at().is_none();
    let slug = |page: Option<&str>| page.and_then(pages::slug).map(str::to_owned);
    let is_rendered_anew = || {
        let same_slug = slug(entry.page()).is_some_and(|name| slug(known.page()) == Some(name));
        let same_text = entry.words >= IDENTIFYING_WORDS && known.has_text_of(entry);
        (same_slug || same_text) && !have_other_numbers(known, entry)
    };
    match compare_dates(known.dated_at(), entry.dated_at()) {
        Evidence::Same => true,
        Evidence::Close => !have_other_numbers(known, entry),
        Evidence::Inconclusive => undated && known.has_text_of(entry),
        Evidence::Different if states_only_changes(known, entry) => is_changed_only(known, entry),
        Evidence::Different => shifted::quarters(known, entry).is_some() && is_rendered_anew(),
    }
}

/// Returns whether two entries with the same title and other times of change are one: an edit has another time of change, and
/// so has each page of a site that is built again. The text must be the same, and as long as that of an import.
fn is_changed_only(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    known.has_text_of(entry) && entry.words >= WORDS_OF_IMPORT && !have_other_numbers(known, entry)
}
