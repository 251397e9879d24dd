//! Reads feeds.toml and turns it into a [`Config`], or reports all of its errors at once.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base_directories::{BaseDirectories, CredentialSource};
use super::diagnostics::Diagnostics;
use super::open_file::open_without_waiting;
use super::patterns::Patterns;
use super::problem::Problem;
use super::tables::{self, Tables};
use super::views::{self, KnownNames};
use super::{Config, ConfigErrors, locate, sources, syntax};

/// Maximum size of feeds.toml in bytes: enough for fifty thousand sources with the keys that `riverd import` writes. Reading a
/// file takes up to twenty times its size in memory.
pub(super) const MAX_FILE_BYTES: u64 = 8 << 20;

/// Reads and checks the file, and the files of the secrets that it refers to (`password_file`, `access_token_file`).
/// Fails with all errors at once.
pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
    load_with_text(path).map(|loaded| loaded.config)
}

/// A valid feeds.toml.
#[derive(Debug)]
pub struct LoadedConfig {
    /// The configuration that the file gives.
    pub config: Config,
    /// Text of the file.
    pub text: String,
}

/// Reads and checks the file as [`load`] does, and returns its text, too.
pub fn load_with_text(path: &Path) -> Result<LoadedConfig, ConfigErrors> {
    let text = read_text(path)?;
    Ok(LoadedConfig { config: parse_text(path, &text)?, text })
}

/// Returns a configuration with the defaults and one source, to look at a feed that is not in feeds.toml.
pub fn single_source(url: &str) -> Result<Config, ConfigErrors> {
    let url = toml::Value::String(url.to_owned());
    parse_text(Path::new("(command line)"), &format!("[[source]]\nurl = {url}\n"))
}

/// Reads and checks `text` as if it were the contents of the file at `path`.
pub fn parse_text(path: &Path, text: &str) -> Result<Config, ConfigErrors> {
    parse_with_removal(path, text, None)
}

/// Finds the views that would name a tag or a source that does not exist any more, once source number `removed` (from 0) is
/// taken out of `text`. The positions of the errors are those in `text`, which is valid otherwise.
pub(super) fn check_removal(path: &Path, text: &str, removed: usize) -> Result<(), ConfigErrors> {
    parse_with_removal(path, text, Some(removed)).map(drop)
}

/// Reads and checks `text`. Views must not name what only source number `removed` has.
fn parse_with_removal(path: &Path, text: &str, removed: Option<usize>) -> Result<Config, ConfigErrors> {
    let not_found =
        |error: std::io::Error| ConfigErrors::whole_file(path, format!("can't be found: {error}"), None);
    let absolute = std::path::absolute(path).map_err(not_found)?;
    let config_dir = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let credentials = CredentialSource::from_environment();
    let directories = BaseDirectories { config_dir, credentials };
    read_config(&ConfigText { path, absolute, text, removed }, &directories)
}

/// A text to be read as feeds.toml.
pub(super) struct ConfigText<'a> {
    /// The path by which error messages name the file.
    pub path: &'a Path,
    /// The path that the configuration keeps.
    pub absolute: PathBuf,
    pub text: &'a str,
    /// Number (from 0) of a source that is about to be removed, so that views must not name it.
    pub removed: Option<usize>,
}

/// Reads the file, up to its maximum size.
pub fn read_text(path: &Path) -> Result<String, ConfigErrors> {
    let whole_file = |message: String, hint: Option<String>| ConfigErrors::whole_file(path, message, hint);
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let message = "there is no such file".to_owned();
            let hint = Some(locate::CREATE_HINT.to_owned());
            ConfigErrors::lost_contents(path, message, hint, locate::NEW_FILE_MEANT)
        }
        std::io::ErrorKind::PermissionDenied => whole_file(
            format!("can't be read: {error}"),
            Some("the file and its directories must be readable by the user that runs riverd".to_owned()),
        ),
        _ => whole_file(format!("can't be read: {error}"), None),
    };
    let (file, metadata) = open_without_waiting(path).map_err(unreadable)?;
    if metadata.is_dir() {
        let inside = path.join("feeds.toml");
        let hint = format!("name the file: `--config {}`", inside.display());
        return Err(whole_file("is a directory".to_owned(), Some(hint)));
    }
    if !metadata.is_file() {
        let hint = "a pipe or a device may never end; write its contents to a file";
        return Err(whole_file("is not a regular file".to_owned(), Some(hint.to_owned())));
    }
    let too_large = || {
        let hint = "fifty thousand sources fit; is it the right file?";
        whole_file(format!("is larger than {} MiB", MAX_FILE_BYTES >> 20), Some(hint.to_owned()))
    };
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    // The file may have grown meanwhile.
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))
}

/// Reports the position of the first byte that is not UTF-8.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ConfigErrors {
    let bytes = error.as_bytes();
    let valid = bytes.get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    // The line in the message ends before that byte, because what follows may not be text at all.
    let text = String::from_utf8_lossy(valid);
    let mut diagnostics = Diagnostics::new(path, &text);
    let problem = || Problem::with_hint("the file is not UTF-8 text from here on", "save it as UTF-8");
    diagnostics.add_syntax(text.len()..text.len(), problem);
    match diagnostics.finish() {
        Err(errors) => errors,
        Ok(()) => ConfigErrors::whole_file(path, "is not UTF-8 text".to_owned(), None),
    }
}

/// Reads a configuration from a text.
pub(super) fn read_config(
    text: &ConfigText<'_>,
    directories: &BaseDirectories,
) -> Result<Config, ConfigErrors> {
    let mut diagnostics = Diagnostics::new(text.path, text.text);
    let root = syntax::parse(text.text, &mut diagnostics);
    let tables = Tables::open(&root, &mut diagnostics);
    let mut patterns = Patterns::default();
    let river = tables::river(&tables.river, &mut patterns, &mut diagnostics);
    let server = tables::server(&tables.server, directories, &mut diagnostics);
    let polling = tables::polling(&tables.polling, &mut diagnostics);
    let dedup = tables::dedup(&tables.dedup, &mut diagnostics);
    let retention = tables::retention(&tables.retention, &mut diagnostics);
    let maintenance = tables::maintenance(&tables.maintenance, directories, &mut diagnostics);
    let mut sources =
        sources::read(root.get("source"), &polling, directories, &mut patterns, &mut diagnostics);
    for source in &mut sources {
        source.filter.river.clone_from(&river.filter);
    }
    let listed = root.get("source").and_then(|list| list.get_ref().as_array()).map_or(0, |list| list.len());
    let all_are_known = sources.len() == listed && !diagnostics.has_syntax_errors();
    let stays = |(index, source)| Some(source).filter(|_| Some(index) != text.removed);
    let known = all_are_known.then(|| KnownNames::of(sources.iter().enumerate().filter_map(stays)));
    let views = views::read(root.get("view"), &river, known.as_ref(), &mut patterns, &mut diagnostics);
    diagnostics.finish()?;
    Ok(Config {
        path: text.absolute.clone(),
        river,
        server,
        polling,
        dedup,
        retention,
        maintenance,
        sources: sources.into_iter().map(Arc::new).collect(),
        views: views.into_iter().map(Arc::new).collect(),
    })
}
