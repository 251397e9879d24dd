//! Generates names for sources that have none, from their titles or addresses. A name does not depend on what else the
//! file contains, unless another source has the same name.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::model::redacted_url::HIDDEN;
use crate::model::{Location, RedactedUrl};

/// Longest name of a source and longest tag, in characters. Both appear in routes, exported lists and printed tables.
pub const LONGEST_NAME: usize = 64;
/// Maximum length of a generated name in characters. The first words of a long title are enough.
const MAX_GENERATED_CHARS: usize = 40;

/// What the name of a source is made from.
pub(super) struct NameInput<'s> {
    /// Value of `name`, if the file gives one.
    pub name: Option<&'s str>,
    /// Value of `title`, if the file gives one.
    pub title: Option<&'s str>,
    /// Where the source's document is.
    pub location: &'s Location,
}

/// Returns a name for each source: its own, otherwise one made from its title, otherwise one made from its address.
///
/// A generated name depends on its source alone, so adding other sources hardly ever changes it. A part of the address's
/// hash is added only if the name is already taken, by the `name` of another source or by a source above.
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

/// Converts `text` to the characters that a name may contain: `Le Monde – À la une` becomes `le-monde-a-la-une`. A long text
/// is cut, if possible after a word. The result is empty if no character can be converted, as in Chinese.
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
        // Cut at the end of a word if there is one.
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
    // Six digits distinguish 16 million addresses. If the name is still taken, more digits are used.
    (6..=hash.len())
        .step_by(2)
        .filter_map(|digits| hash.get(..digits))
        .map(|part| format!("{plain}-{part}"))
        .find(|name| !taken.contains(name))
        .unwrap_or(hash.clone())
}

/// Makes a name from the host without `www.` and the parts of the path, except tokens and words such as `feed`. For a file,
/// makes it from the file name. Extensions are left out.
fn from_location(location: &Location) -> String {
    let text = match location {
        Location::Http(url) => {
            let host = url.host_str().unwrap_or_default();
            let host = host.strip_prefix("www.").unwrap_or(host);
            let shown = RedactedUrl(url).to_string();
            let path = shown.split(['?', '#']).next().unwrap_or_default();
            let path = path.split('/').skip(3).map(without_extension);
            let specific = path.filter(|part| !part.is_empty() && !is_generic(part) && *part != HIDDEN);
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

/// Returns whether a part of a path only says that this is a feed.
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

    /// Returns the names of sources that are given as (name, title, address).
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
    fn the_name_of_an_address_is_its_host_and_the_specific_parts_of_its_path() {
        assert_eq!(generated("https://blog.rust-lang.org/feed.xml"), "blog.rust-lang.org");
        assert_eq!(generated("https://www.lemonde.fr/rss/une.xml"), "lemonde.fr-une");
        assert_eq!(generated("https://www.reddit.com/r/rust/.rss"), "reddit.com-r-rust");
        assert_eq!(generated("http://127.0.0.1:4000/a.xml?x=1"), "127.0.0.1-a");
        assert_eq!(generated("http://[::1]/"), "1");
        assert_eq!(generated("https://a.org/p/9f8e7d6c5b4a39281706f5e4d3c2b1a0/posts.xml"), "a.org-p-posts");
        assert_eq!(from_location(&Location::File("/srv/feeds/My Feed.xml".into())), "my-feed");
        assert_eq!(from_location(&Location::File("/".into())), "source");
    }

    #[test]
    fn a_title_becomes_characters_that_a_name_may_contain() {
        assert_eq!(slug("Le Monde – À la une"), "le-monde-a-la-une");
        assert_eq!(slug("  Rust: «Blog»! "), "rust-blog");
        assert_eq!(slug("O’Reilly's"), "oreillys");
        assert_eq!(slug("少数派"), "");
        assert_eq!(slug("...secret"), "secret");
        assert_eq!(slug(&"a".repeat(1_000)), "a".repeat(MAX_GENERATED_CHARS));
        assert_eq!(slug("Le Monde.fr - Actualités et Infos en France"), "le-monde.fr-actualites-et-infos-en");
    }

    #[test]
    fn a_title_without_latin_letters_is_replaced_by_the_address() {
        assert_eq!(assigned(&[("", "少数派", "https://sspai.com/feed")]), ["sspai.com"]);
    }

    #[test]
    fn a_taken_name_gets_a_part_of_the_address_hash() {
        let names = assigned(&[("", "News", "https://a.org/"), ("", "News", "https://b.org/")]);
        assert_eq!(names[0], "news");
        assert!(names[1].starts_with("news-") && names[1].len() == "news-".len() + 6, "{names:?}");
        let written = assigned(&[("", "", "https://a.org/"), ("A.org", "", "https://b.org/")]);
        assert!(written[0].starts_with("a.org-"), "{written:?}");
        assert_eq!(written[1], "A.org");
    }

    #[test]
    fn adding_a_source_below_does_not_change_the_names_above() {
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
