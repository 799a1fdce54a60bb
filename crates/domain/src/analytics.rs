//! Numbers of a workspace over a time: totals, growth, parts by account and network, a line by day.

use super::id::AccountId;
use super::metrics::{float, known_sum, ratio};
use super::platform::Platform;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest period, in days.
pub const LONGEST: i64 = 366;
/// How far before a period a count of followers is looked for, in days.
pub const LOOK_BACK: u64 = 31;

/// Days of the workspace's time zone, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

impl Period {
    /// Both ends included: at least 1 where `start` is not after `end`.
    pub fn days(&self) -> i64 {
        self.end.signed_duration_since(self.start).num_days() + 1
    }

    /// As many days, right before.
    #[must_use]
    pub fn previous(&self) -> Self {
        let days = Days::new(u64::try_from(self.days()).unwrap_or(1));
        let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
        Self { start: back(self.start), end: back(self.end) }
    }

    fn has(&self, day: NaiveDate) -> bool {
        (self.start..=self.end).contains(&day)
    }
}

/// What was gained: how often people engaged and saw. `None`: no platform reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gains {
    pub engagement: i64,
    pub views: Option<i64>,
    pub impressions: Option<i64>,
    pub reach: Option<i64>,
}

impl Gains {
    fn add(&mut self, other: &Self) {
        self.engagement = self.engagement.saturating_add(other.engagement);
        self.views = known_sum(self.views, other.views);
        self.impressions = known_sum(self.impressions, other.impressions);
        self.reach = known_sum(self.reach, other.reach);
    }
}

/// An account's gains on a day.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DayGains {
    pub account_id: AccountId,
    pub day: NaiveDate,
    pub gains: Gains,
}

/// An account's followers at the end of a day on which they were counted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DayFollowers {
    pub account_id: AccountId,
    pub day: NaiveDate,
    pub followers: Option<i64>,
}

/// What an account published in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Published {
    pub posts: i64,
    /// Those whose engagement rate is known, and the sum of their rates.
    pub rated: i64,
    #[serde(with = "exact")]
    pub rates: f64,
}

/// A float is written by its bits: what is read back is the same number to the last digit.
mod exact {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(number: &f64, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u64(number.to_bits())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        u64::deserialize(from).map(f64::from_bits)
    }
}

impl Published {
    fn add(&mut self, other: &Self) {
        self.posts += other.posts;
        self.rated += other.rated;
        self.rates += other.rates;
    }

    /// The mean of the known rates.
    pub fn average_rate(&self) -> Option<f64> {
        (self.rated > 0).then(|| self.rates / float(self.rated))
    }
}

/// What a period is made of, as it was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Readings {
    pub accounts: Vec<(AccountId, Platform)>,
    /// Oldest first, from [`LOOK_BACK`] days before the previous period on.
    pub followers: Vec<DayFollowers>,
    /// Of the period and the previous one.
    pub gains: Vec<DayGains>,
    pub published: BTreeMap<AccountId, Published>,
    pub published_before: BTreeMap<AccountId, Published>,
    /// Posts that were published in the period: one on three accounts is one.
    pub posts: i64,
    pub posts_before: i64,
}

/// The sums of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// At the end of the period; `None`: never counted.
    pub followers: Option<i64>,
    pub gains: Gains,
    pub posts: i64,
}

/// Growth since the previous period, as a fraction of it: 0.25 is a quarter more. `None`: there was nothing before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Growth {
    pub followers: Option<f64>,
    pub engagement: Option<f64>,
    pub views: Option<f64>,
    pub impressions: Option<f64>,
    pub reach: Option<f64>,
    pub posts: Option<f64>,
}

impl Growth {
    fn between(before: &Totals, now: &Totals) -> Self {
        let growth = |before: Option<i64>, now: Option<i64>| ratio(now? - before?, before?);
        Self {
            followers: growth(before.followers, now.followers),
            engagement: growth(Some(before.gains.engagement), Some(now.gains.engagement)),
            views: growth(before.gains.views, now.gains.views),
            impressions: growth(before.gains.impressions, now.gains.impressions),
            reach: growth(before.gains.reach, now.gains.reach),
            posts: growth(Some(before.posts), Some(now.posts)),
        }
    }
}

/// A part of a workspace, or the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    pub totals: Totals,
    pub previous: Totals,
    pub growth: Growth,
    pub average_engagement_rate: Option<f64>,
}

/// One day of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    pub followers: Option<i64>,
    pub gains: Gains,
    /// Whether followers were counted on this day; else they are those of the last day on which they were.
    pub measured: bool,
}

/// A period of a workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Analytics {
    pub period: Period,
    pub whole: Share,
    pub by_account: Vec<(AccountId, Share)>,
    pub by_platform: Vec<(Platform, Share)>,
    pub daily: Vec<Day>,
}

impl Analytics {
    /// Puts the readings of a period together.
    pub fn new(period: Period, readings: &Readings) -> Self {
        let everyone: Vec<AccountId> = readings.accounts.iter().map(|(id, _)| *id).collect();
        let mut whole = share(period, readings, &everyone);
        (whole.totals.posts, whole.previous.posts) = (readings.posts, readings.posts_before);
        whole.growth = Growth::between(&whole.previous, &whole.totals);
        let mut networks: BTreeMap<Platform, Vec<AccountId>> = BTreeMap::new();
        for (id, platform) in &readings.accounts {
            networks.entry(*platform).or_default().push(*id);
        }
        Self {
            period,
            whole,
            by_account: everyone.iter().map(|id| (*id, share(period, readings, &[*id]))).collect(),
            by_platform: networks.into_iter().map(|(on, ids)| (on, share(period, readings, &ids))).collect(),
            daily: daily(period, readings),
        }
    }
}

fn share(period: Period, readings: &Readings, ids: &[AccountId]) -> Share {
    let sum = |period: Period, published: &BTreeMap<AccountId, Published>| {
        let mut totals = Totals { followers: followers_at(readings, ids, period.end), ..Totals::default() };
        for row in readings.gains.iter().filter(|row| ids.contains(&row.account_id) && period.has(row.day)) {
            totals.gains.add(&row.gains);
        }
        let mut all = Published::default();
        for one in ids.iter().filter_map(|id| published.get(id)) {
            all.add(one);
        }
        totals.posts = all.posts;
        (totals, all)
    };
    let (totals, published) = sum(period, &readings.published);
    let (previous, _) = sum(period.previous(), &readings.published_before);
    Share {
        totals,
        previous,
        growth: Growth::between(&previous, &totals),
        average_engagement_rate: published.average_rate(),
    }
}

/// The followers of accounts together, each by its last count up to `day`.
fn followers_at(readings: &Readings, ids: &[AccountId], day: NaiveDate) -> Option<i64> {
    let mut last: BTreeMap<AccountId, i64> = BTreeMap::new();
    for row in readings.followers.iter().filter(|row| row.day <= day && ids.contains(&row.account_id)) {
        if let Some(count) = row.followers {
            last.insert(row.account_id, count);
        }
    }
    last.into_values().map(Some).fold(None, known_sum)
}

/// A day for each day of the period. Days without a count carry the last one on.
fn daily(period: Period, readings: &Readings) -> Vec<Day> {
    let mut gains: BTreeMap<NaiveDate, Gains> = BTreeMap::new();
    for row in &readings.gains {
        gains.entry(row.day).or_default().add(&row.gains);
    }
    let mut counts = readings.followers.iter().peekable();
    let mut last: BTreeMap<AccountId, i64> = BTreeMap::new();
    let mut line = Vec::new();
    for date in period.start.iter_days().take_while(|date| *date <= period.end) {
        let mut measured = false;
        while let Some(row) = counts.next_if(|row| row.day <= date) {
            measured |= row.day == date;
            last.extend(row.followers.map(|count| (row.account_id, count)));
        }
        let followers = last.values().copied().map(Some).fold(None, known_sum);
        line.push(Day { date, followers, gains: gains.remove(&date).unwrap_or_default(), measured });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn readings() -> Readings {
        let (ann, bea) = (AccountId(1), AccountId(2));
        let followers =
            |account_id, on, count| DayFollowers { account_id, day: day(on), followers: Some(count) };
        let gains = |account_id, on, engagement, reach| DayGains {
            account_id,
            day: day(on),
            gains: Gains { engagement, reach, ..Gains::default() },
        };
        Readings {
            accounts: vec![(ann, Platform::Twitter), (bea, Platform::Instagram)],
            followers: vec![
                followers(ann, "2026-03-28", 100),
                followers(bea, "2026-03-30", 40),
                followers(ann, "2026-03-31", 125),
            ],
            gains: vec![
                gains(ann, "2026-03-29", 8, None),
                gains(ann, "2026-03-30", 10, None),
                gains(bea, "2026-03-31", 6, Some(90)),
            ],
            published: BTreeMap::from([
                (ann, Published { posts: 2, rated: 1, rates: 0.5 }),
                (bea, Published { posts: 1, rated: 1, rates: 0.1 }),
            ]),
            published_before: BTreeMap::from([(ann, Published { posts: 1, rated: 0, rates: 0.0 })]),
            posts: 2,
            posts_before: 1,
        }
    }

    #[test]
    fn a_period_is_summed_and_compared_with_as_many_days_before() {
        let period = Period { start: day("2026-03-30"), end: day("2026-04-01") };
        assert_eq!(period.previous(), Period { start: day("2026-03-27"), end: day("2026-03-29") });
        let found = Analytics::new(period, &readings());
        assert_eq!((found.whole.totals.followers, found.whole.previous.followers), (Some(165), Some(100)));
        assert_eq!((found.whole.totals.gains.engagement, found.whole.previous.gains.engagement), (16, 8));
        assert_eq!((found.whole.growth.engagement, found.whole.growth.followers), (Some(1.0), Some(0.65)));
        assert_eq!((found.whole.totals.posts, found.whole.growth.posts), (2, Some(1.0)));
        assert_eq!(found.whole.average_engagement_rate, Some(0.3));
        assert_eq!(found.whole.totals.gains.impressions, None, "no network told");
        assert_eq!(found.whole.growth.reach, None, "nothing before");
        let ann = found.by_account.iter().find(|(id, _)| *id == AccountId(1)).unwrap().1;
        assert_eq!((ann.totals.followers, ann.totals.gains.reach, ann.totals.posts), (Some(125), None, 2));
        let networks: Vec<Platform> = found.by_platform.iter().map(|(on, _)| *on).collect();
        assert_eq!(networks, [Platform::Instagram, Platform::Twitter]);
    }

    #[test]
    fn every_day_has_its_place_and_a_day_without_a_count_is_marked() {
        let period = Period { start: day("2026-03-29"), end: day("2026-04-01") };
        let line = Analytics::new(period, &readings()).daily;
        let told: Vec<_> = line.iter().map(|it| (it.followers, it.gains.engagement, it.measured)).collect();
        let expected =
            [(Some(100), 8, false), (Some(140), 10, true), (Some(165), 6, true), (Some(165), 0, false)];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_workspace_without_accounts_has_a_line_of_nothing() {
        let period = Period { start: day("2026-02-28"), end: day("2026-03-01") };
        let found = Analytics::new(period, &Readings::default());
        assert_eq!(found.daily.len(), 2);
        assert_eq!(found.whole, Share::default());
    }
}
