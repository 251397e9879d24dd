//! Finds time zones by abbreviation (`CEST`), by name (`Europe/Berlin`) and by offset.

use chrono::{NaiveDateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

/// A time zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Zone {
    /// A fixed offset in seconds east of Greenwich.
    Offset(i32),
    /// A zone of the IANA database, with daylight saving time.
    Named(Tz),
}

impl Zone {
    /// Returns the offset, in seconds east of Greenwich, that applies when local clocks show `local`. If a local time occurs
    /// twice, its first occurrence counts. If summer time skips it, `local` is read as UTC, and the offset in force then
    /// counts.
    pub(super) fn offset_at(self, local: NaiveDateTime) -> i32 {
        match self {
            Self::Offset(seconds) => seconds,
            Self::Named(zone) => {
                let offset = zone.offset_from_local_datetime(&local).earliest();
                offset.unwrap_or_else(|| zone.offset_from_utc_datetime(&local)).fix().local_minus_utc()
            }
        }
    }
}

/// First parts of the zone names that are recognised (`Europe` of `Europe/Berlin`).
const AREAS: [&str; 12] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Etc",
    "Europe",
    "Indian",
    "Pacific",
    "US",
];

/// Takes a zone name (`Europe/Berlin`) out of `text`, where it may stand in brackets after an offset (RFC 9557). Returns
/// `Some((Some(rest), Some(zone)))` if a name is there and `Some((None, None))` if not. Returns `None` if the IANA
/// database lacks the name, because a date in an unknown zone can't be read.
pub(super) fn extract_zone_name(text: &str) -> Option<(Option<String>, Option<Zone>)> {
    let is_name_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    let names = text.split(|c| !is_name_character(c));
    let is_zone_name = |name: &&str| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
    let Some(name) = names.filter(|word| word.contains('/')).find(is_zone_name) else {
        return Some((None, None));
    };
    let zone: Tz = name.parse().ok()?; // fails if the IANA database has no such zone
    let (before, after) = text.split_once(name)?;
    let before = before.trim_end_matches(['[', '(']);
    let rest = format!("{before}{}", after.trim_start_matches([']', ')']));
    Some((Some(rest.trim().to_owned()), Some(Zone::Named(zone))))
}

const MINUTE: i32 = 60;
const HOUR: i32 = 3600;

/// Returns the zone with this abbreviation, which must be in lower case; `None` if it is unknown.
///
/// An abbreviation that several regions use means the region that publishes the most feeds: `ist` is India, `bst` Britain,
/// `cst` and `ast` America. `at`, `et`, `ct`, `mt` and `pt` are daylight or standard time, depending on the date. Single
/// letters have the signs that RFC 822 gives them. RFC 2822 §4.3 calls those signs an error, but software that writes `A`
/// follows RFC 822.
pub(super) fn by_name(name: &str) -> Option<Zone> {
    if let [letter @ b'a'..=b'z'] = name.as_bytes() {
        return military_offset(*letter).map(Zone::Offset);
    }
    let zone = match name {
        "at" => Some(Tz::America__Halifax),
        "et" => Some(Tz::America__New_York),
        "ct" => Some(Tz::America__Chicago),
        "mt" => Some(Tz::America__Denver),
        "pt" => Some(Tz::America__Los_Angeles),
        _ => None,
    };
    zone.map(Zone::Named).or_else(|| offset_by_name(name).map(Zone::Offset))
}

/// Returns the offset of an abbreviated zone, in seconds east of Greenwich. French abbreviations begin with `h` (`heure`)
/// and have `n` for standard time (`normale`) or `a` for daylight saving time (`avancée`).
fn offset_by_name(name: &str) -> Option<i32> {
    let offset = match name {
        "ut" | "utc" | "gmt" | "wet" | "azost" | "egst" => 0,
        "cet" | "met" | "mez" | "hnec" | "bst" | "west" | "wat" => HOUR,
        "cest" | "mest" | "haec" | "mesz" | "met-dst" | "eet" | "cat" | "sast" | "oez" => 2 * HOUR,
        "eest" | "oesz" | "msk" | "trt" | "eat" | "idt" | "fet" => 3 * HOUR,
        "irst" => 3 * HOUR + 30 * MINUTE,
        "msd" | "gst" | "samt" | "get" | "azt" | "amt" => 4 * HOUR,
        "aft" => 4 * HOUR + 30 * MINUTE,
        "pkt" | "uzt" | "yekt" => 5 * HOUR,
        "ist" => 5 * HOUR + 30 * MINUTE,
        "npt" => 5 * HOUR + 45 * MINUTE,
        "bdt" | "omst" | "almt" => 6 * HOUR,
        "mmt" => 6 * HOUR + 30 * MINUTE,
        "ict" | "wib" | "krat" | "novt" => 7 * HOUR,
        "hkt" | "sgt" | "myt" | "pht" | "awst" | "wita" | "irkt" => 8 * HOUR,
        "jst" | "kst" | "wit" | "yakt" => 9 * HOUR,
        "acst" => 9 * HOUR + 30 * MINUTE,
        "aest" | "vlat" | "chst" => 10 * HOUR,
        "acdt" => 10 * HOUR + 30 * MINUTE,
        "aedt" | "magt" => 11 * HOUR,
        "nzst" | "pett" => 12 * HOUR,
        "nzdt" => 13 * HOUR,
        "ndt" => -(2 * HOUR + 30 * MINUTE),
        "brst" => -2 * HOUR,
        "brt" | "art" | "adt" | "clst" | "uyt" => -3 * HOUR,
        "nst" => -(3 * HOUR + 30 * MINUTE),
        "ast" | "edt" | "hae" | "clt" | "bot" => -4 * HOUR,
        "est" | "cdt" | "hne" | "hac" | "cot" | "pet" | "ect" => -5 * HOUR,
        "cst" | "mdt" | "hnc" => -6 * HOUR,
        "mst" | "pdt" | "hnr" | "hap" => -7 * HOUR,
        "pst" | "akdt" | "hnp" => -8 * HOUR,
        "akst" => -9 * HOUR,
        "hst" => -10 * HOUR,
        "sst" => -11 * HOUR,
        _ => return None,
    };
    Some(offset)
}

/// Returns the offset of a single letter (RFC 822 §5.1), in seconds east of Greenwich: `A` to `M` are −1 to −12 hours,
/// `N` to `Y` are +1 to +12, `Z` is 0, and `J` is not used.
fn military_offset(letter: u8) -> Option<i32> {
    let hours = match letter {
        b'z' => 0,
        b'a'..=b'i' => -(i32::from(letter - b'a') + 1),
        b'k'..=b'm' => -i32::from(letter - b'a'),
        b'n'..=b'y' => i32::from(letter - b'n') + 1,
        _ => return None,
    };
    Some(hours * HOUR)
}

/// Returns a numeric offset in seconds east of Greenwich; `None` if minutes or seconds are impossible (`+99:99`). If only
/// the hours are too large (`+3000` occurs in real feeds), they count as zero, because the rest of the date can be trusted.
pub(super) fn offset(sign: i32, hours: u32, minutes: u32, seconds: u32) -> Option<i32> {
    let possible = minutes < 60 && seconds < 60;
    let hours = if hours < 24 { hours } else { 0 };
    possible.then(|| sign * (hours * 3600 + minutes * 60 + seconds).cast_signed())
}
