//! Which keys feeds.toml knows, and which of them is nearest to one that it does not know.

/// The sections, as they are written, and their keys.
pub(super) const SECTIONS: [(&str, &[&str]); 7] = [
    ("[river]", &["title", "description", "base_url", "articles", "content"]),
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
            "headers",
            "username",
            "password_file",
            "proxy",
        ],
    ),
];

/// The keys of a section.
pub(super) fn keys_of(section: &str) -> &'static [&'static str] {
    SECTIONS.iter().find(|(name, _)| *name == section).map_or(&[], |(_, keys)| *keys)
}

/// The bare name of a section: `polling` of `[polling]`.
pub(super) fn bare_name(section: &str) -> &str {
    section.trim_matches(['[', ']'])
}

/// What to write instead of `key`, which `section` does not know.
pub(super) fn hint_for_key(section: &str, key: &str) -> String {
    let keys = keys_of(section);
    if let Some(near) = nearest(key, keys.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if let Some((home, _)) = SECTIONS.iter().find(|(_, keys)| keys.contains(&key)) {
        return format!("`{key}` belongs in `{home}`");
    }
    format!("`{section}` knows {}", quoted_list(keys))
}

/// What to write instead of the top-level `name`, which is no section.
pub(super) fn hint_for_section(name: &str) -> String {
    if let Some(near) = nearest(name, SECTIONS.iter().map(|(name, _)| bare_name(name))) {
        let written = SECTIONS.iter().find(|(name, _)| bare_name(name) == near).map_or("", |(name, _)| *name);
        return format!("did you mean `{written}`?");
    }
    if let Some((home, _)) = SECTIONS.iter().find(|(_, keys)| keys.contains(&name)) {
        return format!("`{name}` belongs below `{home}`");
    }
    format!("the file knows {}", quoted_list(&SECTIONS.map(|(name, _)| name)))
}

/// The key of any section that `key` is, or was most likely meant to be.
pub(super) fn nearest_known_key(key: &str) -> Option<&'static str> {
    let all = || SECTIONS.iter().flat_map(|(_, keys)| keys.iter().copied());
    all().find(|known| *known == key).or_else(|| nearest(key, all()))
}

/// Whether a key sounds as if its value were no one's business, whatever it was meant to be.
pub(super) fn may_hold_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "pwd", "secret", "token", "auth", "key", "cookie", "cred", "proxy", "header"]
        .iter()
        .any(|word| key.contains(word))
}

/// The candidate that `word` was most likely meant to be, if any is near enough to be a slip.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // Longer words cost quadratic time and are no slips.
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
