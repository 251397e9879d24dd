//! Reads the tables that occur once: `[river]`, `[server]`, `[polling]`, `[dedup]`, `[retention]`, `[maintenance]`.

use std::sync::Arc;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::base_directories::BaseDirectories;
use super::diagnostics::Diagnostics;
use super::patterns::{self, Patterns};
use super::problem::Problem;
use super::section::Section;
use super::{
    ContentDepth, Dedup, ListenAddress, Maintenance, NearDuplicates, Polling, PrivateNetworks, Retention,
    River, Server, schema, secrets, values,
};
use crate::time::{DAY, HOUR, MINUTE};

/// The tables that occur once.
pub(super) struct Tables<'t, 'd> {
    /// `[river]`.
    pub river: Section<'t, 'd>,
    /// `[server]`.
    pub server: Section<'t, 'd>,
    /// `[polling]`.
    pub polling: Section<'t, 'd>,
    /// `[dedup]`.
    pub dedup: Section<'t, 'd>,
    /// `[retention]`.
    pub retention: Section<'t, 'd>,
    /// `[maintenance]`.
    pub maintenance: Section<'t, 'd>,
}

impl<'t, 'd> Tables<'t, 'd> {
    /// Opens each table. Reports unknown tables and keys, and known tables that are written as something else.
    pub(super) fn open(root: &'t DeTable<'d>, diagnostics: &mut Diagnostics<'_>) -> Self {
        for (key, value) in root {
            if schema::SECTIONS.iter().any(|(name, _)| schema::bare_name(name) == key.get_ref().as_ref()) {
                continue;
            }
            diagnostics.hide(value);
            let is_table = |value: &DeValue<'_>| match value {
                DeValue::Array(items) => items.iter().all(|item| item.get_ref().is_table()),
                other => other.is_table(),
            };
            diagnostics.add_with(key.span(), || {
                let what = if is_table(value.get_ref()) { "table" } else { "key" };
                let message = format!("unknown {what} `{}`", values::shorten(key.get_ref()));
                Problem::with_hint(message, schema::hint_for_section(key.get_ref()))
            });
        }
        let mut section = |name: &'static str| {
            let Some((key, value)) = root.get_key_value(schema::bare_name(name)) else {
                return Section::absent();
            };
            match value.get_ref() {
                DeValue::Table(table) => Section::open(name, table, value.span(), diagnostics),
                DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_table()) => {
                    let message = format!("`{name}` is written as a list of tables, but there is only one");
                    diagnostics.add(key.span(), Problem::with_hint(message, format!("write `{name}`")));
                    Section::absent()
                }
                other => {
                    let message = format!(
                        "`{}` must be a table, not {}",
                        schema::bare_name(name),
                        values::type_of(other)
                    );
                    diagnostics
                        .add(key.span(), Problem::with_hint(message, format!("open it with `{name}`")));
                    Section::absent()
                }
            }
        };
        Self {
            river: section("[river]"),
            server: section("[server]"),
            polling: section("[polling]"),
            dedup: section("[dedup]"),
            retention: section("[retention]"),
            maintenance: section("[maintenance]"),
        }
    }
}

/// Reads `[river]`.
pub(super) fn river(
    section: &Section<'_, '_>,
    patterns: &mut Patterns,
    diagnostics: &mut Diagnostics<'_>,
) -> River {
    let filter = patterns::filter(section, patterns, diagnostics);
    let hub = section.read(diagnostics, "hub", values::hub);
    if let (Some(_), Some(span), None) = (&hub, section.key_span("hub"), section.get("base_url")) {
        let hint = "add `base_url`: a hub and its subscribers must know the public address of the feeds";
        diagnostics.add(span, Problem::with_hint("`hub` is given without `base_url`", hint));
    }
    River {
        title: section
            .read(diagnostics, "title", |v| values::single_line(v, 200))
            .unwrap_or_else(|| "The river".to_owned()),
        description: section
            .read(diagnostics, "description", |v| values::single_line(v, 2_000))
            .unwrap_or_else(|| "What I read, as one feed".to_owned()),
        base_url: section.read(diagnostics, "base_url", values::base_url),
        articles: articles(section, diagnostics).unwrap_or(200),
        content: content(section, diagnostics).unwrap_or(ContentDepth::Full),
        filter: (!filter.passes_all()).then(|| Arc::new(filter)),
        hub,
    }
}

/// Reads `articles` of `[river]` or of a view.
pub(super) fn articles(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Option<usize> {
    section.read(diagnostics, "articles", |v| values::count(v, 1..=10_000))
}

/// Reads `content` of `[river]` or of a view.
pub(super) fn content(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Option<ContentDepth> {
    let choices = [("full", ContentDepth::Full), ("summary", ContentDepth::Summary)];
    section.read(diagnostics, "content", |v| values::one_of(v, &choices))
}

/// Reads `[server]`.
pub(super) fn server(
    section: &Section<'_, '_>,
    directories: &BaseDirectories,
    diagnostics: &mut Diagnostics<'_>,
) -> Server {
    let default_addresses = || vec![ListenAddress::Tcp(([127, 0, 0, 1], 8080).into())];
    let mut listen =
        section.read_list(diagnostics, "listen", 64, |v| values::listen(v, &directories.config_dir));
    if let (Some(value), Some([])) = (section.get("listen"), listen.as_deref())
        && value.get_ref().as_array().is_some_and(|list| list.is_empty())
    {
        let problem = Problem::with_hint(
            "is empty: nobody could read the river",
            "remove the line to listen on `127.0.0.1:8080`",
        );
        diagnostics.add_for_key("listen", value.span(), problem);
        listen = None;
    }
    Server {
        listen: listen.unwrap_or_else(default_addresses),
        access_token: section.read(diagnostics, "access_token_file", |v| {
            secrets::read(&values::single_line(v, 4_096)?, &directories.config_dir, &directories.credentials)
        }),
        trusted_proxies: section
            .read_list(diagnostics, "trusted_proxies", 1_000, values::network)
            .unwrap_or_default(),
    }
}

/// Reads `[polling]`.
pub(super) fn polling(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Polling {
    let network_choices = [
        ("configured", PrivateNetworks::Configured),
        ("deny", PrivateNetworks::Deny),
        ("allow", PrivateNetworks::Allow),
    ];
    let mut interval = |key| section.read(diagnostics, key, |v| values::duration(v, values::INTERVAL_RANGE));
    let (every, min, max) = (interval("every"), interval("min_every"), interval("max_every"));
    check_order(section, diagnostics, [("min_every", min), ("every", every), ("max_every", max)]);
    let default_every = (30 * MINUTE).max(min.unwrap_or_default()).min(max.unwrap_or(Duration::MAX));
    let start = every.unwrap_or(default_every);
    Polling {
        every: start,
        adaptive: section.read(diagnostics, "adaptive", values::boolean).unwrap_or(true),
        // A bound that is not given is chosen so that `every` lies within it.
        min_every: min.unwrap_or(start.min(10 * MINUTE)),
        max_every: max.unwrap_or(start.max(DAY)),
        concurrency: section.read(diagnostics, "concurrency", |v| values::count(v, 1..=4_096)).unwrap_or(64),
        per_host: section.read(diagnostics, "per_host", |v| values::count(v, 1..=64)).unwrap_or(1),
        per_host_gap: section
            .read(diagnostics, "per_host_gap", |v| values::duration(v, Duration::ZERO..=HOUR))
            .unwrap_or(values::SECOND),
        timeout: section
            .read(diagnostics, "timeout", |v| values::duration(v, Duration::from_millis(100)..=HOUR))
            .unwrap_or(30 * values::SECOND),
        max_body: section.read(diagnostics, "max_body", |v| values::size(v, 1..=1 << 30)).unwrap_or(16 << 20),
        contact: section.read(diagnostics, "contact", values::contact),
        private_networks: section
            .read(diagnostics, "private_networks", |v| values::one_of(v, &network_choices))
            .unwrap_or(PrivateNetworks::Configured),
    }
}

/// Reports intervals in the wrong order: each must be at most the next one that is given.
fn check_order(
    section: &Section<'_, '_>,
    diagnostics: &mut Diagnostics<'_>,
    intervals: [(&str, Option<Duration>); 3],
) {
    let set_intervals: Vec<_> = intervals.iter().filter_map(|(key, value)| Some((*key, (*value)?))).collect();
    for ((key, interval), (next_key, next)) in set_intervals.iter().zip(set_intervals.iter().skip(1)) {
        if interval > next {
            let format = values::format_duration;
            let message =
                format!("is `{}`, more than `{next_key}`, which is `{}`", format(*interval), format(*next));
            let span = section.get(key).map_or_else(|| section.header(), toml::Spanned::span);
            diagnostics.add_for_key(key, span, Problem::with_hint(message, "swap them, or change one"));
        }
    }
}

/// Reads `[dedup]`.
pub(super) fn dedup(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Dedup {
    let choices =
        [("group", NearDuplicates::Group), ("hide", NearDuplicates::Hide), ("off", NearDuplicates::Off)];
    let parameter = |v: &DeValue<'_>| {
        let name = values::single_line(v, 100)?;
        if name.contains(['&', '=', '#', ' ']) {
            let message = format!("contains `{}`, which is not a parameter name", values::shorten(&name));
            return Err(Problem::with_hint(message, "write the name alone: `my_campaign`"));
        }
        Ok(name)
    };
    Dedup {
        window: section
            .read(diagnostics, "window", |v| values::duration(v, values::INTERVAL_RANGE))
            .unwrap_or(7 * DAY),
        near_duplicates: section
            .read(diagnostics, "near_duplicates", |v| values::one_of(v, &choices))
            .unwrap_or(NearDuplicates::Group),
        similarity: section.read(diagnostics, "similarity", values::fraction).unwrap_or(0.8),
        tracking_parameters: section
            .read_list(diagnostics, "tracking_parameters", 1_000, parameter)
            .unwrap_or_default(),
    }
}

/// Reads `[retention]`.
pub(super) fn retention(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Retention {
    Retention {
        keep: section
            .read(diagnostics, "keep", |v| values::duration(v, values::AGE_RANGE))
            .unwrap_or(365 * DAY),
        keep_at_least: section
            .read(diagnostics, "keep_at_least", |v| values::count(v, 0..=1_000_000))
            .unwrap_or(50),
    }
}

/// Reads `[maintenance]`.
pub(super) fn maintenance(
    section: &Section<'_, '_>,
    directories: &BaseDirectories,
    diagnostics: &mut Diagnostics<'_>,
) -> Maintenance {
    Maintenance {
        schedule: section
            .read(diagnostics, "schedule", values::cron)
            .unwrap_or_else(values::default_schedule),
        backup_dir: section
            .read(diagnostics, "backup_dir", |v| values::single_line(v, 4_096))
            .map(|written| directories.config_dir.join(written)),
        backup_keep: section.read(diagnostics, "backup_keep", |v| values::count(v, 1..=10_000)).unwrap_or(7),
    }
}
