//! Holds what the texts promise: names in ARCHITECTURE.md exist, verbs in README.md are verbs, links lead somewhere, the
//! unit file starts what is installed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed: that is what it is for"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file below a folder with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
    found
}

/// What stands between backticks on one line.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_name_in_architecture_md_is_in_the_sources() {
    let sources: String =
        files(&root().join("src"), "rs").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let text = read("ARCHITECTURE.md");
    let mut checked = 0;
    for name in quoted(&text) {
        if name.starts_with("src/") || name.starts_with("tests/") {
            let path = root().join(name);
            assert!(path.exists() || path.with_extension("rs").exists(), "`{name}` is no file");
            checked += 1;
        } else if let Some((place, item)) = name.split_once("::") {
            let module = root().join("src").join(place);
            let exists = sources.contains(&format!("fn {item}("))
                || sources.contains(&format!("fn {item}<"))
                || module.join(item).exists()
                || module.join(item).with_extension("rs").exists();
            assert!(exists, "`{name}` is neither a function nor a module");
            checked += 1;
        }
    }
    assert!(checked > 25, "only {checked} names were found");
}

#[test]
fn every_verb_of_the_readme_is_one_and_every_verb_is_in_the_readme() {
    let help = Command::new(env!("CARGO_BIN_EXE_riverd")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let verbs: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.contains(&"run"), "{help}");
    let readme = read("README.md");
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let named: Vec<&str> = rows
        .iter()
        .flat_map(|row| quoted(row.split(" | ").next().unwrap()))
        .map(|name| name.trim_start_matches("riverd ").split(' ').next().unwrap())
        .collect();
    for verb in &verbs {
        assert!(named.contains(verb), "README.md does not have `{verb}`");
    }
    for name in named {
        assert!(verbs.contains(&name), "README.md has `{name}`, which is no verb");
    }
}

#[test]
fn links_between_our_texts_lead_somewhere() {
    let mut texts = files(&root().join("docs"), "md");
    texts.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)),
    );
    for path in texts {
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(
                path.parent().unwrap().join(target).exists(),
                "{}: `{target}` leads nowhere",
                path.display()
            );
        }
    }
}

#[test]
fn the_unit_file_runs_what_the_readme_installs() {
    let unit = read("systemd/riverd.service");
    assert!(unit.contains("\nExecStart=/usr/bin/riverd run --config /etc/riverd/feeds.toml\n"));
    assert!(unit.contains("\nType=notify\n") && unit.contains("\nRestartPreventExitStatus=78\n"));
    let readme = read("README.md");
    assert!(readme.contains("/usr/bin/riverd") && readme.contains("/etc/riverd/feeds.toml"));
}

#[test]
fn no_source_file_outgrows_its_reader() {
    for path in files(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap().lines().count();
        let is_test = path.components().any(|part| part.as_os_str().to_string_lossy().contains("tests"));
        assert!(is_test || code <= 400, "{} has {code} lines of code: split it", path.display());
        assert!(is_test || text.starts_with("//! "), "{} does not say what it is for", path.display());
    }
}
