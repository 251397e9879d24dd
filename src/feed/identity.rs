//! Who an entry is: the key ladder, and what to do with guids that are blank, repeated or changed wholesale.

use std::collections::HashSet;

use crate::model::{Entry, IdentityScheme, Key};

/// The keys of `entries`, one each in order and all different, and the scheme that gave them.
///
/// `known` answers which keys the store holds for this source: a guid scheme that changes wholesale (same links, new
/// guids) is seen by it. `scheme` is the one of the last poll; it only ever falls back, never forward.
pub fn assign(entries: &[Entry], scheme: IdentityScheme, known: &KnownKeys) -> (Vec<Key>, IdentityScheme) {
    let _ = (entries, scheme, known);
    todo!("text helper")
}

/// What the store knows of a source's recent entries, for [`assign`].
#[derive(Clone, Default, Debug)]
pub struct KnownKeys {
    /// Keys stored under the scheme in force.
    pub keys: HashSet<Key>,
    /// Links of the stored entries, as published.
    pub links: HashSet<String>,
}
