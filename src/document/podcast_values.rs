//! Reads the values that podcasts write as text: playing times, numbers, yes and no.

use serde_json::Number;

/// Longest playing time that is accepted, in seconds: four weeks.
const LONGEST: u64 = 28 * 24 * 3600;

/// Returns a playing time in seconds: `3723`, `62:03`, `1:02:03`, `3723.5`, `1h 2m 3s`, `PT1H2M3S`. `None` if it is
/// zero, longer than four weeks or unclear.
pub(in crate::document) fn duration(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let seconds = if text.contains(['h', 'm', 's']) { with_units(&text)? } else { with_colons(&text)? };
    (1..=LONGEST).contains(&seconds).then_some(seconds)
}

fn with_colons(text: &str) -> Option<u64> {
    let (mut seconds, mut parts) = (0_u64, 0);
    for part in text.split(':') {
        parts += 1;
        let whole = part.split(['.', ',']).next().unwrap_or_default().trim();
        seconds = seconds.checked_mul(60)?.checked_add(whole.parse().ok()?)?;
    }
    (parts <= 3).then_some(seconds)
}

/// Reads numbers that are followed by their units, such as `1h 2m` or ISO 8601's `PT1H2M`.
fn with_units(text: &str) -> Option<u64> {
    let (mut seconds, mut number) = (0_u64, String::new());
    let text = text.strip_prefix("pt").unwrap_or(text);
    let mut in_word = false;
    for c in text.chars() {
        match c {
            '0'..='9' | '.' => {
                in_word = false;
                number.push(c);
            }
            'h' | 'm' | 's' if !number.is_empty() => {
                let unit = match c {
                    'h' => 3600,
                    'm' => 60,
                    _ => 1,
                };
                let whole: u64 = number.split('.').next()?.parse().ok()?;
                seconds = seconds.checked_add(whole.checked_mul(unit)?)?;
                number.clear();
                in_word = true;
            }
            // The rest of a word, as in `minutes`.
            'a'..='z' if in_word => {}
            ' ' | ',' => {}
            _ => return None,
        }
    }
    number.is_empty().then_some(seconds)
}

/// Returns whether a value says yes (`true`, `yes`, `explicit`, `1`) or no (`false`, `no`, `clean`, `0`). `None` if it says
/// neither.
pub(in crate::document) fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "explicit" | "1" => Some(true),
        "false" | "no" | "clean" | "0" => Some(false),
        _ => None,
    }
}

/// Returns a whole number, also one with a word before it: `2`, `Season 2`.
pub(in crate::document) fn whole_number(text: &str) -> Option<u32> {
    let text = text.trim();
    let is_negative = text.starts_with(['-', '−']);
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok().filter(|_| !is_negative)
}

/// Returns a number that is not negative, with or without a fraction.
pub(in crate::document) fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    text.parse::<f64>().ok().filter(|value| *value >= 0.0).and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playing_time_is_read_in_the_forms_that_podcasts_write() {
        for (text, seconds) in [
            ("3723", Some(3723)),
            ("62:03", Some(3723)),
            (" 1:02:03 ", Some(3723)),
            ("01:02:03.500", Some(3723)),
            ("3723.9", Some(3723)),
            ("1h 2m 3s", Some(3723)),
            ("62 minutes, 3 seconds", Some(3723)),
            ("PT1H2M3S", Some(3723)),
            ("0", None),
            ("00:00", None),
            ("", None),
            ("about an hour", None),
            ("1:2:3:4", None),
            ("99999999999999999999", None),
            ("99999999", None),
        ] {
            assert_eq!(duration(text), seconds, "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_fraction() {
        assert_eq!(number("12").map(|found| found.to_string()).as_deref(), Some("12"));
        assert_eq!(number("3.5").map(|found| found.to_string()).as_deref(), Some("3.5"));
        assert_eq!(number("-1"), None);
        assert_eq!(number("NaN"), None);
        assert_eq!(whole_number("Season 2"), Some(2));
        assert_eq!(whole_number("Episode-5"), Some(5));
        assert_eq!(whole_number("two"), None);
        assert_eq!(whole_number("-1"), None);
    }
}
