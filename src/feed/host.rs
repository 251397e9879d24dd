//! Which limits a host shares with others: public hosts by registrable domain, private ones by nobody.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::Host;

use crate::model::Location;

/// Whose politeness a source falls under.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// A host on the public internet. What one host of the registrable domain asks for holds for all of them: a limit on
    /// requests is nearly always one for the whole site, whatever its names.
    Public {
        /// The registrable domain after the public suffix list: `example.co.uk`; the address itself where there is none.
        domain: String,
    },
    /// A host of one's own, or a file: no gap between requests, and a pause concerns only the source that was asked to.
    Private,
}

impl Scope {
    /// By the name alone; nothing is resolved. A name with dots that only a private resolver knows counts as public: being
    /// too polite at home costs nothing.
    pub fn of(location: &Location) -> Self {
        let Location::Http(url) = location else { return Self::Private };
        match url.host() {
            None => Self::Private,
            Some(Host::Ipv4(address)) => by_address(is_private_v4(address), address.to_string()),
            Some(Host::Ipv6(address)) => by_address(is_private_v6(address), address.to_string()),
            Some(Host::Domain(name)) => by_name(name),
        }
    }

    /// The registrable domain; `None` for a private host.
    pub fn domain(&self) -> Option<&str> {
        match self {
            Self::Public { domain } => Some(domain),
            Self::Private => None,
        }
    }
}

fn by_address(private: bool, shown: String) -> Scope {
    if private { Scope::Private } else { Scope::Public { domain: shown } }
}

/// Names that no public resolver answers (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`) are private.
const PRIVATE_SUFFIXES: &[&str] = &["localhost", "local", "internal", "home.arpa", "lan", "home", "intranet"];

fn by_name(name: &str) -> Scope {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let under =
        |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if !name.contains('.') || PRIVATE_SUFFIXES.iter().any(under) {
        return Scope::Private;
    }
    let domain = psl::domain_str(&name).unwrap_or(&name).to_owned();
    Scope::Public { domain }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        // RFC 6598: between a carrier and its customers, and what overlay networks hand out.
        || (a == 100 && (64..128).contains(&b))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = address.to_ipv4_mapped() {
        return is_private_v4(inside);
    }
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
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
    fn hosts_of_ones_own_are_private() {
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
        ] {
            assert_eq!(scope(url), Scope::Private, "{url}");
        }
        assert_eq!(Scope::of(&Location::File("/srv/feed.xml".into())), Scope::Private);
    }

    #[test]
    fn a_name_that_only_looks_private_is_public() {
        assert_eq!(domain("https://mylocal/feed"), None);
        assert_eq!(domain("https://notlocal.example/feed").as_deref(), Some("notlocal.example"));
        assert_eq!(domain("https://glocal.com/feed").as_deref(), Some("glocal.com"));
    }
}
