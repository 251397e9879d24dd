//! Limits how many new entries, and how much text of them, are stored in a day: of one source, and of all sources together.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use crate::model::SourceId;
use crate::time::Timestamp;

/// How many new entries of one source are stored in a day. The busiest real feeds bring some 5 000. A feed that brings 20 000
/// with each poll would fill a disk with 3 GB a day. Of the entries that arrive together, the newest are stored.
const NEW_OF_SOURCE: u64 = 20_000;

/// How many new entries of all sources are stored in a day, about 1 GB.
const NEW_IN_ALL: u64 = 200_000;

/// A poll with fewer new entries than this is not counted, so that usual polls write no count.
const COUNTED_FROM: u64 = 20;

/// A document with fewer new entries than this is stored even if all sources together are over their limit: thousands of
/// sources that are read for the first time are no flood.
const LONG: u64 = 500;

/// How much text of new entries and of the pages behind them is stored in a day of one source, in bytes before compression. The
/// busiest real feeds bring some 50 MB. Entries may have texts of 4 MiB, so without this limit 20 000 of them would need 80 GB.
const TEXT_OF_SOURCE: u64 = 256 << 20;

/// How much text of all sources is stored in a day, in bytes before compression.
const TEXT_IN_ALL: u64 = 2 << 30;

/// Less text than this in one document is not counted, in bytes, so that usual polls write no count. It is stored even if all
/// sources together are over their limit.
pub(super) const MUCH_TEXT: u64 = 256 << 10;

/// The row that counts the new entries of all sources.
const ALL: SourceId = SourceId(0);

/// The new entries of one document.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewEntries<'a> {
    /// Source whose document it is.
    pub(super) source: SourceId,
    /// Address of the source, for the log.
    pub(super) url: &'a str,
    /// How many new entries the document has.
    pub(super) count: u64,
    /// When the document was read.
    pub(super) now: Timestamp,
}

/// Text that a source brings: of the new entries of a document, or of the page behind one of its entries.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewText {
    /// Source that brings it.
    pub(super) source: SourceId,
    /// Its length in bytes.
    pub(super) bytes: u64,
    /// When it was read.
    pub(super) now: Timestamp,
}

/// Returns how many of the new entries of a document, the newest first, may be stored now. Logs a warning if a limit is
/// exceeded, or if the limit of all sources is nearly reached.
pub(super) fn room(conn: &Connection, entries: NewEntries<'_>) -> Result<u64, StoreError> {
    let NewEntries { source, url, count: new, now } = entries;
    if new < COUNTED_FROM {
        return Ok(new);
    }
    let of_source = new_on(conn, source, now)?;
    let room = NEW_OF_SOURCE.saturating_sub(of_source);
    if new > room {
        tracing::warn!(
            source = url,
            new,
            stored_today = of_source,
            limit = NEW_OF_SOURCE,
            "a source brings more new entries than riverd stores within a day: the rest is left out"
        );
    }
    if new < LONG {
        return Ok(room);
    }
    let in_all = new_on(conn, ALL, now)?;
    let room_in_all = NEW_IN_ALL.saturating_sub(in_all);
    if new.min(room) > room_in_all {
        tracing::warn!(
            source = url,
            new,
            stored_today = in_all,
            limit = NEW_IN_ALL,
            "all sources together bring more new entries than riverd stores within a day: the rest of this source is left out"
        );
    } else if is_near_limit(in_all + new.min(room)) && !is_near_limit(in_all) {
        tracing::warn!(
            stored_today = in_all,
            limit = NEW_IN_ALL,
            "all sources together soon reach the number of new entries that riverd stores within a day; \
             hint: `riverd status` says which sources fill the disk"
        );
    }
    Ok(room.min(room_in_all))
}

/// Returns whether four fifths of the limit for all sources are used.
fn is_near_limit(new: u64) -> bool {
    new >= NEW_IN_ALL / 5 * 4
}

/// Counts the new entries of a document that was stored.
pub(super) fn note(conn: &Connection, entries: NewEntries<'_>) -> Result<(), StoreError> {
    if entries.count < COUNTED_FROM {
        return Ok(());
    }
    for counted in [entries.source, ALL] {
        add(conn, counted, entries.count, entries.now)?;
    }
    Ok(())
}

/// Returns how many bytes of text a source may still bring on the day of `now`.
pub(super) fn text_room(conn: &Connection, source: SourceId, now: Timestamp) -> Result<u64, StoreError> {
    let of_source = TEXT_OF_SOURCE.saturating_sub(new_on(conn, text_row(source), now)?);
    let in_all = TEXT_IN_ALL.saturating_sub(new_on(conn, text_row(ALL), now)?);
    Ok(of_source.min(in_all))
}

/// Counts text that is stored.
pub(super) fn note_text(conn: &Connection, text: NewText) -> Result<(), StoreError> {
    for counted in [text.source, ALL] {
        add(conn, text_row(counted), text.bytes, text.now)?;
    }
    Ok(())
}

/// Returns the row that counts the text of a source in bytes. The rows of sources that count entries have positive numbers.
const fn text_row(source: SourceId) -> SourceId {
    SourceId(-1 - source.0)
}

fn add(conn: &Connection, counted: SourceId, new: u64, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert into growth (source_id, day, new) values (?1, ?2, ?3)
         on conflict do update set new = iif(day = ?2, new, 0) + ?3, day = ?2",
    )?
    .execute(params![counted.0, now.day_number(), new.cast_signed()])?;
    Ok(())
}

/// Deletes the counts of days before yesterday.
pub(super) fn forget(conn: &Connection, now: Timestamp) -> Result<(), StoreError> {
    conn.prepare_cached("delete from growth where day < ?")?.execute([now.day_number() - 1])?;
    Ok(())
}

/// Returns how many entries were counted as new on the day of `now`.
fn new_on(conn: &Connection, counted: SourceId, now: Timestamp) -> Result<u64, StoreError> {
    let found: Option<i64> = conn
        .prepare_cached("select new from growth where source_id = ? and day = ?")?
        .query_row(params![counted.0, now.day_number()], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or_default().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_790_000_000 / 86_400 * 86_400 + 43_200;

    fn database() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(include_str!("../../migrations/0022_growth.sql")).unwrap();
        conn
    }

    fn entries(source: i64, count: u64, now: i64) -> NewEntries<'static> {
        let now = Timestamp::from_unix(now);
        NewEntries { source: SourceId(source), url: "https://a.example/feed", count, now }
    }

    /// Stores as many of the entries as there is room for, and returns how many.
    fn store(conn: &Connection, new: NewEntries<'_>) -> u64 {
        let count = room(conn, new).unwrap().min(new.count);
        note(conn, NewEntries { count, ..new }).unwrap();
        count
    }

    #[test]
    fn a_source_brings_so_many_new_entries_a_day_in_one_document_or_in_many() {
        let conn = database();
        assert_eq!(store(&conn, entries(1, 15_000, NOON)), 15_000);
        assert_eq!(store(&conn, entries(1, 15_000, NOON)), 5_000);
        assert_eq!(store(&conn, entries(1, 300, NOON)), 0);
        assert_eq!(store(&conn, entries(1, 15_000, NOON + 86_400)), 15_000);
        let stored: u64 = (0..2_000).map(|_| store(&conn, entries(2, 40, NOON))).sum();
        assert_eq!(stored, NEW_OF_SOURCE);
    }

    #[test]
    fn all_sources_together_have_a_limit_that_holds_for_long_documents_only() {
        let conn = database();
        let stored: u64 = (1..=12).map(|source| store(&conn, entries(source, 20_000, NOON))).sum();
        assert_eq!(stored, NEW_IN_ALL);
        assert_eq!(store(&conn, entries(20, 499, NOON)), 499);
        assert_eq!(store(&conn, entries(21, 500, NOON)), 0);
        assert_eq!(store(&conn, entries(21, 500, NOON + 86_400)), 500);
    }

    #[test]
    fn a_source_brings_so_much_text_a_day_whatever_its_number_of_entries() {
        let conn = database();
        let store = |source: i64, bytes: u64, now: i64| {
            let (source, now) = (SourceId(source), Timestamp::from_unix(now));
            let bytes = text_room(&conn, source, now).unwrap().min(bytes);
            note_text(&conn, NewText { source, bytes, now }).unwrap();
            bytes
        };
        let document = 16 << 20;
        let stored: u64 = (0..40).map(|_| store(1, document, NOON)).sum();
        assert_eq!(stored, TEXT_OF_SOURCE);
        let of_others: u64 = (2..40).map(|source| store(source, TEXT_OF_SOURCE, NOON)).sum();
        assert_eq!(stored + of_others, TEXT_IN_ALL);
        assert_eq!(store(1, document, NOON + 86_400), document);
        let counted = new_on(&conn, SourceId(1), Timestamp::from_unix(NOON + 86_400)).unwrap();
        assert_eq!(counted, 0, "the rows that count entries are others");
    }

    #[test]
    fn counts_of_earlier_days_are_deleted() {
        let conn = database();
        store(&conn, entries(1, 100, NOON));
        store(&conn, entries(2, 100, NOON + 3 * 86_400));
        forget(&conn, Timestamp::from_unix(NOON + 3 * 86_400)).unwrap();
        let rows: i64 = conn.query_row("select count(*) from growth", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 2);
    }
}
