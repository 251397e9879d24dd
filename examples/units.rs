//! The program behind `tools/instructions`: does one kind of work a number of times, always on the same input, so that
//! the instructions of one unit can be counted. `units read|judge|store|serve COUNT`.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use riverd::article::dedup::{JudgedEntry, judge};
use riverd::article::fingerprint::fingerprint;
use riverd::article::identity::KnownEntries;
use riverd::article::normalize::{EntryLimits, NormalizeContext, normalize};
use riverd::config;
use riverd::document::{RawDocument, parse};
use riverd::http::{Heartbeat, HttpServer, HttpState, Listener};
use riverd::model::{
    Article, DocumentArticles, DocumentCopy, IdentityScheme, LeftOut, Listing, NextPoll, NextPollReason,
    PollCounters, PollRecord, PollVerdict, SourceId, SourceState,
};
use riverd::publish::{Publisher, StatusPublisher};
use riverd::render::{BaseUrl, Scheme};
use riverd::store::Store;
use riverd::text::url::TrackingParameters;
use riverd::time::{HOUR, Timestamp};
use tokio_util::sync::CancellationToken;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// How many entries the document has.
const ENTRIES: usize = 10;

/// Syllables of the words in the made-up texts.
const SYLLABLES: [&str; 12] = ["ka", "ro", "mi", "ten", "sul", "vé", "dar", "lo", "pin", "esh", "tra", "um"];

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let unit = arguments.next().context("name the unit: read, judge, store or serve")?;
    let count: usize = arguments.next().context("say how often")?.parse()?;
    match unit.as_str() {
        "read" => read_documents(count),
        "judge" => {
            judge_pairs(count);
            Ok(())
        }
        "store" => on_one_thread(store_polls(count)),
        "serve" => on_one_thread(serve_requests(count)),
        other => anyhow::bail!("`{other}` is no unit"),
    }
}

/// Runs asynchronous work without threads that wait for work, because waiting costs instructions, too.
fn on_one_thread(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Makes texts that are the same at each run.
struct TextMaker(u64);

impl TextMaker {
    /// Returns a number below `bound` (a linear congruential generator).
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// Returns prose of so many words, with names, numbers and commas.
    fn prose(&mut self, words: usize) -> String {
        let mut text = String::new();
        for index in 0..words {
            let mut word: String = (0..=self.below(3))
                .filter_map(|_| SYLLABLES.get(self.below(SYLLABLES.len())).copied())
                .collect();
            if self.below(12) == 0 {
                word = word.to_uppercase();
            }
            if self.below(25) == 0 {
                word = self.below(3000).to_string();
            }
            let end = if index % 11 == 10 { ". " } else { " " };
            text.push_str(&word);
            text.push_str(if self.below(9) == 0 { ", " } else { end });
        }
        text
    }

    /// Returns an RSS document whose entries have HTML as publishers write it.
    fn document(&mut self) -> String {
        let mut rss =
            "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
            <title>Units</title><link>https://units.example/</link>"
                .to_owned();
        for number in 0..ENTRIES {
            let title = self.prose(8);
            let summary = self.prose(40);
            let mut html = String::new();
            for paragraph in 0..6 {
                writeln!(
                    html,
                    "<p class=\"text\">{} <a href=\"/page/{paragraph}?utm_source=rss\">{}</a> {} &amp; <em>{}</em></p>",
                    self.prose(30),
                    self.prose(3),
                    self.prose(40),
                    self.prose(2),
                )
                .unwrap_or_default();
            }
            write!(
                rss,
                "<item><title>{title}</title><link>https://units.example/{number}</link><guid>unit-{number}</guid>\
                 <pubDate>Fri, 15 Jan 2027 0{number}:12:00 GMT</pubDate><category>units</category>\
                 <description>{summary}</description><content:encoded><![CDATA[<img src=\"/p/{number}.jpg\" alt=\"Quay\" \
                 width=\"640\">{html}]]></content:encoded></item>",
            )
            .unwrap_or_default();
        }
        rss + "</channel></rss>"
    }
}

/// Parses a document and normalises its entries.
fn articles_of(document: &str) -> anyhow::Result<Vec<Article>> {
    let url = url::Url::parse("https://units.example/feed.xml")?;
    let raw = RawDocument { body: document.as_bytes(), content_type: None, url: Some(&url) };
    let context = NormalizeContext {
        limits: EntryLimits::default(),
        url: Some(&url),
        identity: IdentityScheme::Guid,
        known: &KnownEntries::default(),
        tracking: &TrackingParameters::default(),
        now: NOW,
    };
    let articles = normalize(parse(raw)?, &context).articles;
    anyhow::ensure!(articles.len() == ENTRIES, "{} entries were read", articles.len());
    Ok(articles)
}

/// Unit: a document of ten entries.
fn read_documents(count: usize) -> anyhow::Result<()> {
    let document = TextMaker(7).document();
    for _ in 0..count {
        std::hint::black_box(articles_of(&document)?);
    }
    Ok(())
}

/// Unit: two texts of 400 words, of which every twentieth word differs.
fn judge_pairs(count: usize) {
    let mut maker = TextMaker(7);
    let text = maker.prose(400);
    let changed: Vec<String> = text
        .split(' ')
        .enumerate()
        .map(|(index, word)| if index % 20 == 7 { format!("{word}x") } else { word.to_owned() })
        .collect();
    let sketches = [&text, &changed.join(" ")].map(|text| fingerprint("A title", text, &[], None).sketch);
    let [one, other] = [1, 2].map(SourceId);
    let entry = |source, sketch| JudgedEntry {
        source,
        page: None,
        published_at: Some(NOW),
        arrived_at: NOW,
        listed: true,
        sketch,
    };
    let [first, second] = &sketches;
    for _ in 0..count {
        std::hint::black_box(judge(&entry(one, first), &entry(other, second), 0.8));
    }
}

/// Writes the configuration of a river with one source, and opens its store.
fn river(folder: &std::path::Path) -> anyhow::Result<(config::Config, Store)> {
    let path = folder.join("feeds.toml");
    std::fs::write(&path, "[[source]]\nurl = \"file:/units.xml\"\nname = \"units\"\n")?;
    let config = config::load(&path)?;
    let store = Store::open(&folder.join("riverd.db"), &config.dedup)?;
    Ok((config, store))
}

/// Returns a poll that brought new articles.
async fn poll_with_articles(store: &Store, articles: Vec<Article>) -> anyhow::Result<PollRecord> {
    let source = store.statuses().await?.first().context("the river has a source")?.id;
    let document = DocumentArticles {
        articles,
        listing: Listing::Whole,
        left_out: LeftOut::default(),
        defects: Vec::new(),
        copy: DocumentCopy::Newest,
    };
    Ok(PollRecord {
        source,
        polled_at: NOW,
        next: NextPoll { at: NOW.saturating_add(HOUR), reason: NextPollReason::Every },
        status: Some(200),
        state: Box::new(SourceState {
            polled_at: Some(NOW),
            succeeded_at: Some(NOW),
            ..SourceState::default()
        }),
        pause: None,
        verdict: PollVerdict::Fresh(Box::new(document)),
    })
}

/// Unit: a poll with ten new articles.
async fn store_polls(count: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (config, store) = river(folder.path())?;
    store.sync_sources(&config.sources, &config.dedup, NOW).await?;
    let mut maker = TextMaker(7);
    // The texts differ, so that no article is a repetition of another.
    for round in 0..count {
        let document = maker.document().replace("unit-", &format!("unit-{round}-"));
        let document = document.replace("units.example/", &format!("units.example/{round}/"));
        let record = poll_with_articles(&store, articles_of(&document)?).await?;
        store.record_poll(record).await?;
    }
    store.close().await?;
    Ok(())
}

/// Unit: a request for the river's feed, with gzip, by a reader that has no copy, and then one by a reader that has one.
async fn serve_requests(count: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (config, store) = river(folder.path())?;
    store.sync_sources(&config.sources, &config.dedup, NOW).await?;
    let record = poll_with_articles(&store, articles_of(&TextMaker(7).document())?).await?;
    store.record_poll(record).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let own = BaseUrl::from_request(Scheme::Http, &address.to_string(), "").context("an address")?;
    let publisher = Publisher::start(store.clone(), Arc::new(config), own).await?;
    let etag = publisher
        .river()
        .document(riverd::render::Format::Rss, None)
        .await?
        .etag(riverd::render::Coding::Gzip)
        .to_owned();
    let counters = Arc::new(Mutex::new(PollCounters::starting(Timestamp::now())));
    let status = StatusPublisher::new(publisher.clone(), store.clone(), counters);
    let state = HttpState { publisher, status, store: store.clone(), heartbeat: Heartbeat::start() };
    let stop = CancellationToken::new();
    let served = tokio::spawn(HttpServer::new(state).accept_until(Listener::Tcp(listener), stop.clone()));
    let asked = tokio::task::spawn_blocking(move || ask(&address.to_string(), &etag, count));
    asked.await??;
    stop.cancel();
    served.await?;
    store.close().await?;
    Ok(())
}

/// Sends requests on one connection and reads the answers.
fn ask(address: &str, etag: &str, count: usize) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    let mut answer = vec![0; 1 << 20];
    let plain = format!("GET /feed.xml HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n");
    for _ in 0..count {
        for (condition, status) in [(String::new(), "200"), (format!("If-None-Match: {etag}\r\n"), "304")] {
            stream.write_all(format!("{plain}{condition}\r\n").as_bytes())?;
            read_answer(&mut stream, &mut answer, status)?;
        }
    }
    Ok(())
}

/// Reads one answer, which must have this status.
fn read_answer(stream: &mut TcpStream, answer: &mut [u8], status: &str) -> anyhow::Result<()> {
    let mut length = 0;
    loop {
        length += stream.read(answer.get_mut(length..).context("a short answer")?)?;
        let received = answer.get(..length).unwrap_or_default();
        let Some(end) = memchr::memmem::find(received, b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(received.get(..end).unwrap_or_default())?;
        anyhow::ensure!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        let body = head.split("Content-Length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let body: usize = body.map_or(Ok(0), str::parse)?;
        if length >= end + 4 + body {
            return Ok(());
        }
    }
}
