//! Tests that the shipped feeds.toml and the documentation have every key.

use super::*;

/// Returns the shipped feeds.toml with every commented-out key set.
fn uncommented() -> String {
    let is_key = |line: &str| {
        line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    include_str!("../../../feeds.toml")
        .lines()
        .map(|line| if is_key(line) { line.trim_start_matches('#') } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_shipped_file_is_valid_and_holds_a_dozen_feeds() {
    let config = parse(include_str!("../../../feeds.toml")).unwrap();
    assert!(config.sources.len() >= 12);
    assert!(
        config
            .sources
            .iter()
            .all(|source| matches!(&source.location, Location::Http(url) if url.scheme() == "https"))
    );
}

#[test]
fn the_shipped_file_stays_valid_whichever_of_its_sources_are_deleted() {
    let text = include_str!("../../../feeds.toml");
    let sources = parse(text).unwrap().sources.len();
    for kept in 0..=sources {
        let mut text = text.to_owned();
        for _ in kept..sources {
            text = edit::remove(&text, kept).unwrap();
        }
        assert_eq!(parse(&text).map(|config| config.sources.len()), Ok(kept));
    }
}

#[test]
fn the_shipped_file_explains_every_key() {
    let text = uncommented();
    let root = text.parse::<toml::Table>().unwrap();
    for (section, keys) in schema::SECTIONS {
        let table = match &root[schema::bare_name(section)] {
            toml::Value::Array(list) => list[0].as_table().unwrap(),
            other => other.as_table().unwrap(),
        };
        for key in keys {
            assert!(table.contains_key(*key), "{section} {key}");
        }
    }
    let errors = parse(&text).unwrap_err();
    let expected =
        ["`access_token_file` names", "both `every` and `schedule`", "`password_file` names the credential"];
    for (error, expected) in errors.errors().iter().zip(expected) {
        assert!(error.message.starts_with(expected), "{error}");
    }
    assert_eq!(errors.count(), 3, "{errors}");
}

#[test]
fn the_defaults_that_the_shipped_file_shows_are_the_defaults() {
    // These keys have no default value, so the file shows an example.
    let examples = [
        "base_url",
        "keep",
        "drop",
        "hub",
        "access_token_file",
        "trusted_proxies",
        "contact",
        "tracking_parameters",
        "backup_dir",
    ];
    let shown = uncommented();
    let tables = shown.split("# The sources").next().unwrap();
    let kept: Vec<&str> = tables
        .lines()
        .filter(|line| !examples.iter().any(|key| line.starts_with(&format!("{key} ="))))
        .collect();
    let shown = parse(&kept.join("\n")).unwrap();
    let defaults = parse("").unwrap();
    assert_eq!(shown.river.articles, defaults.river.articles);
    assert_eq!(shown.river.content, defaults.river.content);
    let compared = |config: &Config| {
        format!("{:?} {:?} {:?} {:?}", config.server, config.polling, config.dedup, config.retention)
    };
    assert_eq!(compared(&shown), compared(&defaults));
    assert_eq!(shown.maintenance.schedule.as_str(), defaults.maintenance.schedule.as_str());
    assert_eq!(shown.maintenance.backup_keep, defaults.maintenance.backup_keep);
}

#[test]
fn the_documentation_has_a_row_for_every_key() {
    let docs = include_str!("../../../docs/configuration.md");
    for (section, keys) in schema::SECTIONS {
        let (_, rest) = docs.split_once(&format!("## `{section}`")).expect(section);
        let rows = rest.split("\n## ").next().unwrap();
        for key in keys {
            assert!(rows.contains(&format!("`{key}`")), "{section} {key}");
        }
    }
}
