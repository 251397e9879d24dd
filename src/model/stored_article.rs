//! One article with what belongs to its own page: its edits, and the articles before and after it.

use super::river::RiverItem;
use crate::time::Timestamp;

/// What is found under the guid of an article.
#[derive(Clone, Debug)]
pub enum FoundArticle {
    /// The article is in the river.
    Shown(Box<StoredArticle>),
    /// The article no longer exists, because it turned out to tell the same story as the article with this guid.
    MergedInto(String),
}

/// An article of the river with what belongs to its own page.
#[derive(Clone, Debug)]
pub struct StoredArticle {
    /// The article.
    pub item: RiverItem,
    /// The latest edits that riverd saw of the entry that represents the article, in its title and text, the newest first.
    pub edits: Vec<ArticleEdit>,
    /// The article that came into the river after it.
    pub newer: Option<Box<RiverItem>>,
    /// The article that came into the river before it.
    pub older: Option<Box<RiverItem>>,
}

/// An edit that riverd saw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArticleEdit {
    /// When riverd saw it.
    pub at: Timestamp,
    /// Title until then.
    pub title_before: String,
    /// Title from then on.
    pub title_after: String,
    /// The changed part of the text before the edit: a few lines of plain text. `None` if the text did not change.
    pub text_before: Option<String>,
    /// The changed part of the text after the edit.
    pub text_after: Option<String>,
}
