//! From the address that a person gave to `add` to the one feed that is meant.

use std::io::{self, BufRead as _, IsTerminal as _};

use serde::Serialize;

use super::args::Add;
use super::{output, small_runtime};
use crate::config::Config;
use crate::fetch::{Fetcher, FoundFeed};
use crate::model::{Failure, FailureKind, Location, RedactedUrl};
use crate::time::Timestamp;

/// Feeds that are listed; a site that names more means none of them in particular.
const MOST_SHOWN: usize = 30;

/// What is to be added.
pub(super) enum Choice {
    /// This feed.
    Feed(FoundFeed),
    /// What was given, as it is: a file, or an address that could not be asked.
    AsGiven,
    /// Several are there, and nobody can be asked which. They were printed.
    Undecided,
}

/// Asks the network what is behind `location`, and the person where that is several feeds.
pub(super) fn choose(config: &Config, location: &Location, args: &Add) -> anyhow::Result<Choice> {
    let Location::Http(url) = location else { return Ok(Choice::AsGiven) };
    let fetcher = Fetcher::naming(config, Some(location))?;
    let found = small_runtime()?.block_on(fetcher.discover(url, Timestamp::now()));
    let feeds = match found {
        Ok(feeds) => without_comments(feeds),
        Err(missed) if may_heal(&missed.failure) => {
            output::say(&format!(
                "warning: {}\nhint: what is added was not seen; `riverd check --online` tries it again",
                missed.failure.message
            ));
            if missed.likely.is_empty() {
                return Ok(Choice::AsGiven);
            }
            missed.likely
        }
        Err(missed) => return Err(refusal(&missed.failure)),
    };
    match <[FoundFeed; 1]>::try_from(feeds) {
        Ok([feed]) => Ok(Choice::Feed(feed)),
        Err(feeds) if !args.output.json && io::stdin().is_terminal() && io::stderr().is_terminal() => {
            Ok(ask(feeds)?.map_or(Choice::Undecided, Choice::Feed))
        }
        Err(feeds) => {
            list(&feeds, args)?;
            Ok(Choice::Undecided)
        }
    }
}

/// Whether the address may well be right although nothing came from it: the machine is offline, the server down or busy.
fn may_heal(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout | FailureKind::Throttled
    )
}

fn refusal(failure: &Failure) -> anyhow::Error {
    let hint = failure.hint.as_deref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    anyhow::Error::msg(format!("{}{hint}", failure.message))
}

/// Blogs name a feed of comments beside that of their posts; it is not what people subscribe to.
fn without_comments(feeds: Vec<FoundFeed>) -> Vec<FoundFeed> {
    let is_comments = |feed: &FoundFeed| feed.url.path().split('/').any(|part| part == "comments");
    if feeds.iter().all(is_comments) {
        return feeds;
    }
    feeds.into_iter().filter(|feed| !is_comments(feed)).collect()
}

/// What `add --json` prints where several feeds are there.
#[derive(Serialize)]
struct Several {
    candidates: Vec<FeedChoice>,
}

#[derive(Serialize)]
struct FeedChoice {
    url: String,
    title: Option<String>,
}

fn list(feeds: &[FoundFeed], args: &Add) -> anyhow::Result<()> {
    output::say(
        "this page has several feeds, none was added\nhint: give `riverd add` the address of one of them",
    );
    if args.output.json {
        let candidates = feeds
            .iter()
            .map(|feed| FeedChoice { url: feed.url.to_string(), title: feed.title.clone() })
            .collect();
        return output::print_json(&Several { candidates });
    }
    for feed in feeds.iter().take(MOST_SHOWN) {
        output::print_line(&describe(feed))?;
    }
    Ok(())
}

/// On a terminal: the number of the feed that is wanted. `None` if none is.
fn ask(mut feeds: Vec<FoundFeed>) -> io::Result<Option<FoundFeed>> {
    feeds.truncate(MOST_SHOWN);
    for (number, feed) in feeds.iter().enumerate() {
        output::say(&format!("{:>3}  {}", number + 1, describe(feed)));
    }
    output::say(&format!("which one? 1 to {}, or nothing for none", feeds.len()));
    for answer in io::stdin().lock().lines().take(3) {
        let answer = answer?;
        if answer.trim().is_empty() {
            break;
        }
        let index = answer.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match index.filter(|index| *index < feeds.len()) {
            Some(index) => return Ok(Some(feeds.swap_remove(index))),
            None => output::say(&format!("a number from 1 to {}, please", feeds.len())),
        }
    }
    Ok(None)
}

fn describe(feed: &FoundFeed) -> String {
    let title = feed.title.as_deref().map(|title| format!("  {title}")).unwrap_or_default();
    output::calm(&format!("{}{title}", RedactedUrl(&feed.url)))
}
