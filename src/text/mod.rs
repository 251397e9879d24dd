//! What characters mean: HTML, addresses, dates, and words as they compare. Pure.

pub mod dates;
pub mod diff;
pub mod html;
pub mod url;
pub mod words;
