//! What storing an article costs as the store grows: `make ingest`.
//!
//! Two thousand sources bring `PER_DAY` articles a day, for as many days as `ARTICLES` takes: each poll lists ten new
//! entries above the twenty before them. With the default the window of near duplicates is full at the ten-thousandth, so
//! that what grows from there on is the store alone. One in twenty links to a page that another source had, one in ten is the lightly
//! changed text of another source. What the writer thread burns and what a poll waits are told for each ten thousand
//! articles; making the texts and their fingerprints is not counted, nor is the upkeep after them, which has its own column.
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
    Article, Cadence, CanonicalUrl, DocumentArticles, Key, LeftOut, Listing, Location, NextPoll, PollRecord,
    PollVerdict, Reason, SafeHtml, Source, SourceId, SourceState,
};
use riverd::store::{RiverSelection, Store};
use riverd::time::{DAY, HOUR, Timestamp};

const SOURCES: usize = 2000;
/// Articles that are told of in one line.
const WINDOW: usize = 10_000;
/// New entries of a poll, and entries that it lists.
const NEW: usize = 10;
const LISTED: usize = 30;
/// Polls recorded at once, as a daemon with some in flight does: they share commits.
const TOGETHER: usize = 8;
/// Texts that others may copy: those of the last day or so.
const COPYABLE: usize = 10_000;

const START: Timestamp = Timestamp::from_unix(1_800_000_000);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let number =
        |name: &str, default: usize| std::env::var(name).map_or(Ok(default), |number| number.parse());
    let (articles, per_day) = (number("ARTICLES", 1_000_000)?, number("PER_DAY", 1_400)?);
    let folder =
        std::env::var_os("INGEST_DIR").map_or_else(std::env::temp_dir, Into::into).join("riverd-ingest");
    // What an earlier run left would be measured too.
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
    let mut press = Press::new();
    println!("articles   CPU/article  wall/article  grouped  publish+river  upkeep    database");
    let mut stored = 0;
    while stored < articles {
        let mut window = Window::default();
        press.rng.shuffle(&mut ids);
        let mut now = START;
        for chunk in ids[..WINDOW / NEW].chunks(TOGETHER) {
            now = START.saturating_add(DAY * u32::try_from(stored)? / u32::try_from(per_day)?);
            stored += chunk.len() * NEW;
            let records: Vec<PollRecord> = chunk.iter().map(|id| press.poll(*id, now)).collect();
            window.record(&store, records).await?;
        }
        window.publish(&store, now).await?;
        window.keep_up(&store, now).await?;
        let size = std::fs::metadata(folder.join("riverd.db"))?.len();
        println!("{stored:>8}   {window}  {:>6} MB", size >> 20);
    }
    store.close().await?;
    Ok(())
}

/// What ten thousand articles cost.
#[derive(Default)]
struct Window {
    cpu: Duration,
    wall: Duration,
    grouped: u32,
    publishing: Duration,
    upkeep: Duration,
}

impl Window {
    async fn record(&mut self, store: &Store, records: Vec<PollRecord>) -> anyhow::Result<()> {
        let (cpu, begun) = (writer_cpu()?, Instant::now());
        let recorded =
            futures_util::future::join_all(records.into_iter().map(|record| store.record_poll(record)));
        for receipt in recorded.await {
            self.grouped += receipt?.grouped;
        }
        self.wall += begun.elapsed();
        self.cpu += writer_cpu()?.saturating_sub(cpu);
        Ok(())
    }

    async fn publish(&mut self, store: &Store, now: Timestamp) -> anyhow::Result<()> {
        let begun = Instant::now();
        store.publish(now).await?;
        store.latest(&RiverSelection::River, 200).await?;
        self.publishing = begun.elapsed();
        Ok(())
    }

    async fn keep_up(&mut self, store: &Store, now: Timestamp) -> anyhow::Result<()> {
        let begun = Instant::now();
        // Nothing is pruned: the store is to grow.
        store.upkeep(&Retention { keep: 36_500 * DAY, keep_at_least: 50 }, now).await?;
        self.upkeep = begun.elapsed();
        Ok(())
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = |span: Duration| format!("{:.0} µs", span.as_secs_f64() * 1e6 / WINDOW as f64);
        write!(
            f,
            "{:>11}  {:>12}  {:>6.1}%  {:>10.0} ms  {:>5.1} s",
            each(self.cpu),
            each(self.wall),
            f64::from(self.grouped) * 100.0 / WINDOW as f64,
            self.publishing.as_secs_f64() * 1e3,
            self.upkeep.as_secs_f64(),
        )
    }
}

/// What the writer thread has burnt, from the kernel's account of it.
fn writer_cpu() -> anyhow::Result<Duration> {
    for task in std::fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        if std::fs::read_to_string(task.join("comm"))?.trim_end() == "store-writer" {
            let account = std::fs::read_to_string(task.join("schedstat"))?;
            let nanoseconds = account.split(' ').next().unwrap_or_default().parse()?;
            return Ok(Duration::from_nanos(nanoseconds));
        }
    }
    anyhow::bail!("no thread is called `store-writer`")
}

/// Writes articles.
struct Press {
    rng: Rng,
    words: Vec<String>,
    /// Entries of each source so far.
    written: Vec<usize>,
    recent: Vec<(String, String)>,
    listed: std::collections::HashMap<SourceId, Vec<Article>>,
}

impl Press {
    fn new() -> Self {
        let mut rng = Rng::with_seed(7);
        let syllables = ["ka", "ro", "mi", "ten", "sul", "ve", "dar", "lo", "pin", "esh", "tra", "um"];
        let word = |rng: &mut Rng| -> String {
            (0..rng.usize(1..5)).map(|_| syllables[rng.usize(0..syllables.len())]).collect()
        };
        let words = (0..40_000).map(|_| word(&mut rng)).collect();
        Self { rng, words, written: Vec::new(), recent: Vec::new(), listed: std::collections::HashMap::new() }
    }

    /// A poll of `source` that lists ten new entries above what it listed before.
    fn poll(&mut self, source: SourceId, now: Timestamp) -> PollRecord {
        let mut articles: Vec<Article> = (0..NEW).map(|_| self.article(source)).collect();
        articles.extend(self.listed.remove(&source).unwrap_or_default());
        articles.truncate(LISTED);
        self.listed.insert(source, articles.clone());
        let state = SourceState { polled_at: Some(now), succeeded_at: Some(now), ..SourceState::default() };
        let harvest = DocumentArticles {
            articles,
            listing: Listing::Whole,
            left_out: LeftOut::default(),
            defects: Vec::new(),
        };
        PollRecord {
            source,
            polled_at: now,
            next: NextPoll { at: now.saturating_add(HOUR), reason: Reason::Every },
            status: Some(200),
            state: Box::new(state),
            pause: None,
            verdict: PollVerdict::Fresh(Box::new(harvest)),
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
        if self.recent.len() < COPYABLE {
            self.recent.push((title.clone(), text.clone()));
        } else {
            let place = self.rng.usize(0..COPYABLE);
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

    /// Words as often as in prose: the second half as often as the first, and so on down (Zipf).
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

    /// The text with a word in a hundred replaced and an agency's tag before it.
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
