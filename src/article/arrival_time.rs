//! What the time at which a document arrives decides of its news: how old they may be by their own dates.

use std::time::Duration;

use crate::time::{DAY, HOUR, Timestamp};

/// Greatest age of news, by its own date, at which it always keeps that date.
pub(super) const RECENT: Duration = DAY;

/// How long after its date an entry may appear in its list: the time that a queue or a cache of its publisher takes.
const APPEARS_WITHIN: Duration = HOUR;

/// When a document arrives, and what was read before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArrivalTime {
    /// When it arrives.
    pub now: Timestamp,
    /// Place of the newest published article.
    pub newest: Option<Timestamp>,
    /// Oldest date that news keep. What is dated earlier was dated back, or readers have waited for it.
    pub news_since: Timestamp,
}

impl ArrivalTime {
    /// Returns the time of a document that is read now. `last_read` is when its source was read before, `None` if it never was
    /// or failed since.
    ///
    /// News may be a day old. They may be older if the source was not read in between (riverd did not run, it had no network,
    /// or the source is polled once a week): what was published meanwhile was not dated back, because nobody has asked for it.
    /// A source that failed for days was asked for it, and its readers have waited.
    pub fn new(now: Timestamp, newest: Option<Timestamp>, last_read: Option<Timestamp>) -> Self {
        let a_day_ago = now.saturating_sub(RECENT);
        let unread_since = last_read.map(|at| at.saturating_sub(APPEARS_WITHIN));
        Self { now, newest, news_since: unread_since.map_or(a_day_ago, |since| since.min(a_day_ago)) }
    }

    /// Returns whether news of this date keep it.
    pub fn keeps(&self, dated_at: Timestamp) -> bool {
        (self.news_since..=self.now).contains(&dated_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn news_keep_a_date_of_the_past_day_and_any_since_their_source_was_read() {
        let ago = |span| NOW.saturating_sub(span);
        let keeps = |last_read, dated| ArrivalTime::new(NOW, None, last_read).keeps(ago(dated));
        assert!(keeps(None, DAY) && !keeps(None, DAY + HOUR));
        let (hour, week) = (Some(ago(HOUR)), Some(ago(7 * DAY)));
        assert!(keeps(hour, DAY) && !keeps(hour, DAY + HOUR), "read an hour ago");
        assert!(keeps(week, 3 * DAY) && keeps(week, 7 * DAY + HOUR), "not read for a week");
        assert!(!keeps(week, 7 * DAY + 2 * HOUR), "dated before it was read");
        let ahead = NOW.saturating_add(7 * DAY);
        assert!(!ArrivalTime::new(NOW, None, week).keeps(NOW.saturating_add(HOUR)), "in the future");
        assert!(keeps(Some(ahead), HOUR) && !keeps(Some(ahead), 2 * DAY), "the clock was set back");
    }
}
