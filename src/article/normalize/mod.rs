//! Making entries ours: identity, canonical address, clean HTML, fingerprint.

mod content;
mod details;

use super::identity::{self, EntryIdentity, Identity, KnownKeys};
use crate::document::{Defects, enclosure};
use crate::text::{
    html,
    words::{self, on_one_line},
};
use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use self::content::{content_hash, metadata_hash};
use super::fingerprint::fingerprint;
use crate::model::{
    AlsoIn, Article, ArticleDetails, CanonicalUrl, Defect, Enclosure, Entry, IdentityScheme, Key, LeftOut,
    LeftOutEntry, LeftOutReason, MarkupText, Origin, ParsedFeed, SafeHtml,
};
use crate::text::url::{TrackingParameters, absolute, canonical};
use crate::time::Timestamp;

/// Characters of a title; the longest seen in a feed is some 2 000.
const LONGEST_TITLE: usize = 4_000;
/// Characters of a name, a category, an address' label.
const LONGEST_LABEL: usize = 500;
/// Categories and also-in of one article; more is a flood.
const MOST_OF_A_KIND: usize = 100;
/// Bytes of a guid that is kept to be shown; the key tells longer ones apart. As long as an address may be.
const LONGEST_GUID: usize = 8_192;
/// Bytes of a language tag; RFC 5646 §4.4.1 asks for room for 35.
const LONGEST_LANGUAGE: usize = 35;

/// What [`normalize`] needs beside the document.
#[derive(Clone, Copy, Debug)]
pub struct NormalizeContext<'a> {
    /// How many and how old entries are taken.
    pub limits: EntryLimits,
    /// Where the document was finally found.
    pub url: Option<&'a Url>,
    /// The identity scheme of the last poll.
    pub identity: IdentityScheme,
    /// What the store holds for this source.
    pub known: &'a KnownKeys,
    /// Which query parameters tell no two pages apart.
    pub tracking: &'a TrackingParameters,
    /// When the document was fetched.
    pub now: Timestamp,
}

/// Which entries of a document are taken.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct EntryLimits {
    /// At most so many of the newest.
    pub max_entries: Option<usize>,
    /// None that is older.
    pub max_age: Option<Duration>,
}

/// What [`normalize`] gives.
#[derive(Clone, Debug)]
pub struct NormalizedFeed {
    /// In document order, all with different keys.
    pub articles: Vec<Article>,
    /// The identity scheme that was used.
    pub identity: IdentityScheme,
    /// Every entry that the document lists and that is not among `articles`, with its reason.
    pub left_out: LeftOut,
    /// What was repaired in reading, and what of it could not be shown.
    pub defects: Vec<Defect>,
}

/// Makes the entries of a document ours. Each entry becomes an article or is left out for a reason; none is lost.
pub fn normalize(mut feed: ParsedFeed, context: &NormalizeContext<'_>) -> NormalizedFeed {
    let entries = std::mem::take(&mut feed.entries);
    let mut defects = Defects::of(std::mem::take(&mut feed.defects));
    let mut left_out = LeftOut { entries: Vec::new(), unread: std::mem::take(&mut feed.left_out) };
    let house = DocumentContext::of(&feed, context);
    let drafts = entries.into_iter().map(|entry| Draft::of(entry, &house));
    let (drafts, empty): (Vec<Draft>, Vec<Draft>) = drafts.partition(Draft::is_an_article);
    left_out.entries.extend(empty.into_iter().map(|draft| draft.left_out(LeftOutReason::Empty, None)));
    let (identities, identity) = identify(&drafts, context);
    let (mut own, mut keys) = (Vec::with_capacity(drafts.len()), Vec::with_capacity(drafts.len()));
    for (draft, identity) in drafts.into_iter().zip(identities) {
        match identity {
            Identity::Own(key) => {
                own.push(draft);
                keys.push(key);
            }
            Identity::RepeatOf(key) => {
                defects.note("repeated-entry");
                left_out.entries.push(draft.left_out(LeftOutReason::Repeated, Some(key)));
            }
        }
    }
    let ignore_updates = updates_say_nothing(&own);
    let verdicts = within_limits(&own, context);
    let mut articles = Vec::new();
    for ((draft, key), verdict) in own.into_iter().zip(keys).zip(verdicts) {
        match verdict {
            Ok(()) => {
                let mut article = draft.finish(key, &house, &mut defects);
                article.updated_at = article.updated_at.filter(|_| !ignore_updates);
                articles.push(article);
            }
            Err(reason) => left_out.entries.push(draft.left_out(reason, Some(key))),
        }
    }
    NormalizedFeed { articles, identity, left_out, defects: defects.into_vec() }
}

fn identify(drafts: &[Draft], context: &NormalizeContext<'_>) -> (Vec<Identity>, IdentityScheme) {
    let candidates: Vec<EntryIdentity<'_>> = drafts.iter().map(Draft::candidate).collect();
    identity::assign(&candidates, context.identity, context.known)
}

/// What all entries of a document share.
struct DocumentContext<'a> {
    /// The site, then the document: bases of relative links.
    base: Option<Url>,
    host: Option<String>,
    language: Option<String>,
    from_river: bool,
    tracking: &'a TrackingParameters,
}

impl<'a> DocumentContext<'a> {
    fn of(feed: &ParsedFeed, context: &NormalizeContext<'a>) -> Self {
        let document = context.url.cloned();
        let site = feed.link.as_deref().and_then(|link| absolute(link, document.as_ref()));
        let site = site.and_then(|link| Url::parse(&link).ok());
        let host = site.as_ref().or(document.as_ref()).and_then(|url| url.host_str()).map(str::to_owned);
        Self {
            base: site.or(document),
            host,
            language: feed.language.clone(),
            from_river: feed.generator.as_deref().is_some_and(|name| name.trim_start().starts_with("riverd")),
            tracking: context.tracking,
        }
    }
}

/// An entry with everything that identity looks at, before the costly parts.
struct Draft {
    entry: Entry,
    title: String,
    /// What relative links are resolved against where no `xml:base` is in force: its own page, the site, the document.
    base: Option<Url>,
    url: Option<String>,
    canonical_url: Option<CanonicalUrl>,
    content_hash: u64,
}

impl Draft {
    fn of(entry: Entry, house: &DocumentContext<'_>) -> Self {
        let permalink = entry.id.as_deref().filter(|_| entry.id_is_permalink != Some(false));
        let resolve = |text: Option<&str>| text.and_then(|text| absolute(text, house.base.as_ref()));
        let link = resolve(entry.original_link.as_deref()).or_else(|| resolve(entry.link.as_deref()));
        // A guid is a page only where it is an address by itself: `1204` resolved against a base would be one by accident.
        let url = link.or_else(|| permalink.and_then(|guid| absolute(guid, None)));
        let canonical_url =
            url.as_deref().and_then(|url| canonical(url, house.host.as_deref(), house.tracking));
        let base = url.as_deref().and_then(|url| Url::parse(url).ok()).or_else(|| house.base.clone());
        let title = shortened(&on_one_line(entry.title.as_deref().unwrap_or_default()), LONGEST_TITLE);
        let content_hash = content_hash(&title, &entry);
        Self { entry, title, base, url, canonical_url, content_hash }
    }

    /// Whether there is anything to show, to follow or to know it by.
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

    fn candidate(&self) -> EntryIdentity<'_> {
        EntryIdentity {
            guid: self.entry.id.as_deref(),
            url: self.url.as_deref(),
            canonical_url: self.canonical_url.as_ref().map(|url| url.0.as_str()),
            title: &self.title,
            published_at: self.entry.published,
            content_hash: self.content_hash,
        }
    }

    /// When it was published, or else changed, as stated.
    fn dated(&self) -> Option<Timestamp> {
        self.entry.published.or(self.entry.updated)
    }

    /// What is said of it where it is left out. `key` is its own, or that of the entry that it repeats.
    fn left_out(self, reason: LeftOutReason, key: Option<Key>) -> LeftOutEntry {
        LeftOutEntry {
            reason,
            detail: None,
            key,
            guid: self.entry.id.filter(|guid| guid.len() <= LONGEST_GUID),
            url: self.url,
            canonical_url: self.canonical_url,
            title: self.title,
        }
    }

    fn finish(self, key: Key, house: &DocumentContext<'_>, defects: &mut Defects) -> Article {
        let entry = self.entry;
        let mut clean = |text: Option<&MarkupText>, base: Option<&str>| {
            let base = base.and_then(|base| absolute(base, house.base.as_ref()));
            let base = base.and_then(|base| Url::parse(&base).ok()); // absolute by now
            safe(text?, base.as_ref().or(self.base.as_ref()), defects)
        };
        let summary = clean(entry.summary.as_ref(), entry.summary_base.as_deref());
        // A text given twice is one; sanitising costs more than reading does.
        let twice = entry.content == entry.summary && entry.content_base == entry.summary_base;
        let content = if twice { None } else { clean(entry.content.as_ref(), entry.content_base.as_deref()) };
        let content = content.filter(|content| Some(content) != summary.as_ref());
        let body = content.as_ref().or(summary.as_ref()).map(|html| html::to_plain(html.as_str()));
        let enclosures = enclosures(&entry.enclosures, self.base.as_ref());
        let details = details::of_entry(entry.details, self.base.as_ref());
        let image = details.image.or_else(|| details::picture_among(&enclosures));
        let image =
            image.or_else(|| [&content, &summary].into_iter().flatten().find_map(details::picture_in));
        let image = image.or_else(|| details::absolute_image(entry.small_picture?, self.base.as_ref()));
        let details = ArticleDetails { image, ..details };
        let media = media([&summary, &content], &enclosures);
        // A title published in a second is something to be found by, even without a text.
        let fingerprint =
            fingerprint(&self.title, body.as_deref().unwrap_or_default(), &media, entry.published);
        let guid = entry.id.filter(|guid| guid.len() <= LONGEST_GUID);
        let river_guid = guid.clone().filter(|_| house.from_river);
        let article = Article {
            key,
            guid,
            river_guid,
            url: self.url,
            canonical_url: self.canonical_url,
            author: author(&entry.authors),
            published_at: entry.published,
            updated_at: entry.updated,
            summary,
            content,
            categories: labels(&entry.categories),
            enclosures,
            comments_url: entry.comments.and_then(|url| absolute(&url, self.base.as_ref())),
            language: entry.language.or_else(|| house.language.clone()).filter(|tag| is_language(tag)),
            origin: entry.origin.map(shortened_origin),
            also_in: entry.also_in.into_iter().take(MOST_OF_A_KIND).map(shortened_also_in).collect(),
            details,
            title: self.title,
            fingerprint,
            content_hash: self.content_hash,
            metadata_hash: 0,
        };
        Article { metadata_hash: metadata_hash(&article), ..article }
    }
}

/// The addresses of what an entry shows or attaches.
fn media(texts: [&Option<SafeHtml>; 2], enclosures: &[Enclosure]) -> Vec<String> {
    let mut media: Vec<String> = enclosures.iter().map(|file| file.url.clone()).collect();
    for text in texts.into_iter().flatten() {
        html::visit_media(text.as_str(), |address| media.push(address.to_owned()));
    }
    media
}

fn safe(text: &MarkupText, base: Option<&Url>, defects: &mut Defects) -> Option<SafeHtml> {
    let (shown, length) = match text {
        MarkupText::Plain(text) => (html::from_plain(text)?, text.len()),
        MarkupText::UnsafeHtml(markup) => (html::sanitise(markup, base)?, markup.len()),
    };
    // One that was cut in reading is counted already; a character may have been in the way of the last bytes.
    if shown.is_cut && length + 4 <= html::MAX_LENGTH {
        defects.note("text-too-long");
    }
    Some(shown.html)
}

/// Some publishers stamp every entry with the time of the build: then `updated` tells nothing of any of them.
fn updates_say_nothing(drafts: &[Draft]) -> bool {
    let mut stamps = drafts.iter().filter_map(|draft| draft.entry.updated);
    let Some(first) = stamps.next() else { return false };
    drafts.len() > 1
        && stamps.all(|stamp| stamp == first)
        && drafts.iter().all(|draft| draft.entry.published.is_some() && draft.entry.updated.is_some())
}

/// Returns for each entry whether `max_age` and `max_entries` let it in, or else which of them leaves it out. The newest
/// count by their dates, undated ones by their place in the document, before all others: they may be new.
fn within_limits(drafts: &[Draft], context: &NormalizeContext<'_>) -> Vec<Result<(), LeftOutReason>> {
    let oldest = context.limits.max_age.map(|age| context.now.saturating_sub(age));
    let is_old = |draft: &Draft| matches!((oldest, draft.dated()), (Some(oldest), Some(at)) if at < oldest);
    let mut newest: Vec<(std::cmp::Reverse<Timestamp>, usize)> = (0..)
        .zip(drafts)
        .filter(|(_, draft)| !is_old(draft))
        .map(|(index, draft)| (std::cmp::Reverse(draft.dated().unwrap_or(Timestamp::MAX)), index))
        .collect();
    newest.sort_unstable();
    newest.truncate(context.limits.max_entries.unwrap_or(usize::MAX));
    let taken: HashSet<usize> = newest.into_iter().map(|(_, index)| index).collect();
    let verdict = |(index, draft): (usize, &Draft)| match () {
        () if taken.contains(&index) => Ok(()),
        () if is_old(draft) => Err(LeftOutReason::MaxAge),
        () => Err(LeftOutReason::MaxEntries),
    };
    drafts.iter().enumerate().map(verdict).collect()
}

fn author(names: &[String]) -> Option<String> {
    let joined = names
        .iter()
        .map(|name| on_one_line(name))
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    Some(shortened(&joined, LONGEST_LABEL)).filter(|names| !names.is_empty())
}

fn labels(published: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let labels = published.iter().map(|label| shortened(&on_one_line(label), LONGEST_LABEL));
    labels.filter(|label| !label.is_empty() && seen.insert(words::fold(label))).take(MOST_OF_A_KIND).collect()
}

fn enclosures(published: &[Enclosure], base: Option<&Url>) -> Vec<Enclosure> {
    let mut seen = HashSet::new();
    let resolved = published.iter().filter_map(|file| {
        let url = absolute(&file.url, base)?;
        Some(Enclosure { url, ..file.clone() })
    });
    resolved.filter(|file| seen.insert(file.url.clone())).take(enclosure::MAX_ENCLOSURES).collect()
}

fn is_language(tag: &str) -> bool {
    (1..=LONGEST_LANGUAGE).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn shortened_origin(origin: Origin) -> Origin {
    let title = origin.title.map(|title| shortened(&on_one_line(&title), LONGEST_LABEL));
    Origin { title, url: origin.url.and_then(|url| absolute(&url, None)) }
}

fn shortened_also_in(also_in: AlsoIn) -> AlsoIn {
    AlsoIn {
        source: shortened(&on_one_line(&also_in.source), LONGEST_LABEL),
        title: shortened(&on_one_line(&also_in.title), LONGEST_TITLE),
        url: also_in.url.and_then(|url| absolute(&url, None)),
    }
}

fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
