//! Days of a calendar in a time zone.

use super::clock::Timestamp;
use super::local_time;
use super::user_error::{UserError, UserErrorCode};
use chrono::{Months, NaiveDate, NaiveTime};
use chrono_tz::Tz;

/// The longest span, in days.
const LONGEST: usize = 62;

/// Days from the first to the last, both included; at most 62.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    first: NaiveDate,
    last: NaiveDate,
}

impl Span {
    /// A month of the years 1970 to 9999.
    pub fn of_month(year: i32, month: i32) -> Result<Self, UserError> {
        let first = u32::try_from(month).ok().and_then(|month| NaiveDate::from_ymd_opt(year, month, 1));
        let first = first.filter(|_| (1970..=9999).contains(&year));
        let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
        match first.zip(next.and_then(|next| next.pred_opt())) {
            Some((first, last)) => Ok(Self { first, last }),
            None => Err(bad("month", "Give a year from 1970 to 9999 and a month from 1 to 12.")),
        }
    }

    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, UserError> {
        if last < first {
            return Err(bad("endDate", "The last day cannot be before the first."));
        }
        let span = Self { first, last };
        if span.days().nth(LONGEST).is_some() {
            return Err(bad("endDate", "Ask for at most 62 days."));
        }
        Ok(span)
    }

    pub const fn first(self) -> NaiveDate {
        self.first
    }

    pub const fn last(self) -> NaiveDate {
        self.last
    }

    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day <= self.last)
    }

    /// From the first instant of the first day to the first one behind the last day. `None` at the ends of
    /// representable time.
    pub fn instants(self, zone: Tz) -> Option<(Timestamp, Timestamp)> {
        let begin = |day: NaiveDate| local_time::instant(day.and_time(NaiveTime::MIN), zone);
        Some((begin(self.first)?, begin(self.last.succ_opt()?)?))
    }
}

/// The day that an instant falls on.
pub fn day_of(at: Timestamp, zone: Tz) -> NaiveDate {
    at.0.with_timezone(&zone).date_naive()
}

fn bad(argument: &str, words: &str) -> UserError {
    let mut error = UserError::new(UserErrorCode::Invalid, "", words);
    error.path = vec![argument.to_owned()];
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn hours(year: i32, month: i32, zone: Tz) -> u64 {
        let (from, to) = Span::of_month(year, month).unwrap().instants(zone).unwrap();
        assert_eq!(
            (
                day_of(from, zone).to_string().len(),
                day_of(from.minus(Duration::from_micros(1)), zone) < day_of(from, zone)
            ),
            (10, true)
        );
        to.since(from).as_secs() / 3_600
    }

    #[test]
    fn a_month_is_as_long_as_its_clocks_show() {
        assert_eq!(hours(2026, 3, Tz::Europe__Paris), 31 * 24 - 1, "a gap");
        assert_eq!(hours(2026, 10, Tz::Europe__Paris), 31 * 24 + 1, "an overlap");
        assert_eq!(hours(2026, 2, Tz::Asia__Seoul), 28 * 24);
        assert_eq!(hours(2028, 2, Tz::UTC), 29 * 24);
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_after_the_gap() {
        let day = NaiveDate::from_ymd_opt(2026, 4, 24).unwrap();
        let (from, to) = Span::new(day, day).unwrap().instants(Tz::Africa__Cairo).unwrap();
        assert_eq!(from.to_string(), "2026-04-23T22:00:00.000000Z");
        assert_eq!(to.since(from), Duration::from_hours(23));
        assert_eq!(day_of(from, Tz::Africa__Cairo), day);
    }

    #[test]
    fn a_span_is_one_to_sixty_two_days() {
        let first = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
        let last = NaiveDate::from_ymd_opt(2026, 8, 31).unwrap();
        assert_eq!(Span::new(first, last).unwrap().days().count(), 62);
        assert!(Span::new(first, last.succ_opt().unwrap()).is_err());
        assert!(Span::new(last, first).is_err());
        assert!(Span::of_month(2026, 13).is_err() && Span::of_month(1969, 1).is_err());
    }
}
