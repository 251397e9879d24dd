//! The address policy: which addresses a request may be sent to. Pure.
//!
//! It judges the address that is about to be dialled, after the name was looked up, so that neither a DNS answer nor a
//! redirect leads riverd to a service that only its machine can reach.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::config::PrivateNetworks;

/// What kind of network an address belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Network {
    /// The internet.
    Public,
    /// A private network, this machine, or a carrier's NAT.
    Private,
    /// Link-local and cloud metadata addresses, "this host", multicast, reserved ones: no feed lives there.
    Special,
}

/// Where a request comes from, which decides how far it may go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Approach {
    /// From feeds.toml or the command line, or redirected there from a private address.
    FromNear,
    /// Redirected there from a public address.
    FromAfar,
}

/// An address that must not be dialled.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{host}` is at {address}, {what}")]
pub(crate) struct Refusal {
    host: String,
    address: IpAddr,
    what: &'static str,
    /// What an operator who wants it can do.
    pub(crate) hint: &'static str,
}

/// The policy of `private_networks`, and the hosts that the operator named.
#[derive(Debug)]
pub(crate) struct Guard {
    policy: PrivateNetworks,
    named: HashSet<String>,
}

impl Guard {
    /// `named` are the hosts of feeds.toml, as `Url::host_str` gives them.
    pub(crate) fn new(policy: PrivateNetworks, named: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self { policy, named: named.into_iter().map(|host| comparable(host.as_ref())).collect() }
    }

    /// Whether `host`, which is at `address`, may be dialled.
    pub(crate) fn judge(&self, host: &str, address: IpAddr, approach: Approach) -> Result<(), Refusal> {
        let network = network_of(address);
        if network == Network::Public || self.policy == PrivateNetworks::Allow {
            return Ok(());
        }
        let refusal = |what, hint| Err(Refusal { host: host.to_owned(), address, what, hint });
        match (network, self.policy, approach) {
            (Network::Special, ..) => refusal(
                "an address where no feed lives",
                "only `private_networks = \"allow\"` in `[polling]` would let it through",
            ),
            (_, PrivateNetworks::Deny, _) => refusal(
                "a private address",
                "set `private_networks = \"configured\"` in `[polling]` to allow the private hosts that feeds.toml names",
            ),
            (_, _, Approach::FromAfar) => refusal(
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

    /// Judges a URL whose host is an address already: no name lookup will ask for it.
    pub(crate) fn judge_literal(&self, url: &Url, approach: Approach) -> Result<(), Refusal> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.judge(&address.to_string(), address.into(), approach),
            Some(Host::Ipv6(address)) => self.judge(&format!("[{address}]"), address.into(), approach),
            Some(Host::Domain(_)) | None => Ok(()),
        }
    }

    /// How a redirect that came from `address` approaches the next host.
    pub(crate) fn approach_after(address: Option<IpAddr>) -> Approach {
        match address.map(network_of) {
            Some(Network::Private | Network::Special) => Approach::FromNear,
            Some(Network::Public) | None => Approach::FromAfar,
        }
    }
}

/// Hosts are equal without case and without the final dot of a fully qualified name.
fn comparable(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a public registry could have given this name to a stranger, who may let it point anywhere at any time.
/// `localhost`, `nas`, `printer.lan` and `wiki.internal` are under no public suffix; addresses are no names.
pub(crate) fn is_registrable(host: &str) -> bool {
    let host = comparable(host);
    let is_address = host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok();
    !is_address && psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// What kind of network `address` belongs to; an IPv6 address that carries an IPv4 address is judged by both.
pub(crate) fn network_of(address: IpAddr) -> Network {
    match address {
        IpAddr::V4(address) => network_of_v4(address),
        IpAddr::V6(address) => {
            let carried = carried_v4(address).map_or(Network::Public, network_of_v4);
            network_of_v6(address).max(carried)
        }
    }
}

/// RFC 6890 and its registry. Documentation and benchmark ranges (RFC 5737, RFC 2544) count as public: nothing is at home
/// there, and proxies that answer every lookup with a made-up address use 198.18.0.0/15.
fn network_of_v4(address: Ipv4Addr) -> Network {
    /// Alibaba Cloud and Oracle Cloud serve metadata outside 169.254.0.0/16.
    const METADATA: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
    let [first, second, third, _] = address.octets();
    match first {
        _ if METADATA.contains(&address) => Network::Special,
        0 | 224..=255 => Network::Special,
        169 if second == 254 => Network::Special,
        10 | 127 => Network::Private,
        100 if second & 0xc0 == 64 => Network::Private,
        172 if second & 0xf0 == 16 => Network::Private,
        192 if second == 168 => Network::Private,
        192 if second == 0 && third == 0 => Network::Special,
        _ => Network::Public,
    }
}

/// Only 2000::/3 is given out (RFC 4291 §2.4, IANA); beside it the private ranges and the translators' prefixes.
fn network_of_v6(address: Ipv6Addr) -> Network {
    /// Amazon's metadata service on IPv6.
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254);
    let segments = address.segments();
    match segments[0] {
        _ if address == METADATA => Network::Special,
        _ if address.is_loopback() => Network::Private,
        // Judged by what it carries.
        0 | 0x64 if carried_v4(address).is_some() => Network::Public,
        // RFC 8215: translation inside a network, with a prefix length that only that network knows.
        0x64 if segments[1] == 0xff9b && segments[2] == 1 => Network::Private,
        0x2000..=0x3fff => Network::Public,
        0xfc00..=0xfdff | 0xfec0..=0xfeff => Network::Private,
        _ => Network::Special,
    }
}

/// The IPv4 address that an IPv6 address leads to: mapped and translated (RFC 4291, RFC 2765), compatible, NAT64
/// (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380), ISATAP (RFC 5214).
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |[high, low]: [u16; 2]| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    let segments = address.segments();
    let [prefix @ .., high, low] = segments;
    match prefix {
        // `::` and `::1` are no carriers.
        [0, 0, 0, 0, 0, 0] if (high, low) <= (0, 1) => None,
        [0, 0, 0, 0, 0, 0 | 0xffff]
        | [0, 0, 0, 0, 0xffff, 0]
        | [0x64, 0xff9b, 0, 0, 0, 0]
        | [_, _, _, _, 0 | 0x200, 0x5efe] => Some(join([high, low])),
        [0x2002, of_site @ .., _, _, _] => Some(join(of_site)),
        [0x2001, 0, ..] => Some(join([!high, !low])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        network_of(address.parse().unwrap())
    }

    #[test]
    fn every_kind_of_address_is_told_apart() {
        for public in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1",
        ] {
            assert_eq!(network(public), Network::Public, "{public}");
        }
        for private in [
            "10.0.0.1",
            "127.0.0.1",
            "127.255.0.9",
            "100.64.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
        ] {
            assert_eq!(network(private), Network::Private, "{private}");
        }
        for private in ["::1", "fc00::1", "fd12:3456::1", "fec0::1", "64:ff9b:1::1"] {
            assert_eq!(network(private), Network::Private, "{private}");
        }
        for special in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert_eq!(network(special), Network::Special, "{special}");
        }
        for special in ["::", "fe80::1", "ff02::1", "fd00:ec2::254", "100::1", "1::1"] {
            assert_eq!(network(special), Network::Special, "{special}");
        }
    }

    #[test]
    fn an_ipv4_address_hidden_in_ipv6_is_found() {
        for special in [
            "::ffff:169.254.169.254",
            "::ffff:0:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::169.254.169.254",
            "2002:a9fe:a9fe::1",
            "2001:0:808:808:0:0:5601:5601",
            "2606:4700::5efe:169.254.169.254",
        ] {
            assert_eq!(network(special), Network::Special, "{special}");
        }
        assert_eq!(network("::ffff:127.0.0.1"), Network::Private);
        assert_eq!(network("2002:7f00:1::"), Network::Private);
        assert_eq!(network("64:ff9b::8.8.8.8"), Network::Public);
        assert_eq!(network("fd00::5efe:8.8.8.8"), Network::Private);
        assert_eq!(network("fe80::5efe:8.8.8.8"), Network::Special);
    }

    fn judge(guard: &Guard, host: &str, address: &str, approach: Approach) -> bool {
        guard.judge(host, address.parse().unwrap(), approach).is_ok()
    }

    #[test]
    fn by_default_only_named_hosts_may_be_private() {
        let guard = Guard::new(
            PrivateNetworks::Configured,
            ["localhost", "NAS.lan", "10.0.0.5", "[fd12::1]", "evil.example.com"],
        );
        assert!(judge(&guard, "localhost", "127.0.0.1", Approach::FromNear));
        assert!(judge(&guard, "nas.lan.", "192.168.1.2", Approach::FromNear));
        assert!(judge(&guard, "10.0.0.5", "10.0.0.5", Approach::FromNear));
        assert!(judge(&guard, "[fd12::1]", "fd12::1", Approach::FromNear));
        assert!(judge(&guard, "anything.example.com", "8.8.8.8", Approach::FromAfar));

        assert!(!judge(&guard, "10.0.0.6", "10.0.0.6", Approach::FromNear), "not named");
        assert!(!judge(&guard, "sub.nas.lan", "192.168.1.2", Approach::FromNear), "not named");
        assert!(!judge(&guard, "localhost", "127.0.0.1", Approach::FromAfar), "a public server led there");
        assert!(!judge(&guard, "evil.example.com", "127.0.0.1", Approach::FromNear), "rebinding");
        assert!(!judge(&guard, "nas.lan", "169.254.169.254", Approach::FromNear), "metadata");
    }

    #[test]
    fn deny_and_allow_hold_for_every_host() {
        let deny = Guard::new(PrivateNetworks::Deny, ["localhost"]);
        assert!(!judge(&deny, "localhost", "127.0.0.1", Approach::FromNear));
        assert!(judge(&deny, "example.org", "8.8.8.8", Approach::FromNear));
        let allow = Guard::new(PrivateNetworks::Allow, Vec::<String>::new());
        assert!(judge(&allow, "anything", "127.0.0.1", Approach::FromAfar));
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
            assert!(guard.judge_literal(&Url::parse(url).unwrap(), Approach::FromNear).is_err(), "{url}");
        }
    }
}
