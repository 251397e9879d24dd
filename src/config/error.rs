//! Configuration errors: each with its place, the line itself and a hint.

/// Everything that is wrong with a feeds.toml, in file order; never empty.
#[derive(Debug)]
pub struct ConfigErrors {}

impl std::fmt::Display for ConfigErrors {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!("config helper")
    }
}

impl std::error::Error for ConfigErrors {}
