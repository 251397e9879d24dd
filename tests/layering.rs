//! Holds the layers: which module may use which, and which owns which crate.
//!
//! A breach fails with the file and line that a person has to look at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed: that is what it is for"
)]

mod sources;

use std::collections::{BTreeMap, BTreeSet};

use sources::{Module, ModulePath, SOURCES, Sources, module_of};

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

/// Crates that only the named modules may use, so that each crate's work is found in one place.
const OWNED_CRATES: &[(&str, &[&str])] = &[
    ("feed_rs", &["document"]),
    ("ammonia", &["text"]),
    ("rss", &["render"]),
    ("atom_syndication", &["render"]),
    ("askama", &["render"]),
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

/// The pure modules, and the crates that would make them impure.
const PURE: &[&str] = &["time", "model", "text", "document", "config", "policy", "article", "render"];
const IMPURE: &[&str] = &["tokio", "tokio_util", "reqwest", "axum", "rusqlite", "fastrand"];
/// Functions that read a clock. Only `time` may call them among the pure modules.
const CLOCKS: &[[&str; 2]] =
    &[["Timestamp", "now"], ["Instant", "now"], ["SystemTime", "now"], ["Utc", "now"], ["Local", "now"]];

/// The modules that may turn text into `SafeHtml` without sanitising it.
const TRUSTED_WITH_HTML: &[&str] = &["text::html", "store", "model::article"];

/// Circles of modules that are known and still there, each as the names of its modules. To be emptied.
const KNOWN_CIRCLES: &[&[&str]] =
    &[&["store::entries", "store::groups", "store::near_duplicates", "store::record"]];

/// Every module below a top-level one, with that one's name. The root only joins things.
fn modules() -> impl Iterator<Item = (&'static str, &'static ModulePath, &'static Module)> {
    SOURCES.modules.iter().filter_map(|(path, module)| Some((path.first()?.as_str(), path, module)))
}

fn layer_of(room: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&room))
}

/// The places in `module` that name the crate `name`, as `file:line`.
fn places_of_crate(sources: &Sources, path: &[String], module: &Module, name: &str) -> Vec<String> {
    // `use name;` binds the crate's own name; everything else of that name is ours.
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
    let rooms: BTreeSet<&str> = modules().map(|(room, ..)| room).collect();
    let layered: Vec<&str> = LAYERS.iter().copied().flatten().copied().collect();
    assert_eq!(layered.len(), layered.iter().collect::<BTreeSet<_>>().len(), "LAYERS names a module twice");
    assert_eq!(rooms, layered.into_iter().collect(), "left: modules in src, right: modules in LAYERS");

    let owners = OWNED_CRATES.iter().flat_map(|(_, owners)| *owners);
    for name in owners.chain(PURE) {
        assert!(rooms.contains(name), "there is no top-level module `{name}`");
    }
    let circles = KNOWN_CIRCLES.iter().copied().flatten();
    for name in circles.chain(TRUSTED_WITH_HTML) {
        let path: Vec<String> = name.split("::").map(ToOwned::to_owned).collect();
        assert!(SOURCES.modules.contains_key(&path), "there is no module `{name}`");
    }
}

#[test]
fn a_module_uses_only_lower_layers_and_itself() {
    let mut breaches = Vec::new();
    for (room, path, module) in modules() {
        for named in &module.named {
            let Some(target) = SOURCES.absolute(path, &named.path) else { continue };
            let Some(other) = target.first().filter(|other| *other != room) else { continue };
            let allowed = layer_of(other).is_some_and(|layer| Some(layer) < layer_of(room));
            if !allowed {
                let file = module.file.display();
                breaches.push(format!("{file}:{}: `{room}` uses `{other}`", named.line));
            }
        }
    }
    assert!(breaches.is_empty(), "upward or sideways:\n{}", breaches.join("\n"));
}

#[test]
fn a_crate_with_an_owner_is_named_by_it_alone_and_is_named() {
    let mut breaches = Vec::new();
    for (name, owners) in OWNED_CRATES {
        let mut users = BTreeSet::new();
        for (room, path, module) in modules() {
            for place in places_of_crate(&SOURCES, path, module, name) {
                users.insert(room);
                if !owners.contains(&room) {
                    breaches.push(format!("{place}: `{name}` belongs to {owners:?}"));
                }
            }
        }
        for owner in owners.iter().filter(|owner| !users.contains(*owner)) {
            breaches.push(format!("`{owner}` does not use `{name}`, which OWNED_CRATES gives it"));
        }
    }
    assert!(breaches.is_empty(), "crates out of place:\n{}", breaches.join("\n"));
}

#[test]
fn pure_modules_know_no_runtime_no_randomness_and_no_clock() {
    let mut breaches = Vec::new();
    for (room, path, module) in modules().filter(|(room, ..)| PURE.contains(room)) {
        for name in IMPURE {
            breaches.extend(
                places_of_crate(&SOURCES, path, module, name)
                    .iter()
                    .map(|place| format!("{place}: `{name}`")),
            );
        }
        for named in module.named.iter().filter(|_| room != "time") {
            if CLOCKS.iter().any(|clock| named.path.ends_with(&clock.map(str::to_owned))) {
                let (file, path) = (module.file.display(), named.path.join("::"));
                breaches.push(format!("{file}:{}: `{path}` reads a clock", named.line));
            }
        }
    }
    assert!(breaches.is_empty(), "impure:\n{}", breaches.join("\n"));
}

#[test]
fn only_the_sanitiser_and_the_store_vouch_for_html() {
    for (_, path, module) in modules() {
        let name = path.join("::");
        let trusted = TRUSTED_WITH_HTML
            .iter()
            .any(|trusted| name == *trusted || name.starts_with(&format!("{trusted}::")));
        for (word, line) in &module.words {
            assert!(trusted || word != "assume_sanitised", "{}:{line}: sanitise it", module.file.display());
        }
    }
}

/// Which child of one module uses which other child of it, and where: (user, used) → places.
type Uses = BTreeMap<(String, String), Vec<String>>;

/// The uses between the children of every module, by the path of that module.
///
/// A child stands for all that is below it, so `feed::json` uses `feed::repair` where `feed::json::mend` names
/// `feed::repair::sniff`. A re-export counts for the module that defines the item. A module and what is below it count as
/// one here: `mod.rs` may call its children and they may use its items, because a folder is read from its `mod.rs` down.
fn uses_between_siblings(sources: &Sources) -> BTreeMap<ModulePath, Uses> {
    let mut found: BTreeMap<ModulePath, Uses> = BTreeMap::new();
    for (path, module) in &sources.modules {
        for named in &module.named {
            if module.imports.iter().any(|(bound, _)| *bound == named.path[0]) {
                continue; // The import itself is in the list, and says whence.
            }
            let target = sources.absolute(path, &named.path).and_then(|target| sources.home(&target));
            let Some(target) = target else { continue };
            let shared = path.iter().zip(&target).take_while(|(a, b)| a == b).count();
            let (Some(user), Some(used)) = (path.get(shared), target.get(shared)) else { continue };
            let places = found.entry(path[..shared].to_vec()).or_default();
            places.entry((user.clone(), used.clone())).or_default().push(format!(
                "{}:{}: {}",
                module.file.display(),
                named.line,
                named.path.join("::")
            ));
        }
    }
    found
}

/// The sets of children that use each other in a circle: those of which each reaches each other.
fn circles(uses: &Uses) -> BTreeSet<BTreeSet<String>> {
    let reached_from = |start: &str| {
        let mut reached = BTreeSet::new();
        let mut left = vec![start.to_owned()];
        while let Some(user) = left.pop() {
            for (_, used) in uses.keys().filter(|(from, _)| *from == user) {
                if reached.insert(used.clone()) {
                    left.push(used.clone());
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
    let mut seen = Vec::new();
    let mut breaches = Vec::new();
    for (parent, uses) in uses_between_siblings(&SOURCES) {
        if parent.is_empty() {
            continue; // LAYERS holds these.
        }
        for circle in circles(&uses) {
            let full = |name: &String| format!("{}::{name}", parent.join("::"));
            let names: BTreeSet<String> = circle.iter().map(full).collect();
            let is_known = |known: &&&[&str]| names.iter().all(|name| known.contains(&name.as_str()));
            if let Some(known) = KNOWN_CIRCLES.iter().find(is_known) {
                seen.push(*known);
                continue;
            }
            breaches.push(format!("circle: {names:?}"));
            for ((user, used), places) in &uses {
                if user != used && circle.contains(user) && circle.contains(used) {
                    breaches.push(format!("  {user} -> {used}\n    {}", places.join("\n    ")));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    for known in KNOWN_CIRCLES {
        assert!(seen.contains(known), "{known:?} is no circle any more: take it out of KNOWN_CIRCLES");
    }
}

/// The paths that a text names.
fn paths(text: &str) -> Vec<String> {
    module_of(text).named.iter().map(|named| named.path.join("::")).collect()
}

#[test]
fn the_reader_of_these_rules_sees_every_kind_of_path() {
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
fn the_reader_of_these_rules_takes_no_comment_string_or_test_for_code_and_reads_on_after_each() {
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

/// A crate of these modules: (path, text).
fn crate_of(modules: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in modules {
        let path = path.split("::").filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect();
        sources.modules.insert(path, module_of(text));
    }
    sources
}

#[test]
fn a_path_that_climbs_to_the_root_is_seen_as_what_it_names() {
    let sources =
        crate_of(&[("", ""), ("a", ""), ("a::b", "use super::super::c::D;"), ("c", "pub struct D;")]);
    let from = ["a".to_owned(), "b".to_owned()];
    let path = &sources.modules[&from[..]].named[0].path;
    assert_eq!(sources.absolute(&from, path).unwrap(), ["c", "D"]);
}

#[test]
fn circles_are_found_through_re_exports_and_folders_and_parents_are_none() {
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
