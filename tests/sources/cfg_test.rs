//! Removes the code that is only compiled for tests.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, Stmt};

/// Returns whether the attribute is `#[cfg(test)]`.
pub(super) fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
}

/// Removes the items and statements with `#[cfg(test)]`. Returns the file and the number of lines that were removed.
pub(super) fn without_tests(mut file: File) -> (File, usize) {
    let mut remover = TestRemover { lines: 0 };
    remover.visit_file_mut(&mut file);
    (file, remover.lines)
}

/// Removes code with `#[cfg(test)]`.
struct TestRemover {
    /// Number of lines removed so far.
    lines: usize,
}

impl TestRemover {
    fn remove_tests<T: ToTokens>(&mut self, nodes: &mut Vec<T>) {
        nodes.retain(|node| {
            let is_test = begins_with_cfg_test(node.to_token_stream());
            if is_test {
                self.lines += node.span().end().line + 1 - node.span().start().line;
            }
            !is_test
        });
    }
}

/// Returns whether the attributes at the start of `tokens` include `#[cfg(test)]`.
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

impl VisitMut for TestRemover {
    fn visit_file_mut(&mut self, file: &mut File) {
        self.remove_tests(&mut file.items);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            self.remove_tests(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        self.remove_tests(&mut block.items);
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_item_trait_mut(&mut self, item: &mut syn::ItemTrait) {
        self.remove_tests(&mut item.items);
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
