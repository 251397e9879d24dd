//! Decides what is written of the poll of a document once its entries are stored.

use std::borrow::Cow;

use crate::model::{LeftOutReason, PollReceipt, PollRecord, Validators};

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
