//! Edits feeds.toml on disk. One edit runs at a time, is checked first, and is written completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::edit::{self, NewSource};
use super::sources::LONGEST_TITLE;
use super::{Config, ConfigErrors, file};
use crate::model::Source;
use crate::text::words::on_one_line;

/// Why feeds.toml was not edited. The file is then unchanged, with one exception: if only syncing the directory failed, the
/// new file is in its place.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file has errors already.
    #[error(transparent)]
    Broken(#[from] ConfigErrors),
    /// The edit would cause errors. Their positions refer to the text that was not written.
    #[error("{}", reasons(.0))]
    Refused(ConfigErrors),
    /// Views name the source that is to be removed, or a tag that no other source has.
    #[error("the source can't be removed while a view names it or a tag that only it has:\n{0}")]
    InUse(ConfigErrors),
    /// The file has no source at this address.
    #[error("`{}` can't be edited: it does not contain the source", .path.display())]
    NotFound {
        /// The configuration file.
        path: PathBuf,
    },
    /// The file can't be written.
    #[error("`{}` can't be written: {cause}\nhint: the file and its directory must be writable", .path.display())]
    Unwritable {
        /// The configuration file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The new file would be larger than riverd reads.
    #[error("`{}` would be larger than {} MiB, and riverd reads no larger file\nhint: divide the sources among several riverd", .path.display(), file::MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// The configuration file.
        path: PathBuf,
    },
    /// Another program changed the file during the edit.
    #[error("`{}` was changed by another program during the edit\nhint: try again", .path.display())]
    Changed {
        /// The configuration file.
        path: PathBuf,
    },
}

/// Returns the messages and hints of errors in a text that was never written. Their positions would not help the
/// operator.
fn reasons(errors: &ConfigErrors) -> String {
    let reason = |error: &super::ConfigError| match &error.hint {
        Some(hint) => format!("{}\nhint: {hint}", error.message),
        None => error.message.clone(),
    };
    errors.errors().iter().map(reason).collect::<Vec<_>>().join("\n")
}

/// Shortens a publisher's title to what feeds.toml allows, or returns `None` if nothing is left. An operator who writes a title
/// that is too long gets an error instead.
fn fitting_title(title: &str) -> Option<String> {
    let title: String = on_one_line(title).chars().take(LONGEST_TITLE).collect();
    let title = title.trim_end();
    (!title.is_empty()).then(|| title.to_owned())
}

/// Contents of a new feeds.toml before its first source.
const NEW_FILE: &str = "# riverd's configuration: the feeds that make up the river.\n";

/// Returns the configuration as it would be with `sources` appended. Nothing is written. Fails if the file can't be written.
pub fn plan_addition(path: &Path, sources: &[NewSource]) -> Result<Config, EditError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // An edit replaces the file, so only its directory must be writable.
    rustix::fs::access(directory_of(&target), rustix::fs::Access::WRITE_OK)
        .map_err(|cause| EditError::Unwritable { path: path.to_owned(), cause: cause.into() })?;
    let text = if path.exists() { file::read_text(path)? } else { NEW_FILE.to_owned() };
    file::parse_text(path, &text)?;
    file::parse_text(path, &edit::append(&text, sources)).map_err(EditError::Refused)
}

/// Appends `sources` and returns the new configuration. A file that does not exist is created.
///
/// If a source has no name, the generated one is written to the file, so that no later edit can change it.
pub fn add_sources(path: &Path, sources: &[NewSource]) -> Result<Config, EditError> {
    edit_file(path, IfMissing::Create, |text, before| {
        // This text is only used to generate the names; it is never written.
        let with_feed_title = |new: &NewSource| NewSource {
            title: new.title.clone().or_else(|| new.feed_title.as_deref().and_then(fitting_title)),
            ..new.clone()
        };
        let text_without_names = edit::append(text, &sources.iter().map(with_feed_title).collect::<Vec<_>>());
        let config = file::parse_text(path, &text_without_names).map_err(EditError::Refused)?;
        let added_sources = config.sources.iter().skip(before.sources.len());
        let with_names: Vec<NewSource> = sources
            .iter()
            .zip(added_sources)
            .map(|(new, source)| NewSource { name: Some(source.name.clone()), ..new.clone() })
            .collect();
        Ok(edit::append(text, &with_names))
    })
}

/// Removes the source with the address of `source` and returns the new configuration.
pub fn remove_source(path: &Path, source: &Source) -> Result<Config, EditError> {
    edit_file(path, IfMissing::Fail, |text, before| {
        let not_found = || EditError::NotFound { path: path.to_owned() };
        // The source is found by its address and not by its position: the file may have been edited since `source` was read.
        let in_file = before.sources.iter().find(|other| other.location == source.location);
        let position = in_file.ok_or_else(not_found)?.position;
        file::check_removal(path, text, position).map_err(EditError::InUse)?;
        let text = edit::remove(text, position).ok_or_else(not_found)?;
        Ok(if before.sources.len() == 1 { with_empty_list(text) } else { text })
    })
}

/// Writes `source = []` at the top of a file that has no source any more. A running daemon would otherwise take the missing
/// sources for an accident.
fn with_empty_list(text: String) -> String {
    // If the sources were an inline list, the file still has that list, which is empty now.
    if text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("source")) {
        return text;
    }
    let (mark, rest) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text.as_str()),
    };
    format!("{mark}source = []{}{rest}", edit::line_end(&text))
}

/// What to do if the file does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfMissing {
    Create,
    Fail,
}

/// Edits the file with `edit`, which gets its text and its configuration and returns the new text. Checks the new text,
/// writes it, and returns the new configuration.
fn edit_file(
    path: &Path,
    if_missing: IfMissing,
    edit: impl FnOnce(&str, &Config) -> Result<String, EditError>,
) -> Result<Config, EditError> {
    let unwritable = |cause| EditError::Unwritable { path: path.to_owned(), cause };
    // If the path is a symbolic link, its target is edited and the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let lock = lock_directory(&target).map_err(unwritable)?;
    let existing =
        if if_missing == IfMissing::Create && !target.exists() { None } else { Some(file::read_text(path)?) };
    let before = existing.as_deref().unwrap_or(NEW_FILE);
    let after = edit(before, &file::parse_text(path, before)?)?;
    if after.len() as u64 > file::MAX_FILE_BYTES {
        return Err(EditError::TooLarge { path: path.to_owned() });
    }
    let config = file::parse_text(path, &after).map_err(EditError::Refused)?;
    if existing.is_some() && file::read_text(path)? != before {
        return Err(EditError::Changed { path: path.to_owned() });
    }
    replace(&target, &after).map_err(unwritable)?;
    drop(lock);
    Ok(config)
}

/// Waits until no other riverd process edits in this directory, and keeps the others from editing until the result is
/// dropped. Editors ignore this lock; their changes lead to `Changed`.
fn lock_directory(target: &Path) -> io::Result<File> {
    let directory = File::open(directory_of(target))?;
    match directory.lock() {
        // Some network file systems have no locks. There, only one operator may edit at a time.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(directory),
        result => result.map(|()| directory),
    }
}

fn directory_of(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes `text` to a new file next to `target` and renames it to `target`. After a crash or with a full disk, either
/// the old or the new file is there, never a part of one.
fn replace(target: &Path, text: &str) -> io::Result<()> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = directory_of(target).join(format!(".{name}.new"));
    match fs::remove_file(&temporary) {
        // A crash left this file there; thanks to the lock, no other process is writing it.
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let result = write_new(&temporary, target, text).and_then(|()| fs::rename(&temporary, target));
    if result.is_err() && temporary.exists() {
        // Only the first error is reported. The next edit removes the file if this fails.
        drop(fs::remove_file(&temporary));
    }
    result?;
    File::open(directory_of(target))?.sync_all()
}

fn write_new(temporary: &Path, target: &Path, text: &str) -> io::Result<()> {
    let old = match fs::metadata(target) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // The file can contain secrets, so nobody else may read it before it has the permissions of the old one.
    let mode = if old.is_some() { 0o600 } else { 0o666 };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(temporary)?;
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        let new = file.metadata()?;
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            // Only root may give a file to another user. If anybody else edits it, the file becomes theirs, as with any
            // editor.
            drop(std::os::unix::fs::fchown(&file, Some(old.uid()), Some(old.gid())));
        }
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_edit_writes_a_file_that_is_too_large_to_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        let comment = format!("#{}\n", "x".repeat(file::MAX_FILE_BYTES as usize - 40));
        fs::write(&path, &comment).unwrap();
        let source = NewSource { url: "https://a.example/feed".to_owned(), ..NewSource::default() };
        assert!(matches!(add_sources(&path, &[source]), Err(EditError::TooLarge { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), comment);
    }

    #[test]
    fn the_title_of_a_publisher_is_shortened_and_never_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (number, title) in ["two\r\nlines", &"long ".repeat(100), "\u{1b}]0;x\u{7}", "\u{202e}", " \n "]
            .into_iter()
            .enumerate()
        {
            let path = folder.path().join(format!("{number}.toml"));
            let source = NewSource {
                url: "https://a.example/feed".to_owned(),
                feed_title: Some(title.to_owned()),
                ..NewSource::default()
            };
            add_sources(&path, &[source]).unwrap();
        }
        assert!(fs::read_to_string(folder.path().join("0.toml")).unwrap().contains("name = \"two-lines\""));
    }
}
