//! What all entries of a document share while they become articles.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::NormalizeContext;
use crate::model::{Article, GENERATOR_NAME, ParsedFeed};
use crate::text::url::{TrackingParameters, absolute};

/// Properties of a document that all its entries share.
pub(super) struct DocumentContext<'a> {
    /// Base of relative links: the address of the site, or else of the document.
    pub(super) base: Option<Url>,
    /// Host of that base.
    pub(super) host: Option<String>,
    pub(super) language: Option<String>,
    /// Whether another riverd generated the document.
    pub(super) from_river: bool,
    pub(super) tracking: &'a TrackingParameters,
    /// Hashes of what a reader saw of the stored entries, by key.
    seen: HashMap<&'a str, u64>,
    /// Keys of the stored entries of the source itself.
    own_keys: HashSet<&'a str>,
}

impl<'a> DocumentContext<'a> {
    pub(super) fn of(feed: &ParsedFeed, context: &NormalizeContext<'a>) -> Self {
        let document = context.url.cloned();
        let site = feed.link.as_deref().and_then(|link| absolute(link, document.as_ref()));
        let site = site.and_then(|link| Url::parse(&link).ok());
        let host = site.as_ref().or(document.as_ref()).and_then(|url| url.host_str()).map(str::to_owned);
        Self {
            base: site.or(document),
            host,
            language: feed.language.clone(),
            from_river: feed
                .generator
                .as_deref()
                .is_some_and(|name| name.trim_start().starts_with(GENERATOR_NAME)),
            tracking: context.tracking,
            seen: context.known.seen_hashes().map(|(key, seen)| (key.0.as_str(), seen)).collect(),
            own_keys: context.known.own_keys().map(|key| key.0.as_str()).collect(),
        }
    }

    /// Returns whether the name of an author is the title of the `source`. A river names the source as the author of an article
    /// that names no author, because readers expect one.
    pub(super) fn names_source(&self, name: &str, source: Option<&str>) -> bool {
        self.from_river && source == Some(name)
    }

    /// Returns whether nothing is likely to compare the text of an entry: the source has one with its key, or one with its key
    /// is stored and looks the same to a reader.
    pub(super) fn is_known(&self, article: &Article) -> bool {
        let key = article.key.0.as_str();
        self.own_keys.contains(key) || self.seen.get(key) == Some(&article.seen_hash)
    }
}
