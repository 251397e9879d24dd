//! Recognises the moments that programs write where they have no date.

use crate::time::Timestamp;

/// Times that programs write if they have no date, in seconds since 1970: the moments from which Unix, spreadsheets (two) and
/// Windows count time, the first date of SQL Server (1753), the last time of a Unix that counts in 32 bits (2038), and the last
/// day of the year 9999.
const ZERO_DATES: [i64; 7] =
    [0, -2_208_988_800, -2_209_161_600, -11_644_473_600, -6_847_804_800, 2_147_483_647, 253_402_257_600];

/// The start of the year 2. The moments from which .NET and other systems count time are in the year 1.
const YEAR_TWO: i64 = -62_104_060_800;

/// Returns whether a time is a date, and not a moment that a program writes if it has no date. Time zones move such a moment by
/// up to a day.
pub(super) fn is_date(at: Timestamp) -> bool {
    at.unix() >= YEAR_TWO && ZERO_DATES.iter().all(|zero| (at.unix() - zero).abs() >= 86_400)
}
