//! The tags, sources and views that the pages link to.

use std::collections::{BTreeSet, HashMap};

use super::base_url::path_segment;
use super::valid;
use crate::model::{Source, View};

/// How many sources a page lists at most, so that pages stay small. The status page lists all of them.
const MAX_SOURCES: usize = 100;
/// How many tags a page lists at most, and how many views.
const MAX_TAGS: usize = 100;

/// The tags, sources and views that the pages link to. They change only with feeds.toml and the titles of feeds.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Navigation {
    /// Title of the river.
    pub title: String,
    /// Views of feeds.toml.
    pub views: Vec<Choice>,
    /// Tags of enabled sources, in the order of their bytes.
    pub tags: Vec<Choice>,
    /// Sources that are enabled, in the order of feeds.toml.
    pub sources: Vec<Choice>,
    /// Number of enabled sources that are not listed.
    pub sources_left_out: usize,
}

/// A tag, a source or a view that the pages link to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Name or title, for people.
    pub label: String,
    /// Address of its page, relative to the root of the river.
    pub href: String,
}

impl Navigation {
    /// Lists the tags and sources of feeds.toml. `title` is that of the river.
    pub fn of<'a>(title: &str, sources: impl IntoIterator<Item = &'a Source>) -> Self {
        let enabled: Vec<&Source> = sources.into_iter().filter(|source| source.enabled).collect();
        let tags: BTreeSet<&str> =
            enabled.iter().flat_map(|source| source.tags.iter().map(String::as_str)).collect();
        let source_choice = |source: &&Source| Choice {
            label: valid::line(source.title.as_deref().unwrap_or(&source.name)),
            href: source_href(&source.name),
        };
        Self {
            title: valid::line(title),
            views: Vec::new(),
            tags: tags
                .into_iter()
                .take(MAX_TAGS)
                .map(|tag| Choice { label: valid::line(tag), href: tag_href(tag) })
                .collect(),
            sources: enabled.iter().take(MAX_SOURCES).map(source_choice).collect(),
            sources_left_out: enabled.len().saturating_sub(MAX_SOURCES),
        }
    }

    /// Lists the views of feeds.toml, too.
    #[must_use]
    pub fn with_views<'a>(mut self, views: impl IntoIterator<Item = &'a View>) -> Self {
        let choice =
            |view: &View| Choice { label: valid::line(view.shown_title()), href: view_href(&view.name) };
        self.views = views.into_iter().take(MAX_TAGS).map(choice).collect();
        self
    }

    /// Labels sources with their titles. `titles` has these by the names of the sources.
    #[must_use]
    pub fn with_titles(mut self, titles: &HashMap<String, String>) -> Self {
        for (name, title) in titles {
            let href = source_href(name);
            let title = valid::line(title);
            if let Some(source) =
                self.sources.iter_mut().find(|source| source.href == href && !title.is_empty())
            {
                source.label = title;
            }
        }
        self
    }
}

/// Returns the address of the page of a tag.
pub fn tag_href(tag: &str) -> String {
    format!("?tag={}", path_segment(tag))
}

/// Returns the address of the page of a source.
pub fn source_href(name: &str) -> String {
    format!("?source={}", path_segment(name))
}

/// Returns the address of the page of a view.
pub fn view_href(name: &str) -> String {
    format!("views/{}/", path_segment(name))
}

/// Returns the address of the page of a search.
pub fn search_href(query: &str) -> String {
    format!("?q={}", path_segment(query))
}
