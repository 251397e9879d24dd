//! Fingerprints: what two texts that tell the same story in nearly the same words have in common.

use crate::model::Fingerprint;

/// The fingerprint of an article's plain title and text.
pub fn fingerprint(title: &str, text: &str) -> Fingerprint {
    let _ = (title, text);
    todo!("dedup helper")
}
