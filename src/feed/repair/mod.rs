//! Mending a document before it is read: sniff, decode, clean, rebuild.

pub(super) mod decode;
