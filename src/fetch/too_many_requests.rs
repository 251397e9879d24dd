//! Recognises error pages that say "too many requests" in words.

use super::stand_in::{content_of, texts_of};

/// Length in bytes of the longest text of a page that says little else than why the server refuses. In a longer page only the
/// title and the first heading are read, because its text may be about anything.
const MAX_SHORT_PAGE: usize = 1000;
/// Length in bytes of the longest title and heading. A longer one was never closed, and goes on into the text.
const MAX_HEADING: usize = 200;

/// What a sentence says, word by word, if the client sent too many requests.
const STATEMENTS: [&[&str]; 6] = [
    &["too", "many", "requests"],
    &["rate", "limited"],
    &["requests", "too", "fast"],
    &["requests", "too", "quickly"],
    &["reduce", "your", "request", "rate"],
    &["please", "slow", "down"],
];
/// What a title, a heading or a whole page says, and nothing else. As part of a sentence, the words may be about anything.
const WHOLE_TEXTS: [&[&str]; 2] = [&["slow", "down"], &["slowdown"]];
/// Names of a limit. A sentence that names one must say that it is exceeded, or have few words.
const LIMITS: [&[&str]; 5] =
    [&["rate", "limit"], &["rate", "limits"], &["request", "limit"], &["requests", "limit"], &["quota"]];
/// Words that may stand before the name of a limit. After others, such as "interest", it is a limit of something else.
const BEFORE_LIMITS: [&str; 32] = [
    "a",
    "an",
    "the",
    "this",
    "your",
    "our",
    "of",
    "api",
    "secondary",
    "primary",
    "request",
    "requests",
    "access",
    "client",
    "ip",
    "user",
    "usage",
    "crawl",
    "download",
    "bandwidth",
    "traffic",
    "global",
    "hourly",
    "daily",
    "monthly",
    "minute",
    "second",
    "exceeded",
    "error",
    "code",
    "message",
    "over",
];
/// Words that say that a limit is exceeded, besides those that begin with `exceed`.
const IS_EXCEEDED: [&str; 3] = ["reached", "hit", "over"];
/// Largest number of words in a sentence that only names a limit: "API rate limit".
const MAX_NAMING_WORDS: usize = 3;
/// Parts of the codes that programs give as the reason, as in `userRateLimitExceeded`.
const CODES: [&str; 4] = ["ratelimit", "toomanyrequests", "quotaexceeded", "limitexceeded"];

/// Returns whether a page, in lower case, says that there were too many requests: a short page anywhere, a longer one in its
/// title or its first heading.
pub(super) fn is_said_by(page: &str) -> bool {
    let headings = ["title", "h1"].into_iter().filter_map(|name| content_of(page, name));
    is_said_in(&texts_of(page), MAX_SHORT_PAGE)
        || headings.map(texts_of).any(|heading| is_said_in(&heading, MAX_HEADING))
}

fn is_said_in(texts: &[&str], max_length: usize) -> bool {
    if texts.iter().map(|text| text.trim().len()).sum::<usize>() > max_length {
        return false;
    }
    let all: Vec<&str> = texts.iter().flat_map(|text| words(text)).collect();
    WHOLE_TEXTS.contains(&all.as_slice())
        || texts.iter().flat_map(|text| sentences(text)).any(|sentence| is_statement(&sentence))
}

/// Returns the sentences of a text as words. Other signs than the marks at the end of a sentence end one, too, such as the
/// quotes around a text in JSON.
fn sentences(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.split(['.', ',', ';', ':', '!', '?', '"', '(', ')', '|', '·', '–', '—', '\n'])
        .flat_map(|part| part.split(" - "))
        .map(|sentence| words(sentence).collect())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_statement(words: &[&str]) -> bool {
    let has = |wanted: &[&str]| words.windows(wanted.len()).any(|part| part == wanted);
    let is_exceeded = words.iter().any(|word| word.starts_with("exceed") || IS_EXCEEDED.contains(word));
    let is_brief = words.len() <= MAX_NAMING_WORDS;
    words.iter().any(|word| CODES.iter().any(|code| word.contains(code)))
        || STATEMENTS.into_iter().any(has)
        || LIMITS.into_iter().any(|limit| {
            // A quota may be one of milk or fish, and many titles name one.
            names(words, limit) && (is_exceeded || (is_brief && limit.len() > 1))
        })
}

/// Returns whether a sentence names a limit of requests.
fn names(words: &[&str], limit: &[&str]) -> bool {
    words.windows(limit.len()).enumerate().any(|(place, part)| {
        let before = place.checked_sub(1).and_then(|place| words.get(place));
        let is_of_requests = before.is_none_or(|word| {
            BEFORE_LIMITS.contains(word) || word.bytes().all(|byte| byte.is_ascii_digit())
        });
        part == limit && is_of_requests
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_said(page: &str) -> bool {
        is_said_by(&page.to_lowercase())
    }

    #[test]
    fn a_page_that_says_too_many_requests_is_recognised() {
        let long = "Words of a page. ".repeat(200);
        for page in [
            "You exceeded a secondary rate limit",
            "Quota exceeded",
            "Rate limit",
            "Slow down!",
            "Please slow down.",
            "403 Rate limit exceeded",
            "You have reached your hourly request limit.",
            "<html><title>403 Forbidden</title><h1>Forbidden</h1><p>Rate limit exceeded</p></html>",
            "<html><title>Access denied</title><p>You are being <b>rate limited</b>.</html>",
            "{\"message\":\"API rate limit exceeded for 192.0.2.1. (Authenticated requests get a higher rate limit.)\"}",
            "{\"error\":{\"code\":403,\"message\":\"Quota exceeded for quota metric 'Queries'\"}}",
            "{\"reason\":\"userRateLimitExceeded\"}",
            "{\"error\":\"rate_limit_exceeded\"}",
            "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>",
            &format!("<title>Too Many Requests</title><p>{long}"),
            &format!("<title>Example</title><h1 class=x><span>Rate limit exceeded</span></h1><p>{long}"),
        ] {
            assert!(is_said(page), "{page}");
        }
    }

    #[test]
    fn a_page_that_only_has_such_words_in_its_text_is_not_recognised() {
        let long = "<p>Words of a page.</p>".repeat(60);
        for page in [
            "",
            "Forbidden",
            "Subscription required. Read about the interest rate limits of banks",
            "Interest rate limits",
            "Members only: the interest rate limit was exceeded",
            "The central bank raised the rate limit.",
            "<title>Members only | Slow Down</title><p>Subscribe to read on.",
            "Milk quota exceeded by farmers",
            "<script>var text = 'Too many requests'</script>Forbidden",
            &format!("{long}<p>The central bank raised the rate limit.</p>"),
            &format!("<title>Forbidden</title>{long}<p>Too many requests are bad for servers.</p>"),
            &format!("<title>Forbidden {long}<p>Too many requests are bad for servers.</p>"),
            &format!("<h1>Forbidden<p>{}too many requests", "<".repeat(60_000)),
        ] {
            assert!(!is_said(page), "{page:.200}");
        }
    }
}
