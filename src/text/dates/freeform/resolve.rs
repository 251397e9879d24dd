//! Resolves the parts of a date to one day and time.

use super::super::{DateFields, DateSpec, DayMonthOrder, HIJRI_YEARS, Zone, is_on_weekday};
use super::FreeformReader;

impl FreeformReader {
    /// Returns the month and the day, which a numeric date or a month's name with two meanings may leave open. The day of
    /// the week decides if exactly one of the two dates falls on it; else the style of the document decides. If neither
    /// decides, `month` and `day` stay as they are. Also returns the order of day and month and the character between
    /// them, if the date itself shows the order.
    fn resolve_month_and_day(
        &self,
        year: i32,
        month: u32,
        day: u32,
    ) -> (u32, u32, Option<(DayMonthOrder, char)>) {
        let other = match (self.separator, self.croatian_month) {
            (Some(_), _) if self.is_ambiguous && month != day => Some((day, month)),
            (None, Some(other)) => Some((other, day)),
            _ => None,
        };
        let order_of = |is_default: bool| {
            let separator = self.separator?;
            let is_month_first = (separator == '/') == is_default;
            Some((
                if is_month_first { DayMonthOrder::MonthFirst } else { DayMonthOrder::DayFirst },
                separator,
            ))
        };
        let Some((other_month, other_day)) = other else {
            return (month, day, self.clear_order);
        };
        if let Some(weekday) = self.weekday {
            let is_default = is_on_weekday(year, month, day, weekday);
            if is_default != is_on_weekday(year, other_month, other_day, weekday) {
                let (month, day) = if is_default { (month, day) } else { (other_month, other_day) };
                return (month, day, order_of(is_default));
            }
        }
        let is_other = match self.separator {
            Some(separator) => self
                .style
                .order(separator, self.afternoon.is_some())
                .is_some_and(|order| order_of(true).is_some_and(|(default, _)| default != order)),
            None => self.style.is_croatian(),
        };
        if is_other { (other_month, other_day, None) } else { (month, day, None) }
    }

    /// Returns the date, with the order of day and month if the date itself shows it. `None` if a part is missing, if two
    /// numbers are the year, or if the year of a date of three numbers counts from the Hijra.
    pub(super) fn finish(self) -> Option<(DateFields, Option<(DayMonthOrder, char)>)> {
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
