//! Which namespace a tag is in, as far as a feed can be believed about it.

use super::tags::XmlTag;
use super::vocabulary::{self, Space};
use crate::document::defects::Defects;

/// More prefixes than any real document declares; further declarations are not kept.
const MAX_PREFIXES: usize = 64;

/// The prefixes declared so far. They hold for the rest of the document: scopes are not kept, since no feed in the
/// wild gives one prefix two meanings.
#[derive(Default, Debug)]
pub(super) struct NamespaceScope<'a> {
    declared: Vec<(&'a str, Space)>,
    undeclared: Vec<&'a str>,
}

impl<'a> NamespaceScope<'a> {
    /// The namespace of a start tag; takes in what it declares.
    pub(super) fn space_of(&mut self, tag: &XmlTag<'a>, prefix: &'a str, defects: &mut Defects) -> Space {
        let mut default = None;
        if tag.attributes.contains("xmlns") {
            for (key, value) in tag.attributes() {
                if key == "xmlns" {
                    default = vocabulary::space_of_address(value);
                } else if let Some(declared) = key.strip_prefix("xmlns:") {
                    self.declare(declared, value, defects);
                }
            }
        }
        if prefix.is_empty() {
            // An unknown default namespace is what some publisher calls RSS.
            return default.unwrap_or(Space::Core);
        }
        if let Some(space) = self.declared(prefix) {
            return space;
        }
        if prefix != "xml" && !self.undeclared.contains(&prefix) && self.undeclared.len() < MAX_PREFIXES {
            self.undeclared.push(prefix);
            defects.note("undeclared-prefix");
        }
        self.space_of_prefix(prefix)
    }

    /// The namespace of a prefix, for an end tag.
    pub(super) fn space_of_prefix(&self, prefix: &str) -> Space {
        self.declared(prefix)
            .or_else(|| vocabulary::space_of_prefix(prefix))
            .or_else(|| vocabulary::space_of_prefix(&prefix.to_ascii_lowercase()))
            .unwrap_or(Space::Other)
    }

    /// Takes `prefix` for that of feeds, whatever it was declared to be.
    pub(super) fn adopt(&mut self, prefix: &'a str) {
        self.declared.push((prefix, Space::Core));
    }

    fn declared(&self, prefix: &str) -> Option<Space> {
        self.declared.iter().rev().find(|(declared, _)| *declared == prefix).map(|(_, space)| *space)
    }

    fn declare(&mut self, prefix: &'a str, address: &str, defects: &mut Defects) {
        let space = match vocabulary::space_of_address(address) {
            Some(space) => space,
            None => match vocabulary::space_of_prefix(prefix) {
                Some(space) => {
                    defects.note("odd-namespace");
                    space
                }
                None => Space::Other,
            },
        };
        if self.declared(prefix) != Some(space) && self.declared.len() < MAX_PREFIXES {
            self.declared.push((prefix, space));
        }
    }
}
