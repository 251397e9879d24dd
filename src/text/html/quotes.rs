//! Removes what an author quotes: a reply may quote all of the post that it answers.

/// Where an element with a quotation begins and ends, in sanitised HTML.
const QUOTE: [&str; 2] = ["<blockquote", "</blockquote>"];

/// Returns sanitised HTML without its quotations. Returns it as it is if it has none, or nothing else.
pub fn without_quotes(html: &str) -> String {
    let [start, end] = QUOTE;
    let (mut own, mut depth) = (String::new(), 0_usize);
    let mut rest = html;
    while let Some(at) = rest.find(start).into_iter().chain(rest.find(end)).min() {
        let (before, from) = rest.split_at(at);
        let is_start = from.starts_with(start);
        own.push_str(if depth == 0 { before } else { " " });
        depth = if is_start { depth + 1 } else { depth.saturating_sub(1) };
        rest = from.split_once('>').map_or("", |(_, rest)| rest);
    }
    own.push_str(if depth == 0 { rest } else { "" });
    if super::to_plain(&own).is_empty() { html.to_owned() } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_removed_with_those_in_them() {
        for (html, expected) in [
            ("<p>Own</p>", "<p>Own</p>"),
            ("<blockquote><p>Theirs</p></blockquote><p>Own</p>", "<p>Own</p>"),
            (
                "<p>A</p><blockquote cite=\"https://a.example/\">Theirs<blockquote>older</blockquote>on</blockquote><p>B</p>",
                "<p>A</p>   <p>B</p>",
            ),
            ("<blockquote>Theirs</blockquote>", "<blockquote>Theirs</blockquote>"),
            ("<p>Own</p><blockquote>open", "<p>Own</p>"),
            ("", ""),
        ] {
            assert_eq!(
                without_quotes(html).split_whitespace().collect::<String>(),
                expected.split_whitespace().collect::<String>()
            );
        }
    }
}
