//! A time as a clock on the wall shows it, and the instant it stands for.

use super::clock::Timestamp;
use chrono::{LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// The widest that a local time is away from the same figures in UTC, a day skipped at the date line included.
const WIDEST: TimeDelta = TimeDelta::hours(39);

/// Reads `2026-11-22T09:30`, with seconds or without. `None` if the text is no such time.
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

/// The instant of a local time. A time that the zone's clocks skip stands for the first instant after the gap; one
/// that they show twice for the earlier instant. `None` at the ends of representable time.
pub fn instant(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(Timestamp::new(at.to_utc())),
        LocalResult::None => end_of_gap(local, zone),
    }
}

/// The first second whose local time is beyond `local`, which no instant has.
fn end_of_gap(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let beyond = |second: i64| {
        let at = Utc.timestamp_opt(second, 0).single()?;
        Some(at.with_timezone(&zone).naive_local() > local)
    };
    let mut before = local.checked_sub_signed(WIDEST)?.and_utc().timestamp();
    let mut after = local.checked_add_signed(WIDEST)?.and_utc().timestamp();
    while after - before > 1 {
        let middle = before.midpoint(after);
        if beyond(middle)? {
            after = middle;
        } else {
            before = middle;
        }
    }
    Utc.timestamp_opt(after, 0).single().map(Timestamp::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(local: &str, zone: Tz) -> String {
        instant(parse(local).unwrap(), zone).unwrap().to_string()
    }

    #[test]
    fn a_local_time_follows_its_zones_summer_time() {
        assert_eq!(utc("2026-01-15T09:30", Tz::Europe__Paris), "2026-01-15T08:30:00.000000Z");
        assert_eq!(utc("2026-07-15T09:30:05", Tz::Europe__Paris), "2026-07-15T07:30:05.000000Z");
        assert_eq!(utc("2026-07-15T09:30", Tz::America__New_York), "2026-07-15T13:30:00.000000Z");
    }

    #[test]
    fn a_time_that_clocks_skip_is_the_first_instant_after_the_gap() {
        for skipped in ["2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59:59"] {
            assert_eq!(utc(skipped, Tz::Europe__Paris), "2026-03-29T01:00:00.000000Z", "{skipped}");
        }
        assert_eq!(utc("2026-03-08T02:30", Tz::America__New_York), "2026-03-08T07:00:00.000000Z");
        // Samoa skipped a whole day.
        assert_eq!(utc("2011-12-30T12:00", Tz::Pacific__Apia), "2011-12-30T10:00:00.000000Z");
    }

    #[test]
    fn a_time_that_clocks_show_twice_is_the_earlier_one() {
        assert_eq!(utc("2026-10-25T02:30", Tz::Europe__Paris), "2026-10-25T00:30:00.000000Z");
        assert_eq!(utc("2026-11-01T01:30", Tz::America__New_York), "2026-11-01T05:30:00.000000Z");
    }

    #[test]
    fn what_is_no_local_time_is_not_read() {
        for text in ["", "2026-11-22", "2026-11-22T09:30Z", "2026-13-01T00:00", "2026-02-30T00:00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
