//! The roles and groups of people in podcasts that the Podcast Taxonomy names.
//!
//! The podcast namespace refers to them (<https://podcastindex.org/namespace/1.0#person>). Some readers, such as those built on
//! `feed-rs`, refuse a whole document with any other role or group.

/// The roles, in lower case.
const ROLES: &[&str] = &[
    "announcer",
    "assistant camera",
    "assistant director",
    "assistant editor",
    "associate producer",
    "audio editor",
    "audio engineer",
    "author",
    "booking coordinator",
    "camera grip",
    "camera operator",
    "co-host",
    "co-writer",
    "composer",
    "consultant",
    "content manager",
    "cover art designer",
    "creative director",
    "development producer",
    "director",
    "editor",
    "editorial director",
    "executive producer",
    "fact checker",
    "foley artist",
    "graphic designer",
    "guest",
    "guest host",
    "guest writer",
    "host",
    "intern",
    "lighting designer",
    "logger",
    "managing editor",
    "marketing manager",
    "music contributor",
    "music production",
    "narrator",
    "post production engineer",
    "producer",
    "production assistant",
    "production coordinator",
    "remote recording engineer",
    "reporter",
    "researcher",
    "sales manager",
    "sales representative",
    "script coordinator",
    "script editor",
    "senior producer",
    "social media manager",
    "songwriter",
    "sound designer",
    "story editor",
    "studio coordinator",
    "technical director",
    "technical manager",
    "theme music",
    "transcriber",
    "translator",
    "voice actor",
    "writer",
];

/// The groups, in lower case. "Misc." is left out, because readers spell it in two ways.
const GROUPS: &[&str] = &[
    "administration",
    "audio post-production",
    "audio production",
    "cast",
    "community",
    "creative direction",
    "video post-production",
    "video production",
    "visuals",
    "writing",
];

/// Returns whether the taxonomy has this role.
pub(super) fn is_role(role: &str) -> bool {
    ROLES.iter().any(|known| known.eq_ignore_ascii_case(role))
}

/// Returns whether the taxonomy has this group.
pub(super) fn is_group(group: &str) -> bool {
    GROUPS.iter().any(|known| known.eq_ignore_ascii_case(group))
}
