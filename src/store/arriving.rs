//! The entries of a document before they are stored: in which order they are read, and how many may be new.

use std::collections::HashMap;

use rusqlite::Connection;

use super::entries::StoredEntry;
use super::growth::NewText;
use super::storing_context::StoringContext;
use super::{StoreError, entries, growth};
use crate::article::old_entries;
use crate::article::placement::{
    self, AmongNew, Arrival, ArrivalOrder, Gaps, ListedEntry, Place, SourceHistory,
};
use crate::model::{Article, DocumentArticles, Listing};
use crate::time::Timestamp;

/// An entry of a document, and what decides where it stands if it is new.
pub(super) struct ArrivingEntry {
    /// Position in the document.
    pub(super) at: usize,
    /// Whether the document before listed the entry, too, so that it is not new.
    is_known: bool,
    /// Date that the feed states, unless it says nothing of the publication of the entry, because it is that of the making of a
    /// first document ([`placement::are_dates_of_making`]), of an event ([`placement::are_dates_of_events`]) or of an import
    /// ([`old_entries::are_imported`]).
    dated_at: Option<Timestamp>,
    /// How the entry stands among the new entries of the document.
    pub(super) among: AmongNew,
    /// Whether it is an old entry that the list shows only now ([`old_entries::old_entries`]).
    pub(super) is_old: bool,
    /// Date by which the entry is placed if it has no date, and either came with the first entries of its source or is old.
    pub(super) stand_in: Timestamp,
    /// Whether the entry must be left out if it is new, because too many new entries came within a day ([`growth`]).
    pub(super) is_over_limit: bool,
}

impl ArrivingEntry {
    /// Returns the place of the entry if it is new.
    pub(super) fn place(&self, context: &StoringContext<'_>) -> Place {
        let is_old = self.is_old && self.dated_at.is_none_or(|at| placement::is_past(at, context.now));
        let arrival = if is_old { Arrival::ListedLate } else { context.history.arrival(self.dated_at) };
        let dated_at = self.dated_at.or_else(|| (arrival != Arrival::Later).then_some(self.stand_in));
        placement::place(arrival, dated_at, self.among, &context.arrival_time())
    }
}

/// Returns the entries of a document in the order in which they are read, the newest first. They are stored from the last to
/// the first. So the newest entry gets the highest row, and comes first among the entries that arrive together.
pub(super) fn newest_first(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
    listed: &HashMap<String, StoredEntry>,
) -> Result<Vec<ArrivingEntry>, StoreError> {
    let mut entries = listed_entries(context, document, listed);
    let known = entries.iter().filter(|entry| entry.is_known).count();
    let is_undated = entries.iter().all(|entry| entry.dated_at.is_none());
    let has_gaps = known < listed.len() && document.listing == Listing::Whole;
    let oldest = listed.values().filter_map(|entry| entry.published_at.or(entry.updated_at)).min();
    let gaps = Gaps {
        exist: has_gaps,
        are_behind_newest: has_gaps && has_newest_first(document, listed),
        older_than_all: oldest.filter(|_| has_gaps && known == 0),
        first_relisted: match known {
            0 if has_gaps && is_undated => first_stored(conn, context, document)?,
            _ => None,
        },
    };
    let rows = document.articles.iter().filter_map(|article| Some(listed.get(&article.key.0)?.id));
    let order = ArrivalOrder::of(rows);
    let imported = old_entries::are_imported(&entries);
    let is_old = old_entries::old_entries(&entries, &imported, order, gaps);
    let stand_ins = placement::stand_in_dates(&entries, context.now);
    let reading_order = placement::reading_order(&entries, order, &is_old);
    ignore_other_dates(context, &mut entries, imported);
    let stands_behind = |at: usize| {
        is_old.get(at) == Some(&true) && entries.get(at).is_some_and(|entry| entry.dated_at.is_none())
    };
    let oldest =
        if reading_order.iter().any(|at| stands_behind(*at)) { oldest_place(conn, context)? } else { None };
    let mut stand_ins_of_old = placement::stand_ins_of_old(oldest, context.now);
    let time = context.arrival_time();
    let mut among = AmongNew::default();
    let mut arriving = Vec::with_capacity(entries.len());
    for at in reading_order {
        let Some(entry) = entries.get(at) else { continue };
        let is_old = is_old.get(at).copied().unwrap_or_default();
        let of_old = if stands_behind(at) { stand_ins_of_old.next() } else { None };
        let stand_in = of_old.or_else(|| stand_ins.get(at).copied()).unwrap_or(context.now);
        arriving.push(ArrivingEntry {
            at,
            is_known: entry.is_known,
            dated_at: entry.dated_at,
            among,
            is_old,
            stand_in,
            is_over_limit: false,
        });
        if !entry.is_known {
            among = among.next(entry.dated_at, &time);
        }
    }
    Ok(arriving)
}

/// Returns what decides where the entries of a document stand, in document order.
fn listed_entries(
    context: &StoringContext<'_>,
    document: &DocumentArticles,
    listed: &HashMap<String, StoredEntry>,
) -> Vec<ListedEntry> {
    let entry = |article: &Article| {
        let known = listed.get(&article.key.0);
        ListedEntry {
            is_known: known.is_some(),
            dated_at: article.dated_at(),
            changed_at: article.updated_at,
            dated_before: known.and_then(|known| known.published_at.or(known.updated_at)),
        }
    };
    let mut entries: Vec<ListedEntry> = document.articles.iter().map(entry).collect();
    if context.history == SourceHistory::Nothing && placement::are_dates_of_making(&entries, context.now) {
        for entry in &mut entries {
            entry.dated_at = None;
        }
    }
    entries
}

/// Removes the dates that say when something takes place, if the document is the first of its source, and those of an import.
fn ignore_other_dates(context: &StoringContext<'_>, entries: &mut [ListedEntry], imported: Vec<bool>) {
    let other = if context.history == SourceHistory::Nothing {
        placement::are_dates_of_events(entries, context.now)
    } else {
        imported
    };
    for (entry, is_other) in entries.iter_mut().zip(other) {
        entry.dated_at = entry.dated_at.filter(|_| !is_other);
    }
}

/// Returns the position of the first entry of a document that is stored.
fn first_stored(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<Option<usize>, StoreError> {
    for (at, article) in document.articles.iter().enumerate() {
        if entries::by_key(conn, context.source, &article.key)?.is_some() {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Returns the oldest place of the entries that the document before lists.
fn oldest_place(conn: &Connection, context: &StoringContext<'_>) -> Result<Option<Timestamp>, StoreError> {
    let oldest: Option<i64> = conn
        .prepare_cached("select min(placed_at) from entries where source_id = ? and unlisted_at is null")?
        .query_row([context.source.0], |row| row.get(0))?;
    Ok(oldest.map(Timestamp::from_unix))
}

/// Returns whether a document certainly lists its newest entries first. It lists its known entries in the order in which they
/// arrived, the newest first, and the first of them is the newest entry of the document before, or some came with a later
/// document than others. The newest entry of a document has the highest row.
fn has_newest_first(document: &DocumentArticles, listed: &HashMap<String, StoredEntry>) -> bool {
    let known = || document.articles.iter().filter_map(|article| listed.get(&article.key.0));
    let rows = known().map(|entry| entry.id);
    let newest = listed.values().map(|entry| entry.id).max();
    let arrivals = || known().map(|entry| entry.arrived_at);
    let keeps_newest = newest.is_some() && rows.clone().next() == newest;
    (keeps_newest || arrivals().min() < arrivals().max()) && rows.is_sorted_by(|one, next| one > next)
}

/// Marks the entries of a document that must not be added today, because the newer entries before them already use up the daily
/// limit of entries or of text. So the oldest new entries are left out. Counts the text of the others.
pub(super) fn limit_growth(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
    arriving: &mut [ArrivingEntry],
) -> Result<(), StoreError> {
    let room = growth::room(conn, context.new_entries(count_new(arriving)))?;
    let text_of = |entry: &ArrivingEntry| match document.articles.get(entry.at) {
        Some(article) if !entry.is_known => text_bytes(article),
        _ => 0,
    };
    let bytes: u64 = arriving.iter().map(text_of).sum();
    let is_counted = bytes >= growth::MUCH_TEXT;
    let text_room = if is_counted { growth::text_room(conn, context.source, context.now)? } else { u64::MAX };
    if bytes > text_room {
        tracing::warn!(
            source = context.url,
            bytes,
            room = text_room,
            "a source brings more text than riverd stores within a day: the oldest of its new entries are left out"
        );
    }
    let mut stored = 0;
    for entry in arriving {
        let longer = stored + text_of(entry);
        entry.is_over_limit = entry.among.ahead as u64 >= room || longer > text_room;
        if !entry.is_over_limit {
            stored = longer;
        }
    }
    if is_counted {
        growth::note_text(conn, NewText { source: context.source, bytes: stored, now: context.now })?;
    }
    Ok(())
}

fn text_bytes(article: &Article) -> u64 {
    let texts = [&article.summary, &article.content].into_iter().flatten();
    texts.map(|html| html.as_str().len() as u64).sum()
}

fn count_new(arriving: &[ArrivingEntry]) -> u64 {
    arriving.iter().filter(|entry| !entry.is_known).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_were_listed_before_are_not_counted_as_new_wherever_they_stand() {
        let count = |known: &[bool]| {
            let entry = |(at, is_known): (usize, &bool)| ArrivingEntry {
                at,
                is_known: *is_known,
                dated_at: None,
                among: AmongNew::default(),
                is_old: false,
                stand_in: Timestamp::from_unix(0),
                is_over_limit: false,
            };
            count_new(&known.iter().enumerate().map(entry).collect::<Vec<_>>())
        };
        assert_eq!(count(&[false, false, true]), 2);
        assert_eq!(count(&[true, false, false]), 2);
        assert_eq!(count(&[true]), 0);
        assert_eq!(count(&[]), 0);
    }
}
