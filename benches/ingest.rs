//! Measures what storing an article costs as the store grows: `make ingest`.
//!
//! Two thousand sources bring `PER_DAY` articles a day until `ARTICLES` are stored. Each poll lists ten new entries above
//! the twenty before them. With the default `PER_DAY`, the dedup window is full after ten thousand articles, so from then
//! on only the store grows. One article in twenty links to a page that another source had, and one in ten is a slightly
//! changed text of another source. For each ten thousand articles the bench prints the CPU time of the writer thread and
//! how long the polls waited. It does not count the making of texts and fingerprints; maintenance has its own column.
#![allow(clippy::print_stdout, clippy::indexing_slicing, reason = "a tool for the terminal, which may panic")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use fastrand::Rng;
use riverd::article::fingerprint::fingerprint;
use riverd::config::{Dedup, NearDuplicates, Retention};
use riverd::model::{
    Article, Cadence, CanonicalUrl, DocumentArticles, DocumentCopy, Key, LeftOut, Listing, Location,
    NextPoll, NextPollReason, PollRecord, PollVerdict, SafeHtml, Source, SourceId, SourceState,
};
use riverd::store::{RiverSelection, Store};
use riverd::time::{DAY, HOUR, Timestamp};

/// How many sources there are.
const SOURCES: usize = 2000;
/// How many articles one line of the output covers.
const BATCH: usize = 10_000;
/// How many new entries each poll brings.
const NEW_ENTRIES: usize = 10;
/// How many entries each poll lists in all.
const LISTED_ENTRIES: usize = 30;
/// How many polls are recorded at once. They share commits, as concurrent polls of the daemon do.
const CONCURRENT_POLLS: usize = 8;
/// How many recent texts other sources may copy: those of about a week.
const MAX_RECENT_TEXTS: usize = 10_000;

const START: Timestamp = Timestamp::from_unix(1_800_000_000);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let number_from =
        |name: &str, default: usize| std::env::var(name).map_or(Ok(default), |number| number.parse());
    let (articles, per_day) = (number_from("ARTICLES", 1_000_000)?, number_from("PER_DAY", 1_400)?);
    let folder =
        std::env::var_os("INGEST_DIR").map_or_else(std::env::temp_dir, Into::into).join("riverd-ingest");
    // A store left by an earlier run would be measured too.
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context(format!("can't empty `{}`", folder.display()));
        }
        _ => {}
    }
    let measured = ingest(&folder, articles, per_day).await;
    std::fs::remove_dir_all(&folder).with_context(|| format!("can't remove `{}`", folder.display()))?;
    measured
}

async fn ingest(folder: &Path, articles: usize, per_day: usize) -> anyhow::Result<()> {
    let dedup = Dedup {
        window: 7 * DAY,
        near_duplicates: NearDuplicates::Group,
        similarity: 0.8,
        tracking_parameters: Vec::new(),
    };
    let store = Store::open(&folder.join("riverd.db"), &dedup)?;
    let sources: Vec<Arc<Source>> = (0..SOURCES).map(|number| Arc::new(source(number))).collect();
    store.sync_sources(&sources, &dedup, START).await?;
    let mut ids: Vec<SourceId> = store.statuses().await?.into_iter().map(|status| status.id).collect();
    let mut generator = ArticleGenerator::new();
    println!("articles   CPU/article  wall/article  grouped  publish+river  maintenance    database");
    let mut stored = 0;
    while stored < articles {
        let mut batch = BatchCosts::default();
        generator.rng.shuffle(&mut ids);
        let mut now = START;
        for chunk in ids[..BATCH / NEW_ENTRIES].chunks(CONCURRENT_POLLS) {
            now = START.saturating_add(DAY * u32::try_from(stored)? / u32::try_from(per_day)?);
            stored += chunk.len() * NEW_ENTRIES;
            let records: Vec<PollRecord> = chunk.iter().map(|id| generator.poll(*id, now)).collect();
            batch.record(&store, records).await?;
        }
        batch.publish(&store, now).await?;
        batch.keep_up(&store, now).await?;
        let size = std::fs::metadata(folder.join("riverd.db"))?.len();
        println!("{stored:>8}   {batch}  {:>6} MB", size >> 20);
    }
    store.close().await?;
    Ok(())
}

/// What one batch of articles cost.
#[derive(Default)]
struct BatchCosts {
    cpu: Duration,
    wall: Duration,
    grouped: u32,
    publishing: Duration,
    maintenance: Duration,
}

impl BatchCosts {
    async fn record(&mut self, store: &Store, records: Vec<PollRecord>) -> anyhow::Result<()> {
        let (cpu, started) = (writer_cpu_time()?, Instant::now());
        let recorded =
            futures_util::future::join_all(records.into_iter().map(|record| store.record_poll(record)));
        for receipt in recorded.await {
            self.grouped += receipt?.grouped;
        }
        self.wall += started.elapsed();
        self.cpu += writer_cpu_time()?.saturating_sub(cpu);
        Ok(())
    }

    async fn publish(&mut self, store: &Store, now: Timestamp) -> anyhow::Result<()> {
        let started = Instant::now();
        store.publish(now).await?;
        store.latest(&RiverSelection::River, 200).await?;
        self.publishing = started.elapsed();
        Ok(())
    }

    async fn keep_up(&mut self, store: &Store, now: Timestamp) -> anyhow::Result<()> {
        let started = Instant::now();
        // Nothing is pruned, so that the store grows.
        store.maintain(&Retention { keep: 36_500 * DAY, keep_at_least: 50 }, now, u64::MAX).await?;
        self.maintenance = started.elapsed();
        Ok(())
    }
}

impl std::fmt::Display for BatchCosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = |span: Duration| format!("{:.0} µs", span.as_secs_f64() * 1e6 / BATCH as f64);
        write!(
            f,
            "{:>11}  {:>12}  {:>6.1}%  {:>10.0} ms  {:>5.1} s",
            each(self.cpu),
            each(self.wall),
            f64::from(self.grouped) * 100.0 / BATCH as f64,
            self.publishing.as_secs_f64() * 1e3,
            self.maintenance.as_secs_f64(),
        )
    }
}

/// Returns the CPU time that the writer thread has used so far, as the kernel counts it.
fn writer_cpu_time() -> anyhow::Result<Duration> {
    for task in std::fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        if std::fs::read_to_string(task.join("comm"))?.trim_end() == "store-writer" {
            let account = std::fs::read_to_string(task.join("schedstat"))?;
            let nanoseconds = account.split(' ').next().unwrap_or_default().parse()?;
            return Ok(Duration::from_nanos(nanoseconds));
        }
    }
    anyhow::bail!("no thread is named `store-writer`")
}

/// Generates random articles and the polls that bring them.
struct ArticleGenerator {
    rng: Rng,
    words: Vec<String>,
    /// How many articles each source has published so far.
    written: Vec<usize>,
    /// Titles and texts that other sources may copy.
    recent: Vec<(String, String)>,
    /// What each source listed in its last poll.
    listed: std::collections::HashMap<SourceId, Vec<Article>>,
}

impl ArticleGenerator {
    fn new() -> Self {
        let mut rng = Rng::with_seed(7);
        let syllables = ["ka", "ro", "mi", "ten", "sul", "ve", "dar", "lo", "pin", "esh", "tra", "um"];
        let word = |rng: &mut Rng| -> String {
            (0..rng.usize(1..5)).map(|_| syllables[rng.usize(0..syllables.len())]).collect()
        };
        let words = (0..40_000).map(|_| word(&mut rng)).collect();
        Self { rng, words, written: Vec::new(), recent: Vec::new(), listed: std::collections::HashMap::new() }
    }

    /// Makes a poll of `source` that lists ten new entries above those it listed before.
    fn poll(&mut self, source: SourceId, now: Timestamp) -> PollRecord {
        let mut articles: Vec<Article> = (0..NEW_ENTRIES).map(|_| self.article(source)).collect();
        articles.extend(self.listed.remove(&source).unwrap_or_default());
        articles.truncate(LISTED_ENTRIES);
        self.listed.insert(source, articles.clone());
        let state = SourceState { polled_at: Some(now), succeeded_at: Some(now), ..SourceState::default() };
        let document = DocumentArticles {
            articles,
            listing: Listing::Whole,
            left_out: LeftOut::default(),
            defects: Vec::new(),
            copy: DocumentCopy::Newest,
        };
        PollRecord {
            source,
            polled_at: now,
            next: NextPoll { at: now.saturating_add(HOUR), reason: NextPollReason::Every },
            status: Some(200),
            state: Box::new(state),
            pause: None,
            verdict: PollVerdict::Fresh(Box::new(document)),
        }
    }

    fn article(&mut self, source: SourceId) -> Article {
        let row = usize::try_from(source.0).unwrap_or_default();
        if self.written.len() <= row {
            self.written.resize(row + 1, 0);
        }
        self.written[row] += 1;
        let mut url = format!("https://publisher-{row}.example/2027/story-{}", self.written[row]);
        let (title, text) = match self.rng.u8(0..20) {
            0 | 1 if !self.recent.is_empty() => {
                let (_, (title, text)) = self.pick();
                (title, self.changed(&text))
            }
            2 if !self.recent.is_empty() => {
                let (number, (title, text)) = self.pick();
                url = format!("https://shared.example/{number}/{}", title.replace(' ', "-"));
                (title, text)
            }
            _ => (self.prose(8), {
                let length = self.rng.usize(60..700);
                self.prose(length)
            }),
        };
        if self.recent.len() < MAX_RECENT_TEXTS {
            self.recent.push((title.clone(), text.clone()));
        } else {
            let place = self.rng.usize(0..MAX_RECENT_TEXTS);
            self.recent[place] = (title.clone(), text.clone());
        }
        Article {
            guid: Some(url.clone()),
            canonical_url: Some(CanonicalUrl(url.clone())),
            url: Some(url.clone()),
            author: Some("A. N. Author".to_owned()),
            content_hash: xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
            fingerprint: fingerprint(&title, &text, &[], None),
            content: Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>"))),
            categories: vec!["news".to_owned()],
            language: Some("en".to_owned()),
            key: Key(url),
            title,
            ..Article::default()
        }
    }

    fn pick(&mut self) -> (usize, (String, String)) {
        let number = self.rng.usize(0..self.recent.len());
        (number, self.recent[number].clone())
    }

    /// Makes a text in which words are as frequent as in prose: the n-th word occurs 1/n as often as the first (Zipf).
    fn prose(&mut self, length: usize) -> String {
        let mut text = String::new();
        for _ in 0..length {
            let rank = (self.words.len() as f64).powf(self.rng.f64()) as usize;
            let word = &self.words[rank.min(self.words.len() - 1)];
            write!(text, "{word} ").unwrap_or_default();
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// Replaces one word in a hundred and puts the tag of a news agency in front.
    fn changed(&mut self, text: &str) -> String {
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        for _ in 0..=words.len() / 100 {
            let place = self.rng.usize(0..words.len());
            words[place].clone_from(&self.words[self.rng.usize(0..self.words.len())]);
        }
        format!("(agency) {}", words.join(" "))
    }
}

fn source(number: usize) -> Source {
    Source {
        position: number,
        ..Source::new(
            format!("source-{number}"),
            Location::File(format!("/feeds/{number}.xml").into()),
            Cadence::Every(HOUR),
        )
    }
}
