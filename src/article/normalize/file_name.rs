//! Finds in the address of a picture or another file what tells it from other files. The rest differs between the copies of
//! one file that content delivery networks keep, or is renewed at each request.

use crate::text::words::is_all_digits;

/// How many parts at the end of a path tell a file from others. The parts before them differ between the copies that
/// content delivery networks keep.
const IDENTIFYING_PARTS: usize = 2;

/// Shortest part of a path that is taken for a random id, in bytes.
const SHORTEST_RANDOM_ID: usize = 16;

/// Endings of the names of programs. The query tells a program which file to show.
const PROGRAMS: [&str; 8] = ["php", "asp", "aspx", "ashx", "jsp", "cgi", "pl", "dll"];

/// Query parameters that name a file.
const NAMING_PARAMETERS: [&str; 19] = [
    "id", "p", "img", "image", "pic", "picture", "photo", "file", "filename", "src", "url", "u", "nr", "no",
    "num", "number", "page", "name", "path",
];

/// Names of the options by which picture services such as Cloudinary resize a picture: `w_1456,c_limit`.
const OPTIONS: [&str; 11] = ["w", "h", "c", "f", "q", "g", "fl", "dpr", "ar", "t", "$s"];

/// Longest number of a server, in digits.
const LONGEST_NUMBER: usize = 3;

/// Calls `visit` with the parts of an address that tell a file from others: the end of its path, and the query parameters that
/// name a file, if the path is that of a program or has no ending. If the path contains another address, as with picture
/// services, only the path of that inner address counts.
pub(in crate::article) fn identifying_parts(address: &str, mut visit: impl FnMut(&str)) {
    let address = address.split('#').next().unwrap_or_default();
    if let Some(inner) = inner_address(address) {
        return path_parts(&inner, visit);
    }
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    path_parts(path, &mut visit);
    let file = path.rsplit('/').next().unwrap_or_default();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if ending.is_none_or(|ending| PROGRAMS.contains(&ending.as_str())) {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if NAMING_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) {
                path_parts(&value, &mut visit);
            }
        }
    }
}

/// Returns the address that stands in the path of another one, without its query.
fn inner_address(address: &str) -> Option<String> {
    let path = address.split('?').next()?;
    let (_, after) = path.split_once("://")?;
    let (_, inner) = after.split_once('/')?;
    let at = ["http%3a", "http%3A", "https%3a", "https%3A", "http:/", "https:/"];
    let start = at.iter().filter_map(|scheme| inner.find(scheme)).min()?;
    let decoded = percent_encoding::percent_decode_str(inner.get(start..)?).decode_utf8_lossy().into_owned();
    Some(decoded.split(['?', '#']).next()?.to_owned())
}

/// Calls `visit` with the last parts of a path, or of the path of an address, without random ids, options and sizes.
fn path_parts(path: &str, mut visit: impl FnMut(&str)) {
    // An address may leave out its scheme: `//cdn.example/1.jpg`.
    let after_scheme = path.split_once("://").map(|(_, rest)| rest).or_else(|| path.strip_prefix("//"));
    let path = after_scheme.map_or(path, |rest| rest.split_once('/').map_or("", |(_, path)| path));
    let parts = path.split('/').filter(|part| !part.is_empty() && !is_random_id(part) && !is_rendition(part));
    let parts: Vec<&str> = parts.collect();
    for part in parts.iter().skip(parts.len().saturating_sub(IDENTIFYING_PARTS)) {
        let (name, ending) = without_size(part);
        visit(name);
        visit(ending);
    }
}

/// Returns whether a part of a path is a random id: long, of letters and digits mixed, and no name of a file.
fn is_random_id(part: &str) -> bool {
    part.len() >= SHORTEST_RANDOM_ID
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'='))
        && part.bytes().any(|byte| byte.is_ascii_digit())
        && part.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns whether a part of a path only says how a picture is shown: `w_1456,c_limit`, `640x480`, the version
/// `v1761000000`, the signature `s--Qx1Y--`.
fn is_rendition(part: &str) -> bool {
    let is_option = |option: &str| option.split_once('_').is_some_and(|(name, _)| OPTIONS.contains(&name));
    let version = part.strip_prefix('v').filter(|digits| digits.len() >= 6);
    part.split(',').all(is_option)
        || is_size(part)
        || version.is_some_and(is_all_digits)
        || part.len() > 4 && part.starts_with("s--") && part.ends_with("--")
}

/// Returns whether a text is a size in pixels: `640x480`.
fn is_size(text: &str) -> bool {
    text.split_once('x').is_some_and(|(width, height)| is_all_digits(width) && is_all_digits(height))
}

/// Returns the name of a file and its ending. WordPress appends the size of a smaller copy to the name: `quay-640x480.jpg`.
fn without_size(file: &str) -> (&str, &str) {
    let (name, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    let name = match name.rsplit_once('-') {
        Some((before, size)) if is_size(size) => before,
        _ => name,
    };
    let name = match name.rsplit_once('.') {
        Some((before, hash)) if is_build_hash(hash) => before,
        _ => name,
    };
    (name, ending)
}

/// Returns whether a part of a name is a hash that a bundler writes before the ending: `logo.9f86d081.svg`. The hash changes
/// when the site is built with other settings. Astro writes a second one after it: `logo.DZBMvB4G_Z1abc2.webp`.
fn is_build_hash(part: &str) -> bool {
    let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let is_token = |token: &str| {
        (4..=8).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && has_digit(token)
    };
    let is_renamed = part.split_at_checked(8).is_some_and(|(hash, token)| {
        hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && (has_digit(hash) || hash.bytes().any(|byte| byte.is_ascii_uppercase()))
            && token.strip_prefix('_').is_some_and(is_token)
    });
    is_renamed
        || (8..=32).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns the two parts of an address around the number with which the first name of its host ends. If there is none, the
/// second part is empty. Some publishers serve each file from several numbered servers, and name another one at each request
/// (`i1.ytimg.com` to `i4.ytimg.com`).
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
    use super::around_server_number;

    fn parts(address: &str) -> String {
        let mut parts = Vec::new();
        super::identifying_parts(address, |part| parts.push(part.to_owned()));
        parts.join(" ")
    }

    #[test]
    fn copies_and_signatures_of_one_file_have_the_same_parts() {
        for (one, other) in [
            ("https://c1.example/2026/a.jpg?w=1", "https://c2.example/2026/a.jpg?w=2"),
            ("https://a.example/media/bridge.9f86d081.jpg", "https://a.example/media/bridge.60303ae2.jpg"),
            (
                "https://cdn.example/image/fetch/$s_!Kq1z!,w_900,c_limit,f_auto/https%3A%2F%2Fstore.example%2Fi.png",
                "https://cdn.example/image/fetch/$s_!Zz9q!,w_640,c_limit,f_auto/https%3A%2F%2Fstore.example%2Fi.png",
            ),
            (
                "https://cdn.example/demo/upload/s--Ab1C--/v1761000000/i.jpg",
                "https://cdn.example/demo/upload/s--Xy2Z--/v1762000000/i.jpg",
            ),
            (
                "https://t.example/0a1b2c3d4e5f60718293=/fit-in/640x480/https://a.example/i.jpg",
                "https://t.example/9f8e7d6c5b4a39281706=/fit-in/320x240/https://a.example/i.jpg",
            ),
            ("https://a.example/up/i-640x480.jpg", "https://a.example/up/i-320x240.jpg"),
            ("https://a.example/i.jpg", "//a.example/i.jpg"),
            ("https://a.example/show.php?id=7&t=1760000000", "https://a.example/show.php?t=1770000000&id=7"),
            (
                "https://a.example/_next/image?url=%2Fi.png&w=640",
                "https://a.example/_next/image?url=%2Fi.png&w=320",
            ),
        ] {
            assert_eq!(parts(one), parts(other));
            assert!(!parts(one).is_empty());
        }
    }

    #[test]
    fn other_files_have_other_parts() {
        for (one, other) in [
            ("https://c.example/1/strip.png", "https://c.example/2/strip.png"),
            ("https://c.example/st_1/strip.png", "https://c.example/st_2/strip.png"),
            ("https://c.example/show.php?id=815", "https://c.example/show.php?id=816"),
            ("https://c.example/thumb.php?src=before.jpg", "https://c.example/thumb.php?src=after.jpg"),
            (
                "https://c.example/image?url=https%3A%2F%2Fa.example%2F1.png",
                "https://c.example/image?url=https%3A%2F%2Fa.example%2F2.png",
            ),
            (
                "https://c.example/w_9/https%3A%2F%2Fa.example%2F1.png",
                "https://c.example/w_9/https%3A%2F%2Fa.example%2F2.png",
            ),
        ] {
            assert_ne!(parts(one), parts(other));
        }
    }

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
