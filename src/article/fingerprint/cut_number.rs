//! Recognises a number at the end of a text that was cut there.

/// Returns a text without a number before the ellipsis at its end, because the text may have been cut within the number:
/// `140 00…` and `140 […]` of `140 000`.
pub(super) fn without_cut_number(text: &str) -> &str {
    let is_bracket_or_space = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')');
    let end = text.trim_end_matches(is_bracket_or_space);
    let Some(shown) = end.strip_suffix('…').or_else(|| end.strip_suffix("...")) else { return text };
    let shown = shown.trim_end_matches(is_bracket_or_space).trim_end_matches(['.', ',', '\'', '’', ':']);
    if !shown.ends_with(|c: char| c.is_ascii_digit()) {
        return text;
    }
    let may_be_in_number =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '’' | ':');
    let before = shown.trim_end_matches(may_be_in_number);
    // The hours of `19h3…`.
    let hours = before.strip_suffix(['h', 'H']).filter(|hours| hours.ends_with(|c: char| c.is_ascii_digit()));
    hours.map_or(before, |hours| hours.trim_end_matches(may_be_in_number)).trim_end_matches(['€', '$', '£'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_before_an_ellipsis_at_the_end_is_left_out() {
        for (text, whole) in [
            ("Runt 140 00…", "Runt"),
            ("Runt 140 […]", "Runt"),
            ("some 140,0...", "some"),
            ("some €2.5 (...)", "some "),
            ("jeudi à 19h3…", "jeudi à"),
            ("damals etwa 140.…", "damals etwa"),
            ("1…", ""),
        ] {
            assert_eq!(without_cut_number(text), whole, "{text}");
        }
        for text in [
            "",
            "…",
            "Runt 140 000",
            "Runt 140 000.",
            "Runt 140 hus…",
            "part 2 … of 3",
            "140 000 hushåll [...]",
        ] {
            assert_eq!(without_cut_number(text), text);
        }
    }
}
