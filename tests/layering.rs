//! Checks the layers: which module may use which other modules, and which crates.
//!
//! A test that fails names the file and line of each violation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a panic fails the test, as it should"
)]

mod sources;

use std::collections::{BTreeMap, BTreeSet};

use sources::{Module, ModulePath, SOURCES, Sources, module_of};

/// The layers from the bottom up. Modules of one layer do not use each other.
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

/// Crates that only the named modules may use, so that the work of each crate stays in one place.
const OWNED_CRATES: &[(&str, &[&str])] = &[
    ("feed_rs", &["document"]),
    ("ammonia", &["text"]),
    ("dom_smoothie", &["document"]),
    ("rss", &["render"]),
    ("atom_syndication", &["render"]),
    ("askama", &["render"]),
    ("reqwest", &["fetch"]),
    ("rusqlite", &["store"]),
    ("rusqlite_migration", &["store"]),
    ("arc_swap", &["publish"]),
    ("axum", &["http"]),
    // `fetch` uses hyper to read why a request failed.
    ("hyper", &["http", "fetch"]),
    ("h2", &["fetch"]),
    ("rustls", &["fetch"]),
    ("hyper_util", &["http"]),
    ("tokio_cron_scheduler", &["service"]),
    ("sd_notify", &["service"]),
    ("tracing_subscriber", &["service"]),
    ("clap", &["cli"]),
    ("comfy_table", &["cli"]),
    ("indicatif", &["cli"]),
    ("toml", &["config"]),
];

/// Modules without I/O, clock or randomness.
const PURE: &[&str] = &["time", "model", "text", "document", "config", "policy", "article", "render"];
/// Crates that the pure modules may not use.
const IMPURE: &[&str] = &["tokio", "tokio_util", "reqwest", "axum", "rusqlite", "fastrand"];
/// Functions that read a clock. Of the pure modules, only `time` may call them.
const CLOCKS: &[[&str; 2]] =
    &[["Timestamp", "now"], ["Instant", "now"], ["SystemTime", "now"], ["Utc", "now"], ["Local", "now"]];

/// The modules that may turn text into `SafeHtml` without sanitising it.
const TRUSTED_WITH_HTML: &[&str] = &["text::html", "store", "model::article"];

/// Returns every module except the root, with the name of its top-level module and its path.
fn modules() -> impl Iterator<Item = (&'static str, &'static ModulePath, &'static Module)> {
    SOURCES.modules.iter().filter_map(|(path, module)| Some((path.first()?.as_str(), path, module)))
}

fn layer_of(top: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&top))
}

/// Returns the places in `module` that name the crate `name`, as `file:line`.
fn places_of_crate(sources: &Sources, path: &[String], module: &Module, name: &str) -> Vec<String> {
    // Only `use name;` binds the crate itself. Anything else that defines `name` hides the crate.
    let is_ours = module.items.contains(name)
        || sources.modules.contains_key(&[path, &[name.to_owned()]].concat())
        || module.imports.iter().any(|(bound, target)| bound == name && target[0] != name);
    let named = module.named.iter().filter(|named| !is_ours && named.path[0] == name);
    named.map(|named| format!("{}:{}", module.file.display(), named.line)).collect()
}

#[test]
fn every_file_is_part_of_the_crate() {
    assert_eq!(SOURCES.unreached(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn every_top_level_module_has_one_layer_and_every_name_in_the_tables_is_a_module() {
    let tops: BTreeSet<&str> = modules().map(|(top, ..)| top).collect();
    let layered: Vec<&str> = LAYERS.iter().copied().flatten().copied().collect();
    assert_eq!(layered.len(), layered.iter().collect::<BTreeSet<_>>().len(), "LAYERS names a module twice");
    assert_eq!(tops, layered.into_iter().collect(), "left: modules in src, right: modules in LAYERS");

    let owners = OWNED_CRATES.iter().flat_map(|(_, owners)| *owners);
    for name in owners.chain(PURE) {
        assert!(tops.contains(name), "there is no top-level module `{name}`");
    }
    for name in TRUSTED_WITH_HTML {
        let path: Vec<String> = name.split("::").map(ToOwned::to_owned).collect();
        assert!(SOURCES.modules.contains_key(&path), "there is no module `{name}`");
    }
}

#[test]
fn a_module_uses_only_lower_layers_and_itself() {
    let mut violations = Vec::new();
    for (top, path, module) in modules() {
        for named in &module.named {
            let Some(target) = SOURCES.absolute(path, &named.path) else { continue };
            let Some(other) = target.first().filter(|other| *other != top) else { continue };
            let allowed = layer_of(other).is_some_and(|layer| Some(layer) < layer_of(top));
            if !allowed {
                let file = module.file.display();
                violations.push(format!("{file}:{}: `{top}` uses `{other}`", named.line));
            }
        }
    }
    assert!(violations.is_empty(), "these uses go up or sideways:\n{}", violations.join("\n"));
}

#[test]
fn a_crate_with_an_owner_is_used_by_its_owner_and_by_no_other_module() {
    let mut violations = Vec::new();
    for (name, owners) in OWNED_CRATES {
        let mut users = BTreeSet::new();
        for (top, path, module) in modules() {
            for place in places_of_crate(&SOURCES, path, module, name) {
                users.insert(top);
                if !owners.contains(&top) {
                    violations.push(format!("{place}: only {owners:?} may use `{name}`"));
                }
            }
        }
        for owner in owners.iter().filter(|owner| !users.contains(*owner)) {
            violations.push(format!("OWNED_CRATES lists `{owner}` for `{name}`, but it does not use it"));
        }
    }
    assert!(violations.is_empty(), "these crates are used by the wrong module:\n{}", violations.join("\n"));
}

#[test]
fn pure_modules_use_no_runtime_no_randomness_and_no_clock() {
    let mut violations = Vec::new();
    for (top, path, module) in modules().filter(|(top, ..)| PURE.contains(top)) {
        for name in IMPURE {
            violations.extend(
                places_of_crate(&SOURCES, path, module, name)
                    .iter()
                    .map(|place| format!("{place}: `{name}`")),
            );
        }
        for named in module.named.iter().filter(|_| top != "time") {
            if CLOCKS.iter().any(|clock| named.path.ends_with(&clock.map(str::to_owned))) {
                let (file, path) = (module.file.display(), named.path.join("::"));
                violations.push(format!("{file}:{}: `{path}` reads a clock", named.line));
            }
        }
    }
    assert!(violations.is_empty(), "pure modules use what is not pure:\n{}", violations.join("\n"));
}

#[test]
fn only_the_sanitiser_and_the_store_make_safe_html() {
    for (_, path, module) in modules() {
        let name = path.join("::");
        let trusted = TRUSTED_WITH_HTML
            .iter()
            .any(|trusted| name == *trusted || name.starts_with(&format!("{trusted}::")));
        for (word, line) in &module.words {
            assert!(
                trusted || word != "assume_sanitised",
                "{}:{line}: sanitise this HTML instead",
                module.file.display()
            );
        }
    }
}

/// For the children of one module: which child uses which other child, and where. (user, used) → places.
type Uses = BTreeMap<(String, String), Vec<String>>;

/// Returns how the children of each module use each other, by the path of that module.
///
/// A child includes everything below it: if `document::json::read` uses `document::xml::sniff`, then the child `json` uses
/// the child `xml`. A re-export counts for the module that defines the item. Uses between a module and its own children
/// are left out: `mod.rs` may call its children and they may use its items.
fn uses_between_siblings(sources: &Sources) -> BTreeMap<ModulePath, Uses> {
    let mut found: BTreeMap<ModulePath, Uses> = BTreeMap::new();
    for (path, module) in &sources.modules {
        for named in &module.named {
            if module.imports.iter().any(|(bound, _)| *bound == named.path[0]) {
                continue; // The import is in the list too, with the whole path.
            }
            let target =
                sources.absolute(path, &named.path).and_then(|target| sources.defining_module(&target));
            let Some(target) = target else { continue };
            let shared = path.iter().zip(&target).take_while(|(a, b)| a == b).count();
            let (Some(from), Some(to)) = (path.get(shared), target.get(shared)) else { continue };
            let places = found.entry(path[..shared].to_vec()).or_default();
            places.entry((from.clone(), to.clone())).or_default().push(format!(
                "{}:{}: {}",
                module.file.display(),
                named.line,
                named.path.join("::")
            ));
        }
    }
    found
}

/// Returns the circles: the largest sets of children in which each child uses all others, directly or through others.
fn circles(uses: &Uses) -> BTreeSet<BTreeSet<String>> {
    let reached_from = |start: &str| {
        let mut reached = BTreeSet::new();
        let mut queue = vec![start.to_owned()];
        while let Some(user) = queue.pop() {
            for (_, used) in uses.keys().filter(|(from, _)| *from == user) {
                if reached.insert(used.clone()) {
                    queue.push(used.clone());
                }
            }
        }
        reached
    };
    let reached: BTreeMap<&str, BTreeSet<String>> =
        uses.keys().map(|(user, _)| (user.as_str(), reached_from(user))).collect();
    let circle_of = |(name, reaches): (&&str, &BTreeSet<String>)| {
        let back = |other: &&String| reached.get(other.as_str()).is_some_and(|back| back.contains(*name));
        reaches.iter().filter(back).cloned().collect::<BTreeSet<_>>()
    };
    reached.iter().map(circle_of).filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn the_files_of_a_module_use_each_other_in_no_circle() {
    let mut violations = Vec::new();
    for (parent, uses) in uses_between_siblings(&SOURCES) {
        if parent.is_empty() {
            continue; // LAYERS covers the top-level modules.
        }
        for circle in circles(&uses) {
            let full = |name: &String| format!("{}::{name}", parent.join("::"));
            let names: BTreeSet<String> = circle.iter().map(full).collect();
            violations.push(format!("circle: {names:?}"));
            for ((user, used), places) in &uses {
                if user != used && circle.contains(user) && circle.contains(used) {
                    violations.push(format!("  {user} -> {used}\n    {}", places.join("\n    ")));
                }
            }
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// Returns the paths that a piece of Rust code names.
fn paths(text: &str) -> Vec<String> {
    module_of(text).named.iter().map(|named| named.path.join("::")).collect()
}

#[test]
fn every_kind_of_path_is_read_from_the_sources() {
    assert_eq!(paths("use crate::{feed, store::Store};"), ["crate::feed", "crate::store::Store"]);
    assert_eq!(
        paths("use crate::{\n    a,\n    b::{self, C as D},\n};"),
        ["crate::a", "crate::b", "crate::b::C"]
    );
    assert_eq!(paths("use super::super::poll::*;"), ["super::super::poll"]);
    assert_eq!(paths("use rss;"), ["rss"]);
    assert_eq!(paths("fn f() { go(crate::time::Timestamp::now()) }"), ["crate::time::Timestamp::now"]);
    assert_eq!(paths("fn f() { info!(at = %crate::poll::now(), \"{}\", a) }"), ["crate::poll::now"]);
    assert_eq!(
        paths("fn f() -> Vec<crate::a::B> { ::rss::go::<c::D>() }"),
        ["crate::a::B", "rss::go", "c::D"]
    );
}

#[test]
fn comments_strings_and_tests_are_skipped_and_the_code_after_them_is_read() {
    assert_eq!(
        paths(
            "/// crate::a\n// crate::b\n/* crate::c */ const D: &str = \"crate::d \\\" // \"; fn f() { crate::e::f() }"
        ),
        ["crate::e::f"]
    );
    let text = "#[cfg(test)]\nuse crate::{a, b};\n#[cfg(test)]\nmod quirks;\nuse crate::seen;\n\
        impl X { #[cfg(test)]\n fn new() { crate::c::d() }\n fn old() { crate::seen::too() } }\n\
        #[cfg(test)]\n#[derive(Debug)]\nstruct Y { e: crate::e::F }\n\
        #[cfg(test)]\nmod tests { use crate::g; }\nfn last() { crate::seen::last() }";
    assert_eq!(paths(text), ["crate::seen", "crate::seen::too", "crate::seen::last"]);
}

/// Returns a crate of these modules, each given as path and code.
fn crate_of(modules: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in modules {
        let path = path.split("::").filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect();
        sources.modules.insert(path, module_of(text));
    }
    sources
}

#[test]
fn super_is_resolved_up_to_the_root() {
    let sources =
        crate_of(&[("", ""), ("a", ""), ("a::b", "use super::super::c::D;"), ("c", "pub struct D;")]);
    let from = ["a".to_owned(), "b".to_owned()];
    let path = &sources.modules[&from[..]].named[0].path;
    assert_eq!(sources.absolute(&from, path).unwrap(), ["c", "D"]);
}

#[test]
fn circles_are_found_through_re_exports_and_folders_and_parents_make_none() {
    let sources = crate_of(&[
        ("", ""),
        ("m", "mod a; mod b; mod c; pub use b::B; pub struct M; fn go() { a::go(); c::go() }"),
        ("m::a", "use super::{B, M}; pub fn go() {}"),
        ("m::b", "mod below; pub struct B;"),
        ("m::b::below", "use crate::m::a;"),
        ("m::c", "use super::{M, b::B}; pub fn go() {}"),
    ]);
    let uses = uses_between_siblings(&sources);
    let found = circles(&uses[&vec!["m".to_owned()]]);
    let expected = BTreeSet::from([BTreeSet::from(["a".to_owned(), "b".to_owned()])]);
    assert_eq!(found, expected);
}
