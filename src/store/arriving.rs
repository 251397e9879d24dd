//! The entries of a document before they are stored: in which order they are read, and how many may be new.

use std::collections::HashMap;

use rusqlite::Connection;

use super::StoreError;
use super::entries::{self, StoredEntry};
use super::storing_context::StoringContext;
use crate::article::placement::{self, AmongNew, Arrival, ListedEntry, Place};
use crate::model::{Article, DocumentArticles, Listing};
use crate::time::{DAY, Timestamp};

/// How many new entries of one source are stored within a day. The busiest real feeds bring some 5 000. A feed that brings
/// 20 000 with each poll would fill a disk with 3 GB a day. Of the entries that arrive together, the newest are stored.
const NEW_IN_A_DAY: usize = 20_000;

/// The limit does not apply to a document with fewer new entries than this. So most polls need not count the stored entries.
const COUNTED_FROM: usize = 500;

/// An entry of a document, and what decides where it stands if it is new.
pub(super) struct ArrivingEntry {
    /// Position in the document.
    pub(super) at: usize,
    /// How it stands among the new entries of the document.
    pub(super) among: AmongNew,
    /// Whether it is an old entry that only slid into the list ([`placement::behind_known`]).
    pub(super) is_old: bool,
    /// Date that it gets if it has none and came with the first entries of its source.
    pub(super) stand_in: Timestamp,
    /// Whether it is left out if it is new, because its source brought too many new entries within a day.
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

/// Marks the oldest new entries of a document that are too many for one day.
pub(super) fn limit_growth(
    conn: &Connection,
    context: &StoringContext<'_>,
    arriving: &mut [ArrivingEntry],
) -> Result<(), StoreError> {
    let new = arriving.last().map_or(0, |last| last.among.ahead + 1);
    if new < COUNTED_FROM {
        return Ok(());
    }
    let stored = entries::arrived_since(conn, context.source, context.now.saturating_sub(DAY))?;
    let room = NEW_IN_A_DAY.saturating_sub(stored);
    if new > room {
        tracing::warn!(
            source = context.url,
            new,
            stored_today = stored,
            limit = NEW_IN_A_DAY,
            "a source brings more new entries than riverd stores within a day: the oldest of them are left out"
        );
    }
    for entry in arriving {
        entry.is_over_limit = entry.among.ahead >= room;
    }
    Ok(())
}
