//! What may be shown of a line that is not TOML: where a secret begins and ends on it is not known.

use std::ops::Range;

use super::schema;

/// Lines that are searched for the key that a line belongs to: what is further up is seldom still open.
const MAX_LINES_SEARCHED: usize = 50;

/// The line at the bytes `line` of `text`, what may be a secret left out; `None` if all of it can be shown.
pub(super) fn redacted(text: &str, line: &Range<usize>) -> Option<String> {
    let shown = text.get(line.clone())?;
    let above = text.get(..line.start).unwrap_or_default();
    if shown.trim_start().starts_with('[') {
        return None;
    }
    if let Some((before, value)) = shown.split_once('=') {
        let harmless = !is_in_headers(above) && may_be_shown(before, value);
        return (!harmless).then(|| format!("{before}= …"));
    }
    // Without a key of its own it may go on with the value of the one above, or be anything.
    let key_above = above.lines().rev().take(MAX_LINES_SEARCHED).find_map(|line| line.split_once('='));
    let (key, _) = key_above?;
    (is_in_headers(above) || !may_be_shown(key, shown)).then(|| "…".to_owned())
}

/// Whether the value of such a key is nobody's secret.
fn may_be_shown(key: &str, value: &str) -> bool {
    let key = key.trim().trim_matches(['"', '\'']);
    let nearest = schema::nearest_known_key(key);
    match nearest {
        // An address may hold a password or a token.
        Some("url" | "base_url" | "contact") => !value.contains(['@', '?']),
        Some("headers" | "proxy") | None => false,
        Some(_) => !schema::may_hold_secret(key) || key.ends_with("_file"),
    }
}

/// Whether what follows `above` stands in a table of headers.
fn is_in_headers(above: &str) -> bool {
    let lines = || above.lines().rev().take(MAX_LINES_SEARCHED);
    let in_table = lines().map(str::trim_start).find(|line| line.starts_with('['));
    let in_braces = lines()
        .any(|line| line.trim_start().starts_with("headers") && line.contains('{') && !line.contains('}'));
    in_braces || in_table.is_some_and(|header| header.contains("headers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of the last line of `text`.
    fn shown(text: &str) -> String {
        let line = text.rsplit('\n').next().unwrap();
        redacted(text, &(text.len() - line.len()..text.len())).unwrap_or_else(|| line.to_owned())
    }

    #[test]
    fn what_can_be_no_secret_is_shown_as_it_is() {
        for line in
            ["every = 30m", "evry = 30m", "[river", "this is no toml", "title \"x\"", "url = https://a.org/x"]
        {
            assert_eq!(shown(line), line);
            assert_eq!(shown(&format!("[[source]]\nname = \"x\"\n{line}")), line);
        }
    }

    #[test]
    fn what_may_be_a_secret_is_left_out() {
        for line in [
            "password = \"geheim",
            "headers = { \"X-Key\" = \"geheim",
            "proxy = geheim",
            "url = \"https://u:geheim@a.org/",
            "url = \"https://a.org/?token=geheim",
            "X-Custom = \"geheim",
            "[source.headers]\nname = \"geheim",
            "headers = {\n title = \"geheim",
            "X-Custom = \"\"\"\ngeheim",
            "proxy = \"\"\"\n\ngeheim",
        ] {
            let shown = shown(line);
            assert!(!shown.contains("geheim") && shown.contains('…'), "{line}: {shown}");
        }
    }
}
