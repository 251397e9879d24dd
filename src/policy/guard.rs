//! The address policy: decides which IP addresses a request may be sent to.
//!
//! It judges the IP address that riverd is about to connect to, after the name lookup. So neither a DNS answer nor a redirect
//! can lead riverd to a service that only riverd's own machine can reach.

use std::collections::HashSet;
use std::net::IpAddr;

use url::{Host, Url};

use crate::config::PrivateNetworks;
use crate::policy::host::{comparable, is_registrable, may_be_private};
use crate::policy::network::{NetworkKind, network_of};

/// Who named the address of a request. This decides whether the address may be private.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestOrigin {
    /// The operator named it, in feeds.toml or on the command line, or a server at a private address redirected to it.
    Trusted,
    /// A server at a public address redirected to it, or a public document named it.
    Public,
}

/// An address that riverd must not connect to.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{host}` is at {address}, {what}")]
pub struct Refusal {
    host: String,
    address: IpAddr,
    what: &'static str,
    /// What the operator can do to allow it.
    pub hint: &'static str,
}

/// The address policy: the setting `private_networks`, and the hosts that the operator named.
#[derive(Debug)]
pub struct Guard {
    policy: PrivateNetworks,
    named: HashSet<String>,
}

impl Guard {
    /// Creates the guard. `named` are the hosts that the operator named, as `Url::host_str` returns them.
    pub fn new(policy: PrivateNetworks, named: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self { policy, named: named.into_iter().map(|host| comparable(host.as_ref())).collect() }
    }

    /// Judges whether riverd may connect to `host` at `address`.
    pub fn judge(&self, host: &str, address: IpAddr, origin: RequestOrigin) -> Result<(), Refusal> {
        let network = network_of(address);
        if network == NetworkKind::Public || self.policy == PrivateNetworks::Allow {
            return Ok(());
        }
        let refusal = |what, hint| Err(Refusal { host: host.to_owned(), address, what, hint });
        match (network, self.policy, origin) {
            (NetworkKind::Special, ..) => refusal(
                "an address that serves no feeds",
                "only `private_networks = \"allow\"` in `[polling]` allows it",
            ),
            (_, PrivateNetworks::Deny, _) => refusal(
                "a private address",
                "set `private_networks = \"configured\"` in `[polling]` to allow the private hosts that feeds.toml names",
            ),
            (_, _, RequestOrigin::Public) => refusal(
                "a private address, and a public server led there",
                "if it is right, put that address into feeds.toml itself",
            ),
            _ if !self.named.contains(&comparable(host)) => refusal(
                "a private address, and feeds.toml does not name that host",
                "if it is right, put that address into feeds.toml itself",
            ),
            _ if is_registrable(host) => refusal(
                "a private address, though its name is a public one",
                "put the address itself into feeds.toml, or set `private_networks = \"allow\"` in `[polling]`",
            ),
            _ => Ok(()),
        }
    }

    /// Judges a URL whose host is an IP address. Names are judged after their lookup instead.
    pub fn judge_literal(&self, url: &Url, origin: RequestOrigin) -> Result<(), Refusal> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.judge(&address.to_string(), address.into(), origin),
            Some(Host::Ipv6(address)) => self.judge(&format!("[{address}]"), address.into(), origin),
            Some(Host::Domain(_)) | None => Ok(()),
        }
    }

    /// Returns whether `page` may name `url` as a feed to add. Once the feed is added, its address counts as named by the
    /// operator. So a page on the internet must not name a private address, even on a host that the operator has named.
    pub fn may_name(&self, page: &Url, url: &Url) -> bool {
        self.policy == PrivateNetworks::Allow || !may_be_private(url) || may_be_private(page)
    }

    /// Returns who named the address that a server at `address` redirects to.
    pub fn origin_after_redirect(address: Option<IpAddr>) -> RequestOrigin {
        match address.map(network_of) {
            Some(NetworkKind::Private | NetworkKind::Special) => RequestOrigin::Trusted,
            Some(NetworkKind::Public) | None => RequestOrigin::Public,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(guard: &Guard, host: &str, address: &str, origin: RequestOrigin) -> bool {
        guard.judge(host, address.parse().unwrap(), origin).is_ok()
    }

    #[test]
    fn by_default_only_named_hosts_may_be_private() {
        let guard = Guard::new(
            PrivateNetworks::Configured,
            ["localhost", "NAS.lan", "nas.home.arpa", "10.0.0.5", "[fd12::1]", "evil.example.com"],
        );
        assert!(judge(&guard, "localhost", "127.0.0.1", RequestOrigin::Trusted));
        assert!(judge(&guard, "nas.lan.", "192.168.1.2", RequestOrigin::Trusted));
        assert!(judge(&guard, "nas.home.arpa", "192.168.1.2", RequestOrigin::Trusted), "RFC 8375");
        assert!(judge(&guard, "10.0.0.5", "10.0.0.5", RequestOrigin::Trusted));
        assert!(judge(&guard, "[fd12::1]", "fd12::1", RequestOrigin::Trusted));
        assert!(judge(&guard, "anything.example.com", "8.8.8.8", RequestOrigin::Public));

        assert!(!judge(&guard, "10.0.0.6", "10.0.0.6", RequestOrigin::Trusted), "not named");
        assert!(!judge(&guard, "sub.nas.lan", "192.168.1.2", RequestOrigin::Trusted), "not named");
        assert!(!judge(&guard, "localhost", "127.0.0.1", RequestOrigin::Public), "a public server led there");
        assert!(!judge(&guard, "evil.example.com", "127.0.0.1", RequestOrigin::Trusted), "rebinding");
        assert!(!judge(&guard, "nas.lan", "169.254.169.254", RequestOrigin::Trusted), "metadata");
    }

    #[test]
    fn a_page_on_the_internet_may_name_no_private_address() {
        let guard = Guard::new(PrivateNetworks::Configured, ["nas.lan"]);
        let may = |page: &str, feed: &str| guard.may_name(&page.parse().unwrap(), &feed.parse().unwrap());
        for feed in [
            "http://192.168.7.7/admin",
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://nas.lan/f",
            "http://nas.corp/f",
        ] {
            assert!(!may("https://example.org/", feed), "{feed}");
            assert!(may("http://192.168.7.1/", feed), "{feed}");
        }
        assert!(may("https://example.org/", "http://93.184.216.34/feed"));
        assert!(may("https://example.org/", "https://feeds.example.net/feed"));
    }

    #[test]
    fn deny_and_allow_hold_for_every_host() {
        let deny = Guard::new(PrivateNetworks::Deny, ["localhost"]);
        assert!(!judge(&deny, "localhost", "127.0.0.1", RequestOrigin::Trusted));
        assert!(judge(&deny, "example.org", "8.8.8.8", RequestOrigin::Trusted));
        let allow = Guard::new(PrivateNetworks::Allow, Vec::<String>::new());
        assert!(judge(&allow, "anything", "127.0.0.1", RequestOrigin::Public));
    }

    #[test]
    fn other_spellings_of_an_address_are_the_same_address() {
        let guard = Guard::new(PrivateNetworks::Configured, Vec::<String>::new());
        for url in [
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::ffff:7f00:1]/",
            "http://0/",
            "http://１２７.0.0.1/",
        ] {
            assert!(guard.judge_literal(&Url::parse(url).unwrap(), RequestOrigin::Trusted).is_err(), "{url}");
        }
    }
}
