//! What verbs and maintenance ask of the store of a running daemon.

use std::path::Path;
use std::sync::Arc;

use super::{PurgeChoice, Store, StoreError, backup, purge, revive};
use crate::time::Timestamp;

impl Store {
    /// Notes whether the articles of a source are deleted once feeds.toml no longer names it, as [`super::note_purge_choice`] does.
    pub async fn note_purge_choice(&self, url: &str, choice: PurgeChoice) -> Result<(), StoreError> {
        let url = url.to_owned();
        self.write(move |conn| purge::note(conn, &url, choice)).await
    }

    /// Lets a source be polled again whose server had said that it is gone, as [`super::revive_gone_source`] does.
    pub async fn revive_gone_source(&self, url: &str, now: Timestamp) -> Result<(), StoreError> {
        let url = url.to_owned();
        self.write(move |conn| revive::revive(conn, &url, now)).await
    }

    /// Makes a scheduled backup in `folder` and deletes the oldest ones beyond the `keep` newest.
    pub async fn back_up_into(
        &self,
        folder: &Path,
        keep: usize,
        now: Timestamp,
    ) -> Result<backup::BackupReport, StoreError> {
        let (path, folder) = (Arc::clone(&self.path), folder.to_owned());
        let made =
            tokio::task::spawn_blocking(move || backup::rotation::back_up_into(&path, &folder, keep, now));
        // The task can't panic, so it failed because the runtime is shutting down.
        made.await.map_err(|_| StoreError::Closed)?
    }
}
