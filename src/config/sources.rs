//! Reads the `[[source]]` tables and checks that names and addresses are unique.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use toml::Spanned;
use toml::de::DeValue;

use super::base_directories::BaseDirectories;
use super::diagnostics::Diagnostics;
use super::names::{self, NameInput};
use super::patterns::{self, Patterns};
use super::problem::{Problem, ValueResult};
use super::section::Section;
use super::table_list::{self, TableList};
use super::{Polling, address, secrets, values};
use crate::model::{Cadence, Credentials, Location, Source};

const SECTION_NAME: &str = "[[source]]";

/// Longest title of a source, in characters.
pub const LONGEST_TITLE: usize = 200;

const SOURCE_TABLES: TableList = TableList {
    key: "source",
    // Ten times the largest known list of subscriptions.
    max_tables: 100_000,
    too_many_hint: "run a second riverd for the rest, and add its river here as a source",
};
/// Maximum number of tags of one source. Each tag has a feed of its own.
pub const MAX_TAGS: usize = 32;

/// Reads all sources in file order. If anything is wrong, it is reported and the result must not be used.
pub(super) fn read(
    value: Option<&Spanned<DeValue<'_>>>,
    polling: &Polling,
    directories: &BaseDirectories,
    patterns: &mut Patterns,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Source> {
    let tables = table_list::read(value, &SOURCE_TABLES, diagnostics);
    let mut uniqueness = UniquenessCheck::default();
    let mut sources = Vec::with_capacity(tables.len());
    for (position, (table, header)) in tables.into_iter().enumerate() {
        let section = Section::open(SECTION_NAME, table, header, diagnostics);
        let mut reader = SourceReader { section, directories, patterns, diagnostics };
        let parsed = reader.read(polling, position);
        uniqueness.check(&parsed, &reader.section, reader.diagnostics);
        sources.extend(parsed.source);
    }
    assign_names(&mut sources);
    sources
}

/// What was read of one source. Its name and address are checked for uniqueness even if the source itself is invalid.
struct ParsedSource {
    name: Option<String>,
    location: Option<Location>,
    source: Option<Source>,
}

/// Sets the name of each source: its own name or a generated one.
fn assign_names(sources: &mut [Source]) {
    let inputs: Vec<NameInput<'_>> = sources
        .iter()
        .map(|source| NameInput {
            name: Some(source.name.as_str()).filter(|name| !name.is_empty()),
            title: source.title.as_deref(),
            location: &source.location,
        })
        .collect();
    let names = names::assign(&inputs);
    for (source, name) in sources.iter_mut().zip(names) {
        source.name = name;
    }
}

/// Remembers where each name and address was first given.
#[derive(Default)]
struct UniquenessCheck {
    names: HashMap<String, usize>,
    locations: HashMap<String, usize>,
}

impl UniquenessCheck {
    fn check(&mut self, parsed: &ParsedSource, section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) {
        if let Some(name) = &parsed.name {
            // Names are parts of paths, and some file systems and people ignore case.
            check_unique(&mut self.names, name.to_lowercase(), "name", section, diagnostics);
        }
        if let Some(location) = &parsed.location {
            check_unique(&mut self.locations, location.as_url_text(), "url", section, diagnostics);
        }
    }
}

/// Reports `value` of `key` if an earlier table has it too. `first_positions` remembers where each value was first given.
pub(super) fn check_unique(
    first_positions: &mut HashMap<String, usize>,
    value: String,
    key: &str,
    section: &Section<'_, '_>,
    diagnostics: &mut Diagnostics<'_>,
) {
    let Some(span) = section.get(key).map(Spanned::span) else { return };
    match first_positions.entry(value) {
        Entry::Vacant(vacant) => {
            vacant.insert(span.start);
        }
        Entry::Occupied(occupied) => {
            let line = diagnostics.line_number(*occupied.get());
            let hint = match key {
                "name" => "give one of them another name",
                _ => "remove one of the two sources: a single one can have several `tags`",
            };
            let message = format!("is given twice: first in line {line}");
            diagnostics.add_for_key(key, span, Problem::with_hint(message, hint));
        }
    }
}

/// Reads one `[[source]]` table.
struct SourceReader<'r, 's, 't, 'd> {
    section: Section<'t, 'd>,
    directories: &'r BaseDirectories,
    patterns: &'r mut Patterns,
    diagnostics: &'r mut Diagnostics<'s>,
}

impl<'d> SourceReader<'_, '_, '_, 'd> {
    fn read(&mut self, polling: &Polling, position: usize) -> ParsedSource {
        let location = self.location();
        let name = self.value("name", name);
        let cadence = self.cadence(polling);
        let max_every = match &cadence {
            Cadence::Every(every) => polling.max_every.max(*every),
            Cadence::Adaptive { .. } | Cadence::Schedule(_) => polling.max_every,
        };
        let source = Source {
            name: name.clone().unwrap_or_default(),
            location: location.clone().unwrap_or_else(|| Location::File(self.directories.config_dir.clone())),
            title: self.value("title", |v| values::single_line(v, LONGEST_TITLE)),
            tags: self.tags(),
            cadence,
            max_every,
            priority: self.value("priority", values::integer).unwrap_or(0),
            position,
            enabled: self.value("enabled", values::boolean).unwrap_or(true),
            max_entries: self.value("max_entries", |v| values::count(v, 1..=100_000)),
            max_age: self.value("max_age", |v| values::duration(v, values::AGE_RANGE)),
            // The filter of the whole river is added once it is read.
            filter: patterns::filter(&self.section, self.patterns, self.diagnostics),
            private: self.value("private", values::boolean).unwrap_or(false),
            full_text: self.value("full_text", values::boolean).unwrap_or(false),
            headers: address::headers(&self.section, self.diagnostics),
            credentials: self.credentials(location.as_ref()),
            proxy: self.proxy(),
        };
        ParsedSource { name, source: location.is_some().then_some(source), location }
    }

    fn value<T>(&mut self, key: &str, read: impl FnOnce(&DeValue<'d>) -> ValueResult<T>) -> Option<T> {
        self.section.read(self.diagnostics, key, read)
    }

    fn location(&mut self) -> Option<Location> {
        let Some(value) = self.section.get("url") else {
            // After a syntax error, the `url` line may be there but unreadable.
            if !self.diagnostics.has_syntax_errors() {
                let problem = Problem::with_hint("this source has no `url`", "add `url = \"https://…\"`");
                self.diagnostics.add(self.section.header(), problem);
            }
            return None;
        };
        self.diagnostics.hide_address(value);
        self.value("url", |v| address::location(v, &self.directories.config_dir))
    }

    fn tags(&mut self) -> Vec<String> {
        let mut tags = self.section.read_list(self.diagnostics, "tags", MAX_TAGS, tag).unwrap_or_default();
        // A tag that is given twice counts once.
        let mut seen = std::collections::HashSet::new();
        tags.retain(|tag| seen.insert(tag.clone()));
        tags
    }

    fn cadence(&mut self, polling: &Polling) -> Cadence {
        let every = self.value("every", |v| values::duration(v, values::INTERVAL_RANGE));
        let schedule = self.value("schedule", values::cron);
        if let (Some(_), Some(span)) = (self.section.get("every"), self.section.key_span("schedule")) {
            let problem =
                Problem::with_hint("both `every` and `schedule` are given", "remove one of the two lines");
            self.diagnostics.add(span, problem);
        }
        match (every, schedule) {
            (_, Some(schedule)) => Cadence::Schedule(Box::new(schedule)),
            (Some(every), None) => Cadence::Every(every),
            (None, None) if polling.adaptive => {
                Cadence::Adaptive { start: polling.every, min: polling.min_every }
            }
            (None, None) => Cadence::Every(polling.every),
        }
    }

    fn credentials(&mut self, location: Option<&Location>) -> Option<Credentials> {
        let username = self.value("username", address::username);
        let directories = self.directories;
        let password = self.value("password_file", |v| {
            secrets::read(&values::single_line(v, 4_096)?, &directories.config_dir, &directories.credentials)
        });
        let pairs = [("username", "password_file"), ("password_file", "username")];
        for (given, missing) in pairs {
            if let (Some(span), None) = (self.section.key_span(given), self.section.get(missing))
                && !self.diagnostics.has_syntax_errors()
            {
                let message = format!("`{given}` is given without `{missing}`");
                self.diagnostics
                    .add(span, Problem::with_hint(message, format!("add `{missing}`, or remove `{given}`")));
            }
        }
        let has_user_in_url = matches!(location, Some(Location::Http(url)) if !url.username().is_empty());
        if let (Some(span), true) = (self.section.key_span("username"), has_user_in_url) {
            let message = "`username` is given, but the `url` contains a user name too";
            self.diagnostics.add(span, Problem::with_hint(message, "remove it from the `url`"));
        }
        Some(Credentials { username: username?, password: password? })
    }

    fn proxy(&mut self) -> Option<crate::model::Proxy> {
        let value = self.section.get("proxy")?;
        self.diagnostics.hide(value);
        self.value("proxy", address::proxy)
    }
}

/// Reads a name of letters, digits, `.`, `_` and `-`. It appears in `/sources/NAME/` or `/views/NAME/`, and on the command
/// line.
pub(super) fn name(value: &DeValue<'_>) -> ValueResult<String> {
    let name = values::single_line(value, names::LONGEST_NAME)?;
    if is_name(&name) {
        return Ok(name);
    }
    let message = "must start with a letter or digit, and contain only letters, digits, `.`, `_` and `-`";
    Err(match names::slug(&name) {
        slug if slug.is_empty() => Problem::new(message),
        slug => Problem::with_hint(message, format!("`{slug}` would be valid; `title` takes any text")),
    })
}

/// Returns whether a source may have this name.
pub(super) fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    name.len() <= names::LONGEST_NAME
        && name.chars().all(is_allowed)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Reads a tag: one line without slashes, since it appears in `/tags/TAG/`.
fn tag(value: &DeValue<'_>) -> ValueResult<String> {
    let tag = values::single_line(value, names::LONGEST_NAME)?;
    if tag.contains(['/', '\\']) || matches!(tag.as_str(), "." | "..") {
        let message =
            format!("contains `{}`; a tag has no slashes, and is not `.` or `..`", values::shorten(&tag));
        return Err(Problem::with_hint(message, "it is part of an address: `/tags/TAG/feed.xml`"));
    }
    Ok(tag)
}
