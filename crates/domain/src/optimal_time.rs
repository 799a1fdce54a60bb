//! When an account does best to publish.

use super::metrics::float;
use super::platform::Platform;
use chrono::Datelike as _;
use std::collections::BTreeMap;

text_enum! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

text_enum! {
    /// What good times are derived from.
    OptimalTimeMethod {
        /// The account's own posts, of which at least 20 have been measured.
        History = "history",
        /// What is usual on the network: the account has too few posts of its own.
        PlatformDefault = "platform_default",
    }
}

/// Posts from which on an account's own history is believed.
pub const ENOUGH: usize = 20;
/// How many posts of the ordinary kind every hour is taken to have had besides its own: as long as an hour has fewer,
/// its score stays near the middle, so that one lucky post does not win.
const PRIOR: f64 = 5.0;
/// The score of an hour of which nothing is known.
const ORDINARY: f64 = 0.5;

impl Weekday {
    pub fn of(day: chrono::NaiveDate) -> Self {
        match day.weekday() {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

/// A post of the past: the hour of the week at which it was published, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastPost {
    pub weekday: Weekday,
    /// 0 to 23.
    pub hour: u32,
    pub engagement: i64,
}

/// An hour of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    pub weekday: Weekday,
    /// 0 to 23.
    pub hour: u32,
    /// The part of the account's posts that one published at this hour is expected to do better than, 0 to 1.
    pub score: f64,
    /// The account's posts of this hour.
    pub sample_size: usize,
}

/// The hours of the week that suit an account, the best first: those at which it has published, or what is usual on its
/// network while it has too few posts.
pub fn best_hours(platform: Platform, posts: &[PastPost]) -> (OptimalTimeMethod, Vec<Slot>) {
    if posts.len() < ENOUGH {
        return (OptimalTimeMethod::PlatformDefault, usual_hours(platform));
    }
    let mut hours: BTreeMap<(Weekday, u32), (usize, f64)> = BTreeMap::new();
    for (post, rank) in posts.iter().zip(ranks(posts)) {
        let hour = hours.entry((post.weekday, post.hour)).or_default();
        *hour = (hour.0 + 1, hour.1 + rank);
    }
    let mut slots: Vec<Slot> = hours
        .into_iter()
        .map(|((weekday, hour), (sample_size, ranks))| {
            let weight = float(i64::try_from(sample_size).unwrap_or(i64::MAX));
            let score = (ranks + PRIOR * ORDINARY) / (weight + PRIOR);
            Slot { weekday, hour, score, sample_size }
        })
        .collect();
    slots.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then(other.sample_size.cmp(&one.sample_size))
    });
    (OptimalTimeMethod::History, slots)
}

/// The hours that suit several accounts together, the best first: those that suit most of them most. Of hours that are
/// as good as each other, the one that is best for whoever comes first.
pub fn best_hours_of_all(accounts: &[Vec<Slot>]) -> Vec<(Weekday, u32)> {
    let mut hours: Vec<((Weekday, u32), f64)> = Vec::new();
    for slot in accounts.iter().flatten() {
        let hour = (slot.weekday, slot.hour);
        match hours.iter_mut().find(|(known, _)| *known == hour) {
            Some((_, score)) => *score += slot.score,
            None => hours.push((hour, slot.score)),
        }
    }
    hours.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    hours.into_iter().map(|(hour, _)| hour).collect()
}

/// The part of the posts that each one did better than; those that did equally well share their place. A rank does not
/// grow without bounds as a count does: the luckiest post is no more than the best.
fn ranks(posts: &[PastPost]) -> Vec<f64> {
    let mut sorted: Vec<i64> = posts.iter().map(|post| post.engagement).collect();
    sorted.sort_unstable();
    let all = float(i64::try_from(sorted.len()).unwrap_or(i64::MAX));
    let rank = |engagement: i64| {
        let below = sorted.partition_point(|other| *other < engagement);
        let up_to = sorted.partition_point(|other| *other <= engagement);
        float(i64::try_from(below + up_to).unwrap_or(i64::MAX)) / 2.0 / all
    };
    posts.iter().map(|post| rank(post.engagement)).collect()
}

type Hours = &'static [(Weekday, std::ops::Range<u32>)];

/// The hours of the week at which people engage most on a network, in their local time: Sprout Social, "Best times to post
/// on social media" (2023, of 34,000 customers; TikTok: 2025). For networks that the study does not tell apart, its hours
/// over all networks. Nothing is known of the account itself, so every hour has the score of the middle.
fn usual_hours(platform: Platform) -> Vec<Slot> {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let hours: Hours = match platform {
        Platform::Facebook => &[(Tuesday, 8..14), (Monday, 8..13), (Wednesday, 8..13), (Thursday, 8..12)],
        Platform::Instagram => &[(Tuesday, 9..13), (Wednesday, 10..13), (Monday, 10..12), (Friday, 9..11)],
        Platform::Twitter => &[(Tuesday, 9..12), (Wednesday, 9..12), (Thursday, 9..12), (Friday, 9..12)],
        Platform::Linkedin => &[(Tuesday, 10..12), (Wednesday, 10..12)],
        Platform::Tiktok => &[(Wednesday, 14..17), (Thursday, 15..17), (Tuesday, 17..18)],
        Platform::Youtube | Platform::YoutubeShorts | Platform::Pinterest | Platform::Threads => {
            &[(Tuesday, 9..14), (Wednesday, 9..13), (Thursday, 9..12), (Monday, 10..12), (Friday, 9..11)]
        }
    };
    let slot = |weekday, hour| Slot { weekday, hour, score: ORDINARY, sample_size: 0 };
    hours.iter().flat_map(|(weekday, hours)| hours.clone().map(move |hour| slot(*weekday, hour))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Friday, Monday, Thursday, Tuesday};

    fn post(weekday: Weekday, hour: u32, engagement: i64) -> PastPost {
        PastPost { weekday, hour, engagement }
    }

    #[test]
    fn one_lucky_post_does_not_win_against_an_hour_that_is_good_again_and_again() {
        let mut posts: Vec<PastPost> = (0..20).map(|n| post(Monday, 9, 10 + n)).collect();
        posts.extend((0..8).map(|n| post(Thursday, 18, 40 + n)));
        posts.push(post(Friday, 3, 100_000));
        let (method, slots) = best_hours(Platform::Twitter, &posts);
        assert_eq!(method, OptimalTimeMethod::History);
        let order: Vec<_> = slots.iter().map(|slot| (slot.weekday, slot.hour, slot.sample_size)).collect();
        assert_eq!(order, [(Thursday, 18, 8), (Friday, 3, 1), (Monday, 9, 20)]);
        assert!(slots.iter().all(|slot| (0.0..=1.0).contains(&slot.score)));
    }

    #[test]
    fn an_hour_that_suits_two_accounts_comes_before_the_best_of_one() {
        let slot = |weekday, hour, score| Slot { weekday, hour, score, sample_size: 1 };
        let one = vec![slot(Monday, 9, 0.8), slot(Friday, 3, 0.7), slot(Tuesday, 1, 0.2)];
        let other = vec![slot(Friday, 3, 0.6), slot(Thursday, 7, 0.8)];
        let hours = best_hours_of_all(&[one, other]);
        assert_eq!(hours, [(Friday, 3), (Monday, 9), (Thursday, 7), (Tuesday, 1)]);
        assert!(best_hours_of_all(&[]).is_empty());
    }

    #[test]
    fn hours_that_do_equally_well_are_ordinary() {
        let posts: Vec<PastPost> = (0..24).map(|hour| post(Tuesday, hour, 0)).collect();
        let (_, slots) = best_hours(Platform::Twitter, &posts);
        assert!(slots.iter().all(|slot| (slot.score - 0.5).abs() < 1e-9), "{slots:?}");
    }

    #[test]
    fn an_account_with_few_posts_is_told_what_is_usual_on_its_network() {
        let posts: Vec<PastPost> = (0..19).map(|n| post(Friday, 20, n)).collect();
        for platform in Platform::ALL {
            let (method, slots) = best_hours(*platform, &posts);
            assert_eq!(method, OptimalTimeMethod::PlatformDefault);
            assert!(!slots.is_empty() && slots.iter().all(|slot| slot.sample_size == 0), "{platform}");
        }
    }
}
