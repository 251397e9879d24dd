//! Decides which of several values of one field is kept.

/// Rank of the best value found so far for one field; a lower rank is better. If a better value is found later, it is simply
/// written after the earlier one, because feed-rs keeps the last.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct BestRank(Option<u8>);

impl BestRank {
    /// Returns whether a value of this rank is better than the best so far, and records its rank if so.
    pub(super) fn accept_better(&mut self, rank: u8) -> bool {
        let is_accepted = self.0.is_none_or(|best| rank < best);
        if is_accepted {
            self.0 = Some(rank);
        }
        is_accepted
    }

    /// Returns whether a value of this rank is at least as good as the best so far, and records its rank if so. This
    /// is for dates, of which the last one counts: programs often add a new date and leave the old one. Other feed
    /// readers do the same.
    pub(super) fn accept_not_worse(&mut self, rank: u8) -> bool {
        let is_accepted = self.0.is_none_or(|best| rank <= best);
        if is_accepted {
            self.0 = Some(rank);
        }
        is_accepted
    }
}

/// Ranks of the fields for which several elements can give a value.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct FieldRanks {
    pub(super) title: BestRank,
    pub(super) summary: BestRank,
    pub(super) content: BestRank,
    pub(super) id: BestRank,
    pub(super) published: BestRank,
    pub(super) updated: BestRank,
}
