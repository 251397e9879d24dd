//! Reads documents as riverd does and prints what they give, one JSON object a line: the driver of `make corpus`.
//!
//! Standard input: one JSON object a line, `{"path", "content_type", "url"}`, of which only `path` must be there.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::io::{BufRead as _, Write as _};

use anyhow::Context as _;
use riverd::feed::parse::{Document, parse};
use riverd::model::{Entry, MarkupText, ParsedFeed};
use serde_json::{Value, json};
use url::Url;

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let path = request["path"].as_str().context("a request names a `path`")?;
        let body = std::fs::read(path).with_context(|| format!("can't read `{path}`"))?;
        let url = request["url"].as_str().map(Url::parse).transpose()?;
        let document =
            Document { body: &body, content_type: request["content_type"].as_str(), url: url.as_ref() };
        let read = match parse(document) {
            Ok(feed) => shown(feed),
            Err(error) => json!({ "error": error.to_string(), "kind": kind(&format!("{error:?}")) }),
        };
        writeln!(out, "{}", json!({ "path": path, "read": read }))?;
    }
    Ok(())
}

/// The variant's name: all of `{:?}` up to its fields.
fn kind(debug: &str) -> &str {
    debug.split([' ', '{', '(']).next().unwrap_or(debug)
}

fn shown(feed: ParsedFeed) -> Value {
    json!({
        "format": feed.format,
        "title": feed.title,
        "link": feed.link,
        "description": feed.description,
        "language": feed.language,
        "rights": feed.rights,
        "author": feed.author,
        "generator": feed.generator,
        "updated": feed.updated,
        "entries": feed.entries.into_iter().map(shown_entry).collect::<Vec<_>>(),
        "defects": feed.defects.iter().map(|defect| (defect.name, defect.count)).collect::<Vec<_>>(),
    })
}

fn shown_entry(entry: Entry) -> Value {
    json!({
        "id": entry.id,
        "permalink": entry.id_is_permalink,
        "title": entry.title,
        "link": entry.link,
        "summary": entry.summary.map(html),
        "content": entry.content.map(html),
        "authors": entry.authors,
        "published": entry.published,
        "updated": entry.updated,
        "categories": entry.categories,
        "enclosures": entry.enclosures,
        "comments": entry.comments,
        "language": entry.language,
        "base": entry.base,
        "origin": entry.origin,
    })
}

fn html(text: MarkupText) -> String {
    match text {
        MarkupText::Plain(text) => htmlize::escape_text(text).into_owned(),
        MarkupText::UnsafeHtml(html) => html,
    }
}
