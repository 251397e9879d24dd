//! Finds feeds.toml.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::ConfigErrors;

/// Returns the path of the configuration file: `given` if there is one, otherwise the first that exists, if only as a symbolic
/// link that leads nowhere, of `./feeds.toml`,
/// `$XDG_CONFIG_HOME/riverd/feeds.toml` (`~/.config` if the variable is not set) and `/etc/riverd/feeds.toml`.
///
/// `environment` returns the value of an environment variable. The error lists the paths that were tried and says how
/// to create the file.
pub fn find_config_file(
    given: Option<&Path>,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, ConfigErrors> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let paths = search_paths(environment);
    if let Some(found) = paths.iter().find(|path| is_there(path)) {
        return Ok(found.clone());
    }
    let tried: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    let message = format!("there is no configuration: looked for {}", tried.join(", "));
    let hint = Some(CREATE_HINT.to_owned());
    Err(ConfigErrors::lost_contents(Path::new("feeds.toml"), message, hint, NEW_FILE_MEANT))
}

/// Hint for a user who has no feeds.toml yet.
pub(super) const CREATE_HINT: &str =
    "`riverd add https://example.org/feed.xml` creates one; `--config FILE` names another";

/// Hint for a user who wants to begin a new feeds.toml although riverd ran with another one.
pub(super) const NEW_FILE_MEANT: &str = "to begin anew, write a file with `source = []`";

/// Returns whether there is a file at this path, or a symbolic link, even one that leads nowhere.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Returns the paths to try, in order.
fn search_paths(environment: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    // The XDG Base Directory specification says that empty and relative values count as unset.
    let absolute =
        |variable: &str| environment(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let user_config_dir =
        absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    let mut paths = vec![PathBuf::from("feeds.toml")];
    paths.extend(user_config_dir.map(|folder| folder.join("riverd/feeds.toml")));
    paths.push(PathBuf::from("/etc/riverd/feeds.toml"));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(variables: &[(&str, &str)]) -> Vec<String> {
        let environment = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| OsString::from(value))
        };
        search_paths(&environment).iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn the_current_directory_is_searched_first_then_the_users_then_the_systems() {
        assert_eq!(
            paths(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/home/ann")]),
            ["feeds.toml", "/x/riverd/feeds.toml", "/etc/riverd/feeds.toml"]
        );
        assert_eq!(
            paths(&[("HOME", "/home/ann")]),
            ["feeds.toml", "/home/ann/.config/riverd/feeds.toml", "/etc/riverd/feeds.toml"]
        );
    }

    #[test]
    fn empty_and_relative_variables_count_as_unset() {
        let default_paths = ["feeds.toml", "/etc/riverd/feeds.toml"];
        assert_eq!(paths(&[("XDG_CONFIG_HOME", ""), ("HOME", "")]), default_paths);
        assert_eq!(paths(&[("XDG_CONFIG_HOME", "conf")]), default_paths);
    }

    #[test]
    fn a_named_file_is_used_whether_or_not_it_exists() {
        let given = Path::new("/nowhere/at-all.toml");
        assert_eq!(find_config_file(Some(given), &|_| None).unwrap(), given);
    }
}
