//! Serves synthetic feeds on sixteen loopback addresses. Their texts are made of invented words that are as frequent as
//! in prose. A request for `/change` gives one feed in twenty two new items. Under `/faulty/` are the same feeds, of which
//! some fail.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{Path as PathOf, State};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use fastrand::Rng;
use flate2::{Compression, write::GzEncoder};

use crate::failures::Fault;

/// How many items a feed lists unless a number is given.
const ITEMS: RangeInclusive<usize> = 20..=50;
/// How many addresses the feeds are spread over, from 127.0.0.1 on.
const HOSTS: usize = 16;
/// How many invented words there are.
const WORDS: usize = 20_000;
/// One feed in this many changes at `/change`.
const CHANGED: usize = 20;

/// A document as it is served.
struct Served {
    etag: HeaderValue,
    media_type: HeaderValue,
    plain: Bytes,
    compressed: Bytes,
}

struct Publisher {
    words: Vec<String>,
    /// Of each feed, how many items it has published and its document.
    feeds: Vec<RwLock<(usize, Arc<Served>)>>,
    port: u16,
    /// How many items each feed lists, if not by chance.
    items: Option<usize>,
}

/// Serves `feeds` feeds of `items` items (20 to 50 if none), and writes their addresses to a file once it listens.
pub(crate) async fn serve(
    port: u16,
    feeds: usize,
    items: Option<usize>,
    addresses: &Path,
) -> anyhow::Result<()> {
    let mut rng = Rng::with_seed(1);
    let words = (0..WORDS).map(|_| word(&mut rng)).collect();
    let mut publisher = Publisher { words, feeds: Vec::with_capacity(feeds), port, items };
    for feed in 0..feeds {
        let items = publisher.listed(feed);
        let served = publisher.document(feed, 0..items)?;
        publisher.feeds.push(RwLock::new((items, Arc::new(served))));
    }
    let app = Router::new()
        .route("/feed/{number}", get(document))
        .route("/faulty/{number}", get(faulty))
        .route("/change", get(change))
        .with_state(Arc::new(publisher));
    let mut servers = Vec::new();
    for host in 1..=HOSTS {
        let listener =
            tokio::net::TcpListener::bind((Ipv4Addr::new(127, 0, 0, u8::try_from(host)?), port)).await?;
        servers.push(tokio::spawn(axum::serve(listener, app.clone()).into_future()));
    }
    let listed: String =
        (0..feeds).map(|feed| format!("http://127.0.0.{}:{port}/feed/{feed}\n", feed % HOSTS + 1)).collect();
    std::fs::write(addresses, listed)?;
    for server in servers {
        server.await??;
    }
    Ok(())
}

async fn document(
    State(publisher): State<Arc<Publisher>>,
    PathOf(number): PathOf<usize>,
    headers: HeaderMap,
) -> Response {
    let Some(feed) = publisher.feeds.get(number) else { return StatusCode::NOT_FOUND.into_response() };
    let served = Arc::clone(&feed.read().unwrap_or_else(PoisonError::into_inner).1);
    if headers.get(IF_NONE_MATCH) == Some(&served.etag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, served.etag.clone())]).into_response();
    }
    let described = [(ETAG, served.etag.clone()), (CONTENT_TYPE, served.media_type.clone())];
    let takes_gzip = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    if takes_gzip {
        let coding = [(CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
        (described, coding, served.compressed.clone()).into_response()
    } else {
        (described, served.plain.clone()).into_response()
    }
}

/// The document of a feed, or what it does instead.
async fn faulty(
    State(publisher): State<Arc<Publisher>>,
    PathOf(number): PathOf<usize>,
    headers: HeaderMap,
) -> Response {
    if let (Some(fault), Some(feed)) = (Fault::of(number), publisher.feeds.get(number)) {
        let compressed = feed.read().unwrap_or_else(PoisonError::into_inner).1.compressed.clone();
        if let Some(answer) = fault.answer(&compressed).await {
            return answer;
        }
    }
    document(State(publisher), PathOf(number), headers).await
}

async fn change(State(publisher): State<Arc<Publisher>>) -> StatusCode {
    for (number, feed) in publisher.feeds.iter().enumerate().step_by(CHANGED) {
        let mut feed = feed.write().unwrap_or_else(PoisonError::into_inner);
        let items = feed.0 + 2;
        // The two oldest items leave the list.
        let first = items.saturating_sub(publisher.listed(number));
        match publisher.document(number, first..items) {
            Ok(served) => *feed = (items, Arc::new(served)),
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
    StatusCode::NO_CONTENT
}

impl Publisher {
    /// How many items a feed lists.
    fn listed(&self, feed: usize) -> usize {
        self.items.unwrap_or_else(|| Rng::with_seed(feed as u64).usize(ITEMS))
    }

    /// Makes the document of a feed with these items: RSS for seven feeds in ten, Atom for the others.
    fn document(&self, feed: usize, items: Range<usize>) -> anyhow::Result<Served> {
        let is_atom = feed % 10 >= 7;
        let site = format!("http://127.0.0.{}:{}/site/{feed}", feed % HOSTS + 1, self.port);
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        if is_atom {
            writeln!(
                xml,
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed {feed}</title><id>{site}</id>\
                 <link href=\"{site}\"/><updated>2027-01-20T00:00:00Z</updated>"
            )?;
        } else {
            writeln!(
                xml,
                "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
                 <title>Feed {feed}</title><link>{site}</link><description>Measurements</description>"
            )?;
        }
        for item in items.rev() {
            self.item(&mut xml, (feed, item), &site, is_atom)?;
        }
        xml.push_str(if is_atom { "</feed>\n" } else { "</channel></rss>\n" });
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(xml.as_bytes())?;
        let media_type = if is_atom { "application/atom+xml" } else { "application/rss+xml" };
        Ok(Served {
            etag: HeaderValue::from_str(&format!("\"{:x}\"", xxhash_rust::xxh3::xxh3_64(xml.as_bytes())))?,
            media_type: HeaderValue::from_static(media_type),
            compressed: encoder.finish()?.into(),
            plain: xml.into(),
        })
    }

    fn item(
        &self,
        xml: &mut String,
        (feed, item): (usize, usize),
        site: &str,
        is_atom: bool,
    ) -> std::fmt::Result {
        let mut rng = Rng::with_seed(((feed as u64) << 32) + item as u64);
        let (title, summary) = (self.prose(&mut rng, 8), self.prose(&mut rng, 30));
        let length = rng.usize(1000..4000);
        let mut html = String::new();
        while html.len() < length {
            let paragraph = self.prose(&mut rng, 40);
            writeln!(html, "&lt;p&gt;{paragraph} &lt;a href=\"{site}/more\"&gt;more&lt;/a&gt;.&lt;/p&gt;")?;
        }
        // One item every eight hours, the newest on the twentieth of January 2026.
        let hours = item * 8;
        let (day, hour) = (1 + hours / 24 % 20, hours % 24);
        if is_atom {
            writeln!(
                xml,
                "<entry><title>{title}</title><id>{site}/{item}</id><link href=\"{site}/{item}\"/>\
                 <published>2026-01-{day:02}T{hour:02}:07:00Z</published><updated>2026-01-{day:02}T{hour:02}:07:00Z\
                 </updated><author><name>A. Writer</name></author><summary>{summary}</summary>\
                 <content type=\"html\">{html}</content></entry>"
            )
        } else {
            writeln!(
                xml,
                "<item><title>{title}</title><guid>{site}/{item}</guid><link>{site}/{item}</link>\
                 <pubDate>{day:02} Jan 2026 {hour:02}:07:00 GMT</pubDate><category>{}</category>\
                 <description>{summary}</description><content:encoded>{html}</content:encoded></item>",
                self.prose(&mut rng, 1)
            )
        }
    }

    /// Makes a text in which words are as frequent as in prose: the n-th word occurs 1/n as often as the first (Zipf).
    fn prose(&self, rng: &mut Rng, length: usize) -> String {
        let mut text = String::new();
        for _ in 0..length {
            let rank = (WORDS as f64).powf(rng.f64()) as usize;
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(self.words.get(rank - 1).map_or("word", String::as_str));
        }
        text
    }
}

fn word(rng: &mut Rng) -> String {
    let syllables =
        ["ka", "ro", "mi", "ten", "sul", "ve", "dar", "lo", "pin", "esh", "tra", "um", "é", "nor"];
    (0..rng.usize(1..5)).filter_map(|_| rng.choice(syllables)).collect()
}
