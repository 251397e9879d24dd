//! Name lookups by the system's resolver, bounded in time and number, and judged by the address policy.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::blocking::{BlockingPool, Place};
use crate::policy::guard::{Guard, Refusal, RequestOrigin};

/// Lookups at a time, with those that nobody waits for any more. The system's resolver gives up after 10 s with one name
/// server and 20 s with two, the poll that waits for it after 8 s: 64 polls at a time whose servers are dead hold 160.
const LOOKUPS: usize = 256;
/// More addresses than this are not tried.
const MAX_ADDRESSES: usize = 8;

/// Why a name gave no address to dial.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LookupError {
    /// The system's resolver said no.
    #[error("{0}")]
    Unknown(String),
    /// It said nothing.
    #[error("no answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// Others are waited for in vain, and this name was not asked for.
    #[error("{LOOKUPS} lookups of other names hang, and none ended within {} s", .0.as_secs())]
    Crowded(Duration),
    /// No thread could be started.
    #[error("no thread could be started: {0}")]
    NoThread(String),
    /// All its addresses are forbidden.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer holds no address.
    #[error("the name has no address")]
    Empty,
}

/// What the system's resolver said.
type LookupResult = Result<Vec<SocketAddr>, LookupError>;
/// The lookups under way, by name.
type Running = Arc<Mutex<HashMap<String, Answered>>>;
/// Tells the answer to all who wait for one lookup.
type Answered = watch::Receiver<Option<LookupResult>>;

/// The system's resolver, shared by all clients. Whoever asks for a name that is being looked up waits for the same answer:
/// a name that hangs holds one thread, however many sources and polls ask for it. `getaddrinfo` can't be interrupted.
#[derive(Clone, Debug)]
pub(crate) struct NameLookups {
    threads: BlockingPool,
    running: Running,
}

impl NameLookups {
    pub(crate) fn new() -> Self {
        Self { threads: BlockingPool::new("lookup", LOOKUPS), running: Running::default() }
    }

    /// The addresses of `host`. Waits for a place for at most `limit`, and then as long for the answer.
    async fn look_up(&self, host: &str, limit: Duration) -> LookupResult {
        let under_way = self.running.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned();
        let mut answered = if let Some(answered) = under_way {
            answered
        } else {
            let place = self.threads.place(Instant::now() + limit).await;
            let place = place.ok_or(LookupError::Crowded(limit))?;
            self.start(host, place).map_err(|why| LookupError::NoThread(why.to_string()))?
        };
        match timeout(limit, answered.wait_for(Option::is_some)).await {
            Ok(Ok(answer)) => answer.clone().unwrap_or(Err(LookupError::Empty)),
            Ok(Err(_)) => Err(LookupError::Unknown("the lookup ended without a result".to_owned())),
            Err(_) => Err(LookupError::Silent(limit)),
        }
    }

    /// Starts a lookup, or joins the one that began while a place was waited for.
    fn start(&self, host: &str, place: Place) -> io::Result<Answered> {
        let (lookup, answered) = match self.enter(host) {
            Ok(entered) => entered,
            Err(under_way) => return Ok(under_way),
        };
        self.threads.start(place, move || lookup.run())?;
        Ok(answered)
    }

    /// Enters a new lookup of `host`, so that whoever asks from now on waits for it; or else gives the one under way.
    fn enter(&self, host: &str) -> Result<(Lookup, Answered), Answered> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answered) = running.get(host) {
            return Err(answered.clone());
        }
        let (answer, answered) = watch::channel(None);
        running.insert(host.to_owned(), answered.clone());
        Ok((Lookup { host: host.to_owned(), answer, running: Arc::clone(&self.running) }, answered))
    }
}

/// One call of the system's resolver. However it ends, and also where its thread can't be started, its name is free then.
struct Lookup {
    host: String,
    answer: watch::Sender<Option<LookupResult>>,
    running: Running,
}

impl Lookup {
    fn run(self) {
        // Port 0 is replaced by the port of the URL.
        let answer = (self.host.as_str(), 0).to_socket_addrs();
        let answer = answer
            .map(|addresses| addresses.take(MAX_ADDRESSES).collect())
            .map_err(|why| LookupError::Unknown(why.to_string()));
        self.answer.send_replace(Some(answer));
    }
}

impl Drop for Lookup {
    /// Takes the lock of `running`, so nobody may hold it where a lookup is dropped.
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.host);
    }
}

/// Looks names up for one client.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// FetcherShared by all clients.
    pub(crate) names: NameLookups,
    /// For the answer to a lookup.
    pub(crate) limit: Duration,
    /// `None` where the operator set a proxy: then the names looked up are the proxy's own, and those that the operator
    /// accepts to be asked through it.
    pub(crate) guard: Option<(Arc<Guard>, RequestOrigin)>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, limit, guard) = (self.names.clone(), self.limit, self.guard.clone());
        Box::pin(async move { Ok(resolve(&names, limit, guard, name.as_str()).await?) })
    }
}

async fn resolve(
    names: &NameLookups,
    limit: Duration,
    guard: Option<(Arc<Guard>, RequestOrigin)>,
    host: &str,
) -> Result<Addrs, LookupError> {
    let addresses = names.look_up(host, limit).await?;
    let allowed = match guard {
        Some((guard, origin)) => allowed(&guard, origin, host, addresses)?,
        None => addresses,
    };
    if allowed.is_empty() { Err(LookupError::Empty) } else { Ok(Box::new(allowed.into_iter())) }
}

/// The addresses that may be dialled; an error where there are some, but none of them may.
fn allowed(
    guard: &Guard,
    origin: RequestOrigin,
    host: &str,
    addresses: Vec<SocketAddr>,
) -> Result<Vec<SocketAddr>, Refusal> {
    let mut refusal = None;
    let mut allowed = Vec::with_capacity(addresses.len());
    for address in addresses {
        match guard.judge(host, address.ip(), origin) {
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
    fn a_lookup_that_never_runs_frees_its_name() {
        let names = NameLookups::new();
        let (lookup, answered) = names.enter("a.example").unwrap_or_else(|_| panic!("nobody looks it up"));
        assert!(names.enter("a.example").is_err(), "it is under way");
        drop(lookup);
        assert!(answered.has_changed().is_err(), "nobody waits for an answer that can't come");
        assert!(names.enter("a.example").is_ok());
    }

    #[test]
    fn of_a_mixed_answer_only_what_is_allowed_is_dialled() {
        let guard = Guard::new(PrivateNetworks::Deny, Vec::<String>::new());
        let addresses =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let mixed = addresses(&["127.0.0.1:0", "8.8.8.8:0", "[::1]:0"]);
        assert_eq!(allowed(&guard, RequestOrigin::Trusted, "h", mixed).unwrap(), addresses(&["8.8.8.8:0"]));
        assert!(allowed(&guard, RequestOrigin::Trusted, "h", addresses(&["127.0.0.1:0"])).is_err());
        assert_eq!(allowed(&guard, RequestOrigin::Trusted, "h", vec![]).unwrap(), []);
    }
}
