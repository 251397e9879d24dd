//! Writing to the terminal: data to stdout, talk to stderr, and no panic when either is closed.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use super::args::Color;
use crate::store::StoreError;

/// Writes text to stdout. A reader that went away (`riverd list | head -1`) is an error that `main` takes for success.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes one line to stdout.
pub fn print_line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes a value as indented JSON and a line end.
pub fn print_json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    Ok(print_line(&serde_json::to_string_pretty(value)?)?)
}

/// Writes a value as one line of JSON.
pub fn print_json_line<T: Serialize>(value: &T) -> anyhow::Result<()> {
    Ok(print_line(&serde_json::to_string(value)?)?)
}

/// Says on stderr what failed and why: the error, its causes, and the hint that its text may hold.
pub fn complain(error: &anyhow::Error) {
    let mut said = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // Wrappers often repeat their cause; once is enough.
        if said.contains(&text) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&text);
    }
    let hint = error.chain().find_map(|cause| cause.downcast_ref::<StoreError>()).and_then(StoreError::hint);
    if let Some(hint) = hint {
        said.push_str("\nhint: ");
        said.push_str(&hint);
    }
    say(&format!("error: {said}"));
}

/// Talk for the person at the terminal.
pub fn say(text: &str) {
    // A closed stderr leaves nobody to tell.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Text from a feed, without what would move the cursor or colour the terminal.
pub fn calm(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Whether the error is a reader of our stdout that went away.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Whether to colour what goes to stderr. `NO_COLOR`, set and not empty, means no (<https://no-color.org>).
pub fn talk_colours(when: Color) -> bool {
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
