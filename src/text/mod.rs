//! Reads, cleans and compares texts: HTML, addresses, dates, words and search queries. Nothing here does input or output.
//! It is the lowest layer that works on texts.

pub mod beginning;
pub mod dates;
pub mod diff;
pub mod html;
pub mod panics;
pub mod search;
pub mod url;
pub mod word_bounds;
pub mod words;
