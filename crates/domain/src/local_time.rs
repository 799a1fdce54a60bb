//! A time as a clock on the wall shows it, and the instant it stands for.

use super::clock::Timestamp;
use chrono::{LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// The widest that a local time is away from the same figures in UTC, a day skipped at the date line included.
const WIDEST: TimeDelta = TimeDelta::hours(39);

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
    use crate::written_time::local as parse;
    use proptest::prelude::*;

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

    fn zone() -> impl Strategy<Value = Tz> {
        proptest::sample::select(chrono_tz::TZ_VARIANTS.to_vec())
    }

    /// Any second of the years 1900 to 2100.
    fn second() -> impl Strategy<Value = i64> {
        -2_208_988_800..4_102_444_800_i64
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn what_a_clock_shows_stands_for_the_first_instant_at_which_it_does(second in second(), zone in zone()) {
            let at = Utc.timestamp_opt(second, 0).single().unwrap();
            let shown = at.with_timezone(&zone).naive_local();
            let found = instant(shown, zone).unwrap();
            prop_assert!(found.0 <= at);
            prop_assert_eq!(found.0.with_timezone(&zone).naive_local(), shown);
        }

        #[test]
        fn a_local_time_is_reached_at_its_instant_and_not_a_second_before(second in second(), zone in zone()) {
            let local = Utc.timestamp_opt(second, 0).single().unwrap().naive_utc();
            let found = instant(local, zone).unwrap().0;
            let shown = |at: chrono::DateTime<Utc>| at.with_timezone(&zone).naive_local();
            prop_assert!(shown(found) >= local);
            prop_assert!(shown(found) == local || shown(found - TimeDelta::seconds(1)) < local);
        }

        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_can_be_shown(
            text in prop_oneof![any::<String>(), "[+-]?[0-9]{1,6}-[0-9]{1,2}-[0-9]{1,2}T[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2})?"],
            zone in zone(),
        ) {
            if let Some(at) = parse(&text).ok().and_then(|local| instant(local, zone)) {
                prop_assert_eq!(Timestamp::from_micros(at.micros()), Some(at));
            }
        }

        #[test]
        fn no_time_is_too_far(days in any::<i32>(), seconds in 0..86_400_u32, zone in zone()) {
            let day = chrono::NaiveDate::from_num_days_from_ce_opt(days);
            let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap();
            for day in [day, Some(chrono::NaiveDate::MAX), Some(chrono::NaiveDate::MIN)].into_iter().flatten() {
                let _ = instant(day.and_time(time), zone);
            }
        }
    }
}
