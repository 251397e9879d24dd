//! Recognises the moments that programs write where they have no date.

use crate::time::Timestamp;

/// Times that programs write if they have no date, in seconds since 1970: the moments from which Unix, spreadsheets (three),
/// DOS (1980) and Windows count time, the first date of SQL Server (1753), the last times of a Unix that counts in 32 bits
/// (2038, and 2106 without a sign), and the last day of the year 9999.
const ZERO_DATES: [i64; 10] = [
    0,
    -2_208_988_800,
    -2_209_161_600,
    -2_082_844_800,
    315_532_800,
    -11_644_473_600,
    -6_847_804_800,
    2_147_483_647,
    4_294_967_295,
    253_402_257_600,
];

/// The start of the year 2. The moments from which .NET and other systems count time are in the year 1.
const YEAR_TWO: i64 = -62_104_060_800;

/// Returns whether a time is a date, and not a moment that a program writes if it has no date. Time zones move such a moment by
/// up to a day.
pub fn is_date(at: Timestamp) -> bool {
    at.unix() >= YEAR_TWO && ZERO_DATES.iter().all(|zero| (at.unix() - zero).abs() >= 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::dates;

    #[test]
    fn a_moment_from_which_a_program_counts_time_is_no_date() {
        let at = |text: &str| dates::parse(text).unwrap_or_else(|| panic!("{text} is read"));
        for moment in
            ["1904-01-01T00:00:00Z", "1980-01-01T00:00:00Z", "2106-02-07T06:28:15Z", "1970-01-01T01:00:00Z"]
        {
            assert!(!is_date(at(moment)), "{moment}");
        }
        for day in ["1904-01-03T00:00:00Z", "1980-06-01T00:00:00Z", "2026-11-27T00:00:00Z"] {
            assert!(is_date(at(day)), "{day}");
        }
    }
}
