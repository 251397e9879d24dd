//! Polls every address of a list once: one client, one parser and one table.

use std::collections::HashMap;
use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use futures_util::stream::{self, StreamExt as _};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, IF_NONE_MATCH};
use rusqlite::{Connection, params};

/// How many documents are requested at once, as riverd is configured to in `tools/bench`.
const CONCURRENCY: usize = 64;
/// How many documents share one transaction.
const TOGETHER: usize = 50;

/// How many documents were new, unchanged and unreadable.
#[derive(Clone, Copy, Default)]
pub(crate) struct Polled {
    read: usize,
    unchanged: usize,
    failed: usize,
}

impl fmt::Display for Polled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} read, {} unchanged, {} failed", self.read, self.unchanged, self.failed)
    }
}

/// A document that was read.
struct Document {
    address: String,
    etag: Option<String>,
    feed: feed_rs::model::Feed,
}

/// Polls each address that is listed in the file at `addresses`.
pub(crate) async fn poll_all(addresses: &Path, database: &Path) -> anyhow::Result<Polled> {
    let conn = open(database)?;
    let known = Arc::new(etags(&conn)?);
    let client = reqwest::Client::builder().user_agent("floor").build()?;
    let (documents, read) = sync_channel(256);
    let writer = std::thread::spawn(move || write_all(conn, &read));
    let polled = Arc::new(Mutex::new(Polled::default()));
    let listed = std::fs::read_to_string(addresses).context("the list of addresses")?;
    let polls = listed.lines().map(|address| {
        let (client, known, documents) = (client.clone(), Arc::clone(&known), documents.clone());
        let (polled, address) = (Arc::clone(&polled), address.to_owned());
        tokio::spawn(async move {
            let outcome = poll(&client, address, &known, &documents).await;
            if let Ok(mut polled) = polled.lock() {
                match outcome {
                    Ok(true) => polled.read += 1,
                    Ok(false) => polled.unchanged += 1,
                    Err(_) => polled.failed += 1,
                }
            }
        })
    });
    stream::iter(polls).buffer_unordered(CONCURRENCY).for_each(|_| std::future::ready(())).await;
    drop(documents);
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
    let polled = polled.lock().map_err(|_| anyhow::anyhow!("a poll panicked"))?;
    Ok(*polled)
}

/// Polls one address. Returns whether its document changed.
async fn poll(
    client: &reqwest::Client,
    address: String,
    known: &HashMap<String, String>,
    documents: &SyncSender<Document>,
) -> anyhow::Result<bool> {
    let mut request = client.get(&address).header(ACCEPT_ENCODING, "gzip");
    if let Some(etag) = known.get(&address) {
        request = request.header(IF_NONE_MATCH, etag);
    }
    let answer = request.send().await?;
    if answer.status() == StatusCode::NOT_MODIFIED {
        return Ok(false);
    }
    anyhow::ensure!(answer.status() == StatusCode::OK, "status {}", answer.status());
    let text = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, is_compressed) = (text(ETAG), text(CONTENT_ENCODING).is_some());
    let body = answer.bytes().await?;
    let feed = if is_compressed {
        let mut plain = Vec::with_capacity(body.len() * 4);
        flate2::read::GzDecoder::new(body.as_ref()).read_to_end(&mut plain)?;
        feed_rs::parser::parse(plain.as_slice())?
    } else {
        feed_rs::parser::parse(body.as_ref())?
    };
    let document = Document { address, etag, feed };
    tokio::task::block_in_place(|| documents.send(document).map_err(Box::new))?;
    Ok(true)
}

fn open(database: &Path) -> anyhow::Result<Connection> {
    let conn = Connection::open(database)?;
    conn.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;
         create table if not exists feeds (address text primary key, etag text) strict;
         create table if not exists entries (
             id integer primary key, feed text not null references feeds (address), guid text not null, title text,
             link text, summary text, content text, author text, published_at integer, unique (feed, guid)
         ) strict;
         create index if not exists entries_published on entries (published_at);",
    )?;
    Ok(conn)
}

fn etags(conn: &Connection) -> anyhow::Result<HashMap<String, String>> {
    let mut query = conn.prepare("select address, etag from feeds where etag is not null")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn write_all(mut conn: Connection, documents: &Receiver<Document>) -> anyhow::Result<()> {
    while let Ok(first) = documents.recv() {
        let transaction = conn.transaction()?;
        for document in std::iter::once(first).chain(documents.iter().take(TOGETHER - 1)) {
            write(&transaction, document)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn write(conn: &Connection, document: Document) -> anyhow::Result<()> {
    conn.prepare_cached("insert or replace into feeds (address, etag) values (?, ?)")?
        .execute(params![document.address, document.etag])?;
    let mut insert = conn.prepare_cached(
        "insert or ignore into entries (feed, guid, title, link, summary, content, author, published_at)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for entry in document.feed.entries {
        insert.execute(params![
            document.address,
            entry.id,
            entry.title.map(|title| title.content),
            entry.links.into_iter().next().map(|link| link.href),
            entry.summary.map(|summary| summary.content),
            entry.content.and_then(|content| content.body),
            entry.authors.into_iter().next().map(|author| author.name),
            entry.published.or(entry.updated).map(|at| at.timestamp()),
        ])?;
    }
    Ok(())
}
