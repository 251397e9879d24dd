//! A view: a river of its own out of the stored articles, as feeds.toml describes it.

use super::river::ContentDepth;
use super::source::EntryFilter;

/// One `[[view]]` of feeds.toml.
#[derive(Clone, Debug)]
pub struct View {
    /// Unique name, ignoring case. It is part of the routes: `/views/NAME/feed.xml`.
    pub name: String,
    /// Title that readers see, instead of the name.
    pub title: Option<String>,
    /// Sources with any of these tags belong to the view.
    pub tags: Vec<String>,
    /// Names of further sources that belong to the view. A view without tags and sources takes all sources.
    pub sources: Vec<String>,
    /// Which entries of these sources belong to the view.
    pub filter: EntryFilter,
    /// Maximum number of articles in its feeds.
    pub articles: usize,
    /// Whether its feeds carry whole texts or summaries.
    pub content: ContentDepth,
}

impl View {
    /// Returns the title that readers see.
    pub fn shown_title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    /// Returns whether the view takes the entries of every source.
    pub fn takes_all_sources(&self) -> bool {
        self.tags.is_empty() && self.sources.is_empty()
    }
}
