//! The names of the files beside a database.

use std::path::{Path, PathBuf};

/// Returns the path of the write-ahead log of a database.
pub fn log_of(path: &Path) -> PathBuf {
    with_suffix(path, "-wal")
}

/// Returns the path with `suffix` added to the name of its file.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
