//! Registrable domains that asked for a pause: for the polls that were claimed before it was stored.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::DomainPause;
use crate::time::Timestamp;

/// The pauses in force. At most one a source, which waits for its end too; those that are over are dropped.
#[derive(Default, Debug)]
pub(super) struct Pauses(Mutex<HashMap<String, Timestamp>>);

impl Pauses {
    /// Until when `domain` is not to be asked; `None` if it may be.
    pub(super) fn until(&self, domain: &str, now: Timestamp) -> Option<Timestamp> {
        let pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(domain).copied().filter(|until| *until > now)
    }

    /// After the clock went back, when the ends of all have moved: the store has them, and no poll that it holds up begins.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes in a pause; one that ends earlier than one in force changes nothing.
    pub(super) fn add(&self, pause: &DomainPause, now: Timestamp) {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.retain(|_, until| *until > now);
        let until = pauses.entry(pause.domain.clone()).or_insert(pause.until);
        *until = pause.until.max(*until);
    }
}
