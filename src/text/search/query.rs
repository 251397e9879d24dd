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

use std::fmt;

use super::tokens::{TokenKind, composed, tokens};

/// Longest query in bytes. No person types a longer one.
const MAX_LENGTH: usize = 1000;

/// Largest number of words and phrases in a query. Also the largest number of tags and sources to which
/// [`SearchQuery::narrowed`] narrows it.
const MAX_TERMS: usize = 32;

/// Fewest characters before a `*`. With fewer, a search would have to combine what the index has for too many words.
/// Words of scripts that are indexed in pairs of characters ([`TokenKind::Pair`]) may be shorter.
const MIN_PREFIX: usize = 2;

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

/// A word or a phrase of a query.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SearchTerm {
    /// Where the words must stand. `None` means anywhere.
    pub field: Option<SearchField>,
    /// The words, which must stand next to each other. There is at least one.
    pub words: Vec<String>,
    /// Whether the last word is only the beginning of a word.
    pub is_prefix: bool,
    /// The term as it was written, without field, `-`, quotation marks and `*`.
    written: String,
}

/// A part of an article that can be searched alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SearchField {
    /// The title.
    Title,
    /// The summary and the content.
    Text,
    /// The authors.
    Author,
}

impl SearchField {
    /// Returns the name of the field in a query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Author => "author",
        }
    }
}

/// What is wrong with a query.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QueryError {
    /// The query asks for nothing.
    #[error("the search is empty: give a word, a \"phrase\" in quotation marks, or `tag:NAME`")]
    Empty,
    /// The query, or a tag or source to which it is narrowed, is too long. Contains its length in bytes.
    #[error("the search has {0} bytes; at most {MAX_LENGTH} are allowed")]
    TooLong(usize),
    /// The query has too many terms, or is narrowed to too many tags and sources.
    #[error(
        "the search has more than {MAX_TERMS} words and phrases, or more than {MAX_TERMS} tags and sources"
    )]
    TooManyTerms,
    /// A quotation mark has no partner.
    #[error("a quotation mark is open: close it after the last word of the phrase")]
    OpenQuote,
    /// There are too few characters before a `*`. Contains them, folded.
    #[error("`{0}*` begins too many words: give at least {MIN_PREFIX} letters before the `*`")]
    ShortPrefix(String),
    /// A field has no value. Contains the name of the field.
    #[error("`{0}:` has no value: write it right after the colon, as in `{0}:word`")]
    NoValue(&'static str),
    /// An `OR` does not stand between two words or phrases.
    #[error("`OR` must stand between two words or phrases; to search for the word itself, write \"OR\"")]
    StrayOr,
    /// An `AND` does not stand between two parts of the query.
    #[error("`AND` must stand between two words or phrases; to search for the word itself, write \"AND\"")]
    StrayAnd,
    /// After a `NOT` comes nothing that can be excluded.
    #[error("`NOT` must stand before a word or a phrase; to search for the word itself, write \"NOT\"")]
    StrayNot,
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

impl fmt::Display for SearchTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{}:", field.as_str())?;
        }
        let star = if self.is_prefix && !self.written.is_empty() { "*" } else { "" };
        write!(f, "{}{star}", quoted(&self.written))
    }
}

/// Returns `text` in quotation marks, unless it is a plain word. What would end the phrase or be a star behind it is escaped.
fn quoted(text: &str) -> String {
    if Operator::of(text).is_none() && !text.is_empty() && text.chars().all(char::is_alphanumeric) {
        return text.to_owned();
    }
    let mut phrase = String::from('"');
    for c in text.chars() {
        phrase.extend(Some('\\').filter(|_| can_be_escaped(c)));
        phrase.push(c);
    }
    phrase.push('"');
    phrase
}

/// Returns whether a backslash before `c` makes it a part of the phrase in quotation marks.
fn can_be_escaped(c: char) -> bool {
    matches!(c, '*' | '\\') || is_quotation_mark(c)
}

/// A word in capitals that joins the parts of a query or excludes one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Not,
}

impl Operator {
    fn of(word: &str) -> Option<Self> {
        match word {
            "OR" => Some(Self::Or),
            "AND" => Some(Self::And),
            "NOT" => Some(Self::Not),
            _ => None,
        }
    }
}

/// One part of a query.
enum Item {
    Or,
    And,
    Term(SearchTerm),
    Without(SearchTerm),
    Tag(String),
    Source(String),
    WithoutTag(String),
    WithoutSource(String),
}

/// A part of a query before its words are read.
struct RawItem {
    is_excluded: bool,
    field: Option<&'static str>,
    value: String,
    is_quoted: bool,
    has_star: bool,
}

/// Splits a query into its parts. Words and phrases without a letter or digit are left out. A `NOT` excludes the part after it.
fn items(text: &str) -> Result<Vec<Item>, QueryError> {
    let mut items: Vec<Item> = Vec::new();
    // Whether an `AND` was read last. The part after it must not be another operator than `NOT`.
    let mut after_and = false;
    let mut after_not = false;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (mut raw, after) = next_item(rest)?;
        rest = after.trim_start();
        let operator = raw.operator();
        if after_not && (operator.is_some() || raw.is_excluded) {
            return Err(QueryError::StrayNot);
        }
        match operator {
            Some(Operator::Not) => after_not = true,
            Some(Operator::And) if after_and || matches!(items.last(), None | Some(Item::Or)) => {
                return Err(QueryError::StrayAnd);
            }
            Some(Operator::Or) if after_and => return Err(QueryError::StrayAnd),
            Some(Operator::And) => {
                items.push(Item::And);
                after_and = true;
            }
            Some(Operator::Or) => items.push(Item::Or),
            None => {
                raw.is_excluded |= after_not;
                let Some(item) = raw.read()? else { continue };
                items.push(item);
                (after_and, after_not) = (false, false);
            }
        }
    }
    match (after_not, after_and) {
        (true, _) => Err(QueryError::StrayNot),
        (false, true) => Err(QueryError::StrayAnd),
        (false, false) => Ok(items),
    }
}

/// Reads the first part of `text`, and returns it with what follows. `text` must not begin with a space.
fn next_item(text: &str) -> Result<(RawItem, &str), QueryError> {
    let excluded = text.strip_prefix('-').filter(|rest| !rest.starts_with(char::is_whitespace));
    let (field, rest) = split_field(excluded.unwrap_or(text));
    let is_excluded = excluded.is_some();
    if let Some(inside) = rest.strip_prefix(is_quotation_mark) {
        let (value, ends_with_star, after) = phrase(inside)?;
        let outside = after.strip_prefix('*');
        let has_star = ends_with_star || outside.is_some();
        let raw = RawItem { is_excluded, field, has_star, value, is_quoted: true };
        return Ok((raw, outside.unwrap_or(after)));
    }
    let end = rest.find(|c: char| c.is_whitespace() || is_quotation_mark(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let bare = word.trim_end_matches('*');
    let has_star = bare.len() < word.len();
    Ok((RawItem { is_excluded, field, has_star, value: bare.to_owned(), is_quoted: false }, after))
}

/// Reads a phrase up to its closing quotation mark. Returns it without the stars at its end, whether there were any, and what
/// follows.
fn phrase(inside: &str) -> Result<(String, bool, &str), QueryError> {
    let (mut value, mut stars) = (String::new(), 0);
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        let escaped = chars.as_str().chars().next().filter(|next| c == '\\' && can_be_escaped(*next));
        if let Some(escaped) = escaped {
            chars.next();
            value.push(escaped);
            stars = 0;
        } else if is_quotation_mark(c) {
            value.truncate(value.len() - stars);
            return Ok((value.trim().to_owned(), stars > 0, chars.as_str()));
        } else {
            value.push(c);
            stars = if c == '*' { stars + 1 } else { 0 };
        }
    }
    Err(QueryError::OpenQuote)
}

/// Splits a known field name and its colon off the beginning of `text`.
fn split_field(text: &str) -> (Option<&'static str>, &str) {
    let split = text.split_once(':').and_then(|(name, rest)| {
        let known = ["title", "text", "author", "tag", "source"];
        known.into_iter().find(|known| name.eq_ignore_ascii_case(known)).map(|known| (known, rest))
    });
    split.map_or((None, text), |(field, rest)| (Some(field), rest))
}

/// Returns whether `c` opens or closes a phrase. Phones and word processors write other marks than `"`.
fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{AB}' | '\u{BB}')
}

impl RawItem {
    /// Returns the operator that the part is, if it is one.
    fn operator(&self) -> Option<Operator> {
        let is_bare = self.field.is_none() && !self.is_excluded && !self.is_quoted && !self.has_star;
        Operator::of(&self.value).filter(|_| is_bare)
    }

    fn read(self) -> Result<Option<Item>, QueryError> {
        if self.value.is_empty() && self.field.is_some() {
            return Err(QueryError::NoValue(self.field.unwrap_or_default()));
        }
        let name = self.value.clone();
        let field = match (self.field, self.is_excluded) {
            (Some("tag"), false) => return Ok(Some(Item::Tag(name))),
            (Some("tag"), true) => return Ok(Some(Item::WithoutTag(name))),
            (Some("source"), false) => return Ok(Some(Item::Source(name))),
            (Some("source"), true) => return Ok(Some(Item::WithoutSource(name))),
            (Some("title"), _) => Some(SearchField::Title),
            (Some("text"), _) => Some(SearchField::Text),
            (Some("author"), _) => Some(SearchField::Author),
            _ => None,
        };
        let term = self.term(field)?;
        Ok(term.map(|term| if self.is_excluded { Item::Without(term) } else { Item::Term(term) }))
    }

    /// Returns the words to look for. `None` if the item has no letter and no digit.
    fn term(&self, field: Option<SearchField>) -> Result<Option<SearchTerm>, QueryError> {
        let mut found = tokens(&composed(&self.value));
        let ends_with_pair = found.iter().rev().nth(1).is_some_and(|token| token.kind == TokenKind::Pair);
        let mut is_prefix = self.has_star;
        match found.last().map(|token| token.kind) {
            None => return Ok(None),
            // The pair before this character contains it, too. Searched as a word of its own, it would be found only at the end
            // of a run.
            Some(TokenKind::Last) if ends_with_pair => {
                found.pop();
                is_prefix = false;
            }
            // As a prefix, one character alone also matches each pair that begins with it.
            Some(TokenKind::Last) => is_prefix = true,
            Some(TokenKind::Pair) => is_prefix = false,
            Some(TokenKind::Word) => {
                let short = found.last().filter(|last| is_prefix && last.text.chars().count() < MIN_PREFIX);
                if let Some(last) = short {
                    return Err(QueryError::ShortPrefix(last.text.clone()));
                }
            }
        }
        let words = found.into_iter().map(|token| token.text).collect();
        Ok(Some(SearchTerm { field, words, is_prefix, written: self.value.clone() }))
    }
}

#[cfg(test)]
mod tests;
