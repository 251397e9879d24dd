//! Why a document gave no feed, and the feeds that a web page leads to instead.

use url::Url;

use crate::model::RedactedUrl;

/// A feed that a web page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Absolute.
    pub url: String,
    /// What the page calls it.
    pub title: Option<String>,
    /// By `<link rel=alternate>`; otherwise it is a link in the text that looks like a feed.
    pub announced: bool,
}

impl FeedLink {
    /// Their addresses, for a message: without secrets, and one that is no URL is not shown at all.
    pub fn list(feeds: &[Self]) -> String {
        let shown =
            feeds.iter().filter_map(|feed| Some(RedactedUrl(&Url::parse(&feed.url).ok()?).to_string()));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// Why a document gave no feed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A web page; `feeds` are the feeds it links to, absolute.
    #[error("this is a web page, not a feed")]
    WebPage {
        /// In order; those that are announced, or where none is, those in the text.
        feeds: Vec<FeedLink>,
    },
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// Not XML, JSON or HTML.
    #[error("this is no feed: {what}")]
    NotAFeed {
        /// What it looks like.
        what: String,
    },
    /// A feed that even repair could not read.
    #[error("the feed can't be read: {why}")]
    Malformed {
        /// Why.
        why: String,
    },
    /// The document has entries that did not come out: our fault, never an empty feed.
    #[error("only {read} of the feed's {of} entries can be read")]
    EntriesLost {
        /// How many it has.
        of: usize,
        /// How many came out.
        read: usize,
    },
    /// More than a stated bound.
    #[error("the feed is over a bound: {what}")]
    TooLarge {
        /// Which bound.
        what: String,
    },
}

impl ParseError {
    /// What the operator can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::WebPage { feeds } if feeds.is_empty() => {
                "the page names no feed: look on the site for one, and change the source's `url`".to_owned()
            }
            Self::WebPage { feeds } => {
                format!("change the source's `url`; the page's feeds are: {}", FeedLink::list(feeds))
            }
            Self::Empty => "look in a browser whether the address still serves a feed".to_owned(),
            Self::NotAFeed { .. } => {
                "look in a browser what the address serves, and change the source's `url`".to_owned()
            }
            Self::Malformed { .. } | Self::EntriesLost { .. } => {
                "`riverd preview URL` tries it again; if it stays so, the document is worth a report to its publisher and to us"
                    .to_owned()
            }
            Self::TooLarge { .. } => "look whether the site offers a shorter feed".to_owned(),
        }
    }
}
