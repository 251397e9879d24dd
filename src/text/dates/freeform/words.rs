//! Reads the words of a date: months, days of the week, zones, halves of the day and eras.

use super::super::{months, weekdays, zones};
use super::tokens::DateToken;
use super::{FreeformReader, eras};

impl FreeformReader {
    /// Handles a word that was just taken. Words without a meaning (`à`, `Uhr`, `de`) are ignored.
    pub(super) fn take_word(&mut self, word: &str) {
        if word == "h" && self.marks_hour {
            return;
        }
        self.weekday = self.weekday.or_else(|| weekdays::by_name(word));
        // The two Arabic letters count only right after the time, because `م` after a year names the era.
        let arabic = match word {
            "ص" => Some(false),
            "م" => Some(true),
            _ => None,
        };
        if let Some(afternoon) = half_of_day(word).or(arabic.filter(|_| self.zone_may_follow)) {
            // With an `m` after them, these letters name a half of the day. Alone, `a` and `p` are military zones, and `π` and
            // `μ` mean nothing.
            let needs_m = arabic.is_none() && word.chars().count() == 1;
            let m = self.word_ahead().filter(|(_, word)| matches!(*word, "m" | "μ")).map(|(taken, _)| taken);
            if !needs_m || m.is_some() {
                self.next += if needs_m { m.unwrap_or(0) } else { 0 };
                self.afternoon = Some(afternoon);
                self.zone_may_follow = self.time.is_some();
                self.is_korean |= matches!(word, KOREAN_MORNING | KOREAN_AFTERNOON);
                return;
            }
        }
        if self.take_month_before(word)
            || self.take_numbered_month(word)
            || self.take_era(word)
            || self.take_month_of_two_words(word)
        {
            return;
        }
        let zone = self.time.and_then(|_| zones::by_name(word));
        self.zone_may_follow = zone.is_some();
        if zone.is_some() {
            self.zone = self.zone.or(zone);
        } else if self.separator.is_none()
            && let Some(month) = months::by_name(word)
        {
            // The last name counts: in `mar. 6 oct.` the first is a French Tuesday, not March.
            self.month = Some(month);
            self.croatian_month = months::in_croatian(word);
        }
    }

    /// Takes the name or the letter of an era, or its first year (`令和元年`), and returns whether `word` is one of these.
    fn take_era(&mut self, word: &str) -> bool {
        if let Some(year) = eras::first_year(word) {
            self.year = Some(year);
            return true;
        }
        let number_follows = self.next == 1 && self.number_at(0).is_some_and(|number| number.digits <= 2);
        let is_abbreviated = number_follows && matches!(self.mark_at(1), Some('.' | '/'));
        let of_letter = || eras::year_before_of_letter(word).filter(|_| is_abbreviated);
        let era = eras::year_before(word).or_else(of_letter);
        self.era = era.or(self.era);
        era.is_some()
    }

    /// Takes a month whose name has two words, and returns whether `word` begins one.
    fn take_month_of_two_words(&mut self, word: &str) -> bool {
        let found =
            self.word_ahead().and_then(|(taken, second)| Some((taken, months::of_two_words(word, second)?)));
        let Some((taken, month)) = found else { return false };
        self.month = Some(month);
        self.next += taken;
        true
    }

    /// Takes the number before a Mongolian month (`11 сарын`), and returns whether there was one.
    fn take_month_before(&mut self, word: &str) -> bool {
        let number = self.unassigned.last().filter(|number| number.digits <= 2 && self.month.is_none());
        let Some(number) = number.filter(|_| matches!(word, "сарын" | "сар")) else { return false };
        self.month = Some(number.value);
        self.unassigned.pop();
        true
    }

    /// Takes the number of a Vietnamese month (`Tháng 10`, `Th10`), and returns whether there was one.
    fn take_numbered_month(&mut self, word: &str) -> bool {
        let space = match (word, self.peek(0)) {
            ("thang", Some(DateToken::Space)) => 1,
            ("thang" | "th", _) => 0,
            _ => return false,
        };
        let Some(month) = self.number_at(space).filter(|month| month.digits <= 2) else {
            return false;
        };
        self.month = Some(month.value);
        self.next += space + 1;
        true
    }
}

/// Returns whether a word names the second half of the day (`true`) or the first (`false`); `None` if it names neither.
pub(super) fn half_of_day(word: &str) -> Option<bool> {
    match word {
        "am" | "a" | "π" | "πμ" | "上午" | "午前" | "凌晨" | "早上" | KOREAN_MORNING => {
            Some(false)
        }
        "pm" | "p" | "μ" | "μμ" | "下午" | "午後" | "午后" | "晚上" | KOREAN_AFTERNOON => {
            Some(true)
        }
        _ => None,
    }
}

/// 오전 (morning) in the decomposed form that [`months::simplify`] returns.
const KOREAN_MORNING: &str = "\u{110b}\u{1169}\u{110c}\u{1165}\u{11ab}";
/// 오후 (afternoon) in the same form.
const KOREAN_AFTERNOON: &str = "\u{110b}\u{1169}\u{1112}\u{116e}";
