//! Recognises an entry of a document as one that the store knows, by one rule.

use std::collections::HashSet;

use super::comparisons::{Evidence, OnSamePage, RENEWED_WITHIN, ROUND_TIME, dates, has_own_guid};
use super::document_counts::DocumentCounts;
use super::evidence::ComparisonContext;
use super::known_entries::KnownEntryIndex;
use super::titles::are_alike;
use super::{
    EntryIdentity, IDENTIFYING_WORDS, KnownEntry, OnlyListed, RecognitionRule, pages, possible_keys,
};
use crate::model::{IdentityScheme, Key};
use crate::time::HOUR;

/// How many words an entry must have whose page was made of its title, before the same words say that it is the same one.
const TELLING_WORDS: usize = 15;

impl<'a> KnownEntryIndex<'a> {
    /// Returns the key of the stored entry that `rule` recognises `entry` as, unless another entry has taken that key.
    pub(super) fn recognise(
        &mut self,
        entry: &EntryIdentity<'a>,
        rule: RecognitionRule,
        counts: &DocumentCounts<'a>,
        taken: &HashSet<Key>,
    ) -> Option<Key> {
        let free = |known: &&KnownEntry| !taken.contains(&known.key);
        let keys = possible_keys::of(entry, counts.scheme);
        let has_key = |known: &KnownEntry| keys.iter().any(|key| is_key_or_numbered(&known.key, key));
        let found = match rule {
            RecognitionRule::KeyPageContentAndDate => self.equal_and_dated(entry, taken, has_key),
            RecognitionRule::PageContentAndDate => self.equal_and_dated(entry, taken, |known| {
                entry.dated_at().is_some() && !counts.still_lists(known)
            }),
            RecognitionRule::KeyPageAndContent if self.is_ambiguous(entry, &keys, counts) => None,
            RecognitionRule::KeyPageAndContent => {
                let context = ComparisonContext { counts, index: self };
                let same = |known: &&KnownEntry| known.page() == entry.page() && known.has_text_of(entry);
                let known = self.with_keys(entry, &keys, counts).into_iter().filter(free).filter(same);
                known.into_iter().find(|known| !context.contradicts(known, entry))
            }
            RecognitionRule::KeyAndPage => self
                .by_key_and_page(entry, &keys, counts, taken)
                .or_else(|| self.newest_of_page_of_the_day(entry, counts).filter(free)),
            RecognitionRule::Key if counts.is_ambiguous(entry) => None,
            RecognitionRule::Key => {
                let context = ComparisonContext { counts, index: self };
                let known = self.with_keys(entry, &keys, counts).into_iter().filter(free);
                known.into_iter().find(|known| !context.contradicts(known, entry))
            }
            RecognitionRule::ContentAndPage => self.by_content_and_page(entry, counts, taken),
            RecognitionRule::PageAndDateOrTitle => {
                let page_is_alone = ComparisonContext { counts, index: self }.page_is_alone(entry);
                let known = self.alone_on(entry.page()?).filter(free).filter(|_| page_is_alone)?;
                if counts.is_single() && OnlyListed::of(known, entry).is_next() {
                    return None;
                }
                let same_title = !entry.title.is_empty() && known.title == entry.title;
                let date = dates(known, entry);
                let is_edited = date == Evidence::Inconclusive && has_page_of_title(known, entry);
                (date == Evidence::Same || (same_title && date != Evidence::Different) || is_edited)
                    .then_some(known)
            }
            RecognitionRule::Page => {
                let page = entry.page().filter(|page| counts.is_alone(page))?;
                let context = ComparisonContext { counts, index: self };
                let known = self.alone_on(page).filter(free)?;
                let is_next = counts.is_next_edition(known, entry) || context.is_next_on_page(known, entry);
                (!is_next).then_some(known)
            }
            RecognitionRule::PageAndSecond => {
                let second = entry.published_at.filter(|at| at.unix() % ROUND_TIME != 0)?;
                let known = self.alone_in(entry.page(), second).filter(free)?;
                are_alike(&known.title, entry.title).then_some(known)
            }
        };
        found.map(|known| known.key.clone())
    }

    /// Returns whether the key of `entry` says nothing: another entry of the document has it or the document reuses keys
    /// ([`DocumentCounts::is_ambiguous`]), or the store has several of the possible keys.
    fn is_ambiguous(&self, entry: &EntryIdentity<'_>, keys: &[Key], counts: &DocumentCounts<'_>) -> bool {
        counts.is_ambiguous(entry) || keys.iter().filter(|key| self.has(key)).count() > 1
    }

    /// Returns the stored entries that have one of the possible `keys` of `entry`, in the order of the keys. If there are none,
    /// returns the entry that had its guid last, because a publisher changed the guid that the key was made of.
    fn with_keys(
        &self,
        entry: &EntryIdentity<'_>,
        keys: &[Key],
        counts: &DocumentCounts<'_>,
    ) -> Vec<&'a KnownEntry> {
        let mut known: Vec<&KnownEntry> = keys.iter().filter_map(|key| self.by_key(key)).collect();
        if known.is_empty() && counts.scheme == IdentityScheme::Guid {
            known.extend(self.by_last_guid(entry));
        }
        known
    }

    /// Returns the first free entry with the same content, page and date that `suits` accepts.
    fn equal_and_dated(
        &mut self,
        entry: &EntryIdentity<'a>,
        taken: &HashSet<Key>,
        suits: impl Fn(&KnownEntry) -> bool,
    ) -> Option<&'a KnownEntry> {
        [entry.content_hash, entry.seen_hash].into_iter().find_map(|hash| {
            let equal = self.by_page_content_and_date.get_mut(&(entry.page(), hash, entry.dated_at()))?;
            equal.free(taken, &suits)
        })
    }

    /// Returns the first free entry with the same content and page that `suits` accepts.
    fn equal(
        &mut self,
        entry: &EntryIdentity<'a>,
        taken: &HashSet<Key>,
        suits: impl Fn(&KnownEntry) -> bool,
    ) -> Option<&'a KnownEntry> {
        [entry.content_hash, entry.seen_hash]
            .into_iter()
            .find_map(|hash| self.by_page_and_content.get_mut(&(entry.page(), hash))?.free(taken, &suits))
    }

    fn by_key_and_page(
        &self,
        entry: &EntryIdentity<'a>,
        keys: &[Key],
        counts: &DocumentCounts<'a>,
        taken: &HashSet<Key>,
    ) -> Option<&'a KnownEntry> {
        let context = ComparisonContext { counts, index: self };
        let ambiguous = self.is_ambiguous(entry, keys, counts);
        let same_page = |known: &KnownEntry| known.page() == entry.page() || known.page().is_none();
        // Keys with the link come before the bare guid, because another entry may have the same guid.
        let known = self.with_keys(entry, keys, counts).into_iter().rev();
        known.filter(|known| !taken.contains(&known.key) && same_page(known)).find(|known| {
            if ambiguous { context.supports(known, entry) } else { !context.contradicts(known, entry) }
        })
    }

    /// Returns the newest stored entry on the page of `entry`, where several stood one after the other, if `entry` has its
    /// title and was published at most [`RENEWED_WITHIN`] hours later: it is an edit of that entry, which got a new date.
    fn newest_of_page_of_the_day(
        &self,
        entry: &EntryIdentity<'a>,
        counts: &DocumentCounts<'a>,
    ) -> Option<&'a KnownEntry> {
        let page = entry.page().filter(|page| {
            counts.is_alone(page)
                && self.is_shared(page)
                && !pages::is_front_page(page)
                && !has_own_guid(entry)
        })?;
        let newest = self.newest_on(page)?;
        let later = entry.published_at?.since(newest.published_at?);
        let is_later = entry.published_at > newest.published_at && later <= RENEWED_WITHIN * HOUR;
        (is_later && newest.title == entry.title).then_some(newest)
    }

    fn by_content_and_page(
        &mut self,
        entry: &EntryIdentity<'a>,
        counts: &DocumentCounts<'a>,
        taken: &HashSet<Key>,
    ) -> Option<&'a KnownEntry> {
        let context = ComparisonContext { counts, index: self };
        let page_is_alone = context.page_is_alone(entry);
        // The only entry of a feed is the one that stood on its page last under its guid, whatever its date.
        let is_only = counts.is_single() && entry.page().is_some_and(|page| self.is_shared(page));
        let last = entry.page().filter(|_| is_only).and_then(|page| self.newest_on(page));
        let last = last.filter(|last| entry.guid.is_some() && last.guid.as_deref() == entry.guid);
        let text_is_alone = counts.has_text_once(entry)
            && [entry.content_hash, entry.seen_hash].into_iter().all(|hash| {
                let equal = self.by_page_and_content.get(&(entry.page(), hash));
                equal.is_none_or(|equal| equal.entries.len() == 1)
            });
        // Without a guid that identifies it, an entry has nothing but its text, which then counts even if the page has it
        // twice.
        let text_is_alone = text_is_alone || counts.scheme != IdentityScheme::Guid || entry.guid.is_none();
        self.equal(entry, taken, |known| {
            let dates = (known.published_at, entry.published_at);
            // A page that still has the same long text was built again, whatever its date. A page that was made of the title
            // shows the same post, which was deleted and published again. (A list of one may repeat a notice.)
            let is_long = entry.words >= IDENTIFYING_WORDS
                || entry.words >= TELLING_WORDS
                    && !counts.is_single()
                    && entry.page().is_some_and(|page| pages::is_made_of(page, entry.title));
            let is_rebuilt = page_is_alone && text_is_alone && is_long;
            let pair = OnSamePage { dates, same_text: true, same_title: true, page_is_alone, text_is_alone };
            let is_last = last.is_some_and(|last| last.key == known.key);
            is_rebuilt || is_last || pair.is_same()
        })
    }
}

/// Returns whether the page of two entries was made of both titles, which are alike: the headline of its story was edited. A
/// program that makes guids of the content gives the story a new one then.
fn has_page_of_title(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    are_alike(&known.title, entry.title)
        && entry
            .page()
            .is_some_and(|page| pages::is_made_of(page, entry.title) && pages::is_made_of(page, &known.title))
}

/// Returns whether `stored` is `key`, or `key` with a number after it.
fn is_key_or_numbered(stored: &Key, key: &Key) -> bool {
    stored.0.strip_prefix(key.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
}
