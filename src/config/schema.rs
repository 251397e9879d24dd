//! Lists the keys of feeds.toml and finds the known key nearest to an unknown one.

/// The sections as they are written, each with its keys.
pub(super) const SECTIONS: [(&str, &[&str]); 8] = [
    ("[river]", &["title", "description", "base_url", "articles", "content", "keep", "drop", "hub"]),
    ("[server]", &["listen", "access_token_file", "trusted_proxies"]),
    (
        "[polling]",
        &[
            "every",
            "adaptive",
            "min_every",
            "max_every",
            "concurrency",
            "per_host",
            "per_host_gap",
            "timeout",
            "max_body",
            "contact",
            "private_networks",
        ],
    ),
    ("[dedup]", &["window", "near_duplicates", "similarity", "tracking_parameters"]),
    ("[retention]", &["keep", "keep_at_least"]),
    ("[maintenance]", &["schedule", "backup_dir", "backup_keep"]),
    (
        "[[source]]",
        &[
            "url",
            "name",
            "title",
            "tags",
            "every",
            "schedule",
            "priority",
            "enabled",
            "max_entries",
            "max_age",
            "keep",
            "drop",
            "full_text",
            "private",
            "headers",
            "username",
            "password_file",
            "proxy",
        ],
    ),
    ("[[view]]", &["name", "title", "tags", "sources", "keep", "drop", "articles", "content"]),
];

/// Returns the keys of a section.
pub(super) fn keys_of(section: &str) -> &'static [&'static str] {
    SECTIONS.iter().find(|(name, _)| *name == section).map_or(&[], |(_, keys)| *keys)
}

/// Returns the name of a section without brackets: `polling` for `[polling]`.
pub(super) fn bare_name(section: &str) -> &str {
    section.trim_matches(['[', ']'])
}

/// Suggests what to write instead of `key`, which `section` does not have.
pub(super) fn hint_for_key(section: &str, key: &str) -> String {
    let right_sections: Vec<_> = SECTIONS
        .iter()
        .filter(|(_, keys)| keys.contains(&key))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if !right_sections.is_empty() {
        return format!("`{key}` belongs in {}", right_sections.join(" or "));
    }
    let keys = keys_of(section);
    if let Some(near) = nearest(key, keys.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    format!("the keys of `{section}` are {}", quoted_list(keys))
}

/// Suggests what to write instead of the top-level `name`, which is not a section.
pub(super) fn hint_for_section(name: &str) -> String {
    if let Some(near) = nearest(name, SECTIONS.iter().map(|(name, _)| bare_name(name))) {
        let section = SECTIONS.iter().find(|(name, _)| bare_name(name) == near).map_or("", |(name, _)| *name);
        return format!("did you mean `{section}`?");
    }
    if let Some((right_section, _)) = SECTIONS.iter().find(|(_, keys)| keys.contains(&name)) {
        return format!("`{name}` belongs in `{right_section}`");
    }
    format!("the tables are {}", quoted_list(&SECTIONS.map(|(name, _)| name)))
}

/// Returns the known key that equals `key` or, if there is none, the one that it was most likely meant to be. Searches all
/// sections.
pub(super) fn nearest_known_key(key: &str) -> Option<&'static str> {
    let all_keys = || SECTIONS.iter().flat_map(|(_, keys)| keys.iter().copied());
    all_keys().find(|other| *other == key).or_else(|| nearest(key, all_keys()))
}

/// Words in the names of secrets. A key that contains one may hold a secret.
const SECRET_WORDS: [&str; 10] =
    ["pass", "pwd", "secret", "token", "auth", "key", "cookie", "cred", "proxy", "header"];

/// Names of secrets that people write by mistake, and may misspell.
const SECRET_NAMES: [&str; 12] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "secret",
    "token",
    "authorization",
    "auth",
    "api_key",
    "key",
    "cookie",
    "credentials",
];

/// Returns whether an error message may show the value of `key`, which is written as `value`. It may if `key` is a known key
/// without secrets, or resembles one more than it resembles the name of a secret. The value of any other key may be a secret.
pub(super) fn may_show_value(key: &str, value: &str) -> bool {
    let Some(known) = nearest_known_key(key) else { return false };
    match known {
        // An address may contain a password or a token.
        "url" | "base_url" | "contact" | "hub" => !value.contains(['@', '?']),
        "headers" | "proxy" => false,
        _ if key == known => !contains_secret_word(key) || key.ends_with("_file"),
        _ => !contains_secret_word(key) && !resembles_secret(key, known),
    }
}

fn contains_secret_word(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// Returns whether `key` resembles the name of a secret at least as much as the known key.
fn resembles_secret(key: &str, known: &str) -> bool {
    let key = normalized(key);
    let distance = strsim::damerau_levenshtein(&key, known);
    SECRET_NAMES.iter().any(|name| strsim::damerau_levenshtein(&key, name) <= distance)
}

/// Returns a key as it is compared with the known ones.
fn normalized(key: &str) -> String {
    key.to_lowercase().replace('-', "_")
}

/// Returns the candidate that `word` was most likely meant to be, or `None` if none is similar enough for a typo.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // The comparison takes quadratic time, and a word this long is hardly a typo.
    if word.len() > 64 {
        return None;
    }
    let word = normalized(word);
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1 + candidate.len() / 4
                || (word.len() > 3 && (candidate.starts_with(&word) || word.starts_with(candidate)))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn quoted_list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_another_section_is_sent_there_and_not_corrected() {
        assert_eq!(hint_for_key("[[source]]", "keep_at_least"), "`keep_at_least` belongs in `[retention]`");
        assert_eq!(hint_for_key("[polling]", "private"), "`private` belongs in `[[source]]`");
        assert_eq!(
            hint_for_key("[polling]", "keep"),
            "`keep` belongs in `[river]` or `[retention]` or `[[source]]` or `[[view]]`"
        );
        assert_eq!(hint_for_key("[polling]", "evry"), "did you mean `every`?");
    }

    #[test]
    fn only_values_that_are_hardly_secrets_are_shown() {
        for key in
            ["evry", "titel", "taggs", "every", "max_entrys", "password_file", "access_token_file", "usrname"]
        {
            assert!(may_show_value(key, "\"x\""), "{key}");
        }
        for key in [
            "pasword",
            "pasw",
            "pas",
            "psw",
            "tokn",
            "tocen",
            "scret",
            "Authorization",
            "autorization",
            "ky",
            "X-Ky",
            "headrs",
            "heders",
            "prxy",
            "cokie",
            "credntials",
            "bearer",
            "anything",
            "",
        ] {
            assert!(!may_show_value(key, "\"x\""), "{key}");
        }
        assert!(may_show_value("ulr", "\"https://a.org/\""));
        assert!(
            !may_show_value("ulr", "\"https://u:p@a.org/\"")
                && !may_show_value("urls", "[\"https://a.org/?k=v\"]")
        );
    }
}
