//! One fetch: an HTTP request or a file read, bounded, guarded, never retried.
//!
//! | file | does |
//! | --- | --- |
//! | `exchange` | one outgoing to one server: sends, follows redirects, reads, names the answer |
//! | `client` | the HTTP clients: TLS, User-Agent, proxies |
//! | `guard`, `resolve` | which addresses may be dialled; name lookups |
//! | `blocking` | threads for calls that may hang |
//! | `limits` | how many requests at a time, in all and to one host |
//! | `pauses` | which domains asked not to be asked |
//! | `headers`, `freshness` | headers sent and read |
//! | `redirect` | where a redirect leads, and which moves are for ever |
//! | `body` | decoding under the cap |
//! | `stand_in` | challenge and login pages |
//! | `failure` | names and hints for everything that goes wrong |
//! | `file` | `file:` sources |
//! | [`websub`] | hubs: asking them, and checking what they send |
//! | `discover` | the feeds behind an address that a person has |

mod blocking;
mod body;
mod client;
mod discover;
mod exchange;
mod failure;
mod file;
mod freshness;
mod headers;
mod limits;
mod redirect;
mod resolve;
mod stand_in;
pub mod websub;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use crate::config::Config;
use crate::model::{Credentials, FetchOutcome, Fetched, Location, Proxy, Secret, Source, Validators};
use crate::policy::guard::{Guard, RequestOrigin};
use crate::policy::host::Scope;
use crate::time::Timestamp;
use blocking::BlockingPool;
use client::Clients;
pub use client::FetchSetupError;
pub use discover::{FoundFeed, Missed};
use exchange::Exchange;
use failure::CaStore;
pub use limits::{Limits, RequestPermit};

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whose headers, credentials and proxy; what of them goes to another origin than its own is none.
    pub source: &'a Source,
    /// Its own address, or the one that permanent redirects led to.
    pub address: &'a Location,
    /// Sent byte for byte; empty: unconditionally.
    pub validators: &'a Validators,
    /// When it is sent: what the answer says in seconds (max-age, Retry-After) counts from it.
    pub now: Timestamp,
}

/// What kind of document is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AcceptedType {
    /// A feed.
    Feed,
    /// A web page: the article behind an entry, or a page that may name feeds.
    Page,
    /// Whatever the server says.
    Anything,
}

/// A outgoing to an HTTP server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutgoingRequest<'a> {
    /// Where it is asked.
    pub(crate) address: &'a Url,
    /// The address that the operator gave the secrets for. A user name and password in it are secrets too.
    pub(crate) home: &'a Url,
    /// Sent to `home`'s origin only.
    pub(crate) headers: &'a [(String, Secret)],
    /// Sent to `home`'s origin only. They win over those in the URL.
    pub(crate) credentials: Option<&'a Credentials>,
    /// With a proxy the address policy does not hold: the operator chose who looks names up and connects.
    pub(crate) proxy: Option<&'a Proxy>,
    /// What is known of the document; empty: ask for it unconditionally.
    pub(crate) validators: &'a Validators,
    /// What is asked for.
    pub(crate) accepts: AcceptedType,
    /// Posted, urlencoded; without it the outgoing is a GET.
    pub(crate) form: Option<&'a str>,
    /// Who named the address: the operator, or somebody's document.
    pub(crate) origin: RequestOrigin,
}

impl<'a> OutgoingRequest<'a> {
    /// To an address of which nothing is known.
    pub(crate) fn plain(address: &'a Url, accepts: AcceptedType) -> Self {
        const NOTHING: &Validators = &Validators { etag: None, last_modified: None };
        Self {
            address,
            home: address,
            headers: &[],
            credentials: None,
            proxy: None,
            validators: NOTHING,
            accepts,
            form: None,
            origin: RequestOrigin::Trusted,
        }
    }

    fn of(request: Request<'a>, address: &'a Url) -> Self {
        let Request { source, validators, .. } = request;
        let home = match &source.location {
            Location::Http(home) => home,
            Location::File(_) => address,
        };
        Self {
            home,
            headers: &source.headers,
            credentials: source.credentials.as_ref(),
            proxy: source.proxy.as_ref(),
            validators,
            origin: origin(home, address),
            ..Self::plain(address, AcceptedType::Feed)
        }
    }
}

/// An adopted address was named by a redirect or a document that came from `home`: what a redirect from there may not reach,
/// it may not reach either. By the name alone, for who answered then is not known any more.
fn origin(home: &Url, address: &Url) -> RequestOrigin {
    let is_public = matches!(Scope::of_url(home), Scope::Public { .. });
    if is_public && home.host() != address.host() { RequestOrigin::Public } else { RequestOrigin::Trusted }
}

/// Fetches. Cheap to clone; a new configuration needs a new one.
#[derive(Clone, Debug)]
pub struct Fetcher {
    shared: Arc<FetcherShared>,
}

#[derive(Debug)]
struct FetcherShared {
    clients: Clients,
    guard: Arc<Guard>,
    ca_store: CaStore,
    files: BlockingPool,
    large_bodies: Semaphore,
    /// From the first lookup to the last byte.
    timeout: Duration,
    /// In bytes, after decompression.
    max_body: u64,
    /// Between two requests to one public host.
    per_host_gap: Duration,
}

impl Fetcher {
    /// With the limits, the address policy and the contact of `config`. A machine without a CA store is no error: only its
    /// https requests fail.
    pub fn new(config: &Config) -> Result<Self, FetchSetupError> {
        Self::naming(config, None)
    }

    /// As [`Fetcher::new`], for an address that the operator named on the command line: where `private_networks` is
    /// `configured` it may be private, as those of feeds.toml may.
    pub fn naming(config: &Config, address: Option<&Location>) -> Result<Self, FetchSetupError> {
        let sources = config.sources.iter().map(|source| &source.location);
        let named = sources.chain(address).filter_map(Location::host);
        let guard = Arc::new(Guard::new(config.polling.private_networks, named));
        let (clients, ca_store) = Clients::new(config, &guard)?;
        let shared = FetcherShared {
            clients,
            guard,
            ca_store,
            files: file::pool(),
            large_bodies: exchange::large_bodies(),
            timeout: config.polling.timeout,
            max_body: config.polling.max_body,
            per_host_gap: config.polling.per_host_gap,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// One request, or one file read. Never retried: the schedule is the retry. Ends within the timeout of the
    /// configuration; whatever happens is an outcome.
    pub async fn fetch(&self, request: Request<'_>) -> FetchOutcome {
        match request.address {
            Location::Http(url) => self.ask(OutgoingRequest::of(request, url), request.now).await,
            Location::File(path) => self.read(path, request.validators).await,
        }
    }

    /// As [`Fetcher::fetch`], in a permit that has begun: the hosts that redirects lead to have their limits too. The time
    /// it waits for those is not of the timeout, and is at most five minutes.
    pub async fn fetch_with_permit(&self, request: Request<'_>, permit: &mut RequestPermit) -> FetchOutcome {
        match request.address {
            Location::Http(url) => {
                let outgoing = OutgoingRequest::of(request, url);
                Exchange::new(&self.shared, outgoing, request.now).with_permit(permit).run().await
            }
            Location::File(_) => self.fetch(request).await,
        }
    }

    async fn ask(&self, outgoing: OutgoingRequest<'_>, now: Timestamp) -> FetchOutcome {
        Exchange::new(&self.shared, outgoing, now).run().await
    }

    async fn read(&self, path: &std::path::Path, known: &Validators) -> FetchOutcome {
        let FetcherShared { files, timeout, max_body, .. } = &*self.shared;
        file::fetch(files, *timeout, path, known, *max_body).await
    }
}
