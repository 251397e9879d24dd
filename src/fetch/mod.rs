//! Fetches one document: sends an HTTP request, or reads a file. A fetch is bounded, and guarded by the address policy. No
//! request is sent twice, except a GET if its kept connection ended before the server answered.
//!
//! | file | what it does or holds |
//! | --- | --- |
//! | `exchange` | one request: sends it, follows redirects, reads the answer, turns it into an outcome |
//! | `exchange_error` | why an exchange failed, and the outcome that follows |
//! | `client` | the HTTP clients: TLS, User-Agent, proxies |
//! | `connections` | whether a request used a kept connection |
//! | `resolve` | name lookups, with the address policy applied to their results |
//! | `blocking` | threads for calls that may hang |
//! | `limits` | how many requests are in flight at once, in all and to one host |
//! | `headers`, `freshness` | request headers and response headers |
//! | `header_values` | single values of response headers |
//! | `waits`, `rate_limit` | response headers that say when to ask again |
//! | `redirect` | where redirects lead, and which are permanent |
//! | `body` | decodes bodies up to a size limit |
//! | `body_end` | whether the end of a connection is the end of the body |
//! | `arriving_body` | decodes a body while it arrives, within the limits of memory and cost |
//! | `answer_cost` | what an answer may cost while it arrives |
//! | `body_memory` | how much memory all bodies together may hold |
//! | `error_page` | the page that comes with an error status |
//! | `whole` | whether a body is a whole document |
//! | `stand_in` | recognises challenge and login pages |
//! | `failure` | messages and hints for everything that fails |
//! | `file` | `file:` sources |
//! | [`websub`] | requests to WebSub hubs |
//! | `page` | requests for the web pages behind entries |
//! | `discover` | finds the feeds of an address that a person gives |

mod answer_cost;
mod arriving_body;
mod blocking;
mod body;
mod body_end;
mod body_memory;
mod client;
mod connections;
mod discover;
mod error_page;
mod exchange;
mod exchange_error;
mod failure;
mod file;
mod freshness;
mod header_values;
mod headers;
mod limits;
mod page;
mod rate_limit;
mod redirect;
mod resolve;
mod stand_in;
mod too_many_requests;
mod waits;
pub mod websub;
mod whole;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::config::Config;
use crate::model::{Credentials, FetchOutcome, Fetched, Location, Proxy, Secret, Source, Validators};
use crate::policy::guard::{Guard, RequestOrigin};
use crate::policy::host::Scope;
use crate::time::Timestamp;
use blocking::BlockingPool;
use body_memory::BodyMemory;
use client::Clients;
pub use client::FetchSetupError;
pub use discover::{Discovery, FoundFeed, NoFeedFound};
use exchange::Exchange;
use failure::{CaStore, ProxyUse};
pub use limits::{Limits, RequestPermit};
pub use page::PageRequest;

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The source whose headers, credentials and proxy are used. Its headers and credentials are sent only to its own origin
    /// (or the https address of the same host).
    pub source: &'a Source,
    /// Address of the request: that of the source, or the new one that it has adopted.
    pub address: &'a Location,
    /// Validators, sent byte for byte. Without any, the request is unconditional.
    pub validators: &'a Validators,
    /// When the request is sent. Seconds in the answer (max-age, Retry-After) count from then.
    pub now: Timestamp,
}

/// The validators of an unconditional request.
const NO_VALIDATORS: Validators = Validators { etag: None, last_modified: None };

/// The type of document that a request accepts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AcceptedType {
    /// A feed.
    Feed,
    /// A feed, but `Accept` does not name `text/html`.
    OnlyFeed,
    /// A web page, or a feed in its place.
    Page,
    /// Any type.
    Anything,
}

/// A request to an HTTP server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutgoingRequest<'a> {
    /// Address of the request.
    pub(crate) address: &'a Url,
    /// Address that the operator gave the secrets for. A user name and password in it are secrets too.
    pub(crate) home: &'a Url,
    /// Extra headers, sent only where `redirect::may_know_secrets` allows it: to the origin of `home`, or its https address.
    pub(crate) headers: &'a [(String, Secret)],
    /// Credentials, sent only where the headers are. They replace those in the URL.
    pub(crate) credentials: Option<&'a Credentials>,
    /// Proxy of the request. The address policy does not apply to a request through a proxy, because the proxy connects and,
    /// except with `socks5`, also looks up the name.
    pub(crate) proxy: Option<&'a Proxy>,
    /// Validators of the known document. Without any, the request is unconditional.
    pub(crate) validators: &'a Validators,
    /// Type of document that the request accepts.
    pub(crate) accepts: AcceptedType,
    /// URL-encoded form to post. Without it, the request is a GET.
    pub(crate) form: Option<&'a str>,
    /// Who named the address: the operator, or a public server.
    pub(crate) origin: RequestOrigin,
}

impl<'a> OutgoingRequest<'a> {
    /// Returns whether requests to `url` carry credentials or headers of feeds.toml.
    fn sends_secrets_to(&self, url: &Url) -> bool {
        let Self { home, headers, credentials, .. } = self;
        let has_any = credentials.is_some()
            || !headers.is_empty()
            || !home.username().is_empty()
            || home.password().is_some();
        has_any && redirect::may_know_secrets(home, url)
    }

    fn proxy_use(&self) -> ProxyUse {
        if self.proxy.is_some() { ProxyUse::Proxied } else { ProxyUse::Direct }
    }

    /// Creates an unconditional GET request without secrets.
    pub(crate) fn plain(address: &'a Url, accepts: AcceptedType) -> Self {
        Self {
            address,
            home: address,
            headers: &[],
            credentials: None,
            proxy: None,
            validators: &NO_VALIDATORS,
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

/// Returns who named `address`: the operator, or a public server at `home` whose redirect or document was followed. Only the
/// host name of `home` is judged, because it is no longer known from which IP address it named `address`.
fn origin(home: &Url, address: &Url) -> RequestOrigin {
    let is_public = matches!(Scope::of_url(home), Scope::Public { .. });
    if is_public && home.host() != address.host() { RequestOrigin::Public } else { RequestOrigin::Trusted }
}

/// Fetches documents. It is cheap to clone. A new configuration needs a new fetcher.
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
    body_memory: BodyMemory,
    /// Longest duration of a fetch, from the first lookup to the last byte.
    timeout: Duration,
    /// Largest size of a body in bytes, after decompression.
    max_body: u64,
    /// Time between the starts of two requests to one public host.
    per_host_gap: Duration,
}

impl Fetcher {
    /// Creates a fetcher with the limits, the address policy and the contact of `config`. Without a CA store, only https
    /// requests fail.
    pub fn new(config: &Config) -> Result<Self, FetchSetupError> {
        Self::naming(config, None)
    }

    /// Creates a fetcher like [`Fetcher::new`] for an `address` of the command line. If `private_networks` is `configured`,
    /// that address may be private, like those of feeds.toml.
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
            body_memory: BodyMemory::new(),
            timeout: config.polling.timeout,
            max_body: config.polling.max_body,
            per_host_gap: config.polling.per_host_gap,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Sends one request and follows its redirects, or reads one file. A failure is an outcome, and the next poll is the retry.
    /// Ends within the configured timeout.
    pub async fn fetch(&self, request: Request<'_>) -> FetchOutcome {
        match request.address {
            Location::Http(url) => self.ask(OutgoingRequest::of(request, url), request.now).await,
            Location::File(path) => self.read(path, request.validators).await,
        }
    }

    /// Fetches like [`Fetcher::fetch_with_permit`], but does not name `text/html` among the accepted types.
    pub async fn fetch_only_feed_with_permit(
        &self,
        request: Request<'_>,
        permit: &mut RequestPermit,
    ) -> FetchOutcome {
        match request.address {
            Location::Http(url) => {
                let outgoing =
                    OutgoingRequest { accepts: AcceptedType::OnlyFeed, ..OutgoingRequest::of(request, url) };
                Exchange::new(&self.shared, outgoing, request.now).with_permit(permit).run().await
            }
            Location::File(_) => self.fetch(request).await,
        }
    }

    /// Fetches like [`Fetcher::fetch`], with a permit that has begun. The permit has begun if [`RequestPermit::begin`] was
    /// awaited. The limits also hold for hosts that redirects lead to. The waits at those hosts do not count for the timeout;
    /// the waits for a free place at a host are at most five minutes together.
    pub async fn fetch_with_permit(&self, request: Request<'_>, permit: &mut RequestPermit) -> FetchOutcome {
        match request.address {
            Location::Http(url) => {
                let outgoing = OutgoingRequest::of(request, url);
                Exchange::new(&self.shared, outgoing, request.now).with_permit(permit).run().await
            }
            Location::File(_) => self.fetch(request).await,
        }
    }

    /// Fetches like [`Fetcher::fetch`], but does not name `text/html` among the accepted types.
    pub async fn fetch_only_feed(&self, request: Request<'_>) -> FetchOutcome {
        match request.address {
            Location::Http(url) => {
                let outgoing =
                    OutgoingRequest { accepts: AcceptedType::OnlyFeed, ..OutgoingRequest::of(request, url) };
                self.ask(outgoing, request.now).await
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
