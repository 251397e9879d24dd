//! Finds the feed that a person means by the address given to `riverd add`.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::args::{AddArgs, GlobalArgs};
use super::known_sources::source_at;
use super::{earlier_answers, failure_error, output, runtime};
use crate::config::Config;
use crate::fetch::{Discovery, Fetcher, FoundFeed};
use crate::model::{EarlierAnswer, Failure, FailureKind, Location, Source};
use crate::text::words::printable;
use crate::time::Timestamp;

/// How many feeds of one page are shown to a person at most. JSON output has all of them.
const MAX_LISTED: usize = 30;

/// Hint for an address whose feed could not be read.
const ADDED_UNREAD: &str =
    "the source is added although its feed was not read; `riverd check --online` tries again";

/// What `riverd add` is to add.
pub(super) enum FeedToAdd {
    /// The feed that was found at the address, and its answer, if it was fetched.
    Found(FoundFeed, Option<Box<EarlierAnswer>>),
    /// The location as it was given: a file, or an address where no feed can be found at present.
    AsGiven,
    /// Nothing, because there are several feeds. The person chose none of them, or there is no terminal to ask, and the feeds
    /// were listed.
    Undecided,
}

/// Looks for feeds at `location`. If there are several, asks the person at the terminal which one is meant.
///
/// If the database says that the server asked for a pause, the server is not asked. A pause that the server asks for now is
/// kept.
pub(super) fn find_feed(
    global: &GlobalArgs,
    config: &Config,
    database: Option<&Path>,
    location: &Location,
    args: &AddArgs,
) -> anyhow::Result<FeedToAdd> {
    let Location::Http(url) = location else { return Ok(FeedToAdd::AsGiven) };
    // If the database of the daemon can't be read (another user may own it), no pause is known, and the server is asked.
    if let Ok(Some(until)) = earlier_answers::paused_until(config, database, location) {
        output::print_message(&format!(
            "warning: the server asked for a pause until {until}, so it was not asked now\nhint: {ADDED_UNREAD}"
        ));
        return Ok(FeedToAdd::AsGiven);
    }
    let fetcher = Fetcher::naming(config, Some(location))?;
    let now = Timestamp::now();
    let Discovery { result, answer, pause } = runtime::start_small()?.block_on(async {
        if names_https(&args.url) || url.scheme() != "https" {
            fetcher.discover(url, now).await
        } else {
            fetcher.discover_without_scheme(url, now).await
        }
    });
    if let Some(pause) = pause {
        earlier_answers::keep(global, config, vec![pause]);
    }
    let feeds = match result {
        Ok(feeds) => feeds,
        Err(missed) if may_be_temporary(&missed.failure) || !missed.likely.is_empty() => {
            output::print_message(&format!("warning: {}\nhint: {ADDED_UNREAD}", missed.failure.message));
            if missed.likely.is_empty() {
                return Ok(FeedToAdd::AsGiven);
            }
            missed.likely
        }
        Err(missed) => return Err(failure_error(&missed.failure)),
    };
    // The last source is the one that is to be added.
    let known = config.sources.split_last().map_or(&[][..], |(_, known)| known);
    match <[FoundFeed; 1]>::try_from(feeds) {
        Ok([feed]) => Ok(found(feed, answer)),
        Err(feeds) if !args.output.json && io::stdin().is_terminal() && io::stderr().is_terminal() => {
            Ok(ask_which(feeds, known)?.map_or(FeedToAdd::Undecided, |feed| found(feed, answer)))
        }
        Err(feeds) => {
            list(&feeds, known, args)?;
            Ok(FeedToAdd::Undecided)
        }
    }
}

/// Returns whether the person wrote `https:` before the address.
fn names_https(written: &str) -> bool {
    written.to_ascii_lowercase().contains("https:")
}

/// Returns the feed to add, with `answer` if that is the answer of this feed and not that of the page that names it.
fn found(feed: FoundFeed, answer: Option<EarlierAnswer>) -> FeedToAdd {
    let answer = answer.filter(|answer| answer.url == feed.url).map(Box::new);
    FeedToAdd::Found(feed, answer)
}

/// Returns whether the address may be right although it gave no feed: the machine is offline, or the server is down or busy.
fn may_be_temporary(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout | FailureKind::Throttled
    )
}

/// Output of `add --json` when a page has several feeds.
#[derive(Serialize)]
struct CandidateReport {
    candidates: Vec<Candidate>,
}

#[derive(Serialize)]
struct Candidate {
    url: String,
    title: Option<String>,
    /// Name of the source that the feed is already, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

fn list(feeds: &[FoundFeed], known: &[Arc<Source>], args: &AddArgs) -> anyhow::Result<()> {
    output::print_message(
        "this page has several feeds, so none was added\nhint: give `riverd add` the address of one of them",
    );
    if args.output.json {
        let candidates = feeds
            .iter()
            .map(|feed| Candidate {
                url: feed.url.to_string(),
                title: feed.title.clone(),
                source: known_as(feed, known).map(str::to_owned),
            })
            .collect();
        return output::print_json(&CandidateReport { candidates });
    }
    for feed in feeds.iter().take(MAX_LISTED) {
        output::print_line(&describe(feed, known))?;
    }
    Ok(())
}

/// Asks the person at the terminal for the number of a feed. Returns `None` if the person wants none, or
/// gives three wrong answers.
fn ask_which(mut feeds: Vec<FoundFeed>, known: &[Arc<Source>]) -> io::Result<Option<FoundFeed>> {
    feeds.truncate(MAX_LISTED);
    for (number, feed) in feeds.iter().enumerate() {
        output::print_message(&format!("{:>3}  {}", number + 1, describe(feed, known)));
    }
    output::print_message(&format!(
        "which feed? enter a number from 1 to {}, or nothing for none",
        feeds.len()
    ));
    for answer in io::stdin().lock().lines().take(3) {
        let answer = answer?;
        if answer.trim().is_empty() {
            break;
        }
        let index = answer.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match index.filter(|index| *index < feeds.len()) {
            Some(index) => return Ok(Some(feeds.swap_remove(index))),
            None => output::print_message(&format!("enter a number from 1 to {}", feeds.len())),
        }
    }
    Ok(None)
}

/// Returns the name of the source that a feed is already.
fn known_as<'s>(feed: &FoundFeed, known: &'s [Arc<Source>]) -> Option<&'s str> {
    source_at(known, &Location::Http(feed.url.clone())).map(|source| source.name.as_str())
}

fn describe(feed: &FoundFeed, known: &[Arc<Source>]) -> String {
    let title = feed.title.as_deref().map(|title| format!("  {title}")).unwrap_or_default();
    // The address is shown whole, even if it holds a token: a person has to copy it, and the page shows it to everybody.
    let source =
        known_as(feed, known).map(|name| format!("  (already the source `{name}`)")).unwrap_or_default();
    printable(&format!("{}{title}{source}", feed.url))
}
