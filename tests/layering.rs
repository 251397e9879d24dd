//! Holds the layers: which module may use which, and which owns which crate.
//!
//! The rules are read from the sources as text, comments and strings taken out, so that a breach fails with the file and
//! line that a person has to look at.
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

/// From the bottom. Modules of one layer are siblings: they don't use each other.
const LAYERS: &[&[&str]] = &[
    &["time"],
    &["model"],
    &["text"],
    &["document", "config"],
    &["policy", "article"],
    &["render"],
    &["fetch", "store"],
    &["poll", "publish"],
    &["http"],
    &["service"],
    &["cli"],
];

/// Crates that one module alone may name, so that what they do is found in one place.
const OWNED_CRATES: &[(&str, &[&str])] = &[
    ("feed_rs", &["document"]),
    ("ammonia", &["text"]),
    ("rss", &["render"]),
    ("atom_syndication", &["render"]),
    ("askama", &["render", "http"]),
    ("reqwest", &["fetch"]),
    ("rusqlite", &["store"]),
    ("rusqlite_migration", &["store"]),
    ("arc_swap", &["publish"]),
    ("axum", &["http"]),
    // `fetch` reads the causes of failures.
    ("hyper", &["http", "fetch"]),
    ("h2", &["fetch"]),
    ("rustls", &["fetch"]),
    ("hyper_util", &["http"]),
    ("tokio_cron_scheduler", &["service"]),
    ("sd_notify", &["service"]),
    ("tracing_subscriber", &["service"]),
    ("tracing_journald", &["service"]),
    ("clap", &["cli"]),
    ("comfy_table", &["cli"]),
    ("indicatif", &["cli"]),
    ("toml", &["config"]),
];

/// The pure modules, and what would make them impure.
const PURE: &[&str] = &["time", "model", "text", "document", "config", "policy", "article", "render"];
const IMPURE: &[&str] = &["tokio", "tokio_util", "reqwest", "axum", "rusqlite", "fastrand"];

/// Who may turn text into `SafeHtml` without sanitising it.
const TRUSTED_WITH_HTML: &[&str] = &["src/text/html", "src/store/", "src/model/article.rs"];

struct SourceFile {
    path: PathBuf,
    module: String,
    lines: Vec<String>,
}

/// Every file of `src/`, but for `main.rs` and `lib.rs`, which only join things, with comments and tests taken out.
fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).unwrap();
                let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
                let module = first.trim_end_matches(".rs").to_owned();
                if module == "main" || module == "lib" || path.ends_with("tests.rs") {
                    continue;
                }
                let lines = code_lines(&fs::read_to_string(&path).unwrap());
                found.push(SourceFile { path, module, lines });
            }
        }
    }
    assert!(found.len() > 20, "the walk found only {} files", found.len());
    found
}

/// The lines of a file, comments cut off, and the test module at its end left out.
fn code_lines(text: &str) -> Vec<String> {
    text.lines()
        .take_while(|line| line.trim() != "#[cfg(test)]" || line.starts_with(' '))
        .map(|line| match line.find("//") {
            Some(at) if !line[..at].ends_with(':') => line[..at].to_owned(),
            _ => line.to_owned(),
        })
        .collect()
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The top-level modules that a line names: `crate::store::…`, `use crate::{feed, store::Store};`.
fn modules_named(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or_default();
            found.extend(inside.split(',').map(|part| first_word(part.trim())));
        } else {
            found.push(first_word(rest));
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether a line names the crate `name` as the start of a path.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    }) || line.trim() == format!("use {name};")
}

#[test]
fn every_module_has_a_layer() {
    for file in sources() {
        assert!(
            layer_of(&file.module).is_some(),
            "{}: module `{}` is in no layer",
            file.path.display(),
            file.module
        );
    }
}

#[test]
fn a_module_uses_only_lower_layers_and_itself() {
    let mut breaches = Vec::new();
    for file in sources() {
        let own = layer_of(&file.module).unwrap();
        for (number, line) in file.lines.iter().enumerate() {
            for named in modules_named(line) {
                let Some(layer) = layer_of(&named) else { continue };
                if named != file.module && layer >= own {
                    breaches.push(format!(
                        "{}:{}: `{}` uses `{named}`",
                        file.path.display(),
                        number + 1,
                        file.module
                    ));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "upward or sideways:\n{}", breaches.join("\n"));
}

#[test]
fn a_crate_with_an_owner_is_named_by_it_alone() {
    let mut breaches = Vec::new();
    for file in sources() {
        for (name, owners) in OWNED_CRATES {
            for (number, line) in file.lines.iter().enumerate() {
                if names_crate(line, name) && !owners.contains(&file.module.as_str()) {
                    breaches.push(format!(
                        "{}:{}: `{name}` belongs to {owners:?}",
                        file.path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "crates out of place:\n{}", breaches.join("\n"));
}

#[test]
fn pure_modules_know_no_runtime_and_no_randomness() {
    let mut breaches = Vec::new();
    for file in sources().into_iter().filter(|file| PURE.contains(&file.module.as_str())) {
        for (number, line) in file.lines.iter().enumerate() {
            for name in IMPURE {
                if names_crate(line, name) {
                    breaches.push(format!("{}:{}: `{name}`", file.path.display(), number + 1));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "impure:\n{}", breaches.join("\n"));
}

#[test]
fn only_the_sanitiser_and_the_store_vouch_for_html() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in sources() {
        let shown = file.path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let trusted = TRUSTED_WITH_HTML.iter().any(|start| shown.starts_with(start));
        for (number, line) in file.lines.iter().enumerate() {
            assert!(trusted || !line.contains("assume_sanitised"), "{shown}:{}: sanitise it", number + 1);
        }
    }
}

#[test]
fn the_reader_of_these_rules_sees_what_it_should() {
    assert_eq!(modules_named("use crate::{feed, store::Store};"), ["feed", "store"]);
    assert_eq!(modules_named("    crate::time::Timestamp::now()"), ["time"]);
    assert!(names_crate("use rss::Channel;", "rss"));
    assert!(!names_crate("use feed::rss::Channel;", "rss"));
    assert!(!names_crate("my_rss::go()", "rss"));
    assert_eq!(code_lines("a // crate::store\nhttp://x\n#[cfg(test)]\nb"), ["a ", "http://x"]);
}
