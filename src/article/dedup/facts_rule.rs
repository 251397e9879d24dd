//! The rule for facts: whether numbers, names and opposites say that two similar texts are two stories.

use super::conflicts::CountedEdges;
use super::{Difference, EntryPair, Publication};

/// How many common words allow the texts of two outlets to differ in one number or name: a correction, another spelling. Twice
/// as many words allow two.
pub(super) const PER_CONFLICT: usize = 150;

impl EntryPair {
    /// Returns in how many numbers and names the texts of two outlets may differ.
    pub(super) fn allowed_conflicts(&self) -> usize {
        match self.published {
            Publication::TwoSources { .. } if !self.is_slight() => {
                self.overlap.common / self.words(PER_CONFLICT)
            }
            _ => 0,
        }
    }

    /// Returns at how many places the texts say different things, as far as such places count for this pair.
    pub(super) fn counted_conflicts(&self) -> usize {
        self.conflicts().counted(self.counted_edges())
    }

    /// Returns which differences before and after the common part count.
    pub(super) fn counted_edges(&self) -> CountedEdges {
        match self.published {
            Publication::TwoSources { .. } if self.outweighs_edges() => CountedEdges::None,
            Publication::TwoSources { .. } if !self.is_slight() => CountedEdges::Numbers,
            _ => CountedEdges::All,
        }
    }

    /// Checks the facts: the texts must not say different things at more places than they may.
    pub(super) fn facts_agree(&self) -> Result<(), Difference> {
        if self.counted_conflicts() > self.allowed_conflicts() { Err(Difference::Facts) } else { Ok(()) }
    }
}
