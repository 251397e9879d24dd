//! Fingerprints: what two texts that tell the same story in nearly the same words have in common.

use crate::model::Fingerprint;
use crate::time::Timestamp;

/// The fingerprint of an article's plain title and text (the content, or the summary where there is none), and the
/// time it was published as stated.
pub fn fingerprint(title: &str, text: &str, published_at: Option<Timestamp>) -> Fingerprint {
    let _ = (title, text, published_at);
    Fingerprint::default()
}
