//! What can be wrong with a query, and its limits.

/// Longest query in bytes. No person types a longer one.
pub(super) const MAX_LENGTH: usize = 1000;

/// Largest number of words and phrases in a query. Also the largest number of tags and sources to which
/// [`SearchQuery::narrowed`](super::SearchQuery::narrowed) narrows it.
pub(super) const MAX_TERMS: usize = 32;

/// Fewest characters before a `*`. With fewer, a search would have to combine what the index has for too many words.
/// Words of scripts that are indexed in pairs of characters may be shorter.
pub(super) const MIN_PREFIX: usize = 2;

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
