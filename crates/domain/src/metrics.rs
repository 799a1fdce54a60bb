//! What people did with a published item, in numbers that mean the same on every network.

use std::time::Duration;

/// Lifetime numbers of one published item. `None`: the network does not report; never to be read as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostNumbers {
    /// Plays of a video, or views of an item where the network counts them apart from impressions.
    pub views: Option<i64>,
    /// Times that it was shown.
    pub impressions: Option<i64>,
    /// People who saw it.
    pub reach: Option<i64>,
    pub likes: Option<i64>,
    /// Comments and replies.
    pub comments: Option<i64>,
    /// Shares, reposts and quotes.
    pub shares: Option<i64>,
    /// Saves and bookmarks.
    pub saves: Option<i64>,
    /// Clicks on its link.
    pub clicks: Option<i64>,
}

/// Numbers of an account. `None`: the network does not report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountNumbers {
    pub followers: Option<i64>,
    pub following: Option<i64>,
    /// Published items, those included that were not published from here.
    pub posts: Option<i64>,
    /// Views of everything that it ever published.
    pub views: Option<i64>,
    /// People who saw anything of it in the last 24 hours.
    pub reach: Option<i64>,
}

impl PostNumbers {
    /// The numbers with their names, in the order of the REST layer and of exports.
    pub fn named(&self) -> [(&'static str, Option<i64>); 8] {
        [
            ("likes", self.likes),
            ("comments", self.comments),
            ("shares", self.shares),
            ("saves", self.saves),
            ("clicks", self.clicks),
            ("views", self.views),
            ("reach", self.reach),
            ("impressions", self.impressions),
        ]
    }

    /// Likes, comments, shares, saves and clicks together, as far as the network reports them.
    pub fn engagement(&self) -> i64 {
        [self.likes, self.comments, self.shares, self.saves, self.clicks].into_iter().flatten().sum()
    }

    /// How many could have engaged: reach, else impressions, else views.
    pub fn audience(&self) -> Option<i64> {
        self.reach.or(self.impressions).or(self.views)
    }

    /// Engagement as a part of the audience, 0 and up; `None` where the audience is unknown or empty.
    pub fn engagement_rate(&self) -> Option<f64> {
        ratio(self.engagement(), self.audience()?)
    }

    /// Both together: a number that only one of them has is that one's.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.combined(other, i64::saturating_add, |known| known)
    }

    /// How much each number grew since `before`; what was not known before counts from zero. A number that shrank (likes
    /// are taken back) gives a negative one.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let grown = self.combined(before, i64::saturating_sub, i64::wrapping_neg);
        // A number that is not told any more has not shrunk to nothing.
        let told = |now: Option<i64>, grown: Option<i64>| now.and(grown);
        Self {
            views: told(self.views, grown.views),
            impressions: told(self.impressions, grown.impressions),
            reach: told(self.reach, grown.reach),
            likes: told(self.likes, grown.likes),
            comments: told(self.comments, grown.comments),
            shares: told(self.shares, grown.shares),
            saves: told(self.saves, grown.saves),
            clicks: told(self.clicks, grown.clicks),
        }
    }

    /// The newest that is known of each number: what the network left out this time stays as it was.
    #[must_use]
    pub fn or(&self, before: &Self) -> Self {
        Self {
            views: self.views.or(before.views),
            impressions: self.impressions.or(before.impressions),
            reach: self.reach.or(before.reach),
            likes: self.likes.or(before.likes),
            comments: self.comments.or(before.comments),
            shares: self.shares.or(before.shares),
            saves: self.saves.or(before.saves),
            clicks: self.clicks.or(before.clicks),
        }
    }

    fn combined(&self, other: &Self, both: fn(i64, i64) -> i64, second_alone: fn(i64) -> i64) -> Self {
        let combine = |one: Option<i64>, two: Option<i64>| match (one, two) {
            (Some(one), Some(two)) => Some(both(one, two)),
            (one, two) => one.or(two.map(second_alone)),
        };
        Self {
            views: combine(self.views, other.views),
            impressions: combine(self.impressions, other.impressions),
            reach: combine(self.reach, other.reach),
            likes: combine(self.likes, other.likes),
            comments: combine(self.comments, other.comments),
            shares: combine(self.shares, other.shares),
            saves: combine(self.saves, other.saves),
            clicks: combine(self.clicks, other.clicks),
        }
    }
}

/// The sum of what is known; `None` where neither is.
pub fn known_sum(one: Option<i64>, two: Option<i64>) -> Option<i64> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.saturating_add(two)),
        (one, two) => one.or(two),
    }
}

/// `part` of `whole`; `None` where there is no whole.
pub fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}

/// Exact up to 2^53, more than any network counts.
#[expect(clippy::cast_precision_loss, reason = "counts of people and of what they do stay below 2^53")]
pub fn float(count: i64) -> f64 {
    count as f64
}

/// How long after its last look an item's numbers are looked at again, by its age: `base` in the first hour, 4 times
/// that on the first day, 24 times in the first week, 96 times in the first month, 672 times up to 90 days. With the
/// usual base of 15 minutes: every quarter of an hour, every hour, every 6 hours, every day, every week. `None`: it has
/// grown old and is looked at only when a person asks.
pub fn next_look(age: Duration, base: Duration) -> Option<Duration> {
    const HOUR: u64 = 3_600;
    let times = match age.as_secs() / HOUR {
        0 => 1,
        1..24 => 4,
        24..168 => 24,
        168..720 => 96,
        720..2_160 => 672,
        _ => return None,
    };
    Some(base.saturating_mul(times))
}

/// The milestones are 100, 500, 1,000, 5,000, 10,000 and so on: the highest that `count` has reached; 0 before the first.
pub fn milestone(count: i64) -> i64 {
    let mut reached = 0;
    let mut power: i64 = 100;
    while power <= count {
        let half_way = power.saturating_mul(5);
        reached = if half_way <= count { half_way } else { power };
        let Some(next) = power.checked_mul(10) else { break };
        power = next;
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(likes: Option<i64>, views: Option<i64>) -> PostNumbers {
        PostNumbers { views, likes, ..PostNumbers::default() }
    }

    #[test]
    fn what_a_network_does_not_tell_is_not_zero() {
        let none = PostNumbers::default();
        assert_eq!((none.engagement(), none.engagement_rate()), (0, None));
        let one = numbers(Some(3), None);
        assert_eq!(one.plus(&numbers(None, Some(60))), numbers(Some(3), Some(60)));
        assert_eq!(one.plus(&numbers(Some(2), None)), numbers(Some(5), None));
        assert_eq!(numbers(Some(3), Some(60)).engagement_rate(), Some(0.05));
        assert_eq!(numbers(Some(3), Some(0)).engagement_rate(), None);
    }

    #[test]
    fn growth_counts_from_zero_where_nothing_was_known_and_a_silent_network_takes_nothing_back() {
        let now = numbers(Some(7), Some(50));
        assert_eq!(now.since(&PostNumbers::default()), now);
        assert_eq!(now.since(&numbers(Some(9), Some(20))), numbers(Some(-2), Some(30)));
        assert_eq!(numbers(None, Some(50)).since(&now), numbers(None, Some(0)));
        assert_eq!(numbers(None, Some(60)).or(&now), numbers(Some(7), Some(60)));
    }

    #[test]
    fn the_audience_is_people_before_showings_before_plays() {
        let all =
            PostNumbers { reach: Some(1), impressions: Some(2), views: Some(3), ..PostNumbers::default() };
        assert_eq!(all.audience(), Some(1));
        assert_eq!(PostNumbers { reach: None, ..all }.audience(), Some(2));
        assert_eq!(PostNumbers { reach: None, impressions: None, ..all }.audience(), Some(3));
    }

    #[test]
    fn young_items_are_looked_at_more_often_than_old_ones() {
        let base = Duration::from_mins(15);
        let next = |hours| next_look(Duration::from_hours(hours), base);
        assert_eq!(next(0), Some(Duration::from_mins(15)));
        assert_eq!(next(1), Some(Duration::from_hours(1)));
        assert_eq!(next(24), Some(Duration::from_hours(6)));
        assert_eq!(next(24 * 7), Some(Duration::from_hours(24)));
        assert_eq!(next(24 * 30), Some(Duration::from_hours(24 * 7)));
        assert_eq!(next(24 * 90), None);
    }

    #[test]
    fn milestones_are_ones_and_fives_from_a_hundred_on() {
        let reached = [0, 99, 100, 499, 500, 999, 1_000, 5_000, 9_999, 10_000, 1_000_000].map(milestone);
        assert_eq!(reached, [0, 0, 100, 100, 500, 500, 1_000, 5_000, 5_000, 10_000, 1_000_000]);
        assert!(milestone(i64::MAX) > 1_000_000_000_000);
    }
}
