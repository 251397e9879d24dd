//! `riverd remove`.

use super::Outcome;
use super::args::{Global, Remove};

/// Not written yet.
pub(super) fn run(global: &Global, args: &Remove) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("remove")
}
