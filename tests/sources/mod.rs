//! Reads the sources of the crate as modules: what each module defines, imports and names outside its tests.
//!
//! The files are parsed with syn, so comments and strings are never mistaken for code, and `#[cfg(test)]` hides exactly the
//! item after it. Paths are read from the tokens of the items, because macros contain paths too.
#![allow(dead_code, reason = "each test binary that includes this file uses only a part of it")]

mod cfg_test;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Item, UseTree};

use cfg_test::{is_cfg_test, without_tests};

/// The sources of the crate `riverd`.
pub(crate) static SOURCES: LazyLock<Sources> =
    LazyLock::new(|| Sources::read(Path::new(env!("CARGO_MANIFEST_DIR"))));

/// Path of a module from the root of the crate, such as `["store", "due"]`.
pub(crate) type ModulePath = Vec<String>;

/// A path that the code names.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The path as it is written.
    pub(crate) path: Vec<String>,
    /// Line of its first identifier.
    pub(crate) line: usize,
}

/// A function with a body.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line of the word `fn`.
    pub(crate) line: usize,
    /// Number of lines from `fn` to the closing brace.
    pub(crate) lines: usize,
}

/// A module without its tests.
#[derive(Default, Debug)]
pub(crate) struct Module {
    /// Path of the file from the folder of Cargo.toml, such as `src/store/due.rs`.
    pub(crate) file: PathBuf,
    /// Names of the items that are defined here, without child modules.
    pub(crate) items: BTreeSet<String>,
    /// Members of the types that are defined or implemented here (functions, constants, types, variants), as (type, member).
    pub(crate) members: BTreeSet<(String, String)>,
    /// The names that `use` binds here, each with the path as it is written.
    pub(crate) imports: Vec<(String, Vec<String>)>,
    /// The paths that are imported with `use …::*`.
    pub(crate) globs: Vec<Vec<String>>,
    /// Paths that the code names.
    pub(crate) named: Vec<Named>,
    /// Identifiers in the code, each with its line.
    pub(crate) words: Vec<(String, usize)>,
    /// Functions with a body.
    pub(crate) functions: Vec<Function>,
}

/// The modules of the crate, without those for tests.
#[derive(Default, Debug)]
pub(crate) struct Sources {
    /// The modules by path.
    pub(crate) modules: BTreeMap<ModulePath, Module>,
    /// Number of lines outside tests, for each file.
    pub(crate) code_lines: BTreeMap<PathBuf, usize>,
    /// Files that a `mod` declaration leads to, including those of tests.
    reached: BTreeSet<PathBuf>,
}

impl Sources {
    /// Reads the library of the crate in the folder `root`, starting from `src/lib.rs`.
    fn read(root: &Path) -> Self {
        let mut sources = Self::default();
        sources.read_file(root, Path::new("src/lib.rs"), &[], false);
        assert!(sources.modules.len() > 100, "only {} modules were found", sources.modules.len());
        sources
    }

    fn read_file(&mut self, root: &Path, file: &Path, module: &[String], is_test: bool) {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.reached.insert(file.to_owned());
        let folder = if ["mod.rs", "lib.rs"].iter().any(|name| file.ends_with(name)) {
            file.parent().unwrap().to_owned()
        } else {
            file.with_extension("")
        };
        for name in modules_in_other_files(&parsed.items, is_test) {
            let beside = folder.join(format!("{}.rs", name.name));
            let below = folder.join(&name.name).join("mod.rs");
            let child = if root.join(&beside).exists() { beside } else { below };
            self.read_file(root, &child, &joined(module, &name.name), name.is_test);
        }
        if is_test {
            return;
        }
        let (parsed, tests) = without_tests(parsed);
        self.code_lines.insert(file.to_owned(), text.lines().count().saturating_sub(tests));
        self.read_items(file, &parsed.items, module);
    }

    fn read_items(&mut self, file: &Path, items: &[Item], path: &[String]) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            if let Item::Mod(inline) = item {
                if let Some((_, items)) = &inline.content {
                    self.read_items(file, items, &joined(path, &inline.ident.to_string()));
                }
                continue;
            }
            module.define(item);
            module.visit_item(item);
            read_tokens(item.to_token_stream(), &[], &mut module);
        }
        self.modules.insert(path.to_owned(), module);
    }

    /// Returns the files below `src` that no `mod` declaration leads to.
    pub(crate) fn unreached(&self) -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let all = files(&root.join("src"), "rs").into_iter();
        all.map(|path| path.strip_prefix(root).unwrap().to_owned())
            .filter(|path| !path.ends_with("main.rs") && !self.reached.contains(path))
            .collect()
    }

    /// Resolves `path`, as it is written in the module `from`, to a path from the root of the crate. Returns `None` if the
    /// path begins with another crate, with a name of the prelude or with a local name.
    pub(crate) fn absolute(&self, from: &[String], path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?;
        match first.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([from, &path[1..]].concat()),
            "super" => {
                let climbs = path.iter().take_while(|part| *part == "super").count();
                let kept = from.len().checked_sub(climbs)?;
                Some([&from[..kept], &path[climbs..]].concat())
            }
            _ => self.binds(from, first).then(|| [from, path].concat()),
        }
    }

    /// Returns whether `name` is a child of this module, or is imported or defined in it.
    pub(crate) fn binds(&self, module: &[String], name: &str) -> bool {
        self.modules.contains_key(&joined(module, name))
            || self.modules.get(module).is_some_and(|module| {
                module.items.contains(name) || module.imports.iter().any(|(bound, _)| bound == name)
            })
    }

    /// Returns the module that defines the item at `path`, a path from the root of the crate. Follows re-exports. Returns
    /// `None` if another crate defines the item.
    pub(crate) fn defining_module(&self, path: &[String]) -> Option<ModulePath> {
        self.defining_module_within(path, 16)
    }

    fn defining_module_within(&self, path: &[String], hops: usize) -> Option<ModulePath> {
        let depth = (0..=path.len()).rev().find(|depth| self.modules.contains_key(&path[..*depth]))?;
        let (place, rest) = path.split_at(depth);
        let module = &self.modules[place];
        let Some(name) = rest.first() else { return Some(place.to_vec()) };
        let hops = hops.checked_sub(1)?;
        if module.items.contains(name) {
            return Some(place.to_vec());
        }
        if let Some((_, target)) = module.imports.iter().find(|(bound, _)| bound == name) {
            let target = self.absolute(place, target)?;
            return self.defining_module_within(&[&target, &rest[1..]].concat(), hops);
        }
        for glob in &module.globs {
            let Some(target) = self.absolute(place, glob) else { continue };
            if self.binds(&target, name) {
                return self.defining_module_within(&[&target[..], rest].concat(), hops);
            }
        }
        Some(place.to_vec())
    }
}

impl Module {
    fn define(&mut self, item: &Item) {
        let name = match item {
            Item::Use(import) => {
                self.import(&import.tree, &[]);
                return;
            }
            Item::Impl(block) => {
                self.members_of_impl(block);
                return;
            }
            Item::Fn(item) => &item.sig.ident,
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => {
                let variants = item.variants.iter();
                self.members
                    .extend(variants.map(|variant| (item.ident.to_string(), variant.ident.to_string())));
                &item.ident
            }
            Item::Trait(item) => &item.ident,
            Item::Const(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => match &item.ident {
                Some(name) => name,
                None => return,
            },
            _ => return,
        };
        self.items.insert(name.to_string());
    }

    fn members_of_impl(&mut self, block: &syn::ItemImpl) {
        let syn::Type::Path(of) = &*block.self_ty else { return };
        let Some(of) = of.path.segments.last().map(|segment| segment.ident.to_string()) else { return };
        for item in &block.items {
            let name = match item {
                syn::ImplItem::Fn(item) => item.sig.ident.to_string(),
                syn::ImplItem::Const(item) => item.ident.to_string(),
                syn::ImplItem::Type(item) => item.ident.to_string(),
                _ => continue,
            };
            self.members.insert((of.clone(), name));
        }
    }

    fn import(&mut self, tree: &UseTree, before: &[String]) {
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &joined(before, &path.ident.to_string())),
            UseTree::Name(name) if name.ident == "self" => {
                let bound = before.last().cloned().unwrap_or_default();
                self.imports.push((bound, before.to_vec()));
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                self.imports.push((name.clone(), joined(before, &name)));
            }
            UseTree::Rename(rename) if rename.ident == "self" => {
                self.imports.push((rename.rename.to_string(), before.to_vec()));
            }
            UseTree::Rename(rename) => {
                self.imports.push((rename.rename.to_string(), joined(before, &rename.ident.to_string())));
            }
            UseTree::Glob(_) => self.globs.push(before.to_vec()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before);
                }
            }
        }
    }

    fn measure(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let line = signature.fn_token.span().start().line;
        let lines = body.span().end().line + 1 - line;
        self.functions.push(Function { name: signature.ident.to_string(), line, lines });
    }
}

impl Visit<'_> for Module {
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.measure(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// A declaration `mod name;`, whose module is in another file.
struct OtherFile {
    name: String,
    is_test: bool,
}

fn modules_in_other_files(items: &[Item], is_test: bool) -> Vec<OtherFile> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() => Some(module),
        _ => None,
    });
    modules
        .map(|module| OtherFile {
            name: module.ident.to_string(),
            is_test: is_test || module.attrs.iter().any(is_cfg_test),
        })
        .collect()
}

fn joined(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

/// Adds the identifiers and paths in `tokens` to `module`. Paths are `a::b::C`, `use a;`, each path of a group such as
/// `a::{b, c::{self, D}}`, and `a::*` as `a`. `before` is the path in front of the group that contains the tokens.
fn read_tokens(tokens: TokenStream, before: &[String], module: &mut Module) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Group(group) => read_tokens(group.stream(), &[], module),
            // In a group of imports, the name after `as` is a new name, not one that is used.
            TokenTree::Ident(word) if word == "as" && !before.is_empty() => at += 1,
            TokenTree::Ident(first) => {
                let line = first.span().start().line;
                let start = at - 1;
                let mut path = joined(before, &first.to_string());
                module.words.push((first.to_string(), line));
                let mut has_group = false;
                while is_colons(&tokens, at) {
                    match tokens.get(at + 2) {
                        Some(TokenTree::Ident(next)) => {
                            path.push(next.to_string());
                            module.words.push((next.to_string(), next.span().start().line));
                            at += 3;
                        }
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            read_tokens(group.stream(), &path, module);
                            has_group = true;
                            at += 3;
                        }
                        _ => break,
                    }
                }
                let is_import = matches!(
                    start.checked_sub(1).and_then(|before| tokens.get(before)),
                    Some(TokenTree::Ident(word)) if word == "use"
                );
                if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
                    path.pop();
                }
                let continues = continues_path(&tokens, start);
                if !has_group && !continues && (path.len() > 1 || is_import || !before.is_empty()) {
                    module.named.push(Named { path, line });
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Returns whether the tokens at `at` are `::`.
fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Returns whether the identifier at `at` continues a path after type arguments, as in `Vec::<T>::new`. After any other `::`
/// that begins a path, it is the name of a crate.
fn continues_path(tokens: &[TokenTree], at: usize) -> bool {
    let Some(colons) = at.checked_sub(2) else { return false };
    let before = colons.checked_sub(1).and_then(|at| tokens.get(at));
    is_colons(tokens, colons) && matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '>')
}

/// Returns the files below a folder that have this extension.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
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

/// Reads one module from a text, without its tests. For the tests of this file.
pub(crate) fn module_of(text: &str) -> Module {
    let (file, _) = without_tests(syn::parse_file(text).unwrap());
    let mut sources = Sources::default();
    sources.read_items(Path::new("src/test.rs"), &file.items, &[]);
    sources.modules.remove(&Vec::new()).unwrap()
}
