//! Recognises a document that is older than one that was read before: a cache of the publisher answered with a stale copy.

use std::cmp::Ordering;

use crate::model::{Article, DocumentCopy, DocumentTimes, Fetched, SourceState};
use crate::text::dates;
use crate::time::Timestamp;

/// Returns what the answer `fetched` says about the time of its document, whose own date is `stated`. A time in the future says
/// nothing. An answer without `Age` was made when it came.
pub(super) fn times_of<B>(
    fetched: &Fetched<B>,
    stated: Option<Timestamp>,
    asked_at: Timestamp,
) -> DocumentTimes {
    let modified = fetched.validators.last_modified.as_deref();
    let modified = modified.and_then(|value| dates::parse(std::str::from_utf8(value).ok()?));
    let age = fetched.freshness.age.unwrap_or_default();
    DocumentTimes {
        stated: stated.filter(|at| *at <= asked_at),
        modified: modified.filter(|at| *at <= asked_at),
        generated: fetched.status.map(|_| asked_at.saturating_sub(age)),
    }
}

/// Returns which copy of its feed a document is, and updates the times of the newest document in `state`. The first of the
/// three times that both documents state and that is different decides: the document may be written anew with another
/// Last-Modified on each server, and cached at any time. The date of a document may be no more than that of its newest entry,
/// `newest_entry`, as the templates of Hugo write it.
pub(super) fn compare(
    state: &mut SourceState,
    arriving: DocumentTimes,
    newest_entry: Option<Timestamp>,
    now: Timestamp,
) -> DocumentCopy {
    let is_over =
        state.older_since.is_some_and(|since| since > now || now.since(since) >= DocumentCopy::LONGEST_STALE);
    if is_over {
        state.newest_document = arriving;
        return DocumentCopy::Standing;
    }
    let newest = state.newest_document;
    let pairs = [
        (newest.stated, arriving.stated),
        (newest.modified, arriving.modified),
        (newest.generated, arriving.generated),
    ];
    let both = pairs.into_iter().filter_map(|(newest, arriving)| newest.zip(arriving));
    let differing = both.map(|(newest, arriving)| arriving.cmp(&newest)).find(|order| order.is_ne());
    if differing == Some(Ordering::Less) {
        let is_stated = arriving.stated < newest.stated;
        return if is_stated && arriving.stated == newest_entry {
            DocumentCopy::WithoutNewest
        } else {
            DocumentCopy::Older
        };
    }
    state.newest_document = DocumentTimes {
        stated: arriving.stated.or(newest.stated),
        modified: arriving.modified.or(newest.modified),
        generated: arriving.generated.or(newest.generated),
    };
    DocumentCopy::Newest
}

/// Returns the latest date of the entries of a document.
pub(super) fn newest_entry(articles: &[Article]) -> Option<Timestamp> {
    articles.iter().filter_map(|article| article.published_at.max(article.updated_at)).max()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::time::{DAY, HOUR, MINUTE};

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn ago(span: Duration) -> Timestamp {
        NOW.saturating_sub(span)
    }

    fn stated(at: Timestamp) -> DocumentTimes {
        DocumentTimes { stated: Some(at), ..DocumentTimes::default() }
    }

    fn modified(at: Timestamp) -> DocumentTimes {
        DocumentTimes { modified: Some(at), ..DocumentTimes::default() }
    }

    fn generated(at: Timestamp) -> DocumentTimes {
        DocumentTimes { generated: Some(at), ..DocumentTimes::default() }
    }

    fn after(newest: DocumentTimes) -> SourceState {
        SourceState { newest_document: newest, ..SourceState::default() }
    }

    #[test]
    fn a_document_whose_own_times_go_back_is_an_older_copy() {
        for times in [stated, modified, generated] {
            let mut state = after(times(ago(HOUR)));
            assert_eq!(compare(&mut state, times(ago(2 * HOUR)), None, NOW), DocumentCopy::Older);
            assert_eq!(state.newest_document, times(ago(HOUR)));
            assert_eq!(compare(&mut state, times(ago(HOUR)), None, NOW), DocumentCopy::Newest);
            assert_eq!(compare(&mut state, times(ago(MINUTE)), None, NOW), DocumentCopy::Newest);
            assert_eq!(state.newest_document, times(ago(MINUTE)));
        }
    }

    #[test]
    fn what_the_document_says_counts_more_than_the_file_that_a_server_has_of_it() {
        let both = |stated_at, modified_at| DocumentTimes {
            stated: Some(stated_at),
            modified: Some(modified_at),
            generated: None,
        };
        let mut state = after(both(ago(2 * HOUR), ago(HOUR)));
        assert_eq!(compare(&mut state, both(ago(HOUR), ago(2 * HOUR)), None, NOW), DocumentCopy::Newest);
        let mut state = after(both(ago(2 * HOUR), ago(HOUR)));
        assert_eq!(compare(&mut state, both(ago(2 * HOUR), ago(2 * HOUR)), None, NOW), DocumentCopy::Older);
        let mut state = after(stated(ago(HOUR)));
        assert_eq!(
            compare(&mut state, modified(ago(2 * HOUR)), None, NOW),
            DocumentCopy::Newest,
            "nothing compares"
        );
    }

    #[test]
    fn a_document_dated_as_its_newest_entry_may_only_lack_one_that_was_withdrawn() {
        let older = stated(ago(2 * HOUR));
        let copy = |newest_entry| compare(&mut after(stated(ago(HOUR))), older, Some(newest_entry), NOW);
        assert_eq!(copy(ago(2 * HOUR)), DocumentCopy::WithoutNewest);
        assert_eq!(copy(ago(3 * HOUR)), DocumentCopy::Older, "the date of a build");
        let copy = compare(&mut after(modified(ago(HOUR))), modified(ago(2 * HOUR)), None, NOW);
        assert_eq!(copy, DocumentCopy::Older, "no date");
    }

    #[test]
    fn older_versions_that_came_alone_for_a_day_stand_and_so_does_everything_after_a_clock_was_set_back() {
        let newest = stated(ago(2 * DAY));
        let older = stated(ago(3 * DAY));
        let since = |since| SourceState { older_since: Some(since), ..after(newest) };
        let mut state = since(ago(DAY.saturating_sub(MINUTE)));
        assert_eq!(compare(&mut state, older, None, NOW), DocumentCopy::Older);
        let mut state = since(ago(DAY));
        assert_eq!(compare(&mut state, older, None, NOW), DocumentCopy::Standing);
        assert_eq!(state.newest_document, older);
        let mut state = since(NOW.saturating_add(DAY));
        assert_eq!(compare(&mut state, older, None, NOW), DocumentCopy::Standing);
    }
}
