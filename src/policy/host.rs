//! Tells public hosts from private ones. Public hosts share their limits with their registrable domain; private hosts share
//! none.

use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

use super::network::{NetworkKind, network_of};
use crate::model::Location;
use crate::text::url::{has_public_suffix, registrable_domain_of_name};

/// Which hosts share the pauses of a source.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// A host on the public internet. What one host of a registrable domain asks for holds for all its hosts, because a rate
    /// limit nearly always applies to the whole site.
    Public {
        /// The registrable domain by the public suffix list (`example.co.uk`), or the IP address of a host without a name.
        domain: String,
    },
    /// A private host, or a file: there is no gap between requests, and a pause concerns only the source that got it.
    Private,
}

impl Scope {
    /// Determines the scope from the host name alone, without a lookup. A name with dots that only a private name server knows
    /// counts as public, unless it ends in one of [`SPECIAL_SUFFIXES`] (`nas.lan`). This does no harm, because the limits of
    /// public hosts are only stricter.
    pub fn of(location: &Location) -> Self {
        match location {
            Location::Http(url) => Self::of_url(url),
            Location::File(_) => Self::Private,
        }
    }

    /// Determines the scope of a URL, like [`Scope::of`].
    pub fn of_url(url: &Url) -> Self {
        match url.host() {
            None => Self::Private,
            Some(Host::Ipv4(address)) => by_address(address.into()),
            Some(Host::Ipv6(address)) => by_address(address.into()),
            Some(Host::Domain(name)) => by_name(name),
        }
    }

    /// Returns the registrable domain (or the IP address of a host without a name), or `None` for a private host.
    pub fn domain(&self) -> Option<&str> {
        match self {
            Self::Public { domain } => Some(domain),
            Self::Private => None,
        }
    }
}

fn by_address(address: IpAddr) -> Scope {
    match network_of(address) {
        NetworkKind::Public => Scope::Public { domain: address.to_string() },
        NetworkKind::Private | NetworkKind::Special => Scope::Private,
    }
}

fn by_name(name: &str) -> Scope {
    let name = comparable(name);
    if is_special_use(&name) {
        return Scope::Private;
    }
    let domain = registrable_domain_of_name(&name).unwrap_or(&name).to_owned();
    Scope::Public { domain }
}

/// Suffixes that no public registry assigns: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and those that routers and
/// offices commonly use.
const SPECIAL_SUFFIXES: [&str; 8] =
    ["localhost", "local", "internal", "home.arpa", "lan", "home", "intranet", "test"];

/// Returns whether a name has no dot, or ends in one of [`SPECIAL_SUFFIXES`].
fn is_special_use(name: &str) -> bool {
    let under =
        |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !name.contains('.') || SPECIAL_SUFFIXES.iter().any(under)
}

/// Returns whether a public registry could have assigned this name to a stranger, who may point it at any address at any time.
/// This is `false` for `nas`, `printer.lan`, `nas.home.arpa`, names under no public suffix, and IP addresses.
pub fn is_registrable(host: &str) -> bool {
    let host = comparable(host);
    let is_address = host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok();
    !is_address && !is_special_use(&host) && has_public_suffix(&host)
}

/// Returns whether `url` may lead into a private network: its host is a private address, or a name that only a private name
/// server may know.
pub fn may_be_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => network_of(address.into()) != NetworkKind::Public,
        Some(Host::Ipv6(address)) => network_of(address.into()) != NetworkKind::Public,
        Some(Host::Domain(name)) => !is_registrable(name),
        None => true,
    }
}

/// Returns a host name in the form that is compared: in lower case, without the final dot of a fully qualified name.
pub fn comparable(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(url: &str) -> Scope {
        Scope::of(&Location::Http(url.parse().unwrap()))
    }

    fn domain(url: &str) -> Option<String> {
        scope(url).domain().map(ToOwned::to_owned)
    }

    #[test]
    fn a_public_host_shares_its_limits_with_its_registrable_domain() {
        assert_eq!(domain("https://feeds.bbci.co.uk/news").as_deref(), Some("bbci.co.uk"));
        assert_eq!(domain("https://www.reddit.com/r/rust.rss").as_deref(), Some("reddit.com"));
        assert_eq!(domain("https://OLD.Reddit.com./r/rust.rss").as_deref(), Some("reddit.com"));
        assert_eq!(domain("http://93.184.216.34/feed").as_deref(), Some("93.184.216.34"));
    }

    #[test]
    fn sites_of_strangers_on_one_platform_share_nothing() {
        assert_eq!(domain("https://ada.github.io/feed").as_deref(), Some("ada.github.io"));
        assert_eq!(domain("https://bob.blogspot.com/feed").as_deref(), Some("bob.blogspot.com"));
    }

    #[test]
    fn local_names_and_private_addresses_are_private() {
        for url in [
            "http://127.0.0.1:8080/feed",
            "http://[::1]/feed",
            "http://192.168.1.5/feed",
            "http://100.100.1.1/feed",
            "http://[::ffff:10.0.0.1]/feed",
            "http://[fd00::1]/feed",
            "http://nas/feed",
            "http://nas.local/feed",
            "http://wiki.internal/feed",
            "http://localhost:9/feed",
            "http://nas.home.arpa/feed",
            "http://blog.test./feed",
            "http://0.0.0.0/feed",
        ] {
            assert_eq!(scope(url), Scope::Private, "{url}");
            assert!(may_be_private(&url.parse().unwrap()), "{url}");
        }
        assert_eq!(Scope::of(&Location::File("/srv/feed.xml".into())), Scope::Private);
    }

    #[test]
    fn a_name_that_only_looks_private_is_public() {
        assert_eq!(domain("https://mylocal/feed"), None);
        assert_eq!(domain("https://notlocal.example/feed").as_deref(), Some("notlocal.example"));
        assert_eq!(domain("https://glocal.com/feed").as_deref(), Some("glocal.com"));
    }

    #[test]
    fn names_that_a_registry_assigns_are_told_from_local_names() {
        for name in ["example.com", "ada.github.io", "Example.CO.UK.", "e164.arpa", "fritz.box"] {
            assert!(is_registrable(name), "{name}");
        }
        let local = [
            "nas",
            "nas.home.arpa",
            "Nas.Home.Arpa.",
            "nas.local",
            "wiki.internal",
            "printer.lan",
            "tv.home",
            "a.test",
            "app.localhost",
            "wiki.intranet",
            "srv.corp",
            "10.0.0.1",
            "[::1]",
        ];
        for name in local {
            assert!(!is_registrable(name), "{name}");
        }
        assert!(
            may_be_private(&"http://srv.corp/".parse().unwrap()),
            "although it gets the limits of a public host"
        );
    }
}
