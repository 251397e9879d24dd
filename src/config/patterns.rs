//! Reads filter patterns: a word or `/regex/flags`, compiled within a size limit.

use std::collections::HashMap;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use toml::de::DeValue;

use super::diagnostics::Diagnostics;
use super::problem::{Problem, ValueResult};
use super::section::Section;
use super::values;
use crate::model::{EntryFilter, Pattern};

/// Maximum number of patterns in one `keep` or `drop`.
const MAX_PATTERNS: usize = 200;
/// Maximum length of one pattern in characters. Most patterns have a few dozen.
const MAX_CHARS: usize = 1_000;

/// Maximum size of one compiled regex in bytes. This is a hundred times what filters need (`/async\b/i` takes about 10
/// KB) and a thousandth of what `(\w{1000}){1000}` would take.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// Maximum number of different regexes in one file. Together with [`MAX_REGEX_BYTES`] it limits the memory that all of
/// them take.
const MAX_REGEXES: usize = 1_000;

/// Reads `keep` and `drop` of a section.
pub(super) fn filter(
    section: &Section<'_, '_>,
    patterns: &mut Patterns,
    diagnostics: &mut Diagnostics<'_>,
) -> EntryFilter {
    let mut list = |key| section.read_list(diagnostics, key, MAX_PATTERNS, |v| patterns.read(v));
    let (keep, drop) = (list("keep").unwrap_or_default(), list("drop").unwrap_or_default());
    EntryFilter { keep, drop, river: None }
}

/// The compiled regexes of a file. Each is compiled once, however many sources use it.
#[derive(Default)]
pub(super) struct Patterns {
    compiled: HashMap<String, Arc<Regex>>,
}

impl Patterns {
    /// Reads one pattern.
    pub(super) fn read(&mut self, value: &DeValue<'_>) -> ValueResult<Pattern> {
        let text = values::string(value)?;
        if text.trim().is_empty() {
            return Err(Problem::with_hint("contains an empty pattern", "write a word, or `/regex/flags`"));
        }
        if text.chars().count() > MAX_CHARS {
            return Err(Problem::new(format!("contains a pattern of more than {MAX_CHARS} characters")));
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Ok(Pattern::Word(text.trim().to_owned()));
        };
        let Some((expression, flags)) = rest.rsplit_once('/') else {
            let message = format!("contains `{}`, a regex that is not closed", values::shorten(text));
            return Err(Problem::with_hint(
                message,
                format!("close it with a slash: `{}/`", values::shorten(text)),
            ));
        };
        Ok(Pattern::Regex { text: text.to_owned(), regex: self.compile(text, expression, flags)? })
    }

    fn compile(&mut self, text: &str, expression: &str, flags: &str) -> ValueResult<Arc<Regex>> {
        if let Some(regex) = self.compiled.get(text) {
            return Ok(Arc::clone(regex));
        }
        if self.compiled.len() >= MAX_REGEXES {
            return Err(Problem::new(format!(
                "contains one regex too many: a file may have {MAX_REGEXES} different ones"
            )));
        }
        if expression.is_empty() {
            return Err(Problem::with_hint(
                "contains an empty regex, which matches everything",
                "write it between the slashes",
            ));
        }
        let mut builder = RegexBuilder::new(expression);
        builder.size_limit(MAX_REGEX_BYTES);
        for flag in flags.chars() {
            match flag {
                'i' => builder.case_insensitive(true),
                'm' => builder.multi_line(true),
                's' => builder.dot_matches_new_line(true),
                'x' => builder.ignore_whitespace(true),
                // Unicode is always on, so `u` changes nothing.
                'u' => &mut builder,
                other => {
                    let message =
                        format!("contains a regex with the unknown flag `{}`", other.escape_debug());
                    let hint = "the flags are `i` (case), `m` (lines), `s` (dot matches line ends), `x` (spaces ignored)";
                    return Err(Problem::with_hint(message, hint));
                }
            };
        }
        let regex = Arc::new(builder.build().map_err(|error| explain(expression, &error))?);
        self.compiled.insert(text.to_owned(), Arc::clone(&regex));
        Ok(regex)
    }
}

fn explain(expression: &str, error: &regex::Error) -> Problem {
    let expression = values::shorten(expression);
    match error {
        regex::Error::CompiledTooBig(_) => Problem::with_hint(
            format!("contains the regex `{expression}`, which is too large when compiled"),
            "make its repetitions smaller",
        ),
        // The library prints the expression over several lines; the last line says what is wrong.
        other => {
            let message = other.to_string();
            let why = message.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
            Problem::new(format!("contains the regex `{expression}`, which is wrong: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ValueResult<Pattern> {
        Patterns::default().read(&DeValue::String(text.into()))
    }

    #[test]
    fn slashes_make_a_regex_and_anything_else_is_a_word() {
        assert!(matches!(read(" async rust ").unwrap(), Pattern::Word(word) if word == "async rust"));
        assert!(matches!(read("a/b").unwrap(), Pattern::Word(word) if word == "a/b"));
        let Pattern::Regex { text, regex } = read("/async\\b/i").unwrap() else { panic!("a word") };
        assert_eq!(text, "/async\\b/i");
        assert!(regex.is_match("ASYNC!") && !regex.is_match("asynchronous"));
    }

    #[test]
    fn the_last_slash_ends_the_expression() {
        let Pattern::Regex { regex, .. } = read("/a/b/").unwrap() else { panic!("a word") };
        assert!(regex.is_match("xa/bx"));
    }

    #[test]
    fn invalid_and_oversized_patterns_are_refused() {
        let long = "a".repeat(1_001);
        let cases = [
            ("", "empty pattern"),
            ("/", "not closed"),
            ("/a", "not closed"),
            ("//", "empty regex"),
            ("/a/g", "unknown flag `g`"),
            ("/(a/", "unclosed group"),
            ("/\\w{1000}{1000}/", "too large"),
            (&long, "more than 1000 characters"),
        ];
        for (pattern, why) in cases {
            let problem = read(pattern).unwrap_err();
            assert!(problem.message.contains(why), "{pattern:.20}: {problem:?}");
        }
    }

    #[test]
    fn one_regex_in_many_sources_counts_once_and_the_number_of_regexes_in_a_file_is_limited() {
        let mut patterns = Patterns::default();
        let mut read = |text: String| patterns.read(&DeValue::String(text.into()));
        for _ in 0..MAX_REGEXES {
            read("/same/".to_owned()).unwrap();
        }
        for number in 1..MAX_REGEXES {
            read(format!("/n{number}/")).unwrap();
        }
        assert!(read("/one more/".to_owned()).unwrap_err().message.contains("one regex too many"));
        read("/same/".to_owned()).unwrap();
    }
}
