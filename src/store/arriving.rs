//! The entries of a document before they are stored: in which order they are read, and how many may be new.

use std::collections::HashMap;

use rusqlite::Connection;

use super::entries::StoredEntry;
use super::storing_context::StoringContext;
use super::{StoreError, growth};
use crate::article::placement::{self, AmongNew, Arrival, ListedEntry, Place};
use crate::model::{Article, DocumentArticles, Listing};
use crate::time::Timestamp;

/// An entry of a document, and what decides where it stands if it is new.
pub(super) struct ArrivingEntry {
    /// Position in the document.
    pub(super) at: usize,
    /// How it stands among the new entries of the document.
    pub(super) among: AmongNew,
    /// Whether it is an old entry that only slid into the list ([`placement::behind_known`]).
    pub(super) is_old: bool,
    /// Date by which it is placed if it has none and came with the first entries of its source.
    pub(super) stand_in: Timestamp,
    /// Whether it is left out if it is new, because too many new entries came within a day ([`growth`]).
    pub(super) is_over_limit: bool,
}

impl ArrivingEntry {
    /// Returns the place of `article`, which arrives now as an entry of a document.
    pub(super) fn place(&self, context: &StoringContext<'_>, article: &Article) -> Place {
        let dated_at = article.dated_at();
        let is_old = self.is_old && dated_at.is_some_and(|at| placement::is_past(at, context.now));
        let arrival = if is_old { Arrival::ListedLate } else { context.history.arrival(dated_at) };
        let dated_at = dated_at.or_else(|| (arrival == Arrival::WithFirstPoll).then_some(self.stand_in));
        placement::place(arrival, dated_at, self.among, context.now, context.newest)
    }
}

/// Returns the entries of a document in the order in which they are read, the newest first. They are stored from the
/// last to the first, so the newest has the highest row and comes first of those that arrive together.
pub(super) fn newest_first(
    context: &StoringContext<'_>,
    document: &DocumentArticles,
    listed: &HashMap<String, StoredEntry>,
) -> Vec<ArrivingEntry> {
    let entry = |article: &Article| ListedEntry {
        is_known: listed.contains_key(&article.key.0),
        dated_at: article.dated_at(),
    };
    let entries: Vec<ListedEntry> = document.articles.iter().map(entry).collect();
    let known = entries.iter().filter(|entry| entry.is_known).count();
    let has_gaps = known < listed.len() && document.listing == Listing::Whole;
    let is_old = placement::behind_known(&entries, has_gaps);
    let stand_ins = placement::stand_in_dates(&entries, context.now);
    let mut among = AmongNew::default();
    let mut arriving = Vec::with_capacity(entries.len());
    for at in placement::reading_order(&entries) {
        let Some(entry) = entries.get(at) else { continue };
        let is_old = is_old.get(at).copied().unwrap_or_default();
        let stand_in = stand_ins.get(at).copied().unwrap_or(context.now);
        arriving.push(ArrivingEntry { at, among, is_old, stand_in, is_over_limit: false });
        if !entry.is_known {
            among = among.next(entry.dated_at, context.now);
        }
    }
    arriving
}

/// Marks the entries of a document that have so many new ones ahead of them that no more may be added within a day. So the
/// oldest new entries are left out.
pub(super) fn limit_growth(
    conn: &Connection,
    context: &StoringContext<'_>,
    arriving: &mut [ArrivingEntry],
) -> Result<(), StoreError> {
    let new = arriving.last().map_or(0, |last| last.among.ahead + 1) as u64;
    let room = growth::room(conn, context.new_entries(new))?;
    for entry in arriving {
        entry.is_over_limit = entry.among.ahead as u64 >= room;
    }
    Ok(())
}
