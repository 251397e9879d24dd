//! Tells which kind of network an IP address belongs to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kind of network that an IP address belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NetworkKind {
    /// The internet.
    Public,
    /// A private network, this machine, or the NAT of a provider.
    Private,
    /// Link-local, cloud metadata, "this host", multicast and reserved addresses: none of them serves a feed.
    Special,
}

/// Returns the kind of network that `address` belongs to. An IPv6 address that contains an IPv4 address is judged by both.
pub fn network_of(address: IpAddr) -> NetworkKind {
    match address {
        IpAddr::V4(address) => network_of_v4(address),
        IpAddr::V6(address) => {
            let embedded = embedded_v4(address).map_or(NetworkKind::Public, network_of_v4);
            network_of_v6(address).max(embedded)
        }
    }
}

/// Judges an IPv4 address by RFC 6890 and its registry. Documentation and benchmark ranges (RFC 5737, RFC 2544) count as
/// public: no host uses them, except proxies that answer every lookup with a made-up address of 198.18.0.0/15.
fn network_of_v4(address: Ipv4Addr) -> NetworkKind {
    /// Metadata services of Alibaba Cloud and Oracle Cloud, and the WireServer of Azure, which gives certificates to the
    /// machines there. They are outside 169.254.0.0/16, and that of Azure is among the public addresses.
    const METADATA: [Ipv4Addr; 3] =
        [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(168, 63, 129, 16)];
    let [first, second, third, _] = address.octets();
    match first {
        _ if METADATA.contains(&address) => NetworkKind::Special,
        0 | 224..=255 => NetworkKind::Special,
        169 if second == 254 => NetworkKind::Special,
        10 | 127 => NetworkKind::Private,
        100 if second & 0xc0 == 64 => NetworkKind::Private,
        172 if second & 0xf0 == 16 => NetworkKind::Private,
        192 if second == 168 => NetworkKind::Private,
        192 if second == 0 && third == 0 => NetworkKind::Special,
        _ => NetworkKind::Public,
    }
}

/// Judges an IPv6 address. Only 2000::/3, private ranges and prefixes for translation are assigned (RFC 4291 §2.4, IANA).
fn network_of_v6(address: Ipv6Addr) -> NetworkKind {
    /// Amazon's metadata service on IPv6.
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254);
    let segments = address.segments();
    match segments[0] {
        _ if address == METADATA => NetworkKind::Special,
        _ if address.is_loopback() => NetworkKind::Private,
        // The IPv4 address inside this address is judged instead.
        0 | 0x64 if embedded_v4(address).is_some() => NetworkKind::Public,
        // RFC 8215: translation within a network, with a prefix length that only that network knows.
        0x64 if segments[1] == 0xff9b && segments[2] == 1 => NetworkKind::Private,
        0x2000..=0x3fff => NetworkKind::Public,
        0xfc00..=0xfdff | 0xfec0..=0xfeff => NetworkKind::Private,
        _ => NetworkKind::Special,
    }
}

/// Returns the IPv4 address that an IPv6 address contains: mapped and translated (RFC 4291, RFC 2765), compatible, NAT64
/// (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380), ISATAP (RFC 5214).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |[high, low]: [u16; 2]| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    let segments = address.segments();
    let [prefix @ .., high, low] = segments;
    match prefix {
        // `::` and `::1` contain no IPv4 address.
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

    fn network(address: &str) -> NetworkKind {
        network_of(address.parse().unwrap())
    }

    #[test]
    fn every_kind_of_address_is_recognised() {
        for public in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1",
        ] {
            assert_eq!(network(public), NetworkKind::Public, "{public}");
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
            assert_eq!(network(private), NetworkKind::Private, "{private}");
        }
        for private in ["::1", "fc00::1", "fd12:3456::1", "fec0::1", "64:ff9b:1::1"] {
            assert_eq!(network(private), NetworkKind::Private, "{private}");
        }
        for special in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert_eq!(network(special), NetworkKind::Special, "{special}");
        }
        for special in ["::", "fe80::1", "ff02::1", "fd00:ec2::254", "100::1", "1::1"] {
            assert_eq!(network(special), NetworkKind::Special, "{special}");
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
            assert_eq!(network(special), NetworkKind::Special, "{special}");
        }
        assert_eq!(network("::ffff:127.0.0.1"), NetworkKind::Private);
        assert_eq!(network("2002:7f00:1::"), NetworkKind::Private);
        assert_eq!(network("64:ff9b::8.8.8.8"), NetworkKind::Public);
        assert_eq!(network("fd00::5efe:8.8.8.8"), NetworkKind::Private);
        assert_eq!(network("fe80::5efe:8.8.8.8"), NetworkKind::Special);
    }
}
