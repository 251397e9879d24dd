//! Reads HTML, addresses, dates and words. All of it is pure code.

pub mod dates;
pub mod diff;
pub mod html;
pub mod search;
pub mod url;
pub mod words;
