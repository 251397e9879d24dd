//! Runs maintenance: prunes and checks the database, and makes the scheduled backup.

use tracing::{error, info, warn};

use crate::config::Config;
use crate::policy::agreed_clock::most_pruned_in_a_day;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Prunes, checks and optimises the database. Deletes no more articles than may be deleted in a day, counting those that
/// earlier runs of the day deleted. Returns how many it deleted.
pub(super) async fn run(store: &Store, config: &Config, now: Timestamp) -> Result<u64, StoreError> {
    let (articles, pruned_today) = store.pruning_so_far(now).await?;
    let most = most_pruned_in_a_day(articles + pruned_today, config.retention.keep);
    let most = most.saturating_sub(pruned_today);
    let pruned = store.maintain(&config.retention, now, most).await?;
    if pruned >= most {
        warn!(
            pruned,
            "more articles are past `retention.keep` than are deleted in one day: the rest stays until the next days"
        );
    }
    Ok(pruned)
}

/// Makes the scheduled backup, if feeds.toml names a directory for it.
pub(super) async fn back_up(store: &Store, config: &Config, now: Timestamp) {
    let Some(folder) = &config.maintenance.backup_dir else { return };
    match store.back_up_into(folder, config.maintenance.backup_keep, now).await {
        Ok(made) => {
            info!(path = %made.path.display(), bytes = made.bytes, articles = made.articles, "backed up the database");
        }
        Err(error) => error!(%error, "the backup failed: it is tried again at the next maintenance"),
    }
}
