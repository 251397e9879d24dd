//! What was wrong with a document, by stable names, and how often; and how many of its entries were not read, and why.

use crate::model::{Defect, LeftOutCounts, LeftOutReason};

/// The defects found so far, in the order they were first found. At most one for each name in the code.
#[derive(Default, Debug)]
pub(crate) struct Defects {
    found: Vec<Defect>,
    left_out: LeftOutCounts,
}

impl Defects {
    /// Those that were found before.
    pub(crate) fn of(found: Vec<Defect>) -> Self {
        Self { found, left_out: LeftOutCounts::default() }
    }

    /// Notes one defect of this name.
    pub(crate) fn note(&mut self, name: &'static str) {
        self.note_many(name, 1);
    }

    /// Notes `count` defects of this name; none where it is zero.
    pub(crate) fn note_many(&mut self, name: &'static str, count: usize) {
        if count == 0 {
            return;
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match self.found.iter_mut().find(|known| known.name == name) {
            Some(known) => known.count = known.count.saturating_add(count),
            None => self.found.push(Defect { name, count }),
        }
    }

    /// Counts `count` entries that are not read, for `reason`.
    pub(crate) fn leave_out(&mut self, reason: LeftOutReason, count: usize) {
        self.left_out.add(reason, u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Returns the defects, each once.
    pub(crate) fn into_vec(self) -> Vec<Defect> {
        self.found
    }

    /// Returns the defects, each once, and the counts of the entries that were not read.
    pub(crate) fn into_parts(self) -> (Vec<Defect>, LeftOutCounts) {
        (self.found, self.left_out)
    }
}
