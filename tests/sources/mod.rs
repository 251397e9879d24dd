//! The sources of the crate as modules: what each one defines, imports and names outside its tests.
//!
//! The files are parsed with syn, so comments and strings are never taken for code, and `#[cfg(test)]` hides exactly the
//! item after it. Paths are read from the tokens of the items, because macros hold paths too.
#![allow(dead_code, reason = "each test binary that includes this file uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, Item, Stmt, UseTree};

/// The sources of this crate.
pub(crate) static SOURCES: LazyLock<Sources> =
    LazyLock::new(|| Sources::read(Path::new(env!("CARGO_MANIFEST_DIR"))));

/// A path of a module from the root of the crate: `["store", "due"]`.
pub(crate) type ModulePath = Vec<String>;

/// A path as the code writes it, and its line.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

/// A function, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line of `fn`.
    pub(crate) line: usize,
    /// Lines from `fn` to the closing brace.
    pub(crate) lines: usize,
}

/// A module without its tests.
#[derive(Default, Debug)]
pub(crate) struct Module {
    /// From the folder of Cargo.toml: `src/store/due.rs`.
    pub(crate) file: PathBuf,
    /// Names of the items that are defined here, child modules excepted.
    pub(crate) items: BTreeSet<String>,
    /// Functions, constants, types and variants of the types that are defined or implemented here: (type, member).
    pub(crate) members: BTreeSet<(String, String)>,
    /// What `use` binds here: name, and path as written.
    pub(crate) imports: Vec<(String, Vec<String>)>,
    /// Paths of `use …::*`.
    pub(crate) globs: Vec<Vec<String>>,
    /// Every path that the code names.
    pub(crate) named: Vec<Named>,
    /// Every identifier in the code, and its line.
    pub(crate) words: Vec<(String, usize)>,
    /// Every function with a body.
    pub(crate) functions: Vec<Function>,
}

/// All modules of the crate but those of its tests.
#[derive(Default, Debug)]
pub(crate) struct Sources {
    pub(crate) modules: BTreeMap<ModulePath, Module>,
    /// Lines outside tests, for each file.
    pub(crate) code_lines: BTreeMap<PathBuf, usize>,
    /// Every file that `mod` reaches, those of tests too.
    reached: BTreeSet<PathBuf>,
}

impl Sources {
    /// Reads the library of the crate in `root`, from `src/lib.rs` down.
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

    /// Files below `src` that no `mod` reaches.
    pub(crate) fn unreached(&self) -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let all = files(&root.join("src"), "rs").into_iter();
        all.map(|path| path.strip_prefix(root).unwrap().to_owned())
            .filter(|path| !path.ends_with("main.rs") && !self.reached.contains(path))
            .collect()
    }

    /// `path` as the module `from` writes it, from the root of the crate. `None`: it begins with another crate, or with a
    /// name of the prelude or of a function.
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

    /// Whether `name` is a child of this module, or imported or defined in it.
    pub(crate) fn binds(&self, module: &[String], name: &str) -> bool {
        self.modules.contains_key(&joined(module, name))
            || self.modules.get(module).is_some_and(|module| {
                module.items.contains(name) || module.imports.iter().any(|(bound, _)| bound == name)
            })
    }

    /// The module where that is defined which `path`, from the root of the crate, names; re-exports are followed. `None`:
    /// another crate defines it.
    pub(crate) fn home(&self, path: &[String]) -> Option<ModulePath> {
        self.home_within(path, 16)
    }

    fn home_within(&self, path: &[String], hops: usize) -> Option<ModulePath> {
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
            return self.home_within(&[&target, &rest[1..]].concat(), hops);
        }
        for glob in &module.globs {
            let Some(target) = self.absolute(place, glob) else { continue };
            if self.binds(&target, name) {
                return self.home_within(&[&target[..], rest].concat(), hops);
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

/// A `mod name;`.
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

fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
}

/// The file without what `#[cfg(test)]` covers, and how many lines that was.
fn without_tests(mut file: File) -> (File, usize) {
    let mut prune = Prune { lines: 0 };
    prune.visit_file_mut(&mut file);
    (file, prune.lines)
}

struct Prune {
    lines: usize,
}

impl Prune {
    fn keep<T: ToTokens>(&mut self, nodes: &mut Vec<T>) {
        nodes.retain(|node| {
            let is_test = begins_with_cfg_test(node.to_token_stream());
            if is_test {
                self.lines += node.span().end().line + 1 - node.span().start().line;
            }
            !is_test
        });
    }
}

/// Whether `#[cfg(test)]` is among the attributes at the start.
fn begins_with_cfg_test(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    while let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(attribute))) =
        (tokens.next(), tokens.next())
    {
        if hash.as_char() != '#' {
            return false;
        }
        let mut words = attribute.stream().into_iter().map(|token| token.to_string());
        if words.next().as_deref() == Some("cfg") && words.next().as_deref() == Some("(test)") {
            return true;
        }
    }
    false
}

impl VisitMut for Prune {
    fn visit_file_mut(&mut self, file: &mut File) {
        self.keep(&mut file.items);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            self.keep(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        self.keep(&mut block.items);
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_item_trait_mut(&mut self, item: &mut syn::ItemTrait) {
        self.keep(&mut item.items);
        visit_mut::visit_item_trait_mut(self, item);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| match statement {
            Stmt::Local(local) => !local.attrs.iter().any(is_cfg_test),
            Stmt::Item(item) => !begins_with_cfg_test(item.to_token_stream()),
            Stmt::Expr(..) | Stmt::Macro(_) => true,
        });
        visit_mut::visit_block_mut(self, block);
    }
}

/// Collects the words of `tokens` and the paths among them: `a::b::C`, `use a;`, each path of a group
/// (`a::{b, c::{self, D}}`), and `a::*` as `a`. `before` is what stands before the group that holds the tokens.
fn read_tokens(tokens: TokenStream, before: &[String], module: &mut Module) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Group(group) => read_tokens(group.stream(), &[], module),
            // In a group of imports: what follows is the name that is bound, not one that is used.
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
                let continues = goes_on(&tokens, start);
                if !has_group && !continues && (path.len() > 1 || is_import || !before.is_empty()) {
                    module.named.push(Named { path, line });
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether `::` stands at `at`.
fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Whether the identifier at `at` goes on with a path that began before it: after `Vec::<T>::`. A path that begins with `::`
/// begins with the name of a crate.
fn goes_on(tokens: &[TokenTree], at: usize) -> bool {
    let Some(colons) = at.checked_sub(2) else { return false };
    let before = colons.checked_sub(1).and_then(|at| tokens.get(at));
    is_colons(tokens, colons) && matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '>')
}

/// Every file below a folder with this extension.
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

/// One module without its tests, from text: for tests of this reader.
pub(crate) fn module_of(text: &str) -> Module {
    let (file, _) = without_tests(syn::parse_file(text).unwrap());
    let mut sources = Sources::default();
    sources.read_items(Path::new("src/test.rs"), &file.items, &[]);
    sources.modules.remove(&Vec::new()).unwrap()
}
