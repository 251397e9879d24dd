//! The HTTP clients: one for where the operator points, one for where strangers point, and one for each proxy.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect, retry};
use rustls::{ClientConfig, RootCertStore};

use super::failure::CaStore;
use super::resolve::{NameLookups, Resolver};
use crate::config::Config;
use crate::model::Proxy;
use crate::policy::guard::{Guard, RequestOrigin};

/// Headers of an answer; a hundred is hyper's default and more than real servers send.
const MAX_HEADERS: usize = 200;
/// Over HTTP/2, in bytes. Up to it we see for ourselves that an answer is over our own limit; beyond it the library calls
/// the answer broken without a reason, and beyond four times it ends the connection.
const MAX_HEADER_BYTES: u32 = 4 * super::exchange::MAX_HEADER_BYTES as u32;
/// Name lookup, connection and handshake together: at most this, and at most three quarters of the whole request. Longer
/// than two lost SYN packets (1 s, 3 s) after a slow lookup.
const CONNECT_WITHIN: Duration = Duration::from_secs(12);
/// The name lookup of it, and at most half of the whole request. Longer than the 5 s after which the system's resolver
/// asks its second server.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(8);
/// Apache closes an idle connection after 5 s; a request on a connection that is being closed is lost.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);
/// Clients for proxies kept at a time; more proxies than this share one feeds.toml only in theory.
const MAX_PROXIES: usize = 32;

/// Why no HTTP client could be set up.
#[derive(Debug, thiserror::Error)]
pub enum FetchSetupError {
    /// The HTTP library refused.
    #[error("the HTTP client can't be set up: {0}")]
    Client(#[from] reqwest::Error),
    /// The TLS library refused.
    #[error("TLS can't be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// All clients of a configuration.
pub(crate) struct Clients {
    trusted: Client,
    public: Client,
    proxied: Mutex<HashMap<String, Client>>,
    settings: ClientSettings,
}

/// What all clients have in common.
struct ClientSettings {
    user_agent: String,
    tls: ClientConfig,
    connect_within: Duration,
    look_up_within: Duration,
    names: NameLookups,
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
        };
        let guarded = |origin| settings.build(Some((Arc::clone(guard), origin))).no_proxy().build();
        let (trusted, public) = (guarded(RequestOrigin::Trusted)?, guarded(RequestOrigin::Public)?);
        Ok((Self { trusted, public, proxied: Mutex::default(), settings }, ca_store))
    }

    /// The client for a request without a proxy. They differ in what their lookups may find, and share no connection: one
    /// to a private address must not be used for a request from afar.
    pub(crate) fn direct(&self, origin: RequestOrigin) -> &Client {
        match origin {
            RequestOrigin::Trusted => &self.trusted,
            RequestOrigin::Public => &self.public,
        }
    }

    /// The client for a proxy, made at its first use.
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
            // Each hop is judged before it is made.
            .redirect(redirect::Policy::none())
            // The schedule is the retry.
            .retry(retry::never())
            .referer(false)
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(1)
            .http1_max_headers(MAX_HEADERS)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            // Servers that know only `If-None-Match` as the RFCs spell it are about.
            .http1_title_case_headers()
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
    }
}

impl fmt::Debug for Clients {
    /// Without the proxies, whose addresses hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients").finish_non_exhaustive()
    }
}

/// `riverd/0.1.0 (+https://river.example.org/about)`.
fn user_agent(contact: Option<&str>) -> String {
    let product = concat!("riverd/", env!("CARGO_PKG_VERSION"));
    // What can't stand in a header is left out: the configuration has checked the contact, and polling must not end for it.
    let contact: Option<String> =
        contact.map(|contact| contact.chars().filter(|c| matches!(c, ' '..='~')).collect());
    match contact.filter(|contact| !contact.is_empty()) {
        Some(contact) => format!("{product} (+{contact})"),
        None => product.to_owned(),
    }
}

/// TLS 1.2 and 1.3, verified against the system's CA store (or SSL_CERT_FILE, SSL_CERT_DIR). Without a store no https
/// address can be verified, but http ones and files still work.
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
    fn the_user_agent_says_who_and_how_to_reach_the_operator() {
        let product = concat!("riverd/", env!("CARGO_PKG_VERSION"));
        assert_eq!(user_agent(None), product);
        assert_eq!(
            user_agent(Some("https://a.example/é\r\nX: y")),
            format!("{product} (+https://a.example/X: y)")
        );
    }
}
