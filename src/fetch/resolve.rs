//! Looks up host names with the system's resolver. Lookups are limited in time and number, and the address policy judges the
//! results.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::blocking::{BlockingPool, CallPermit};
use crate::policy::guard::{Guard, Refusal, RequestOrigin};

/// How many lookups can run at once, including those that nobody waits for any more. The system's resolver gives up after 10 s
/// with one name server and 20 s with two, but a poll waits only 8 s. So with two dead name servers, 64 concurrent polls cause
/// 160 lookups at once.
const LOOKUPS: usize = 256;
/// How many addresses of one name are judged and tried.
const MAX_ADDRESSES: usize = 8;

/// Why a name lookup gave no usable address.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LookupError {
    /// A name server answered that the name does not exist (NXDOMAIN), or that it has no address.
    #[error("there is no host of this name")]
    NoSuchHost,
    /// The system's resolver reported an error.
    #[error("{0}")]
    Unknown(String),
    /// The system's resolver did not answer in time.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// All permits are taken by lookups that hang, so this one did not start.
    #[error("{LOOKUPS} lookups of other names hang, and none ended within {} s", .0.as_secs())]
    NoPermit(Duration),
    /// No thread could be started.
    #[error("no thread could be started: {0}")]
    NoThread(String),
    /// The address policy forbids all addresses of the name.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer holds no address.
    #[error("the name has no address")]
    Empty,
}

/// The result of a lookup.
type LookupResult = Result<Vec<SocketAddr>, LookupError>;
/// The lookups that are under way, by name.
type Running = Arc<Mutex<HashMap<String, Answered>>>;
/// Receives the result of one lookup, for everyone who waits for it.
type Answered = watch::Receiver<Option<LookupResult>>;

/// Name lookups, shared by all clients. If a name is being looked up already, the running lookup is awaited. So a name that
/// hangs blocks only one thread, although `getaddrinfo` can't be interrupted.
#[derive(Clone, Debug)]
pub(crate) struct NameLookups {
    threads: BlockingPool,
    running: Running,
}

impl NameLookups {
    pub(crate) fn new() -> Self {
        Self { threads: BlockingPool::new("lookup", LOOKUPS), running: Running::default() }
    }

    /// Returns the addresses of `host`. Waits at most `limit` for a permit, and then at most `limit` for the result.
    async fn look_up(&self, host: &str, limit: Duration) -> LookupResult {
        let under_way = self.running.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned();
        let mut answered = if let Some(answered) = under_way {
            answered
        } else {
            let permit = self.threads.permit(Instant::now() + limit).await;
            let permit = permit.ok_or(LookupError::NoPermit(limit))?;
            self.start(host, permit).map_err(|why| LookupError::NoThread(why.to_string()))?
        };
        match timeout(limit, answered.wait_for(Option::is_some)).await {
            Ok(Ok(answer)) => answer.clone().unwrap_or(Err(LookupError::Empty)),
            Ok(Err(_)) => Err(LookupError::Unknown("the lookup ended without a result".to_owned())),
            Err(_) => Err(LookupError::TimedOut(limit)),
        }
    }

    /// Starts a lookup, or joins one that began during the wait for a permit.
    fn start(&self, host: &str, permit: CallPermit) -> io::Result<Answered> {
        let (lookup, answered) = match self.enter(host) {
            Ok(entered) => entered,
            Err(under_way) => return Ok(under_way),
        };
        self.threads.start(permit, move || lookup.run())?;
        Ok(answered)
    }

    /// Adds a lookup of `host` to the table, so that later requests for the name wait for it. Returns as the error what
    /// receives the result of a lookup of this name that is already under way.
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

/// One call of the system's resolver. When it is dropped, its name leaves the table. So the name does not stay there if no
/// thread could be started.
struct Lookup {
    host: String,
    answer: watch::Sender<Option<LookupResult>>,
    running: Running,
}

impl Lookup {
    fn run(self) {
        // The HTTP client replaces port 0 by the port of the URL.
        let answer = (self.host.as_str(), 0).to_socket_addrs();
        let answer = answer
            .map(|addresses| addresses.take(MAX_ADDRESSES).collect())
            .map_err(|why| lookup_error(why.to_string()));
        self.answer.send_replace(Some(answer));
    }
}

/// Messages of the C library (glibc, musl, macOS) for the codes `EAI_NONAME` and `EAI_NODATA`. The standard library passes on
/// only the message. A resolver that gives no answer has another code (`EAI_AGAIN`).
const NO_SUCH_HOST_MESSAGES: [&str; 5] = [
    "Name or service not known",
    "No address associated with hostname",
    "Name does not resolve",
    "Name has no usable address",
    "nodename nor servname provided, or not known",
];

/// Returns the error for a message of the system's resolver.
fn lookup_error(message: String) -> LookupError {
    if NO_SUCH_HOST_MESSAGES.iter().any(|known| message.contains(known)) {
        LookupError::NoSuchHost
    } else {
        LookupError::Unknown(message)
    }
}

impl Drop for Lookup {
    /// Takes the lock of `running`, so code that drops a lookup must not hold it.
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.host);
    }
}

/// The name resolver of one HTTP client.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// Lookups that all clients share.
    pub(crate) names: NameLookups,
    /// Longest wait for a thread, and then for the result of a lookup.
    pub(crate) limit: Duration,
    /// Address policy for the results. `None` if the operator set a proxy, which the policy does not apply to.
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

/// Returns the addresses that riverd may connect to. Fails if there are addresses, but all are forbidden.
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
    fn an_answer_that_a_name_does_not_exist_is_told_apart_from_no_answer() {
        let said = |text: &str| lookup_error(format!("failed to lookup address information: {text}"));
        assert!(matches!(said("Name or service not known"), LookupError::NoSuchHost));
        assert!(matches!(said("Name does not resolve"), LookupError::NoSuchHost));
        assert!(matches!(said("Temporary failure in name resolution"), LookupError::Unknown(_)));
        assert!(matches!(said("Try again"), LookupError::Unknown(_)));
    }

    #[test]
    fn only_the_allowed_addresses_of_a_mixed_answer_are_used() {
        let guard = Guard::new(PrivateNetworks::Deny, Vec::<String>::new());
        let addresses =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let mixed = addresses(&["127.0.0.1:0", "8.8.8.8:0", "[::1]:0"]);
        assert_eq!(allowed(&guard, RequestOrigin::Trusted, "h", mixed).unwrap(), addresses(&["8.8.8.8:0"]));
        assert!(allowed(&guard, RequestOrigin::Trusted, "h", addresses(&["127.0.0.1:0"])).is_err());
        assert_eq!(allowed(&guard, RequestOrigin::Trusted, "h", vec![]).unwrap(), []);
    }
}
