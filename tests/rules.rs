//! Checks that the documentation is true: names in ARCHITECTURE.md exist where it says, verbs in README.md exist, links are
//! not broken, and the unit file starts the binary that README.md installs. Also limits the length of files and functions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic fails the test, as it should"
)]

mod sources;

use std::fs;
use std::path::Path;
use std::process::Command;

use sources::{SOURCES, Sources, files};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the texts between backticks. A pair of backticks must be on one line.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// Returns whether `name` has the form of a Rust path: letters, digits, `_` and `::`.
fn is_rust_path(name: &str) -> bool {
    name.split("::").all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Returns whether `item` belongs to `place`: as a member of a type of that name, or because a module whose path is `place`
/// or ends with it defines, declares or re-exports it.
fn is_in(sources: &Sources, place: &str, item: &str) -> bool {
    let place: Vec<String> = place.split("::").map(ToOwned::to_owned).collect();
    sources.modules.iter().any(|(path, module)| {
        let is_member = module.members.iter().any(|(of, member)| place == [of.as_str()] && member == item);
        is_member || path.ends_with(&place) && sources.binds(path, item)
    })
}

/// Returns whether any module defines an item of this name.
fn is_type(sources: &Sources, name: &str) -> bool {
    sources.modules.values().any(|module| module.items.contains(name))
}

#[test]
fn every_name_in_architecture_md_exists_where_it_says() {
    let text = read("ARCHITECTURE.md");
    let (mut paths, mut items) = (0, 0);
    let mut wrong = Vec::new();
    // The folder of the last path. A file name without a folder stands for a file in the same folder.
    let mut folder = root().to_owned();
    for name in quoted(&text) {
        if name.starts_with("src/") || name.starts_with("tests/") {
            let path = root().join(name);
            folder = path.parent().unwrap().to_owned();
            paths += 1;
            if !path.exists() && !path.with_extension("rs").exists() {
                wrong.push(format!("`{name}` is neither a file nor a folder"));
            }
        } else if Path::new(name).extension().is_some_and(|extension| extension == "rs") {
            paths += 1;
            if !folder.join(name).exists() {
                wrong.push(format!("there is no file `{name}` in {}", folder.display()));
            }
        } else if !is_rust_path(name) {
            // This is a request, a heading or a command.
        } else if let Some((place, item)) = name.rsplit_once("::") {
            items += 1;
            if !is_in(&SOURCES, place, item) {
                wrong.push(format!("`{item}` is not in `{place}`"));
            }
        } else if name.starts_with(|c: char| c.is_uppercase()) {
            items += 1;
            if !is_type(&SOURCES, name) {
                wrong.push(format!("there is no type `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(paths > 15 && items > 15, "only {paths} paths and {items} items were found in ARCHITECTURE.md");
}

#[test]
fn an_item_is_found_only_in_the_module_or_type_that_has_it() {
    for (place, item) in
        [("Store", "record_poll"), ("document", "parse"), ("config", "load"), ("publish", "Publisher")]
    {
        assert!(is_in(&SOURCES, place, item), "{place}::{item}");
    }
    for (place, item) in
        [("Poller", "record_poll"), ("store", "load"), ("Store", "Store"), ("cli", "record_poll")]
    {
        assert!(!is_in(&SOURCES, place, item), "{place}::{item}");
    }
}

#[test]
fn the_readme_lists_exactly_the_verbs_that_exist() {
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
        assert!(named.contains(verb), "README.md does not list `{verb}`");
    }
    for name in named {
        assert!(verbs.contains(&name), "README.md lists `{name}`, which is not a verb");
    }
}

#[test]
fn links_between_our_documents_are_not_broken() {
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
                "{}: there is no file `{target}`",
                path.display()
            );
        }
    }
}

#[test]
fn every_dependency_is_explained() {
    let manifest = read("Cargo.toml");
    let section = |name: &str| {
        let start = manifest.split(&format!("\n[{name}]\n")).nth(1).unwrap();
        start.split("\n[").next().unwrap()
    };
    let crates = |name: &str| -> Vec<&str> {
        section(name).lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.trim()).collect()
    };
    let text = read("docs/dependencies.md");
    let in_rows = text.lines().filter(|line| line.starts_with("| `"));
    let explained: Vec<&str> = in_rows.flat_map(|row| quoted(row.split(" | ").next().unwrap())).collect();
    let used = crates("dependencies");
    assert!(used.len() > 20, "only {} dependencies were found in Cargo.toml", used.len());
    for name in &used {
        assert!(explained.contains(name), "docs/dependencies.md does not list `{name}`");
    }
    for name in explained {
        assert!(used.contains(&name), "docs/dependencies.md lists `{name}`, which is not in Cargo.toml");
    }
    let mentioned = quoted(&text);
    for name in crates("dev-dependencies") {
        assert!(mentioned.contains(&name), "docs/dependencies.md does not name `{name}`, which tests use");
    }
}

#[test]
fn the_unit_file_starts_the_binary_that_the_readme_installs() {
    let unit = read("systemd/riverd.service");
    assert!(unit.contains("\nExecStart=/usr/bin/riverd run --config /etc/riverd/feeds.toml\n"));
    assert!(unit.contains("\nType=notify\n") && unit.contains("\nRestartPreventExitStatus=78\n"));
    let readme = read("README.md");
    assert!(readme.contains("/usr/bin/riverd") && readme.contains("/etc/riverd/feeds.toml"));
}

/// Most lines in a source file, with comments and without tests.
const MAX_FILE_LINES: usize = 400;
/// Most lines in a function, from `fn` to the closing brace.
const MAX_FUNCTION_LINES: usize = 60;

#[test]
fn no_source_file_is_too_long_and_each_says_what_it_is_for() {
    for (path, lines) in &SOURCES.code_lines {
        let text = fs::read_to_string(root().join(path)).unwrap();
        assert!(*lines <= MAX_FILE_LINES, "{} has {lines} lines of code: split it", path.display());
        assert!(
            text.starts_with("//! "),
            "{} does not begin with a `//!` comment that says what it is for",
            path.display()
        );
    }
}

#[test]
fn no_function_is_too_long() {
    let mut long = Vec::new();
    for module in SOURCES.modules.values() {
        let file = module.file.display();
        for function in module.functions.iter().filter(|function| function.lines > MAX_FUNCTION_LINES) {
            long.push(format!("{file}:{}: `{}` has {} lines", function.line, function.name, function.lines));
        }
    }
    assert!(long.is_empty(), "split these functions:\n{}", long.join("\n"));
}
