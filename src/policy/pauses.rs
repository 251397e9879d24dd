//! Registrable domains that asked for a pause: for the polls that were claimed before it was stored, and for redirects that
//! lead there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Location;
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// The pauses in force. At most one a source, which waits for its end too; those that are over are dropped.
#[derive(Clone, Default, Debug)]
pub struct Pauses(Arc<Mutex<HashMap<String, Timestamp>>>);

impl Pauses {
    /// Until when the domain of `location` is not to be asked; `None` if it may be.
    pub fn until(&self, location: &Location, now: Timestamp) -> Option<Timestamp> {
        let scope = Scope::of(location);
        let domain = scope.domain()?;
        let pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(domain).copied().filter(|until| *until > now)
    }

    /// After the clock went back, when the ends of all have moved: the store has them, and no poll that it holds up begins.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Takes in a pause; one that ends earlier than one in force changes nothing.
    pub fn add(&self, domain: &str, end: Timestamp, now: Timestamp) {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.retain(|_, until| *until > now);
        let until = pauses.entry(domain.to_owned()).or_insert(end);
        *until = end.max(*until);
    }
}
