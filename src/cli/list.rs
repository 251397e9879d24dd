//! `riverd list`.

use super::Outcome;
use super::args::{Global, Json};

/// Not written yet.
pub(super) fn run(global: &Global, args: &Json) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("list")
}
