//! `riverd add`.

use super::Outcome;
use super::args::{Add, Global};

/// Not written yet.
pub(super) fn run(global: &Global, args: &Add) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("add")
}
