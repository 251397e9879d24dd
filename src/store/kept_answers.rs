//! Answers that verbs got before a source was polled. They are kept until the next poll of the source, which uses them instead of
//! asking again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use url::Url;

use super::state::time;
use super::{Store, StoreError, plans, sources};
use crate::model::{DomainPause, EarlierAnswer};
use crate::time::Timestamp;

/// How long an answer is kept. A document that is older may have changed.
const KEPT_FOR: Duration = Duration::from_hours(1);
/// Most answers that are kept at once. The oldest go first.
const MAX_KEPT: i64 = 1000;
/// Size of the largest body that is kept, in bytes. A larger one is fetched again.
const MAX_BODY: usize = 4 << 20;

/// Whether the table may hold an answer, so that a poll looks for one only then. Nobody else writes to the database meanwhile.
#[derive(Clone, Debug)]
pub(super) struct MayHoldAnswers(Arc<AtomicBool>);

impl Default for MayHoldAnswers {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl Store {
    /// Keeps the answer for the next poll of the source with its address, which feeds.toml may name only later. `pause` is the
    /// pause of the whole domain that the answer asks for, and holds at once.
    pub async fn keep_answer(
        &self,
        answer: EarlierAnswer,
        pause: Option<DomainPause>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (answer, body) = answer.split_body();
        if body.len() > MAX_BODY {
            return Ok(());
        }
        self.write(move |conn| {
            if let Some(pause) = &pause {
                let asked = sources::by_address(conn, answer.url.as_str())?;
                plans::pause_domain(conn, asked, pause, now)?;
            }
            keep(conn, &answer, &body)
        })
        .await?;
        self.may_hold_answers.0.store(true, Ordering::Release);
        Ok(())
    }

    /// Returns the answer that is kept for an address, if it is not older than the last poll, and removes it.
    pub async fn take_answer(
        &self,
        url: &Url,
        polled_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<EarlierAnswer>, StoreError> {
        if !self.may_hold_answers.0.load(Ordering::Acquire) {
            return Ok(None);
        }
        // Cleared before the table is read: an answer that is kept meanwhile sets it again.
        self.may_hold_answers.0.store(false, Ordering::Release);
        let wanted = url.clone();
        let (is_empty, answer) =
            self.readers.read(move |conn| Ok((is_empty(conn)?, find(conn, &wanted)?))).await?;
        if !is_empty {
            self.may_hold_answers.0.store(true, Ordering::Release);
        }
        let Some(answer) = answer else { return Ok(None) };
        let taken = url.to_string();
        self.write(move |conn| {
            conn.prepare_cached("delete from kept_answers where url = ?")?.execute([taken])?;
            Ok(())
        })
        .await?;
        let is_new = polled_at.is_none_or(|polled_at| answer.asked_at >= polled_at);
        let is_recent = answer.asked_at <= now && now.since(answer.asked_at) <= KEPT_FOR;
        Ok(Some(answer).filter(|_| is_new && is_recent))
    }
}

fn keep(conn: &Connection, answer: &EarlierAnswer<usize>, body: &[u8]) -> Result<(), StoreError> {
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

fn is_empty(conn: &Connection) -> Result<bool, StoreError> {
    let found =
        conn.prepare_cached("select exists (select 1 from kept_answers)")?.query_row([], |row| row.get(0));
    Ok(!found?)
}

/// Returns the answer for an address. One that can't be read, because another version of riverd wrote it, is none.
fn find(conn: &Connection, url: &Url) -> Result<Option<EarlierAnswer>, StoreError> {
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
