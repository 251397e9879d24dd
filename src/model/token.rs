//! Recognises tokens: texts that a program made at random so that nobody can guess them.

use std::ops::RangeInclusive;

use super::letter_pairs::{are_random_letters, is_word};

/// Minimum length in bytes of most tokens. A shorter text is a token only if it is dense ([`is_dense`]) or follows a word such
/// as `token`.
const TOKEN_LENGTH: usize = 16;
/// Minimum length in bytes of a token that changes between small letters, capitals and digits at every second character on
/// average. Every other token is longer.
const DENSE_LENGTH: usize = 10;

/// Minimum length in bytes of a number that is a token by itself. The numbers by which articles and users are counted are
/// shorter.
const NUMBER_LENGTH: usize = 24;
/// Smallest number of groups of a key that is written in groups, their sizes, and the least size of all together.
const KEY_GROUPS: usize = 3;
const KEY_LENGTH: usize = 15;
const KEY_GROUP_SIZES: RangeInclusive<usize> = 4..=8;

/// Returns whether a part of a path or the value of a parameter looks like a token. `text` must be percent-decoded.
///
/// Words, dates, numbers, names of words and numbers, and the short numbers of articles in capitals and digits are no tokens. A
/// few names with many digits in them are taken for tokens. Of random texts of 16 characters with letters and digits, about one
/// in a hundred passes for a name.
pub(super) fn looks_like_a_token(text: &str) -> bool {
    let text = without_extension(text.trim_end_matches('='));
    let is_too_short = text.len() < DENSE_LENGTH;
    if is_too_short || !text.bytes().all(|byte| byte.is_ascii_graphic()) || is_public_id(text) {
        return false;
    }
    starts_with_a_uuid(text)
        || is_token_in_parts(text)
        || is_grouped_key(text)
        || runs(text).any(|run| {
            is_hexadecimal(run)
                || is_mixed_run(run)
                || is_dense(run)
                || is_of_letters(run)
                || is_number(run, NUMBER_LENGTH)
        })
}

/// Returns whether a text is a number of at least `length` digits.
pub(super) fn is_number(text: &str, length: usize) -> bool {
    text.len() >= length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text has at least `length` bytes and consists of letters and digits, with at least one of each.
pub(super) fn is_mixed(text: &str, length: usize) -> bool {
    text.len() >= length
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns whether a text is a number with enough digits to be half of a token, as in the addresses of Google Alerts.
pub(super) fn is_long_number(text: &str) -> bool {
    is_number(text, TOKEN_LENGTH)
}

/// Returns whether a text has the form of an identifier that its service shows to everybody: a channel or a list of YouTube,
/// or a DID (Decentralized Identifier), which Bluesky uses.
fn is_public_id(text: &str) -> bool {
    let is_youtube = ["UC", "UU", "PL"].iter().any(|prefix| text.starts_with(prefix))
        && matches!(text.len(), 18 | 24 | 34)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_youtube || text.starts_with("did:")
}

/// Removes the extension of a file: a dot and two to five small letters.
fn without_extension(text: &str) -> &str {
    match text.rsplit_once('.') {
        Some((stem, end))
            if (2..=5).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_lowercase()) =>
        {
            stem
        }
        _ => text,
    }
}

/// Returns the runs of letters and digits of a text.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| !run.is_empty())
}

/// Returns whether a text starts with a UUID: 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between them.
fn starts_with_a_uuid(text: &str) -> bool {
    text.get(..36).is_some_and(|id| {
        id.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    })
}

fn is_hexadecimal(run: &str) -> bool {
    is_mixed(run, TOKEN_LENGTH) && run.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns whether a long run changes between letters and digits, or between capitals and small letters, more often than names
/// do, and does not consist of words. Returns `false` for a date with its time, because it has at most three letters.
fn is_mixed_run(run: &str) -> bool {
    let kind = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let changes =
        run.as_bytes().windows(2).filter(|pair| pair.first().map(kind) != pair.last().map(kind)).count();
    let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
    is_mixed(run, TOKEN_LENGTH) && changes >= 3 && letters > 3 && !is_of_words(run)
}

/// Returns whether a run of at least [`DENSE_LENGTH`] bytes has at least five [`pieces`], which have two characters at most on
/// average, and does not consist of words. Capitals and digits alone are the number of an article or a product, such as the
/// `B07FZ8S74R` of Amazon.
fn is_dense(run: &str) -> bool {
    let count = pieces(run).count();
    is_mixed(run, DENSE_LENGTH)
        && count >= 5
        && count * 2 >= run.len()
        && run.bytes().any(|byte| byte.is_ascii_lowercase())
        && !is_of_words(run)
}

/// Returns whether words make up most of a run with numbers between them, as in `BlackLivesMatter2026`. Where capitals can't
/// show where a word begins, more of the run must be words, and most digits must stand in numbers of two or more.
fn is_of_words(run: &str) -> bool {
    let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
    let in_words = letters_in_words(run);
    if has_both_cases(run) || run.len() < TOKEN_LENGTH {
        return in_words * 2 >= letters;
    }
    let in_numbers: usize = pieces(run).filter(|piece| is_number(piece, 2)).map(str::len).sum();
    in_words * 4 >= letters * 3 && in_numbers * 2 >= run.len().saturating_sub(letters)
}

/// Returns how many letters of a run are in pieces that are words.
fn letters_in_words(run: &str) -> usize {
    pieces(run).filter(|piece| is_word(piece)).map(str::len).sum()
}

fn has_both_cases(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase()) && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Returns whether a long run of letters has too many capitals for words that are written together, or too many pairs of
/// letters that words seldom have.
fn is_of_letters(run: &str) -> bool {
    let has_many_capitals = || {
        run.bytes().all(|byte| byte.is_ascii_alphabetic())
            && run.bytes().any(|byte| byte.is_ascii_lowercase())
            && pieces(run).count() * 3 >= run.len()
    };
    run.len() >= TOKEN_LENGTH && (has_many_capitals() || are_random_letters(run))
}

/// Returns whether a text is a key in groups of the same size, such as `4fz9-kq2m-xw7p-8dvb`. Either the groups mix letters
/// and digits more than names with numbers do, or they are random letters.
fn is_grouped_key(text: &str) -> bool {
    let groups = || text.split(['-', '_']);
    let size = groups().next().map_or(0, str::len);
    let count = groups().count();
    let are_alike =
        groups().all(|group| group.len() == size && group.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if count < KEY_GROUPS || !KEY_GROUP_SIZES.contains(&size) || !are_alike {
        return false;
    }
    let joined: String = groups().collect();
    joined.len() >= KEY_LENGTH
        && (groups().flat_map(pieces).count() > 2 * count || are_random_letters(&joined))
}

/// Returns whether a text with hyphens, dots or other signs in it looks like a token: it is long, has capitals and small
/// letters, and its runs are not words. Names of products, such as `4k8k-hdr10-oled55c3`, seldom have both.
fn is_token_in_parts(text: &str) -> bool {
    let count = runs(text).count();
    let length: usize = runs(text).map(str::len).sum();
    let all_pieces = runs(text).flat_map(pieces).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let in_words: usize = runs(text).map(letters_in_words).sum();
    text.len() >= TOKEN_LENGTH
        && has_both_cases(text)
        && in_words * 2 < letters
        && all_pieces >= count + 5
        && length >= 5 * count
        && length * 10 < all_pieces * 27
}

/// Returns the pieces of a run of ASCII letters and digits: numbers, words with or without a capital, and runs of capitals.
fn pieces(run: &str) -> impl Iterator<Item = &str> {
    let bytes = run.as_bytes();
    let starts_a_piece = move |place: usize| {
        let (Some(before), Some(here)) = (bytes.get(place.wrapping_sub(1)), bytes.get(place)) else {
            return true;
        };
        let next_is_small = bytes.get(place + 1).is_some_and(u8::is_ascii_lowercase);
        before.is_ascii_digit() != here.is_ascii_digit()
            || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
            || (before.is_ascii_uppercase() && here.is_ascii_uppercase() && next_is_small)
    };
    let mut start = 0;
    (1..=bytes.len()).filter(move |end| starts_a_piece(*end)).map(move |end| {
        let piece = run.get(start..end).unwrap_or_default();
        start = end;
        piece
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_were_made_at_random_look_like_tokens() {
        for text in [
            "9f8e7d6c5b4a39281706f5e4d3c2b1a0.xml",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950e.rss",
            "abcdef0123456789abcd",
            "aB3dE6gH9jK2mN5pQ8",
            "w5t8y2u7i4o9p3a6s1d0",
            "private-1b2c3d4e5f60718293a4b5c6d7e8f90a",
            "pL4_xR-9mZt2Kw7Qv8Bn",
            "m7-Rk_9VqP3wTz5c",
            "T9kZx-3_VpQm2LwR7s",
            "dG9rZW4tb2YtdGhlLXJlYWRlcg==",
            "bC4eF7hJ.1kL3nM6q.9rT2vX5z",
            "eyJhbGciOiJub25lIn0.eyJpZCI6NDJ9.c2lnbmVkLWJ5LW1l",
            "bDfHjLnPrTvXzBdFhJlNpRtVxZ",
            "qWmZxKcVbNpLrTgYhUjDfSaEoI",
            "Rk4wP9sXq2",
            "7e03b9f2c4",
            "JBSWY3DPEHPK3PXP",
            "01BX5ZZKBKACTAV9WEVGEMMVRZ",
            "4fz9-kq2m-xw7p-8dvb",
            "7XK2M_9QWRT_PLK3V",
            "kqzm-xwvp-tdgb-hjrl.xml",
            "qwzxkvbnmtrpljhgfdsa",
            "XKQJHWZRTPLMNBVCXDFGHQWE.rss",
            "48213907712345678901234567890123",
            "kd83mz02qpx7vn4t",
            "K3MZQ72XWB4TN6PD",
            "Xq7LmTz2RkWv9Bn4",
        ] {
            assert!(looks_like_a_token(text), "{text}");
        }
    }

    #[test]
    fn words_dates_numbers_and_public_ids_do_not_look_like_tokens() {
        for text in [
            "",
            "feed.xml",
            "a-title-with-many-words-in-it",
            "2026-11-24-a-title-from-a-day",
            "20261124T101500Z",
            "internationalization",
            "12345678901234567890",
            "python3-and-rust2026",
            "iPhone15Pro-vs-Pixel8Pro",
            "repository_with_a_long_name_2026",
            "TheLongNameOfThisWeeklyFeed",
            "My-2nd-Post-In-2026-About-Gardens",
            "UCa1B2c3D4e5F6g7H8i9J0kL",
            "did:plc:a1b2c3d4e5f6g7h8i9j0k1l2",
            "für alle 2026 a1b2c3d4e5f6",
            "org.example.project",
            "VMP5705694065",
            "978-3-16-148410-0",
            "9783161484100",
            "1234-5678-9012-3456",
            "ipv4-ipv6-nat6",
            "make-love-last-long",
            "2026-2027-2028",
            "mp3s-mp4s-webm",
            "donaudampfschifffahrtsgesellschaft-heute",
            "bezwzgledne-pierwszenstwo",
            "hyppytyynytyydytys",
            "BREAKINGNEWSHEADLINES.RSS",
            "article1234567890123456",
            "v2.10.3-rc1",
            "BlackLivesMatter2026.rss",
            "COVID19updates2026.xml",
            "covid19updates2026",
            "FORMULA1GRANDPRIX2026",
            "MadeMeSmile2024Best",
            "FridaysForFuture2026News",
            "Fortnite2024Chapter5Season2",
            "@xX0DarkLord99Xx.rss",
            "B08N5WRWNW",
            "B07FZ8S74R",
            "4k8k-hdr10-oled55c3",
            "mp3s4u2hear.rss",
        ] {
            assert!(!looks_like_a_token(text), "{text}");
        }
    }

    #[test]
    fn pieces_are_numbers_words_and_runs_of_capitals() {
        for (run, expected) in [
            ("", 0),
            ("word", 1),
            ("Word", 1),
            ("2026", 1),
            ("someWord2", 3),
            ("HTTPServer", 2),
            ("aBcD1", 4),
        ] {
            assert_eq!(pieces(run).count(), expected, "{run}");
        }
    }
}
