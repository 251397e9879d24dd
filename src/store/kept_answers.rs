//! Answers that verbs got before a source was polled. They are kept for the next poll of the source, which uses them instead of
//! sending another request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use url::Url;

use super::state::time;
use super::{StoreError, plans, source_lookups};
use crate::model::{DomainPause, EarlierAnswer};
use crate::time::Timestamp;

/// How long an answer is kept. A document that is older may have changed.
const KEPT_FOR: Duration = Duration::from_hours(1);
/// How many answers are kept at most. The oldest ones are deleted first.
const MAX_KEPT: i64 = 1000;
/// Size of the largest body that is kept, in bytes. A larger one is fetched again.
const MAX_BODY: usize = 4 << 20;

/// Whether the table may have an answer. A poll looks for one only then. No other process writes to the database meanwhile.
#[derive(Clone, Debug)]
pub(super) struct MayHoldAnswers(Arc<AtomicBool>);

impl Default for MayHoldAnswers {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl MayHoldAnswers {
    /// Notes whether the table may have an answer.
    pub(super) fn set(&self, may_hold: bool) {
        self.0.store(may_hold, Ordering::Release);
    }

    /// Returns whether the table may have an answer.
    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Returns whether a body of this many bytes is kept.
pub(super) fn has_room_for(body: usize) -> bool {
    body <= MAX_BODY
}

/// Keeps an answer, and notes the pause of its domain, if it asked for one.
pub(super) fn keep(
    conn: &Connection,
    answer: &EarlierAnswer<usize>,
    body: &[u8],
    (pause, now): (Option<&DomainPause>, Timestamp),
) -> Result<(), StoreError> {
    if let Some(pause) = pause {
        let asked = source_lookups::by_address(conn, answer.url.as_str())?;
        plans::pause_domain(conn, asked, pause, now)?;
    }
    let asked_at = answer.asked_at.unix();
    // An outcome is made of strings and numbers, so it always has a JSON form.
    let Ok(outcome) = serde_json::to_string(&answer.outcome) else { return Ok(()) };
    conn.prepare_cached(
        "insert or replace into kept_answers (url, asked_at, outcome, body) values (?, ?, ?, ?)",
    )?
    .execute(params![answer.url.as_str(), asked_at, outcome, body])?;
    let oldest = answer.asked_at.saturating_sub(KEPT_FOR).unix();
    conn.prepare_cached("delete from kept_answers where asked_at < ?")?.execute([oldest])?;
    conn.prepare_cached(
        "delete from kept_answers where url in
         (select url from kept_answers order by asked_at desc limit -1 offset ?)",
    )?
    .execute([MAX_KEPT])?;
    Ok(())
}

/// Returns whether no answer is kept.
pub(super) fn is_empty(conn: &Connection) -> Result<bool, StoreError> {
    let found =
        conn.prepare_cached("select exists (select 1 from kept_answers)")?.query_row([], |row| row.get(0));
    Ok(!found?)
}

/// Returns the answer that is kept for an address. Returns `None` if it can't be read, because another version of riverd wrote
/// it.
pub(super) fn find(conn: &Connection, url: &Url) -> Result<Option<EarlierAnswer>, StoreError> {
    let found = conn
        .prepare_cached("select asked_at, outcome, body from kept_answers where url = ?")?
        .query_row([url.as_str()], |row| {
            let (asked_at, outcome): (_, String) = (time(row, "asked_at")?, row.get("outcome")?);
            Ok((asked_at, outcome, row.get::<_, Vec<u8>>("body")?))
        })
        .optional()?;
    let Some((Some(asked_at), outcome, body)) = found else { return Ok(None) };
    let Ok(outcome) = serde_json::from_str(&outcome) else { return Ok(None) };
    let answer: EarlierAnswer<usize> = EarlierAnswer { url: url.clone(), asked_at, outcome };
    Ok(Some(answer.with_body(Bytes::from(body))))
}

/// Deletes the answer that is kept for an address.
pub(super) fn remove(conn: &Connection, url: &str) -> Result<(), StoreError> {
    conn.prepare_cached("delete from kept_answers where url = ?")?.execute([url])?;
    Ok(())
}

/// Returns whether a poll may use an answer: it is recent, and the source, polled last at `polled_at`, was not polled since.
pub(super) fn is_usable(answer: &EarlierAnswer, polled_at: Option<Timestamp>, now: Timestamp) -> bool {
    let is_new = polled_at.is_none_or(|polled_at| answer.asked_at >= polled_at);
    let is_recent = answer.asked_at <= now && now.since(answer.asked_at) <= KEPT_FOR;
    is_new && is_recent
}
