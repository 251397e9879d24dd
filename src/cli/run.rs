//! `riverd run`: the daemon, in the foreground.

use super::args::Global;
use super::{NeedsPerson, Outcome};

/// Starts logging, loads the configuration, and serves until told to stop.
pub(super) fn run(global: &Global) -> anyhow::Result<Outcome> {
    let _ = global;
    Err(NeedsPerson("not yet".to_owned()).into())
}
