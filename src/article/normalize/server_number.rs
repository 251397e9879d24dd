//! Leaves out of the address of a picture or another file the number of the server. Some publishers serve each file from
//! several numbered servers, and name another one at each request (`i1.ytimg.com` to `i4.ytimg.com`).

/// Longest number of a server, in digits.
const LONGEST_NUMBER: usize = 3;

/// Returns the two parts of an address around the number with which the first name of its host ends. If there is none, the
/// second part is empty.
pub(super) fn around_server_number(address: &str) -> (&str, &str) {
    let host_at = address.find("//").map_or(address.len(), |at| at + 2);
    let (_, after) = address.split_at(host_at);
    let host = after.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let Some((first, domain)) = host.split_once('.') else { return (address, "") };
    let letters = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = first.len() - letters.len();
    let is_numbered = (1..=LONGEST_NUMBER).contains(&digits)
        && letters.starts_with(|c: char| c.is_ascii_alphabetic())
        && domain.contains('.');
    if !is_numbered {
        return (address, "");
    }
    let (before, _) = address.split_at(host_at + letters.len());
    let (_, rest) = address.split_at(host_at + first.len());
    (before, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_file_on_numbered_servers_differ_only_in_the_number() {
        let parts = around_server_number("https://i1.ytimg.com/vi/a/hqdefault.jpg");
        assert_eq!(parts, ("https://i", ".ytimg.com/vi/a/hqdefault.jpg"));
        assert_eq!(parts, around_server_number("https://i12.ytimg.com/vi/a/hqdefault.jpg"));
        assert_eq!(around_server_number("//cdn2.a.example/1.jpg"), ("//cdn", ".a.example/1.jpg"));
    }

    #[test]
    fn an_address_without_a_numbered_server_stays_whole() {
        for address in [
            "",
            "/1.jpg",
            "https://a1.example/1.jpg",
            "https://10.0.0.7/1.jpg",
            "https://localhost2/1.jpg",
            "https://user2026.a.example/1.jpg",
            "https://img.a.example/b1.c.d",
            "magnet:?xt=urn:btih:9f86",
        ] {
            assert_eq!(around_server_number(address), (address, ""));
        }
    }
}
