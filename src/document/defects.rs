//! Counts the defects of a document by their stable names, and the entries that were not read by their reasons.

use crate::model::{Defect, LeftOutCounts, LeftOutReason};

/// The defects found so far, in the order in which they were first found. Each name occurs once.
#[derive(Default, Debug)]
pub(crate) struct Defects {
    found: Vec<Defect>,
    left_out: LeftOutCounts,
}

impl Defects {
    /// Starts with defects that were found before.
    pub(crate) fn of(found: Vec<Defect>) -> Self {
        Self { found, left_out: LeftOutCounts::default() }
    }

    /// Notes one defect of this name.
    pub(crate) fn note(&mut self, name: &'static str) {
        self.note_many(name, 1);
    }

    /// Notes `count` defects of this name; does nothing if `count` is zero.
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

    /// Counts `count` entries that are not read because of `reason`.
    pub(crate) fn leave_out(&mut self, reason: LeftOutReason, count: usize) {
        self.left_out.add(reason, u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Returns the defects, one for each name.
    pub(crate) fn into_vec(self) -> Vec<Defect> {
        self.found
    }

    /// Returns the defects, one for each name, and the counts of the entries that were not read.
    pub(crate) fn into_parts(self) -> (Vec<Defect>, LeftOutCounts) {
        (self.found, self.left_out)
    }
}
