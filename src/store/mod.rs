//! The store: SQLite in WAL mode, with one writer thread that commits in groups, and a few connections that read.
//!
//! | file | what it does |
//! | --- | --- |
//! | `handle` | what other modules may ask of the store, by who asks |
//! | `open`, `files`, `lock`, `migrate` | open the database: what is refused, what is created, the schema |
//! | `lost_database` | tells a database that was deleted or emptied from one that never was |
//! | `writer` | the one thread that writes, and its group commit |
//! | `health` | whether the database can be written, known without waiting for the writer |
//! | `readers` | the connections that read |
//! | `error`, `error_hint` | what can go wrong; what a person can do about it |
//! | `sources`, `source_lookups` | sources: follow feeds.toml; find a source by its name, address or tag |
//! | `due`, `plans`, `state`, `status` | the queue of due sources, planned polls, what polls found out, what `status` shows |
//! | `record`, which uses `groups` and `edits` | store one poll: new and edited entries, and their articles |
//! | `entries`, `near_duplicates`, `near_cache` | entries as rows; the candidates for near duplicates, and their cache |
//! | `band_index` | the rows of the index of near duplicates |
//! | `arriving`, `growth` | in which order the entries of a document are read, and how many may be new |
//! | `next_on_page` | finds the next article on a page that shows another one each day, and the next post of a topic |
//! | `edited_in_list`, `gone_entry` | find the stored entry that a new one replaces |
//! | `takeover` | recognises a source that feeds.toml names under a new address |
//! | `storing_context`, `document_index`, `entry_match` | types that `record` and the files that it uses share |
//! | `former_addresses` | the addresses that the files, pictures and comments pages of entries had before |
//! | `texts` | how summary and content are packed in their rows |
//! | `representative` | which entry represents an article, and where the article stands |
//! | `hubs`, `hub_pauses` | subscriptions at hubs; the pauses that hubs asked for |
//! | `selection` | which articles a feed holds |
//! | `members`, `placed_article` | the articles of a tag, a source or a search, from any place on |
//! | `river` | the articles of a merged feed |
//! | `other_entries` | the entries of an article other than the one that is shown |
//! | `article_page` | one article with its edits and neighbours |
//! | `views` | which articles belong to which view |
//! | `archive` | publishing, and the pages of archives |
//! | `search` | the full-text index |
//! | `pages` | the web pages behind entries, for sources with `full_text` |
//! | `kept_answers`, `robots` | answers that verbs got, for the next poll of the source; the robots.txt files that were read |
//! | `plain_servers` | the servers whose sources send requests without conditions |
//! | `left_out` | the entries that did not reach the river, and why |
//! | `history`, `history_query` | what became of an article, and how it is asked for |
//! | `comparison`, `joining_path` | which rule joins two entries or keeps them apart; which pairs join them in turn |
//! | `incidents`, `figures` | what went wrong with sources and feeds.toml; figures of the whole river |
//! | `refilter` | applies changed filters to stored entries |
//! | `maintenance`, `integrity`, `storage` | maintenance: its steps, the check of the whole database, what fills the database |
//! | `mend` | finds values that can't be read, and mends them |
//! | `backup` | copies of the database: made, checked, put back; what is saved of a damaged one |
//! | `set_aside` | puts a new database in the place of the one in use, which gets a name of its own; undoes it if it was killed |
//! | `purge`, `revive` | what `remove --purge` and `add` ask for |

mod archive;
mod arriving;
mod article_page;
pub mod backup;
mod backup_problem;
mod band_index;
mod comparison;
mod document_index;
mod document_record;
mod due;
mod edited_in_list;
mod edits;
mod entries;
mod entry_match;
pub mod error;
mod error_hint;
mod figures;
mod file_lengths;
mod file_names;
mod files;
mod former_addresses;
mod gone_entry;
mod groups;
mod growth;
mod handle;
mod health;
mod history;
mod history_query;
mod hub_pauses;
mod hubs;
mod incidents;
mod integrity;
mod joining_path;
mod kept_answers;
mod kept_apart;
mod left_out;
mod lock;
mod lost_database;
mod maintenance;
mod members;
mod mend;
mod migrate;
mod near_cache;
mod near_duplicates;
mod next_on_page;
mod open;
mod other_entries;
mod pages;
mod placed_article;
mod plain_servers;
mod plans;
mod purge;
mod readers;
mod record;
mod refilter;
mod representative;
mod revive;
mod river;
mod robots;
mod search;
mod selection;
mod set_aside;
mod setting_texts;
mod source_lookups;
mod sources;
mod state;
mod status;
mod storage;
mod storing_context;
mod takeover;
mod texts;
mod views;
mod write_failure;
mod writer;

pub use archive::{ArchiveEnd, ArchiveEnds, ArchivedArticles};
pub use comparison::{ComparedEntry, Comparison, DifferentPassages, JoinedPair};
pub use due::ClaimLimit;
pub use error::StoreError;
pub use file_names::log_of;
pub use handle::Store;
pub use health::{DatabaseFailure, StoreHealth};
pub use history::{ArticleHistory, Edit, EntryHistory, History, JoinedBy, Pruned, ReplacedList};
pub use hubs::HubIntent;
pub use integrity::IntegrityCheck;
pub use kept_answers::MAX_KEPT_BODY;
pub use left_out::{LeftOutHistory, Unrecorded};
pub use lost_database::what_is_gone;
pub use pages::{PageClaim, PageHistory};
pub use purge::{PurgeChoice, note_purge_choice};
pub use revive::revive_gone_source;
pub use selection::{PageOfArticles, RenderedFeed, RiverSelection};
pub use source_lookups::RetiredSource;
pub use sources::{OverdueSources, SyncReport};
pub use views::ViewProgress;
