//! The directories that paths in feeds.toml start from.

use std::path::PathBuf;

/// The directories that paths in feeds.toml start from.
pub(super) struct BaseDirectories {
    /// Directory of feeds.toml, absolute. Relative paths start here.
    pub config_dir: PathBuf,
    /// Directory of systemd credentials (`$CREDENTIALS_DIRECTORY`), if the variable is set.
    pub credentials_dir: Option<PathBuf>,
}
