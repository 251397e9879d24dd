//! Reads, cleans and compares texts: HTML, addresses, dates, words and search queries. Nothing here does input or output.
//! These modules use no others of riverd than each other, `model` and `time`.

pub mod dates;
pub mod diff;
pub mod html;
pub mod panics;
pub mod search;
pub mod url;
pub mod word_bounds;
pub mod words;
