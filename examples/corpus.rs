//! The program behind `make corpus`: parses documents like riverd.
//!
//! `corpus < REQUESTS` prints what is read of each document, as one JSON object on a line. A request is one line with
//! a JSON object `{"path", "content_type", "url"}`, of which only `path` is required. `corpus --time FILE…` prints
//! the CPU time of parsing compared with feed-rs alone, as medians.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

use std::io::{BufRead as _, Write as _};
use std::time::Duration;

use anyhow::Context as _;
use riverd::document::{RawDocument, parse};
use riverd::model::{MarkupText, ParsedFeed};
use riverd::text::html;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use url::Url;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--time") {
        return time(&arguments.collect::<Vec<_>>());
    }
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let field = |name: &str| request.get(name).and_then(Value::as_str);
        let path = field("path").context("a request names a `path`")?;
        let body = std::fs::read(path).with_context(|| format!("can't read `{path}`"))?;
        let url = field("url").map(Url::parse).transpose()?;
        let document = RawDocument { body: &body, content_type: field("content_type"), url: url.as_ref() };
        let read = match parse(document) {
            Ok(feed) => shown(&feed, url.as_ref())?,
            Err(error) => json!({ "error": error.to_string(), "kind": variant(&format!("{error:?}")) }),
        };
        writeln!(out, "{}", json!({ "path": path, "read": read }))?;
    }
    Ok(())
}

/// Returns the name of the variant: the output of `{:?}` up to its fields.
fn variant(debug: &str) -> &str {
    debug.split([' ', '{', '(']).next().unwrap_or(debug)
}

/// Returns the feed as JSON, with its texts sanitised as riverd would show them.
fn shown(feed: &ParsedFeed, url: Option<&Url>) -> anyhow::Result<Value> {
    let texts: Vec<(Option<String>, Option<String>)> = feed
        .entries
        .iter()
        .map(|entry| {
            let summary = safe(entry.summary.as_ref(), entry.summary_base.as_deref(), url);
            (summary, safe(entry.content.as_ref(), entry.content_base.as_deref(), url))
        })
        .collect();
    let mut shown = serde_json::to_value(feed)?;
    let entries = shown.get_mut("entries").and_then(Value::as_array_mut).context("a feed has entries")?;
    for (entry, (summary, content)) in entries.iter_mut().zip(texts) {
        let entry = entry.as_object_mut().context("an entry has fields")?;
        entry.insert("summary".to_owned(), json!(summary));
        entry.insert("content".to_owned(), json!(content));
    }
    Ok(shown)
}

fn safe(text: Option<&MarkupText>, base: Option<&str>, url: Option<&Url>) -> Option<String> {
    let base = base.and_then(|base| Url::parse(base).ok()).or_else(|| url.cloned());
    let safe = match text? {
        MarkupText::Plain(text) => html::from_plain(text),
        MarkupText::UnsafeHtml(markup) => html::sanitise(markup, base.as_ref()),
    };
    safe.map(|safe| safe.html.as_str().to_owned())
}

/// Times each file with feed-rs alone and with riverd, alternating, and prints the ratios of the medians. Leaves out
/// files of which feed-rs alone does not read every entry, because skipping entries is quick.
fn time(paths: &[String]) -> anyhow::Result<()> {
    const ROUNDS: usize = 15;
    let (mut alone_total, mut riverd_total, mut ratios) = (Duration::ZERO, Duration::ZERO, Vec::new());
    for path in paths {
        let body = std::fs::read(path).with_context(|| format!("can't read `{path}`"))?;
        let document = RawDocument { body: &body, content_type: None, url: None };
        let entries_alone = feed_rs::parser::parse(body.as_slice()).ok().map(|feed| feed.entries.len());
        if entries_alone != parse(document).ok().map(|feed| feed.entries.len()) || entries_alone.is_none() {
            println!("feed-rs alone does not read all of it: {path}");
            continue;
        }
        let (mut alone, mut with_riverd) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            alone.push(elapsed(|| feed_rs::parser::parse(body.as_slice()).is_ok()));
            with_riverd.push(elapsed(|| parse(document).is_ok()));
        }
        let (alone, with_riverd) = (median(alone), median(with_riverd));
        alone_total += alone;
        riverd_total += with_riverd;
        let ratio = with_riverd.as_secs_f64() / alone.as_secs_f64();
        ratios.push((ratio, path.clone(), body.len(), alone, with_riverd));
    }
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (ratio, path, length, alone, with_riverd) in &ratios {
        println!("{ratio:6.2}  {length:>8} B  feed-rs {alone:>10.1?}  riverd {with_riverd:>10.1?}  {path}");
    }
    let middle = ratios.get(ratios.len() / 2).context("no file that feed-rs alone reads")?.0;
    let whole = riverd_total.as_secs_f64() / alone_total.as_secs_f64();
    println!(
        "{} files: the median file costs {middle:.2} times feed-rs alone, all files together {whole:.2} times",
        ratios.len()
    );
    Ok(())
}

/// Returns the CPU time that `work` takes on this thread, so that other programs on the machine matter little.
fn elapsed(work: impl FnOnce() -> bool) -> Duration {
    let start = clock_gettime(ClockId::ThreadCPUTime);
    std::hint::black_box(work());
    let end = clock_gettime(ClockId::ThreadCPUTime);
    let nanoseconds = (end.tv_sec - start.tv_sec) * 1_000_000_000 + end.tv_nsec - start.tv_nsec;
    Duration::from_nanos(nanoseconds.unsigned_abs())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
