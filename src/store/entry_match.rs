//! Says why two entries belong to one article.

/// A stored entry that a new one belongs with, and why.
pub(super) struct EntryMatch {
    /// Row of the stored entry.
    pub(super) entry: i64,
    /// Row of its article.
    pub(super) article: i64,
    /// Rule that joins the two, as `why` shows it.
    pub(super) rule: &'static str,
    /// How similar the texts are, from 0 to 1, where texts were compared.
    pub(super) score: Option<f64>,
}

/// Names of the rules that compare no texts. Those of the other rules are in [`crate::article::dedup::Likeness`].
pub(super) const SAME_PAGE: &str = "same page";
pub(super) const OWN_GUID: &str = "own guid";
