//! Writes one poll whole: the schedule, the validators and the articles, in the transaction that the writer commits.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::document_index::DocumentIndex;
use super::edits::EditCause;
use super::entries::{self, LimitedKey, StoredEntry, StoredOfSource};
use super::entry_match::EntryMatch;
use super::groups::{self, JoinOutcome, PlacedArticle};
use super::storing_context::{self, StoringContext};
use super::{StoreError, adopt, due, edits, hubs, incidents, left_out, near_duplicates, plans, state};
use crate::article::dedup::Likeness;
use crate::article::identity;
use crate::article::placement::{self, ListedEntry, Place, SourceHistory};
use crate::config::Dedup;
use crate::model::{
    Article, DocumentArticles, Key, LeftOutEntry, LeftOutReason, Listing, PollReceipt, PollRecord,
    PollVerdict, Source,
};

/// Writes `record`. `source` is what feeds.toml says of the source now; `None` if it was removed meanwhile.
pub(super) fn record(
    conn: &Connection,
    record: &PollRecord,
    source: Option<&Arc<Source>>,
    dedup: &Dedup,
) -> Result<PollReceipt, StoreError> {
    let has_pushed = hubs::has_message_since(conn, record.source, due::CLAIMED_FOR)?;
    if !state::write(conn, record.source, &record.state, &record.next, record.status)? {
        return Err(StoreError::NoSuchSource(record.source));
    }
    incidents::note_poll(conn, record)?;
    if has_pushed {
        plans::bring_forward(conn, record.source, record.polled_at)?;
    }
    if let Some(pause) = &record.pause {
        plans::pause_domain(conn, record.source, pause, record.polled_at)?;
    }
    match &record.verdict {
        PollVerdict::Fresh(document) => {
            let mut context = storing_context::for_record(conn, record, source, dedup)?;
            if adopt::adopt_retired(conn, &context, document)? {
                context.history = SourceHistory::Entries;
                note_read(conn, &context, true)?;
            }
            store_document(conn, &context, document)
        }
        PollVerdict::Unchanged
        | PollVerdict::Throttled(_)
        | PollVerdict::Failed(_)
        | PollVerdict::Gone(_) => Ok(PollReceipt::default()),
    }
}

/// Stores a document. Each of its entries is known, edited, known under another key, pruned before, or new.
fn store_document(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<PollReceipt, StoreError> {
    let mut writer = DocumentWriter {
        conn,
        context,
        index: DocumentIndex::of(document),
        listed: entries::listed(conn, context.source)?,
        stored: entries::stored_of(conn, context.source)?,
        receipt: PollReceipt::default(),
        left_out: Vec::new(),
    };
    for arriving in arriving_last_first(context, document, &writer.listed) {
        writer.store_entry(arriving.article, arriving.place)?;
    }
    for left_out in &document.left_out.entries {
        writer.store_left_out(left_out)?;
    }
    if document.listing == Listing::Whole {
        for gone in writer.listed.values() {
            entries::unlist(conn, gone.id, context.now)?;
        }
    }
    note_document(conn, context, document)?;
    let left_out = (writer.left_out, &document.left_out.unread);
    let index = &writer.index;
    let is_taken = |key: &Key| index.lists(&key.0);
    let left_out =
        left_out::replace(conn, context.source, left_out, (document.listing, is_taken), context.now)?;
    Ok(PollReceipt { left_out, ..writer.receipt })
}

/// An entry of a document, and where it stands if it is new.
struct ArrivingEntry<'a> {
    article: &'a Article,
    place: Place,
}

/// Returns the entries of a document in the order in which they are stored. The newest is stored last, so it has the
/// highest row and comes first of those that arrive together.
fn arriving_last_first<'a>(
    context: &StoringContext<'_>,
    document: &'a DocumentArticles,
    listed: &HashMap<String, StoredEntry>,
) -> Vec<ArrivingEntry<'a>> {
    let entry = |article: &Article| ListedEntry {
        is_known: listed.contains_key(&article.key.0),
        dated_at: article.dated_at(),
    };
    let entries: Vec<ListedEntry> = document.articles.iter().map(entry).collect();
    let known = entries.iter().filter(|entry| entry.is_known).count();
    let has_gaps = known < listed.len() && document.listing == Listing::Whole;
    let is_old = placement::behind_known(&entries, has_gaps);
    let stand_ins = placement::stand_in_dates(&entries, context.now);
    let mut ahead = 0;
    let mut arriving = Vec::with_capacity(entries.len());
    for at in placement::reading_order(&entries) {
        let (Some(article), Some(entry)) = (document.articles.get(at), entries.get(at)) else { continue };
        let is_old = is_old.get(at).copied().unwrap_or_default();
        let stand_in = stand_ins.get(at).copied().unwrap_or(context.now);
        arriving.push(ArrivingEntry { article, place: context.place(article, ahead, is_old, stand_in) });
        ahead += usize::from(!entry.is_known);
    }
    arriving.reverse();
    arriving
}

/// Stores the entries of one document.
struct DocumentWriter<'a> {
    conn: &'a Connection,
    context: &'a StoringContext<'a>,
    index: DocumentIndex<'a>,
    /// Entries that the previous document listed and that this one has not listed so far.
    listed: HashMap<String, StoredEntry>,
    /// What the store had of the source before this document.
    stored: StoredOfSource,
    receipt: PollReceipt,
    /// Entries that did not reach the river, without those that a filter holds back, because these are stored.
    left_out: Vec<Cow<'a, LeftOutEntry>>,
}

impl<'a> DocumentWriter<'a> {
    /// Stores one entry, which stands at `place` if it is new.
    fn store_entry(&mut self, article: &Article, place: Place) -> Result<(), StoreError> {
        let known = match self.listed.remove(article.key.0.as_str()) {
            Some(stored) => Some(stored),
            // The keys of a document are all different.
            None if !self.stored.has_entries => None,
            None => entries::by_key(self.conn, self.context.source, &article.key)?,
        };
        match known {
            Some(stored) => self.store_known(&stored, article),
            None if self.stored.has_tombstones
                && entries::is_pruned(self.conn, self.context, &article.key)? =>
            {
                self.receipt.known += 1;
                self.left_out.push(Cow::Owned(LeftOutEntry::of_article(
                    article,
                    LeftOutReason::Pruned,
                    None,
                )));
                Ok(())
            }
            None => self.store_new(PlacedArticle { article, place }),
        }
    }

    /// Notes an entry that was left out. One that a limit left out may be stored from an earlier poll, and then it is
    /// in the river. Or retention may have deleted it, and then a wider limit would not bring it back.
    fn store_left_out(&mut self, entry: &'a LeftOutEntry) -> Result<(), StoreError> {
        let mut left_out = Cow::Borrowed(entry);
        if let Some(key) = entry.key.as_ref().filter(|_| entry.reason.is_limit()) {
            if self.listed.remove(key.0.as_str()).is_some() {
                return Ok(());
            }
            match entries::list_again(self.conn, self.context, key)? {
                LimitedKey::Stored => return Ok(()),
                LimitedKey::Pruned => left_out.to_mut().reason = LeftOutReason::Pruned,
                LimitedKey::Unknown => {}
            }
        }
        self.left_out.push(left_out);
        Ok(())
    }

    /// Stores an entry that is stored already: notes that it is listed, and edits it if it changed.
    fn store_known(&mut self, stored: &StoredEntry, article: &Article) -> Result<(), StoreError> {
        entries::relist(self.conn, stored, article.guid.as_deref())?;
        match edits::cause(stored, article) {
            Some(cause) => {
                edits::apply(self.conn, self.context, stored, article, cause)?;
                let is_edit = cause != EditCause::Unseen;
                *(if is_edit { &mut self.receipt.updated } else { &mut self.receipt.known }) += 1;
            }
            None => self.receipt.known += 1,
        }
        Ok(())
    }

    /// Returns the stored entry of the source whose page moved to this one. It is edited in place, so that its article
    /// leads to where the page is now. If several entries have that title and second, none is returned.
    fn find_moved(&self, similar: &[EntryMatch]) -> Result<Option<StoredEntry>, StoreError> {
        let mut moved = similar.iter().filter(|found| found.rule == Likeness::Moved.as_str());
        match (moved.next(), moved.next()) {
            (Some(found), None) => entries::by_id(self.conn, found.entry),
            _ => Ok(None),
        }
    }

    /// Stores an entry without a row for its key: under its old row if only its key is new, or else as a new entry.
    fn store_new(&mut self, placed: PlacedArticle<'_>) -> Result<(), StoreError> {
        let article = placed.article;
        let mut shared_url = false;
        let may_share = |url| self.stored.has_entries || self.index.count_on(url) > 1;
        if let Some(url) = article.canonical_url.as_ref().filter(|url| may_share(url)) {
            let others = entries::of_address(self.conn, self.context.source, url)?;
            let is_alone = others.len() == 1 && self.index.count_on(url) == 1;
            if let Some(stored) =
                others.iter().find(|other| is_same_under_new_key(other, article, &self.index, is_alone))
            {
                self.listed.remove(&stored.key);
                edits::rename(self.conn, self.context, stored, article)?;
                return self.store_known(stored, article);
            }
            let has_earliest = others.iter().any(|other| !other.shared_url);
            shared_url = has_earliest || !self.index.is_earliest_on(url, article);
        }
        let mut similar = near_duplicates::find(self.conn, self.context, &self.index, article)?;
        if let Some(stored) = self.find_moved(&similar)? {
            self.listed.remove(&stored.key);
            edits::rename(self.conn, self.context, &stored, article)?;
            return self.store_known(&stored, article);
        }
        similar.retain(|found| found.rule != Likeness::Moved.as_str());
        match groups::join(self.conn, self.context, placed, shared_url, similar)? {
            // It is counted with all entries that the filters hold back.
            JoinOutcome::HeldBack => {}
            JoinOutcome::OurArticle => self.receipt.known += 1,
            JoinOutcome::Grouped => self.receipt.grouped += 1,
            JoinOutcome::New => self.receipt.added += 1,
        }
        Ok(())
    }
}

/// Returns whether a stored entry of the source, which the document no longer lists, is this entry under another key.
/// Guids that are new at every fetch must not publish an article again, and a page that changes daily under one address
/// must not lose a day. `is_alone` says that the page has no other entry.
fn is_same_under_new_key(
    stored: &StoredEntry,
    article: &Article,
    index: &DocumentIndex<'_>,
    is_alone: bool,
) -> bool {
    let same_title = !article.title.is_empty() && stored.title == article.title;
    let same_text =
        stored.content_hash == article.content_hash || stored.seen_hash == Some(article.seen_hash);
    let dates = (stored.published_at, article.published_at);
    !index.lists(&stored.key)
        && identity::is_same_on_page(dates, (same_text, same_title), (is_alone, is_alone))
}

/// Notes that a document of the source was read, and whether it had entries.
fn note_read(conn: &Connection, context: &StoringContext<'_>, has_entries: bool) -> Result<(), StoreError> {
    conn.prepare_cached(
        "update sources set first_read_at = coalesce(first_read_at, ?1), filled_at = ?2 where id = ?3",
    )?
    .execute(params![
        context.now.unix(),
        has_entries.then_some(context.now.unix()),
        context.source.0
    ])?;
    Ok(())
}

/// Notes what the document says about its source: whether it has entries, and its defects.
fn note_document(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<(), StoreError> {
    if context.history != SourceHistory::Entries {
        note_read(conn, context, !document.articles.is_empty())?;
    }
    conn.prepare_cached("delete from defects where source_id = ?")?.execute([context.source.0])?;
    let mut insert =
        conn.prepare_cached("insert or replace into defects (source_id, name, count) values (?, ?, ?)")?;
    for defect in &document.defects {
        insert.execute(params![context.source.0, defect.name, defect.count])?;
    }
    Ok(())
}
