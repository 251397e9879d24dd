//! `riverd check`.

use super::Outcome;
use super::args::{Check, Global};

/// Not written yet.
pub fn run(global: &Global, args: &Check) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("check")
}
