//! Decides when all sources of a server send plain requests only, because ordinary requests of several of them were answered
//! wrongly ([`crate::policy::conditions`]), and when one of them tries an ordinary request again.

use std::time::Duration;

use crate::model::SourceId;
use crate::time::{DAY, HOUR, Timestamp};

/// How many polls in a row must show that plain requests are needed, with no right answer to an ordinary request of any source
/// of the server between them. On a server with thousands of feeds, one broken feed never gives so many proofs in a row,
/// because the ordinary requests for the other feeds are answered rightly.
const NEEDED_PROOFS: u32 = 3;
/// How long all requests to the server are plain. Then one source tries an ordinary request. This time is shorter than for a
/// single source: a wrong conclusion costs all sources of the server, and a try costs only one of them.
const PLAIN_FOR: Duration = DAY.saturating_mul(7);
/// How long after a try another source tries an ordinary request, if the last try showed nothing because the server was down or
/// the request had no validators.
const NEXT_TRY_AFTER: Duration = HOUR;
/// Proofs that are older than this do not count.
const FORGOTTEN_AFTER: Duration = DAY.saturating_mul(30);

/// What shows that a server answers only plain requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServerProofs {
    /// How many polls in a row showed that plain requests are needed.
    pub proofs: u32,
    /// When the last of these polls was.
    pub proved_at: Timestamp,
    /// The source of the first of these polls.
    pub first_source: SourceId,
    /// Whether one of these polls was that of another source.
    pub is_shared: bool,
    /// When a source tries an ordinary request again.
    pub next_try_at: Timestamp,
}

impl ServerProofs {
    /// Returns what is known after the poll of `source` at `now` showed that plain requests are needed. `known` is what was
    /// known before.
    #[must_use]
    pub fn after_proof(known: Option<Self>, source: SourceId, now: Timestamp) -> Self {
        let known = known.filter(|known| !known.is_old(now));
        Self {
            proofs: known.map_or(0, |known| known.proofs).saturating_add(1),
            proved_at: now,
            first_source: known.map_or(source, |known| known.first_source),
            is_shared: known.is_some_and(|known| known.is_shared || known.first_source != source),
            next_try_at: now.saturating_add(PLAIN_FOR),
        }
    }

    /// Returns whether the next request to the server is plain. Once it is time to try whether the server answers ordinary
    /// requests rightly, one request an hour is ordinary. The caller stores the changed value, which holds the time of the try.
    pub fn asks_plainly(&mut self, now: Timestamp) -> bool {
        if !self.is_shared || self.proofs < NEEDED_PROOFS || self.is_old(now) {
            return false;
        }
        if now < self.next_try_at {
            return true;
        }
        self.next_try_at = now.saturating_add(NEXT_TRY_AFTER);
        false
    }

    /// Returns whether the last proof is so old that it no longer counts, or lies in the future, because the clock was set
    /// back.
    pub fn is_old(&self, now: Timestamp) -> bool {
        now.since(self.proved_at) >= FORGOTTEN_AFTER || self.proved_at > now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_484_340);

    fn after_proofs(sources: &[i64]) -> ServerProofs {
        let prove = |known, id: &i64| Some(ServerProofs::after_proof(known, SourceId(*id), NOW));
        sources.iter().fold(None, prove).unwrap()
    }

    #[test]
    fn a_server_gets_plain_requests_after_three_proofs_by_more_than_one_source() {
        for (sources, expected) in [
            (&[1][..], false),
            (&[1, 2], false),
            (&[1, 1, 1, 1, 1], false),
            (&[1, 1, 2], true),
            (&[1, 2, 3], true),
            (&[1, 2, 1], true),
        ] {
            assert_eq!(after_proofs(sources).asks_plainly(NOW), expected, "{sources:?}");
        }
    }

    #[test]
    fn after_a_week_one_request_an_hour_is_ordinary_until_an_answer_shows_something() {
        let mut known = after_proofs(&[1, 2, 3]);
        assert!(known.asks_plainly(NOW.saturating_add(6 * DAY)));
        let week = NOW.saturating_add(7 * DAY);
        assert!(!known.asks_plainly(week));
        assert!(known.asks_plainly(week), "only one source tries");
        assert!(!known.asks_plainly(week.saturating_add(HOUR)), "the try showed nothing");
        let again = week.saturating_add(HOUR);
        let mut proved = ServerProofs::after_proof(Some(known), SourceId(9), again);
        assert!(proved.asks_plainly(again.saturating_add(6 * DAY)), "one proof is enough then");
    }

    #[test]
    fn old_proofs_do_not_count() {
        let mut known = after_proofs(&[1, 2, 3]);
        let later = NOW.saturating_add(30 * DAY);
        assert!(!known.asks_plainly(later));
        assert_eq!(ServerProofs::after_proof(Some(known), SourceId(4), later).proofs, 1);
        assert!(!known.asks_plainly(NOW.saturating_sub(HOUR)), "the clock was set back");
    }
}
