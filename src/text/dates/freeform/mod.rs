//! Reads dates that people and old software write: with names of months, slashes and dots, unit characters (`年`, `월`),
//! and a zone anywhere after the time.
//!
//! Each part is recognised by its form and its neighbours, not by a layout. If a number has no meaning, the whole date is
//! `None`, because a wrong date is worse than none.

mod eras;
mod resolve;
mod tokens;
mod words;

use self::tokens::{DateToken, Number, tokens};
use self::words::half_of_day;
use super::{DateFields, DateStyle, DayMonthOrder, ShownOrder, TimeOfDay, Zone, zones};

/// Reads a date in any layout that the other readers do not know. Also returns what the date itself shows of the order of its
/// day and month. Returns `None` if a number of `text` has no meaning, if an offset is damaged, if the month or the year is
/// missing (or the day, if there is a time), or if the year of a date of three numbers counts from the Hijra.
pub(super) fn read(text: &str, style: DateStyle) -> Option<(DateFields, ShownOrder)> {
    let tokens = tokens(text);
    let is_thai_word =
        |token: &DateToken| matches!(token, DateToken::Word(word) if word.starts_with(tokens::is_thai));
    let is_thai = tokens.iter().any(is_thai_word);
    let is_hour = |word: &str| word.trim_end_matches(['.', ',']) == "h";
    let marks_hour = text.split_whitespace().any(is_hour);
    let mut reader = FreeformReader { tokens, style, is_thai, marks_hour, ..FreeformReader::default() };
    while let Some(token) = reader.tokens.get(reader.next).cloned() {
        reader.next += 1;
        match token {
            DateToken::Number(number) => reader.take_number(number)?,
            DateToken::Word(word) => reader.take_word(&word),
            DateToken::Unit(_) | DateToken::Space => {}
            DateToken::Mark(sign @ ('+' | '-' | '−')) if reader.zone_may_follow || reader.offset_ahead() => {
                reader.take_offset(sign)?;
            }
            DateToken::Mark(mark) => {
                reader.zone_may_follow = false;
                reader.era = eras::year_before_of_sign(mark).or(reader.era);
            }
        }
    }
    reader.finish()
}

/// The tokens of a date and the parts of the date that are known so far.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own, and they come in any combination"
)]
#[derive(Default, Debug)]
struct FreeformReader {
    tokens: Vec<DateToken>,
    /// Index of the next token.
    next: usize,
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<TimeOfDay>,
    /// Whether the date names the second half of the day (`true`, `pm`) or the first (`false`, `am`); `None` if it names
    /// neither.
    afternoon: Option<bool>,
    zone: Option<Zone>,
    /// Whether a `+` or `-` that comes next would start an offset, because a time, the name of a zone or `pm` has just ended.
    zone_may_follow: bool,
    /// How the document writes its dates.
    style: DateStyle,
    /// Day of the week, where Monday is 0.
    weekday: Option<u32>,
    /// The character between the numbers, if the date consists of three numbers.
    separator: Option<char>,
    /// Whether each of the first two of three numbers could be the month, so that day and month may have to be exchanged.
    is_ambiguous: bool,
    /// The order of day and month, if only one of the two numbers can be a month. Stays [`ShownOrder::None`] for a date with
    /// dots, from which no order is learnt, and for a date that begins with the year.
    clear_order: ShownOrder,
    /// The month that the name means in Croatian, if it means another month in Czech or Polish.
    croatian_month: Option<u32>,
    /// Numbers beside a month's name that may be the day or the year.
    unassigned: Vec<Number>,
    /// The year before year 1 of the era that the date names.
    era: Option<i32>,
    /// Whether the date contains Thai words.
    is_thai: bool,
    /// Whether the text has an `h` as a word, which follows the time in Spanish (`14:05 h`). A capital one is a military zone.
    marks_hour: bool,
    /// Whether the date contains Korean words or units.
    is_korean: bool,
}

impl FreeformReader {
    /// Returns the token that comes `ahead` places after the next one.
    fn peek(&self, ahead: usize) -> Option<&DateToken> {
        self.tokens.get(self.next + ahead)
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

    /// Takes `mark` if it comes next, and returns whether it did.
    fn take_mark(&mut self, mark: char) -> bool {
        let is_next = self.mark_at(0) == Some(mark);
        self.next += usize::from(is_next);
        is_next
    }

    /// Returns the next word after at most three spaces and dots, and how many tokens it takes to get past it.
    fn word_ahead(&self) -> Option<(usize, &str)> {
        let skipped = (0..3)
            .take_while(|ahead| matches!(self.peek(*ahead), Some(DateToken::Space | DateToken::Mark('.'))));
        let ahead = skipped.count();
        match self.peek(ahead) {
            Some(DateToken::Word(word)) => Some((ahead + 1, word)),
            _ => None,
        }
    }

    /// Handles a number that was just taken. Returns `None` if it has no meaning.
    fn take_number(&mut self, first: Number) -> Option<()> {
        self.zone_may_follow = false;
        if let Some(DateToken::Unit(unit)) = self.peek(0) {
            let unit = *unit;
            self.next += 1;
            return self.set_by_unit(first, unit);
        }
        // Web servers log the time right after the year: `05/Oct/2026:10:00:00`.
        let is_year_in_log = first.digits == 4 && self.month.is_some() && self.take_mark(':');
        if !is_year_in_log && self.mark_at(0) == Some(':') {
            return self.take_clock(first, ':');
        }
        if let Some((rest, separator, length)) = self.numeric_date_ahead() {
            self.next += length;
            return self.set_numeric_date(first, rest, separator);
        }
        if self.dotted_clock_ahead(first) {
            return self.take_clock(first, '.');
        }
        if let Some(length) = self.hour_letter_ahead().filter(|_| first.digits <= 2 && self.time.is_none()) {
            self.next += length;
            let space = usize::from(matches!(self.peek(0), Some(DateToken::Space)));
            let minute = self.number_at(space).filter(|minute| minute.digits == 2);
            self.next += if minute.is_some() { space + 1 } else { 0 };
            self.set_time(first.value, minute.map_or(0, |minute| minute.value), 0);
            return Some(());
        }
        let half_day_follows = self.word_ahead().is_some_and(|(_, word)| half_of_day(word).is_some());
        if first.digits <= 2 && self.time.is_none() && half_day_follows {
            self.set_time(first.value, 0, 0);
            return Some(());
        }
        if first.digits <= 2 && self.time.is_none() && self.unassigned.len() == 2 && self.offset_follows() {
            self.set_time(first.value, 0, 0);
            return Some(());
        }
        // Zeros after the time are an offset without its sign.
        if first.value == 0 && self.time.is_some() && (self.unassigned.len() == 2 || self.separator.is_some())
        {
            self.zone = self.zone.or(Some(Zone::Offset(0)));
            return Some(());
        }
        self.unassigned.push(first);
        // Two numbers beside the month are the day and the year. A third one has no meaning.
        (self.unassigned.len() <= 2).then_some(())
    }

    /// Returns the next two numbers if the same separator (`/`, `-`, `.` or a space) stands before each and no date is known
    /// yet. Also returns the separator and how many tokens they take. Dots may have spaces after them, as in Korean and Czech.
    fn numeric_date_ahead(&self) -> Option<([Number; 2], char, usize)> {
        if let Some(spaced) = self.spaced_date_ahead() {
            return Some(spaced);
        }
        let separator = self.mark_at(0).filter(|mark| matches!(mark, '/' | '-' | '.'))?;
        let space_at =
            |at: usize| usize::from(separator == '.' && matches!(self.peek(at), Some(DateToken::Space)));
        let second_at = 1 + space_at(1);
        let third_at = second_at + 2 + space_at(second_at + 2);
        let same = self.mark_at(second_at + 1) == Some(separator) && !self.is_dated();
        same.then_some(([self.number_at(second_at)?, self.number_at(third_at)?], separator, third_at + 1))
    }

    /// Returns the next two numbers if they and the one that was just taken are a date with spaces: `11 04 2026`. Also returns
    /// the space and how many tokens they take.
    fn spaced_date_ahead(&self) -> Option<([Number; 2], char, usize)> {
        let is_space = |at: usize| matches!(self.peek(at), Some(DateToken::Space));
        let (second, third) = (self.number_at(1)?, self.number_at(3)?);
        let is_date = is_space(0) && is_space(2) && second.digits <= 2 && third.digits == 4;
        (is_date && self.month.is_none() && self.unassigned.is_empty()).then_some(([second, third], ' ', 4))
    }

    /// Returns whether an offset follows the number that was just taken. That number is then an hour without minutes.
    fn offset_follows(&self) -> bool {
        let space = usize::from(matches!(self.peek(0), Some(DateToken::Space)));
        let offset = self.number_at(space + 1).filter(|number| number.digits == 4);
        matches!(self.mark_at(space), Some('+' | '-')) && offset.is_some()
    }

    /// Returns whether a sign that was just taken must begin an offset: `Mon Oct 5 10:00:00 2026 +0200`.
    fn offset_ahead(&self) -> bool {
        self.time.is_some() && self.is_dated() && self.number_at(0).is_some_and(|number| number.digits == 4)
    }

    /// Returns whether `first` begins a time with a dot (`10.30 Uhr`). Such a time must come after the date.
    fn dotted_clock_ahead(&self, first: Number) -> bool {
        let minute = self.number_at(1).filter(|minute| minute.digits == 2);
        let expects_time = self.time.is_none() && self.is_dated();
        self.mark_at(0) == Some('.') && first.digits <= 2 && minute.is_some() && expects_time
    }

    /// Returns how many tokens it takes to get past the `h` of `10h30` or `10 h`, if it comes next.
    fn hour_letter_ahead(&self) -> Option<usize> {
        let space = usize::from(matches!(self.peek(0), Some(DateToken::Space)));
        matches!(self.peek(space), Some(DateToken::Word(word)) if word == "h").then_some(space + 1)
    }

    /// Returns whether the month and the day are known.
    fn is_dated(&self) -> bool {
        self.month.is_some() && (self.day.is_some() || self.unassigned.len() == 2)
    }

    /// Sets the time, after which a zone may follow.
    fn set_time(&mut self, hour: u32, minute: u32, second: u32) {
        self.time = Some(TimeOfDay { hour, minute, second });
        self.zone_may_follow = true;
    }

    /// Takes the rest of a time, whose hour was just taken. Returns `None` if it is no time, or if another time than
    /// midnight came before it.
    fn take_clock(&mut self, hour: Number, separator: char) -> Option<()> {
        // Some programs write midnight before the real time.
        if self.time.is_some_and(|time| time != TimeOfDay::default()) {
            return None;
        }
        let mut parts = [hour, Number { value: 0, digits: 2 }, Number { value: 0, digits: 2 }];
        for part in parts.iter_mut().skip(1) {
            if !self.take_mark(separator) {
                break;
            }
            *part = self.number_at(0)?;
            self.next += 1;
        }
        let [hour, minute, second] = parts;
        let fraction = matches!(self.mark_at(0), Some('.' | ',')) && self.number_at(1).is_some();
        self.next += if fraction { 2 } else { 0 };
        let possible = parts.iter().all(|part| part.digits <= 2) && self.mark_at(0) != Some(':');
        self.set_time(hour.value, minute.value, second.value);
        possible.then_some(())
    }

    /// Sets the date from three numbers: `2026/10/05`, `10/05/2026`, `05.10.2026`, `05-10-2026`, `26-10-05`. If both
    /// orders of day and month are possible, [`Self::finish`] decides. Returns `None` if the month or the day has too
    /// many digits.
    fn set_numeric_date(
        &mut self,
        first: Number,
        [second, third]: [Number; 2],
        separator: char,
    ) -> Option<()> {
        self.separator = Some(separator);
        if self.era.is_some() {
            self.year = eras::year_of(self.era, first.value, first.digits);
            (self.month, self.day) = (Some(second.value), Some(third.value));
            return (second.digits <= 2 && third.digits <= 2).then_some(());
        }
        let year_first = first.digits >= 3 || (separator == '-' && third.digits <= 2);
        self.is_ambiguous = !year_first && first.value <= 12 && second.value <= 12;
        let (year, mut month, mut day) = match (year_first, separator) {
            (true, _) => (first, second, third),
            (false, '/') => (third, first, second),
            (false, _) => (third, second, first),
        };
        if month.value > 12 && day.value <= 12 && !year_first {
            (month, day) = (day, month);
        }
        self.clear_order = if year_first || self.is_ambiguous || separator == '.' {
            ShownOrder::None
        } else if first.value > 12 {
            ShownOrder::Clear(DayMonthOrder::DayFirst, separator)
        } else {
            ShownOrder::Clear(DayMonthOrder::MonthFirst, separator)
        };
        if month.digits > 3 || day.digits > 2 {
            return None;
        }
        (self.year, self.month, self.day) = (Some(self.year_of(year)), Some(month.value), Some(day.value));
        Some(())
    }

    /// Returns the year that a number means. In a date with Thai words, two digits from 50 on are the last ones of a year
    /// of the Buddhist era (`69` is 2569).
    fn year_of(&self, number: Number) -> i32 {
        let is_buddhist = self.is_thai && number.digits == 2 && number.value >= 50;
        if is_buddhist { 2500 + number.value.cast_signed() } else { number.year() }
    }

    /// Sets the part that a unit character names: `2026年10月5日 10時30分`, `2026년 10월 5일`. Returns `None` if the number has
    /// more than four digits, or is a year of an unnamed era ([`eras::year_of`]).
    fn set_by_unit(&mut self, number: Number, unit: char) -> Option<()> {
        self.is_korean |= matches!(unit, '년' | '월' | '일' | '시' | '분' | '초');
        let mut time = self.time.unwrap_or_default();
        match unit {
            '年' => self.year = Some(eras::year_of(self.era, number.value, number.digits)?),
            '년' => self.year = Some(number.year()),
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

    /// Takes an offset, whose sign was just taken: `+0200`, `+02:00`, `+2`. Returns `None` if it is damaged.
    fn take_offset(&mut self, sign: char) -> Option<()> {
        self.zone_may_follow = false;
        let direction = if sign == '+' { 1 } else { -1 };
        let Some(number) = self.number_at(0) else {
            // A minus sign without a number is a dash (`10:00 - Home`), but a plus sign is a broken zone.
            return (sign != '+').then_some(());
        };
        self.next += 1;
        let (hours, mut minutes) = match number.digits {
            1 | 2 => (number.value, 0),
            3 | 4 => (number.value / 100, number.value % 100),
            _ => return None,
        };
        if number.digits <= 2 && self.take_mark(':') {
            minutes = self.number_at(0)?.value;
            self.next += 1;
        }
        // A letter right after the offset means that the text is damaged.
        if matches!(self.peek(0), Some(DateToken::Word(word)) if word != "z") {
            return None;
        }
        self.zone = Some(Zone::Offset(zones::offset(direction, hours, minutes, 0)?));
        Some(())
    }
}
