//! Answers that verbs got from the servers of sources. They are kept for the next poll of the source, which uses them instead
//! of sending another request. The pause that the address of a deleted source asked for is kept as such an answer, too.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use url::Url;

use super::state::time;
use super::{StoreError, plans, source_lookups};
use crate::model::{EarlierAnswer, Failure, FailureKind, FailureOrigin, FetchOutcome, Freshness, SourceId};
use crate::policy::decide::{pause_of_answer, paused_by_answer};
use crate::time::Timestamp;

/// How long after its request an answer is used, unless it only asks for a pause. A document that is older may have changed.
const USED_FOR: Duration = Duration::from_hours(1);
/// How long after its request an answer that is a failure is used. The server may be repaired soon.
const FAILURE_USED_FOR: Duration = Duration::from_mins(10);
/// How long an answer without a body is kept, because it may ask for a pause. No pause is longer than this.
const PAUSE_KEPT_FOR: Duration = Duration::from_hours(31 * 24);
/// How many answers are kept at most. The oldest ones are deleted first.
const MAX_KEPT: i64 = 1000;
/// Size of the largest body that is kept, in bytes. A larger one is fetched again.
pub const MAX_KEPT_BODY: usize = 4 << 20;

/// The addresses for which an answer may be kept, so that the polls of all other sources need no look-up. No other process
/// writes to this table.
#[derive(Clone, Default, Debug)]
pub(super) struct KeptAddresses(Arc<Mutex<HashSet<String>>>);

impl KeptAddresses {
    /// Reads the addresses from the table.
    pub(super) fn read(conn: &Connection) -> Result<Self, StoreError> {
        let mut query = conn.prepare("select url from kept_answers")?;
        let urls = query.query_map([], |row| row.get(0))?;
        Ok(Self(Arc::new(Mutex::new(urls.collect::<Result<_, _>>()?))))
    }

    /// Reads the addresses from the table again.
    pub(super) fn read_again(&self, conn: &Connection) -> Result<(), StoreError> {
        let addresses = Self::read(conn)?.0;
        let addresses = std::mem::take(&mut *addresses.lock().unwrap_or_else(PoisonError::into_inner));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = addresses;
        Ok(())
    }

    /// Notes that an answer is kept for an address.
    pub(super) fn add(&self, url: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(url);
    }

    /// Returns whether an answer may be kept for an address.
    pub(super) fn has(&self, url: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(url)
    }

    /// Returns whether an answer may be kept for an address, and forgets the address.
    pub(super) fn take(&self, url: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(url)
    }
}

/// Keeps an answer, and notes the pause of its domain, if it asked for one. The pause does not hold back the first poll of the
/// source, because that poll uses the answer and sends no request.
pub(super) fn keep(
    conn: &Connection,
    answer: &EarlierAnswer<usize>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(asked) = note_pause(conn, answer, now)? {
        plans::bring_first_poll_forward(conn, asked, now)?;
    }
    let asked_at = answer.asked_at.unix();
    // An outcome is made of strings and numbers, so it always has a JSON form.
    let Ok(outcome) = serde_json::to_string(&answer.outcome) else { return Ok(()) };
    conn.prepare_cached(
        "insert or replace into kept_answers (url, asked_at, outcome, body) values (?, ?, ?, ?)",
    )?
    .execute(params![answer.url.as_str(), asked_at, outcome, body])?;
    let oldest = answer.asked_at.saturating_sub(USED_FOR).unix();
    let oldest_pause = answer.asked_at.saturating_sub(PAUSE_KEPT_FOR).unix();
    conn.prepare_cached(
        "delete from kept_answers where asked_at < ?1 and length(body) > 0 or asked_at < ?2",
    )?
    .execute([oldest, oldest_pause])?;
    conn.prepare_cached(
        "delete from kept_answers where url in
         (select url from kept_answers order by asked_at desc limit -1 offset ?)",
    )?
    .execute([MAX_KEPT])?;
    Ok(())
}

/// Notes the pause of the domain that an answer asked for. Returns the source of the answer if there is a pause.
pub(super) fn note_pause(
    conn: &Connection,
    answer: &EarlierAnswer<usize>,
    now: Timestamp,
) -> Result<Option<SourceId>, StoreError> {
    let Some(pause) = pause_of_answer(answer, now) else { return Ok(None) };
    let asked = source_lookups::by_address(conn, answer.url.as_str())?;
    plans::pause_domain(conn, asked, &pause, now)?;
    Ok(asked)
}

/// Returns the addresses whose kept answers ask for a pause, and when their pauses end.
pub(super) fn pauses(conn: &Connection, now: Timestamp) -> Result<HashMap<Url, Timestamp>, StoreError> {
    let mut query = conn.prepare_cached("select url, asked_at, outcome from kept_answers")?;
    let mut rows = query.query([])?;
    let mut pauses = HashMap::new();
    while let Some(row) = rows.next()? {
        let Some(answer) = answer_of(row)? else { continue };
        if let Some(until) = paused_by_answer(&answer, now) {
            pauses.insert(answer.url, until);
        }
    }
    Ok(pauses)
}

/// Returns the answer that is kept for an address.
pub(super) fn find(conn: &Connection, url: &Url) -> Result<Option<EarlierAnswer>, StoreError> {
    let found = conn
        .prepare_cached("select url, asked_at, outcome, body from kept_answers where url = ?")?
        .query_row([url.as_str()], |row| Ok((answer_of(row)?, row.get::<_, Vec<u8>>("body")?)))
        .optional()?;
    Ok(found.and_then(|(answer, body)| Some(answer?.with_body(Bytes::from(body)))))
}

/// Returns the answer that is kept for an address if a poll may use it. Such a poll sends no request, so no pause forbids it.
pub(super) fn find_usable(
    conn: &Connection,
    url: &Url,
    polled_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<EarlierAnswer>, StoreError> {
    Ok(find(conn, url)?.filter(|answer| is_usable(answer, polled_at, now)))
}

/// Keeps the pause that the address of a source asked for, before the source is deleted or gets another address. So the pause
/// still holds if feeds.toml names the address again. A pause of the whole domain need not be kept here, because it is stored
/// with the pauses of domains.
pub(super) fn keep_own_pause(conn: &Connection, id: SourceId) -> Result<(), StoreError> {
    let sql = "select url, polled_at, not_before from sources where id = ?1 and polled_at is not null
                   and not_before > coalesce((select until from pauses where pauses.domain = sources.domain), polled_at)";
    let paused: Option<(String, i64, i64)> = conn
        .prepare_cached(sql)?
        .query_row([id.0], |row| Ok((row.get("url")?, row.get("polled_at")?, row.get("not_before")?)))
        .optional()?;
    let Some((url, polled_at, until)) = paused else { return Ok(()) };
    let Ok(url) = Url::parse(&url) else { return Ok(()) };
    let failure = Failure {
        kind: FailureKind::Throttled,
        message: "the server asked for a pause before the source was removed".to_owned(),
        hint: None,
        origin: FailureOrigin::Elsewhere,
    };
    let outcome = FetchOutcome::Throttled {
        // A pause with this status holds for the address alone.
        status: 503,
        retry_after: Some(Timestamp::from_unix(until)),
        freshness: Freshness::default(),
        by: url.clone(),
        failure,
    };
    let asked_at = Timestamp::from_unix(polled_at);
    keep(conn, &EarlierAnswer { url, asked_at, outcome }, &[], asked_at)
}

/// Returns the answers that verbs got after `since` and that no poll has used.
pub(super) fn since(conn: &Connection, since: Timestamp) -> Result<Vec<EarlierAnswer>, StoreError> {
    let sql = "select url, asked_at, outcome, body from kept_answers where asked_at > ?";
    let mut query = conn.prepare_cached(sql)?;
    let rows =
        query.query_map([since.unix()], |row| Ok((answer_of(row)?, row.get::<_, Vec<u8>>("body")?)))?;
    let kept = rows.collect::<Result<Vec<_>, _>>()?.into_iter();
    Ok(kept.filter_map(|(answer, body)| Some(answer?.with_body(Bytes::from(body)))).collect())
}

/// Reads an answer without its body. Returns `None` if it can't be read, because another version of riverd wrote it.
fn answer_of(row: &Row<'_>) -> rusqlite::Result<Option<EarlierAnswer<usize>>> {
    let (url, outcome): (String, String) = (row.get("url")?, row.get("outcome")?);
    let (Ok(url), Some(asked_at)) = (Url::parse(&url), time(row, "asked_at")?) else { return Ok(None) };
    Ok(serde_json::from_str(&outcome).ok().map(|outcome| EarlierAnswer { url, asked_at, outcome }))
}

/// Deletes the answer that is kept for an address.
pub(super) fn remove(conn: &Connection, url: &str) -> Result<(), StoreError> {
    conn.prepare_cached("delete from kept_answers where url = ?")?.execute([url])?;
    Ok(())
}

/// Returns whether a poll may use an answer. A refusal may be used until its pause is over, and any other answer for a limited
/// time ([`USED_FOR`], [`FAILURE_USED_FOR`]). The answer must not be older than the last poll of the source, at `polled_at`.
pub(super) fn is_usable(answer: &EarlierAnswer, polled_at: Option<Timestamp>, now: Timestamp) -> bool {
    let is_new = polled_at.is_none_or(|polled_at| answer.asked_at >= polled_at);
    let is_recent = match answer.outcome {
        FetchOutcome::Throttled { .. } => paused_by_answer(answer, now).is_some(),
        FetchOutcome::Gone { .. } | FetchOutcome::Failed { .. } => {
            now.since(answer.asked_at) <= FAILURE_USED_FOR
        }
        FetchOutcome::Fresh(_) | FetchOutcome::NotModified { .. } => now.since(answer.asked_at) <= USED_FOR,
    };
    is_new && is_recent && answer.asked_at <= now
}
