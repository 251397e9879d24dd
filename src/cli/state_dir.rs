//! Finds the state directory, so that every verb uses the database of the daemon. If the user may not read that database, the
//! error says so.

use std::io;
use std::path::{Path, PathBuf};

use super::args::GlobalArgs;
use super::{SetupError, environment, output};
use crate::config::Config;
use crate::service::last_good::LastGoodConfig;
use crate::store::{self, Store};
use crate::text::words::shell_quoted;

/// Path of the configuration of the system service.
const SERVICE_CONFIG: &str = "/etc/riverd/feeds.toml";
/// The state directory that the unit of the system service sets.
const SERVICE_STATE_DIR: &str = "/var/lib/riverd";

/// Name of the database in the state directory.
const DATABASE_NAME: &str = "riverd.db";

impl GlobalArgs {
    /// Returns the state directory: the one given, else the one that systemd set, else that of the system service if its
    /// configuration is used, else the user's own.
    pub fn state_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(dir) = &self.state_dir {
            return Ok(dir.clone());
        }
        let not_empty = |variable: &str| environment(variable).filter(|value| !value.is_empty());
        // systemd separates several StateDirectory= entries with colons. The database is in the first.
        if let Some(dir) = not_empty("STATE_DIRECTORY") {
            let first = dir.to_string_lossy().split(':').next().unwrap_or_default().to_owned();
            return Ok(PathBuf::from(first));
        }
        // A verb that needs no configuration may run without any.
        let config = self.config_path().ok();
        let origin_of_service = || LastGoodConfig::in_state_dir(Path::new(SERVICE_STATE_DIR)).origin();
        if is_state_of_service(config.as_deref(), origin_of_service) {
            return Ok(PathBuf::from(SERVICE_STATE_DIR));
        }
        if let Some(dir) = not_empty("XDG_STATE_HOME") {
            return Ok(PathBuf::from(dir).join("riverd"));
        }
        let home = not_empty("HOME").ok_or_else(|| {
            SetupError(
                "there is no state directory, because `HOME` is not set\nhint: give a directory with `--state-dir DIR`".to_owned(),
            )
        })?;
        Ok(PathBuf::from(home).join(".local/state/riverd"))
    }

    /// Returns the path of the database, whether or not it exists.
    pub fn database_path(&self) -> anyhow::Result<PathBuf> {
        Ok(self.state_dir()?.join(DATABASE_NAME))
    }

    /// Returns the path of the database, whether or not it exists. Fails if this user may not read it.
    pub fn database(&self) -> anyhow::Result<PathBuf> {
        let path = self.database_path()?;
        match rustix::fs::access(&path, rustix::fs::Access::READ_OK) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(unreadable(&path).into()),
            // Any other error is reported when the database is opened.
            _ => Ok(path),
        }
    }

    /// Returns the state directory, and creates it if it does not exist.
    pub fn create_state_dir(&self) -> anyhow::Result<PathBuf> {
        let dir = self.state_dir()?;
        std::fs::create_dir_all(&dir).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => SetupError(format!(
                "can't create the state directory `{}`: {error}\nhint: {}, or give a writable directory with `--state-dir DIR`",
                dir.display(),
                as_root_hint()
            )),
            _ => SetupError(format!(
                "can't create the state directory `{}`: {error}\nhint: give a writable directory with `--state-dir DIR`",
                dir.display()
            )),
        })?;
        Ok(dir)
    }

    /// Opens the store for writing. If there is no database, creates it, and prints where, because the user may have another
    /// directory in mind. Prints nothing if `--state-dir` was given.
    pub fn open_store(&self, config: &Config) -> anyhow::Result<Store> {
        let database = self.database()?;
        if let Some(gone) = store::what_is_gone(&database) {
            output::print_message(&format!("warning: {gone}"));
        } else if !database.exists() && self.state_dir.is_none() {
            output::print_message(&format!("note: creating the database `{}`", database.display()));
        }
        self.create_state_dir()?;
        Ok(Store::open(&database, &config.dedup)?)
    }
}

/// Says that there is no database at `path`, and what to do.
pub(super) fn print_no_database(path: &Path) {
    let folder = path.parent().unwrap_or(path).display();
    let message = store::what_is_gone(path).map_or_else(
        || {
            format!(
                "nothing was polled yet, as the state in `{folder}` says\nhint: `systemctl start riverd`, `riverd run` or `riverd poll` \
                 polls the sources"
            )
        },
        |gone| format!("warning: {gone}"),
    );
    output::print_message(&message);
}

/// Returns whether the state is that of the system service: `config` is its configuration, or there is no configuration at all,
/// and that of the service has vanished since it ran. `origin_of_service` returns the file that the service last used.
fn is_state_of_service(config: Option<&Path>, origin_of_service: impl Fn() -> Option<PathBuf>) -> bool {
    match config {
        Some(config) => is_service_config(config),
        None => origin_of_service().is_some_and(|origin| is_service_config(&origin)),
    }
}

/// Returns whether this is the configuration of the system service, by its path or through symbolic links.
fn is_service_config(path: &Path) -> bool {
    // A path that can't be resolved is compared as it is.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute == Path::new(SERVICE_CONFIG)
        || std::fs::canonicalize(path)
            .is_ok_and(|real| std::fs::canonicalize(SERVICE_CONFIG).is_ok_and(|service| service == real))
}

/// Returns the error for a database or a control socket that belongs to another user.
pub(super) fn unreadable(path: &Path) -> SetupError {
    let folder = path.parent().unwrap_or(path).display();
    let problem =
        format!("the state of riverd in `{folder}` belongs to another user, and this user may not read it");
    if std::env::args_os().any(|argument| argument == "run") {
        // A daemon that runs as root would leave more files that its usual user can't read.
        return SetupError(format!(
            "{problem}\nhint: give its files to the user that runs riverd; under systemd, `sudo chown root /var/lib/private/riverd` \
             and a start of the service give all of them to its user"
        ));
    }
    SetupError(format!("{problem}\nhint: {}", as_root_hint()))
}

/// Returns the hint to run the same command as root.
pub(super) fn as_root_hint() -> String {
    let arguments = std::env::args_os().skip(1).map(|argument| shell_quoted(&argument.to_string_lossy()));
    format!("run it as root: `sudo riverd {}`", arguments.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_configuration_is_recognised_by_its_path() {
        assert!(is_service_config(Path::new("/etc/riverd/feeds.toml")));
        assert!(is_service_config(Path::new("/etc//riverd/./feeds.toml")));
        assert!(!is_service_config(Path::new("feeds.toml")));
    }

    #[test]
    fn a_configuration_that_vanished_while_the_service_ran_is_still_that_of_the_service() {
        let service = || Some(PathBuf::from("/etc/riverd/feeds.toml"));
        assert!(is_state_of_service(None, service));
        assert!(!is_state_of_service(Some(Path::new("feeds.toml")), service), "another file is there");
        assert!(!is_state_of_service(None, || None), "no service ever ran");
        assert!(!is_state_of_service(None, || Some(PathBuf::from("/srv/feeds.toml"))));
    }
}
