//! The answers of simulated sites: feeds that change with the virtual time, and many difficult ways to serve them.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use riverd::time::Timestamp;

use crate::support::publisher::{Answer, Gate};

/// A request to a site.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// Virtual time of the request.
    pub(crate) at: Timestamp,
    /// How many requests this address got before.
    pub(crate) nth: usize,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

impl Ask {
    pub(crate) fn is_conditional(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}

/// An answer, with what a polite reader has to respect.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Arc<str>,
    /// Whether the body is a feed.
    pub(crate) is_feed: bool,
    /// Wait that the answer, or the document that it confirms, asks for.
    pub(crate) least: Duration,
    /// How long caches may keep the answer.
    pub(crate) promised: Duration,
    /// Pause that it asks for, for its whole domain.
    pub(crate) retry_after: Option<Duration>,
    /// How long the list of the document covers, if that is short.
    pub(crate) covers: Duration,
    /// Whether the connection is closed without an answer.
    pub(crate) cut: bool,
    pub(crate) gate: Option<Gate>,
}

/// The part of an answer that the rules need.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) is_feed: bool,
    pub(crate) least: Duration,
    /// How long caches may keep the answer.
    pub(crate) promised: Duration,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) covers: Duration,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// Hash of the body.
    pub(crate) body: u64,
}

impl Reply {
    pub(crate) fn answered(&self) -> Answered {
        let mut hasher = DefaultHasher::new();
        self.body.hash(&mut hasher);
        let header = |name| self.header(name).map(ToOwned::to_owned);
        Answered {
            status: self.status,
            is_feed: self.is_feed,
            least: self.least,
            promised: self.promised,
            retry_after: self.retry_after,
            covers: self.covers,
            etag: header("etag"),
            last_modified: header("last-modified"),
            body: hasher.finish(),
        }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Arc::from(""),
            is_feed: false,
            least: Duration::ZERO,
            promised: Duration::ZERO,
            retry_after: None,
            covers: Duration::MAX,
            cut: false,
            gate: None,
        }
    }

    /// Answers with a feed.
    pub(crate) fn feed(body: &str) -> Self {
        Self { is_feed: true, ..Self::status(200).with("Content-Type", "application/rss+xml").body(body) }
    }

    /// Answers with a web page.
    pub(crate) fn page(body: &str) -> Self {
        Self::status(200).with("Content-Type", "text/html").body(body)
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).with("Location", to)
    }

    /// Closes the connection without an answer.
    pub(crate) fn cut() -> Self {
        Self { cut: true, ..Self::status(0) }
    }

    pub(crate) fn body(self, body: &str) -> Self {
        Self { body: Arc::from(body), ..self }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn etag(self, etag: &str) -> Self {
        self.with("ETag", etag)
    }

    pub(crate) fn last_modified(self, date: &str) -> Self {
        self.with("Last-Modified", date)
    }

    /// Turns the answer into a 304 if the request carries its validators, as most servers do.
    pub(crate) fn unless_known(self, ask: &Ask) -> Self {
        let known = match (&ask.etag, self.header("ETag")) {
            (Some(asked), Some(own)) => asked == own,
            (None, _) | (_, None) => {
                ask.last_modified.is_some() && ask.last_modified.as_deref() == self.header("Last-Modified")
            }
        };
        if !known {
            return self;
        }
        let headers = self.headers.into_iter().filter(|(name, _)| *name != "Content-Type").collect();
        Self { status: 304, headers, body: Arc::from(""), is_feed: false, ..self }
    }

    /// Adds `Cache-Control: max-age`.
    pub(crate) fn max_age(self, span: Duration) -> Self {
        self.with("Cache-Control", format!("public, max-age={}", span.as_secs())).promising(span)
    }

    /// Notes that caches may keep the answer for `span`.
    pub(crate) fn promising(mut self, span: Duration) -> Self {
        self.promised = self.promised.max(span);
        self
    }

    /// Notes that the document asks to wait for `span`.
    pub(crate) fn asking(mut self, span: Duration) -> Self {
        self.least = self.least.max(span);
        self
    }

    /// Adds `Retry-After` in seconds.
    pub(crate) fn retry_after(self, span: Duration) -> Self {
        Self { retry_after: Some(span), ..self.with("Retry-After", span.as_secs().to_string()) }
    }

    /// Adds `Retry-After` as a date.
    pub(crate) fn retry_at(self, ask: &Ask, span: Duration) -> Self {
        let date = ask.at.saturating_add(span).to_http_date();
        Self { retry_after: Some(span), ..self.with("Retry-After", date) }
    }

    /// Delays the answer until the test opens the gate.
    pub(crate) fn held_by(self, gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    pub(crate) fn into_answer(self) -> Answer {
        if self.cut {
            return Answer::reset();
        }
        let answer = Answer::status(self.status).body(self.body.as_bytes());
        let answer = self.headers.iter().fold(answer, |answer, (name, value)| answer.header(name, value));
        match &self.gate {
            Some(gate) => answer.held_by(gate),
            None => answer,
        }
    }
}

/// How many entries a document has.
const LISTED: usize = 10;

/// A feed that gets a new entry at each of these moments.
#[derive(Clone)]
pub(crate) struct Blog {
    name: String,
    published: Arc<[i64]>,
    /// Additional elements of the channel.
    extra: String,
}

impl Blog {
    /// Creates a blog with a new entry every `gap`, in the past too.
    pub(crate) fn steady(name: &str, from: Timestamp, gap: Duration) -> Self {
        let gap = gap.as_secs().cast_signed();
        let published = (-20..3000).map(|n| from.unix() + n * gap).collect();
        Self::at(name, published)
    }

    pub(crate) fn at(name: &str, published: Vec<i64>) -> Self {
        Self { name: name.to_owned(), published: published.into(), extra: String::new() }
    }

    /// Lets each moment bring `count` entries.
    pub(crate) fn in_bursts_of(mut self, count: usize) -> Self {
        let moments = self.published.iter();
        self.published = moments.flat_map(|at| std::iter::repeat_n(*at, count)).collect();
        self
    }

    /// Adds elements to the channel.
    pub(crate) fn saying(mut self, extra: &str) -> Self {
        extra.clone_into(&mut self.extra);
        self
    }

    /// Returns how many entries there are at a time.
    pub(crate) fn count(&self, at: Timestamp) -> usize {
        self.published.partition_point(|published| *published <= at.unix())
    }

    /// Returns the document with the newest ten entries.
    pub(crate) fn document(&self, at: Timestamp) -> String {
        self.newest(at, LISTED)
    }

    /// Returns the numbers of the entries in [`Blog::document`].
    pub(crate) fn listed(&self, at: Timestamp) -> Range<usize> {
        let count = self.count(at);
        count.saturating_sub(LISTED)..count
    }

    /// Returns a document with only the newest `entries` entries.
    pub(crate) fn newest(&self, at: Timestamp, entries: usize) -> String {
        let count = self.count(at);
        let mut items = String::new();
        for (n, published) in self.published.iter().enumerate().take(count).rev().take(entries) {
            let date = Timestamp::from_unix(*published).to_rfc2822();
            let name = &self.name;
            // Writing to a string can't fail.
            write!(
                items,
                "<item><guid isPermaLink=\"false\">{name}-{n}</guid><title>{name} {n}</title>\
                 <link>http://{name}.example/{n}</link><description>Entry {n} of {name}.</description>\
                 <pubDate>{date}</pubDate></item>"
            )
            .unwrap();
        }
        format!(
            "<rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" \
             xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel><title>{name}</title>\
             <link>http://{name}.example/</link><description>d</description>{extra}{items}</channel></rss>",
            name = self.name,
            extra = self.extra,
        )
    }

    /// Returns the ETag of the document at a time.
    pub(crate) fn tag(&self, at: Timestamp) -> String {
        format!("\"{}-{}\"", self.name, self.count(at))
    }

    /// Returns the date of the newest entry, for `Last-Modified`.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        let newest = self.published[self.count(at).saturating_sub(1)];
        Timestamp::from_unix(newest).to_http_date()
    }

    /// Answers without validators, with the newest `entries`, and notes how long they cover.
    pub(crate) fn bare(&self, ask: &Ask, entries: usize) -> Reply {
        let oldest = self.published[self.count(ask.at).saturating_sub(entries)];
        let covers = ask.at.since(Timestamp::from_unix(oldest));
        Reply { covers, ..Reply::feed(&self.newest(ask.at, entries)) }
    }

    /// Answers like a good server: with both validators, and with 304 if nothing changed.
    pub(crate) fn served(&self, ask: &Ask) -> Reply {
        self.whole(ask).unless_known(ask)
    }

    /// Answers with both validators and the whole body, never with 304.
    pub(crate) fn whole(&self, ask: &Ask) -> Reply {
        self.bare(ask, LISTED).etag(&self.tag(ask.at)).last_modified(&self.date(ask.at))
    }
}
