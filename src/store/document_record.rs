//! What is written of a document beside its entries, and of its poll once they are stored.

use std::borrow::Cow;

use rusqlite::{Connection, params};

use super::StoreError;
use super::storing_context::StoringContext;
use crate::article::placement::SourceHistory;
use crate::model::{DocumentArticles, LeftOutReason, PollReceipt, PollRecord, Validators};

/// Returns what is written of the poll of a document after its entries are stored. If entries were left out only for today, or
/// if older or poorer versions of entries were not stored for now, the document must be read again later. So the validators and
/// the hash of the body are left out: without them, neither the server nor riverd itself takes the same document for unchanged.
pub(super) fn after_storing<'a>(record: &'a PollRecord, receipt: &PollReceipt) -> Cow<'a, PollRecord> {
    let mut written = Cow::Borrowed(record);
    if receipt.outdated > 0 {
        let since = record.state.older_since.unwrap_or(record.polled_at);
        written.to_mut().state.older_since = Some(since);
    } else if record.state.older_since.is_some() {
        written.to_mut().state.older_since = None;
    }
    let is_withheld = receipt.outdated > 0 || receipt.poorer > 0;
    if is_withheld || receipt.left_out.of(LeftOutReason::DailyLimit) > 0 {
        let state = &mut written.to_mut().state;
        state.validators = Validators::default();
        state.body_hash = None;
    }
    written
}

/// Notes that a document of the source was read, and whether it had entries.
pub(super) fn note_read(
    conn: &Connection,
    context: &StoringContext<'_>,
    has_entries: bool,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "update sources set first_read_at = coalesce(first_read_at, ?1), filled_at = ?2 where id = ?3",
    )?
    .execute(params![
        context.now.unix(),
        has_entries.then_some(context.now.unix()),
        context.source.0
    ])?;
    Ok(())
}

/// Notes what the document says about its source: whether it has entries, and its defects.
pub(super) fn note_document(
    conn: &Connection,
    context: &StoringContext<'_>,
    document: &DocumentArticles,
) -> Result<(), StoreError> {
    if context.history != SourceHistory::Entries {
        note_read(conn, context, !document.articles.is_empty())?;
    }
    conn.prepare_cached("delete from defects where source_id = ?")?.execute([context.source.0])?;
    let mut insert =
        conn.prepare_cached("insert or replace into defects (source_id, name, count) values (?, ?, ?)")?;
    for defect in &document.defects {
        insert.execute(params![context.source.0, defect.name, defect.count])?;
    }
    Ok(())
}
