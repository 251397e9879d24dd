//! Mending a document before it is read: sniff, decode, clean, rebuild.
//!
//! Always on, for every document: one way through the code, and what comes out does not depend on whether something
//! was broken. Each stage is pure and notes what it mended by a stable name ([`defects`]); docs/feeds-in-the-wild.md
//! lists them all.
//!
//! | stage | makes |
//! | --- | --- |
//! | [`sniff`] | of a body: unpacked, and known as XML, JSON, a page or nothing |
//! | [`decode`] | of bytes: text |
//! | [`clean`] | of text: the document's legal characters |
//! | [`rebuild`] | of any dialect, however broken: the Atom that feed-rs reads, and what it would drop beside it |

pub(super) mod atom;
pub(super) mod beside;
pub(super) mod clean;
pub(super) mod decode;
pub(super) mod defects;
mod entities;
mod markup;
mod mojibake;
pub(super) mod page;
pub(super) mod rebuild;
mod scan;
pub(super) mod sniff;
mod tags;
mod vocabulary;

/// Whether characters that should be plain text are HTML all the same.
pub(super) fn text_is_html(text: &str) -> bool {
    markup::looks_like_html(text)
}

/// What the pictures of a title say: some are nothing else.
pub(super) fn alternatives_to_pictures(html: &str) -> String {
    markup::alternatives(html)
}
