//! Decides whether a new feeds.toml may take the place of the configuration in force, and describes what it changes.
//!
//! An editor that truncates the file before it writes, or a full disk, leaves an empty file or a part of one. That may be
//! valid TOML, but must not retire every source or open a river that a token protects.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::{Config, ConfigErrors, file};
use crate::model::Source;
use crate::text::words::listed;

/// How many sources a list of changes names at most.
const MAX_NAMES: usize = 10;

/// Returns an error if the file `text`, which gives `new`, must not take the place of `current`:
///
/// - The file has no key at all, and `current` has sources or an access token.
/// - It has no `[[source]]` any more, and does not say `source = []` either.
/// - It has no `access_token_file` any more, and also lacks the `[server]` table, or any source although `current` has
///   some.
/// - It is the beginning of `last_text`, the last good file, ends within a line, and changes something. A person who
///   deletes the last lines of the file leaves the line break before them.
pub fn check_replacement(
    current: &Config,
    new: &Config,
    text: &str,
    last_text: Option<&str>,
) -> Result<(), ConfigErrors> {
    let tables = top_level_keys(text);
    let lost_sources = !current.sources.is_empty() && new.sources.is_empty();
    let lost_token = current.server.access_token.is_some() && new.server.access_token.is_none();
    let is_cut = last_text.is_some_and(|last| is_cut_off(text.as_bytes(), last));
    let (message, if_meant) = if tables.is_empty() && (lost_sources || lost_token) {
        ("is empty", NO_SOURCES_MEANT)
    } else if lost_sources && !tables.contains("source") {
        ("has no `[[source]]` any more", NO_SOURCES_MEANT)
    } else if lost_token && (lost_sources || !tables.contains("server")) {
        (
            "has no `access_token_file` any more",
            "to serve the river without a token, leave the `[server]` table and the sources in the file",
        )
    } else if is_cut && !describe_changes(current, new).is_empty() {
        (CUT_OFF, CUT_MEANT)
    } else {
        return Ok(());
    };
    Err(lost_contents(&new.path, message, if_meant))
}

/// Returns the error for a broken file at `path` that is the beginning of `last_text`, the last good file, and ends within a
/// line. `None` if it is another file, or can't be read. The errors of its last line would lead a person to mend that line, and
/// so to lose the rest of the file.
pub fn check_cut_off(path: &Path, last_text: &str) -> Option<ConfigErrors> {
    // A file that was cut off may end within a character, so it need not be text.
    let bytes = file::read_bytes(path).ok()?;
    (!bytes.is_empty() && is_cut_off(&bytes, last_text)).then(|| lost_contents(path, CUT_OFF, CUT_MEANT))
}

fn is_cut_off(text: &[u8], last_text: &str) -> bool {
    !text.ends_with(b"\n") && last_text.as_bytes().starts_with(text)
}

fn lost_contents(path: &Path, message: &str, if_meant: &'static str) -> ConfigErrors {
    let hint = Some(format!("put its contents back; {if_meant}"));
    ConfigErrors::lost_contents(path, message.to_owned(), hint, if_meant)
}

const CUT_OFF: &str = "is cut off: it is the beginning of the last good file, and its last line does not end";
const CUT_MEANT: &str = "if the rest was deleted on purpose, end the last line with a line break";

/// Hint for a person who wants a river without sources.
const NO_SOURCES_MEANT: &str = "for a river without sources, write `source = []` at its top";

/// Returns the keys and tables at the top level of a file that was read before.
fn top_level_keys(text: &str) -> HashSet<String> {
    // The file was valid a moment ago. If it were not, it would count as empty, and thus as broken.
    text.parse::<toml::Table>().map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// Describes what `new` changes, in a few words for the log. Returns an empty text if nothing changed, or nothing but the
/// secrets of sources and their order.
pub fn describe_changes(current: &Config, new: &Config) -> String {
    let by_address = |config: &Config| -> HashMap<String, Arc<Source>> {
        config.sources.iter().map(|source| (source.location.as_url_text(), Arc::clone(source))).collect()
    };
    let (old_addresses, new_addresses) = (by_address(current), by_address(new));
    // The store recognises a source by its address, and by its name only if nothing has the old address any more.
    let known_by_name: HashMap<&str, &Arc<Source>> = current
        .sources
        .iter()
        .filter(|old| !new_addresses.contains_key(&old.location.as_url_text()))
        .map(|old| (old.name.as_str(), old))
        .collect();
    let (mut added, mut renamed, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    let mut kept = HashSet::new();
    for source in &new.sources {
        let before = old_addresses.get(&source.location.as_url_text());
        let Some(before) = before.or_else(|| known_by_name.get(source.name.as_str()).copied()) else {
            added.push(source.name.clone());
            continue;
        };
        kept.insert(before.name.as_str());
        if before.name != source.name {
            renamed.push(format!("{} to {}", before.name, source.name));
        } else if comparable_text(before) != comparable_text(source) {
            changed.push(source.name.clone());
        }
    }
    let is_removed = |old: &&Arc<Source>| !kept.contains(old.name.as_str());
    let removed: Vec<String> =
        current.sources.iter().filter(is_removed).map(|old| old.name.clone()).collect();
    renamed.sort();
    let lists = [("added", added), ("removed", removed), ("renamed", renamed), ("changed", changed)];
    let sources =
        lists.into_iter().filter_map(|(what, names)| Some(format!("{what} {}", listed(&names, MAX_NAMES)?)));
    let tables = changed_tables(current, new).into_iter().map(|table| format!("changed [{table}]"));
    sources.chain(tables).collect::<Vec<_>>().join("; ")
}

/// Returns a text that is different for two sources if they differ in more than their places in the file and their secrets.
fn comparable_text(source: &Source) -> String {
    format!("{:?}", Source { position: 0, ..source.clone() })
}

/// Returns the names of the tables that differ, except `[[source]]`.
fn changed_tables(current: &Config, new: &Config) -> Vec<&'static str> {
    let token = |config: &Config| config.server.access_token.as_ref().map(|token| token.expose().to_owned());
    let differs =
        |old: &dyn std::fmt::Debug, new: &dyn std::fmt::Debug| format!("{old:?}") != format!("{new:?}");
    [
        ("river", differs(&current.river, &new.river)),
        ("server", differs(&current.server, &new.server) || token(current) != token(new)),
        ("polling", differs(&current.polling, &new.polling)),
        ("dedup", differs(&current.dedup, &new.dedup)),
        ("retention", differs(&current.retention, &new.retention)),
        ("view", differs(&current.views, &new.views)),
        ("maintenance", differs(&current.maintenance, &new.maintenance)),
    ]
    .into_iter()
    .filter_map(|(table, differs)| differs.then_some(table))
    .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::file;

    const SOURCE: &str = "[[source]]\nname = \"a\"\nurl = \"https://a.example/feed\"\n";

    fn parse(text: &str) -> Config {
        file::parse_text(Path::new("feeds.toml"), text).unwrap()
    }

    fn refusal(current: &Config, text: &str) -> Option<String> {
        check_replacement(current, &parse(text), text, None).err().map(|errors| errors.summary())
    }

    #[test]
    fn a_file_that_lost_everything_is_broken_and_one_that_is_meant_to_have_no_source_is_not() {
        let current = parse(SOURCE);
        let lost = [
            "",
            "\n\n",
            "# riverd's configuration\n",
            "[server]\n",
            "[polling]\nevery = \"1h\"\n",
            "[river]\n",
        ];
        for text in lost {
            assert!(refusal(&current, text).is_some(), "{text:?}");
        }
        for text in ["source = []\n", "source = []\n[river]\ntitle = \"Nothing yet\"\n", SOURCE] {
            assert_eq!(refusal(&current, text), None, "{text:?}");
        }
        assert_eq!(refusal(&parse(""), ""), None, "nothing is lost");
    }

    #[test]
    fn a_token_goes_only_with_a_whole_file_that_still_has_its_server_table() {
        let folder = tempfile::tempdir().unwrap();
        let token = folder.path().join("token");
        std::fs::write(&token, "a-long-enough-token").unwrap();
        let server = format!("[server]\naccess_token_file = {:?}\n", token.display().to_string());
        let current = parse(&format!("{server}{SOURCE}"));
        for text in ["", "[river]\n", SOURCE, "[river]\n[server]\n"] {
            assert!(refusal(&current, text).is_some(), "{text:?}");
        }
        assert_eq!(refusal(&current, &format!("[server]\n{SOURCE}")), None);
        assert_eq!(refusal(&current, &format!("source = []\n{server}")), None);
    }

    #[test]
    fn a_file_that_ends_within_a_line_of_the_last_good_one_is_cut_off() {
        let last = format!(
            "[river]\ntitle = \"T\"\n{SOURCE}# the second\n[[source]]\nurl = \"https://b.example/\"\n"
        );
        let current = parse(&last);
        let is_refused = |text: &str| check_replacement(&current, &parse(text), text, Some(&last)).is_err();
        let second = last.find("# the second").unwrap();
        for (end, refused) in
            [(second, false), (second + 1, true), (second + 9, true), (last.len() - 1, false)]
        {
            let text = last.get(..end).unwrap();
            assert_eq!(is_refused(text), refused, "{text:?}");
        }
        let edited = last.get(..second - 1).unwrap().replace("https:", "http:");
        assert!(!is_refused(&edited), "a person edited it");
    }

    #[test]
    fn changes_are_named_in_a_few_words() {
        let current = parse(&format!("{SOURCE}[[source]]\nname = \"b\"\nurl = \"https://b.example/\"\n"));
        let new = parse(
            "[polling]\nevery = \"1h\"\n[[source]]\nname = \"c\"\nurl = \"https://c.example/\"\n\
             [[source]]\nname = \"a\"\nurl = \"https://a.example/feed2\"\nevery = \"2h\"\n",
        );
        assert_eq!(describe_changes(&current, &new), "added c; removed b; changed a; changed [polling]");
        assert_eq!(describe_changes(&current, &current), "");
        let renamed = parse(&format!(
            "{}[[source]]\nname = \"b\"\nurl = \"https://c.example/\"\n",
            SOURCE.replace("\"a\"", "\"z\"")
        ));
        assert_eq!(describe_changes(&current, &renamed), "renamed a to z; changed b");
        let named = |names: [&str; 2]| {
            let source = |(name, host): (&str, &str)| {
                format!("[[source]]\nname = \"{name}\"\nurl = \"https://{host}.example/\"\n")
            };
            parse(&names.into_iter().zip(["x", "y"]).map(source).collect::<String>())
        };
        // Each name moved on by one source.
        assert_eq!(
            describe_changes(&named(["s2", "s3"]), &named(["zwei", "s2"])),
            "renamed s2 to zwei, s3 to s2"
        );
    }
}
