//! Keeps a copy of the last good feeds.toml in the state directory. A daemon that is started while feeds.toml is broken uses
//! the copy, and meanwhile the verbs that only show something read it, too.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::config::{self, Config, ConfigErrors, LoadedConfig};

/// Name of the copy in the state directory.
const COPY_NAME: &str = "last-good-feeds.toml";

/// The copy of the last good feeds.toml.
#[derive(Clone, Debug)]
pub struct LastGoodConfig {
    copy: PathBuf,
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
        Self { copy: state_dir.join(COPY_NAME) }
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
        if self.exists() { errors.with_copy(&self.copy) } else { errors }
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

    /// Replaces the copy by this text of a good feeds.toml. Only the owner may read it, because it can contain secrets.
    pub fn keep(&self, text: &str) -> io::Result<()> {
        if self.text().is_some_and(|kept| kept == text) {
            return Ok(());
        }
        let temporary = self.copy.with_extension("new");
        // What an interrupted write left there. Opening a named pipe would wait for its reader.
        drop(fs::remove_file(&temporary));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, &self.copy)
    }
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
        last_good.keep(GOOD).unwrap();
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
        for pipe in [&last_good.copy, &last_good.copy.with_extension("new")] {
            rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        }
        assert!(last_good.load_or_last_good(&path).unwrap().file.is_ok());
        last_good.keep(GOOD).unwrap();
        assert_eq!(last_good.text().as_deref(), Some(GOOD));
    }
}
