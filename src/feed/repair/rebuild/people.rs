//! Persons as RSS writes them: a name, an address, or both in one of several orders.

/// The name and the e-mail address in `text`: `jo@example.org (Jo)`, `Jo <jo@example.org>`, `Jo (jo@example.org)`,
/// `mailto:jo@example.org`, `Jo`.
pub(super) fn name_and_email(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim();
    let Some(address) = text.split(is_delimiter).find(|word| is_email(strip_scheme(word))) else {
        return (some(text), None);
    };
    let name = text.replacen(address, "", 1);
    let name = name.replace("()", "").replace("<>", "").replace("[]", "");
    let name = name.trim().trim_matches([',', ';', ':', '、']).trim();
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    let name = name.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(name);
    (some(name.trim().trim_matches('"')), some(strip_scheme(address)))
}

fn is_delimiter(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '"' | '、')
}

fn strip_scheme(word: &str) -> &str {
    word.strip_prefix("mailto:").unwrap_or(word)
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.contains(['@', '/'])
    })
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
