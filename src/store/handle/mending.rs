//! Mends values of the database that can't be read, once something that needs them was refused.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::Store;
use crate::store::{StoreError, mend};

/// How long after a search for unreadable values no other one begins. It reads the whole database, and finds nothing if pages
/// are damaged.
const SEARCHED_AGAIN_AFTER: Duration = Duration::from_mins(10);

/// How many rows one transaction mends.
const MENDED_TOGETHER: usize = 250;

impl Store {
    /// Runs `work`. If it fails because a value can't be read, mends the database and runs `work` once more.
    pub(super) async fn mending<T, F>(&self, work: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        match work().await {
            Err(error) if self.mend_after(&error).await => work().await,
            done => done,
        }
    }

    /// Mends the values that can't be read, if `error` may come from one. Returns whether anything was mended. At most one
    /// search for such values begins within ten minutes.
    pub async fn mend_after(&self, error: &StoreError) -> bool {
        let is_damage = matches!(error, StoreError::Corrupt { .. });
        if !is_damage || self.writer.is_none() || !self.may_search_for_damage() {
            return false;
        }
        self.mend_unreadable(&error.to_string()).await
    }

    /// Mends the values that can't be read, and logs how many rows had some. `found_by` says how they were noticed. Returns
    /// whether anything was mended.
    pub(super) async fn mend_unreadable(&self, found_by: &str) -> bool {
        match self.mend_all().await {
            Ok(0) => false,
            Ok(rows) => {
                tracing::error!(
                    rows,
                    found_by,
                    "rows with values that can't be read were mended: the database was damaged; \
                     hint: check the disk; the next polls bring back what the feeds still list"
                );
                true
            }
            Err(error) => {
                tracing::error!(%error, "values that can't be read could not be mended");
                false
            }
        }
    }

    fn may_search_for_damage(&self) -> bool {
        let mut searched_at = self.searched_for_damage_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may = searched_at.is_none_or(|at| at.elapsed() >= SEARCHED_AGAIN_AFTER);
        if may {
            *searched_at = Some(Instant::now());
        }
        may
    }

    /// Mends all values that can't be read. Returns how many rows were changed or deleted.
    async fn mend_all(&self) -> Result<usize, StoreError> {
        let mut mended = 0;
        loop {
            let found = self.readers.read(mend::find).await?;
            let before = mended;
            for rows in found.chunks(MENDED_TOGETHER) {
                let rows = rows.to_vec();
                mended += self.write_in_turn(move |conn| mend::mend(conn, &rows)).await?;
            }
            if found.len() < mend::FOUND_AT_ONCE || mended == before {
                return Ok(mended);
            }
        }
    }
}
