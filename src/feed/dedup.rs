//! The judge: whether two entries are one story. In doubt, they are not.
