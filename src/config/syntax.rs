//! Parses TOML, continues after syntax errors, and explains the common ones.

use toml::de::{DeTable, Error};

use super::diagnostics::Diagnostics;
use super::problem::Problem;
use super::values;

/// Maximum size in bytes of a file in which all syntax errors are reported. In a larger file only the first is reported,
/// because a file of junk would have one at every byte.
const MAX_RECOVERED_BYTES: usize = 1 << 20;

/// Parses `text` and continues after errors where possible.
pub(super) fn parse<'d>(text: &'d str, diagnostics: &mut Diagnostics<'_>) -> DeTable<'d> {
    if text.len() > MAX_RECOVERED_BYTES {
        return match DeTable::parse(text) {
            Ok(root) => root.into_inner(),
            Err(error) => {
                diagnostics.add_syntax(error.span().unwrap_or_default(), || explain(text, &error));
                DeTable::new()
            }
        };
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or_default(), error)).collect();
    errors.sort_by_key(|(span, _)| span.start);
    for (span, error) in errors {
        diagnostics.add_syntax(span, || explain(text, error));
    }
    root.into_inner()
}

/// Returns the parser's message, or a clearer one for common mistakes.
fn explain(text: &str, error: &Error) -> Problem {
    let message = error.message().trim();
    let span = error.span().unwrap_or_default();
    let wrong_text = text.get(span.clone()).unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default();
    if message.starts_with("duplicate key") {
        return explain_duplicate(before, wrong_text);
    }
    if message.starts_with("string values must be quoted") {
        let is_quote = |c| {
            matches!(
                c,
                '\u{201c}'
                    | '\u{201d}'
                    | '\u{201e}'
                    | '\u{2018}'
                    | '\u{2019}'
                    | '\u{ab}'
                    | '\u{bb}'
                    | '\''
                    | '"'
            )
        };
        if wrong_text.trim().is_empty() {
            return Problem::with_hint(
                "this key has no value",
                "write one after the `=`, or delete the line",
            );
        }
        let hint =
            format!("write it in quotes: `\"{}\"`", values::shorten(wrong_text.trim_matches(is_quote)));
        return Problem::with_hint("a value that is not a number or a boolean must be quoted", hint);
    }
    match hint(text, message, before, wrong_text) {
        Some(hint) => Problem::with_hint(message, hint),
        None => Problem::new(message),
    }
}

/// Returns what would repair a syntax error, if its cause can be guessed. `before` is the text before the error.
fn hint(text: &str, message: &str, before: &str, wrong_text: &str) -> Option<&'static str> {
    let line_start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
    let line = text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
    let is_conflict = ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
    if is_conflict {
        Some("this is a mark of a merge that was not finished: keep one side, and delete the marks")
    } else if message.starts_with("carriage return") {
        Some("save the file with the line ends of Unix or Windows")
    } else if wrong_text.contains('\0') {
        Some("the file holds zero bytes, perhaps after a crash: put its contents back")
    } else if text.trim_start().starts_with('{') {
        Some("this is not TOML: open each source with `[[source]]`, and write `url = \"https://…\"` below")
    } else if message.contains("expected `\"`") {
        Some("close the text with `\"` on the same line")
    } else if message.contains("expected `=`") || line.trim_end().ends_with(':') {
        Some("write `key = value`, and open each source with `[[source]]`")
    } else {
        None
    }
}

/// Explains a duplicate `key` that follows the text `before`.
fn explain_duplicate(before: &str, key: &str) -> Problem {
    let (above, line) = before.rsplit_once('\n').unwrap_or(("", before));
    let mut lines = above.lines().enumerate();
    let twice_message = |what: &str, first: Option<(usize, &str)>| match first {
        Some((index, _)) => format!("{what} twice: first in line {}", index + 1),
        None => format!("{what} twice"),
    };
    if line.trim_start().starts_with('[') {
        let opens_table =
            |line: &str| line.trim_start().strip_prefix('[').is_some_and(|rest| starts_with_key(rest, key));
        let hint = match key {
            "source" => "open each source with `[[source]]`, in double brackets",
            _ => "move the lines below it to the first table, and remove this header",
        };
        return Problem::with_hint(
            twice_message("this table is opened", lines.find(|(_, line)| opens_table(line))),
            hint,
        );
    }
    // The last occurrence above is the one in the same table.
    let first = lines.filter(|(_, line)| starts_with_key(line, key)).last();
    Problem::with_hint(twice_message("this key is given", first), "remove one of the two lines")
}

fn starts_with_key(line: &str, key: &str) -> bool {
    let rest = line.trim_start().strip_prefix(key);
    rest.is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
}
