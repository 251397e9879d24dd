//! Reads, cleans and compares texts: HTML, addresses, dates, words and search queries. Nothing here does input or output.
//! Of riverd's other modules, these use only `model` and `time`.

pub mod beginning;
pub mod byte_runs;
pub mod dates;
pub mod diff;
pub mod html;
pub mod panics;
pub mod search;
pub mod url;
pub mod word_bounds;
pub mod words;
