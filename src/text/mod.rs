//! Reads HTML, addresses, dates and words. All of it is pure code, and the lowest layer that works on texts.

pub mod dates;
pub mod diff;
pub mod html;
pub mod panics;
pub mod search;
pub mod url;
pub mod word_bounds;
pub mod words;
