//! Writes to the terminal: data to stdout, messages to stderr. Never panics when either is closed.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use super::args::ColorChoice;
use super::terminal;
use crate::store::StoreError;

/// Writes text to stdout. Returns an error if the reader closed the pipe (`riverd list | head -1`); `main` treats that error
/// as success.
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

/// Writes a value to stdout as indented JSON, followed by a line end.
pub fn print_json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    Ok(print_line(&serde_json::to_string_pretty(value)?)?)
}

/// Writes a value to stdout as one line of JSON.
pub fn print_json_line<T: Serialize>(value: &T) -> anyhow::Result<()> {
    Ok(print_line(&serde_json::to_string(value)?)?)
}

/// Writes an error to stderr: its message, its causes, and a hint if it has one.
pub fn print_error(error: &anyhow::Error) {
    let mut message = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // The message of a wrapper often contains that of its cause.
        if message.contains(&text) {
            continue;
        }
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(&text);
    }
    let hint = error.chain().find_map(|cause| cause.downcast_ref::<StoreError>()).and_then(StoreError::hint);
    if let Some(hint) = hint {
        message.push_str("\nhint: ");
        message.push_str(&hint);
    }
    terminal::print_labelled("error:", terminal::Paint::Red, &message);
}

/// Writes a message to stderr for the person at the terminal.
pub fn print_message(text: &str) {
    // If stderr is closed, nobody can read the message.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Replaces control characters by spaces, so that text from a feed can't move the cursor or colour the terminal.
pub fn without_controls(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Returns whether the error was caused by a reader that closed the pipe of our stdout.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Returns whether to use colours on stderr. A `NO_COLOR` that is not empty means no (<https://no-color.org>).
pub fn colours_stderr(choice: ColorChoice) -> bool {
    uses_colours(choice, io::stderr().is_terminal())
}

/// Returns whether to use colours on stdout.
pub fn colours_stdout(choice: ColorChoice) -> bool {
    uses_colours(choice, io::stdout().is_terminal())
}

fn uses_colours(choice: ColorChoice, is_terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}
