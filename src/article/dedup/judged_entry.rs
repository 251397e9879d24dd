//! The properties of an entry that the judge compares, and how two entries were published.

use std::time::Duration;

use crate::model::SourceId;
use crate::time::{MINUTE, Timestamp};

/// The properties of an entry that [`judge`](super::judge) compares.
#[derive(Clone, Copy, Debug)]
pub struct JudgedEntry<'a> {
    /// Source that lists the entry.
    pub source: SourceId,
    /// Canonical address of its page.
    pub page: Option<&'a str>,
    /// Publication time as the feed states it.
    pub published_at: Option<Timestamp>,
    /// Time when riverd first read the entry.
    pub arrived_at: Timestamp,
    /// Whether the feed lists the entry now. It only matters for two entries of one source: a page that is still listed
    /// has not moved.
    pub listed: bool,
    /// Sketch of title and text ([`Fingerprint::sketch`](crate::model::Fingerprint::sketch)).
    pub sketch: &'a [u8],
}

/// Least time between the dates of two entries that one source lists side by side on purpose. Within less, its author may have
/// sent one twice.
const LISTED_APART: Duration = MINUTE.saturating_mul(10);

/// How two entries were published: by which sources, and how far apart.
#[derive(Clone, Copy)]
pub(super) enum Publication {
    /// Two sources published them, `apart` from each other. `dated` says whether both state dates that can be right, and
    /// `in_one_second` whether these are one second, which is no multiple of five minutes.
    TwoSources { apart: Duration, dated: bool, in_one_second: bool },
    /// One source published both. `replaced` is `None` unless it did so in the same second and now lists at most one of them;
    /// then it says whether the second is exact, and not a full hour. `listed` says whether it lists both, with dates that are
    /// at least [`LISTED_APART`] apart.
    OneSource { apart: Duration, replaced: Option<bool>, listed: bool },
}

impl Publication {
    pub(super) fn of(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>) -> Self {
        let at = |entry: &JudgedEntry<'_>| entry.published_at.unwrap_or(entry.arrived_at);
        let apart = at(one).since(at(other)).max(at(other).since(at(one)));
        if one.source != other.source {
            // A date after the arrival is wrong and says nothing about when the entry was published.
            let has_date =
                |entry: &JudgedEntry<'_>| entry.published_at.is_some_and(|at| at <= entry.arrived_at);
            let dated = has_date(one) && has_date(other);
            let is_exact = one.published_at.is_some_and(|at| at.unix() % 300 != 0);
            let in_one_second = dated && is_exact && one.published_at == other.published_at;
            return Self::TwoSources { apart, dated, in_one_second };
        }
        let at_once = one.published_at.is_some() && one.published_at == other.published_at;
        let lists_both = one.listed && other.listed;
        let is_exact = one.published_at.is_some_and(|at| at.unix() % 3600 != 0);
        let are_dated = one.published_at.is_some() && other.published_at.is_some();
        Self::OneSource {
            apart,
            replaced: (at_once && !lists_both).then_some(is_exact),
            listed: lists_both && are_dated && apart >= LISTED_APART,
        }
    }
}
