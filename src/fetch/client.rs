//! The HTTP clients: one for addresses that the operator named, one for addresses that public servers named, and one for each
//! proxy.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect, retry};
use rustls::{ClientConfig, RootCertStore};

use super::connections::NoteConnections;
use super::failure::CaStore;
use super::resolve::{NameLookups, Resolver};
use crate::config::Config;
use crate::model::Proxy;
use crate::policy::guard::{Guard, RequestOrigin};

/// How many headers an answer over HTTP/1 may have: twice hyper's default of 100, which real servers stay below.
const MAX_HEADERS: usize = 200;
/// Largest size of all headers of an answer over HTTP/2, in bytes. Beyond this size the library reports an error without a
/// reason, and beyond four times this size it closes the connection. So this is larger than riverd's own limit, whose error
/// gives the reason.
const MAX_HEADER_BYTES: u32 = 4 * super::exchange::MAX_HEADER_BYTES as u32;
/// How many bytes of one body a server may send over HTTP/2 before riverd takes them. The library keeps them in memory: with
/// its own value of 2 MiB, 64 servers could fill 128 MiB while bodies wait for their share of `body_memory`. This is enough for
/// 2.5 MB/s from a server that is 100 ms away.
const HTTP2_WINDOW: u32 = 256 << 10;
/// Longest time for name lookup, connection and handshake together (and at most three quarters of the whole timeout). It allows
/// two lost SYN packets (1 s, 3 s) after a slow lookup.
const CONNECT_WITHIN: Duration = Duration::from_secs(12);
/// Longest time for the name lookup alone (and at most half of the whole timeout). The system's resolver asks its second server
/// after 5 s.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(8);
/// How long an idle connection is kept. Apache closes it after 5 s, and a request on a closing connection has to be sent again.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);
/// How many idle connections to one host are kept at most, however many may be in use at once.
const MOST_IDLE: usize = 8;
/// How many clients for proxies are kept. Hardly any feeds.toml names more proxies. If it does, all clients are dropped when
/// there are too many, and created again as needed.
const MAX_PROXIES: usize = 32;

/// Why no HTTP client could be set up.
#[derive(Debug, thiserror::Error)]
pub enum FetchSetupError {
    /// The HTTP library failed.
    #[error("the HTTP client can't be set up: {0}")]
    Client(#[from] reqwest::Error),
    /// The TLS library failed.
    #[error("TLS can't be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// The clients of one configuration.
pub(crate) struct Clients {
    trusted: Client,
    public: Client,
    proxied: Mutex<HashMap<String, Client>>,
    settings: ClientSettings,
}

/// Settings that all clients share.
struct ClientSettings {
    user_agent: String,
    tls: ClientConfig,
    connect_within: Duration,
    look_up_within: Duration,
    names: NameLookups,
    /// How many idle connections to one host are kept.
    idle_per_host: usize,
}

impl Clients {
    pub(crate) fn new(config: &Config, guard: &Arc<Guard>) -> Result<(Self, CaStore), FetchSetupError> {
        let (tls, ca_store) = tls()?;
        let settings = ClientSettings {
            user_agent: user_agent(config.contact()),
            tls,
            connect_within: CONNECT_WITHIN.min(config.polling.timeout * 3 / 4),
            look_up_within: LOOK_UP_WITHIN.min(config.polling.timeout / 2),
            names: NameLookups::new(),
            idle_per_host: config.polling.per_host.min(MOST_IDLE),
        };
        let guarded = |origin| settings.build(Some((Arc::clone(guard), origin))).no_proxy().build();
        let (trusted, public) = (guarded(RequestOrigin::Trusted)?, guarded(RequestOrigin::Public)?);
        Ok((Self { trusted, public, proxied: Mutex::default(), settings }, ca_store))
    }

    /// Returns the client for a request without a proxy. The two clients allow different addresses, and they share no
    /// connection: a connection to a private address must not be used for an address that a public server named.
    pub(crate) fn direct(&self, origin: RequestOrigin) -> &Client {
        match origin {
            RequestOrigin::Trusted => &self.trusted,
            RequestOrigin::Public => &self.public,
        }
    }

    /// Returns the client for a proxy. It is created at its first use.
    pub(crate) fn through(&self, proxy: &Proxy) -> Result<Client, reqwest::Error> {
        let address = proxy.0.expose();
        let mut proxied = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = proxied.get(address) {
            return Ok(client.clone());
        }
        let client = self.settings.build(None).proxy(reqwest::Proxy::all(address)?).build()?;
        if proxied.len() >= MAX_PROXIES {
            proxied.clear();
        }
        proxied.insert(address.to_owned(), client.clone());
        Ok(client)
    }
}

impl ClientSettings {
    fn build(&self, guard: Option<(Arc<Guard>, RequestOrigin)>) -> ClientBuilder {
        let resolver = Resolver { names: self.names.clone(), limit: self.look_up_within, guard };
        Client::builder()
            .user_agent(&self.user_agent)
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(Arc::new(resolver))
            .connect_timeout(self.connect_within)
            // The address of each redirect is judged before it is followed.
            .redirect(redirect::Policy::none())
            // The next poll is the retry. Only a GET whose kept connection had ended is sent again, by `Exchange`.
            .retry(retry::never())
            .referer(false)
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(self.idle_per_host)
            .connector_layer(NoteConnections)
            .http1_max_headers(MAX_HEADERS)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .http2_initial_stream_window_size(HTTP2_WINDOW)
            .http2_initial_connection_window_size(4 * HTTP2_WINDOW)
            // Some servers know `If-None-Match` only in this spelling.
            .http1_title_case_headers()
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
    }
}

impl fmt::Debug for Clients {
    /// Leaves out the proxies, whose addresses may contain passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients").finish_non_exhaustive()
    }
}

/// Returns the User-Agent, such as `riverd/0.1.0 (+https://river.example.org/about)`.
fn user_agent(contact: Option<&str>) -> String {
    let product = concat!("riverd/", env!("CARGO_PKG_VERSION"));
    // The configuration has checked the contact. Characters that a header can't contain are left out nevertheless, so that
    // polling never fails because of them.
    let contact: Option<String> =
        contact.map(|contact| contact.chars().filter(|c| matches!(c, ' '..='~')).collect());
    match contact.filter(|contact| !contact.is_empty()) {
        Some(contact) => format!("{product} (+{contact})"),
        None => product.to_owned(),
    }
}

/// Sets up TLS 1.2 and 1.3, verified against the system's CA store (or SSL_CERT_FILE, SSL_CERT_DIR). Without a CA store, no
/// https server can be verified, but http and files still work.
fn tls() -> Result<(ClientConfig, CaStore), FetchSetupError> {
    let mut store = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    let (usable, _) = store.add_parsable_certificates(native.certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(store)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if usable > 0 {
        return Ok((tls, CaStore::Found));
    }
    tracing::warn!(
        "no CA certificates were found, so no https source can be fetched; \
         hint: install them (Debian: `apt install ca-certificates`), or set SSL_CERT_FILE"
    );
    Ok((tls, CaStore::Missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_riverd_and_the_contact_of_the_operator() {
        let product = concat!("riverd/", env!("CARGO_PKG_VERSION"));
        assert_eq!(user_agent(None), product);
        assert_eq!(
            user_agent(Some("https://a.example/é\r\nX: y")),
            format!("{product} (+https://a.example/X: y)")
        );
    }
}
