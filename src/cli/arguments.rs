//! Prepares the command line and the environment before clap reads them.

use std::ffi::OsString;

use clap::Command;
use clap::builder::Resettable;

/// Global options that take the next argument as their value.
const WITH_VALUE: [&str; 5] = ["--config", "--state-dir", "--log-level", "--log-format", "--color"];

/// Moves the words of `riverd search` that begin with `-`, such as `-crypto`, behind a `--`: they exclude articles, and clap
/// would take them for options. The order of such words has no meaning. Other command lines stay as they are.
pub(super) fn with_excluded_words_last(arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(verb) = position_of_verb(&arguments) else { return arguments };
    if arguments.get(verb).is_none_or(|verb| verb != "search") {
        return arguments;
    }
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let is_excluded_word = |index: usize, argument: &OsString| {
        let text = argument.to_string_lossy();
        (verb..end).contains(&index)
            && text.len() > 1
            && text.starts_with('-')
            && !text.starts_with("--")
            && !matches!(&*text, "-h" | "-V")
    };
    let (excluded, mut prepared): (Vec<_>, Vec<_>) =
        arguments.into_iter().enumerate().partition(|(index, argument)| is_excluded_word(*index, argument));
    if excluded.is_empty() {
        return prepared.into_iter().map(|(_, argument)| argument).collect();
    }
    if !prepared.iter().any(|(_, argument)| argument == "--") {
        prepared.push((end, "--".into()));
    }
    prepared.into_iter().chain(excluded).map(|(_, argument)| argument).collect()
}

/// Returns the position of the verb: the first argument after the name of the program that is no global option and no value of
/// one.
fn position_of_verb(arguments: &[OsString]) -> Option<usize> {
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        let text = argument.to_string_lossy();
        if !text.starts_with('-') {
            return Some(index);
        }
        index += if WITH_VALUE.contains(&&*text) { 2 } else { 1 };
    }
    None
}

/// Lets variables that are empty count as unset. Scripts and units set them so.
pub(super) fn without_empty_variables(command: Command) -> Command {
    let variables = [("config", "RIVERD_CONFIG"), ("state_dir", "RIVERD_STATE_DIR")];
    let is_empty = |variable: &str| std::env::var_os(variable).is_some_and(|value| value.is_empty());
    variables
        .into_iter()
        .filter(|(_, variable)| is_empty(variable))
        .fold(command, |command, (id, _)| command.mut_arg(id, |argument| argument.env(Resettable::Reset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_a_search_excludes_are_no_options() {
        for (line, prepared) in [
            ("riverd search rust -crypto --json", "riverd search rust --json -- -crypto"),
            ("riverd search -tag:ads x -hat", "riverd search x -- -tag:ads -hat"),
            ("riverd --color never search -c --limit 5", "riverd --color never search --limit 5 -- -c"),
            ("riverd search x -a -- -b", "riverd search x -- -b -a"),
            ("riverd search -h", "riverd search -h"),
            ("riverd search x - y", "riverd search x - y"),
            ("riverd --config search poll -x", "riverd --config search poll -x"),
            ("riverd -x", "riverd -x"),
            ("riverd", "riverd"),
        ] {
            let arguments = line.split(' ').map(OsString::from).collect();
            let expected: Vec<OsString> = prepared.split(' ').map(OsString::from).collect();
            assert_eq!(with_excluded_words_last(arguments), expected, "{line}");
        }
    }
}
