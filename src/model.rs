//! The plain data that flows between the layers. Nothing here decides, reads a clock or does I/O.
//!
//! | file | what flows |
//! | --- | --- |
//! | [`source`] | a subscription, and what past polls taught about it |
//! | [`document`] | a feed document as published, in our types |
//! | [`article`] | an entry made ours, ready to be stored |
//! | [`answer`] | what one request was answered |
//! | [`poll`] | all that one poll found and all that it writes |
//! | [`websub`] | subscriptions at hubs |
//! | [`river`] | the chosen, ordered articles of a merged feed |
//! | [`redacted_url`] | addresses without their secrets |

pub mod answer;
pub mod article;
pub mod document;
pub mod poll;
pub mod redacted_url;
pub mod river;
pub mod source;
pub mod status;
pub mod websub;

pub use answer::{FetchOutcome, Fetched, Freshness, LinkHeaders, StandIn};
pub use article::{AlsoIn, Article, ArticleId, CanonicalUrl, Enclosure, Fingerprint, Key, Origin, SafeHtml};
pub use document::{Defect, Entry, FeedFormat, FeedHints, MarkupText, ParsedFeed};
pub use poll::{
    DocumentArticles, DomainPause, Failure, FailureKind, Listing, NextPoll, PollReceipt, PollRecord,
    PollVerdict, Reason, Validators,
};
pub use redacted_url::RedactedUrl;
pub use river::{
    ALSO_IN_OPENING, Channel, ContentDepth, GENERATOR_NAME, MergedFeed, MergedItem, RIVER_NAMESPACE,
    RiverItem, RiverSource,
};
pub use source::{
    Cadence, Credentials, DueSource, EntryFilter, FeedInfo, HourCounts, IdentityScheme, Location, Moved,
    Pattern, Proxy, Secret, Source, SourceId, SourceState,
};
pub use status::SourceStatus;
pub use websub::{HubMode, HubOffer, HubRequest, HubSubscription, NewHubSubscription};
