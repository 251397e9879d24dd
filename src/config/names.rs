//! Names for sources that have none: made from the title or the address, the same whatever else stands in the file.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::model::Location;

/// Characters of a name: it stands in routes, in file names of exports and in tables.
pub(super) const MAX_CHARS: usize = 64;
/// Characters of a name that is made: titles go on where names have said enough.
const MAX_GENERATED_CHARS: usize = 40;

/// A source as far as its name goes.
pub(super) struct NameInput<'s> {
    /// As written in the file.
    pub name: Option<&'s str>,
    /// As written in the file.
    pub title: Option<&'s str>,
    /// Where its document is.
    pub location: &'s Location,
}

/// A name for each source: the one it has, else one made from its title, else from its address.
///
/// A made name depends on the source alone, so that adding others leaves it as it is. Only where it is taken,
/// by a written name or by a source further up, a part of the address's hash is added.
pub(super) fn assign(sources: &[NameInput<'_>]) -> Vec<String> {
    let mut taken: HashSet<String> =
        sources.iter().filter_map(|source| source.name).map(str::to_lowercase).collect();
    let mut names = Vec::with_capacity(sources.len());
    for source in sources {
        let name = match source.name {
            Some(name) => name.to_owned(),
            None => generate_name(source, &taken),
        };
        taken.insert(name.to_lowercase());
        names.push(name);
    }
    names
}

/// The characters a name may have, in place of those that `text` has: `Le Monde – À la une` → `le-monde-a-la-une`.
/// Empty if nothing of it can stand in a name (Chinese, say).
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if slug.len() > MAX_GENERATED_CHARS {
            break;
        }
        if c.is_ascii_alphanumeric() || (matches!(c, '.' | '_') && !slug.is_empty()) {
            slug.push(c);
        } else if !matches!(c, '\'' | '’') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if slug.len() > MAX_GENERATED_CHARS {
        // At the end of a word, if there is one.
        slug.truncate(slug.rfind('-').unwrap_or(MAX_GENERATED_CHARS));
    }
    slug.trim_end_matches(['-', '.', '_']).to_owned()
}

fn generate_name(source: &NameInput<'_>, taken: &HashSet<String>) -> String {
    let from_title = source.title.map(slug).filter(|slug| !slug.is_empty());
    let plain = from_title.unwrap_or_else(|| from_location(source.location));
    if !taken.contains(&plain) {
        return plain;
    }
    let hash = hex::encode(Sha256::digest(source.location.as_url_text()));
    // Six digits tell 16 million addresses apart; more of them where even that fails.
    (6..=hash.len())
        .step_by(2)
        .filter_map(|digits| hash.get(..digits))
        .map(|part| format!("{plain}-{part}"))
        .find(|name| !taken.contains(name))
        .unwrap_or(hash.clone())
}

/// The host without `www.`, and what its path says beyond that it is a feed; the stem of a file.
fn from_location(location: &Location) -> String {
    let text = match location {
        Location::Http(url) => {
            let host = url.host_str().unwrap_or_default();
            let host = host.strip_prefix("www.").unwrap_or(host);
            let path = url.path_segments().into_iter().flatten().map(without_extension);
            let specific = path.filter(|part| !part.is_empty() && !is_generic(part));
            std::iter::once(host).chain(specific).collect::<Vec<_>>().join("-")
        }
        Location::File(path) => {
            path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
        }
    };
    let slug = slug(&text);
    if slug.is_empty() { "source".to_owned() } else { slug }
}

fn without_extension(segment: &str) -> &str {
    ["xml", "rss", "atom", "json", "rdf", "php", "html", "htm", "rss2", "cgi", "aspx"]
        .iter()
        .find_map(|extension| segment.strip_suffix(extension)?.strip_suffix('.'))
        .unwrap_or(segment)
}

/// Whether a part of a path says no more than "here is a feed".
fn is_generic(part: &str) -> bool {
    let words =
        ["feed", "feeds", "rss", "rss2", "atom", "rdf", "xml", "json", "index", "default", "all", "main"];
    words.iter().any(|word| part.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(url: &str) -> Location {
        Location::Http(url::Url::parse(url).unwrap())
    }

    fn generated(url: &str) -> String {
        from_location(&http(url))
    }

    /// Names for sources given as (name, title, address).
    fn assigned(sources: &[(&str, &str, &str)]) -> Vec<String> {
        let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        let locations: Vec<Location> = sources.iter().map(|(_, _, url)| http(url)).collect();
        let texts = sources.iter().map(|(name, title, _)| {
            (
                some(Box::leak(name.to_string().into_boxed_str())),
                some(Box::leak(title.to_string().into_boxed_str())),
            )
        });
        let inputs: Vec<NameInput<'_>> = texts
            .zip(&locations)
            .map(|((name, title), location)| NameInput { name, title, location })
            .collect();
        assign(&inputs)
    }

    #[test]
    fn an_address_is_named_by_its_host_and_what_its_path_says() {
        assert_eq!(generated("https://blog.rust-lang.org/feed.xml"), "blog.rust-lang.org");
        assert_eq!(generated("https://www.lemonde.fr/rss/une.xml"), "lemonde.fr-une");
        assert_eq!(generated("https://www.reddit.com/r/rust/.rss"), "reddit.com-r-rust");
        assert_eq!(generated("http://127.0.0.1:4000/a.xml?x=1"), "127.0.0.1-a");
        assert_eq!(generated("http://[::1]/"), "1");
        assert_eq!(from_location(&Location::File("/srv/feeds/My Feed.xml".into())), "my-feed");
        assert_eq!(from_location(&Location::File("/".into())), "source");
    }

    #[test]
    fn a_title_becomes_what_a_name_may_hold() {
        assert_eq!(slug("Le Monde – À la une"), "le-monde-a-la-une");
        assert_eq!(slug("  Rust: «Blog»! "), "rust-blog");
        assert_eq!(slug("O’Reilly's"), "oreillys");
        assert_eq!(slug("少数派"), "");
        assert_eq!(slug("...secret"), "secret");
        assert_eq!(slug(&"a".repeat(1_000)), "a".repeat(MAX_GENERATED_CHARS));
        assert_eq!(slug("Le Monde.fr - Actualités et Infos en France"), "le-monde.fr-actualites-et-infos-en");
    }

    #[test]
    fn a_title_that_says_nothing_in_latin_letters_leaves_the_address() {
        assert_eq!(assigned(&[("", "少数派", "https://sspai.com/feed")]), ["sspai.com"]);
    }

    #[test]
    fn a_name_that_is_taken_gets_a_part_of_the_address_hash() {
        let names = assigned(&[("", "News", "https://a.org/"), ("", "News", "https://b.org/")]);
        assert_eq!(names[0], "news");
        assert!(names[1].starts_with("news-") && names[1].len() == "news-".len() + 6, "{names:?}");
        let written = assigned(&[("", "", "https://a.org/"), ("A.org", "", "https://b.org/")]);
        assert!(written[0].starts_with("a.org-"), "{written:?}");
        assert_eq!(written[1], "A.org");
    }

    #[test]
    fn adding_a_source_below_leaves_the_names_above() {
        let before = assigned(&[("", "", "https://a.org/1/feed"), ("", "News", "https://a.org/2")]);
        let after = assigned(&[
            ("", "", "https://a.org/1/feed"),
            ("", "News", "https://a.org/2"),
            ("", "", "https://a.org/1/rss"),
            ("", "News", "https://c.org/"),
        ]);
        assert_eq!(after[..2], before);
    }
}
