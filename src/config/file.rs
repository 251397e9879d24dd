//! From the bytes of feeds.toml to a [`Config`]: the whole file is walked, and every error told.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::report::{Flaw, Report};
use super::tables::{self, Tables};
use super::{Config, ConfigErrors, locate, sources, syntax};

/// Bytes of a feeds.toml: a hundred thousand sources with everything that one usually has.
pub(super) const LARGEST_FILE: u64 = 16 << 20;

/// What surrounds the file: where its relative paths start, and what the environment gives.
pub(super) struct Surroundings {
    /// The directory of feeds.toml.
    pub folder: PathBuf,
    /// `$CREDENTIALS_DIRECTORY`.
    pub credentials: Option<PathBuf>,
}

/// Reads and checks the file; every error is reported at once.
///
/// Secrets that the file names (`password_file`, `access_token_file`) are read too.
pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
    let text = read_text(path)?;
    parse(path, &text)
}

/// The defaults and one source: for looking at a feed that no feeds.toml names.
pub fn of_one(url: &str) -> Result<Config, ConfigErrors> {
    let url = toml::Value::String(url.to_owned());
    parse(Path::new("(command line)"), &format!("[[source]]\nurl = {url}\n"))
}

/// Checks `text` as if it stood in the file at `path`.
pub(super) fn parse(path: &Path, text: &str) -> Result<Config, ConfigErrors> {
    let whole =
        |error: std::io::Error| ConfigErrors::whole_file(path, format!("can't be found: {error}"), None);
    let absolute = std::path::absolute(path).map_err(whole)?;
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    read_config(path, absolute, text, &Surroundings { folder, credentials })
}

/// The text of the file, bounded.
pub(super) fn read_text(path: &Path) -> Result<String, ConfigErrors> {
    let whole = |message: String, hint: Option<String>| ConfigErrors::whole_file(path, message, hint);
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            whole("there is no such file".to_owned(), Some(locate::how_to_make_one()))
        }
        std::io::ErrorKind::PermissionDenied => whole(
            format!("can't be read: {error}"),
            Some("the file and its directories must be readable by the user that runs riverd".to_owned()),
        ),
        _ => whole(format!("can't be read: {error}"), None),
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        let inside = path.join("feeds.toml");
        let hint = format!("name the file: `--config {}`", inside.display());
        return Err(whole("is a directory".to_owned(), Some(hint)));
    }
    let too_large = || {
        let hint = "a hundred thousand sources fit; is it the right file?";
        whole(format!("is larger than {} MiB", LARGEST_FILE >> 20), Some(hint.to_owned()))
    };
    if metadata.len() > LARGEST_FILE {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    // A pipe or a device does not say beforehand.
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))
}

/// Names the place of the first byte that is not UTF-8.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ConfigErrors {
    let bytes = error.as_bytes();
    let valid = bytes.get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    // What is shown ends where the text does: what follows is not known to be text at all.
    let text = String::from_utf8_lossy(valid);
    let mut report = Report::new(path, &text);
    let flaw = || Flaw::with_hint("the file is not UTF-8 text from here on", "save it as UTF-8");
    report.add_syntax(text.len()..text.len(), flaw);
    match report.finish() {
        Err(errors) => errors,
        Ok(()) => ConfigErrors::whole_file(path, "is not UTF-8 text".to_owned(), None),
    }
}

pub(super) fn read_config(
    path: &Path,
    absolute: PathBuf,
    text: &str,
    surroundings: &Surroundings,
) -> Result<Config, ConfigErrors> {
    let mut report = Report::new(path, text);
    let root = syntax::parse(text, &mut report);
    let tables = Tables::open(&root, &mut report);
    let river = tables::river(&tables.river, &mut report);
    let server = tables::server(&tables.server, surroundings, &mut report);
    let polling = tables::polling(&tables.polling, &mut report);
    let dedup = tables::dedup(&tables.dedup, &mut report);
    let retention = tables::retention(&tables.retention, &mut report);
    let maintenance = tables::maintenance(&tables.maintenance, surroundings, &mut report);
    let sources = sources::read(root.get("source"), &polling, surroundings, &mut report);
    report.finish()?;
    Ok(Config {
        path: absolute,
        river,
        server,
        polling,
        dedup,
        retention,
        maintenance,
        sources: sources.into_iter().map(Arc::new).collect(),
    })
}
