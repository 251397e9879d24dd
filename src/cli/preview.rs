//! `riverd preview`.

use super::Outcome;
use super::args::{Global, Preview};

/// Not written yet.
pub fn run(global: &Global, args: &Preview) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("preview")
}
