//! Name lookups by the system's resolver, bounded in time and number, and judged by the address policy.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::{Approach, Guard, Refusal};
use super::lane::{Lane, LaneError};

/// Lookups at a time. A resolver that never answers holds each for 10 s or more; so many threads cost a few megabytes.
const LOOKUPS: usize = 64;
/// More addresses than this are not tried.
const MAX_ADDRESSES: usize = 8;

/// Why a name gave no address to dial.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    /// The system's resolver said no.
    #[error("{0}")]
    Unknown(#[source] io::Error),
    /// It said nothing.
    #[error(transparent)]
    Hung(#[from] LaneError),
    /// All its addresses are forbidden.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer holds no address.
    #[error("the name has no address")]
    Empty,
}

/// The threads that wait for the system's resolver; shared by all clients.
pub(crate) fn lookup_lane() -> Lane {
    Lane::new("lookup", LOOKUPS)
}

/// Looks names up for one client.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// Shared by all clients.
    pub(crate) lane: Lane,
    /// For a lookup, the wait for a thread included.
    pub(crate) limit: Duration,
    /// `None` where the operator set a proxy: then the names looked up are the proxy's own, and those that the operator
    /// wants to be asked through it.
    pub(crate) guard: Option<(Arc<Guard>, Approach)>,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let (lane, limit, guard) = (self.lane.clone(), self.limit, self.guard.clone());
        Box::pin(async move { Ok(look_up(&lane, limit, guard, name.as_str()).await?) })
    }
}

async fn look_up(
    lane: &Lane,
    limit: Duration,
    guard: Option<(Arc<Guard>, Approach)>,
    host: &str,
) -> Result<Addrs, LookupError> {
    let asked = host.to_owned();
    // Port 0 is replaced by the port of the URL.
    let answer = lane.run(limit, move || (asked.as_str(), 0).to_socket_addrs()).await?;
    let addresses: Vec<SocketAddr> = answer.map_err(LookupError::Unknown)?.take(MAX_ADDRESSES).collect();
    let allowed = match guard {
        Some((guard, approach)) => allowed(&guard, approach, host, addresses)?,
        None => addresses,
    };
    if allowed.is_empty() { Err(LookupError::Empty) } else { Ok(Box::new(allowed.into_iter())) }
}

/// The addresses that may be dialled; an error where there are some, but none of them may.
fn allowed(
    guard: &Guard,
    approach: Approach,
    host: &str,
    addresses: Vec<SocketAddr>,
) -> Result<Vec<SocketAddr>, Refusal> {
    let mut refusal = None;
    let mut allowed = Vec::with_capacity(addresses.len());
    for address in addresses {
        match guard.judge(host, address.ip(), approach) {
            Ok(()) => allowed.push(address),
            Err(why) => refusal = Some(why),
        }
    }
    match refusal {
        Some(why) if allowed.is_empty() => Err(why),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PrivateNetworks;

    #[test]
    fn of_a_mixed_answer_only_what_is_allowed_is_dialled() {
        let guard = Guard::new(PrivateNetworks::Deny, Vec::<String>::new());
        let addresses =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let mixed = addresses(&["127.0.0.1:0", "8.8.8.8:0", "[::1]:0"]);
        assert_eq!(allowed(&guard, Approach::FromNear, "h", mixed).unwrap(), addresses(&["8.8.8.8:0"]));
        assert!(allowed(&guard, Approach::FromNear, "h", addresses(&["127.0.0.1:0"])).is_err());
        assert_eq!(allowed(&guard, Approach::FromNear, "h", vec![]).unwrap(), []);
    }
}
