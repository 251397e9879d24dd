//! One problem in feeds.toml, before its place in the file is known.

/// Something that is wrong in feeds.toml.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Problem {
    /// What is wrong. For a value the text continues its key: "must be at least `1s`" follows "`every`".
    pub message: String,
    /// How to fix it.
    pub hint: Option<String>,
}

impl Problem {
    /// Makes a problem without a hint.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Makes a problem with a hint.
    pub(super) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// The value that was read, or what is wrong with it.
pub(super) type ValueResult<T> = Result<T, Problem>;
