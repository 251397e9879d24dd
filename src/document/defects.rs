//! What was wrong with a document, by stable names, and how often.

use crate::model::Defect;

/// The defects found so far, in the order they were first found. At most one for each name in the code.
#[derive(Default, Debug)]
pub(crate) struct Defects(Vec<Defect>);

impl Defects {
    /// Those that were found before.
    pub(crate) fn of(found: Vec<Defect>) -> Self {
        Self(found)
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
        match self.0.iter_mut().find(|known| known.name == name) {
            Some(known) => known.count = known.count.saturating_add(count),
            None => self.0.push(Defect { name, count }),
        }
    }

    /// The defects, each once.
    pub(crate) fn into_vec(self) -> Vec<Defect> {
        self.0
    }
}
