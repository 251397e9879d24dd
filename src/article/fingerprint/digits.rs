//! Reads the digits of a number: the groups of thousands, the decimals, and the letters after them.

use super::written::{Separator, WrittenWord};

/// Multiplies a number in digits by a power of ten. Returns `None` if the product would have decimals.
pub(super) fn multiplied(value: &str, power: usize) -> Option<String> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let zeros = power.checked_sub(decimals.len())?;
    let product = format!("{whole}{decimals}{}", "0".repeat(zeros));
    Some(product.trim_start_matches('0').to_owned())
}

/// Returns a number without the zeros at the end of its decimals, if it has some: `62.8` of `62.80`.
pub(super) fn without_last_zeros(value: &str) -> Option<&str> {
    let is_decimal = value.contains('.') && value.ends_with('0');
    is_decimal.then(|| value.trim_end_matches('0').trim_end_matches('.'))
}

/// Splits the digits of a number, with their points and commas, from the letters after them.
pub(super) fn split_ending(written: &str) -> (&str, &str) {
    let end = written.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(written.len());
    written.split_at(end)
}

/// Adds the groups of three digits that follow a number after a space or an apostrophe. Returns the number without the signs
/// that group its thousands, and how many words write it.
pub(super) fn with_groups(figures: &str, following: &[WrittenWord<'_>]) -> (String, usize) {
    let begins_group = figures.len() <= 3 && is_digits(figures) && !figures.starts_with('0');
    if !begins_group {
        return (ungrouped(figures), 1);
    }
    let (mut value, mut used) = (figures.to_owned(), 1);
    for word in following {
        let (group, decimals) = word.folded.split_once([',', '.']).unwrap_or((word.folded, ""));
        let continues = matches!(word.before, Separator::Space | Separator::Apostrophe)
            && group.len() == 3
            && is_digits(group)
            && is_digits(decimals)
            && decimals.len() < 3;
        if !continues {
            break;
        }
        value.push_str(group);
        used += 1;
        if !decimals.is_empty() {
            value = format!("{value}.{decimals}");
            break;
        }
    }
    (value, used)
}

/// Returns whether `text` has only ASCII digits. An empty text has, too.
pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns a number without the signs that group its thousands, and with a point before its decimals.
pub(super) fn ungrouped(figures: &str) -> String {
    let parts: Vec<&str> = figures.split([',', '.']).collect();
    let [head, rest @ ..] = parts.as_slice() else { return figures.to_owned() };
    let Some((last, middle)) = rest.split_last() else { return figures.to_owned() };
    let is_group = |group: &&str| group.len() == 3;
    let begins_group = (1..=3).contains(&head.len()) && !head.starts_with('0');
    let signs: Vec<char> = figures.chars().filter(|c| !c.is_ascii_digit()).collect();
    let one_sign = signs.iter().all(|sign| Some(sign) == signs.first());
    if begins_group && one_sign && rest.iter().all(&is_group) {
        return parts.concat();
    }
    // India groups by two digits before the last three: `12,50,000`.
    let is_indian =
        signs.len() > 1 && one_sign && is_group(last) && middle.iter().all(|group| group.len() == 2);
    if is_indian && head.len() <= 2 {
        return parts.concat();
    }
    let decimal_sign_differs =
        !one_sign && signs.iter().rev().skip(1).all(|sign| Some(sign) == signs.first());
    if begins_group && decimal_sign_differs && middle.iter().all(is_group) {
        return format!("{head}{}.{last}", middle.concat());
    }
    figures.replace(',', ".")
}
