//! Turns the entries of a document into articles: gives each a key, a canonical address, sanitised HTML and a fingerprint.

mod calendar_zeros;
mod content;
mod details;
mod document_context;
mod fields;
pub(super) mod file_name;
mod long_lists;
mod shortened;

use super::identity::{self, EntryIdentity, Identity, KnownEntries};
use super::pictures::{self, PictureCandidates};
use crate::document::Defects;
use crate::text::html;
use crate::text::words::{is_typographic_space, on_one_line, title_on_one_line};
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

pub use self::calendar_zeros::is_date;
pub use self::content::fingerprint_of;
use self::content::{ContentHashes, content_hashes, metadata_hash};
use self::document_context::DocumentContext;
use self::fields::{author, enclosures, is_language, labels, without_teaser};
use self::long_lists::{for_each_from_the_end, map_from_the_end};
use self::shortened::{cleaned_also_in, cleaned_origin, shortened};
use crate::model::{
    Article, CanonicalUrl, Defect, Entry, Fingerprint, IdentityScheme, Key, LeftOut, LeftOutEntry,
    LeftOutReason, MarkupText, ParsedFeed, SafeHtml, SettledReading,
};
use crate::text::url::{TrackingParameters, absolute, absolute_link, canonical};
use crate::time::{Timestamp, human};

/// Largest number of characters in a title. The longest title seen in a feed has about 2 000.
const LONGEST_TITLE: usize = 4_000;
/// Largest number of characters in a short text, such as a name or a category.
const LONGEST_LABEL: usize = 500;
/// Largest number of categories of one article, and of other places where its story was found (`also_in`).
const LONGEST_LIST: usize = 100;
/// Longest guid in bytes that is stored as published. Addresses can be this long. A longer guid only goes into the key, which
/// ends in its hash.
const LONGEST_GUID: usize = 8_192;

/// Everything that [`normalize`] needs to know about the source of a document.
#[derive(Clone, Copy, Debug)]
pub struct NormalizeContext<'a> {
    /// Limits on the number and the age of the entries.
    pub limits: EntryLimits,
    /// Address from which the document was finally read.
    pub url: Option<&'a Url>,
    /// Identity scheme of the last poll.
    pub identity: IdentityScheme,
    /// Entries that the store knows of this source.
    pub known: &'a KnownEntries,
    /// Query parameters that select no page, so that canonical addresses leave them out.
    pub tracking: &'a TrackingParameters,
    /// Time when the document was fetched.
    pub now: Timestamp,
}

/// Which entries of a document are taken that are not stored yet.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct EntryLimits {
    /// Largest number of entries, stored ones included. Undated entries are taken first, then those with the latest dates.
    pub max_entries: Option<usize>,
    /// Largest age of an entry.
    pub max_age: Option<Duration>,
}

impl EntryLimits {
    /// Returns the value of the limit that leaves out an entry for this reason.
    fn value_of(self, reason: LeftOutReason) -> Option<String> {
        match reason {
            LeftOutReason::MaxAge => self.max_age.map(human),
            LeftOutReason::MaxEntries => self.max_entries.map(|entries| entries.to_string()),
            _ => None,
        }
    }
}

/// The result of [`normalize`].
#[derive(Clone, Debug)]
pub struct NormalizedFeed {
    /// Articles in document order. Their keys are all different.
    pub articles: Vec<Article>,
    /// Identity scheme that was used.
    pub identity: IdentityScheme,
    /// Every entry that the document lists and that did not become an article, with its reason.
    pub left_out: LeftOut,
    /// How documents of this source are to be read, as this one and earlier ones showed.
    pub settled: SettledReading,
    /// Defects of the document that were repaired when it was read, repeated entries, and texts that were cut because they were
    /// too long.
    pub defects: Vec<Defect>,
}

/// Turns the entries of a document into articles. Each entry becomes an article or is left out for a reason; none is
/// lost.
pub fn normalize(mut feed: ParsedFeed, context: &NormalizeContext<'_>) -> NormalizedFeed {
    let entries = std::mem::take(&mut feed.entries);
    let mut defects = Defects::of(std::mem::take(&mut feed.defects));
    let mut left_out = LeftOut { entries: Vec::new(), unread: std::mem::take(&mut feed.left_out) };
    let document = DocumentContext::of(&feed, context);
    // Entries that are left out are removed from the list, because it may be too long to copy the others to a second one.
    let mut own = map_from_the_end(entries, |entry| PreparedEntry::of(entry, &document));
    let empty = own.extract_if(.., |entry| !entry.is_an_article());
    left_out.entries.extend(empty.map(|entry| entry.left_out(LeftOutReason::Empty, None)));
    let (identities, identity) = identify(&own, context);
    let (mut identities, mut keys) = (identities.into_iter(), Vec::with_capacity(own.len()));
    own.retain(|entry| match identities.next() {
        Some(Identity::Own(key)) => {
            keys.push(key);
            true
        }
        Some(Identity::RepeatOf(key)) => {
            defects.note("repeated-entry");
            left_out.entries.push(entry.left_out(LeftOutReason::Repeated, Some(key)));
            false
        }
        None => false,
    });
    let ignore_updates = updates_say_nothing(&own);
    let mut verdicts = within_limits(&own, &keys, context);
    let (mut articles, mut candidates) = (Vec::with_capacity(own.len()), Vec::with_capacity(own.len()));
    let mut over_limits = Vec::new();
    for_each_from_the_end(own, |entry| match (verdicts.pop(), keys.pop()) {
        (Some(Err(reason)), key) => {
            let detail = context.limits.value_of(reason);
            over_limits.push(LeftOutEntry { detail, ..entry.left_out(reason, key) });
        }
        (_, key) => {
            let (mut article, pictures) = entry.finish(key.unwrap_or_default(), &document, &mut defects);
            article.updated_at = article.updated_at.filter(|_| !ignore_updates);
            articles.push(article);
            candidates.push(pictures);
        }
    });
    articles.reverse();
    candidates.reverse();
    left_out.entries.extend(over_limits.into_iter().rev());
    let mut settled = std::mem::take(&mut feed.hints.settled);
    let chosen = pictures::choose(candidates, &mut settled.common_pictures);
    for (article, picture) in articles.iter_mut().zip(chosen) {
        if picture.is_some() {
            article.details.image = picture;
        }
        details::describe_file(article);
        article.metadata_hash = metadata_hash(article);
    }
    NormalizedFeed { articles, identity, left_out, settled, defects: defects.into_vec() }
}

fn identify(prepared: &[PreparedEntry], context: &NormalizeContext<'_>) -> (Vec<Identity>, IdentityScheme) {
    let identities: Vec<EntryIdentity<'_>> = prepared.iter().map(PreparedEntry::identity).collect();
    identity::assign(&identities, context.identity, context.known, context.now)
}

/// An entry with everything that its key depends on: title, addresses and hashes. The rest of an article is computed only for
/// entries that become articles.
struct PreparedEntry {
    entry: Entry,
    /// Title with single blanks between its words.
    title: String,
    /// Title as it is shown, if it has other spaces than blanks.
    spaced_title: Option<String>,
    url: Option<String>,
    canonical_url: Option<CanonicalUrl>,
    hashes: ContentHashes,
}

impl PreparedEntry {
    fn of(mut entry: Entry, document: &DocumentContext<'_>) -> Self {
        entry.published = entry.published.filter(|at| is_date(*at));
        entry.updated = entry.updated.filter(|at| is_date(*at));
        let permalink = entry.id.as_deref().filter(|_| entry.id_is_permalink != Some(false));
        let resolve = |text: Option<&str>| text.and_then(|text| absolute_link(text, document.base.as_ref()));
        let link = resolve(entry.original_link.as_deref()).or_else(|| resolve(entry.link.as_deref()));
        // A guid is a page only if it is an absolute address: `1204` would become an address by accident if it were
        // resolved against a base.
        let url = link.or_else(|| permalink.and_then(|guid| absolute(guid, None)));
        let canonical_url =
            url.as_deref().and_then(|url| canonical(url, document.host.as_deref(), document.tracking));
        let stated = entry.title.as_deref().unwrap_or_default();
        let title = shortened(&on_one_line(stated), LONGEST_TITLE);
        let has_other_spaces = !stated.is_ascii() && stated.contains(is_typographic_space);
        let spaced_title = has_other_spaces.then(|| shortened(&title_on_one_line(stated), LONGEST_TITLE));
        let hashes = content_hashes(&title, &entry);
        // Nothing reads these three any more, and they would take memory until the keys of all entries are known.
        (entry.title, entry.link, entry.original_link) = (None, None, None);
        Self { entry, title, spaced_title, url, canonical_url, hashes }
    }

    /// Returns the base of relative links outside of an `xml:base`: the page of the entry, else the site, else the document.
    fn base(&self, document: &DocumentContext<'_>) -> Option<Url> {
        let page = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        page.or_else(|| document.base.clone())
    }

    /// Returns whether the entry has anything to show, to link to, or to identify it by. A date is enough.
    fn is_an_article(&self) -> bool {
        let entry = &self.entry;
        !self.title.is_empty()
            || self.url.is_some()
            || entry.id.is_some()
            || entry.summary.is_some()
            || entry.content.is_some()
            || !entry.enclosures.is_empty()
            || self.dated().is_some()
    }

    fn identity(&self) -> EntryIdentity<'_> {
        EntryIdentity {
            guid: self.entry.id.as_deref(),
            url: self.url.as_deref(),
            canonical_url: self.canonical_url.as_ref().map(|url| url.0.as_str()),
            title: &self.title,
            published_at: self.entry.published,
            updated_at: self.entry.updated,
            content_hash: self.hashes.content,
            seen_hash: self.hashes.seen,
            words: self.hashes.words,
            duration_s: self.entry.enclosures.first().and_then(|file| file.duration_s),
            texts: [self.entry.summary.as_ref(), self.entry.content.as_ref()],
        }
    }

    /// Returns when the entry was published, or else updated, as the feed states it.
    fn dated(&self) -> Option<Timestamp> {
        self.entry.published.or(self.entry.updated)
    }

    /// Describes the entry as one that is left out. `key` is its own key if it was given one, or the key of the earlier entry
    /// that it repeats.
    fn left_out(&self, reason: LeftOutReason, key: Option<Key>) -> LeftOutEntry {
        LeftOutEntry {
            reason,
            detail: None,
            key,
            guid: self.entry.id.clone().filter(|guid| guid.len() <= LONGEST_GUID),
            url: self.url.clone(),
            canonical_url: self.canonical_url.clone(),
            title: self.title.clone(),
        }
    }

    /// Returns the article, and the pictures that may stand for it.
    fn finish(
        self,
        key: Key,
        document: &DocumentContext<'_>,
        defects: &mut Defects,
    ) -> (Article, PictureCandidates) {
        let own_base = self.base(document);
        let own_base = own_base.as_ref();
        let entry = self.entry;
        let mut clean = |text: Option<&MarkupText>, base: Option<&str>| {
            let base = base.and_then(|base| absolute(base, document.base.as_ref()));
            let base = base.and_then(|base| Url::parse(&base).ok());
            safe(text?, base.as_ref().or(own_base), defects)
        };
        let summary = clean(entry.summary.as_ref(), entry.summary_base.as_deref());
        // The same text in both fields is sanitised only once, because sanitising costs more than parsing.
        let is_repeated = entry.content == entry.summary && entry.content_base == entry.summary_base;
        let content =
            if is_repeated { None } else { clean(entry.content.as_ref(), entry.content_base.as_deref()) };
        let content = content.filter(|content| Some(content) != summary.as_ref());
        let enclosures = enclosures(&entry.enclosures, own_base);
        let mut details = details::of_entry(entry.details, &entry.authors, own_base);
        let small = entry.small_picture.and_then(|image| details::absolute_image(image, own_base));
        let named = [if details.is_empty() { None } else { details.image.take() }, small];
        let candidates =
            PictureCandidates::of(named, &enclosures, [&content, &summary], details.podcast.is_some());
        let (summary, content) = without_teaser(summary, content);
        let guid = entry.id.filter(|guid| guid.len() <= LONGEST_GUID);
        let origin = entry.origin.map(cleaned_origin);
        let source = origin.as_ref().and_then(|origin| origin.title.as_deref());
        let author = author(&entry.authors).filter(|name| !document.names_source(name, source));
        let mut article = Article {
            key,
            river_guid: guid.clone().filter(|_| document.from_river),
            guid,
            url: self.url,
            canonical_url: self.canonical_url,
            author,
            published_at: entry.published,
            updated_at: entry.updated,
            summary,
            content,
            categories: labels(&entry.categories),
            enclosures,
            comments_url: entry.comments.and_then(|url| absolute(&url, own_base)),
            language: entry.language.or_else(|| document.language.clone()).filter(|tag| is_language(tag)),
            origin,
            also_in: entry.also_in.into_iter().take(LONGEST_LIST).map(cleaned_also_in).collect(),
            details,
            title: self.spaced_title.unwrap_or(self.title),
            fingerprint: Fingerprint::default(),
            content_hash: self.hashes.content,
            seen_hash: self.hashes.seen,
            metadata_hash: 0,
        };
        if !document.is_known(&article) {
            article.fingerprint = fingerprint_of(&article);
        }
        (article, candidates)
    }
}

fn safe(text: &MarkupText, base: Option<&Url>, defects: &mut Defects) -> Option<SafeHtml> {
    let (shown, length) = match text {
        MarkupText::Plain(text) => (html::from_plain(text)?, text.len()),
        MarkupText::UnsafeHtml(markup) => (html::sanitise(markup, base)?, markup.len()),
    };
    // A text that the parser of the document already cut is not noted again. It was cut between two characters, so it may be up
    // to three bytes shorter than the limit.
    if shown.is_cut && length + 4 <= html::MAX_LENGTH {
        defects.note("text-too-long");
    }
    Some(shown.html)
}

/// Returns whether there are several entries, and all state a publication date and the same `updated`. Some publishers give
/// every entry the time at which the document was generated, which says nothing about any of them.
fn updates_say_nothing(prepared: &[PreparedEntry]) -> bool {
    let mut stamps = prepared.iter().filter_map(|one| one.entry.updated);
    let Some(first) = stamps.next() else { return false };
    prepared.len() > 1
        && stamps.all(|stamp| stamp == first)
        && prepared.iter().all(|one| one.entry.published.is_some() && one.entry.updated.is_some())
}

/// Returns for each entry whether it is within `max_age` and `max_entries`, or else which of them excludes it. The newest by
/// date are taken, undated ones first, because they may be new, and stored ones always, because they may be corrected.
fn within_limits(
    prepared: &[PreparedEntry],
    keys: &[Key],
    context: &NormalizeContext<'_>,
) -> Vec<Result<(), LeftOutReason>> {
    let oldest = context.limits.max_age.map(|age| context.now.saturating_sub(age));
    let is_old =
        |entry: &PreparedEntry| matches!((oldest, entry.dated()), (Some(oldest), Some(at)) if at < oldest);
    let mut newest: Vec<(std::cmp::Reverse<Timestamp>, usize)> = (0..)
        .zip(prepared)
        .filter(|(_, entry)| !is_old(entry))
        .map(|(index, entry)| (std::cmp::Reverse(entry.dated().unwrap_or(Timestamp::MAX)), index))
        .collect();
    newest.sort_unstable();
    newest.truncate(context.limits.max_entries.unwrap_or(usize::MAX));
    let taken = newest.into_iter().filter_map(|(_, index)| keys.get(index));
    let taken: HashSet<&Key> = taken.chain(context.known.own_keys()).collect();
    let verdict = |(entry, key): (&PreparedEntry, &Key)| {
        let reason = if is_old(entry) { LeftOutReason::MaxAge } else { LeftOutReason::MaxEntries };
        if taken.contains(key) { Ok(()) } else { Err(reason) }
    };
    prepared.iter().zip(keys).map(verdict).collect()
}

#[cfg(test)]
mod tests;
