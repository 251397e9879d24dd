//! Reads the `[[view]]` tables and checks that their names are unique, and that their tags and sources exist.

use std::collections::{HashMap, HashSet};

use toml::Spanned;
use toml::de::DeValue;

use super::diagnostics::Diagnostics;
use super::patterns::{self, Patterns};
use super::problem::Problem;
use super::section::Section;
use super::table_list::{self, TableList};
use super::{River, schema, sources, tables, values};
use crate::model::{Source, View};

const SECTION_NAME: &str = "[[view]]";

const VIEW_TABLES: TableList = TableList {
    key: "view",
    // Each new article is compared with every view.
    max_tables: 100,
    too_many_hint: "each tag and each source has a feed without a view: `/tags/TAG/`, `/sources/NAME/`",
};

/// Maximum number of tags or sources that one view names.
const MAX_MEMBERS: usize = 1_000;

/// The tags and the names of sources that views may use.
pub(super) struct KnownNames<'s> {
    tags: HashSet<&'s str>,
    sources: HashMap<String, &'s str>,
}

impl<'s> KnownNames<'s> {
    /// Collects the tags and names of `sources`.
    pub(super) fn of(sources: impl Iterator<Item = &'s Source> + Clone) -> Self {
        Self {
            tags: sources.clone().flat_map(|source| &source.tags).map(String::as_str).collect(),
            sources: sources.map(|source| (source.name.to_lowercase(), source.name.as_str())).collect(),
        }
    }
}

/// Reads all views in file order. `known` is `None` if the sources have errors: tags and sources are then not checked,
/// because those of a wrong source are missing. If anything is wrong, it is reported and the result must not be used.
pub(super) fn read(
    value: Option<&Spanned<DeValue<'_>>>,
    river: &River,
    known: Option<&KnownNames<'_>>,
    patterns: &mut Patterns,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<View> {
    let mut names = HashMap::new();
    let mut views = Vec::new();
    for (table, header) in table_list::read(value, &VIEW_TABLES, diagnostics) {
        let section = Section::open(SECTION_NAME, table, header, diagnostics);
        let name = name(&section, diagnostics);
        if let Some(name) = &name {
            sources::check_unique(&mut names, name.to_lowercase(), "name", &section, diagnostics);
        }
        let members = Members { section: &section, known, view: name.as_deref() };
        let (tags, sources) = (members.tags(diagnostics), members.sources(diagnostics));
        views.push(View {
            // A missing or wrong name was reported, so the view is not used.
            name: name.unwrap_or_default(),
            title: section.read(diagnostics, "title", |v| values::single_line(v, 200)),
            tags,
            sources,
            filter: patterns::filter(&section, patterns, diagnostics),
            articles: tables::articles(&section, diagnostics).unwrap_or(river.articles),
            content: tables::content(&section, diagnostics).unwrap_or(river.content),
        });
    }
    views
}

fn name(section: &Section<'_, '_>, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
    // After a syntax error, the line may be there but unreadable.
    if section.get("name").is_none() && !diagnostics.has_syntax_errors() {
        let hint = "add `name = \"morning\"`: its feeds are then at `/views/morning/`";
        diagnostics.add(section.header(), Problem::with_hint("this view has no `name`", hint));
    }
    section.read(diagnostics, "name", sources::name)
}

/// Reads the tags and sources of a view.
struct Members<'r, 's, 't, 'd> {
    section: &'r Section<'t, 'd>,
    known: Option<&'r KnownNames<'s>>,
    /// Name of the view, if it has a valid one.
    view: Option<&'r str>,
}

impl Members<'_, '_, '_, '_> {
    fn tags(&self, diagnostics: &mut Diagnostics<'_>) -> Vec<String> {
        let read = |value: &DeValue<'_>| {
            let tag = values::single_line(value, 64)?;
            match self.known {
                Some(known) if !known.tags.contains(tag.as_str()) => {
                    Err(self.unknown(Member::Tag, &tag, known.tags.iter().copied()))
                }
                _ => Ok(tag),
            }
        };
        self.section.read_list(diagnostics, "tags", MAX_MEMBERS, read).unwrap_or_default()
    }

    /// Returns the names of the sources, spelt as they are in feeds.toml.
    fn sources(&self, diagnostics: &mut Diagnostics<'_>) -> Vec<String> {
        let read = |value: &DeValue<'_>| {
            let name = values::single_line(value, 64)?;
            let Some(known) = self.known else { return Ok(name) };
            match known.sources.get(&name.to_lowercase()) {
                Some(name) => Ok((*name).to_owned()),
                None => Err(self.unknown(Member::Source, &name, known.sources.values().copied())),
            }
        };
        self.section.read_list(diagnostics, "sources", MAX_MEMBERS, read).unwrap_or_default()
    }

    /// Returns the problem with a tag or source that no `[[source]]` has.
    fn unknown<'k>(&self, member: Member, name: &str, known: impl Iterator<Item = &'k str>) -> Problem {
        let shown = values::shorten(name);
        let message = match member {
            Member::Tag => format!("contains `{shown}`, a tag that no source has"),
            Member::Source => format!("contains `{shown}`, which is the name of no source"),
        };
        let mut known: Vec<_> = known.collect();
        known.sort_unstable();
        let view = self.view.map_or_else(|| "this view".to_owned(), |name| format!("the view `{name}`"));
        let meant = schema::nearest(name, known.into_iter())
            .map(|near| format!("did you mean `{near}`? Otherwise "))
            .unwrap_or_default();
        Problem::with_hint(message, format!("{meant}take `{shown}` out of {view}, or delete that view"))
    }
}

/// What a view can name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Tag,
    Source,
}
