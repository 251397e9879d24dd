//! One poll, written whole: the schedule, the validators and the articles, in the transaction that the writer commits.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::entries::{self, Beyond, Stored};
use super::groups::{self, Arriving, EntryMatch, Joined};
use super::{StoreError, due, hubs, left_out, near_duplicates, plans, state};
use crate::article::dedup::Likeness;
use crate::article::placement::{self, Arrival, Place, SourceHistory};
use crate::config::Dedup;
use crate::model::{
    Article, CanonicalUrl, DocumentArticles, EntryFilter, Key, LeftOutEntry, LeftOutReason, Listing,
    Location, PollReceipt, PollRecord, PollVerdict, Source, SourceId,
};
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// What storing a document needs to know beside it.
pub(super) struct StoringContext<'a> {
    pub(super) source: SourceId,
    pub(super) url: String,
    pub(super) filter: EntryFilter,
    /// The registrable domain (or host) of the feed's site: pages elsewhere were written by others.
    pub(super) site: Option<String>,
    pub(super) brought: SourceHistory,
    /// The place of the newest published article.
    pub(super) newest: Option<Timestamp>,
    pub(super) now: Timestamp,
    pub(super) dedup: &'a Dedup,
}

/// Writes `record`. `source` is what feeds.toml says of it now; `None` if it was taken out meanwhile.
pub(super) fn record(
    conn: &Connection,
    record: &PollRecord,
    source: Option<&Arc<Source>>,
    dedup: &Dedup,
) -> Result<PollReceipt, StoreError> {
    let told = hubs::told_since(conn, record.source, due::CLAIMED_FOR)?;
    if !state::write(conn, record.source, &record.state, &record.next, record.status)? {
        return Err(StoreError::NoSuchSource(record.source));
    }
    if told {
        plans::bring_forward(conn, record.source, record.polled_at)?;
    }
    if let Some(pause) = &record.pause {
        plans::pause_domain(conn, record.source, pause, record.polled_at)?;
    }
    match &record.verdict {
        PollVerdict::Fresh(harvest) => {
            let context = context(conn, record, source, dedup)?;
            store(conn, &context, harvest)
        }
        PollVerdict::Unchanged
        | PollVerdict::Throttled(_)
        | PollVerdict::Failed(_)
        | PollVerdict::Gone(_) => Ok(PollReceipt::default()),
    }
}

fn context<'a>(
    conn: &Connection,
    record: &PollRecord,
    source: Option<&Arc<Source>>,
    dedup: &'a Dedup,
) -> Result<StoringContext<'a>, StoreError> {
    let (url, brought) = conn
        .prepare_cached("select url, filled_at, first_read_at from sources where id = ?")?
        .query_row([record.source.0], |row| Ok((row.get::<_, String>("url")?, brought(row)?)))?;
    let newest: Option<i64> = conn
        .prepare_cached(
            "select placed_at from articles where published_at is not null and representative is not null
             order by placed_at desc limit 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    let site = record.state.feed.link.as_deref().and_then(site_of).or_else(|| site_of(&url));
    Ok(StoringContext {
        source: record.source,
        site,
        url,
        filter: source.map(|source| source.filter.clone()).unwrap_or_default(),
        brought,
        newest: newest.map(Timestamp::from_unix),
        now: record.state.polled_at.unwrap_or(record.polled_at),
        dedup,
    })
}

fn brought(row: &Row<'_>) -> rusqlite::Result<SourceHistory> {
    let first_read_at = state::time(row, "first_read_at")?;
    Ok(match row.get::<_, Option<i64>>("filled_at")? {
        Some(_) => SourceHistory::Entries,
        None => first_read_at.map_or(SourceHistory::Nothing, SourceHistory::EmptyDocuments),
    })
}

impl StoringContext<'_> {
    /// Where `article` stands, with `ahead` new entries before it in its document.
    fn place(&self, article: &Article, ahead: usize) -> Place {
        let dated_at = article.dated_at();
        placement::place(self.brought.arrival(dated_at), dated_at, ahead, self.now, self.newest)
    }

    /// Where an entry stands that a filter held back until now.
    pub(super) fn place_of_shown(&self, article: &Article) -> Place {
        placement::place(Arrival::Later, article.dated_at(), 0, self.now, self.newest)
    }
}

/// What a page and its feed have in common: the registrable domain of a public host, or the host.
pub(super) fn site_of(url: &str) -> Option<String> {
    let location = Location::Http(url::Url::parse(url).ok()?);
    let domain = Scope::of(&location).domain().map(str::to_owned);
    domain.or_else(|| location.host().map(str::to_owned))
}

/// Stores a document: each entry is known, edited, under a new key, pruned before, or new.
fn store(
    conn: &Connection,
    context: &StoringContext<'_>,
    harvest: &DocumentArticles,
) -> Result<PollReceipt, StoreError> {
    let mut storing = Storing {
        conn,
        context,
        document: DocumentIndex::of(harvest),
        listed: entries::listed(conn, context.source)?,
        receipt: PollReceipt::default(),
        left_out: Vec::new(),
    };
    // Feeds list the newest first. Stored last, it has the highest row, and comes first of those that arrive together.
    let mut ahead =
        harvest.articles.iter().filter(|article| !storing.listed.contains_key(&article.key.0)).count();
    for article in harvest.articles.iter().rev() {
        ahead = ahead.saturating_sub(usize::from(!storing.listed.contains_key(&article.key.0)));
        storing.entry(article, ahead)?;
    }
    for left_out in &harvest.left_out.entries {
        storing.left_out(left_out)?;
    }
    if harvest.listing == Listing::Whole {
        for gone in storing.listed.values() {
            entries::unlist(conn, gone.id, context.now)?;
        }
    }
    note_document(conn, context, harvest)?;
    let left_out = (storing.left_out, &harvest.left_out.unread);
    let document = &storing.document;
    let is_taken = |key: &Key| document.lists(&key.0);
    let left_out =
        left_out::replace(conn, context.source, left_out, (harvest.listing, is_taken), context.now)?;
    Ok(PollReceipt { left_out, ..storing.receipt })
}

/// A document that is being stored.
struct Storing<'a> {
    conn: &'a Connection,
    context: &'a StoringContext<'a>,
    document: DocumentIndex<'a>,
    /// What the document before it listed, less what this one was seen to list.
    listed: HashMap<String, Stored>,
    receipt: PollReceipt,
    /// What did not reach the river, but for what a filter holds back: those entries are stored.
    left_out: Vec<Cow<'a, LeftOutEntry>>,
}

impl<'a> Storing<'a> {
    /// With `ahead` new entries before it in the document.
    fn entry(&mut self, article: &Article, ahead: usize) -> Result<(), StoreError> {
        let known = match self.listed.remove(article.key.0.as_str()) {
            Some(stored) => Some(stored),
            None => entries::by_key(self.conn, self.context.source, &article.key)?,
        };
        match known {
            Some(stored) => self.seen_again(&stored, article),
            None if entries::is_pruned(self.conn, self.context, &article.key)? => {
                self.receipt.known += 1;
                self.left_out.push(Cow::Owned(LeftOutEntry::of_article(
                    article,
                    LeftOutReason::Pruned,
                    None,
                )));
                Ok(())
            }
            None => self.arrived(Arriving { article, place: self.context.place(article, ahead) }),
        }
    }

    /// An entry that was left out. What a limit left out may be stored from before, and then it is in the river; or
    /// retention deleted it, and then another limit would not bring it back.
    fn left_out(&mut self, entry: &'a LeftOutEntry) -> Result<(), StoreError> {
        let mut left_out = Cow::Borrowed(entry);
        if let Some(key) = entry.key.as_ref().filter(|_| entry.reason.is_limit()) {
            if self.listed.remove(key.0.as_str()).is_some() {
                return Ok(());
            }
            match entries::list_again(self.conn, self.context, key)? {
                Beyond::Stored => return Ok(()),
                Beyond::Pruned => left_out.to_mut().reason = LeftOutReason::Pruned,
                Beyond::Nothing => {}
            }
        }
        self.left_out.push(left_out);
        Ok(())
    }

    fn seen_again(&mut self, stored: &Stored, article: &Article) -> Result<(), StoreError> {
        entries::relist(self.conn, stored, article.guid.as_deref())?;
        match entries::edit_cause(stored, article) {
            Some(cause) => {
                entries::edit(self.conn, self.context, stored, article, cause)?;
                self.receipt.updated += 1;
            }
            None => self.receipt.known += 1,
        }
        Ok(())
    }

    /// The entry of the source whose page moved to this one: it is edited in place, so that its article leads to where the
    /// page is now. Of several with that title and second, neither is known by them.
    fn moved(&self, alike: &[EntryMatch]) -> Result<Option<Stored>, StoreError> {
        let mut moved = alike.iter().filter(|link| link.rule == Likeness::Moved.as_str());
        match (moved.next(), moved.next()) {
            (Some(link), None) => entries::by_id(self.conn, link.entry),
            _ => Ok(None),
        }
    }

    fn arrived(&mut self, arriving: Arriving<'_>) -> Result<(), StoreError> {
        let article = arriving.article;
        let mut shared = false;
        if let Some(url) = &article.canonical_url {
            let others = entries::of_address(self.conn, self.context.source, url)?;
            if let Some(stored) =
                others.iter().find(|other| is_same_under_new_key(other, article, &self.document))
            {
                self.listed.remove(&stored.key);
                entries::rename(self.conn, self.context, stored, article)?;
                return self.seen_again(stored, article);
            }
            let has_its_first = others.iter().any(|other| !other.shared_url);
            shared = has_its_first || !self.document.has_first_on(url, article);
        }
        let mut alike = near_duplicates::links(self.conn, self.context, &self.document, article)?;
        if let Some(stored) = self.moved(&alike)? {
            self.listed.remove(&stored.key);
            entries::rename(self.conn, self.context, &stored, article)?;
            return self.seen_again(&stored, article);
        }
        alike.retain(|link| link.rule != Likeness::Moved.as_str());
        match groups::join(self.conn, self.context, arriving, shared, alike)? {
            // Counted with all that the filters hold back.
            Joined::HeldBack => {}
            Joined::Own => self.receipt.known += 1,
            Joined::Group => self.receipt.grouped += 1,
            Joined::New => self.receipt.added += 1,
        }
        Ok(())
    }
}

/// What a whole document says about one of its entries.
pub(super) struct DocumentIndex<'a> {
    keys: HashSet<&'a str>,
    listing: Listing,
    /// The earliest entry of each address.
    first: HashMap<&'a CanonicalUrl, Told<'a>>,
}

impl<'a> DocumentIndex<'a> {
    fn of(harvest: &'a DocumentArticles) -> Self {
        let mut first: HashMap<&CanonicalUrl, Told<'_>> = HashMap::new();
        for article in &harvest.articles {
            if let Some(url) = &article.canonical_url {
                let told = told(article);
                first.entry(url).and_modify(|first| *first = told.min(*first)).or_insert(told);
            }
        }
        let keys = harvest.articles.iter().map(|article| article.key.0.as_str());
        let keys = keys.chain(harvest.left_out.limited_keys().map(|key| key.0.as_str())).collect();
        Self { keys, listing: harvest.listing, first }
    }

    /// Whether it lists this key.
    fn lists(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether the feed lists a stored entry of this key still. What a document of changes leaves out it lists as before.
    pub(super) fn still_lists(&self, key: &str, unlisted_at: Option<Timestamp>) -> bool {
        self.lists(key) || (self.listing == Listing::Delta && unlisted_at.is_none())
    }

    /// Whether none of its entries with this address is earlier than `article`: what came in one document must join as if
    /// it had come one by one.
    fn has_first_on(&self, url: &CanonicalUrl, article: &Article) -> bool {
        self.first.get(url).is_none_or(|first| *first == told(article))
    }
}

/// What orders the entries of a document that have one address: undated ones last, then by key.
type Told<'a> = (bool, Option<Timestamp>, &'a str);

fn told(article: &Article) -> Told<'_> {
    (article.published_at.is_none(), article.published_at, article.key.0.as_str())
}

/// Whether a stored entry of the source, which the document no longer lists, is this one under another key: the same page
/// with the same text, or with the same title and no other date. Guids that are new at every fetch must not publish an
/// article again; a page that changes daily under one address must not lose a day.
fn is_same_under_new_key(stored: &Stored, article: &Article, document: &DocumentIndex<'_>) -> bool {
    let same_title = !article.title.is_empty() && stored.title == article.title;
    let other_date = match (stored.published_at, article.published_at) {
        (Some(before), Some(now)) => before != now,
        _ => false,
    };
    let same_text = stored.content_hash == article.content_hash;
    !document.lists(&stored.key) && (same_text || (same_title && !other_date))
}

fn note_document(
    conn: &Connection,
    context: &StoringContext<'_>,
    harvest: &DocumentArticles,
) -> Result<(), StoreError> {
    if context.brought != SourceHistory::Entries {
        let filled_at = (!harvest.articles.is_empty()).then_some(context.now.unix());
        conn.prepare_cached(
            "update sources set first_read_at = coalesce(first_read_at, ?1), filled_at = ?2 where id = ?3",
        )?
        .execute(params![context.now.unix(), filled_at, context.source.0])?;
    }
    conn.prepare_cached("delete from defects where source_id = ?")?.execute([context.source.0])?;
    let mut insert =
        conn.prepare_cached("insert or replace into defects (source_id, name, count) values (?, ?, ?)")?;
    for defect in &harvest.defects {
        insert.execute(params![context.source.0, defect.name, defect.count])?;
    }
    Ok(())
}
