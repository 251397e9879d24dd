//! Stores what polls found out about a source, and reads it back. Each poll writes nearly all of these columns.

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::types::{FromSql, Type};
use rusqlite::{Connection, Row, Statement, params};
use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use url::Url;

use super::StoreError;
use crate::model::{
    DocumentTimes, Failure, FailureOrigin, FeedInfo, HourCounts, ListLife, ListWindow, Moved, NextPoll,
    PlainOnly, SourceId, SourceState, StatedTimes, Validators,
};
use crate::time::Timestamp;

/// The columns that [`state`] reads, for a `select`.
pub(super) const STATE_COLUMNS: &str = "etag, last_modified, conditions_hurt_at, plain_proofs, body_at, body_hash, failures, throttled, slow_polls_expected, failing_since, \
     failure_kind, failure_message, failure_hint, polled_at, succeeded_at, not_before, gone_at, moved_to, moved_seen, \
     moved_since, moved_adopted_at, refused_move, identity, publishing_gap, hours, last_new_at, list_entries, list_is_full, list_since, \
     lists_replaced, list_replaced_at, list_lasted, list_lasted_at, lists_in_a_row, push_missed_at, max_age, stated_times_kept, stated_times_broken, document_stated_at, document_modified_at, document_generated_at, \
     older_since, hints, feed_title, feed_link, feed_description, feed_language, feed_rights, \
     feed_show";

/// The names in [`STATE_COLUMNS`].
static STATE_NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| STATE_COLUMNS.split(',').map(str::trim).collect());

/// Something with named columns.
pub(super) trait Columns {
    /// Reads a column.
    fn get<T: FromSql>(&self, column: &str) -> rusqlite::Result<T>;
}

impl Columns for Row<'_> {
    fn get<T: FromSql>(&self, column: &str) -> rusqlite::Result<T> {
        Row::get(self, column)
    }
}

/// A row that selects [`STATE_COLUMNS`]. Looking up each column by its name took a tenth of the time of a poll that brings
/// nothing new, because SQLite compares the name with those of all columns. Here only the first column is looked up.
struct StateRow<'a> {
    row: &'a Row<'a>,
    first: usize,
    /// Position of the column that is probably read next, because nearly all columns are read in order.
    next: Cell<usize>,
}

impl Columns for StateRow<'_> {
    fn get<T: FromSql>(&self, column: &str) -> rusqlite::Result<T> {
        let next = self.next.get();
        let is_next = STATE_NAMES.get(next).is_some_and(|name| *name == column);
        match if is_next { Some(next) } else { STATE_NAMES.iter().position(|name| *name == column) } {
            Some(place) => {
                self.next.set(place + 1);
                self.row.get(self.first + place)
            }
            None => self.row.get(column),
        }
    }
}

/// Reads the state from a row that selects [`STATE_COLUMNS`].
pub(super) fn state(row: &Row<'_>) -> rusqlite::Result<SourceState> {
    let statement: &Statement<'_> = row.as_ref();
    let first = statement.column_index(STATE_NAMES.first().copied().unwrap_or_default())?;
    read_state(&StateRow { row, first, next: Cell::new(0) })
}

fn read_state(row: &StateRow<'_>) -> rusqlite::Result<SourceState> {
    Ok(SourceState {
        validators: Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")? },
        plain_only: plain_only(row)?,
        body_at: time(row, "body_at")?,
        body_hash: row.get::<Option<i64>>("body_hash")?.map(i64::cast_unsigned),
        failures: row.get("failures")?,
        throttled: row.get("throttled")?,
        slow_polls_expected: row.get("slow_polls_expected")?,
        failing_since: time(row, "failing_since")?,
        last_failure: failure(row)?,
        polled_at: time(row, "polled_at")?,
        succeeded_at: time(row, "succeeded_at")?,
        not_before: time(row, "not_before")?,
        gone_at: time(row, "gone_at")?,
        moved: moved(row)?,
        refused_move: row
            .get::<Option<String>>("refused_move")?
            .map(|url| Url::parse(&url).map_err(|error| unreadable("refused_move", error)))
            .transpose()?,
        identity: word(row, "identity")?,
        publishing_gap: span(row, "publishing_gap")?,
        hours: HourCounts(row.get("hours")?),
        last_new_at: time(row, "last_new_at")?,
        window: ListWindow {
            listed: row.get("list_entries")?,
            is_full: row.get("list_is_full")?,
            since: time(row, "list_since")?,
            replaced: row.get("lists_replaced")?,
            replaced_at: time(row, "list_replaced_at")?,
            life: list_life(row)?,
            whole_in_a_row: row.get("lists_in_a_row")?,
        },
        push_missed_at: time(row, "push_missed_at")?,
        max_age: span(row, "max_age")?,
        stated_times: StatedTimes {
            kept: row.get("stated_times_kept")?,
            are_broken: row.get("stated_times_broken")?,
        },
        newest_document: DocumentTimes {
            stated: time(row, "document_stated_at")?,
            modified: time(row, "document_modified_at")?,
            generated: time(row, "document_generated_at")?,
        },
        older_since: time(row, "older_since")?,
        hints: json(row, "hints")?,
        feed: FeedInfo {
            title: row.get("feed_title")?,
            link: row.get("feed_link")?,
            description: row.get("feed_description")?,
            language: row.get("feed_language")?,
            rights: row.get("feed_rights")?,
            show: json(row, "feed_show")?,
        },
    })
}

/// Loads the state of a source and its planned next poll.
pub(super) fn load(conn: &Connection, id: SourceId) -> Result<(SourceState, NextPoll), StoreError> {
    let sql = format!("select next_poll_at, next_poll_reason, {STATE_COLUMNS} from sources where id = ?");
    let mut query = conn.prepare_cached(&sql)?;
    Ok(query.query_row([id.0], |row| Ok((state(row)?, planned(row, 0)?)))?)
}

fn failure(row: &StateRow<'_>) -> rusqlite::Result<Option<Failure>> {
    if row.get::<Option<String>>("failure_kind")?.is_none() {
        return Ok(None);
    }
    Ok(Some(Failure {
        kind: word(row, "failure_kind")?,
        message: row.get("failure_message")?,
        hint: row.get("failure_hint")?,
        origin: FailureOrigin::Elsewhere,
    }))
}

fn plain_only(row: &StateRow<'_>) -> rusqlite::Result<Option<PlainOnly>> {
    let proofs = row.get("plain_proofs")?;
    Ok(time(row, "conditions_hurt_at")?.map(|proved_at| PlainOnly { proofs, proved_at }))
}

fn list_life(row: &StateRow<'_>) -> rusqlite::Result<Option<ListLife>> {
    let shortest = span(row, "list_lasted")?;
    let seen_at = time(row, "list_lasted_at")?;
    Ok(shortest.zip(seen_at).map(|(shortest, seen_at)| ListLife { shortest, seen_at }))
}

fn moved(row: &StateRow<'_>) -> rusqlite::Result<Option<Moved>> {
    let (Some(to), Some(since)) = (row.get::<Option<String>>("moved_to")?, time(row, "moved_since")?) else {
        return Ok(None);
    };
    let to = Url::parse(&to).map_err(|error| unreadable("moved_to", error))?;
    Ok(Some(Moved { to, polls: row.get("moved_seen")?, since, adopted_at: time(row, "moved_adopted_at")? }))
}

/// Replaces the state and the plan of a source, except what [`write_stated`] writes, and ends its claim. The parameters are bound
/// in the order in which they first occur here, because SQLite would search a list for each name. If `read_anew` is set, the
/// validators stay empty, so that the next poll reads the whole document. If the stored `not_before` is later than the new one,
/// it stays.
const WRITE_STATE: &str = "update sources set
    etag = iif(read_anew, null, :etag), last_modified = iif(read_anew, null, :last_modified),
    conditions_hurt_at = :conditions_hurt_at, plain_proofs = :plain_proofs, body_at = :body_at, body_hash = iif(read_anew, null, :body_hash), read_anew = 0,
    failures = :failures, throttled = :throttled, slow_polls_expected = :slow_polls_expected, failing_since = :failing_since,
    failure_kind = :failure_kind, failure_message = :failure_message, failure_hint = :failure_hint,
    last_status = :last_status, polled_at = :polled_at, succeeded_at = :succeeded_at,
    not_before = max(coalesce(:not_before, not_before), coalesce(not_before, :not_before)),
    gone_at = :gone_at, moved_to = :moved_to, moved_seen = :moved_seen, moved_since = :moved_since,
    moved_adopted_at = :moved_adopted_at, refused_move = :refused_move, identity = :identity, publishing_gap = :publishing_gap,
    hours = :hours, last_new_at = :last_new_at, list_entries = :list_entries, list_is_full = :list_is_full, list_since = :list_since,
    lists_replaced = :lists_replaced, list_replaced_at = :list_replaced_at, list_lasted = :list_lasted,
    list_lasted_at = :list_lasted_at, lists_in_a_row = :lists_in_a_row, push_missed_at = :push_missed_at, max_age = :max_age, stated_times_kept = :stated_times_kept,
    stated_times_broken = :stated_times_broken,
    next_poll_at = :next_poll_at, next_poll_reason = :next_poll_reason, claimed_until = null, interrupted = 0
 where id = :id";

/// Writes the state of a source and its planned next poll, except what [`write_stated`] writes, and ends its claim. Returns
/// `false` if the source has no row.
pub(super) fn write(
    conn: &Connection,
    id: SourceId,
    state: &SourceState,
    next: &NextPoll,
    status: Option<u16>,
) -> Result<bool, StoreError> {
    let (failure, moved) = (state.last_failure.as_ref(), state.moved.as_ref());
    Ok(conn.prepare_cached(WRITE_STATE)?.execute(params![
        state.validators.etag,
        state.validators.last_modified,
        state.plain_only.map(|known| known.proved_at.unix()),
        state.plain_only.map_or(0, |known| known.proofs),
        state.body_at.map(Timestamp::unix),
        state.body_hash.map(u64::cast_signed),
        state.failures,
        state.throttled,
        state.slow_polls_expected,
        state.failing_since.map(Timestamp::unix),
        failure.map(|failure| failure.kind.as_str()),
        failure.map(|failure| &failure.message),
        failure.and_then(|failure| failure.hint.as_ref()),
        status,
        state.polled_at.map(Timestamp::unix),
        state.succeeded_at.map(Timestamp::unix),
        state.not_before.map(Timestamp::unix),
        state.gone_at.map(Timestamp::unix),
        moved.map(|moved| moved.to.as_str()),
        moved.map_or(0, |moved| moved.polls),
        moved.map(|moved| moved.since.unix()),
        moved.and_then(|moved| moved.adopted_at).map(Timestamp::unix),
        state.refused_move.as_ref().map(Url::as_str),
        as_word(&state.identity),
        state.publishing_gap.map(seconds),
        state.hours.0,
        state.last_new_at.map(Timestamp::unix),
        state.window.listed,
        state.window.is_full,
        state.window.since.map(Timestamp::unix),
        state.window.replaced,
        state.window.replaced_at.map(Timestamp::unix),
        state.window.life.map(|life| seconds(life.shortest)),
        state.window.life.map(|life| life.seen_at.unix()),
        state.window.whole_in_a_row,
        state.push_missed_at.map(Timestamp::unix),
        state.max_age.map(seconds),
        state.stated_times.kept,
        state.stated_times.are_broken,
        next.at.unix(),
        as_word(&next.reason),
        id.0,
    ])? > 0)
}

/// Writes what the documents of a source say about the source and about their own times, which only a document that was read
/// changes.
pub(super) fn write_stated(conn: &Connection, id: SourceId, state: &SourceState) -> Result<(), StoreError> {
    let (feed, times) = (&state.feed, state.newest_document);
    conn.prepare_cached(
        "update sources set hints = ?, feed_title = ?, feed_link = ?, feed_description = ?, feed_language = ?,
             feed_rights = ?, feed_show = ?, document_stated_at = ?, document_modified_at = ?,
             document_generated_at = ?, older_since = ?
         where id = ?",
    )?
    .execute(params![
        as_json(&state.hints),
        feed.title,
        feed.link,
        feed.description,
        feed.language,
        feed.rights,
        feed.show.as_ref().map(as_json),
        times.stated.map(Timestamp::unix),
        times.modified.map(Timestamp::unix),
        times.generated.map(Timestamp::unix),
        state.older_since.map(Timestamp::unix),
        id.0,
    ])?;
    Ok(())
}

/// Reads the plan from a row that selects `next_poll_at` and `next_poll_reason` one after the other, from `place` on.
pub(super) fn planned(row: &Row<'_>, place: usize) -> rusqlite::Result<NextPoll> {
    let reason = read_word(&row.get::<_, String>(place + 1)?, "next_poll_reason")?;
    Ok(NextPoll { at: Timestamp::from_unix(row.get(place)?), reason })
}

/// Reads a time column.
pub(super) fn time(row: &impl Columns, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<Option<i64>>(column)?.map(Timestamp::from_unix))
}

fn span(row: &impl Columns, column: &str) -> rusqlite::Result<Option<Duration>> {
    Ok(row
        .get::<Option<i64>>(column)?
        .map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0))))
}

/// Returns a duration in seconds, for an integer column.
pub(super) fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

/// Reads a JSON column. A null column reads as JSON `null`.
pub(super) fn json<T: DeserializeOwned>(row: &impl Columns, column: &str) -> rusqlite::Result<T> {
    let text: Option<String> = row.get(column)?;
    serde_json::from_str(text.as_deref().unwrap_or("null")).map_err(|error| unreadable(column, error))
}

/// Returns a value as JSON text. The values of the store are plain data, which `serde_json` can always write.
pub(super) fn as_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Reads a column that holds the name of a variant.
fn word<T: DeserializeOwned>(row: &impl Columns, column: &str) -> rusqlite::Result<T> {
    read_word(&row.get::<String>(column)?, column)
}

/// Returns the variant that a text names.
fn read_word<T: DeserializeOwned>(text: &str, column: &str) -> rusqlite::Result<T> {
    let name: StrDeserializer<'_, serde_json::Error> = text.into_deserializer();
    T::deserialize(name).map_err(|error| unreadable(column, error))
}

/// Returns the name of a variant, as `#[serde(rename_all)]` gives it.
pub(super) fn as_word<T: Serialize>(value: &T) -> String {
    let word = serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned));
    word.unwrap_or_default()
}

/// Returns the error of a column with a value that this riverd never writes.
fn unreadable(column: &str, error: impl std::error::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, format!("column `{column}`: {error}").into())
}
