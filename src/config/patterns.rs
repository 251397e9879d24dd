//! Filter patterns: a word, or `/regex/flags`, compiled within a bound.

use std::collections::HashMap;

use regex::{Regex, RegexBuilder};
use toml::de::DeValue;

use super::report::Flaw;
use super::values::{self, Read};
use crate::model::Pattern;

/// Characters of one pattern; people write tens.
const LONGEST: usize = 1_000;

/// Bytes of one compiled regex: a hundred times what filters need (`/async\b/i` takes some 10 KB), and
/// a thousandth of what `(\w{1000}){1000}` would.
const LARGEST_REGEX: usize = 1 << 20;

/// Regexes in one file that differ: with [`LARGEST_REGEX`] the bound on the memory of all of them.
const MOST_REGEXES: usize = 1_000;

/// Compiles each regex of a file once, however many sources use it.
#[derive(Default)]
pub(super) struct Patterns {
    compiled: HashMap<String, Regex>,
}

impl Patterns {
    /// Reads one pattern.
    pub(super) fn read(&mut self, value: &DeValue<'_>) -> Read<Pattern> {
        let written = values::text(value)?;
        if written.trim().is_empty() {
            return Err(Flaw::with_hint("holds an empty pattern", "write a word, or `/regex/flags`"));
        }
        if written.chars().count() > LONGEST {
            return Err(Flaw::new(format!("holds a pattern of more than {LONGEST} characters")));
        }
        let Some(rest) = written.strip_prefix('/') else {
            return Ok(Pattern::Word(written.trim().to_owned()));
        };
        let Some((expression, flags)) = rest.rsplit_once('/') else {
            let message = format!("holds `{}`, a regex that is not closed", values::clip(written));
            return Err(Flaw::with_hint(
                message,
                format!("close it with a slash: `{}/`", values::clip(written)),
            ));
        };
        Ok(Pattern::Regex { written: written.to_owned(), regex: self.compile(written, expression, flags)? })
    }

    fn compile(&mut self, written: &str, expression: &str, flags: &str) -> Read<Regex> {
        if let Some(regex) = self.compiled.get(written) {
            return Ok(regex.clone());
        }
        if self.compiled.len() >= MOST_REGEXES {
            return Err(Flaw::new(format!(
                "holds one regex too many: a file may have {MOST_REGEXES} that differ"
            )));
        }
        if expression.is_empty() {
            return Err(Flaw::with_hint(
                "holds an empty regex, which matches everything",
                "write it between the slashes",
            ));
        }
        let mut builder = RegexBuilder::new(expression);
        builder.size_limit(LARGEST_REGEX);
        for flag in flags.chars() {
            match flag {
                'i' => builder.case_insensitive(true),
                'm' => builder.multi_line(true),
                's' => builder.dot_matches_new_line(true),
                'x' => builder.ignore_whitespace(true),
                // Unicode is always on.
                'u' => &mut builder,
                other => {
                    let message = format!("holds a regex with the unknown flag `{}`", other.escape_debug());
                    let hint = "the flags are `i` (case), `m` (lines), `s` (dot takes line ends), `x` (spaces ignored)";
                    return Err(Flaw::with_hint(message, hint));
                }
            };
        }
        let regex = builder.build().map_err(|error| explain(expression, &error))?;
        self.compiled.insert(written.to_owned(), regex.clone());
        Ok(regex)
    }
}

fn explain(expression: &str, error: &regex::Error) -> Flaw {
    let expression = values::clip(expression);
    match error {
        regex::Error::CompiledTooBig(_) => Flaw::with_hint(
            format!("holds the regex `{expression}`, which is too large when compiled"),
            "make its repetitions smaller",
        ),
        // The library draws the expression over several lines; its last line says why.
        other => {
            let text = other.to_string();
            let why = text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
            Flaw::new(format!("holds the regex `{expression}`, which is wrong: {why}"))
        }
    }
}
