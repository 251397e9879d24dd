//! Measures deduplication on news articles (`make dedup`). The results are in `docs/deduplication.md`.
//!
//! Reads the corpus in the folder `RIVERD_CORPUS` (default `../shared/corpus`), without which there is nothing to measure.
//! Most measurements record the articles in the real store, so that they include its search for candidates.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement prints its results, and stops if its data is not as expected"
)]

mod corpus;
mod labelled;
mod languages;
mod rewrite;
mod river;
mod traps;

use std::path::PathBuf;

/// Default of `similarity` in `[dedup]`.
const DEFAULT_SIMILARITY: f64 = 0.8;

fn main() {
    let root =
        std::env::var_os("RIVERD_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let news = root.join("neardup");
    if !news.is_dir() {
        println!(
            "no corpus at {}, so nothing was measured (set RIVERD_CORPUS to its folder)",
            root.display()
        );
        return;
    }
    let pairs = corpus::Labelled::read(&news);
    labelled::at_default_similarity(&pairs);
    labelled::at_every_similarity(&pairs);
    traps::same_events(&news);
    traps::headlines(&news);
    traps::stream(&news);
    languages::measure(&root.join("real"));
}
