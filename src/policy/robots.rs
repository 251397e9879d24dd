//! Reads robots.txt (RFC 9309) and decides whether riverd may fetch a web page. Only pages behind entries are checked, because
//! they are published for people; a feed is published for programs.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::time::{DAY, Timestamp};

/// The name that riverd has in robots.txt (RFC 9309 §2.2.1). Its User-Agent begins with it.
const PRODUCT_TOKEN: &str = "riverd";

/// How many bytes of robots.txt are read (§2.5 asks for at least 500 KiB).
pub const MAX_LENGTH: usize = 512 * 1024;

/// Longest path with its query that is compared with rules, in bytes. A page with a longer path is not fetched if the
/// robots.txt has rules.
const LONGEST_PATH: usize = 4096;

/// How long a robots.txt is used (RFC 9309 §2.4).
pub const KEPT: Duration = DAY;

/// A robots.txt that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadRobots {
    /// The rules of the file.
    pub robots: Arc<Robots>,
    /// When the file was read.
    pub read_at: Timestamp,
}

/// The rules of a robots.txt that hold for riverd.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Robots {
    rules: Vec<Rule>,
    /// Whether no page may be fetched, because robots.txt could not be read.
    is_closed: bool,
}

/// A line `Allow` or `Disallow`.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Rule {
    allows: bool,
    /// Pattern of paths in normal form.
    pattern: String,
}

/// A line of robots.txt that riverd understands.
enum Line<'a> {
    /// A product token, in the spelling of the file.
    UserAgent(&'a str),
    Rule {
        allows: bool,
        pattern: &'a str,
    },
}

impl Robots {
    /// Parses a robots.txt. Bytes beyond [`MAX_LENGTH`], and lines that riverd does not understand, are ignored.
    pub fn parse(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body.get(..MAX_LENGTH).unwrap_or(body));
        let text = text.trim_start_matches('\u{feff}');
        let (mut own, mut general) = (Vec::new(), Vec::new());
        let mut has_own_group = false;
        let (mut names_riverd, mut names_all, mut in_rules) = (false, false, true);
        for line in text.split(['\n', '\r']).filter_map(line_of) {
            match line {
                Line::UserAgent(name) => {
                    if std::mem::take(&mut in_rules) {
                        (names_riverd, names_all) = (false, false);
                    }
                    names_riverd |= is_name_of_riverd(name);
                    names_all |= name.starts_with('*');
                    has_own_group |= names_riverd;
                }
                Line::Rule { allows, pattern } => {
                    in_rules = true;
                    // An empty pattern matches nothing: `Disallow:` allows everything.
                    let rule = || Rule { allows, pattern: normal_form(pattern).into_owned() };
                    if names_riverd && !pattern.is_empty() {
                        own.push(rule());
                    }
                    if names_all && !pattern.is_empty() {
                        general.push(rule());
                    }
                }
            }
        }
        Self { rules: if has_own_group { own } else { general }, is_closed: false }
    }

    /// Returns the rules of a server whose robots.txt can't be read now: no page may be fetched (§2.3.1.4).
    pub fn unreachable() -> Self {
        Self { rules: Vec::new(), is_closed: true }
    }

    /// Returns whether riverd may fetch a page of this server. The longest pattern that matches decides. If an allowing and a
    /// disallowing pattern are equally long, the page may be fetched (§2.2.2).
    pub fn allows(&self, url: &Url) -> bool {
        if self.is_closed {
            return false;
        }
        if self.rules.is_empty() {
            return true;
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        if path.len() > LONGEST_PATH {
            return false;
        }
        let path = normal_form(&path);
        let matching = self.rules.iter().filter(|rule| matches(&rule.pattern, &path));
        matching.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|rule| rule.allows)
    }

    /// Returns the rules as a robots.txt, which [`Robots::parse`] reads as the same rules. Must not be called for the rules of
    /// an [`unreachable`](Self::unreachable) robots.txt, which can't be written as a file.
    pub fn to_file(&self) -> String {
        let line = |rule: &Rule| {
            let key = if rule.allows { "Allow" } else { "Disallow" };
            format!("{key}: {}\n", rule.pattern)
        };
        let rules: String = self.rules.iter().map(line).collect();
        format!("User-agent: *\n{rules}")
    }

    /// Returns how much memory the rules take, in bytes.
    pub fn size(&self) -> usize {
        self.rules.iter().map(|rule| size_of::<Rule>() + rule.pattern.len()).sum::<usize>()
            + size_of::<Self>()
    }
}

/// Returns the address of the robots.txt that holds for a page.
pub fn address(page: &Url) -> Option<Url> {
    let mut robots = page.join("/robots.txt").ok()?;
    robots.set_username("").ok()?;
    robots.set_password(None).ok()?;
    Some(robots)
}

fn line_of(line: &str) -> Option<Line<'_>> {
    let line = line.split('#').next().unwrap_or_default();
    let (key, value) = line.split_once(':')?;
    let (key, value) = (key.trim(), value.trim());
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("user-agent") {
        Some(Line::UserAgent(value))
    } else if is("allow") || is("disallow") {
        Some(Line::Rule { allows: is("allow"), pattern: value })
    } else {
        None
    }
}

/// Returns whether a product token names riverd. Some files add a version to it.
fn is_name_of_riverd(name: &str) -> bool {
    let end = name.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '-' | '_'))).unwrap_or(name.len());
    name.get(..end).is_some_and(|token| token.eq_ignore_ascii_case(PRODUCT_TOKEN))
}

/// Returns a path or pattern in the form that is compared (§2.2.2): bytes beyond ASCII are percent-encoded. Letters, digits,
/// `-`, `.`, `_` and `~` are never percent-encoded. Hexadecimal digits are in upper case.
fn normal_form(path: &str) -> Cow<'_, str> {
    if path.is_ascii() && !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut normal = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let encoded = if byte == b'%' { hex_pair(next_two(&bytes)) } else { None };
        match encoded {
            Some(value) => {
                bytes.nth(1);
                if value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~') {
                    normal.push(char::from(value));
                } else {
                    push_encoded(&mut normal, value);
                }
            }
            None if byte.is_ascii() => normal.push(char::from(byte)),
            None => push_encoded(&mut normal, byte),
        }
    }
    Cow::Owned(normal)
}

/// Returns the next two bytes without taking them.
fn next_two(bytes: &std::str::Bytes<'_>) -> Option<[u8; 2]> {
    let mut ahead = bytes.clone();
    Some([ahead.next()?, ahead.next()?])
}

fn hex_pair(digits: Option<[u8; 2]>) -> Option<u8> {
    let [high, low] = digits?;
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    Some(value(high)? * 16 + value(low)?)
}

fn push_encoded(text: &mut String, byte: u8) {
    text.push('%');
    text.push_str(&hex::encode_upper([byte]));
}

/// Returns whether a pattern matches the start of a path. `*` stands for any text, and `$` at the end for the end of the path.
/// Takes time linear in the length of both.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let (first, others) =
        pattern.split_once('*').map_or((pattern, None), |(first, rest)| (first, Some(rest)));
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let Some(others) = others else { return !to_the_end || rest.is_empty() };
    let (between, last) = others.rsplit_once('*').unwrap_or(("", others));
    for part in between.split('*') {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    if to_the_end { rest.ends_with(last) } else { rest.contains(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse("https://example.org").unwrap().join(path).unwrap();
        Robots::parse(robots.as_bytes()).allows(&url)
    }

    #[test]
    fn the_group_that_names_riverd_comes_before_that_for_all() {
        let file =
            "User-agent: *\nDisallow: /\n\nUser-Agent: otherbot\nuser-agent: RiverD/2\nDisallow: /private\n";
        assert!(allows(file, "/story"));
        assert!(!allows(file, "/private/x"));
        assert!(!allows("User-agent: *\nDisallow: /", "/story"));
        assert!(allows("User-agent: other\nDisallow: /", "/story"), "no group holds for riverd");
        assert!(!allows(
            "User-agent: riverd\nSitemap: /s\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: riverd\nDisallow: /b",
            "/b"
        ));
        assert!(
            allows("User-agent: *\nDisallow: /\nUser-agent: riverd\nDisallow:", "/a"),
            "an empty group of our own"
        );
        assert!(!allows("User-agent: riverdance\nDisallow: /x\nUser-agent: *\nDisallow: /", "/a"));
    }

    #[test]
    fn the_longest_pattern_decides_and_of_equal_ones_that_which_allows() {
        let file = "user-agent: *\ndisallow: /page\nallow: /page/public\nallow: /both\ndisallow: /both";
        assert!(!allows(file, "/page/1"));
        assert!(allows(file, "/page/public/1"));
        assert!(allows(file, "/both"));
    }

    #[test]
    fn patterns_match_as_the_standard_says() {
        for (pattern, path, is_match) in [
            ("/fish", "/fish.html", true),
            ("/fish", "/catfish", false),
            ("/fish*", "/fishheads/yummy.html", true),
            ("/fish/", "/fish", false),
            ("/*.php", "/folder/filename.php?x=1", true),
            ("/*.php$", "/filename.php", true),
            ("/*.php$", "/filename.php?x=1", false),
            ("/a*b*c$", "/a-b-b-c", true),
            ("/a*b*c$", "/a-c-b", false),
            ("*", "/anything", true),
            ("/$", "/", true),
            ("/$", "/x", false),
            ("/foo/bar?baz=http://foo.bar", "/foo/bar?baz=http://foo.bar", true),
            ("/é", "/%C3%A9", true),
            ("/%e3%83%84", "/%E3%83%84", true),
            ("/%62%61%7A", "/baz", true),
            ("/a%2fb", "/a/b", false),
            ("/x$y", "/x$y", true),
        ] {
            let file = format!("User-agent: *\nDisallow: {pattern}");
            assert_eq!(!allows(&file, path), is_match, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_rule_is_ignored_and_a_server_without_an_answer_allows_nothing() {
        assert!(allows("<!doctype html><p>Not found: nothing here", "/a"));
        assert!(!allows("\u{feff}User-agent : * # all\r\nDisallow : /a # not this", "/a"));
        assert!(allows("Disallow: /", "/a"), "a rule without a group");
        assert!(!Robots::unreachable().allows(&Url::parse("https://example.org/a").unwrap()));
    }

    #[test]
    fn a_hostile_file_costs_little() {
        let stars = format!("User-agent: *\nDisallow: /{}x$\n", "*a".repeat(200_000));
        let rules = format!("User-agent: *\n{}", "Disallow: /*a*b*c$\n".repeat(40_000));
        let path = format!("/{}", "a".repeat(4000));
        for file in [stars, rules] {
            assert!(allows(&file, &path));
        }
    }

    #[test]
    fn the_address_of_robots_txt_has_no_password() {
        let page = Url::parse("https://ann:secret@example.org:8443/a/b?c#d").unwrap();
        assert_eq!(address(&page).unwrap().as_str(), "https://example.org:8443/robots.txt");
    }
}
