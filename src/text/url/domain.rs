//! Finds the registrable domain of an address, which all hosts of one site have in common.

use url::{Host, Url};

/// Returns the registrable domain of `url` by the public suffix list (<https://publicsuffix.org/>): `example.co.uk` for
/// `https://news.example.co.uk/`. `None` if the host is an IP address or a public suffix, or if there is no host.
pub fn registrable_domain(url: &Url) -> Option<&str> {
    match url.host()? {
        Host::Domain(name) => psl::domain_str(name),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_one_site_share_their_registrable_domain() {
        let domain = |url: &str| registrable_domain(&Url::parse(url).unwrap()).map(str::to_owned);
        assert_eq!(domain("https://news.example.co.uk/a").as_deref(), Some("example.co.uk"));
        assert_eq!(domain("https://example.co.uk/").as_deref(), Some("example.co.uk"));
        assert_eq!(domain("https://ada.github.io/").as_deref(), Some("ada.github.io"));
        assert_eq!(domain("https://co.uk/"), None);
        assert_eq!(domain("http://192.0.2.1/"), None);
    }
}
