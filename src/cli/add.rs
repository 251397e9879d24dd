//! `riverd add`: adds a source to feeds.toml.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use super::args::{AddArgs, GlobalArgs};
use super::daemon_connection::DaemonConnection;
use super::find_feed::{FeedToAdd, find_feed};
use super::known_sources::source_at;
use super::list::ListedSource;
use super::{UsageError, VerbOutcome, check, earlier_answers, output, state_dir};
use crate::config::{self, Config, EditError, NewSource};
use crate::model::Source;
use crate::service::control::protocol::ControlRequest;
use crate::store;
use crate::text::words::printable;
use crate::time::Timestamp;

/// Output of `add --json`.
#[derive(Serialize)]
struct AddReport<'c> {
    config: String,
    source: ListedSource<'c>,
}

/// Finds the feed, adds it to the file, and prints the name of the new source. If no feed can be read at present, adds the
/// address as it was given. If a page has several feeds and none is chosen, adds nothing.
pub(super) fn run(global: &GlobalArgs, args: &AddArgs) -> anyhow::Result<VerbOutcome> {
    refuse_path(&args.url)?;
    let (path, existing_config) = global.load_config_to_edit()?;
    let mut new_source = NewSource {
        url: meant_address(&args.url),
        name: args.name.clone(),
        title: args.title.clone(),
        tags: args.tags.clone(),
        every: args.every.clone(),
        ..NewSource::default()
    };
    refuse_unreadable(&args.url, &new_source.url, &path)?;
    refuse_duplicate(existing_config.as_ref(), &new_source.url)?;
    // The edit is checked before any request is sent, so that no server gets a request for a source that the file can't have.
    let planned_config =
        config::plan_addition(&path, std::slice::from_ref(&new_source)).map_err(classify_edit_error)?;
    let database = global.database().ok();
    let location = &added_source(&planned_config)?.location;
    let answer = match find_feed(global, &planned_config, database.as_deref(), location, args)? {
        FeedToAdd::Found(feed, answer) => {
            new_source.url = feed.url.into();
            new_source.feed_title = feed.title;
            answer
        }
        FeedToAdd::AsGiven => None,
        FeedToAdd::Undecided => return Ok(VerbOutcome::Failed),
    };
    refuse_duplicate(existing_config.as_ref(), &new_source.url)?;
    // The answer is kept before the source is in the file, because a daemon polls the source as soon as it is there.
    if let Some(answer) = answer {
        earlier_answers::keep(global, &planned_config, vec![*answer]);
    }
    let config = config::add_sources(&path, &[new_source]).map_err(classify_edit_error)?;
    print_added(&config, args)?;
    check::warn_of_unreadable_file(global);
    if let Err(error) = poll_even_if_gone(global, added_source(&config)?) {
        output::print_message(&format!(
            "warning: if the server said earlier that this feed is gone (410), the source is not polled yet: {}",
            output::message_of(&error)
        ));
    }
    Ok(VerbOutcome::Succeeded)
}

/// Lets the source be polled again if its server said earlier that it is gone (410). The daemon does this if one runs.
/// Without this, a source that is removed and added before a daemon reads the file would stay gone.
fn poll_even_if_gone(global: &GlobalArgs, source: &Source) -> anyhow::Result<()> {
    let database = global.database()?;
    let url = source.location.as_url_text();
    let is_running =
        DaemonConnection::request(&global.state_dir()?, &ControlRequest::Revive { url })?.is_some();
    if is_running || !database.exists() {
        return Ok(());
    }
    Ok(store::revive_gone_source(&database, &source.location.as_url_text(), Timestamp::now())?)
}

/// Returns the source that was added, which is the last one.
fn added_source(config: &Config) -> anyhow::Result<&Source> {
    config.sources.last().map(|source| &**source).context("the source that was added is not in the file")
}

fn print_added(config: &Config, args: &AddArgs) -> anyhow::Result<()> {
    let source = added_source(config)?;
    if args.output.json {
        let path = config.path.display().to_string();
        return output::print_json(&AddReport { config: path, source: ListedSource::from(source) });
    }
    let (name, location, file) = (&source.name, &source.location, config.path.display());
    Ok(output::print_line(&format!("added `{name}` ({location}) to {file}"))?)
}

/// How many characters of an address that can't be read are shown.
const MAX_SHOWN: usize = 200;

/// Schemes that browsers and podcast programs hand over in place of `https`.
const FEED_SCHEMES: [&str; 6] = ["feed", "rss", "itpc", "pcast", "podcast", "webcal"];

/// Returns the address that a person means. `example.org/feed`, `feed://example.org/feed` and `//example.org/feed` become
/// `https://example.org/feed`. `feed:https://example.org/feed` and `<https://example.org/feed>` lose what stands around the
/// address.
fn meant_address(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let of_feeds = text
        .split_once(':')
        .filter(|(scheme, _)| FEED_SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    let url = match of_feeds {
        Some((_, rest)) => rest,
        None => text,
    };
    // Web pages write `//example.org/feed` for an address with the scheme of the page.
    let rest = url.strip_prefix("//").unwrap_or(url);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let lacks_scheme = !url.contains("://") && names_host(host);
    if lacks_scheme { format!("https://{rest}") } else { url.to_owned() }
}

/// Returns whether what stands before the first slash of an address without a scheme is a host: a name with a dot, `localhost`,
/// an IPv6 address in brackets, or any name with a port.
fn names_host(text: &str) -> bool {
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    let is_name = |name: &str| name.contains('.') || name == "localhost" || name.ends_with(']');
    match text.rsplit_once(':').filter(|_| !text.ends_with(']')) {
        Some((name, port)) => {
            let is_alone = !name.is_empty() && (!name.contains(':') || name.ends_with(']'));
            is_alone && is_port(port)
        }
        None => is_name(text),
    }
}

/// Fails if an address can't be read. The error shows it as it was typed.
fn refuse_unreadable(written: &str, meant: &str, config: &Path) -> anyhow::Result<()> {
    let Err(problem) = config::read_location(meant, config) else { return Ok(()) };
    let shown: String = written.chars().take(MAX_SHOWN).collect();
    let message = format!(
        "`{}` {problem}\nhint: write `https://example.org/feed.xml`, or `file:` and the path of a file",
        printable(&shown)
    );
    Err(UsageError(message).into())
}

/// Fails if the address is the path of a file. A relative path would be read from the directory of feeds.toml, which may be
/// another one than the operator is in.
fn refuse_path(url: &str) -> anyhow::Result<()> {
    let begins_as_path = ["/", "./", "../", "~/"].iter().any(|begin| url.starts_with(begin));
    let names_host = url.starts_with("//") && meant_address(url) != url;
    if names_host || !begins_as_path && (url.contains("://") || !Path::new(url).is_file()) {
        return Ok(());
    }
    let absolute = std::path::absolute(url).unwrap_or_else(|_| url.into());
    let message =
        format!("`{url}` is a path, not an address\nhint: for a file, write `file:{}`", absolute.display());
    Err(UsageError(message).into())
}

/// Fails if feeds.toml already has the source. The error of `config` would name a line of a file that was never written;
/// this one names the source.
fn refuse_duplicate(existing: Option<&Config>, url: &str) -> anyhow::Result<()> {
    let Some(config) = existing else { return Ok(()) };
    let Ok(location) = config::read_location(url, &config.path) else { return Ok(()) };
    let Some(source) = source_at(&config.sources, &location) else { return Ok(()) };
    let (name, known) = (&source.name, &source.location);
    if *known == location {
        anyhow::bail!("`{known}` is a source already: `{name}`");
    }
    anyhow::bail!(
        "the feed is a source already: `{name}` at `{known}`\nhint: if that address no longer works, change it in {}",
        config.path.display()
    )
}

/// Turns the error of an edit that would break feeds.toml into wrong usage, because the value came from the command line.
pub(super) fn classify_edit_error(error: EditError) -> anyhow::Error {
    match error {
        EditError::Broken(errors) => errors.into(),
        EditError::Unwritable { path, cause } if cause.kind() == ErrorKind::PermissionDenied => {
            let (path, hint) = (path.display(), state_dir::as_root_hint());
            anyhow::anyhow!("`{path}` can't be written: {cause}\nhint: {hint}")
        }
        refused @ (EditError::Refused(_) | EditError::InUse(_)) => UsageError(refused.to_string()).into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_a_person_means_is_found_in_what_programs_and_people_write() {
        for (written, meant) in [
            ("https://example.org/feed", "https://example.org/feed"),
            ("example.org/feed", "https://example.org/feed"),
            ("example.org:8080/feed", "https://example.org:8080/feed"),
            (" feed://example.org/feed ", "https://example.org/feed"),
            ("feed:http://example.org/feed", "http://example.org/feed"),
            ("Feed:HTTPS://example.org/feed", "HTTPS://example.org/feed"),
            ("itpc://example.org/show?a=b:c", "https://example.org/show?a=b:c"),
            ("pcast:example.org/show", "https://example.org/show"),
            ("<https://example.org/feed>", "https://example.org/feed"),
            ("//example.org/feed", "https://example.org/feed"),
            ("//srv/feed.xml", "//srv/feed.xml"),
            ("file:feeds/a.xml", "file:feeds/a.xml"),
            ("mailto:a@example.org", "mailto:a@example.org"),
            ("gopher://example.org/", "gopher://example.org/"),
            ("localhost:8080", "https://localhost:8080"),
            ("localhost:8080/feed.xml", "https://localhost:8080/feed.xml"),
            ("localhost/feed.xml", "https://localhost/feed.xml"),
            ("nas:81?rss", "https://nas:81?rss"),
            ("[::1]:8080/feed", "https://[::1]:8080/feed"),
            ("[::1]/feed", "https://[::1]/feed"),
            ("nas/feed.xml", "nas/feed.xml"),
            ("nas:/feed.xml", "nas:/feed.xml"),
            ("tel:5551234", "tel:5551234"),
            ("a:b:80", "a:b:80"),
        ] {
            assert_eq!(meant_address(written), meant, "{written}");
        }
    }

    #[test]
    fn a_path_is_not_taken_for_an_address() {
        for path in ["//srv/feed.xml", "./feed.xml", "../feeds/a.xml", "/srv/feed.xml", "Cargo.toml"] {
            let error = refuse_path(path).unwrap_err().to_string();
            assert!(error.contains("hint: for a file, write `file:/"), "{path}: {error}");
        }
        for address in [
            "//example.org/feed",
            "example.org",
            "example.org/feed.xml",
            "https://a.example/./b",
            "file:Cargo.toml",
        ] {
            assert!(refuse_path(address).is_ok(), "{address}");
        }
    }
}
