//! Lists the keys that an entry may be given, the best first.

use xxhash_rust::xxh3::xxh3_128;

use super::EntryIdentity;
use crate::model::{IdentityScheme, Key};

/// Longest key in bytes. Keys are indexed, and some guids have megabytes, so a longer key is cut and ends in a hash of the
/// whole.
pub(super) const LONGEST_KEY: usize = 512;

/// Returns the keys that an entry may have under a scheme, the best first.
///
/// Under the scheme of guids, an entry with a guid may have the guid, or guid and link. Without a guid, and under the scheme of
/// links, it may have the link. The last possible key is always its link (if it has one), date and title, so that it keeps its
/// key when the text is edited. Without a title, or without both link and date, the content takes the place of date and title,
/// because several undated notices may have one title ("Weather").
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

/// Returns whether an entry may have got this key from its own guid, address, title and date under any scheme, perhaps with a
/// number after it. Otherwise it was recognised as a stored entry that had another guid and another address.
pub(crate) fn may_have(entry: &EntryIdentity<'_>, key: &Key) -> bool {
    let schemes = [IdentityScheme::Guid, IdentityScheme::Link, IdentityScheme::LinkDateTitle];
    let is_of = |own: &Key| {
        key.0.strip_prefix(own.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" #"))
    };
    schemes.into_iter().any(|scheme| of(entry, scheme).iter().any(is_of))
}

/// Returns `text` as a key, cut if it is too long.
pub(super) fn bounded(text: &str) -> Key {
    let text = text.trim_start();
    if text.len() <= LONGEST_KEY {
        return Key(text.to_owned());
    }
    let start = text.get(..text.floor_char_boundary(LONGEST_KEY - 33)).unwrap_or_default();
    Key(format!("{start}~{:032x}", xxh3_128(text.as_bytes())))
}
