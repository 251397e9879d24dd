//! Reads what a person types into a search box.
//!
//! | written | finds articles |
//! | --- | --- |
//! | `rust compiler` | with both words |
//! | `"borrow checker"` | with these words next to each other |
//! | `rust*` | with a word that begins with these letters |
//! | `rust OR zig` | with at least one of the words |
//! | `-crypto`, `-title:rust` | without the word, without the word in that place |
//! | `rust AND zig`, `rust NOT zig` | the same as `rust zig`, `rust -zig` |
//! | `-tag:ads`, `-source:lwn` | of a source without this tag, of another source |
//! | `title:rust`, `text:rust`, `author:doe` | with the word in that place |
//! | `tag:news`, `source:lwn` | of a source with this tag, of this source |
//!
//! Several `tag:` mean any of these tags, and several `source:` any of these sources. An `OR` binds more tightly than a
//! space: `a b OR c` finds articles with `a` and also `b` or `c`.

mod error;
mod items;
mod term;

use std::fmt;

pub use error::QueryError;
use error::{MAX_LENGTH, MAX_TERMS};
use items::{Item, items};
use term::quoted;
pub use term::{SearchField, SearchTerm};

/// A search that was read from text.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct SearchQuery {
    /// Groups of terms. An article must match at least one term of each group.
    pub all_of: Vec<Vec<SearchTerm>>,
    /// Terms that an article must not match.
    pub none_of: Vec<SearchTerm>,
    /// Tags of which the source of an article must have at least one. If there are none, any source will do.
    pub tags: Vec<String>,
    /// Names of sources. The article must be of one of them. If there are none, any source will do.
    pub sources: Vec<String>,
    /// Tags that the source of an article must not have.
    pub without_tags: Vec<String>,
    /// Names of sources. The article must be of none of them.
    pub without_sources: Vec<String>,
}

impl SearchQuery {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > MAX_LENGTH {
            return Err(QueryError::TooLong(text.len()));
        }
        let mut query = Self::default();
        // Whether an `OR` was read, but not yet the term after it.
        let mut after_or = false;
        // Whether the last item that is no `OR` was a term. Only a term may stand before an `OR`.
        let mut after_term = false;
        for item in items(text)? {
            match item {
                Item::Or if after_term && !after_or => after_or = true,
                Item::Or => return Err(QueryError::StrayOr),
                Item::Term(term) => {
                    match query.all_of.last_mut().filter(|_| after_or) {
                        Some(group) => group.push(term),
                        None => query.all_of.push(vec![term]),
                    }
                    (after_or, after_term) = (false, true);
                }
                _ if after_or => return Err(QueryError::StrayOr),
                // A part that stands alone must match anyway.
                Item::And => after_term = false,
                other => {
                    query.add_condition(other);
                    after_term = false;
                }
            }
        }
        if after_or {
            return Err(QueryError::StrayOr);
        }
        if query.all_of.iter().map(Vec::len).sum::<usize>() + query.none_of.len() > MAX_TERMS {
            return Err(QueryError::TooManyTerms);
        }
        if query == Self::default() { Err(QueryError::Empty) } else { Ok(query) }
    }

    /// Reads a query and narrows it to the given tags and sources. They count as if the text named them with `tag:` and
    /// `source:`: an article needs one of all these tags, and one of all these sources. If there is a tag or a source,
    /// `text` may be empty.
    pub fn narrowed(text: &str, tags: Vec<String>, sources: Vec<String>) -> Result<Self, QueryError> {
        let is_narrowed = !(tags.is_empty() && sources.is_empty());
        if tags.len() + sources.len() > MAX_TERMS {
            return Err(QueryError::TooManyTerms);
        }
        if let Some(name) = tags.iter().chain(&sources).find(|name| name.len() > MAX_LENGTH) {
            return Err(QueryError::TooLong(name.len()));
        }
        let mut query = match Self::parse(text) {
            Err(QueryError::Empty) if is_narrowed => Self::default(),
            parsed => parsed?,
        };
        query.tags.extend(tags);
        query.sources.extend(sources);
        Ok(query)
    }

    fn add_condition(&mut self, item: Item) {
        match item {
            Item::Without(term) => self.none_of.push(term),
            Item::Tag(tag) => self.tags.push(tag),
            Item::Source(name) => self.sources.push(name),
            Item::WithoutTag(tag) => self.without_tags.push(tag),
            Item::WithoutSource(name) => self.without_sources.push(name),
            Item::Or | Item::And | Item::Term(_) => {}
        }
    }

    /// Returns the terms that a matching article may contain, for highlighting.
    pub fn wanted_terms(&self) -> impl Iterator<Item = &SearchTerm> {
        self.all_of.iter().flatten()
    }
}

/// Writes the query in a short form, which is parsed as the same query again, unless [`SearchQuery::narrowed`] got a tag or
/// source with a quotation mark, which no query can hold.
impl fmt::Display for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = self
            .all_of
            .iter()
            .map(|group| group.iter().map(ToString::to_string).collect::<Vec<_>>().join(" OR "));
        let without = self.none_of.iter().map(|term| format!("-{term}"));
        let fields = [
            ("tag:", &self.tags),
            ("source:", &self.sources),
            ("-tag:", &self.without_tags),
            ("-source:", &self.without_sources),
        ];
        let conditions = fields
            .into_iter()
            .flat_map(|(field, names)| names.iter().map(move |name| format!("{field}{}", quoted(name))));
        f.write_str(&groups.chain(without).chain(conditions).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests;
