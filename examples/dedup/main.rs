//! Measures deduplication on news: `make dedup`. The figures stand in `docs/deduplication.md`.
//!
//! Reads the corpus named by `RIVERD_CORPUS` (default `../shared/corpus`); without it there is nothing to do. What is
//! taken in goes through the real store, so that the index of candidates is measured with the judge.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement: it stops where its data is not what it expects, and prints"
)]

mod corpus;
mod labelled;
mod languages;
mod rewrite;
mod river;
mod traps;

use std::path::PathBuf;

/// `[dedup] similarity`, as shipped.
const DEFAULT: f64 = 0.8;

fn main() {
    let root =
        std::env::var_os("RIVERD_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
    let news = root.join("neardup");
    if !news.is_dir() {
        println!("no corpus at {}: nothing measured (RIVERD_CORPUS names another place)", root.display());
        return;
    }
    let pairs = corpus::Labelled::read(&news);
    labelled::at_default(&pairs);
    labelled::curve(&pairs);
    traps::same_events(&news);
    traps::headlines(&news);
    traps::stream(&news);
    languages::measure(&root.join("real"));
}
