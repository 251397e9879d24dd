//! Requests for the web pages behind entries, and for the robots.txt of their servers.

use url::Url;

use super::exchange::Exchange;
use super::{AcceptedType, Fetcher, NO_VALIDATORS, OutgoingRequest, RequestPermit};
use crate::model::{FetchOutcome, Location, Source};
use crate::policy::guard::RequestOrigin;
use crate::time::Timestamp;

/// A request for a page that an entry of a source names, or for the robots.txt of its server.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest<'a> {
    /// The source that lists the entry. Its proxy is used. Its headers and credentials are sent only to its own origin (or the
    /// https address of the same host).
    pub source: &'a Source,
    /// Address of the request.
    pub url: &'a Url,
    /// When the request is sent.
    pub now: Timestamp,
}

impl Fetcher {
    /// Fetches the robots.txt of a server with a permit that has begun, under the limits of [`Fetcher::fetch_with_permit`], and
    /// follows redirects (RFC 9309 §2.3.1.2).
    pub async fn fetch_robots(&self, request: PageRequest<'_>, permit: &mut RequestPermit) -> FetchOutcome {
        Exchange::new(&self.shared, outgoing(request), request.now).with_permit(permit).run().await
    }

    /// Fetches a page with a permit that has begun, under the limits of [`Fetcher::fetch_with_permit`]. A page at a private
    /// address is fetched only if it has the origin of the source or `private_networks` is `allow`, because strangers may have
    /// written the entry. Requests through a proxy are not restricted like this, because the address policy does not apply to
    /// them.
    /// A redirect to another server is not followed, because the robots.txt of that server has to be read first. The error is
    /// then the address to which the redirect leads.
    /// that it leads to.
    pub async fn fetch_page(
        &self,
        request: PageRequest<'_>,
        permit: &mut RequestPermit,
    ) -> Result<FetchOutcome, Url> {
        Exchange::new(&self.shared, outgoing(request), request.now)
            .with_permit(permit)
            .run_at_one_server()
            .await
    }
}

fn outgoing(request: PageRequest<'_>) -> OutgoingRequest<'_> {
    let PageRequest { source, url, .. } = request;
    let home = match &source.location {
        Location::Http(home) => Some(home),
        Location::File(_) => None,
    };
    let is_at_home = home.is_some_and(|home| home.origin() == url.origin());
    OutgoingRequest {
        address: url,
        home: home.unwrap_or(url),
        headers: if home.is_some() { &source.headers } else { &[] },
        credentials: source.credentials.as_ref().filter(|_| home.is_some()),
        proxy: source.proxy.as_ref(),
        validators: &NO_VALIDATORS,
        accepts: AcceptedType::Page,
        form: None,
        origin: if is_at_home { RequestOrigin::Trusted } else { RequestOrigin::Public },
    }
}
