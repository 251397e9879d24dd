//! Recognises the entries of a site whose addresses change and whose times are shifted, rounded, or both.

use std::collections::HashMap;

use super::pairs::Moves;
use super::titles::plain;
use super::{EntryIdentity, KnownEntry, LEAST_CHANGED};
use crate::time::Timestamp;

/// What the times of two time zones differ by is a multiple of this many seconds.
const QUARTER: i64 = 900;

/// Quarters of an hour in an hour.
const HOUR_IN_QUARTERS: i64 = 4;

/// Largest number of quarters of an hour by which the dates of a publisher shift if it mistakes one time zone for another.
const LARGEST_SHIFT: i64 = 14 * HOUR_IN_QUARTERS;

/// To how many seconds publishers round the times of their entries.
const ROUNDINGS: [i64; 2] = [60, 300];

/// Returns how many whole quarters of an hour an entry is dated later than a stored one. `None` if a date is missing or if the
/// two dates differ by something else. One of them may also be rounded to the minute or to five minutes, because a program that
/// imports the posts of another one may both cut off the seconds and take local time for GMT.
pub(super) fn quarters(known: &KnownEntry, entry: &EntryIdentity<'_>) -> Option<i64> {
    let (before, now) = (known.dated_at()?.unix(), entry.dated_at()?.unix());
    let apart = now - before;
    let quarters = (apart + QUARTER / 2).div_euclid(QUARTER);
    let rest = (apart - quarters * QUARTER).abs();
    let is_rounded = |step: &i64| rest < *step && (now % step == 0 || before % step == 0);
    let is_shifted = rest == 0 || ROUNDINGS.iter().any(is_rounded);
    (is_shifted && quarters.abs() <= LARGEST_SHIFT).then_some(quarters)
}

/// Recognises by title and text the entries whose dates are shifted by whole quarters of an hour or rounded ([`quarters`]).
///
/// Several notices of a timetable come again an hour later in the same words. But then one list shows both, if it goes back
/// further than that. So at least [`LEAST_CHANGED`] entries must be shifted by the same time, and their dates must lie
/// twice as far apart. Then an entry that is shifted by an hour more or less than these was written in summer time.
///
/// (An entry that was stored while the clock was wrong is alone with its shift once the clock is right. It counts if
/// [`LEAST_CHANGED`] other entries moved, more than stayed, and if the list goes back beyond the stored date: a list does not
/// drop the newer entry and keep the older one.)
pub(super) fn recognise(moves: &mut Moves<'_, '_>) {
    let entries = moves.entries;
    let shift = |(at, known): &(usize, &KnownEntry)| quarters(known, entries.get(*at)?);
    let least = if moves.moved >= LEAST_CHANGED { 1 } else { LEAST_CHANGED };
    let pairs = moves.pairs(
        least,
        |entry| Some((plain(entry.title), entry.seen_hash)),
        |known| Some((plain(&known.title), known.seen_hash.or(known.content_hash)?)),
    );
    let mut by_shift: HashMap<i64, Vec<(usize, &KnownEntry)>> = HashMap::new();
    for pair in pairs {
        if let Some(shift) = shift(&pair) {
            by_shift.entry(shift).or_default().push(pair);
        }
    }
    let (mut shifts, mut alone) = (Vec::new(), Vec::new());
    for (shift, pairs) in by_shift {
        let apart = pairs.iter().map(|(at, known)| apart(known, entries.get(*at))).max().unwrap_or_default();
        let dates = || pairs.iter().filter_map(|(_, known)| known.dated_at().map(Timestamp::unix));
        let span = dates().max().zip(dates().min()).map_or(0, |(last, first)| last - first);
        if pairs.len() >= LEAST_CHANGED && span >= 2 * apart {
            moves.give_keys(pairs);
            shifts.push(shift);
        } else {
            alone.extend(pairs.into_iter().map(|pair| (shift, pair)));
        }
    }
    let is_in_summer =
        |(shift, _): &(i64, _)| shifts.iter().any(|other| (shift - other).abs() == HOUR_IN_QUARTERS);
    let (in_summer, mut alone): (Vec<_>, Vec<_>) = alone.into_iter().partition(is_in_summer);
    moves.give_keys(in_summer.into_iter().map(|(_, pair)| pair).collect());
    if moves.have_most_moved() {
        let oldest = entries.iter().filter_map(EntryIdentity::dated_at).min();
        alone.retain(|(_, (_, known))| known.dated_at() > oldest);
        moves.give_keys(alone.into_iter().map(|(_, pair)| pair).collect());
    }
}

/// Returns how many seconds the dates of two entries are apart, 0 if one has none.
fn apart(known: &KnownEntry, entry: Option<&EntryIdentity<'_>>) -> i64 {
    let dates = known.dated_at().zip(entry.and_then(EntryIdentity::dated_at));
    dates.map_or(0, |(before, now)| (now.unix() - before.unix()).abs())
}
