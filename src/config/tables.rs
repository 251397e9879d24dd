//! The tables that stand once: `[river]`, `[server]`, `[polling]`, `[dedup]`, `[retention]`, `[maintenance]`.

use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::file::Surroundings;
use super::report::{Flaw, Report};
use super::section::{Section, blame};
use super::{
    ContentDepth, Dedup, ListenAddress, Maintenance, NearDuplicates, Polling, PrivateNetworks, Retention,
    River, Server, schema, secrets, values,
};
use crate::time::{DAY, HOUR, MINUTE};

/// The tables, open for reading.
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
    /// Opens each, and reports what is no table or none that is known.
    pub(super) fn open(root: &'t DeTable<'d>, report: &mut Report<'_>) -> Self {
        for (key, value) in root {
            if schema::SECTIONS.iter().any(|(name, _)| schema::bare(name) == key.get_ref().as_ref()) {
                continue;
            }
            report.hide(value);
            let is_table = |value: &DeValue<'_>| match value {
                DeValue::Array(items) => items.iter().all(|item| item.get_ref().is_table()),
                other => other.is_table(),
            };
            let what = if is_table(value.get_ref()) { "table" } else { "key" };
            let message = format!("unknown {what} `{}`", values::clip(key.get_ref()));
            report.add(key.span(), Flaw::with_hint(message, schema::hint_for_section(key.get_ref())));
        }
        let mut section = |name: &'static str| {
            let Some((key, value)) = root.get_key_value(schema::bare(name)) else {
                return Section::absent();
            };
            match value.get_ref() {
                DeValue::Table(table) => Section::open(name, table, value.span(), report),
                DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_table()) => {
                    let message = format!("`{name}` is written as a list of tables; there is only one");
                    report.add(key.span(), Flaw::with_hint(message, format!("write `{name}`")));
                    Section::absent()
                }
                other => {
                    let message =
                        format!("`{}` must be a table, not {}", schema::bare(name), values::kind(other));
                    report.add(key.span(), Flaw::with_hint(message, format!("open it with `{name}`")));
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

/// `[river]`.
pub(super) fn river(section: &Section<'_, '_>, report: &mut Report<'_>) -> River {
    let content = [("full", ContentDepth::Full), ("summary", ContentDepth::Summary)];
    River {
        title: section
            .read(report, "title", |v| values::line(v, 200))
            .unwrap_or_else(|| "The river".to_owned()),
        description: section
            .read(report, "description", |v| values::line(v, 2_000))
            .unwrap_or_else(|| "What I read, as one feed".to_owned()),
        base_url: section.read(report, "base_url", values::base_url),
        articles: section.read(report, "articles", |v| values::count(v, 1..=10_000)).unwrap_or(200),
        content: section
            .read(report, "content", |v| values::one_of(v, &content))
            .unwrap_or(ContentDepth::Full),
    }
}

/// `[server]`.
pub(super) fn server(section: &Section<'_, '_>, around: &Surroundings, report: &mut Report<'_>) -> Server {
    let usual = || vec![ListenAddress::Tcp(([127, 0, 0, 1], 8080).into())];
    let mut listen = section.read_list(report, "listen", 64, |v| values::listen(v, &around.folder));
    if let (Some(value), Some([])) = (section.get("listen"), listen.as_deref())
        && value.get_ref().as_array().is_some_and(|list| list.is_empty())
    {
        let flaw =
            Flaw::with_hint("is empty: nobody could read the river", "leave it out for `127.0.0.1:8080`");
        blame(report, "listen", value.span(), flaw);
        listen = None;
    }
    let credentials = around.credentials.as_deref();
    Server {
        listen: listen.unwrap_or_else(usual),
        access_token: section.read(report, "access_token_file", |v| {
            secrets::read(&values::line(v, 4_096)?, &around.folder, credentials)
        }),
        trusted_proxies: section
            .read_list(report, "trusted_proxies", 1_000, values::network)
            .unwrap_or_default(),
    }
}

/// `[polling]`.
pub(super) fn polling(section: &Section<'_, '_>, report: &mut Report<'_>) -> Polling {
    let networks = [
        ("configured", PrivateNetworks::Configured),
        ("deny", PrivateNetworks::Deny),
        ("allow", PrivateNetworks::Allow),
    ];
    let mut interval = |key| section.read(report, key, |v| values::duration(v, values::INTERVALS));
    let (every, min, max) = (interval("every"), interval("min_every"), interval("max_every"));
    check_order(section, report, [("min_every", min), ("every", every), ("max_every", max)]);
    let usual = (30 * MINUTE).max(min.unwrap_or_default()).min(max.unwrap_or(Duration::MAX));
    let start = every.unwrap_or(usual);
    Polling {
        every: start,
        adaptive: section.read(report, "adaptive", values::flag).unwrap_or(true),
        // A bound that is not given makes room for what is.
        min_every: min.unwrap_or(start.min(10 * MINUTE)),
        max_every: max.unwrap_or(start.max(DAY)),
        concurrency: section.read(report, "concurrency", |v| values::count(v, 1..=4_096)).unwrap_or(64),
        per_host: section.read(report, "per_host", |v| values::count(v, 1..=64)).unwrap_or(1),
        per_host_gap: section
            .read(report, "per_host_gap", |v| values::duration(v, Duration::ZERO..=HOUR))
            .unwrap_or(values::SECOND),
        timeout: section
            .read(report, "timeout", |v| values::duration(v, Duration::from_millis(100)..=HOUR))
            .unwrap_or(30 * values::SECOND),
        max_body: section.read(report, "max_body", |v| values::size(v, 1..=1 << 30)).unwrap_or(16 << 20),
        contact: section.read(report, "contact", values::contact),
        private_networks: section
            .read(report, "private_networks", |v| values::one_of(v, &networks))
            .unwrap_or(PrivateNetworks::Configured),
    }
}

/// Reports intervals that are given in the wrong order: each must be at most the next that is given.
fn check_order(section: &Section<'_, '_>, report: &mut Report<'_>, intervals: [(&str, Option<Duration>); 3]) {
    let given: Vec<_> = intervals.iter().filter_map(|(key, value)| Some((*key, (*value)?))).collect();
    for (lower, upper) in given.iter().zip(given.iter().skip(1)) {
        if lower.1 > upper.1 {
            let shown = values::shown;
            let message =
                format!("is `{}`, more than `{}`, which is `{}`", shown(lower.1), upper.0, shown(upper.1));
            let span = section.get(lower.0).map_or_else(|| section.header(), toml::Spanned::span);
            blame(report, lower.0, span, Flaw::with_hint(message, "swap them, or change one"));
        }
    }
}

/// `[dedup]`.
pub(super) fn dedup(section: &Section<'_, '_>, report: &mut Report<'_>) -> Dedup {
    let choices =
        [("group", NearDuplicates::Group), ("hide", NearDuplicates::Hide), ("off", NearDuplicates::Off)];
    let parameter = |v: &DeValue<'_>| {
        let name = values::line(v, 100)?;
        if name.contains(['&', '=', '#', ' ']) {
            let message = format!("holds `{}`, which is no parameter's name", values::clip(&name));
            return Err(Flaw::with_hint(message, "write the name alone: `my_campaign`"));
        }
        Ok(name)
    };
    Dedup {
        window: section.read(report, "window", |v| values::duration(v, values::INTERVALS)).unwrap_or(7 * DAY),
        near_duplicates: section
            .read(report, "near_duplicates", |v| values::one_of(v, &choices))
            .unwrap_or(NearDuplicates::Group),
        similarity: section.read(report, "similarity", values::share).unwrap_or(0.8),
        tracking_parameters: section
            .read_list(report, "tracking_parameters", 1_000, parameter)
            .unwrap_or_default(),
    }
}

/// `[retention]`.
pub(super) fn retention(section: &Section<'_, '_>, report: &mut Report<'_>) -> Retention {
    Retention {
        keep: section.read(report, "keep", |v| values::duration(v, values::AGES)).unwrap_or(365 * DAY),
        keep_at_least: section
            .read(report, "keep_at_least", |v| values::count(v, 0..=1_000_000))
            .unwrap_or(50),
    }
}

/// `[maintenance]`.
pub(super) fn maintenance(
    section: &Section<'_, '_>,
    around: &Surroundings,
    report: &mut Report<'_>,
) -> Maintenance {
    Maintenance {
        schedule: section.read(report, "schedule", values::cron).unwrap_or_else(values::nightly),
        backup_dir: section
            .read(report, "backup_dir", |v| values::line(v, 4_096))
            .map(|written| around.folder.join(written)),
        backup_keep: section.read(report, "backup_keep", |v| values::count(v, 1..=10_000)).unwrap_or(7),
    }
}
