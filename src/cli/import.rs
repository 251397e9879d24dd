//! `riverd import FILE`: adds the feeds of an OPML file, or of a text with one address a line, to feeds.toml in one write.
//! Lines that can't be used are left out.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;

use super::add::classify_edit_error;
use super::args::{GlobalArgs, ImportArgs};
use super::known_sources::address_key;
use super::list::ListedSource;
use super::{UsageError, VerbOutcome, check, output};
use crate::config::{self, Config, NewSource, PrivateNetworks};
use crate::document::opml::{self, ListProblem, ListedFeed, SubscriptionList};
use crate::model::{Location, Source};
use crate::policy::host::may_be_private;
use crate::text::url::absolute;
use crate::text::words::{counted, listed, on_one_line, printable};

/// Largest list that is read, in bytes. A hundred thousand feeds fit.
const MAX_BYTES: u64 = 32 << 20;

/// How many of the lines that were left out are printed. `--json` has all of them, except that a list reports at most a
/// thousand lines without a usable feed.
const SHOWN_PROBLEMS: usize = 20;

/// How many of the added sources on private hosts are named.
const SHOWN_PRIVATE: usize = 10;

/// Output of `import --json`.
#[derive(Serialize)]
struct ImportReport<'a> {
    config: String,
    added: Vec<ListedSource<'a>>,
    duplicates: &'a [Duplicate],
    unreadable: Vec<Unreadable<'a>>,
}

/// A line of the list that names a feed which feeds.toml or an earlier line has already.
#[derive(Serialize)]
struct Duplicate {
    line: usize,
    url: String,
    /// The source of feeds.toml that it repeats, or else the line of the list.
    same_as: String,
}

/// A line of the list that could not be used.
#[derive(Serialize)]
struct Unreadable<'a> {
    line: usize,
    message: &'a str,
}

/// Reads the list, adds its feeds to the file in one write, and prints what was added and what was left out.
pub(super) fn run(global: &GlobalArgs, args: &ImportArgs) -> anyhow::Result<VerbOutcome> {
    let list = opml::parse(&read(&args.file)?);
    if list.feeds.is_empty() && list.problems.is_empty() {
        let message = "it lists no feed; a list is an OPML file, or a text with one address a line";
        return Err(UsageError(format!("`{}`: {message}", args.file.display())).into());
    }
    let (path, existing) = global.load_config_to_edit()?;
    let mut plan = ImportPlan::new(existing.as_ref());
    let SubscriptionList { feeds, problems, more_problems } = list;
    plan.problems = problems;
    for feed in feeds {
        plan.add(feed, &path);
    }
    plan.problems.sort_by_key(|problem| problem.line);
    let known = existing.as_ref().map_or(0, |config| config.sources.len());
    let config = match (plan.sources.is_empty(), existing) {
        (true, existing) => existing,
        (false, _) => Some(config::add_sources(&path, &plan.sources).map_err(classify_edit_error)?),
    };
    let added = config.as_ref().and_then(|config| config.sources.get(known..)).unwrap_or_default();
    let shown_path = config.as_ref().map_or(&path, |config| &config.path);
    let outcome = ImportOutcome { config: shown_path, added, plan: &plan, more_problems };
    if args.output.json {
        outcome.print_json()?;
    } else {
        outcome.print(&args.file)?;
    }
    if config.as_ref().is_some_and(|config| config.polling.private_networks != PrivateNetworks::Deny) {
        warn_of_private_hosts(added);
    }
    check::warn_of_unreadable_file(global);
    let failed = plan.sources.is_empty() && !plan.problems.is_empty();
    Ok(if failed { VerbOutcome::Failed } else { VerbOutcome::Succeeded })
}

/// Names the added sources that lie in a private network. People have such sources at home, but a list from elsewhere could
/// reach a device there, because riverd may ask the hosts that feeds.toml names.
fn warn_of_private_hosts(added: &[Arc<Source>]) {
    let named = added.iter().filter_map(|source| match &source.location {
        Location::Http(url) if may_be_private(url) => {
            Some(format!("`{}` ({})", source.name, printable(url.host_str().unwrap_or_default())))
        }
        _ => None,
    });
    let named: Vec<String> = named.collect();
    let Some(shown) = listed(&named, SHOWN_PRIVATE) else { return };
    output::print_message(&format!(
        "note: {} {} on a private host, which riverd may ask because feeds.toml names it now: {shown}\n\
         hint: `riverd remove NAME` takes out what you don't know",
        counted(named.len() as u64, "added source"),
        if named.len() == 1 { "is" } else { "are" },
    ));
}

/// Reads the file, or stdin if its name is `-`.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot_read = || format!("can't read `{}`", path.display());
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(cannot_read)?;
    } else {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => anyhow::anyhow!(
                "there is no file `{}`\nhint: name a file of OPML that another reader exported, or `-` for stdin",
                path.display()
            ),
            _ => anyhow::Error::from(error).context(cannot_read()),
        })?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(cannot_read)?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        anyhow::bail!("`{}` is larger than {} MiB: split it", path.display(), MAX_BYTES >> 20);
    }
    Ok(bytes)
}

/// The sources to add, and what is left out.
struct ImportPlan {
    sources: Vec<NewSource>,
    duplicates: Vec<Duplicate>,
    problems: Vec<ListProblem>,
    /// The source of each address, by its [`address_key`]: one of feeds.toml, or one to add.
    known: HashMap<String, KnownAddress>,
    /// The names that are taken, in lower case.
    names: Vec<String>,
}

enum KnownAddress {
    /// Name of a source in feeds.toml.
    Configured(String),
    /// Line of the list, and index in `sources`.
    Listed { line: usize, index: usize },
}

impl ImportPlan {
    fn new(existing: Option<&Config>) -> Self {
        let sources = existing.map(|config| config.sources.as_slice()).unwrap_or_default();
        let known = sources
            .iter()
            .map(|source| (address_key(&source.location), KnownAddress::Configured(source.name.clone())));
        Self {
            sources: Vec::new(),
            duplicates: Vec::new(),
            problems: Vec::new(),
            known: known.collect(),
            names: sources.iter().map(|source| source.name.to_lowercase()).collect(),
        }
    }

    /// Adds a feed of the list. A feed that is listed in several folders becomes one source with all their tags.
    fn add(&mut self, feed: ListedFeed, config: &Path) {
        let location = match location(&feed.url, config) {
            Ok(location) => location,
            Err(message) => {
                self.problems.push(ListProblem { line: feed.line, message });
                return;
            }
        };
        let tags = tags(feed.tags);
        let key = address_key(&location);
        match self.known.get(&key) {
            Some(KnownAddress::Configured(name)) => {
                let same_as = format!("`{name}` in feeds.toml");
                self.duplicates.push(Duplicate { line: feed.line, url: location.to_string(), same_as });
            }
            Some(KnownAddress::Listed { line, index }) => {
                let same_as = format!("line {line}");
                self.duplicates.push(Duplicate { line: feed.line, url: location.to_string(), same_as });
                if let Some(source) = self.sources.get_mut(*index) {
                    let new = tags.into_iter().filter(|tag| !source.tags.contains(tag)).collect::<Vec<_>>();
                    source.tags.extend(new);
                    source.tags.truncate(config::MAX_TAGS);
                }
            }
            None => {
                self.known.insert(key, KnownAddress::Listed { line: feed.line, index: self.sources.len() });
                let name = feed.name.filter(|name| self.take_name(name));
                let every = feed.every.filter(|every| config::is_interval(every));
                let schedule =
                    feed.schedule.filter(|schedule| every.is_none() && config::is_schedule(schedule));
                let one_line =
                    |text: Option<String>| text.map(|text| shortened(&text, config::LONGEST_TITLE));
                self.sources.push(NewSource {
                    url: location.as_url_text(),
                    name,
                    title: one_line(feed.title).filter(|title| !title.is_empty()),
                    feed_title: one_line(feed.text),
                    tags,
                    every,
                    schedule,
                    is_disabled: feed.is_disabled,
                    is_private: feed.is_private,
                });
            }
        }
    }

    /// Takes a name if it is valid and free, and returns whether it was.
    fn take_name(&mut self, name: &str) -> bool {
        let lower_case = name.to_lowercase();
        let is_free = config::is_source_name(name) && !self.names.contains(&lower_case);
        if is_free {
            self.names.push(lower_case);
        }
        is_free
    }
}

/// Reads the address of a feed. Lists come from strangers, so they must not name local files.
fn location(written: &str, config: &Path) -> Result<Location, String> {
    let shown = shortened(written, 80);
    let address =
        absolute(written, None).ok_or_else(|| format!("`{shown}` is not a web address (http: or https:)"))?;
    config::read_location(&address, config).map_err(|problem| format!("`{shown}` {problem}"))
}

/// Turns folders and categories into tags: one line without slashes, as feeds.toml allows.
fn tags(names: Vec<String>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for name in names {
        let tag = shortened(&name.replace(['/', '\\'], "-"), config::LONGEST_NAME);
        if !tag.is_empty()
            && tag != "."
            && tag != ".."
            && !tags.contains(&tag)
            && tags.len() < config::MAX_TAGS
        {
            tags.push(tag);
        }
    }
    tags
}

/// Returns `text` on one line without control characters, cut to `limit` characters.
fn shortened(text: &str, limit: usize) -> String {
    let plain: String = on_one_line(&printable(text)).chars().take(limit).collect();
    plain.trim().to_owned()
}

/// What an import did.
struct ImportOutcome<'a> {
    config: &'a Path,
    /// The sources that were added.
    added: &'a [Arc<Source>],
    plan: &'a ImportPlan,
    /// How many further lines can't be used, beyond those in the plan.
    more_problems: usize,
}

impl ImportOutcome<'_> {
    fn print_json(&self) -> anyhow::Result<()> {
        let problems = self.plan.problems.iter();
        output::print_json(&ImportReport {
            config: self.config.display().to_string(),
            added: self.added.iter().map(|source| ListedSource::from(&**source)).collect(),
            duplicates: &self.plan.duplicates,
            unreadable: problems
                .map(|problem| Unreadable { line: problem.line, message: &problem.message })
                .collect(),
        })
    }

    fn print(&self, file: &Path) -> anyhow::Result<()> {
        let duplicates = self.plan.duplicates.iter().map(|duplicate| {
            (duplicate.line, format!("{} is the same as {}", duplicate.url, duplicate.same_as))
        });
        let problems = self.plan.problems.iter().map(|problem| (problem.line, problem.message.clone()));
        // Lines that can't be used come first, because a person may want to repair them.
        let left_out: Vec<(usize, String)> = problems.chain(duplicates).collect();
        for (line, message) in left_out.iter().take(SHOWN_PROBLEMS) {
            let message = printable(message);
            output::print_message(&format!("{}:{line}: {message}", file.display()));
        }
        if left_out.len() > SHOWN_PROBLEMS {
            let more = left_out.len() - SHOWN_PROBLEMS;
            output::print_message(&format!(
                "… and {}; `--json` shows them",
                counted(more as u64, "more line")
            ));
        }
        Ok(output::print_line(&format!(
            "added {} to {}; left out: {}, {}",
            counted(self.added.len() as u64, "source"),
            self.config.display(),
            counted(self.plan.duplicates.len() as u64, "duplicate"),
            counted((self.plan.problems.len() + self.more_problems) as u64, "unusable line"),
        ))?)
    }
}
