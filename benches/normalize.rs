//! Measures how long it takes to parse a document and to normalise its entries: `make normalize`, with the directory of
//! captured feeds in `RIVERD_CORPUS`.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use riverd::article::identity::KnownEntries;
use riverd::article::normalize::{self, normalize};
use riverd::document::{RawDocument, parse};
use riverd::model::{IdentityScheme, MarkupText, ParsedFeed};
use riverd::text::url::TrackingParameters;
use riverd::text::{dates, html};
use riverd::time::Timestamp;

/// How often each piece of work is timed. The shortest time counts, because other load on the machine only adds time.
const ROUNDS: usize = 5;

fn main() -> anyhow::Result<()> {
    let directory = std::env::var_os("RIVERD_CORPUS").map(PathBuf::from);
    let Some(directory) = directory else {
        println!("RIVERD_CORPUS is not set, so there are no feeds to measure");
        return Ok(());
    };
    let mut paths = Vec::new();
    for file in
        std::fs::read_dir(&directory).with_context(|| format!("can't list `{}`", directory.display()))?
    {
        paths.push(file?.path());
    }
    paths.sort();
    let (mut total, mut feeds) = (Costs::default(), 0);
    for path in paths {
        let body = std::fs::read(&path).with_context(|| format!("can't read `{}`", path.display()))?;
        let document = RawDocument { body: &body, content_type: None, url: None };
        let Ok(feed) = parse(document) else { continue };
        feeds += 1;
        let costs = Costs::of(document, &feed);
        if costs.normalizing > Duration::from_millis(5) {
            println!("{}: {costs}", path.display());
        }
        total.add(&costs);
    }
    println!("{feeds} feeds in all: {total}");
    print_date_costs();
    Ok(())
}

/// Time that one or several feeds took.
#[derive(Default)]
struct Costs {
    entries: usize,
    /// Length of the HTML in summaries and contents, in bytes.
    markup: usize,
    parsing: Duration,
    /// Time for normalising the entries, sanitising and plain text included.
    normalizing: Duration,
    sanitising: Duration,
    plain_text: Duration,
}

impl Costs {
    fn of(document: RawDocument<'_>, feed: &ParsedFeed) -> Self {
        let known = KnownEntries::default();
        let tracking = TrackingParameters::default();
        let context = normalize::NormalizeContext {
            limits: normalize::EntryLimits::default(),
            url: None,
            identity: IdentityScheme::Guid,
            known: &known,
            tracking: &tracking,
            now: Timestamp::EPOCH,
        };
        let texts: Vec<&str> = feed
            .entries
            .iter()
            .flat_map(|entry| [&entry.summary, &entry.content])
            .filter_map(|text| match text {
                Some(MarkupText::UnsafeHtml(html)) => Some(html.as_str()),
                _ => None,
            })
            .collect();
        Self {
            entries: feed.entries.len(),
            markup: texts.iter().map(|text| text.len()).sum(),
            parsing: shortest_time(|| parse(document).is_ok()),
            normalizing: shortest_time(|| normalize(feed.clone(), &context)),
            sanitising: shortest_time(|| texts.iter().filter_map(|html| html::sanitise(html, None)).count()),
            plain_text: shortest_time(|| texts.iter().map(|html| html::to_plain(html).len()).sum::<usize>()),
        }
    }

    fn add(&mut self, other: &Self) {
        self.entries += other.entries;
        self.markup += other.markup;
        self.parsing += other.parsing;
        self.normalizing += other.normalizing;
        self.sanitising += other.sanitising;
        self.plain_text += other.plain_text;
    }
}

impl std::fmt::Display for Costs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = |time: Duration| self.markup as f64 / 1e6 / time.as_secs_f64().max(1e-9);
        write!(
            f,
            "{} entries, {:.2} MB of markup; parsing {:.2?}, normalising {:.2?}, of which sanitising {:.2?} ({:.0} MB/s), \
             plain text {:.2?} ({:.0} MB/s)",
            self.entries,
            self.markup as f64 / 1e6,
            self.parsing,
            self.normalizing,
            self.sanitising,
            rate(self.sanitising),
            self.plain_text,
            rate(self.plain_text),
        )
    }
}

fn print_date_costs() {
    let spellings = ["Mon, 05 Oct 2026 10:00:00 +0200", "2026-10-05T10:00:00Z", "5 października 2026 10:00"];
    for spelling in spellings {
        let time = shortest_time(|| {
            (0..10_000).filter_map(|_| dates::parse(std::hint::black_box(spelling))).count()
        });
        println!("`{spelling}`: {:.2?} per date", time / 10_000);
    }
}

fn shortest_time<T>(mut work: impl FnMut() -> T) -> Duration {
    let once = || {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed()
    };
    std::iter::repeat_with(once).take(ROUNDS).min().unwrap_or_default()
}
