//! Writes to the terminal: data to stdout, messages to stderr. Never panics when either is closed.

use std::borrow::Cow;
use std::io::{self, Write as _};

use serde::Serialize;

use super::{stdout, terminal};
use crate::service::logging;
use crate::store::StoreError;
use crate::text::words::{is_unprintable, printable_except};

/// Replaces or removes the unprintable characters of `text` as `words::printable` does. Line ends and tabs stay, because the
/// callers lay out lines with them.
///
/// All output passes here except what `terminal` colours, which its callers clean part by part. So no text, whether stored by
/// an older riverd or taken from an unexpected place, can move the cursor or change the direction of reading.
fn for_terminal(text: &str) -> Cow<'_, str> {
    let is_layout = |c: char| matches!(c, '\n' | '\t');
    if text.bytes().all(is_plain) { text.into() } else { printable_except(text, is_layout).into() }
}

/// Returns whether a byte is a printable character of ASCII, a line end or a tab.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n' | b'\t')
}

/// Escapes the unprintable characters that JSON allows in its strings.
fn for_json(json: String) -> String {
    if json.bytes().all(is_plain) {
        return json;
    }
    let is_bad = |c: char| is_unprintable(c) && c != '\n';
    if !json.contains(is_bad) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_bad(c) {
            let mut units = [0; 2];
            escaped.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Writes text to stdout. Returns an error if the reader closed the pipe (`riverd list | head -1`); `main` treats that error
/// as success.
pub fn print(text: &str) -> io::Result<()> {
    stdout::write(&for_terminal(text))
}

/// Writes one line to stdout.
pub fn print_line(text: &str) -> io::Result<()> {
    stdout::write(&format!("{}\n", for_terminal(text)))
}

/// Writes a value to stdout as indented JSON, followed by a line end.
pub fn print_json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    Ok(print_line(&for_json(serde_json::to_string_pretty(value)?))?)
}

/// Writes a value to stdout as one line of JSON.
pub fn print_json_line<T: Serialize>(value: &T) -> anyhow::Result<()> {
    print_json_lines([value])
}

/// Writes values to stdout at once, each as one line of JSON.
pub fn print_json_lines<T: Serialize>(values: impl IntoIterator<Item = T>) -> anyhow::Result<()> {
    let mut lines = String::new();
    for value in values {
        lines.push_str(&for_json(serde_json::to_string(&value)?));
        lines.push('\n');
    }
    Ok(print(&lines)?)
}

/// Returns the message of an error and those of its causes that it does not contain.
pub fn message_of(error: &anyhow::Error) -> String {
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
        // The message of the store says everything, and SQLite's own words below it say it again.
        if cause.is::<StoreError>() {
            break;
        }
    }
    message
}

/// Writes an error to stderr: its message, its causes, and a hint if it has one.
pub fn print_error(error: &anyhow::Error) {
    let mut message = message_of(error);
    if let Some(hint) = hint_of(error) {
        message.push_str("\nhint: ");
        message.push_str(&hint);
    }
    if logging::Format::detect() == logging::Format::Journald {
        // In the journal, each line has the level of its prefix (`sd-daemon(3)`); without one it has the level `info`.
        let lines = format!("error: {message}").lines().map(|line| format!("<3>{line}")).collect::<Vec<_>>();
        print_message(&lines.join("\n"));
    } else {
        terminal::print_labelled("error:", terminal::Paint::Red, &message);
    }
}

/// Writes an error to the log.
pub fn log_error(error: &anyhow::Error) {
    let (message, hint) = (message_of(error), hint_of(error));
    let (message, hint) = match message.split_once("\nhint: ") {
        Some((message, own)) => (message, hint.or_else(|| Some(own.to_owned()))),
        None => (message.as_str(), hint),
    };
    tracing::error!(hint, "{message}");
}

fn hint_of(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| cause.downcast_ref::<StoreError>()).and_then(StoreError::hint)
}

/// Writes a message to stderr for the person at the terminal.
pub fn print_message(text: &str) {
    // If stderr is closed, nobody can read the message.
    drop(writeln!(io::stderr().lock(), "{}", for_terminal(text)));
}

/// Returns whether a closed pipe caused the error. Usually the program that reads this process's stdout has ended.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_says_the_same_twice() {
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let full = rusqlite::Error::SqliteFailure(full, Some("database or disk is full".to_owned()));
        let error = anyhow::Error::from(StoreError::Full { path: "x.db".into(), source: full.into() });
        assert_eq!(
            message_of(&error.context("can't store it")),
            "can't store it: no room to write the database `x.db`: database or disk is full"
        );
        let cause = || io::Error::other("Read-only file system (os error 30)");
        let wrapped = anyhow::Error::from(cause()).context(format!("can't write `x`: {}", cause()));
        assert_eq!(message_of(&wrapped), "can't write `x`: Read-only file system (os error 30)");
    }

    #[test]
    fn no_text_moves_the_cursor_and_json_keeps_what_it_escapes() {
        assert_eq!(for_terminal("a\tb\nc"), "a\tb\nc");
        assert_eq!(for_terminal("\u{1b}[2J\u{9b}31m\u{202e}x\r"), " [2J 31m x ");
        assert_eq!(for_terminal("a\u{e0041}\u{e0042}b\tc\n"), "ab\tc\n");
        let text = "\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}é\n";
        let json = for_json(serde_json::to_string_pretty(&[text]).unwrap());
        assert_eq!(json, "[\n  \"\\u001b\\u007f\\u009b\\u202e\\udb40\\udc41é\\n\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
