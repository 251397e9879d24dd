//! Prepares the command line and the environment before clap reads them.

use std::ffi::OsString;

use clap::builder::Resettable;
use clap::{Arg, Command, Id};

/// Moves the words of `riverd search` that begin with `-`, such as `-crypto`, behind a `--`: they exclude articles, and clap
/// would take them for options. The order of such words has no meaning. Other command lines stay as they are.
pub(super) fn with_excluded_words_last(command: &Command, arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(verb) = position_of_verb(command, &arguments) else { return arguments };
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
fn position_of_verb(command: &Command, arguments: &[OsString]) -> Option<usize> {
    let takes_next = |text: &str| {
        let option = command.get_arguments().find(|option| option.get_long() == text.strip_prefix("--"));
        option.is_some_and(|option| option.get_long().is_some() && option.get_action().takes_values())
    };
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        let text = argument.to_string_lossy();
        if !text.starts_with('-') {
            return Some(index);
        }
        index += if takes_next(&text) { 2 } else { 1 };
    }
    None
}

/// Lets variables that are empty count as unset. Scripts and units set them so.
pub(super) fn without_empty_variables(command: Command) -> Command {
    let is_empty = |option: &&Arg| {
        let value = option.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.is_empty())
    };
    let empty: Vec<Id> =
        command.get_arguments().filter(is_empty).map(|option| option.get_id().clone()).collect();
    empty.into_iter().fold(command, |command, id| command.mut_arg(id, |option| option.env(Resettable::Reset)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::super::args::Cli;
    use super::*;

    #[test]
    fn words_that_a_search_excludes_are_no_options() {
        let command = Cli::command();
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
            assert_eq!(with_excluded_words_last(&command, arguments), expected, "{line}");
        }
    }
}
