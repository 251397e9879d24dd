//! From the bytes of feeds.toml to a [`Config`]: the whole file is walked, and every error told.

use std::fs::File;
use std::io::Read as _;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use super::report::{Flaw, Report};
use super::section::{Section, blame};
use super::{
    Config, ConfigErrors, ContentDepth, Dedup, ListenAddress, Maintenance, NearDuplicates, Polling,
    PrivateNetworks, Retention, River, Server, locate, schema, secrets, sources, values,
};
use crate::time::{DAY, HOUR, MINUTE};

/// Bytes of a feeds.toml: a hundred thousand sources with everything that one usually has.
pub(super) const LARGEST_FILE: u64 = 16 << 20;

/// Bytes of a file in which every syntax error is told, not the first alone: in junk of megabytes there
/// would be one at every byte.
const LARGEST_RECOVERED: usize = 1 << 20;

/// The shortest time and the longest that mean anything for an interval.
pub(super) const INTERVALS: RangeInclusive<Duration> = SECOND..=days(366);
/// For ages: a century.
pub(super) const AGES: RangeInclusive<Duration> = SECOND..=days(36_525);
const SECOND: Duration = Duration::from_secs(1);

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

/// What surrounds the file: where its relative paths start, and what the environment gives.
pub(super) struct Surroundings {
    /// The directory of feeds.toml.
    pub folder: PathBuf,
    /// `$CREDENTIALS_DIRECTORY`.
    pub credentials: Option<PathBuf>,
}

/// Reads and checks the file; every error is reported at once.
///
/// Secrets that the file names (`password_file`, `access_token_file`) are read too.
pub fn load(path: &Path) -> Result<Config, ConfigErrors> {
    let text = read_text(path)?;
    parse(path, &text)
}

/// The defaults and one source: for looking at a feed that no feeds.toml names.
pub fn of_one(url: &str) -> Result<Config, ConfigErrors> {
    let url = toml::Value::String(url.to_owned());
    parse(Path::new("(command line)"), &format!("[[source]]\nurl = {url}\n"))
}

/// Checks `text` as if it stood in the file at `path`.
pub(super) fn parse(path: &Path, text: &str) -> Result<Config, ConfigErrors> {
    let whole =
        |error: std::io::Error| ConfigErrors::whole_file(path, format!("can't be found: {error}"), None);
    let absolute = std::path::absolute(path).map_err(whole)?;
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    read_config(path, absolute, text, &Surroundings { folder, credentials })
}

/// The text of the file, bounded.
pub(super) fn read_text(path: &Path) -> Result<String, ConfigErrors> {
    let whole = |message: String, hint: Option<String>| ConfigErrors::whole_file(path, message, hint);
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            whole("there is no such file".to_owned(), Some(locate::how_to_make_one()))
        }
        std::io::ErrorKind::PermissionDenied => whole(
            format!("can't be read: {error}"),
            Some("the file and its directories must be readable by the user that runs riverd".to_owned()),
        ),
        _ => whole(format!("can't be read: {error}"), None),
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        let inside = path.join("feeds.toml");
        let hint = format!("name the file: `--config {}`", inside.display());
        return Err(whole("is a directory".to_owned(), Some(hint)));
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(LARGEST_FILE) as usize);
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let most = LARGEST_FILE >> 20;
        return Err(whole(
            format!("is larger than {most} MiB"),
            Some("a hundred thousand sources fit; is it the right file?".to_owned()),
        ));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))
}

/// Names the place of the first byte that is not UTF-8.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ConfigErrors {
    let bytes = error.as_bytes();
    let valid = bytes.get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    // What is shown ends where the text does: what follows is not known to be text at all.
    let text = String::from_utf8_lossy(valid);
    let mut report = Report::new(path, &text);
    let flaw = Flaw::with_hint("the file is not UTF-8 text from here on", "save it as UTF-8");
    report.add_syntax(text.len()..text.len(), flaw);
    match report.finish() {
        Err(errors) => errors,
        Ok(()) => ConfigErrors::whole_file(path, "is not UTF-8 text".to_owned(), None),
    }
}

fn read_config(
    path: &Path,
    absolute: PathBuf,
    text: &str,
    surroundings: &Surroundings,
) -> Result<Config, ConfigErrors> {
    let mut report = Report::new(path, text);
    let root = parse_toml(text, &mut report);
    let sections = Sections::open(&root, &mut report);
    let river = river(&sections.river, &mut report);
    let server = server(&sections.server, surroundings, &mut report);
    let polling = polling(&sections.polling, &mut report);
    let dedup = dedup(&sections.dedup, &mut report);
    let retention = retention(&sections.retention, &mut report);
    let maintenance = maintenance(&sections.maintenance, surroundings, &mut report);
    let sources = sources::read(root.get("source"), &polling, surroundings, &mut report);
    report.finish()?;
    Ok(Config {
        path: absolute,
        river,
        server,
        polling,
        dedup,
        retention,
        maintenance,
        sources: sources.into_iter().map(Arc::new).collect(),
    })
}

/// Parses, going on after an error as far as that makes sense.
fn parse_toml<'d>(text: &'d str, report: &mut Report<'_>) -> DeTable<'d> {
    if text.len() > LARGEST_RECOVERED {
        return match DeTable::parse(text) {
            Ok(root) => root.into_inner(),
            Err(error) => {
                report.add_syntax(error.span().unwrap_or_default(), explain_syntax(text, &error));
                DeTable::new()
            }
        };
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or_default(), error)).collect();
    errors.sort_by_key(|(span, _)| span.start);
    for (span, error) in errors {
        report.add_syntax(span, explain_syntax(text, error));
    }
    root.into_inner()
}

/// The parser's message, with a hint for the slips that people make.
fn explain_syntax(text: &str, error: &toml::de::Error) -> Flaw {
    let message = error.message().trim().to_owned();
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    if message.starts_with("duplicate key") && line.trim() == "[" {
        let hint = "a second source opens with `[[source]]`; any other table can stand only once";
        return Flaw::with_hint("this table is opened twice", hint);
    }
    if message.starts_with("duplicate key") {
        return Flaw::with_hint("this key is given twice", "remove one of the two lines");
    }
    if message.starts_with("string values must be quoted") {
        return Flaw::with_hint(
            "a value that is no number and no boolean must be quoted",
            "write it in quotes",
        );
    }
    Flaw::new(message)
}

struct Sections<'t, 'd> {
    river: Section<'t, 'd>,
    server: Section<'t, 'd>,
    polling: Section<'t, 'd>,
    dedup: Section<'t, 'd>,
    retention: Section<'t, 'd>,
    maintenance: Section<'t, 'd>,
}

impl<'t, 'd> Sections<'t, 'd> {
    fn open(root: &'t DeTable<'d>, report: &mut Report<'_>) -> Self {
        for (key, value) in root {
            if schema::SECTIONS.iter().any(|(name, _)| schema::bare(name) == key.get_ref().as_ref()) {
                continue;
            }
            report.hide(value);
            let what = if value.get_ref().is_table() { "table" } else { "key" };
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

fn river(section: &Section<'_, '_>, report: &mut Report<'_>) -> River {
    let content = [("full", ContentDepth::Full), ("summary", ContentDepth::Summary)];
    River {
        title: section
            .read(report, "title", |v| values::line(v, 200))
            .unwrap_or_else(|| "My river".to_owned()),
        description: section
            .read(report, "description", |v| values::line(v, 2_000))
            .unwrap_or_else(|| "What I read, merged by riverd".to_owned()),
        base_url: section.read(report, "base_url", values::base_url),
        articles: section.read(report, "articles", |v| values::count(v, 1..=10_000)).unwrap_or(200),
        content: section
            .read(report, "content", |v| values::one_of(v, &content))
            .unwrap_or(ContentDepth::Full),
    }
}

fn server(section: &Section<'_, '_>, around: &Surroundings, report: &mut Report<'_>) -> Server {
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

fn polling(section: &Section<'_, '_>, report: &mut Report<'_>) -> Polling {
    let networks = [
        ("configured", PrivateNetworks::Configured),
        ("deny", PrivateNetworks::Deny),
        ("allow", PrivateNetworks::Allow),
    ];
    let mut interval = |key| section.read(report, key, |v| values::duration(v, INTERVALS));
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
            .unwrap_or(SECOND),
        timeout: section
            .read(report, "timeout", |v| values::duration(v, Duration::from_millis(100)..=HOUR))
            .unwrap_or(30 * SECOND),
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
            let shown = humantime::format_duration;
            let message =
                format!("is `{}`, more than `{}`, which is `{}`", shown(lower.1), upper.0, shown(upper.1));
            let span = section.get(lower.0).map_or_else(|| section.header(), toml::Spanned::span);
            blame(report, lower.0, span, Flaw::with_hint(message, "swap them, or change one"));
        }
    }
}

fn dedup(section: &Section<'_, '_>, report: &mut Report<'_>) -> Dedup {
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
        window: section.read(report, "window", |v| values::duration(v, INTERVALS)).unwrap_or(7 * DAY),
        near_duplicates: section
            .read(report, "near_duplicates", |v| values::one_of(v, &choices))
            .unwrap_or(NearDuplicates::Group),
        similarity: section.read(report, "similarity", values::share).unwrap_or(0.8),
        tracking_parameters: section
            .read_list(report, "tracking_parameters", 1_000, parameter)
            .unwrap_or_default(),
    }
}

fn retention(section: &Section<'_, '_>, report: &mut Report<'_>) -> Retention {
    Retention {
        keep: section.read(report, "keep", |v| values::duration(v, AGES)).unwrap_or(365 * DAY),
        keep_at_least: section
            .read(report, "keep_at_least", |v| values::count(v, 0..=1_000_000))
            .unwrap_or(50),
    }
}

fn maintenance(section: &Section<'_, '_>, around: &Surroundings, report: &mut Report<'_>) -> Maintenance {
    Maintenance {
        schedule: section.read(report, "schedule", values::cron).unwrap_or_else(values::nightly),
        backup_dir: section
            .read(report, "backup_dir", |v| values::line(v, 4_096))
            .map(|written| around.folder.join(written)),
        backup_keep: section.read(report, "backup_keep", |v| values::count(v, 1..=10_000)).unwrap_or(7),
    }
}
