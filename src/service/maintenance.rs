//! Runs maintenance: prunes and checks the database, and makes the scheduled backup.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;
use tracing::{error, info, warn};

use super::notices::{Notice, Notices};
use crate::config::Config;
use crate::model::LastingProblem;
use crate::policy::agreed_clock::most_pruned_in_a_day;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Prunes, checks and optimises the database. Deletes no more articles than may be deleted in a day, where each entry that was
/// deleted in the last 24 hours counts as an article. Returns how many it deleted.
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
pub(super) async fn back_up(store: &Store, config: &Config, now: Timestamp, notices: &Notices) {
    let Some(folder) = config.maintenance.backup_dir.clone() else { return };
    let tried = folder.clone();
    // If the runtime stops, so does the daemon.
    let problem = spawn_blocking(move || folder_problem(&tried)).await.unwrap_or_default();
    if let Some(problem) = problem {
        error!("{problem}");
        note_backup(store, notices, Some(problem), now).await;
        return;
    }
    match store.back_up_into(&folder, config.maintenance.backup_keep, now).await {
        Ok(made) => {
            info!(path = %made.path.display(), bytes = made.bytes, articles = made.articles, "backed up the database");
            note_backup(store, notices, None, now).await;
        }
        Err(error) => {
            error!(%error, hint = error.hint(), "the backup failed: it is tried again at the next maintenance");
            let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            note_backup(store, notices, Some(format!("{error}{hint}")), now).await;
        }
    }
}

/// The beginning of the message that the folder of the backups can't be written.
const CANT_WRITE: &str = "can't write into `backup_dir`";

/// Tries the folder of the scheduled backups, so that one that can't be written is reported at the start and at each reload,
/// and not in the night.
pub(super) async fn try_backup_folder(store: &Store, folder: Option<PathBuf>, notices: &Notices) {
    let has_none = folder.is_none();
    let tried = spawn_blocking(move || folder.and_then(|folder| folder_problem(&folder)));
    let problem = tried.await.unwrap_or_default();
    // The folder may have been slow to answer.
    let now = Timestamp::now();
    if let Some(problem) = problem {
        if note_backup(store, notices, Some(problem.clone()), now).await {
            error!("{problem}");
        }
    } else if has_none || notices.cause(Notice::Backup).is_some_and(|cause| cause.starts_with(CANT_WRITE)) {
        // If the last backup failed for another reason, the notice stays until the next backup is made.
        note_backup(store, notices, None, now).await;
    }
}

/// Notes why no backup can be made, or that one can, also for the time after a restart. Returns whether that is news.
async fn note_backup(store: &Store, notices: &Notices, problem: Option<String>, now: Timestamp) -> bool {
    let is_news = notices.note(Notice::Backup, problem, now);
    if is_news && let Err(error) = store.note_backup_problem(notices.problem(Notice::Backup)).await {
        warn!(%error, "can't store the state of the backups: after a restart, `status` may be wrong about it");
    }
    is_news
}

/// Returns the problems that lasted when riverd was stopped, and still last as far as the database says.
pub(super) async fn resume_notices(store: &Store) -> Notices {
    let notices = Notices::default();
    match store.backup_problem().await {
        Ok(Some(LastingProblem { since, cause })) => {
            error!("no backup could be made since {since}: {cause}");
            notices.note(Notice::Backup, Some(cause), since);
        }
        Ok(None) => {}
        // The next backup tells anew. A damaged row must not stop the start.
        Err(error) => warn!(%error, "can't read the state of the backups"),
    }
    notices
}

/// Writes a file into the folder of the scheduled backups and deletes it. Returns why that fails, with a hint. Blocks.
fn folder_problem(folder: &Path) -> Option<String> {
    let probe = folder.join(".riverd-probe");
    let tried =
        make_folder(folder).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe));
    let error = tried.err()?;
    Some(format!(
        "{CANT_WRITE}, `{}`: {error}\nhint: {}",
        folder.display(),
        folder_hint(folder, error.kind())
    ))
}

/// Makes the folder of the backups, unless it exists.
fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir_all(folder) {
        // The system only says that there is such a file.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::Error::new(io::ErrorKind::NotADirectory, "it is not a folder"))
        }
        made => made,
    }
}

/// Says how riverd can be allowed to write into the folder of the backups. `-` before the path lets the service start if the
/// folder is missing, for example because its disk is not mounted.
fn folder_hint(folder: &Path, why: io::ErrorKind) -> String {
    let folder = folder.display();
    let below = "riverd makes a folder below /var/lib/riverd by itself";
    match why {
        io::ErrorKind::ReadOnlyFilesystem => format!(
            "under systemd, make the folder, and allow it with `ReadWritePaths=-{folder}` in a drop-in (`systemctl edit riverd`); {below}"
        ),
        io::ErrorKind::PermissionDenied => format!(
            "riverd's user must be able to write there; under systemd, that takes a group: `sudo install -d -m 770 -g backup {folder}`, \
             and `SupplementaryGroups=backup` beside `ReadWritePaths=-{folder}` in a drop-in (`systemctl edit riverd`); {below}, so remove one that another user made there"
        ),
        io::ErrorKind::NotADirectory => "name a folder; riverd makes one if nothing has that name".to_owned(),
        _ => format!("riverd's user must be able to write there; {below}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_about_the_folder_of_the_backups_fits_what_went_wrong() {
        let hint = |why| folder_hint(Path::new("/var/backups/riverd"), why);
        let read_only = hint(io::ErrorKind::ReadOnlyFilesystem);
        assert!(read_only.contains("`ReadWritePaths=-/var/backups/riverd`") && !read_only.contains("Groups"));
        assert!(hint(io::ErrorKind::PermissionDenied).contains("`SupplementaryGroups=backup`"));
        assert!(hint(io::ErrorKind::NotADirectory).contains("name a folder"));
    }
}
