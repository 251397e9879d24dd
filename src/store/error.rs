//! What can go wrong with the store, and what a person can do about it.

/// A store error; `is_permanent` tells those that only a person can mend (exit code 78).
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A write on a store that was opened for reading.
    #[error("the database was opened for reading only")]
    ReadOnly,
}

impl StoreError {
    /// Whether only a person can mend it: a restart would fail the same way.
    pub fn is_permanent(&self) -> bool {
        todo!("store helper")
    }
}
