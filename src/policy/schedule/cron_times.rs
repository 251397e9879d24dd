//! The times of a cron schedule in a time zone, also where summer time begins and ends.

use chrono::{DateTime, Offset as _, TimeZone};
use croner::Cron;

use crate::time::Timestamp;

/// How many times a schedule has at most in an hour: one in each second.
const MOST_IN_AN_HOUR: usize = 3600;

/// Returns the first time of `cron` after `now`, in the time zone `zone`. Returns `None` if there is none.
///
/// A time of the schedule that the wall clock skips, because summer time begins, is replaced by the moment at which summer time
/// begins. When summer time ends, one hour of the wall clock comes twice. A schedule for every hour then has its times in both
/// of these hours; any other schedule has them only in the first.
pub fn next_time<Tz: TimeZone>(cron: &Cron, now: Timestamp, zone: &Tz) -> Option<Timestamp> {
    let local = now.to_utc().with_timezone(zone);
    let next = next_by_wall_clock(cron, &local);
    let next = next.map(|next| Timestamp::from_unix(next.timestamp()));
    let repeated = is_for_every_hour(cron).then(|| next_by_elapsed_time(cron, &local)).flatten();
    next.into_iter().chain(repeated).min()
}

/// Returns the first time of `cron` after `local`, for which each time of the wall clock counts once. `croner` compares times
/// of the wall clock, so in the second of two equal hours it returns a time in the first of them.
fn next_by_wall_clock<Tz: TimeZone>(cron: &Cron, local: &DateTime<Tz>) -> Option<DateTime<Tz>> {
    let mut next = cron.find_next_occurrence(local, false).ok()?;
    for _ in 0..MOST_IN_AN_HOUR {
        if next > *local {
            break;
        }
        next = cron.find_next_occurrence(&next, false).ok()?;
    }
    (next > *local).then_some(next)
}

/// Returns the first time of `cron` after `local` as if the time zone never changed its offset, if that is a time of `cron`.
fn next_by_elapsed_time<Tz: TimeZone>(cron: &Cron, local: &DateTime<Tz>) -> Option<Timestamp> {
    let next = cron.find_next_occurrence(&local.with_timezone(&local.offset().fix()), false).ok()?;
    let is_time = cron.is_time_matching(&next.with_timezone(&local.timezone())).unwrap_or(false);
    is_time.then(|| Timestamp::from_unix(next.timestamp()))
}

/// Returns whether the hours of `cron` are written as `*`. A range of all hours (`0-23`) does not count.
fn is_for_every_hour(cron: &Cron) -> bool {
    cron.pattern.hours.from_wildcard && cron.pattern.hours.step <= 1
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono_tz::Europe::Berlin;
    use chrono_tz::Tz;

    use super::*;

    /// Returns the first times of `cron` after `start`, each found 20 seconds after the one before.
    fn times(cron: &str, start: &str, count: usize) -> Vec<String> {
        let cron: Cron = cron.parse().unwrap();
        let mut now = Timestamp::from(DateTime::parse_from_rfc3339(start).unwrap().to_utc());
        let mut times = Vec::new();
        for _ in 0..count {
            let next = next_time(&cron, now, &Berlin).unwrap();
            let local: DateTime<Tz> = next.to_utc().with_timezone(&Berlin);
            times.push(local.format("%d %H:%M%z").to_string());
            now = next.saturating_add(Duration::from_secs(20));
        }
        times
    }

    #[test]
    fn when_summer_time_begins_no_time_is_lost_and_none_comes_twice() {
        let evening = "2026-03-28T23:50:00+01:00";
        assert_eq!(times("30 2 * * *", evening, 2), ["29 03:00+0200", "30 02:30+0200"]);
        assert_eq!(times("0 7 * * *", evening, 2), ["29 07:00+0200", "30 07:00+0200"]);
        assert_eq!(
            times("0 * * * *", evening, 4),
            ["29 00:00+0100", "29 01:00+0100", "29 03:00+0200", "29 04:00+0200"]
        );
        assert_eq!(
            times("*/30 1-3 * * *", evening, 4),
            ["29 01:00+0100", "29 01:30+0100", "29 03:00+0200", "29 03:30+0200"]
        );
    }

    #[test]
    fn when_summer_time_ends_a_schedule_for_every_hour_has_no_gap_and_another_one_no_time_twice() {
        let evening = "2026-10-25T01:50:00+02:00";
        assert_eq!(
            times("*/30 * * * *", evening, 5),
            ["25 02:00+0200", "25 02:30+0200", "25 02:00+0100", "25 02:30+0100", "25 03:00+0100"]
        );
        assert_eq!(times("0 * * * *", evening, 3), ["25 02:00+0200", "25 02:00+0100", "25 03:00+0100"]);
        assert_eq!(times("30 2 * * *", evening, 2), ["25 02:30+0200", "26 02:30+0100"]);
        assert_eq!(times("30 2,3 * * *", evening, 3), ["25 02:30+0200", "25 03:30+0100", "26 02:30+0100"]);
        assert_eq!(times("*/30 2 * * *", evening, 3), ["25 02:00+0200", "25 02:30+0200", "26 02:00+0100"]);
        assert_eq!(times("0 7 * * *", evening, 2), ["25 07:00+0100", "26 07:00+0100"]);
    }

    #[test]
    fn a_time_of_the_first_run_of_an_hour_is_over_in_its_second_run() {
        let second_run = "2026-10-25T02:10:00+01:00";
        assert_eq!(times("30 2 * * *", second_run, 1), ["26 02:30+0100"]);
        assert_eq!(times("*/15 * * * *", second_run, 2), ["25 02:15+0100", "25 02:30+0100"]);
        assert_eq!(times("30 2,3 * * *", second_run, 1), ["25 03:30+0100"]);
    }
}
