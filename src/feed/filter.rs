//! `keep` and `drop`: which entries of a source reach the river.

use crate::model::EntryFilter;

/// The texts that a filter looks at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Plain text.
    pub title: &'a str,
    /// Plain text of the summary.
    pub summary: &'a str,
    /// Names.
    pub author: &'a str,
    /// Each category.
    pub categories: &'a [String],
    /// The page.
    pub url: &'a str,
}

/// Why a filter holds an entry back, for `why`: `drop "sponsored"`, `no keep pattern matches`; `None`: it passes.
pub fn held_back(filter: &EntryFilter, subject: &Subject<'_>) -> Option<String> {
    let _ = (filter, subject);
    todo!("dedup helper")
}
