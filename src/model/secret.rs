//! Secret values, which are never printed.

use std::fmt;

/// A value that must never be shown. Its `Debug` and `Display` print `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Option<String>);

impl Secret {
    /// Wraps `value`.
    pub fn new(value: String) -> Self {
        Self(Some(value))
    }

    /// Returns a secret that this process can't read, because it is a credential of the service. It must be sent nowhere.
    pub fn unknown() -> Self {
        Self(None)
    }

    /// Returns whether this process knows the value.
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the value. It may be stored, and sent to the server that it is meant for, but never shown. An unknown
    /// secret has no value, so ask [`Secret::is_known`] first.
    pub fn expose(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
