//! Finds the registrable domain of an address, which all hosts of one site have in common.
//!
//! Only this file asks the public suffix list (<https://publicsuffix.org/>), whose code is generic: each file that called it
//! had 0.7 MB of it in the program.

use url::{Host, Url};

/// Returns the registrable domain of `url`: `example.co.uk` for `https://news.example.co.uk/`. `None` if the host is an IP
/// address or a public suffix, or if there is no host.
pub fn registrable_domain(url: &Url) -> Option<&str> {
    match url.host()? {
        Host::Domain(name) => registrable_domain_of_name(name),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

/// Returns the registrable domain of a host's name. `None` if the name is a public suffix itself.
pub fn registrable_domain_of_name(name: &str) -> Option<&str> {
    psl::domain_str(name)
}

/// Returns whether the public suffix list has a rule for the end of a host's name.
pub fn has_public_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known())
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
