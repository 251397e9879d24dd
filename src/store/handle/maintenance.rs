//! What is asked of the store by the maintenance timer, by the search filler, and by verbs of the command line that hand their
//! work to a running daemon.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use rusqlite::Connection;

use super::Store;
use crate::config::Retention;
use crate::model::LastingProblem;
use crate::store::band_index::KnownBands;
use crate::store::purge::{self, PurgeChoice};
use crate::store::search::{fill, words};
use crate::store::{
    StoreError, backup, backup_problem, growth, incidents, integrity, maintenance, revive, storage,
};
use crate::time::Timestamp;

impl Store {
    /// Notes whether the articles of a source are deleted once feeds.toml no longer names it, as
    /// [`crate::store::note_purge_choice`] does.
    pub async fn note_purge_choice(&self, url: &str, choice: PurgeChoice) -> Result<(), StoreError> {
        let url = url.to_owned();
        self.write(move |conn| purge::note(conn, &url, choice)).await
    }

    /// Lets a source that its server called gone (410) be polled again, as [`crate::store::revive_gone_source`] does.
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
        // The copy returns its errors, so the task itself fails only if the runtime is shutting down.
        made.await.map_err(|_| StoreError::Closed)?
    }

    /// Stores why no scheduled backup can be made, or that one can.
    pub async fn note_backup_problem(&self, problem: Option<LastingProblem>) -> Result<(), StoreError> {
        self.write(move |conn| backup_problem::note(conn, problem.as_ref())).await
    }

    /// Returns why no scheduled backup could be made, as it was stored last.
    pub async fn backup_problem(&self) -> Result<Option<LastingProblem>, StoreError> {
        self.readers.read(backup_problem::last).await
    }

    /// Frees the memory that only storing needs. Call it when nothing new was stored for a while.
    pub async fn free_cache(&self) -> Result<(), StoreError> {
        let bands = Arc::clone(&self.known_bands);
        self.write(move |conn| {
            *bands.lock().unwrap_or_else(PoisonError::into_inner) = KnownBands::default();
            maintenance::free_cache(conn)
        })
        .await
    }

    /// Runs the maintenance of the database. Deletes the articles that retention no longer keeps, at most `most` of them, and
    /// leaves tombstones; deletes tombstones and sketches that are no longer needed, and shrinks the index of near duplicates.
    /// Then checks the whole database, mends values that can't be read, deletes searched words that no entry has any more,
    /// gives free space back to the disk, deletes old counts of new entries and old incidents, optimises, measures what fills
    /// the database, and checkpoints. Returns how many articles were deleted.
    ///
    /// `now` must be a time that can be trusted, because a deleted article never comes back. If the check finds damage, notes
    /// the damage and fails. The steps after the check are then not done.
    pub async fn maintain(
        &self,
        retention: &Retention,
        now: Timestamp,
        most: u64,
    ) -> Result<u64, StoreError> {
        let pruned = self.prune(retention, now, most).await?;
        let window = self.dedup().window;
        while self.write_in_turn(move |conn| maintenance::delete_old_sketches(conn, window, now)).await? {}
        let mut after = Some(i64::MIN);
        while let Some(row) = after {
            after = self.write_in_turn(move |conn| maintenance::shrink_index(conn, row)).await?;
        }
        let path = Arc::clone(&self.path);
        let damage = self.readers.read(move |_| integrity::check(&path)).await?;
        let noted = damage.clone();
        self.write(move |conn| integrity::note(conn, noted.as_deref(), now)).await?;
        if let Some(detail) = damage {
            return Err(StoreError::Corrupt { path: self.path.to_path_buf(), detail });
        }
        self.mend_unreadable("maintenance").await;
        self.delete_unused_words(now).await?;
        while self.write_in_turn(maintenance::give_back_free_space).await? {}
        self.write_in_turn(move |conn| growth::forget(conn, now)).await?;
        self.write_in_turn(incidents::forget).await?;
        self.write_in_turn(maintenance::optimise).await?;
        let path = Arc::clone(&self.path);
        let report = self.readers.read(move |_| storage::measure(&path, now)).await?;
        self.write(move |conn| storage::note(conn, &report)).await?;
        self.writer.as_ref().ok_or(StoreError::ReadOnly)?.checkpoint().await?;
        Ok(pruned)
    }

    /// Deletes what retention no longer keeps of each source, and its expired tombstones. Returns how many articles were
    /// deleted, at most `most`.
    async fn prune(&self, retention: &Retention, now: Timestamp, most: u64) -> Result<u64, StoreError> {
        let mut pruned = 0;
        for source in self.readers.read(maintenance::sources).await? {
            let mut after = Some((i64::MIN, i64::MIN));
            while let Some(cursor) = after.filter(|_| pruned < most) {
                let retention = retention.clone();
                let limit = maintenance::PruneLimit { now, most: most - pruned };
                let step =
                    move |conn: &Connection| maintenance::prune(conn, source, &retention, limit, cursor);
                let (deleted, next) = self.write_in_turn(step).await?;
                pruned += deleted;
                after = next;
            }
            let retention = retention.clone();
            self.write_in_turn(move |conn| maintenance::forget(conn, source, &retention, now)).await?;
        }
        // The pauses that the addresses of deleted sources asked for are kept.
        self.read_kept_addresses().await?;
        Ok(pruned)
    }

    /// Deletes those words from the list of searched words that no entry in the search index has any more.
    async fn delete_unused_words(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut words = Some(self.readers.read(move |conn| words::to_check(conn, now)).await?);
        while let Some(step) = words {
            let _permit = self.indexing.acquire().await.map_err(|_| StoreError::Closed)?;
            let (unused, next) = self.readers.read(move |conn| words::find_unused(conn, &step)).await?;
            if !unused.is_empty() {
                self.write_in_turn(move |conn| words::delete(conn, &unused)).await?;
            }
            words = next;
        }
        Ok(())
    }

    /// Returns how many articles are stored, and how many entries were pruned in the day before `now`.
    pub async fn pruning_so_far(&self, now: Timestamp) -> Result<(u64, u64), StoreError> {
        self.readers.read(move |conn| maintenance::pruning_so_far(conn, now)).await
    }

    /// Writes the next new, changed and deleted entries to the full-text index. Returns how many; 0 once the index is
    /// complete.
    pub async fn fill_search_index(&self) -> Result<usize, StoreError> {
        let _permit = self.indexing.acquire().await.map_err(|_| StoreError::Closed)?;
        while let Some(batch) = self.readers.read(fill::next_batch).await? {
            let entries = batch.len();
            self.write_in_turn(move |conn| fill::write(conn, &batch)).await?;
            if entries > 0 {
                return Ok(entries);
            }
        }
        Ok(0)
    }

    /// Returns whether the full-text index has every entry.
    pub async fn search_index_is_complete(&self) -> Result<bool, StoreError> {
        self.readers.read(fill::is_complete).await
    }
}
