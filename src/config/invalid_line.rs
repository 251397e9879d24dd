//! Decides what an error message may show of a line that is not valid TOML. On such a line it is unknown where a secret
//! begins and ends.

use std::ops::Range;

use super::schema;

/// How many lines above are searched at most for the key that a line belongs to. A longer multi-line value is rare.
const MAX_LINES_SEARCHED: usize = 50;

/// Returns the line at the bytes `line` of `text` without what may be a secret, or `None` if all of it can be shown.
pub(super) fn redact(text: &str, line: &Range<usize>) -> Option<String> {
    let line_text = text.get(line.clone())?;
    let above = text.get(..line.start).unwrap_or_default();
    if line_text.trim_start().starts_with('[') {
        return None;
    }
    if let Some((before, value)) = line_text.split_once('=') {
        let is_harmless = !is_in_headers(above) && schema::may_show_value(bare_key(before), value);
        return (!is_harmless).then(|| format!("{before}= …"));
    }
    // A line without a key may continue the value of the key above it.
    let key_above = above.lines().rev().take(MAX_LINES_SEARCHED).find_map(|line| line.split_once('='));
    let (key, _) = key_above?;
    (is_in_headers(above) || !schema::may_show_value(bare_key(key), line_text)).then(|| "…".to_owned())
}

/// Returns a key without blanks and quotes around it.
fn bare_key(written: &str) -> &str {
    written.trim().trim_matches(['"', '\''])
}

/// Returns whether the line after `above` belongs to a table of headers.
fn is_in_headers(above: &str) -> bool {
    let lines = || above.lines().rev().take(MAX_LINES_SEARCHED);
    let table_header = lines().map(str::trim_start).find(|line| line.starts_with('['));
    let is_in_braces = lines()
        .any(|line| line.trim_start().starts_with("headers") && line.contains('{') && !line.contains('}'));
    is_in_braces || table_header.is_some_and(|header| header.contains("headers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is shown of the last line of `text`.
    fn shown(text: &str) -> String {
        let line = text.rsplit('\n').next().unwrap();
        redact(text, &(text.len() - line.len()..text.len())).unwrap_or_else(|| line.to_owned())
    }

    #[test]
    fn a_line_that_holds_no_secret_is_shown_unchanged() {
        for line in
            ["every = 30m", "evry = 30m", "[river", "this is no toml", "title \"x\"", "url = https://a.org/x"]
        {
            assert_eq!(shown(line), line);
            assert_eq!(shown(&format!("[[source]]\nname = \"x\"\n{line}")), line);
        }
    }

    #[test]
    fn what_may_be_a_secret_is_hidden() {
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
