//! Configuration errors, each with its position, the line and a hint.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::text::words::shell_quoted;

/// The errors of a feeds.toml in file order: at least one. If there are very many, the rest is only counted.
///
/// No message, line or hint contains a value that its key or its form shows to be a secret (a header value, a password, a
/// token in a URL).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigErrors {
    file: PathBuf,
    errors: Vec<ConfigError>,
    omitted: usize,
    /// What the operator can do who meant it, if the file is absent or lost its contents.
    if_meant: Option<&'static str>,
}

/// One error in feeds.toml.
///
/// `check --json` prints it with the fields `file`, `line`, `column`, `message`, `line_text` and `hint`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ConfigError {
    /// The configuration file.
    pub file: PathBuf,
    /// Line number from 1, or `None` if the file could not be read at all.
    pub line: Option<usize>,
    /// Column from 1 in characters, or `None` if `line` is `None`.
    pub column: Option<usize>,
    /// What is wrong and why, in lower case.
    pub message: String,
    /// The line itself. Secrets are replaced by `…`, and a very long line is cut to the part around the column.
    pub line_text: Option<String>,
    /// How to fix it.
    pub hint: Option<String>,
    /// The part of `line_text` to underline.
    #[serde(skip)]
    pub underline: Underline,
}

/// The part of [`ConfigError::line_text`] that an error is about, in characters.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Underline {
    /// Position of the first character, from 0.
    pub start: usize,
    /// Number of characters, at least 1 if there is a line.
    pub length: usize,
}

impl ConfigErrors {
    /// Takes `errors` in file order and the number of errors that were found beyond them.
    pub(super) fn new(file: PathBuf, errors: Vec<ConfigError>, omitted: usize) -> Self {
        Self { file, errors, omitted, if_meant: None }
    }

    /// Makes an error about the whole file.
    pub(super) fn whole_file(file: &Path, message: String, hint: Option<String>) -> Self {
        let error = ConfigError {
            file: file.to_owned(),
            line: None,
            column: None,
            message,
            line_text: None,
            hint,
            underline: Underline::default(),
        };
        Self { file: file.to_owned(), errors: vec![error], omitted: 0, if_meant: None }
    }

    /// Makes the error for a file that is absent or lost its contents. `if_meant` tells an operator who meant it what to do.
    pub(super) fn lost_contents(
        file: &Path,
        message: String,
        hint: Option<String>,
        if_meant: &'static str,
    ) -> Self {
        Self { if_meant: Some(if_meant), ..Self::whole_file(file, message, hint) }
    }

    /// Names a copy of the last good file in the hint, if the file is absent or lost its contents.
    #[must_use]
    pub fn with_copy(mut self, copy: &Path) -> Self {
        if let (Some(if_meant), [error]) = (self.if_meant, self.errors.as_mut_slice()) {
            let target = link_target(&self.file);
            let quoted = |path: &Path| shell_quoted(&path.to_string_lossy());
            let (copy, file) = (quoted(copy), quoted(&target));
            error.hint =
                Some(format!("`install -m 644 {copy} {file}` puts the last contents back; {if_meant}"));
        }
        self
    }

    /// Asks in the hint whether the name of the file is right, if the file is absent. `other` is the file that riverd last used
    /// with this state.
    #[must_use]
    pub fn with_other_file(mut self, other: &Path) -> Self {
        if let (Some(_), [error]) = (self.if_meant, self.errors.as_mut_slice()) {
            error.hint = Some(format!("is the name right? riverd last ran with `{}`", other.display()));
        }
        self
    }

    /// Returns the path of the configuration file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the errors in file order, without those that were only counted.
    pub fn errors(&self) -> &[ConfigError] {
        &self.errors
    }

    /// Returns the number of all errors, including those that [`Self::errors`] omits.
    pub fn count(&self) -> usize {
        self.errors.len() + self.omitted
    }

    /// Returns one line for a log or a status page: the first error and the number of the others.
    pub fn summary(&self) -> String {
        let first = self.errors.first().map(ConfigError::headline).unwrap_or_default();
        match self.count() {
            0 | 1 => first,
            count => format!("{first} (and {} more)", count - 1),
        }
    }
}

/// Returns the file that a symbolic link leads to, so that a command that replaces the file does not replace the link. Returns
/// `path` itself if it is no link.
fn link_target(path: &Path) -> PathBuf {
    // The system follows no more than 40 links, either.
    let mut target = path.to_owned();
    for _ in 0..40 {
        let Ok(next) = std::fs::read_link(&target) else { break };
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    target
}

impl ConfigError {
    /// Returns the position and the message: `feeds.toml:12:1: unknown key …`.
    fn headline(&self) -> String {
        let file = self.file.display();
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{file}:{line}:{column}: {}", self.message),
            _ => format!("{file}: {}", self.message),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        if let (Some(line), Some(text)) = (self.line, &self.line_text) {
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            let before = " ".repeat(self.underline.start);
            let carets = "^".repeat(self.underline.length.max(1));
            write!(f, "\n  {number} | {text}\n  {margin} | {before}{carets}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{error}")?;
        }
        if self.count() > 1 {
            write!(f, "\n\n{} errors in {}", self.count(), self.file.display())?;
        }
        if self.omitted > 0 {
            write!(f, " (the first {} are shown)", self.errors.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
