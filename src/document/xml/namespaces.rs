//! Finds the namespace of a tag. Feeds declare namespaces wrongly or not at all, so known prefixes count, too.

use super::tags::XmlTag;
use super::vocabulary::{self, Namespace};
use crate::document::defects::Defects;

/// How many declared prefixes are kept. No real document declares more.
const MAX_PREFIXES: usize = 64;

/// The prefixes declared so far. The declaration of a prefix applies to the rest of the document and not only to its element,
/// since no known feed gives one prefix two meanings. A default namespace applies only to the tag that declares it.
#[derive(Default, Debug)]
pub(super) struct DeclaredPrefixes<'a> {
    declared: Vec<(&'a str, Namespace)>,
    undeclared: Vec<&'a str>,
}

impl<'a> DeclaredPrefixes<'a> {
    /// Returns the namespace of a start tag, and records the prefixes that the tag declares.
    pub(super) fn namespace_of(
        &mut self,
        tag: &XmlTag<'a>,
        prefix: &'a str,
        defects: &mut Defects,
    ) -> Namespace {
        let mut default = None;
        if tag.attributes.contains("xmlns") {
            for (key, value) in tag.attributes() {
                if key == "xmlns" {
                    default = vocabulary::namespace_of_uri(value);
                } else if let Some(declared) = key.strip_prefix("xmlns:") {
                    self.declare(declared, value, defects);
                }
            }
        }
        if prefix.is_empty() {
            // An unknown default namespace is a publisher's own name for RSS.
            return default.unwrap_or(Namespace::Core);
        }
        if let Some(namespace) = self.declared(prefix) {
            return namespace;
        }
        if prefix != "xml" && !self.undeclared.contains(&prefix) && self.undeclared.len() < MAX_PREFIXES {
            self.undeclared.push(prefix);
            defects.note("undeclared-prefix");
        }
        self.namespace_of_prefix(prefix)
    }

    /// Returns the namespace of a prefix that was declared or is well known, otherwise [`Namespace::Other`].
    pub(super) fn namespace_of_prefix(&self, prefix: &str) -> Namespace {
        self.declared(prefix)
            .or_else(|| vocabulary::namespace_of_prefix(prefix))
            .or_else(|| vocabulary::namespace_of_prefix(&prefix.to_ascii_lowercase()))
            .unwrap_or(Namespace::Other)
    }

    /// Makes `prefix` stand for RSS and Atom, whatever namespace it was declared for.
    pub(super) fn declare_core(&mut self, prefix: &'a str) {
        self.declared.push((prefix, Namespace::Core));
    }

    fn declared(&self, prefix: &str) -> Option<Namespace> {
        self.declared.iter().rev().find(|(declared, _)| *declared == prefix).map(|(_, namespace)| *namespace)
    }

    fn declare(&mut self, prefix: &'a str, uri: &str, defects: &mut Defects) {
        let namespace = match vocabulary::namespace_of_uri(uri) {
            Some(namespace) => namespace,
            None => match vocabulary::namespace_of_prefix(prefix) {
                Some(namespace) => {
                    defects.note("odd-namespace");
                    namespace
                }
                None => Namespace::Other,
            },
        };
        if self.declared(prefix) != Some(namespace) && self.declared.len() < MAX_PREFIXES {
            self.declared.push((prefix, namespace));
        }
    }
}
