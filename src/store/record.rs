//! Writes one poll: the schedule, the validators and the articles, in the transaction that the writer commits. A long
//! document takes several transactions, and the validators come with the last one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::arriving::{self, ArrivingEntry};
use super::band_index::KnownBands;
use super::document_index::DocumentIndex;
use super::document_record;
use super::edits::{Change, EditCause};
use super::entries::{self, LimitedKey, StoredEntry, StoredOfSource};
use super::entry_match::EntryMatch;
use super::gone_entry::{self, GoneEntries};
use super::groups::{self, JoinOutcome, PlacedArticle};
use super::storing_context::{self, StoringContext};
use super::{
    StoreError, due, edited_in_list, edits, growth, incidents, kept_apart, left_out, near_duplicates,
    next_on_page, pages, plans, state, takeover,
};
use crate::article::dedup::Likeness;
use crate::article::placement::SourceHistory;
use crate::config::Dedup;
use crate::model::{
    Article, DocumentArticles, DocumentCopy, Key, LeftOutEntry, LeftOutReason, Listing, PollReceipt,
    PollRecord, PollVerdict, Source,
};

/// How many new and edited entries one transaction stores at most. Other writes get their turn after that.
const STORED_TOGETHER: usize = 250;
/// How long one transaction stores entries at most.
const STORED_FOR: Duration = Duration::from_millis(100);

/// How far a record was stored.
pub(super) enum RecordStep {
    /// Entries were stored, and more of them follow. The validators are not stored yet.
    InPart(DocumentProgress),
    /// The whole record was stored.
    Stored(PollReceipt),
}

/// How far a long document was stored.
pub(super) struct DocumentProgress {
    /// The entries that are still to be stored. The last of them is stored next.
    arriving: Vec<ArrivingEntry>,
    /// What riverd had read of the source before this document.
    history: SourceHistory,
    receipt: PollReceipt,
    /// Entries that were left out so far, because retention deleted them earlier or because they exceed the daily limit.
    left_out: Vec<LeftOutEntry>,
}

/// Writes `record`, or the part of it that is next after `progress`. `configured` has the source as it is in feeds.toml now
/// (`None` if it was removed meanwhile), and the settings of deduplication. `known_bands` belongs to the database.
///
/// If a part fails, the earlier parts stay stored. The validators come with the last part, so the next poll gets the document
/// once more and stores the rest.
pub(super) fn step(
    conn: &Connection,
    record: &PollRecord,
    configured: (Option<&Arc<Source>>, &Dedup),
    known_bands: &Mutex<KnownBands>,
    progress: Option<DocumentProgress>,
) -> Result<RecordStep, StoreError> {
    let (source, dedup) = configured;
    match &record.verdict {
        PollVerdict::Fresh(document) => {
            let mut context = storing_context::for_record(conn, record, source, dedup, known_bands)?;
            match store_document(conn, &mut context, document, progress)? {
                RecordStep::Stored(receipt) => {
                    let record = document_record::after_storing(record, &receipt);
                    write_state(conn, &record)?;
                    state::write_stated(conn, record.source, &record.state)?;
                    if source.is_some_and(|source| source.full_text) {
                        pages::want(conn, &context, document)?;
                    }
                    Ok(RecordStep::Stored(receipt))
                }
                in_part @ RecordStep::InPart(_) => Ok(in_part),
            }
        }
        PollVerdict::Unchanged
        | PollVerdict::Throttled(_)
        | PollVerdict::Failed(_)
        | PollVerdict::Gone(_) => {
            write_state(conn, record)?;
            Ok(RecordStep::Stored(PollReceipt::default()))
        }
    }
}

/// Writes what the poll found out about the source: its schedule, its validators, its incidents, and the pause that its server
/// asked for. If its hub announced news while the poll was under way, the next poll is brought forward.
fn write_state(conn: &Connection, record: &PollRecord) -> Result<(), StoreError> {
    let noted = due::noted(conn, record.source)?;
    if !state::write(conn, record.source, &record.state, &record.next, record.status)? {
        return Err(StoreError::NoSuchSource(record.source));
    }
    incidents::note_poll(conn, record, noted.has_open_incident)?;
    if noted.has_message {
        plans::bring_forward(conn, record.source, record.polled_at)?;
    }
    if let Some(pause) = &record.pause {
        plans::pause_domain(conn, Some(record.source), pause, record.polled_at)?;
    }
    Ok(())
}

/// Stores a document, or its next part. Each of its entries is known, edited, known under another key, pruned before,
/// beyond the limit for one day, or new.
fn store_document(
    conn: &Connection,
    context: &mut StoringContext<'_>,
    document: &DocumentArticles,
    progress: Option<DocumentProgress>,
) -> Result<RecordStep, StoreError> {
    let is_first_part = progress.is_none();
    let (mut progress, listed) = match progress {
        Some(progress) => {
            context.history = progress.history;
            (progress, HashMap::new())
        }
        None => begin_document(conn, context, document)?,
    };
    let mut writer = DocumentWriter {
        conn,
        context,
        index: DocumentIndex::of(document),
        listed,
        gone: GoneEntries::default(),
        stored: entries::stored_of(conn, context.source)?,
        copy: document.copy,
        receipt: std::mem::take(&mut progress.receipt),
        left_out: std::mem::take(&mut progress.left_out).into_iter().map(Cow::Owned).collect(),
    };
    let until = Instant::now() + STORED_FOR;
    let written_before = writer.written();
    while let Some(arriving) = progress.arriving.pop() {
        let Some(article) = document.articles.get(arriving.at) else { continue };
        let place = arriving.place(context);
        writer.store_entry(PlacedArticle { article, place }, arriving.is_over_limit)?;
        let is_enough = writer.written() - written_before >= STORED_TOGETHER || Instant::now() >= until;
        if is_enough && !progress.arriving.is_empty() {
            progress.receipt = writer.receipt;
            progress.left_out = writer.left_out.into_iter().map(Cow::into_owned).collect();
            return Ok(RecordStep::InPart(progress));
        }
    }
    if !is_first_part {
        // The first part of the document read which entries are listed. This may have changed, because other writes came in
        // between.
        let index = &writer.index;
        writer.listed = entries::listed(conn, context.source, |key| !index.lists(key))?;
    }
    finish_document(context, document, writer).map(RecordStep::Stored)
}

/// Decides where each entry of a document stands, before the first of them is stored. If the source is a retired one under a
/// new address, first moves the entries of the retired source to it ([`takeover`]). Also returns the entries that the previous
/// document listed, by key.
fn begin_document(
    conn: &Connection,
    context: &mut StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<(DocumentProgress, HashMap<String, StoredEntry>), StoreError> {
    if takeover::take_over_retired(conn, context, document)? {
        context.history = SourceHistory::Entries;
        document_record::note_read(conn, context, true)?;
    }
    let listed = entries::listed(conn, context.source, |_| true)?;
    let mut arriving = arriving::newest_first(conn, context, document, &listed)?;
    arriving::limit_growth(conn, context, document, &mut arriving)?;
    let progress = DocumentProgress {
        arriving,
        history: context.history,
        receipt: PollReceipt::default(),
        left_out: Vec::new(),
    };
    Ok((progress, listed))
}

/// Notes what concerns the document as a whole: which entries were left out, which entries it no longer lists, its defects, and
/// how many entries were new.
fn finish_document<'a>(
    context: &StoringContext<'_>,
    document: &'a DocumentArticles,
    mut writer: DocumentWriter<'a>,
) -> Result<PollReceipt, StoreError> {
    let conn = writer.conn;
    for left_out in &document.left_out.entries {
        writer.store_left_out(left_out)?;
    }
    if document.listing == Listing::Whole {
        for gone in writer.listed.values() {
            entries::unlist(conn, gone.id, context.now)?;
        }
    }
    document_record::note_document(conn, context, document)?;
    let left_out = (writer.left_out, &document.left_out.unread);
    let index = &writer.index;
    let is_taken = |key: &Key| index.lists(&key.0);
    let left_out =
        left_out::replace(conn, context.source, left_out, (document.listing, is_taken), context.now)?;
    let new = writer.receipt.added + writer.receipt.grouped;
    growth::note(conn, context.new_entries(u64::from(new)))?;
    Ok(PollReceipt { left_out, ..writer.receipt })
}

/// Stores the entries of one document.
struct DocumentWriter<'a> {
    conn: &'a Connection,
    context: &'a StoringContext<'a>,
    index: DocumentIndex<'a>,
    /// Entries that the previous document listed and that this one has not listed so far. In the later parts of a long
    /// document, this map is empty until all entries are stored.
    listed: HashMap<String, StoredEntry>,
    gone: GoneEntries,
    /// What the store had of the source before this part of the document.
    stored: StoredOfSource,
    /// Which copy of its feed the document is.
    copy: DocumentCopy,
    receipt: PollReceipt,
    /// Entries that did not reach the river. Entries that a filter holds back are not among them, because they are stored.
    left_out: Vec<Cow<'a, LeftOutEntry>>,
}

impl<'a> DocumentWriter<'a> {
    /// Returns how many new and edited entries were written so far, as the receipt counts them. The receipt counts neither new
    /// entries that a filter holds back, nor changes that no reader sees.
    fn written(&self) -> usize {
        usize::try_from(self.receipt.added + self.receipt.updated + self.receipt.grouped)
            .unwrap_or(usize::MAX)
    }

    /// Stores one entry. A new entry gets its place. The entry is left out if retention deleted it before, or if it is new and
    /// beyond the limit for one day.
    fn store_entry(&mut self, placed: PlacedArticle<'_>, is_over_limit: bool) -> Result<(), StoreError> {
        let article = placed.article;
        let known = match self.listed.remove(article.key.0.as_str()) {
            Some(stored) => Some(stored),
            // The source had no entries before, and the keys of a document are all different.
            None if !self.stored.has_entries => None,
            None => entries::by_key(self.conn, self.context.source, &article.key)?,
        };
        match known {
            Some(stored) => {
                match next_on_page::as_next(self.conn, self.context, &self.index, &stored, article)? {
                    Some(next) => {
                        self.listed.insert(stored.key.clone(), stored);
                        self.store_new(PlacedArticle { article: &next, place: placed.place })
                    }
                    None => self.store_known(&stored, article),
                }
            }
            None if self.stored.has_tombstones
                && entries::note_listed_tombstone(self.conn, self.context, &article.key)? =>
            {
                self.receipt.known += 1;
                self.left_out.push(Cow::Owned(LeftOutEntry::of_article(
                    article,
                    LeftOutReason::Pruned,
                    None,
                )));
                Ok(())
            }
            None if is_over_limit => {
                let left_out = LeftOutEntry::of_article(article, LeftOutReason::DailyLimit, None);
                self.left_out.push(Cow::Owned(left_out));
                Ok(())
            }
            None => self.store_new(placed),
        }
    }

    /// Notes an entry that was left out. If `max_entries` or `max_age` is the reason, there are two exceptions. The entry may
    /// be stored from an earlier poll; then it does not count as left out. Or retention may have deleted it; then that is noted
    /// as the reason, because a wider limit would not bring the entry back.
    fn store_left_out(&mut self, entry: &'a LeftOutEntry) -> Result<(), StoreError> {
        let mut left_out = Cow::Borrowed(entry);
        if let Some(key) = entry.key.as_ref().filter(|_| entry.reason.is_configured_limit()) {
            if self.listed.remove(key.0.as_str()).is_some() {
                return Ok(());
            }
            match entries::note_listed_key(self.conn, self.context, key)? {
                LimitedKey::Stored => return Ok(()),
                LimitedKey::Pruned => left_out.to_mut().reason = LeftOutReason::Pruned,
                LimitedKey::Unknown => {}
            }
        }
        self.left_out.push(left_out);
        Ok(())
    }

    /// Updates an entry that is stored already: notes that it is listed, and edits it if it changed.
    fn store_known(&mut self, stored: &StoredEntry, article: &Article) -> Result<(), StoreError> {
        entries::note_listed(self.conn, stored, article.guid.as_deref())?;
        match edits::change_of(self.conn, stored, article, self.copy, self.context.now)? {
            Change::Edit(cause) => {
                edits::apply(self.conn, self.context, stored, article, cause)?;
                match cause {
                    EditCause::Unseen => self.receipt.known += 1,
                    _ => self.receipt.updated += 1,
                }
            }
            Change::Older => {
                self.receipt.known += 1;
                self.receipt.outdated += 1;
            }
            Change::Poorer => {
                let since = stored.poorer_since.unwrap_or(self.context.now);
                entries::note_poorer(self.conn, stored, Some(since))?;
                self.receipt.known += 1;
                self.receipt.poorer += 1;
            }
            Change::Nothing => {
                entries::note_date(self.conn, stored, article)?;
                entries::note_poorer(self.conn, stored, None)?;
                self.receipt.known += 1;
            }
        }
        Ok(())
    }

    /// Returns the stored entry of the source whose page moved to the address of `article` ([`Likeness::Moved`]). The caller
    /// edits that entry in place, so that its article links to the new page. Returns `None` if there is no such entry or more
    /// than one, or if the document has several entries with the title and the date of `article`.
    fn find_moved(
        &self,
        similar: &[EntryMatch],
        article: &Article,
    ) -> Result<Option<StoredEntry>, StoreError> {
        let mut moved = similar.iter().filter(|found| found.rule == Likeness::Moved.as_str());
        match (moved.next(), moved.next()) {
            (Some(found), None) if self.index.is_only_one_titled(article) => {
                entries::by_id(self.conn, found.entry)
            }
            _ => Ok(None),
        }
    }

    /// Stores an entry whose key has no row. If only its key or its address is new, it is stored in its old row, otherwise as a
    /// new entry.
    fn store_new(&mut self, placed: PlacedArticle<'_>) -> Result<(), StoreError> {
        let article = placed.article;
        let replaced = match gone_entry::find(self.conn, &self.index, (&self.listed, &self.gone), article)? {
            Some(key) => Some(key),
            None => edited_in_list::find(self.conn, self.context, &self.index, &self.listed, article)?,
        };
        if let Some(stored) = replaced.and_then(|key| self.listed.remove(&key)) {
            edits::rename(self.conn, self.context, &stored, article)?;
            return self.store_known(&stored, article);
        }
        let mut shared_url = false;
        let may_share = |url| self.stored.has_entries || self.index.count_on(url) > 1;
        if let Some(url) = article.canonical_url.as_ref().filter(|url| may_share(url)) {
            let others = entries::of_address(self.conn, self.context.source, url)?;
            let is_alone = others.len() == 1 && self.index.count_on(url) == 1;
            if let Some(stored) =
                others.iter().find(|other| self.index.is_same_under_new_key(other, article, is_alone))
            {
                self.listed.remove(&stored.key);
                edits::rename(self.conn, self.context, stored, article)?;
                return self.store_known(stored, article);
            }
            let has_earliest = others.iter().any(|other| !other.shared_url);
            shared_url = has_earliest || !self.index.is_earliest_on(url, article);
        }
        let mut similar = near_duplicates::find(self.conn, self.context, &self.index, article)?;
        if let Some(stored) = self.find_moved(&similar, article)? {
            self.listed.remove(&stored.key);
            edits::rename(self.conn, self.context, &stored, article)?;
            return self.store_known(&stored, article);
        }
        similar.retain(|found| found.rule != Likeness::Moved.as_str());
        let mut found = Vec::new();
        if !shared_url {
            let is_of_several =
                article.canonical_url.as_ref().is_some_and(|url| self.index.count_on(url) > 1);
            found = groups::same_page(self.conn, self.context, article, is_of_several)?;
        }
        found.extend(similar);
        let found = kept_apart::without_chains(self.conn, self.context, &self.index, article, found)?;
        match groups::join(self.conn, self.context, placed, shared_url, found)? {
            // `left_out::replace` counts all entries that the filters hold back.
            JoinOutcome::HeldBack => {}
            JoinOutcome::OwnArticle => self.receipt.known += 1,
            JoinOutcome::Grouped => self.receipt.grouped += 1,
            JoinOutcome::New => self.receipt.added += 1,
        }
        Ok(())
    }
}
