//! A source that was gone and is named again: whoever did so wants it tried again.

use std::path::Path;

use rusqlite::params;

use super::{StoreError, open};
use crate::model::Reason;
use crate::store::state::as_word;
use crate::time::Timestamp;

/// Lets the source with this address (as [`crate::model::Location::as_url_text`]) be asked again if a 410 ended its polls, in
/// the database at `path`, which may be in use by a daemon. An address that no source has is no error. Blocks.
///
/// Taking a source out of feeds.toml and naming it again does that by itself, but only if `sync_sources` saw the file
/// between the two.
pub fn ask_again(path: &Path, url: &str, now: Timestamp) -> Result<(), StoreError> {
    let conn = open::writer(path)?;
    conn.execute(
        "update sources set gone_at = null, next_poll_at = max(?1, coalesce(not_before, ?1)), next_poll_reason = ?2
         where url = ?3 and gone_at is not null",
        params![now.unix(), as_word(&Reason::New), url],
    )
    .map_err(|source| StoreError::from(source).at(path))?;
    Ok(())
}
