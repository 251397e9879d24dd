//! The terminal: its width, whether to use colours, and how text fits into it.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use comfy_table::{ContentArrangement, Table, presets};

use super::args::ColorChoice;
use super::stdout;
use crate::text::words::printable;

/// The `--color` of this run. It is set once, before the verb starts.
static COLOR: OnceLock<ColorChoice> = OnceLock::new();

/// A colour of the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Paint {
    Red,
    Yellow,
    Green,
    Cyan,
}

impl Paint {
    /// Returns the number of the colour in an SGR sequence (ECMA-48).
    fn code(self) -> u8 {
        match self {
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Cyan => 36,
        }
    }
}

/// Sets when this run uses colours.
pub(super) fn set_color(choice: ColorChoice) {
    // A second call, from a test, changes nothing.
    COLOR.get_or_init(|| choice);
}

/// Returns the value of `--color` in the raw arguments, for messages about the arguments themselves.
pub(super) fn color_of_arguments(arguments: impl Iterator<Item = String>) -> clap::ColorChoice {
    let mut choice = clap::ColorChoice::Auto;
    let mut is_value = false;
    for argument in arguments {
        let value = if is_value { Some(argument.as_str()) } else { argument.strip_prefix("--color=") };
        match value {
            Some("always") => choice = clap::ColorChoice::Always,
            Some("never") => choice = clap::ColorChoice::Never,
            _ => {}
        }
        is_value = argument == "--color";
    }
    choice
}

fn colours(is_terminal: bool) -> bool {
    match COLOR.get().unwrap_or(&ColorChoice::Auto) {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // A `NO_COLOR` that is not empty means no (<https://no-color.org>).
        ColorChoice::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Returns whether to use colours on stdout.
pub(super) fn colours_stdout() -> bool {
    colours(io::stdout().is_terminal())
}

/// Returns whether to use colours on stderr.
pub(super) fn colours_stderr() -> bool {
    colours(io::stderr().is_terminal())
}

/// Returns the width of stdout in columns: `COLUMNS` if it is set, else the width of the terminal. `None` if there is
/// neither, as for a pipe.
pub(super) fn stdout_width() -> Option<usize> {
    let given = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    given.filter(|columns| *columns > 0).or_else(|| {
        let table = Table::new();
        io::stdout().is_terminal().then(|| table.width().map(usize::from)).flatten()
    })
}

/// Returns an empty table without borders. With a width, its cells are wrapped to fit into that many columns. Without one,
/// lines are not wrapped.
pub(super) fn new_table(width: Option<usize>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    } else {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table
}

/// Returns text for stdout in this colour, if colours are used.
pub(super) fn painted(text: &str, paint: Option<Paint>) -> String {
    match paint {
        Some(paint) if colours_stdout() => format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code()),
        _ => text.to_owned(),
    }
}

/// Writes text and a line end to stdout. The text may contain sequences that colour it, such as those of [`painted`]. The
/// caller has removed all other control characters.
pub(super) fn print_painted(text: &str) -> io::Result<()> {
    stdout::write(&format!("{text}\n"))
}

/// Writes a message to stderr that begins with a coloured label, such as `error:`. Labels of hints in the text are
/// coloured, too.
pub(super) fn print_labelled(label: &str, paint: Paint, text: &str) {
    let lines = text.split('\n').map(printable).collect::<Vec<_>>().join("\n");
    let message = if colours_stderr() {
        let in_colour = |word: &str, paint: Paint| format!("\u{1b}[1;{}m{word}\u{1b}[0m", paint.code());
        let hint = format!("\n{}", in_colour("hint:", Paint::Cyan));
        format!("{} {}", in_colour(label, paint), lines.replace("\nhint:", &hint))
    } else {
        format!("{label} {lines}")
    };
    // If stderr is closed, nobody can read the message.
    drop(writeln!(io::stderr().lock(), "{message}"));
}

/// Cuts text to this many characters, with `…` at the end if it was longer.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Breaks the lines of a text for stdout where they are longer than the terminal is wide.
pub(super) fn fitted(text: &str) -> String {
    let Some(width) = stdout_width() else { return text.to_owned() };
    text.lines().flat_map(|line| wrapped(line, width)).collect::<Vec<_>>().join("\n")
}

/// Breaks text into lines of at most this many characters (but at least ten), at white space where that is possible.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(10);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        loop {
            let used = line.chars().count();
            let gap = usize::from(used > 0);
            if used + gap + rest.len() <= columns {
                line.extend(std::iter::repeat_n(' ', gap).chain(rest));
                break;
            }
            if used > 0 {
                lines.push(std::mem::take(&mut line));
            } else {
                // A single word that is too long, such as an address.
                let tail = rest.split_off(columns);
                lines.push(rest.into_iter().collect());
                rest = tail;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_words_and_long_words_are_cut() {
        assert_eq!(wrapped("the server answered 500", 12), ["the server", "answered 500"]);
        assert_eq!(wrapped("see https://example.org/a/b", 12), ["see", "https://exam", "ple.org/a/b"]);
        assert_eq!(wrapped("", 12), [""; 0]);
        assert_eq!((cut("abc", 3), cut("abcd", 3)), ("abc".to_owned(), "ab…".to_owned()));
    }

    #[test]
    fn the_colour_of_usage_errors_is_that_of_the_arguments() {
        let color = |arguments: &[&str]| color_of_arguments(arguments.iter().map(ToString::to_string));
        assert_eq!(color(&["status", "--color", "never"]), clap::ColorChoice::Never);
        assert_eq!(color(&["--color=always", "x"]), clap::ColorChoice::Always);
        assert_eq!(color(&["list", "--color"]), clap::ColorChoice::Auto);
    }
}
