//! `riverd why`.

use super::Outcome;
use super::args::{Global, Why};

/// Not written yet.
pub(super) fn run(global: &Global, args: &Why) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("why")
}
