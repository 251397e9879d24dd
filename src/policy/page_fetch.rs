//! Decides what follows from the fetch of the page behind an entry, and when the page is fetched again.

use std::time::Duration;

use url::Url;

use crate::model::{DomainPause, DuePage, PageOutcome, PageRecord};
use crate::policy::host::Scope;
use crate::policy::{replan, schedule};
use crate::time::{DAY, Timestamp};

/// How long after its first and after its second failed fetch a page is fetched again. After a third failed fetch it is not
/// fetched again.
const RETRY_DELAYS: [Duration; 2] = [Duration::from_hours(1), DAY];

/// Length of the pause of a domain that asked for one without saying for how long.
const UNSTATED_PAUSE: Duration = Duration::from_mins(15);

/// How long an article waits for its page. After that it is published with the text of the feed.
pub const PUBLISHED_AFTER: Duration = Duration::from_mins(10);

/// Longest time until a page is fetched again: the longest pause, and a day for corrections of the clock. A later time in the
/// store comes from a clock that was set back.
pub const LONGEST_WAIT: Duration = schedule::LONGEST_PAUSE.saturating_add(DAY);

/// Returns when a page is fetched again if the process ends during the fetch that begins now. `tries` is the number of fetches
/// before this one. `None` stands for never.
pub fn after_crash(tries: u32, now: Timestamp) -> Option<Timestamp> {
    retry(tries, now)
}

fn retry(tries: u32, now: Timestamp) -> Option<Timestamp> {
    let delay = usize::try_from(tries).ok().and_then(|tries| RETRY_DELAYS.get(tries));
    delay.map(|delay| now.saturating_add(*delay))
}

/// Returns the pause until `until` for the domain of the server at `by`. `None` for a private host, and for a pause that has
/// ended.
pub fn pause_of(by: &Url, until: Timestamp, now: Timestamp) -> Option<DomainPause> {
    let until = schedule::not_before(until, now);
    let scope = Scope::of_url(by);
    let domain = scope.domain().filter(|_| until > now)?.to_owned();
    Some(DomainPause { domain, until, spread: replan::spread_after_pause(until, now) })
}

/// Returns what is stored after a fetch of `page` that ended at `now`.
pub fn decide(page: &DuePage, outcome: PageOutcome, now: Timestamp) -> PageRecord {
    let tries = page.tries.saturating_add(1);
    let record = PageRecord {
        entry: page.entry,
        source_id: page.source_id,
        text: None,
        message: None,
        tries,
        next_try_at: None,
        still_waits: false,
        host_until: None,
        pause: None,
    };
    match outcome {
        PageOutcome::Article(text) => PageRecord { text: Some(text), ..record },
        PageOutcome::Unusable(message) => PageRecord { message: Some(message), ..record },
        PageOutcome::Failed(message) => {
            PageRecord { message: Some(message), next_try_at: retry(page.tries, now), ..record }
        }
        PageOutcome::Throttled { by, until, message } => {
            let until = until.unwrap_or(now.saturating_add(UNSTATED_PAUSE));
            let pause = pause_of(&by, until, now);
            let until = schedule::not_before(until, now);
            let next_try_at = retry(page.tries, now).map(|at| at.max(until));
            PageRecord { message: Some(message), next_try_at, host_until: Some(until), pause, ..record }
        }
        PageOutcome::Postponed { until, message } => PageRecord {
            message: Some(message),
            tries: page.tries,
            next_try_at: Some(schedule::not_before(until, now).max(now)),
            still_waits: true,
            host_until: Some(schedule::not_before(until, now)),
            ..record
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Cadence, Location, SafeHtml, Source, SourceId};
    use crate::time::HOUR;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn page(tries: u32) -> DuePage {
        let url = Url::parse("https://news.example.org/1").unwrap();
        let source = Source::new("s", Location::Http(url.clone()), Cadence::Every(HOUR));
        DuePage {
            entry: 7,
            source_id: SourceId(1),
            source: Arc::new(source),
            url,
            title: String::new(),
            feed_text: None,
            tries,
        }
    }

    #[test]
    fn a_failed_page_is_fetched_again_after_an_hour_and_a_day_and_then_never() {
        for (tries, next) in [(0, Some(HOUR)), (1, Some(DAY)), (2, None), (u32::MAX, None)] {
            let record = decide(&page(tries), PageOutcome::Failed("404".to_owned()), NOW);
            assert_eq!(record.next_try_at, next.map(|wait| NOW.saturating_add(wait)), "{tries}");
            assert!(!record.still_waits && record.message.as_deref() == Some("404"));
        }
    }

    #[test]
    fn an_article_and_a_page_that_cant_be_used_end_the_fetches() {
        let article =
            decide(&page(0), PageOutcome::Article(SafeHtml::assume_sanitised("<p>x</p>".to_owned())), NOW);
        assert!(article.text.is_some() && article.next_try_at.is_none() && article.message.is_none());
        let unusable = decide(&page(0), PageOutcome::Unusable("robots.txt".to_owned()), NOW);
        assert!(unusable.text.is_none() && unusable.next_try_at.is_none() && unusable.tries == 1);
    }

    #[test]
    fn a_pause_holds_for_the_domain_and_counts_as_a_fetch_only_if_a_request_was_sent() {
        let by = Url::parse("https://news.example.org/1").unwrap();
        let throttled = |until, tries| {
            let outcome = PageOutcome::Throttled { by: by.clone(), until, message: "429".to_owned() };
            decide(&page(tries), outcome, NOW)
        };
        let in_two_hours = NOW.saturating_add(2 * HOUR);
        let record = throttled(Some(in_two_hours), 0);
        let pause = record.pause.unwrap();
        assert_eq!((pause.domain.as_str(), pause.until), ("example.org", in_two_hours));
        assert_eq!((record.next_try_at, record.tries), (Some(in_two_hours), 1));
        assert_eq!(throttled(None, 0).pause.unwrap().until, NOW.saturating_add(UNSTATED_PAUSE));
        assert_eq!(throttled(None, 2).next_try_at, None);
        let longest = throttled(Some(Timestamp::MAX), 0).next_try_at.unwrap();
        assert!(
            longest < NOW.saturating_add(LONGEST_WAIT),
            "it looks like a time before the clock was set back"
        );
        let paused =
            decide(&page(1), PageOutcome::Postponed { until: in_two_hours, message: String::new() }, NOW);
        assert_eq!((paused.next_try_at, paused.tries, paused.still_waits), (Some(in_two_hours), 1, true));
    }
}
