//! riverd.
fn main() {}
