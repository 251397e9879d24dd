//! Why a document could not be parsed as a feed, and the feeds that a web page links to.

use url::Url;

use crate::model::RedactedUrl;

/// A feed that a web page links to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Absolute address of the feed.
    pub url: String,
    /// Title that the page gives it.
    pub title: Option<String>,
    /// Whether the page announces it: by a `Link` header, or by `<link>` or `<a>` with `rel=alternate` or `rel=feed`. Otherwise
    /// it is a link in the text that looks like a feed.
    pub announced: bool,
}

impl FeedLink {
    /// Returns the addresses of the feeds for a message, without their secrets. Leaves out an address that is no
    /// valid URL.
    pub fn list(feeds: &[Self]) -> String {
        let shown =
            feeds.iter().filter_map(|feed| Some(RedactedUrl(&Url::parse(&feed.url).ok()?).to_string()));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// What a web page says about feeds.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct PageLinks {
    /// Feeds that the page announces, or, if it announces none, the links in its text that look like feeds. They stand in
    /// document order.
    pub feeds: Vec<FeedLink>,
    /// Absolute address to which the page sends its readers by `<meta http-equiv=refresh>`.
    pub refresh: Option<String>,
    /// Absolute addresses of the pages in its frames (`<frame src>`), the first few.
    pub frames: Vec<String>,
    /// Whether the page says that its own address is that of a feed. The server may send that feed to other clients than
    /// browsers.
    pub is_own_feed: bool,
}

/// What a list of subscriptions is, as [`ParseError::NotAFeed`] says it.
pub(super) const IS_OPML: &str = "it is a list of subscriptions (OPML)";

/// Why a document could not be parsed as a feed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The document is a web page.
    #[error("this is a web page, not a feed")]
    WebPage(PageLinks),
    /// The document holds nothing but white space, byte order marks and zero bytes.
    #[error("the document is empty")]
    Empty,
    /// The document is no feed and no web page.
    #[error("this is not a feed: {what}")]
    NotAFeed {
        /// What the document is instead, as a clause: `it is a PDF document`.
        what: String,
    },
    /// The document can't be unpacked, parsed or repaired.
    #[error("the feed can't be read: {why}")]
    Malformed {
        /// What is wrong with it.
        why: String,
    },
    /// The document has entries that were not read: all of them have an unknown form, or feed-rs lost some, which is a fault
    /// of riverd. This must not look like an empty feed.
    #[error("only {read} of the feed's {of} entries can be read")]
    EntriesLost {
        /// How many entries the document has.
        of: usize,
        /// How many of them were read.
        read: usize,
    },
    /// The document exceeds one of the documented bounds.
    #[error("the feed exceeds a bound: {what}")]
    TooLarge {
        /// Which bound it exceeds, as a clause.
        what: String,
    },
}

impl ParseError {
    /// Returns what the operator can do about the error.
    pub fn hint(&self) -> String {
        match self {
            Self::WebPage(PageLinks { feeds, refresh: Some(to), .. }) if feeds.is_empty() => {
                let to = Url::parse(to).map(|url| RedactedUrl(&url).to_string()).unwrap_or_default();
                format!("the page sends its readers to {to}: use that address if the feed is there")
            }
            Self::WebPage(page) if page.feeds.is_empty() => {
                "the page names no feed: look on the site for one, and use its address".to_owned()
            }
            Self::WebPage(page) => {
                format!("use the address of a feed; the page's feeds are: {}", FeedLink::list(&page.feeds))
            }
            Self::Empty => "open the address in a browser to see whether it still serves a feed".to_owned(),
            Self::NotAFeed { what } if what == IS_OPML => {
                "`riverd import FILE` adds the feeds that a list names".to_owned()
            }
            Self::NotAFeed { .. } => {
                "open the address in a browser to see what it serves, and use the address of a feed".to_owned()
            }
            Self::Malformed { .. } | Self::EntriesLost { .. } => {
                "try again with `riverd preview URL`; if it still fails, report the document to its publisher and to the authors of riverd"
                    .to_owned()
            }
            Self::TooLarge { .. } => "check whether the site offers a shorter feed".to_owned(),
        }
    }
}
