//! What reading a body gave: a document with its entries as articles, or a failure.

use crate::model::{Article, Defect, Failure, FeedHints, FeedInfo, IdentityScheme, LeftOut};
use crate::policy::schedule::ListedEntries;
use crate::time::Timestamp;

/// The result of reading a body.
#[derive(Clone, Debug)]
pub enum BodyOutcome {
    /// The body has the same bytes as the one that was read before, so it was not read again.
    Known,
    /// The body was read.
    Read(Box<ReadDocument>),
    /// The body could not be read.
    Unreadable(Failure),
}

/// A document that was read, with its entries as articles.
#[derive(Clone, Debug)]
pub struct ReadDocument {
    /// xxh3 hash of the body.
    pub body_hash: u64,
    /// What the document says about itself.
    pub feed: FeedInfo,
    /// What the document says about how often to poll it.
    pub hints: FeedHints,
    /// How the entries were identified.
    pub identity: IdentityScheme,
    /// The document's own date.
    pub stated_at: Option<Timestamp>,
    /// The articles in document order.
    pub articles: Vec<Article>,
    /// Publication times of the articles that the store does not know, one element for each article. `None` for an article
    /// without a date.
    pub new: Vec<Option<Timestamp>>,
    /// The entries of the document that are not among `articles`, each with its reason.
    pub left_out: LeftOut,
    /// What had to be repaired in the document.
    pub defects: Vec<Defect>,
}

impl ReadDocument {
    /// Returns the entries for a source with this `max_entries`.
    pub(super) fn listed(&self, max_entries: Option<usize>) -> ListedEntries<'_> {
        ListedEntries { articles: &self.articles, left_out: &self.left_out, new: &self.new, max_entries }
    }
}
