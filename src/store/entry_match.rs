//! Why two entries belong to one article.

/// Why an entry belongs to the article of another one.
pub(super) struct EntryMatch {
    pub(super) entry: i64,
    pub(super) article: i64,
    pub(super) rule: &'static str,
    pub(super) score: Option<f64>,
}

/// The rules that compare no texts.
pub(super) const SAME_PAGE: &str = "same page";
pub(super) const OWN_GUID: &str = "own guid";
