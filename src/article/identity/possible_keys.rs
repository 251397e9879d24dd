//! The key ladder: the names that an entry may be given, the best first.

use xxhash_rust::xxh3::xxh3_128;

use super::EntryIdentity;
use crate::model::{IdentityScheme, Key};

/// A key longer than this, in bytes, is cut and told apart by a hash: it is an index entry, and guids of megabytes exist.
pub(super) const LONGEST_KEY: usize = 512;

/// The keys that an entry may have under a scheme, the best first.
///
/// Guid, guid and link, link; what has neither is told by its date and title, so that an edit keeps it, or without a
/// date by all that it says: undated notices under one title ("Weather") are not one.
pub(super) fn of(entry: &EntryIdentity<'_>, scheme: IdentityScheme) -> Vec<Key> {
    let mut keys = Vec::with_capacity(3);
    let link = entry.url;
    match (scheme, entry.guid, link) {
        (IdentityScheme::Guid, Some(guid), _) => {
            keys.push(bounded(guid));
            keys.extend(link.map(|link| bounded(&format!("{guid} {link}"))));
        }
        (IdentityScheme::Guid | IdentityScheme::Link, _, Some(link)) => keys.push(bounded(link)),
        _ => {}
    }
    let is_identified = link.is_some() || entry.published_at.is_some();
    if is_identified && !entry.title.is_empty() {
        let date = entry.published_at.map(|at| at.unix().to_string()).unwrap_or_default();
        keys.push(bounded(&format!("{} {date} {}", link.unwrap_or_default(), entry.title)));
    } else {
        keys.push(bounded(&format!("{} content:{:016x}", link.unwrap_or_default(), entry.content_hash)));
    }
    keys
}

fn bounded(text: &str) -> Key {
    let text = text.trim_start();
    if text.len() <= LONGEST_KEY {
        return Key(text.to_owned());
    }
    let start = text.get(..text.floor_char_boundary(LONGEST_KEY - 33)).unwrap_or_default();
    Key(format!("{start}~{:032x}", xxh3_128(text.as_bytes())))
}
