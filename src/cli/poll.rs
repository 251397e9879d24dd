//! `riverd poll`.

use super::Outcome;
use super::args::{Global, Poll};

/// Not written yet.
pub(super) fn run(global: &Global, args: &Poll) -> anyhow::Result<Outcome> {
    let _ = (global, args);
    todo!("poll")
}
