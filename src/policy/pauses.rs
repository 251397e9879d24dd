//! Keeps in memory which registrable domains asked for a pause. This is needed for polls that were claimed before the pause was
//! stored, and for redirects that lead to such a domain.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Location;
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// The ends of the pauses in force, one for each registrable domain. Those that have ended are removed when the
/// next one is added.
#[derive(Clone, Default, Debug)]
pub struct Pauses(Arc<Mutex<HashMap<String, Timestamp>>>);

impl Pauses {
    /// Returns the end of the pause of the domain of `location`, or `None` if it has no pause.
    pub fn until(&self, location: &Location, now: Timestamp) -> Option<Timestamp> {
        let pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Finding the domain takes longer than all else here, and there are hardly ever pauses.
        if pauses.is_empty() {
            return None;
        }
        let scope = Scope::of(location);
        pauses.get(scope.domain()?).copied().filter(|until| *until > now)
    }

    /// Removes all pauses after the clock was set back. Their ends have changed, and the store has the new ones.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Adds a pause until `end`. A longer pause of the same domain stays in force.
    pub fn add(&self, domain: &str, end: Timestamp, now: Timestamp) {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.retain(|_, until| *until > now);
        let until = pauses.entry(domain.to_owned()).or_insert(end);
        *until = end.max(*until);
    }
}
