//! `riverd status`.

use super::Outcome;
use super::args::{Global, Status};

/// Not written yet.
pub(super) fn run(global: &Global, args: &Status) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("status")
}
