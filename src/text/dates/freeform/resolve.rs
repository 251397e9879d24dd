//! Resolves the parts of a date to one day and time.

use super::super::{DateFields, DateSpec, DayMonthOrder, HIJRI_YEARS, ShownOrder, Zone, is_on_weekday};
use super::FreeformReader;

impl FreeformReader {
    /// Returns the month and the day, which a numeric date or a month's name with two meanings may leave open. The day of
    /// the week decides if exactly one of the two dates falls on it; else the style of the document decides. If neither
    /// decides, `month` and `day` stay as they are. Also returns what the date itself shows of their order.
    fn resolve_month_and_day(&self, year: i32, month: u32, day: u32) -> (u32, u32, ShownOrder) {
        let other = match (self.separator, self.croatian_month) {
            (Some(_), _) if self.is_ambiguous && month != day => Some((day, month)),
            (None, Some(other)) => Some((other, day)),
            _ => None,
        };
        let order_of = |is_default: bool| {
            let is_month_first = (self.separator? == '/') == is_default;
            Some(if is_month_first { DayMonthOrder::MonthFirst } else { DayMonthOrder::DayFirst })
        };
        let Some((other_month, other_day)) = other else {
            return (month, day, self.clear_order);
        };
        // With dots between its numbers, every document puts the day first, so such a date leaves no order open.
        let open =
            self.separator.filter(|separator| *separator != '.').map_or(ShownOrder::None, ShownOrder::Open);
        if let Some(weekday) = self.weekday {
            let is_default = is_on_weekday(year, month, day, weekday);
            if is_default != is_on_weekday(year, other_month, other_day, weekday) {
                let (month, day) = if is_default { (month, day) } else { (other_month, other_day) };
                let clear = order_of(is_default).zip(self.separator);
                return (
                    month,
                    day,
                    clear.map_or(ShownOrder::None, |(order, separator)| ShownOrder::Clear(order, separator)),
                );
            }
        }
        let is_other = match self.separator {
            Some(separator) => self
                .style
                .order(separator, self.afternoon.is_some())
                .is_some_and(|order| order_of(true).is_some_and(|default| default != order)),
            None => self.style.is_croatian(),
        };
        if is_other { (other_month, other_day, open) } else { (month, day, open) }
    }

    /// Returns the date, and what it shows of the order of day and month. `None` if a part is missing, if two
    /// numbers are the year, or if the year of a date of three numbers counts from the Hijra.
    pub(super) fn finish(self) -> Option<(DateFields, ShownOrder)> {
        let (mut year, mut day) = (self.year, self.day);
        for number in &self.unassigned {
            let is_year = number.digits >= 3 || number.value > 31 || day.is_some();
            if is_year && year.replace(self.year_of(*number)).is_some() {
                return None;
            }
            if !is_year {
                day = Some(number.value);
            }
        }
        // A time without a day is not a date. A month and a year alone mean the first day of the month.
        let day = day.or(if self.time.is_none() { Some(1) } else { None })?;
        let mut time = self.time.unwrap_or_default();
        match self.afternoon {
            Some(true) if time.hour < 12 => time.hour += 12,
            Some(false) if time.hour == 12 => time.hour = 0,
            _ => {}
        }
        let zone = self.zone.or(self.is_korean.then_some(Zone::Offset(9 * 3600)));
        let year = year.filter(|year| self.separator.is_none() || !HIJRI_YEARS.contains(year))?;
        let (month, day, order) = self.resolve_month_and_day(year, self.month?, day);
        Some((DateFields { day: DateSpec::Calendar { year, month, day }, time, zone }, order))
    }
}
