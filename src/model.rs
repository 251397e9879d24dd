//! Plain data that the layers pass to each other. Functions here answer small questions about the data, such as whether an
//! address holds a secret. None of them reads a clock or does I/O.
//!
//! A file uses only the files above it in this table.
//!
//! | file | holds |
//! | --- | --- |
//! | [`secret`] | secret values, which are never printed |
//! | `token` | which texts look like tokens that a program made at random |
//! | [`redacted_url`] | URLs printed without their secrets |
//! | [`failure`] | why a request, or reading its answer, failed |
//! | [`next_poll`] | when a source is polled next, and what decided that |
//! | [`podcast`] | what a podcast says about its show and its episodes |
//! | [`article_details`] | details that most entries lack |
//! | `boxed_details` | these details in a box that is empty while there are none |
//! | [`article`] | an entry prepared for the store |
//! | [`left_out`] | why an entry of a document does not reach the river |
//! | [`document`] | a feed document as published, whatever its format |
//! | [`entry_place`] | the place of an entry among those of a tag, a source or a search, at which a page of older articles begins |
//! | [`river`] | a merged feed, and the marks by which a riverd recognises another river |
//! | [`stored_article`] | one article with its edits and neighbours |
//! | [`source`] | one subscription in feeds.toml |
//! | [`secret_address`] | which addresses must not be published, because they contain a secret |
//! | [`view`] | one view of feeds.toml |
//! | [`websub`] | subscriptions at WebSub hubs |
//! | [`answer`] | the answer to one request |
//! | [`source_state`] | what past polls found out about a source |
//! | [`status`] | the health of a source, and figures of the whole river |
//! | [`incident`] | what went wrong with a source or with feeds.toml |
//! | [`poll`] | everything that one poll found and stores |
//! | [`poll_counters`] | counts of the polls of this process |
//! | [`web_page`] | the web pages behind entries |

pub mod answer;
pub mod article;
pub mod article_details;
mod boxed_details;
pub mod document;
pub mod entry_place;
pub mod failure;
pub mod incident;
pub mod left_out;
mod letter_pairs;
pub mod next_poll;
pub mod podcast;
pub mod poll;
pub mod poll_counters;
pub mod redacted_url;
pub mod river;
pub mod secret;
pub mod secret_address;
pub mod source;
pub mod source_state;
pub mod status;
pub mod stored_article;
mod token;
pub mod view;
pub mod web_page;
pub mod websub;

pub use answer::{EarlierAnswer, FetchOutcome, Fetched, Freshness, LinkHeaders, StandIn, Validators};
pub use article::{AlsoIn, Article, ArticleId, CanonicalUrl, Enclosure, Fingerprint, Key, Origin, SafeHtml};
pub use article_details::{ArticleDetails, ArticleImage, Author, GeoPoint};
pub use boxed_details::BoxedDetails;
pub use document::{
    CUT_OFF, Defect, Entry, FeedFormat, FeedHints, LONE_ENTRY, MarkupText, ParsedFeed, SettledReading,
};
pub use entry_place::EntryPlace;
pub use failure::{Failure, FailureKind, FailureOrigin};
pub use incident::{Incident, IncidentEnd, IncidentKind};
pub use left_out::{LeftOut, LeftOutCounts, LeftOutEntry, LeftOutReason};
pub use next_poll::{NextPoll, NextPollReason};
pub use podcast::{
    Chapter, ContentLink, Episode, Funding, LinkedFile, MAX_CHAPTERS, PodcastLocation, PodcastPerson, Show,
    ShowCategory, Soundbite,
};
pub use poll::{
    DocumentArticles, DocumentCopy, DomainPause, Listing, PollOutcome, PollReceipt, PollRecord, PollVerdict,
};
pub use poll_counters::{HourPolls, PollCounters, PollObservation};
pub use redacted_url::RedactedUrl;
pub use river::{
    ALSO_IN_OPENING, Channel, ContentDepth, FeedLinks, GENERATOR_NAME, MergedFeed, MergedItem,
    RIVER_NAMESPACE, RiverItem, RiverSource,
};
pub use secret::Secret;
pub use source::{Cadence, Credentials, EntryFilter, Location, Pattern, Proxy, Source, SourceId};
pub use source_state::{
    DocumentTimes, DueSource, FeedInfo, HourCounts, IdentityScheme, ListLife, ListWindow, Moved, PlainOnly,
    SourceState, StatedTimes, SubscriptionInfo, WaitingSource,
};
pub use status::{
    DayCount, LastingProblem, SourcePlan, SourceStatus, StorageReport, StorageShare, StoreFigures,
};
pub use stored_article::{ArticleEdit, FoundArticle, StoredArticle};
pub use view::View;
pub use web_page::{DuePage, PageOutcome, PageRecord};
pub use websub::{HubMode, HubOffer, HubRequest, HubSecrets, HubSubscription, NewHubSubscription};
