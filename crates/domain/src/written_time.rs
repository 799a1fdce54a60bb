//! Times as people, programs and spreadsheets write them: the one reader for GraphQL, REST and imported files.
//!
//! A time is a day, `T` or white space, and a time of day; an offset may follow. These are the forms of ISO 8601-1 with
//! a calendar day, and those that spreadsheets write besides: `2026/11/22`, days, months and hours of one digit.

use super::clock::Timestamp;
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};

/// A time that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenTime {
    /// With an offset, which makes it an instant.
    Instant(Timestamp),
    /// Without one: as a clock on the wall shows it.
    Local(NaiveDateTime),
}

/// What is wrong with a time, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    #[error("Give a time such as 2026-11-22T09:30:00Z, 2026-11-22T09:30:00+01:00 or 2026-11-22 09:30.")]
    NoTime,
    #[error("Give a day such as 2026-11-22.")]
    NoDate,
    #[error("Give a time behind the day too, such as 2026-11-22T09:30.")]
    NoTimeOfDay,
    #[error("Begin with the year, such as 2026-11-22: a day that ends with it can be read in two ways.")]
    YearLast,
    #[error("There is no month {0}.")]
    NoMonth(u32),
    #[error("There is no {day} {month} {year}.")]
    NoDay { day: u32, month: &'static str, year: i32 },
    #[error("There is no hour {0}; give 0 to 23.")]
    NoHour(u32),
    #[error("There is no minute {0}; give 00 to 59.")]
    NoMinute(u32),
    #[error("There is no second {0}; give 00 to 59.")]
    NoSecond(u32),
    #[error("Give the hour as 0 to 23, without AM and PM.")]
    HalfDay,
    #[error(
        "What follows the time is no offset; give one such as Z, +01:00, +0100 or +01. In an address, write + as %2B."
    )]
    NoOffset,
    #[error("Give an offset too, such as 2026-11-22T09:30:00Z or 2026-11-22T09:30:00+01:00.")]
    OffsetMissing,
    #[error("The time has an offset: leave it out, or give the time as scheduledAt.")]
    OffsetGiven,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads a time with an offset or without.
pub fn parse(text: &str) -> Result<WrittenTime, TimeFault> {
    let mut rest = Rest(text.trim());
    let (day, compact) = rest.day().map_err(|fault| match fault {
        TimeFault::NoDate => TimeFault::NoTime,
        fault => fault,
    })?;
    if rest.0.is_empty() {
        return Err(TimeFault::NoTimeOfDay);
    }
    if !rest.skip_one_of(&['T', 't']) && !rest.skip_white_space() {
        return Err(TimeFault::NoTime);
    }
    let local = day.and_time(rest.time_of_day(compact)?);
    rest.skip_white_space();
    let Some(offset) = rest.offset()? else { return Ok(WrittenTime::Local(local)) };
    let at = offset.from_local_datetime(&local).single().ok_or(TimeFault::NoTime)?;
    Ok(WrittenTime::Instant(Timestamp::new(at.to_utc())))
}

/// Reads a time that must have an offset.
pub fn instant(text: &str) -> Result<Timestamp, TimeFault> {
    match parse(text)? {
        WrittenTime::Instant(at) => Ok(at),
        WrittenTime::Local(_) => Err(TimeFault::OffsetMissing),
    }
}

/// Reads a time that must have no offset.
pub fn local(text: &str) -> Result<NaiveDateTime, TimeFault> {
    match parse(text)? {
        WrittenTime::Local(local) => Ok(local),
        WrittenTime::Instant(_) => Err(TimeFault::OffsetGiven),
    }
}

/// Reads a day, `YYYY-MM-DD` and nothing else.
pub fn day(text: &str) -> Result<NaiveDate, TimeFault> {
    let mut rest = Rest(text);
    let (day, _) = rest.day()?;
    // A day stands alone in answers and addresses: one form is enough.
    if day.to_string() == text { Ok(day) } else { Err(TimeFault::NoDate) }
}

/// What is left to read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// The figures at the beginning, which are not taken off, and what follows them.
    fn figures(&self) -> (&'a str, &'a str) {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        self.0.split_at(end)
    }

    /// Takes off a number of so many figures that no further figure follows.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let (figures, behind) = self.figures();
        if !(least..=most).contains(&figures.len()) {
            return None;
        }
        self.0 = behind;
        figures.parse().ok()
    }

    /// Takes off a number of two figures, whatever follows.
    fn two_figures(&mut self) -> Option<u32> {
        let (figures, behind) = self.0.split_at_checked(2)?;
        if !figures.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = behind;
        figures.parse().ok()
    }

    fn skip_one_of(&mut self, chars: &[char]) -> bool {
        let behind = self.0.strip_prefix(chars);
        self.0 = behind.unwrap_or(self.0);
        behind.is_some()
    }

    fn skip_white_space(&mut self) -> bool {
        let before = self.0.len();
        self.0 = self.0.trim_start();
        self.0.len() < before
    }

    /// The day, and whether it was written without separators.
    fn day(&mut self) -> Result<(NaiveDate, bool), TimeFault> {
        let (figures, behind) = self.figures();
        let separator = behind.chars().next();
        let (year, month, day, compact) = match (figures.len(), separator) {
            (4, Some(separator @ ('-' | '/'))) => {
                let year = self.number(4, 4);
                self.skip_one_of(&[separator]);
                let month = self.number(1, 2);
                if !self.skip_one_of(&[separator]) {
                    return Err(TimeFault::NoDate);
                }
                (year, month, self.number(1, 2), false)
            }
            (8, _) => {
                let century = self.two_figures();
                let year = century.zip(self.two_figures()).map(|(century, year)| century * 100 + year);
                (year, self.two_figures(), self.two_figures(), true)
            }
            (1 | 2, Some('-' | '/' | '.')) => return Err(TimeFault::YearLast),
            _ => return Err(TimeFault::NoDate),
        };
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(TimeFault::NoDate) };
        let year = i32::try_from(year).map_err(|_| TimeFault::NoDate)?;
        let index = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
        let name = index.and_then(|at| MONTHS.get(at)).ok_or(TimeFault::NoMonth(month))?;
        let found = NaiveDate::from_ymd_opt(year, month, day);
        let found = found.ok_or(TimeFault::NoDay { day, month: name, year })?;
        Ok((found, compact))
    }

    fn time_of_day(&mut self, compact: bool) -> Result<NaiveTime, TimeFault> {
        let (figures, _) = self.figures();
        let (hour, minute, second) = if compact && matches!(figures.len(), 4 | 6) {
            let (hour, minute) = (self.two_figures(), self.two_figures());
            (hour, minute, if figures.len() == 6 { self.two_figures() } else { None })
        } else {
            let hour = self.number(1, 2);
            if !self.skip_one_of(&[':']) {
                return Err(TimeFault::NoTime);
            }
            let minute = self.number(2, 2);
            let has_second = self.skip_one_of(&[':']);
            let second = if has_second { Some(self.number(2, 2).ok_or(TimeFault::NoTime)?) } else { None };
            (hour, minute, second)
        };
        let micros = if second.is_some() { self.fraction()? } else { 0 };
        let (hour, minute) = hour.zip(minute).ok_or(TimeFault::NoTime)?;
        let second = second.unwrap_or(0);
        match (hour, minute, second) {
            (24.., _, _) => return Err(TimeFault::NoHour(hour)),
            (_, 60.., _) => return Err(TimeFault::NoMinute(minute)),
            (_, _, 60..) => return Err(TimeFault::NoSecond(second)),
            _ => {}
        }
        let time = NaiveTime::from_hms_micro_opt(hour, minute, second, micros);
        time.ok_or(TimeFault::NoTime)
    }

    /// Behind a point or a comma, the part of a second in microseconds; what is finer is cut off.
    fn fraction(&mut self) -> Result<u32, TimeFault> {
        if !self.skip_one_of(&['.', ',']) {
            return Ok(0);
        }
        let (figures, behind) = self.figures();
        if figures.is_empty() {
            return Err(TimeFault::NoTime);
        }
        self.0 = behind;
        let padded = figures.bytes().chain(std::iter::repeat(b'0')).take(6);
        Ok(padded.fold(0, |micros, figure| micros * 10 + u32::from(figure - b'0')))
    }

    /// What stands behind the time, to the end of the text.
    fn offset(&mut self) -> Result<Option<FixedOffset>, TimeFault> {
        let is = |word: &str| self.0.eq_ignore_ascii_case(word);
        if self.0.is_empty() {
            return Ok(None);
        }
        if ["am", "pm", "a.m.", "p.m."].into_iter().any(is) {
            return Err(TimeFault::HalfDay);
        }
        if is("z") || is("utc") {
            return FixedOffset::east_opt(0).map(Some).ok_or(TimeFault::NoOffset);
        }
        let east = self.skip_one_of(&['+']);
        // ISO 8601 also has the real minus.
        if !east && !self.skip_one_of(&['-', '\u{2212}']) {
            return Err(TimeFault::NoOffset);
        }
        let hours = self.two_figures().ok_or(TimeFault::NoOffset)?;
        let minutes = if self.0.is_empty() {
            0
        } else {
            self.skip_one_of(&[':']);
            self.two_figures().ok_or(TimeFault::NoOffset)?
        };
        if !self.0.is_empty() || hours > 23 || minutes > 59 {
            return Err(TimeFault::NoOffset);
        }
        let seconds = i32::try_from((hours * 60 + minutes) * 60).map_err(|_| TimeFault::NoOffset)?;
        let offset = FixedOffset::east_opt(if east { seconds } else { -seconds });
        offset.map(Some).ok_or(TimeFault::NoOffset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> String {
        instant(text).unwrap().to_string()
    }

    #[test]
    fn every_form_of_one_instant_is_that_instant() {
        for text in [
            "2027-03-01T09:00:00Z",
            "2027-03-01T09:00Z",
            "2027-03-01t09:00z",
            "2027-03-01T10:00:00+01:00",
            "2027-03-01T10:00:00+0100",
            "2027-03-01T10:00:00+01",
            "2027-03-01 10:00:00 +01:00",
            "2027-03-01 09:00 UTC",
            "2027-03-01T04:30:00.000-04:30",
            "2027-03-01T04:30:00,0\u{2212}0430",
            " 2027/3/1 9:00Z ",
            "20270301T090000Z",
            "20270301T0900Z",
        ] {
            assert_eq!(at(text), "2027-03-01T09:00:00.000000Z", "{text}");
        }
        assert_eq!(at("2027-03-01T09:00:00.1234567Z"), "2027-03-01T09:00:00.123456Z");
    }

    #[test]
    fn a_time_without_an_offset_is_local_in_every_form() {
        let expected: NaiveDateTime = "2027-03-01T09:30:00".parse().unwrap();
        for text in ["2027-03-01T09:30", "2027-03-01 9:30", "2027-03-01  09:30:00.000", "2027/03/01 9:30"] {
            assert_eq!(local(text), Ok(expected), "{text}");
        }
        assert_eq!(instant("2027-03-01 9:30"), Err(TimeFault::OffsetMissing));
        assert_eq!(local("2027-03-01T09:30Z"), Err(TimeFault::OffsetGiven));
    }

    #[test]
    fn what_is_wrong_is_said() {
        use TimeFault as F;
        for (text, fault) in [
            ("", F::NoTime),
            ("soon", F::NoTime),
            ("2027-03-01", F::NoTimeOfDay),
            ("2027-02-30T10:00Z", F::NoDay { day: 30, month: "February", year: 2027 }),
            ("2027-02-29 10:00", F::NoDay { day: 29, month: "February", year: 2027 }),
            ("2027-00-01T10:00Z", F::NoMonth(0)),
            ("2027-13-01T10:00Z", F::NoMonth(13)),
            ("2027-03-01T24:00Z", F::NoHour(24)),
            ("2027-03-01T10:60Z", F::NoMinute(60)),
            ("2027-06-30T23:59:60Z", F::NoSecond(60)),
            ("01/03/2027 10:00", F::YearLast),
            ("1.3.2027 10:00", F::YearLast),
            ("2027-03-01 9:30 PM", F::HalfDay),
            ("2027-03-01T10:00:00 01:00", F::NoOffset),
            ("2027-03-01T10:00:00+1", F::NoOffset),
            ("2027-03-01T10:00:00+24:00", F::NoOffset),
            ("2027-03-01T10:00:00Europe/Paris", F::NoOffset),
            ("2027-03-01T10", F::NoTime),
            ("2027-03-01T10:5", F::NoTime),
            ("2027-03-01T10:00:", F::NoTime),
            ("2027-03-01T10:00:00.", F::NoTime),
            ("2027-03/01T10:00", F::NoTime),
            ("12027-03-01T10:00", F::NoTime),
            ("-0001-11-22T09:30", F::NoTime),
        ] {
            assert_eq!(parse(text), Err(fault), "{text}");
        }
        let words = parse("2027-02-30T10:00Z").unwrap_err().to_string();
        assert_eq!(words, "There is no 30 February 2027.");
    }

    #[test]
    fn a_day_has_one_form() {
        assert_eq!(day("2027-03-01").unwrap().to_string(), "2027-03-01");
        for text in ["2027-3-1", "2027/03/01", "20270301", "2027-03-01 ", "+2027-03-01", ""] {
            assert_eq!(day(text), Err(TimeFault::NoDate), "{text}");
        }
        let fault = TimeFault::NoDay { day: 31, month: "April", year: 2027 };
        assert_eq!(day("2027-04-31"), Err(fault));
    }

    /// Any second of the years 1 to 9998.
    fn second() -> impl Strategy<Value = i64> {
        -62_135_596_800..253_370_764_800_i64
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn an_instant_is_read_back_from_each_form_and_offset(
            second in second(),
            micros in 0..1_000_000_u32,
            minutes in -(23 * 60 + 59)..(23 * 60 + 59_i32),
            separator in proptest::sample::select(vec!["T", "t", " "]),
            form in proptest::sample::select(vec!["%:z", "%z", " %:z"]),
        ) {
            let utc = chrono::DateTime::from_timestamp(second, micros * 1_000).unwrap();
            let zoned = utc.with_timezone(&FixedOffset::east_opt(minutes * 60).unwrap());
            let text = zoned.format(&format!("%Y-%m-%d{separator}%H:%M:%S%.6f{form}")).to_string();
            prop_assert_eq!(parse(&text), Ok(WrittenTime::Instant(Timestamp::new(utc))), "{}", text);
        }

        #[test]
        fn what_rfc_3339_has_is_read_as_it_says(second in second(), micros in 0..1_000_000_u32) {
            let text = chrono::DateTime::from_timestamp(second, micros * 1_000).unwrap().to_rfc3339();
            let expected = chrono::DateTime::parse_from_rfc3339(&text).unwrap();
            prop_assert_eq!(instant(&text), Ok(Timestamp::new(expected.to_utc())));
        }

        #[test]
        fn any_text_is_read_or_refused_with_words(
            text in prop_oneof![
                any::<String>(),
                "[+-]?[0-9]{1,6}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[T ]?[0-9]{0,3}:?[0-9]{0,3}(:[0-9]{1,3})?([.,][0-9]{0,9})?[ Zz+−:0-9]{0,7}",
            ],
        ) {
            match parse(&text) {
                // An offset may lead out of the years of four figures.
                Ok(WrittenTime::Instant(at)) if at.to_string().len() == 27 => {
                    prop_assert_eq!(instant(&at.to_string()), Ok(at));
                }
                Ok(_) => {}
                Err(fault) => prop_assert!(fault.to_string().ends_with('.')),
            }
            let _ = day(&text);
        }
    }
}
