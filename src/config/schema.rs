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
    let keys = keys_of(section);
    if let Some(near) = nearest(key, keys.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if let Some((right_section, _)) = SECTIONS.iter().find(|(_, keys)| keys.contains(&key)) {
        return format!("`{key}` belongs in `{right_section}`");
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

/// Returns whether the value of `key` may be secret, judged by the words in the key.
pub(super) fn may_hold_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "pwd", "secret", "token", "auth", "key", "cookie", "cred", "proxy", "header"]
        .iter()
        .any(|word| key.contains(word))
}

/// Returns the candidate that `word` was most likely meant to be, or `None` if none is similar enough for a typo.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // The comparison takes quadratic time, and a word this long is hardly a typo.
    if word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
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
