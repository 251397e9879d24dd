//! The rules of a well-behaved fetcher, checked on the requests that the sites saw. Each rule returns descriptions of its
//! violations.
//!
//! A source is identified by the path of its address, which stays the same when it moves.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use riverd::time::{DAY, HOUR, MINUTE, Timestamp};

use super::site::Answered;
use super::world::Visit;
use crate::support::publisher::Request;

/// `polling.min_every` of the worlds that are checked.
const MIN_EVERY: Duration = Duration::from_mins(10);
/// `polling.max_every`, up to which the wishes of publishers are respected.
const MAX_EVERY: Duration = DAY;
/// How long after the last body a request must be unconditional.
const EIGHT_DAYS: Duration = Duration::from_hours(8 * 24);

/// Returns the violations of all rules.
pub(crate) fn violations(visits: &[Visit]) -> Vec<String> {
    [only_what_is_configured, polite_headers, conditional, intervals, pauses, ends]
        .iter()
        .flat_map(|rule| rule(visits))
        .collect()
}

/// Groups the visits by source.
fn by_source(visits: &[Visit]) -> BTreeMap<String, Vec<&Visit>> {
    let mut sources: BTreeMap<String, Vec<&Visit>> = BTreeMap::new();
    for visit in visits {
        let path = visit.url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        sources.entry(path).or_default().push(visit);
    }
    sources
}

/// Returns the polls of a source. Visits at the same moment are one poll, and the last of them shows how it ended.
fn polls<'v>(visits: &[&'v Visit]) -> Vec<&'v Visit> {
    let mut polls: Vec<&Visit> = Vec::new();
    for visit in visits {
        match polls.last_mut() {
            Some(last) if last.at == visit.at => *last = visit,
            _ => polls.push(visit),
        }
    }
    polls
}

fn is_redirect(reply: &Answered) -> bool {
    matches!(reply.status, 301 | 302 | 303 | 307 | 308)
}

/// Returns whether an answer is a failure, which needs a backoff.
fn is_failure(reply: &Answered) -> bool {
    let good = reply.status == 304 || (matches!(reply.status, 200 | 226) && reply.is_feed);
    !good && !is_redirect(reply) && !is_throttling(reply) && reply.status != 410
}

fn is_throttling(reply: &Answered) -> bool {
    matches!(reply.status, 429 | 503)
}

/// Returns whether `second` is a plain request that shows why `first` failed: because of its conditions, or because it accepted
/// a page. Both belong to the same poll, or `first` got no answer.
fn is_plain_check(first: &Visit, second: &Visit) -> bool {
    let is_bare = |visit: &Visit| visit.etag.is_none() && visit.last_modified.is_none();
    let is_page = first.reply.status == 200;
    let follows = first.at == second.at || first.reply.status == 0;
    follows && is_failure(&first.reply) && (is_page || !is_bare(first)) && is_bare(second)
}

/// Returns whether `second` repeats `first` because the kept connection of `first` ended before the answer (RFC 9112 §9.3.1).
fn is_retry(first: &Visit, second: &Visit) -> bool {
    let validators = |visit: &Visit| (visit.etag.clone(), visit.last_modified.clone());
    first.reply.status == 0 && validators(first) == validators(second)
}

/// F15: a poll is one request, and nothing but the configured address is requested. A failure that conditions, or the
/// acceptance of pages, may have caused is followed by one plain request.
pub(crate) fn only_what_is_configured(visits: &[Visit]) -> Vec<String> {
    let mut found = Vec::new();
    for (source, visits) in by_source(visits) {
        for visit in &visits {
            if visit.url.contains('?') {
                found.push(format!("F15: {}", visit.url));
            }
        }
        for pair in visits.windows(2) {
            let is_twice = pair[0].at == pair[1].at && pair[0].url == pair[1].url;
            let is_explained = is_plain_check(pair[0], pair[1]) || is_retry(pair[0], pair[1]);
            if is_twice && !is_explained {
                found.push(format!("F15: {source} was asked twice at {}", pair[0].at));
            }
        }
    }
    found
}

/// F12, F13, F14, F20: requests identify riverd, and reveal nothing else.
pub(crate) fn polite_headers(visits: &[Visit]) -> Vec<String> {
    let impolite =
        |visit: &Visit| Some(format!("{}: {} at {}", visit.impolite.as_ref()?, visit.url, visit.at));
    visits.iter().filter_map(impolite).collect()
}

/// Returns what is wrong with the headers of a request.
pub(crate) fn impoliteness(request: &Request) -> Option<String> {
    let header = |name: &str| request.header_text(name).unwrap_or_default();
    let agent = header("user-agent");
    let rules = [
        ("F15", request.method == "GET"),
        ("F12", header("cookie").is_empty() && header("referer").is_empty()),
        ("F13", agent.starts_with("riverd/") && agent.contains("(+https://river.example.org/about)")),
        (
            "F14",
            header("accept-encoding").contains("gzip") && header("accept").contains("application/rss+xml"),
        ),
        ("F20", header("a-im").contains("feed")),
    ];
    let broken: Vec<&str> = rules.iter().filter(|(_, holds)| !holds).map(|(rule, _)| *rule).collect();
    (!broken.is_empty()).then(|| format!("{}: {:?}", broken.join(", "), request.headers))
}

/// F1, F2, F3, F5: the first request is unconditional. Later ones carry the validators of the newest answer, byte for byte.
/// After eight days without a body, a request carries none.
pub(crate) fn conditional(visits: &[Visit]) -> Vec<String> {
    let mut found = Vec::new();
    for (source, visits) in by_source(visits) {
        let (mut etag, mut last_modified): (Option<String>, Option<String>) = (None, None);
        let mut body_at: Option<Timestamp> = None;
        let mut last: Option<&Visit> = None;
        for visit in visits {
            let is_check = last.is_some_and(|last| is_plain_check(last, visit));
            last = Some(visit);
            let fresh_enough = body_at.is_some_and(|at| visit.at.since(at) < EIGHT_DAYS);
            let expected = if fresh_enough { (etag.clone(), last_modified.clone()) } else { (None, None) };
            let sent = (visit.etag.clone(), visit.last_modified.clone());
            if sent != expected && !is_check {
                found.push(format!("F1–F3: {source} at {}: sent {sent:?}, not {expected:?}", visit.at));
            }
            let carried = (visit.reply.etag.clone(), visit.reply.last_modified.clone());
            match visit.reply.status {
                200 | 226 if visit.reply.is_feed => {
                    (etag, last_modified) = carried;
                    body_at = Some(visit.at);
                }
                304 => {
                    etag = carried.0.or(etag);
                    last_modified = carried.1.or(last_modified);
                }
                _ => {}
            }
        }
    }
    found
}

/// F6, F7, F18: no poll is sooner than `min_every`, than the publisher asks for, or than an hour if there are no validators,
/// the body has stayed the same for an hour, and its list covers more than two days. Polls back off while they fail.
pub(crate) fn intervals(visits: &[Visit]) -> Vec<String> {
    let mut found = Vec::new();
    for (source, visits) in by_source(visits) {
        let polls = polls(&visits);
        let mut failures = 0;
        let mut throttled = 0;
        let mut newest_body = None;
        let mut is_broken = false;
        let mut changed_at = polls.first().map_or(Timestamp::EPOCH, |poll| poll.at);
        for pair in polls.windows(2) {
            let (poll, next) = (pair[0], pair[1]);
            let reply = &poll.reply;
            failures = if is_failure(reply) { failures + 1 } else { 0 };
            throttled = if is_throttling(reply) { throttled + 1 } else { 0 };
            let times: u32 = if reply.retry_after.is_some() { failures } else { failures.max(throttled) };
            let backoff = MIN_EVERY * 2_u32.pow(times.saturating_sub(1).min(10));
            let unchanged = reply.status == 200 && newest_body == Some(reply.body);
            let bare = reply.etag.is_none() && reply.last_modified.is_none();
            let unvalidated = unchanged && bare && reply.covers > DAY * 2;
            if matches!(reply.status, 200) && reply.is_feed {
                if !unchanged {
                    is_broken |= newest_body.is_some() && poll.at.since(changed_at) < reply.promised / 2;
                    changed_at = poll.at;
                }
                newest_body = Some(reply.body);
            }
            let least = [
                MIN_EVERY,
                reply.least.min(MAX_EVERY),
                // A server that promises a long time is asked before half of its list is replaced, and one that broke its
                // promise like any other. The rate is estimated, so a tenth of what the list covers is the least, and not a
                // half.
                if is_broken { Duration::ZERO } else { reply.promised.min(MAX_EVERY).min(reply.covers / 10) },
                backoff.min(MAX_EVERY),
                if unvalidated { poll.at.since(changed_at).min(HOUR) } else { Duration::ZERO },
            ];
            let least = least.into_iter().max().unwrap_or_default();
            let gap = next.at.since(poll.at);
            if gap < least {
                found.push(format!(
                    "F6, F7, F18: {source} was asked at {} and, after {}, at {}: {gap:?} instead of {least:?} later",
                    poll.at, reply.status, next.at
                ));
            }
        }
    }
    found
}

/// F8: no source of a registrable domain is asked during a pause of the domain, and no address during a pause of its own (a 5xx
/// with Retry-After).
pub(crate) fn pauses(visits: &[Visit]) -> Vec<String> {
    let domain = |url: &str| {
        let host = url.split('/').nth(2).unwrap_or_default();
        host.rsplit('.').take(2).collect::<Vec<_>>().join(".")
    };
    let mut found = Vec::new();
    let mut paused: HashMap<String, (Timestamp, Timestamp)> = HashMap::new();
    for visit in visits {
        for whose in [domain(&visit.url), visit.url.to_string()] {
            if let Some((since, until)) = paused.get(&whose)
                && visit.at > *since
                && visit.at < *until
            {
                found.push(format!(
                    "F8: {} at {}, though {whose} asked for a pause until {until}",
                    visit.url, visit.at
                ));
            }
        }
        if let Some(span) = visit.reply.retry_after {
            let until = visit.at.saturating_add(span);
            let is_server_error = visit.reply.status >= 500;
            let whose = if is_server_error { visit.url.to_string() } else { domain(&visit.url) };
            let entry = paused.entry(whose).or_insert((visit.at, until));
            if until > entry.1 {
                *entry = (visit.at, until);
            }
        }
    }
    found
}

/// F10: a gone source is not polled again.
pub(crate) fn ends(visits: &[Visit]) -> Vec<String> {
    let mut found = Vec::new();
    for (source, visits) in by_source(visits) {
        let gone = visits.iter().find(|visit| visit.reply.status == 410);
        let Some(gone) = gone else { continue };
        found.extend(
            visits.iter().filter(|visit| visit.at > gone.at).map(|visit| {
                format!("F10: {source} is gone since {} and was asked at {}", gone.at, visit.at)
            }),
        );
    }
    found
}

/// F6: returns the largest number of requests for one source on one day, not counting the first day.
pub(crate) fn most_a_day(visits: &[Visit]) -> usize {
    let mut days: HashMap<i64, usize> = HashMap::new();
    let first = visits.first().map(|visit| visit.at.unix()).unwrap_or_default();
    for visit in visits {
        *days.entry((visit.at.unix() - first) / 86_400).or_default() += 1;
    }
    days.into_iter().filter(|(day, _)| *day > 0).map(|(_, count)| count).max().unwrap_or(0)
}

/// F16: returns the number of requests in the busiest minute of the hour relative to the mean, from the second day on.
pub(crate) fn busiest_minute_ratio(visits: &[Visit]) -> f64 {
    let mut minutes = [0_u32; 60];
    let Some(first) = visits.first() else { return 0.0 };
    let later = visits.iter().filter(|visit| visit.at.since(first.at) > DAY);
    for visit in later {
        let minute = visit.at.unix().rem_euclid(3600) / MINUTE.as_secs().cast_signed();
        minutes[usize::try_from(minute).unwrap()] += 1;
    }
    let total: u32 = minutes.iter().sum();
    f64::from(*minutes.iter().max().unwrap()) * 60.0 / f64::from(total.max(1))
}
