//! Dates that people and old software write: names of months, slashes and dots, unit characters, a zone anywhere after
//! the time. Read by meaning rather than by layout: every part is told by its look, and a number that stays without a
//! meaning makes the whole `None`, since a wrong date is worse than none.

mod tokens;

use self::tokens::{DateToken, tokens};
use super::{DateFields, DateSpec, TimeOfDay, Zone, full_year, months, zones};

/// Reads the whole of `text`, or `None` where it makes no sense.
pub(super) fn read(text: &str) -> Option<DateFields> {
    let mut reader = FreeformReader { tokens: tokens(text), ..FreeformReader::default() };
    while let Some(token) = reader.tokens.get(reader.at).cloned() {
        reader.at += 1;
        match token {
            DateToken::Number(number) => reader.take_number(number)?,
            DateToken::Word(word) => reader.take_word(&word),
            DateToken::Unit(_) | DateToken::Space => {}
            DateToken::Mark(sign @ ('+' | '-' | '−')) if reader.zone_may_follow || reader.offset_ahead() => {
                reader.take_offset(sign)?;
            }
            DateToken::Mark(_) => reader.zone_may_follow = false,
        }
    }
    reader.finish()
}

/// A number and how many digits it was written with.
#[derive(Clone, Copy, Debug)]
struct Number {
    value: u32,
    digits: usize,
}

impl Number {
    fn year(self) -> i32 {
        full_year(self.value, self.digits)
    }
}

/// What has been understood so far.
#[derive(Default, Debug)]
struct FreeformReader {
    tokens: Vec<DateToken>,
    /// The next token.
    at: usize,
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<TimeOfDay>,
    /// Said by `pm` and its kin: the second half of the day.
    afternoon: Option<bool>,
    zone: Option<Zone>,
    /// A sign would start an offset here: right after a time, a zone's name or `pm`.
    zone_may_follow: bool,
    /// Numbers beside the name of a month: the day and the year.
    unassigned: Vec<Number>,
    is_korean: bool,
}

impl FreeformReader {
    fn peek(&self, ahead: usize) -> Option<&DateToken> {
        self.tokens.get(self.at + ahead)
    }

    fn number_at(&self, ahead: usize) -> Option<Number> {
        match self.peek(ahead) {
            Some(DateToken::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn mark_at(&self, ahead: usize) -> Option<char> {
        match self.peek(ahead) {
            Some(DateToken::Mark(mark)) => Some(*mark),
            _ => None,
        }
    }

    fn take_mark(&mut self, mark: char) -> bool {
        let there = self.mark_at(0) == Some(mark);
        self.at += usize::from(there);
        there
    }

    /// The next word, past spaces and dots: how far it is, and what it says.
    fn word_ahead(&self) -> Option<(usize, &str)> {
        let skipped = (0..3)
            .take_while(|ahead| matches!(self.peek(*ahead), Some(DateToken::Space | DateToken::Mark('.'))));
        let ahead = skipped.count();
        match self.peek(ahead) {
            Some(DateToken::Word(word)) => Some((ahead + 1, word)),
            _ => None,
        }
    }

    /// A number was taken. `None` ends the reading: it can't be understood.
    fn take_number(&mut self, first: Number) -> Option<()> {
        self.zone_may_follow = false;
        if let Some(DateToken::Unit(unit)) = self.peek(0) {
            let unit = *unit;
            self.at += 1;
            return self.set_by_unit(first, unit);
        }
        // `05/Oct/2026:10:00:00`, as web servers log.
        let year_of_log = first.digits == 4 && self.month.is_some() && self.take_mark(':');
        if !year_of_log && self.mark_at(0) == Some(':') {
            return self.take_clock(first, ':');
        }
        if let Some((rest, separator, taken)) = self.numeric_date_ahead() {
            self.at += taken;
            return self.set_numeric_date(first, rest, separator);
        }
        if self.dotted_clock_ahead(first) {
            return self.take_clock(first, '.');
        }
        if let Some(taken) = self.hour_letter_ahead().filter(|_| first.digits <= 2 && self.time.is_none()) {
            self.at += taken;
            let blank = usize::from(matches!(self.peek(0), Some(DateToken::Space)));
            let minute = self.number_at(blank).filter(|minute| minute.digits == 2);
            self.at += if minute.is_some() { blank + 1 } else { 0 };
            self.set_time(first.value, minute.map_or(0, |minute| minute.value), 0);
            return Some(());
        }
        let half_day_follows = self.word_ahead().is_some_and(|(_, word)| names_afternoon(word).is_some());
        if first.digits <= 2 && self.time.is_none() && half_day_follows {
            self.set_time(first.value, 0, 0);
            return Some(());
        }
        self.unassigned.push(first);
        // A day and a year, and not a third.
        (self.unassigned.len() <= 2).then_some(())
    }

    /// Two more numbers behind one and the same separator, where no date is known yet: they, it, and how many tokens all
    /// that takes. Dots may have blanks after them, as in Korean and Czech.
    fn numeric_date_ahead(&self) -> Option<([Number; 2], char, usize)> {
        let separator = self.mark_at(0).filter(|mark| matches!(mark, '/' | '-' | '.'))?;
        let blank =
            |at: usize| usize::from(separator == '.' && matches!(self.peek(at), Some(DateToken::Space)));
        let second_at = 1 + blank(1);
        let third_at = second_at + 2 + blank(second_at + 2);
        let same = self.mark_at(second_at + 1) == Some(separator) && !self.is_dated();
        same.then_some(([self.number_at(second_at)?, self.number_at(third_at)?], separator, third_at + 1))
    }

    /// A sign was taken, and what follows can only be an offset: `Mon Oct 5 10:00:00 2026 +0200`.
    fn offset_ahead(&self) -> bool {
        self.time.is_some() && self.is_dated() && self.number_at(0).is_some_and(|number| number.digits == 4)
    }

    /// `10.30 Uhr`, once there is a date.
    fn dotted_clock_ahead(&self, first: Number) -> bool {
        let minute = self.number_at(1).filter(|minute| minute.digits == 2);
        let due = self.time.is_none() && self.is_dated();
        self.mark_at(0) == Some('.') && first.digits <= 2 && minute.is_some() && due
    }

    /// `10h30`, `10 h`: how far behind the number the hour's letter ends.
    fn hour_letter_ahead(&self) -> Option<usize> {
        let blank = usize::from(matches!(self.peek(0), Some(DateToken::Space)));
        matches!(self.peek(blank), Some(DateToken::Word(word)) if word == "h").then_some(blank + 1)
    }

    /// A day, a month and perhaps a year are known.
    fn is_dated(&self) -> bool {
        self.month.is_some() && (self.day.is_some() || self.unassigned.len() == 2)
    }

    fn set_time(&mut self, hour: u32, minute: u32, second: u32) {
        self.time = Some(TimeOfDay { hour, minute, second });
        self.zone_may_follow = true;
    }

    /// The hour was taken, its separator is next.
    fn take_clock(&mut self, hour: Number, separator: char) -> Option<()> {
        if self.time.is_some() {
            return None;
        }
        let mut parts = [hour, Number { value: 0, digits: 2 }, Number { value: 0, digits: 2 }];
        for part in parts.iter_mut().skip(1) {
            if !self.take_mark(separator) {
                break;
            }
            *part = self.number_at(0)?;
            self.at += 1;
        }
        let [hour, minute, second] = parts;
        let fraction = matches!(self.mark_at(0), Some('.' | ',')) && self.number_at(1).is_some();
        self.at += if fraction { 2 } else { 0 };
        let possible = parts.iter().all(|part| part.digits <= 2) && self.mark_at(0) != Some(':');
        self.set_time(hour.value, minute.value, second.value);
        possible.then_some(())
    }

    /// `2026/10/05`, `10/05/2026`, `05.10.2026`, `05-10-2026`, `26-10-05`.
    fn set_numeric_date(
        &mut self,
        first: Number,
        [second, third]: [Number; 2],
        separator: char,
    ) -> Option<()> {
        let year_first = first.digits >= 3 || (separator == '-' && third.digits <= 2);
        let (year, mut month, mut day) = match (year_first, separator) {
            (true, _) => (first, second, third),
            (false, '/') => (third, first, second),
            (false, _) => (third, second, first),
        };
        if month.value > 12 && day.value <= 12 && !year_first {
            (month, day) = (day, month);
        }
        if month.digits > 3 || day.digits > 2 {
            return None;
        }
        (self.year, self.month, self.day) = (Some(year.year()), Some(month.value), Some(day.value));
        Some(())
    }

    /// `2026年10月5日 10時30分`, `2026년 10월 5일`.
    fn set_by_unit(&mut self, number: Number, unit: char) -> Option<()> {
        self.is_korean |= matches!(unit, '년' | '월' | '일' | '시' | '분' | '초');
        let mut time = self.time.unwrap_or_default();
        match unit {
            '年' | '년' => self.year = Some(number.year()),
            '月' | '월' => self.month = Some(number.value),
            '日' | '号' | '號' | '일' => self.day = Some(number.value),
            '時' | '时' | '點' | '点' | '시' => time.hour = number.value,
            '分' | '분' => time.minute = number.value,
            _ => time.second = number.value,
        }
        if matches!(unit, '時' | '时' | '點' | '点' | '시' | '分' | '분' | '秒' | '초') {
            self.time = Some(time);
            self.zone_may_follow = true;
        }
        (number.digits <= 4).then_some(())
    }

    /// A word was taken; one that means nothing here (`à`, `Uhr`, `de`) is passed over.
    fn take_word(&mut self, word: &str) {
        // Only right behind the time, for `م` is also the era behind a year.
        let arabic = match word {
            "ص" => Some(false),
            "م" => Some(true),
            _ => None,
        };
        if let Some(afternoon) = names_afternoon(word).or(arabic.filter(|_| self.zone_may_follow)) {
            // Alone, `a` and `p` are military_offset zones, `μ` nothing: they need their `m`.
            let needs_m = arabic.is_none() && word.chars().count() == 1;
            let m = self.word_ahead().filter(|(_, word)| matches!(*word, "m" | "μ")).map(|(taken, _)| taken);
            if !needs_m || m.is_some() {
                self.at += if needs_m { m.unwrap_or(0) } else { 0 };
                self.afternoon = Some(afternoon);
                self.zone_may_follow = self.time.is_some();
                self.is_korean |= matches!(word, KOREAN_MORNING | KOREAN_AFTERNOON);
                return;
            }
        }
        if self.take_numbered_month(word) {
            return;
        }
        let zone = self.time.and_then(|_| zones::by_name(word));
        self.zone_may_follow = zone.is_some();
        if zone.is_some() {
            self.zone = self.zone.or(zone);
        } else if let Some(month) = months::by_name(word) {
            // A second name wins: `mar. 6 oct.` begins with a French Tuesday, not with March.
            self.month = Some(month);
        }
    }

    /// Vietnamese months are numbered: `Tháng 10`, and `Th10` for short.
    fn take_numbered_month(&mut self, word: &str) -> bool {
        let blank = match (word, self.peek(0)) {
            ("thang", Some(DateToken::Space)) => 1,
            ("thang" | "th", _) => 0,
            _ => return false,
        };
        let Some(month) = self.number_at(blank).filter(|month| month.digits <= 2) else {
            return false;
        };
        self.month = Some(month.value);
        self.at += blank + 1;
        true
    }

    /// A sign was taken where a zone may stand: `+0200`, `+02:00`, `+2`, and nothing else.
    fn take_offset(&mut self, sign: char) -> Option<()> {
        self.zone_may_follow = false;
        let direction = if sign == '+' { 1 } else { -1 };
        let Some(number) = self.number_at(0) else {
            // `10:00 - Home`: a dash; but a plus sign without a number is a broken zone.
            return (sign != '+').then_some(());
        };
        self.at += 1;
        let (hours, mut minutes) = match number.digits {
            1 | 2 => (number.value, 0),
            3 | 4 => (number.value / 100, number.value % 100),
            _ => return None,
        };
        if number.digits <= 2 && self.take_mark(':') {
            minutes = self.number_at(0)?.value;
            self.at += 1;
        }
        // A letter that touches the offset is neither its end nor a zone: something was cut or glued.
        if matches!(self.peek(0), Some(DateToken::Word(word)) if word != "z") {
            return None;
        }
        self.zone = Some(Zone::Offset(zones::offset(direction, hours, minutes, 0)?));
        Some(())
    }

    fn finish(self) -> Option<DateFields> {
        let (mut year, mut day) = (self.year, self.day);
        for number in &self.unassigned {
            let is_year = number.digits >= 3 || number.value > 31 || day.is_some();
            if is_year && year.replace(number.year()).is_some() {
                return None;
            }
            if !is_year {
                day = Some(number.value);
            }
        }
        // A time of day without a day names no moment; a month alone means its first day.
        let day = day.or(if self.time.is_none() { Some(1) } else { None })?;
        let mut time = self.time.unwrap_or_default();
        match self.afternoon {
            Some(true) if time.hour < 12 => time.hour += 12,
            Some(false) if time.hour == 12 => time.hour = 0,
            _ => {}
        }
        let zone = self.zone.or(self.is_korean.then_some(Zone::Offset(9 * 3600)));
        Some(DateFields { day: DateSpec::Calendar { year: year?, month: self.month?, day }, time, zone })
    }
}

/// Whether a word says the second half of the day (`Some(true)`), the first, or neither.
fn names_afternoon(word: &str) -> Option<bool> {
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

/// 오전 in the decomposed form that [`months::simplify`] gives.
const KOREAN_MORNING: &str = "\u{110b}\u{1169}\u{110c}\u{1165}\u{11ab}";
/// 오후, likewise.
const KOREAN_AFTERNOON: &str = "\u{110b}\u{1169}\u{1112}\u{116e}";
