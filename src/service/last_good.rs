//! Keeps a copy of the last good feeds.toml in the state directory. A daemon that is started while feeds.toml is broken uses
//! the copy, and meanwhile the verbs that only show something read it, too.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tracing::warn;

use crate::config::{self, Config, ConfigErrors, LoadedConfig};

/// Name of the copy in the state directory.
const COPY_NAME: &str = "last-good-feeds.toml";

/// Name of the file in the state directory that holds the path of the file that was copied.
const ORIGIN_NAME: &str = "last-good-feeds.path";

/// The copy of the last good feeds.toml.
#[derive(Clone, Debug)]
pub struct LastGoodConfig {
    copy: PathBuf,
    /// The file that holds the path of the file that was copied.
    origin: PathBuf,
}

/// A configuration that can be used. If it is not that of feeds.toml, the errors of feeds.toml are here, too.
#[derive(Debug)]
pub struct UsableConfig {
    /// The configuration of the file, or the last good one if the file is broken or must not replace it.
    pub config: Config,
    /// The text of feeds.toml, if `config` was read from it. Otherwise the errors of the file: it is broken, or must not
    /// replace the last good one.
    pub file: Result<String, ConfigErrors>,
}

impl LastGoodConfig {
    /// Returns the copy in this state directory, whether or not it exists.
    pub fn in_state_dir(state_dir: &Path) -> Self {
        Self { copy: state_dir.join(COPY_NAME), origin: state_dir.join(ORIGIN_NAME) }
    }

    /// Reads feeds.toml. If the file is broken, or must not replace the last good one (`config::check_replacement`), returns
    /// the last good one with the errors. Fails if there is no last good one in this case.
    pub fn load_or_last_good(&self, path: &Path) -> Result<UsableConfig, ConfigErrors> {
        let checked = config::load_with_text(path)
            .and_then(|loaded| self.check_replacement(path, &loaded).map(|()| loaded));
        match checked {
            Ok(LoadedConfig { config, text }) => Ok(UsableConfig { config, file: Ok(text) }),
            Err(errors) => match self.load(path) {
                Some(config) => Ok(UsableConfig { config, file: Err(self.name_copy_in(errors)) }),
                None => Err(errors),
            },
        }
    }

    /// Fails if this file must not replace the last good one. If it has the same text as the copy, it may, and then the copy is
    /// not parsed, because parsing a file of twenty thousand sources takes some 30 MB.
    fn check_replacement(&self, path: &Path, loaded: &LoadedConfig) -> Result<(), ConfigErrors> {
        let Some(kept) = self.text().filter(|kept| *kept != loaded.text) else { return Ok(()) };
        let Ok(current) = config::parse_text(path, &kept) else { return Ok(()) };
        config::check_replacement(&current, &loaded.config, &loaded.text, Some(&kept))
    }

    /// Reads feeds.toml for a verb that edits it or polls. Fails if the file is broken, or if it must not replace the last good
    /// one. For example, if a source were added to a file that was emptied by mistake, the file would look whole, and the
    /// daemon would retire all other sources.
    pub fn load_replacement(&self, path: &Path) -> Result<Config, ConfigErrors> {
        let usable = self.load_or_last_good(path)?;
        usable.file.map(|_| usable.config)
    }

    /// Returns whether there is a last good configuration.
    pub fn exists(&self) -> bool {
        self.copy.exists()
    }

    /// Names the copy in the hint of errors about a file that lost its contents. If the file is a part of the copy that was cut
    /// off, returns an error that says so instead of the errors of its last line. Reads both files.
    pub fn name_copy_in(&self, errors: ConfigErrors) -> ConfigErrors {
        let cut_off = self.text().and_then(|kept| config::check_cut_off(errors.file(), &kept));
        let errors = cut_off.unwrap_or(errors);
        match self.origin() {
            _ if !self.exists() => errors,
            Some(origin) if !config::is_there(errors.file()) && origin.exists() => {
                errors.with_other_file(&origin)
            }
            _ => errors.with_copy(&self.copy),
        }
    }

    /// Returns the absolute path of the file that was copied, or `None` if nothing was copied yet.
    pub fn origin(&self) -> Option<PathBuf> {
        config::read_bytes(&self.origin).ok().map(|path| PathBuf::from(OsString::from_vec(path)))
    }

    /// Reads feeds.toml itself, for a caller that knows that there is no last good version.
    pub fn load_file(path: &Path) -> Result<UsableConfig, ConfigErrors> {
        config::load_with_text(path)
            .map(|LoadedConfig { config, text }| UsableConfig { config, file: Ok(text) })
    }

    /// Reads the copy as if it were the file at `path`. Returns `None` if there is none, or if it is not valid any more, for
    /// example because a file that it names is gone.
    fn load(&self, path: &Path) -> Option<Config> {
        config::parse_text(path, &self.text()?).ok()
    }

    /// Returns the text of the copy, or `None` if there is none, or something that is no copy, such as a named pipe.
    pub fn text(&self) -> Option<String> {
        config::read_text(&self.copy).ok()
    }

    /// Does the same as [`Self::keep`] on a thread that may wait for the disk, and logs a failure.
    pub async fn keep_or_warn(&self, path: &Path, text: String) {
        let (last_good, path) = (self.clone(), path.to_owned());
        let kept = tokio::task::spawn_blocking(move || last_good.keep(&path, &text)).await;
        if let Err(error) = kept.map_err(io::Error::other).flatten() {
            warn!(%error, "can't keep a copy of feeds.toml: a start with a broken file uses an older one or fails");
        }
    }

    /// Replaces the copy by this text of the good feeds.toml at `path`, which is absolute. Only the owner may read it, because
    /// it can contain secrets.
    pub fn keep(&self, path: &Path, text: &str) -> io::Result<()> {
        replace(&self.origin, path.as_os_str().as_bytes())?;
        replace(&self.copy, text.as_bytes())
    }
}

/// Makes these the contents of a file in the state directory that only the owner may read. A crash leaves the old or the new
/// contents there, never a part of them.
fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    if config::read_bytes(path).is_ok_and(|kept| kept == contents) {
        return Ok(());
    }
    let temporary = path.with_extension("new");
    // What an interrupted write left there. Opening a named pipe would wait for its reader.
    drop(fs::remove_file(&temporary));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(contents)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const GOOD: &str = "[[source]]\nname = \"a\"\nurl = \"https://a.example/feed\"\n";

    #[test]
    fn a_broken_emptied_or_vanished_file_gives_the_last_good_one_and_a_good_file_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (path, last_good) =
            (folder.path().join("feeds.toml"), LastGoodConfig::in_state_dir(folder.path()));
        assert!(last_good.load_or_last_good(&path).is_err(), "there is nothing at all");
        fs::write(&path, GOOD).unwrap();
        assert!(last_good.load_or_last_good(&path).unwrap().file.is_ok());
        last_good.keep(&path, GOOD).unwrap();
        let mode = fs::metadata(&last_good.copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for broken in ["", "[[source]]\nurl = 1\n", "[polling]\n"] {
            fs::write(&path, broken).unwrap();
            let usable = last_good.load_or_last_good(&path).unwrap();
            assert!(usable.file.is_err() && usable.config.sources.len() == 1, "{broken:?}");
        }
        fs::remove_file(&path).unwrap();
        assert!(last_good.load_or_last_good(&path).unwrap().file.is_err());
    }

    #[test]
    fn a_named_pipe_in_the_place_of_the_copy_is_waited_for_by_nobody_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        fs::write(&path, GOOD).unwrap();
        let last_good = LastGoodConfig::in_state_dir(folder.path());
        for pipe in [&last_good.copy, &last_good.origin, &last_good.copy.with_extension("new")] {
            rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        }
        assert!(last_good.load_or_last_good(&path).unwrap().file.is_ok());
        last_good.keep(&path, GOOD).unwrap();
        assert_eq!(last_good.text().as_deref(), Some(GOOD));
    }

    #[test]
    fn a_file_that_was_cut_within_a_character_is_cut_off_and_not_in_another_encoding() {
        let folder = tempfile::tempdir().unwrap();
        let (path, last_good) =
            (folder.path().join("feeds.toml"), LastGoodConfig::in_state_dir(folder.path()));
        let text = format!("[river]\ntitle = \"Flüsse\"\n{GOOD}");
        let part = &text.as_bytes()[..=text.find('ü').unwrap()];
        fs::write(&path, part).unwrap();
        let said = config::load(&path).unwrap_err().to_string();
        assert!(said.contains("ends within a character") && !said.contains("UTF-8"), "{said}");
        last_good.keep(&path, &text).unwrap();
        let said = last_good.load_replacement(&path).unwrap_err().to_string();
        assert!(said.contains("is cut off: it is the beginning of the last good file"), "{said}");
    }

    #[test]
    fn the_hint_for_an_absent_file_asks_whether_its_name_is_right_if_the_state_is_of_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        let last_good = LastGoodConfig::in_state_dir(folder.path());
        fs::write(&path, GOOD).unwrap();
        last_good.keep(&path, GOOD).unwrap();
        let hint = |name: &str| {
            let errors = last_good.load_replacement(&folder.path().join(name)).unwrap_err();
            errors.errors()[0].hint.clone().unwrap()
        };
        assert_eq!(
            hint("fedes.toml"),
            format!("is the name right? riverd last ran with `{}`", path.display())
        );
        fs::remove_file(&path).unwrap();
        let install = |target: &str| {
            let folder = folder.path().display();
            format!(
                "`install -m 644 {folder}/last-good-feeds.toml {folder}/{target}` puts the last contents back"
            )
        };
        assert!(hint("feeds.toml").starts_with(&install("feeds.toml")), "{}", hint("feeds.toml"));
        // The command replaces what it is given, so it must be given the target of a link.
        std::os::unix::fs::symlink("real.toml", &path).unwrap();
        assert!(hint("feeds.toml").starts_with(&install("real.toml")), "{}", hint("feeds.toml"));
        fs::write(folder.path().join("real.toml"), "").unwrap();
        assert!(hint("feeds.toml").starts_with(&install("real.toml")), "{}", hint("feeds.toml"));
    }
}
