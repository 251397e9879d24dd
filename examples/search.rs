//! The program behind `make search`: measures the full-text index and searches in it.
//!
//! It makes `ARTICLES` articles of made-up words, as frequent as words are (the n-th word once in n), from two thousand
//! sources over a year. It fills the index as the daemon does, and prints how long that took, the size, and how long
//! each kind of search takes, at its newest articles and in the middle of the year. So it does for a tag and a source.
#![allow(clippy::print_stdout, clippy::indexing_slicing, reason = "a tool for the terminal, which may panic")]

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use fastrand::Rng;
use riverd::config::{Dedup, NearDuplicates};
use riverd::model::EntryPlace;
use riverd::store::{RiverSelection, Store};
use riverd::text::search::SearchQuery;
use riverd::time::DAY;
use rusqlite::{Connection, params};

const SOURCES: usize = 2000;
const WORDS: usize = 60_000;
/// How many words are drawn. Texts are pieces of them.
const DRAWN: usize = 2_000_000;
const START: i64 = 1_750_000_000;
/// Length of the year, in seconds.
const YEAR: i64 = 365 * 86_400;

/// What is searched. `w1` is the most frequent word, `w60000` the rarest; see [`word`].
const QUERIES: [&str; 14] = [
    "{1}",
    "{100}",
    "{20000}",
    "{1} {2} {3}",
    "{50} {60}",
    "{1000} {2000}",
    "\"{1} {2}\"",
    "\"{50} {60}\"",
    "{1000} -{1}",
    "co*",
    "comm*",
    "{100} co* OR pro*",
    "{1000} source:s7",
    "{20} tag:t3 -{1}",
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let articles = std::env::var("ARTICLES").map_or(Ok(1_000_000), |number| number.parse())?;
    let folder =
        std::env::var_os("SEARCH_DIR").map_or_else(std::env::temp_dir, Into::into).join("riverd-search");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("can't remove the store of an earlier run")?;
    }
    let measured = measure(&folder.join("riverd.db"), articles).await;
    std::fs::remove_dir_all(&folder).context("can't remove the store")?;
    measured
}

async fn measure(database: &Path, articles: usize) -> anyhow::Result<()> {
    let dedup = Dedup {
        window: 7 * DAY,
        near_duplicates: NearDuplicates::Off,
        similarity: 0.8,
        tracking_parameters: Vec::new(),
    };
    Store::open(database, &dedup)?.close().await?;
    let words = make_words();
    let started = Instant::now();
    insert(&Connection::open(database)?, &words, articles)?;
    println!("{articles} articles made in {:.0?}", started.elapsed());
    let store = Store::open(database, &dedup)?;
    let size_without = std::fs::metadata(database)?.len();
    let started = Instant::now();
    let mut longest = Duration::ZERO;
    loop {
        let batch = Instant::now();
        if store.fill_search_index().await? == 0 {
            break;
        }
        longest = longest.max(batch.elapsed());
    }
    let took = started.elapsed();
    println!(
        "indexed in {took:.0?}: {:.0?} each, longest batch {longest:.0?}",
        took / u32::try_from(articles)?
    );
    store.close().await?;
    let store = Store::open(database, &dedup)?;
    let size = std::fs::metadata(database)?.len();
    println!("database {} MB, of it index {} MB", size >> 20, (size - size_without) >> 20);
    for pattern in QUERIES {
        let mut query = pattern.to_owned();
        for rank in [1, 2, 3, 20, 50, 60, 100, 1000, 2000, 20_000] {
            query = query.replace(&format!("{{{rank}}}"), &words[rank - 1]);
        }
        let search = RiverSelection::Search(SearchQuery::parse(&query)?);
        measure_pages(&store, pattern, &search, articles).await?;
    }
    measure_pages(&store, "tag t3", &RiverSelection::Tag("t3".to_owned()), articles).await?;
    measure_pages(&store, "source s7", &RiverSelection::Source("s7".to_owned()), articles).await?;
    store.close().await?;
    Ok(())
}

/// Prints how long the newest 100 articles of a selection take, and the page of 50 in the middle of the year.
async fn measure_pages(
    store: &Store,
    name: &str,
    selection: &RiverSelection,
    articles: usize,
) -> anyhow::Result<()> {
    let middle = EntryPlace { placed_at: START + YEAR / 2, entry: articles as i64 / 2 };
    for (place, before, limit) in [("newest", None, 100), ("half a year ago", Some(middle), 50)] {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..5 {
            let started = Instant::now();
            found = store.page(selection, before, limit).await?.articles.len();
            times.push(started.elapsed());
        }
        let first = times[0];
        times.sort_unstable();
        println!("{name:22} {place:15} {found:3} found, first {first:6.1?}, median {:6.1?}", times[2]);
    }
    Ok(())
}

/// Returns the words, the most frequent first.
fn make_words() -> Vec<String> {
    let syllables = [
        "ba", "co", "di", "fu", "ge", "ha", "jo", "ka", "lu", "mi", "ne", "po", "ra", "se", "ti", "vo", "wa",
        "ze", "st", "tr", "comm", "inter", "pro", "re",
    ];
    let mut rng = Rng::with_seed(1);
    let mut words: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    while words.len() < WORDS {
        let count = rng.usize(2..5);
        let word: String = (0..count).map(|_| syllables[rng.usize(..syllables.len())]).collect();
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// Stores the articles without polling for them.
fn insert(conn: &Connection, words: &[String], articles: usize) -> anyhow::Result<()> {
    let mut rng = Rng::with_seed(2);
    let mut frequencies: Vec<f64> = Vec::with_capacity(words.len());
    for rank in 0..words.len() {
        frequencies.push(frequencies.last().copied().unwrap_or_default() + 1.0 / (rank + 3) as f64);
    }
    let total = frequencies.last().copied().unwrap_or_default();
    let mut draw = || {
        let at = rng.f64() * total;
        words[frequencies.partition_point(|sum| *sum < at).min(words.len() - 1)].as_str()
    };
    let drawn: Vec<&str> = (0..DRAWN).map(|_| draw()).collect();
    conn.execute_batch("pragma synchronous = off; pragma cache_size = -200000; begin")?;
    for (source, word) in words.iter().enumerate().skip(1).take(SOURCES) {
        conn.execute(
            "insert into sources (id, url, name, tags, priority, position, enabled, cadence, filters, next_poll_at,
                                  next_poll_reason, feed_title)
             values (?1, 'https://s' || ?1 || '.example/feed', 's' || ?1, '[]', 0, ?1, 1, '', '', 0, 'new', ?2)",
            params![source as i64, format!("The {word}")],
        )?;
        conn.execute(
            "insert into source_tags (tag, source_id) values (?, ?)",
            params![format!("t{}", source % 20), source as i64],
        )?;
    }
    for article in 1..=articles {
        let at = START + (article as i64 * YEAR) / articles as i64;
        let mut piece = |length: usize| {
            let from = rng.usize(..DRAWN - length);
            drawn[from..from + length].join(" ")
        };
        let (title, text) = (piece(8), piece(40 + article % 180));
        let id = article as i64;
        conn.prepare_cached(
            "insert into articles (id, guid, representative, river_at, placed_at, published_at) values (?1, 'urn:' || ?1, ?1, ?2, ?2, ?2)",
        )?
        .execute(params![id, at])?;
        conn.prepare_cached(
            "insert into entries (id, source_id, key, article_id, own_site, own_guid, title, content_hash, arrived_at, river_at,
                                  placed_at)
             values (?1, ?2, ?1, ?1, 1, 'urn:' || ?1, ?3, 0, ?4, ?4, ?4)",
        )?
        .execute(params![id, (article % SOURCES) as i64 + 1, title, at])?;
        conn.prepare_cached(
            "insert into texts (entry_id, content, categories, enclosures, also_in) values (?, ?, '[]', '[]', '[]')",
        )?
        .execute(params![id, format!("<p>{text}</p>")])?;
    }
    conn.execute_batch("commit")?;
    Ok(())
}
