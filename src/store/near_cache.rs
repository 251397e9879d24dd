//! Keeps parts of the index of near duplicates in memory while one document is stored.

use std::collections::HashMap;

use super::band_index::first_row;
use crate::article::dedup::Outline;
use crate::model::SourceId;

/// How many outlines ([`Outline`]) are kept at most. Each takes one to three kilobytes.
const OUTLINES: usize = 1024;

/// Parts of the index that several entries of one document need. They are kept only during one write, so nothing of a write
/// that is rolled back stays in memory.
#[derive(Default)]
pub(super) struct NearCache {
    /// Entry and source of the rows of frequent bands, the oldest first.
    frequent: HashMap<i64, Vec<(i64, i64)>>,
    /// Outlines of candidates; `None` for an entry that is gone or whose sketch can't be read.
    outlines: HashMap<i64, Option<Outline>>,
}

impl NearCache {
    /// Returns the rows of a frequent band, the oldest first.
    pub(super) fn rows(&self, band: i64) -> Option<&[(i64, i64)]> {
        self.frequent.get(&first_row(band)).map(Vec::as_slice)
    }

    /// Remembers the rows of a frequent band.
    pub(super) fn note_rows(&mut self, band: i64, rows: Vec<(i64, i64)>) {
        self.frequent.insert(first_row(band), rows);
    }

    /// Notes a row that was added for a new entry.
    pub(super) fn add_row(&mut self, band: i64, entry: i64, source: SourceId) {
        if let Some(rows) = self.frequent.get_mut(&first_row(band)) {
            rows.push((entry, source.0));
        }
    }

    /// Returns whether an entry is known to be gone, or known to be less similar to the entry of `outline` than `similarity`.
    pub(super) fn is_ruled_out(&self, entry: i64, outline: &Outline, similarity: f64) -> bool {
        let rules_out =
            |known: &Option<Outline>| known.as_ref().is_none_or(|known| known.rules_out(outline, similarity));
        self.outlines.get(&entry).is_some_and(rules_out)
    }

    /// Remembers the outline of an entry, which is made from its stored sketch. `sketch` is `None` if the entry is gone.
    pub(super) fn note_outline(&mut self, entry: i64, sketch: Option<&[u8]>) {
        if self.outlines.len() >= OUTLINES {
            self.outlines.clear();
        }
        self.outlines.entry(entry).or_insert_with(|| sketch.and_then(Outline::of));
    }
}
