//! The rows of the index of near duplicates: which stored entries have a band.
//!
//! A row has a number (column `place`). Its low bits ([`ENTRY_BITS`]) hold the row of the entry, the higher bits hold the low
//! bits of the band. So the rows of a band are neighbours, ordered by entry. (If two bands have the same low bits, there are
//! only some more candidates.)
//!
//! The bands of an entry are hashes, so their rows lie all over the index. If each new entry put its rows there, a transaction
//! would change most pages of the index, and write each of them to the log. New rows are gathered in the small table
//! `recent_band_places`, and go to the large one, `band_places`, in order and many at once.

use rusqlite::{CachedStatement, Connection, OptionalExtension as _};

use super::StoreError;
use crate::model::SourceId;

/// The bits of the number of a row that hold the entry.
pub(super) const ENTRY_BITS: i64 = (1 << 34) - 1;

/// How many rows of one band are read at most, the newest first. A feed that repeats one text a hundred thousand times must not
/// make every later article slow.
pub(super) const ROWS_READ: usize = 1024;

/// The recent rows go to the large table with each entry whose row is a multiple of this number. An entry has thirteen bands at
/// most, so the small table has some hundred thousand rows (1.4 MB) by then, and moving them takes some tenths of a second.
const SETTLED_EVERY: i64 = 1 << 13;

/// How many bands [`KnownBands`] distinguishes, as a power of two. They take a megabyte.
const KNOWN_BANDS: u32 = 23;

/// After so many searches the whole index is read to learn which bands it has. That takes as long as a search of one row in
/// twenty, so a process that stores only a few new entries does not do it.
const SEARCHES_BEFORE_READING: usize = 1 << 14;

/// Returns the lowest number that a row of a band can have.
pub(super) const fn first_row(band: i64) -> i64 {
    band << 34
}

/// Which bands the index may have. Nearly all bands of new texts are those of no other text, and are not searched.
///
/// It may name bands that the index does not have, such as those of a transaction that was rolled back, but it lacks none. So
/// all rows of one database must be written with one such value.
#[derive(Debug, Default)]
pub(super) struct KnownBands {
    /// One bit for each value of the low [`KNOWN_BANDS`] bits of a band; `None` until the index was read.
    bits: Option<Vec<u64>>,
    searches: usize,
}

impl KnownBands {
    /// Returns whether the index may have rows of a band.
    fn may_have(&mut self, conn: &Connection, band: i64) -> Result<bool, StoreError> {
        if self.bits.is_none() && self.searches >= SEARCHES_BEFORE_READING {
            self.read(conn)?;
        }
        self.searches += usize::from(self.bits.is_none());
        let (at, bit) = place_of(band);
        Ok(self.bits.as_ref().and_then(|bits| bits.get(at)).is_none_or(|word| word & bit != 0))
    }

    /// Reads which bands the index has.
    fn read(&mut self, conn: &Connection) -> Result<(), StoreError> {
        self.bits = Some(vec![0; 1 << (KNOWN_BANDS - u64::BITS.ilog2())]);
        for table in ["band_places", "recent_band_places"] {
            let mut query = conn.prepare(&format!("select place >> 34 from {table}"))?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                self.note(row.get(0)?);
            }
        }
        Ok(())
    }

    /// Notes that the index has rows of a band.
    fn note(&mut self, band: i64) {
        let (at, bit) = place_of(band);
        if let Some(word) = self.bits.as_mut().and_then(|bits| bits.get_mut(at)) {
            *word |= bit;
        }
    }
}

/// Returns which word of [`KnownBands`] has the bit of a band, and the bit.
const fn place_of(band: i64) -> (usize, u64) {
    let low = band.cast_unsigned() & ((1 << KNOWN_BANDS) - 1);
    ((low / u64::BITS as u64) as usize, 1 << (low % u64::BITS as u64))
}

/// Reads the rows of bands.
pub(super) struct BandReader<'a> {
    conn: &'a Connection,
    known: &'a mut KnownBands,
    settled: CachedStatement<'a>,
    recent: CachedStatement<'a>,
    found: Vec<(i64, i64)>,
}

impl<'a> BandReader<'a> {
    pub(super) fn new(conn: &'a Connection, known: &'a mut KnownBands) -> Result<Self, StoreError> {
        Ok(Self {
            conn,
            known,
            settled: conn.prepare_cached(
                "select place, source_id from band_places where place between ? and ? order by place desc limit ?",
            )?,
            recent: conn.prepare_cached(
                "select place, source_id from recent_band_places where place between ? and ?
                 order by place desc limit ?",
            )?,
            found: Vec::new(),
        })
    }

    /// Returns entry and source of the newest rows of a band, the oldest first.
    pub(super) fn rows(&mut self, band: i64) -> Result<&[(i64, i64)], StoreError> {
        self.found.clear();
        if !self.known.may_have(self.conn, band)? {
            return Ok(&self.found);
        }
        let first = first_row(band);
        for query in [&mut self.settled, &mut self.recent] {
            let mut rows = query.query((first, first | ENTRY_BITS, ROWS_READ as i64))?;
            while let Some(row) = rows.next()? {
                self.found.push((row.get::<_, i64>(0)? & ENTRY_BITS, row.get(1)?));
            }
        }
        // An edited entry may have the same row in both tables.
        self.found.sort_unstable();
        self.found.dedup();
        Ok(self.found.get(self.found.len().saturating_sub(ROWS_READ)..).unwrap_or_default())
    }
}

/// Adds rows for the bands of an entry.
pub(super) fn insert(
    conn: &Connection,
    known: &mut KnownBands,
    entry: i64,
    source: SourceId,
    bands: &[i64],
) -> Result<(), StoreError> {
    let mut insert =
        conn.prepare_cached("insert or ignore into recent_band_places (place, source_id) values (?, ?)")?;
    for band in bands {
        insert.execute((first_row(*band) | (entry & ENTRY_BITS), source.0))?;
        known.note(*band);
    }
    if entry % SETTLED_EVERY == 0 { settle(conn) } else { Ok(()) }
}

/// Moves all recent rows to the large table.
fn settle(conn: &Connection) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert or ignore into band_places (place, source_id)
         select place, source_id from recent_band_places order by place",
    )?
    .execute([])?;
    conn.prepare_cached("delete from recent_band_places")?.execute([])?;
    Ok(())
}

/// Reads the next `limit` rows of the index after `after`, and deletes those whose entries are older than all entries in the
/// window. Returns where the next step begins; `None` after the last one. The first step begins at `i64::MIN`. Sketches outside
/// of the window must be deleted before (`near_duplicates::delete_old_sketches`).
pub(super) fn delete_old_rows(conn: &Connection, after: i64, limit: i64) -> Result<Option<i64>, StoreError> {
    if after == i64::MIN {
        settle(conn)?;
    }
    let last: Option<i64> = conn
        .prepare_cached("select place from band_places where place > ?1 order by place limit 1 offset ?2")?
        .query_row((after, limit), |row| row.get(0))
        .optional()?;
    conn.prepare_cached(
        "delete from band_places where place > ?1 and place <= ?2 and (place & ?3) < coalesce(
             (select min(entry_id) from sketches), (select coalesce(max(id), 0) + 1 from entries))",
    )?
    .execute((after, last.unwrap_or(i64::MAX), ENTRY_BITS))?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate;

    /// The bands that the tests use; the last two have the same low bits.
    const BANDS: [i64; 4] = [5, -1, 7 << 31, 1 << 40 | 7 << 31];

    fn rows(conn: &Connection, known: &mut KnownBands, band: i64) -> Vec<(i64, i64)> {
        BandReader::new(conn, known).unwrap().rows(band).unwrap().to_vec()
    }

    fn count(conn: &Connection, table: &str) -> i64 {
        conn.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn the_rows_of_a_band_come_oldest_first_and_once_from_both_tables() {
        let conn = migrate::empty_database(migrate::KNOWN).unwrap();
        let mut known = KnownBands::default();
        for entry in [SETTLED_EVERY - 1, SETTLED_EVERY, SETTLED_EVERY + 1, SETTLED_EVERY - 1, 3] {
            insert(&conn, &mut known, entry, SourceId(entry + 10), &BANDS).unwrap();
        }
        assert_eq!((count(&conn, "band_places"), count(&conn, "recent_band_places")), (6, 9));
        let entries = [3, SETTLED_EVERY - 1, SETTLED_EVERY, SETTLED_EVERY + 1];
        for band in BANDS {
            assert_eq!(rows(&conn, &mut known, band), entries.map(|entry| (entry, entry + 10)), "{band}");
        }
        assert_eq!(rows(&conn, &mut known, 6), []);
    }

    #[test]
    fn of_a_band_with_very_many_rows_the_newest_are_read() {
        let conn = migrate::empty_database(migrate::KNOWN).unwrap();
        let mut known = KnownBands::default();
        let last = SETTLED_EVERY + 40;
        for entry in SETTLED_EVERY - 2000..=last {
            insert(&conn, &mut known, entry, SourceId(1), &[9]).unwrap();
        }
        let found = rows(&conn, &mut known, 9);
        let expected: Vec<(i64, i64)> =
            (last + 1 - ROWS_READ as i64..=last).map(|entry| (entry, 1)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn no_band_is_missed_after_the_index_was_read() {
        let conn = migrate::empty_database(migrate::KNOWN).unwrap();
        let mut known = KnownBands::default();
        insert(&conn, &mut known, SETTLED_EVERY, SourceId(1), &BANDS[..1]).unwrap();
        insert(&conn, &mut known, SETTLED_EVERY + 1, SourceId(1), &BANDS[1..2]).unwrap();
        for search in 0..=SEARCHES_BEFORE_READING as i64 {
            assert_eq!(rows(&conn, &mut known, 1000 + search), []);
        }
        assert!(known.bits.is_some(), "the index was not read");
        assert!(!known.may_have(&conn, 6).unwrap());
        insert(&conn, &mut known, SETTLED_EVERY + 2, SourceId(1), &BANDS[2..]).unwrap();
        for band in BANDS {
            assert_eq!(rows(&conn, &mut known, band).len(), 1, "{band}");
        }
    }

    #[test]
    fn old_rows_are_deleted_from_both_tables() {
        let conn = migrate::empty_database(migrate::KNOWN).unwrap();
        let mut known = KnownBands::default();
        for entry in [SETTLED_EVERY, SETTLED_EVERY + 1, SETTLED_EVERY + 2] {
            insert(&conn, &mut known, entry, SourceId(1), &BANDS).unwrap();
        }
        conn.execute(
            "insert into sketches (entry_id, arrived_at, sketch) values (?, 1, x'')",
            [SETTLED_EVERY + 2],
        )
        .unwrap();
        let mut after = Some(i64::MIN);
        while let Some(row) = after {
            after = delete_old_rows(&conn, row, 2).unwrap();
        }
        assert_eq!((count(&conn, "band_places"), count(&conn, "recent_band_places")), (3, 0));
        assert_eq!(rows(&conn, &mut known, 5), [(SETTLED_EVERY + 2, 1)]);
    }
}
