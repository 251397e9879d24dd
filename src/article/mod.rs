//! Turns the entries of a document into articles, and articles into the river. This code is pure: `now` is an argument.
//!
//! | file | decides |
//! | --- | --- |
//! | `normalize` | what is kept of an entry, and which entries are too old or too many |
//! | `identity` | which key an entry has |
//! | `fingerprint` | which words of a text are compared |
//! | `dedup` | whether two entries tell one story |
//! | `filter` | which entries a `keep` or `drop` of a source, a view or the river excludes |
//! | `placement` | where an article stands in the river, and which entry represents it |
//! | `full_text` | which pages behind entries are fetched, and which of their articles are used |
//! | `completion` | what an article takes over from its other entries and from the page behind it |
//! | `revision` | whether a changed entry shows an older version, as from a stale cache |
//! | `fuller` | which of two versions of an entry has everything of the other one and more |
//! | `merge` | what a merged feed shows of its articles |
//! | `archive` | which articles a page of the archive has |
//! | `pictures` | which picture stands for an article |

pub mod archive;
pub mod arrival_time;
pub mod completion;
pub mod dedup;
pub mod feed_info;
pub mod filter;
pub mod fingerprint;
pub mod full_text;
pub mod fuller;
pub mod identity;
pub mod incidental;
pub mod merge;
pub mod normalize;
pub mod old_entries;
mod pictures;
pub mod placement;
pub(crate) mod quick_hash;
pub(crate) mod revision;
pub mod shown_version;
pub mod text_budget;
