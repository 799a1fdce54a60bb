//! Filters, orders and windows of lists.

use fanfare_domain::account::AccountStatus;
use fanfare_domain::campaign::CampaignStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, Subject};
use fanfare_domain::export::{ExportKind, ExportStatus};
use fanfare_domain::id::{AccountId, CampaignId, PostId, UserId};
use fanfare_domain::inbox::{InboxMessageType, InboxStatus};
use fanfare_domain::media::MediaKind;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PostStatus;
use fanfare_domain::template::TemplateCategory;
use serde::Serialize;

/// At most so many rows are read by their ids, where one condition of a filter finds no more. Where each finds more, the
/// list is read in its order until the window is full.
pub const FEW: i64 = 1_000;

/// Which posts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PostFilter {
    pub statuses: Option<Vec<PostStatus>>,
    pub account_id: Option<AccountId>,
    pub platform: Option<Platform>,
    pub campaign_id: Option<CampaignId>,
    /// A part of the text.
    pub text: Option<String>,
    pub scheduled_from: Option<Timestamp>,
    /// Exclusive.
    pub scheduled_to: Option<Timestamp>,
    pub author_id: Option<UserId>,
    pub created_from: Option<Timestamp>,
    /// Exclusive.
    pub created_to: Option<Timestamp>,
    pub published_from: Option<Timestamp>,
    /// Exclusive.
    pub published_to: Option<Timestamp>,
}

/// A time of a post that a list can be ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum PostTime {
    #[default]
    Created,
    /// A draft has none.
    Scheduled,
    /// When its first target was published.
    Published,
}

impl PostTime {
    pub const ALL: [Self; 3] = [Self::Created, Self::Scheduled, Self::Published];

    /// What cursors of such a list begin with; empty for the order that every list has.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
        }
    }
}

/// The order of a list of posts: by a time and, where that is the same, by id. Posts without the time come last in either
/// direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PostOrder {
    pub by: PostTime,
    pub direction: Order,
}

impl From<Order> for PostOrder {
    fn from(direction: Order) -> Self {
        Self { by: PostTime::Created, direction }
    }
}

impl PostFilter {
    /// Whether the list has an index in its order for these conditions.
    pub fn is_ordered(&self, by: PostTime) -> bool {
        let others = [self.account_id.is_some(), self.platform.is_some(), self.text.is_some()];
        if others.contains(&true) || PostTime::ALL.into_iter().any(|time| time != by && self.bounds(time)) {
            return false;
        }
        let statuses = self.statuses.as_ref().map_or(0, |statuses| statuses.len().max(1));
        let rows = usize::from(self.campaign_id.is_some()) + usize::from(self.author_id.is_some());
        match by {
            PostTime::Created => statuses + rows <= 1,
            PostTime::Scheduled => statuses <= 1 && rows == 0,
            PostTime::Published => statuses + rows == 0,
        }
    }

    /// Whether it bounds this time, so that only posts that have it can be found.
    pub fn bounds(&self, time: PostTime) -> bool {
        match time {
            PostTime::Created => self.created_from.is_some() || self.created_to.is_some(),
            PostTime::Scheduled => self.scheduled_from.is_some() || self.scheduled_to.is_some(),
            PostTime::Published => self.published_from.is_some() || self.published_to.is_some(),
        }
    }

    /// A time that it bounds: that of an index which holds no more than what is found.
    pub fn bounded_time(&self) -> Option<PostTime> {
        PostTime::ALL.into_iter().find(|time| self.bounds(*time))
    }

    /// Its conditions that have an index of their own, each as a filter with the time that orders the index; without the
    /// bounds of the time that the list is ordered by.
    pub fn conditions(&self, by: PostTime) -> Vec<(Self, PostTime)> {
        let campaign = Self { campaign_id: self.campaign_id, ..Self::default() };
        let author = Self { author_id: self.author_id, ..Self::default() };
        let bounds = PostTime::ALL.into_iter().filter(|time| *time != by).map(|time| {
            let bounds = match time {
                PostTime::Created => {
                    Self { created_from: self.created_from, created_to: self.created_to, ..Self::default() }
                }
                PostTime::Scheduled => Self {
                    scheduled_from: self.scheduled_from,
                    scheduled_to: self.scheduled_to,
                    ..Self::default()
                },
                PostTime::Published => Self {
                    published_from: self.published_from,
                    published_to: self.published_to,
                    ..Self::default()
                },
            };
            (bounds, time)
        });
        let rows = [(campaign, PostTime::Created), (author, PostTime::Created)];
        rows.into_iter().chain(bounds).filter(|(one, _)| *one != Self::default()).collect()
    }
}

/// Which messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InboxFilter {
    pub statuses: Option<Vec<InboxStatus>>,
    pub kinds: Option<Vec<InboxMessageType>>,
    pub platform: Option<Platform>,
    pub account_id: Option<AccountId>,
    /// Under this post.
    pub post_id: Option<PostId>,
    /// A part of the sender's name or handle.
    pub sender: Option<String>,
    /// A part of the text.
    pub text: Option<String>,
    /// Of this conversation of `account_id`.
    pub thread_key: Option<String>,
}

impl InboxFilter {
    /// Its conditions that have an index in the list's order. None where the list has such an index for all of them
    /// together.
    pub fn conditions(&self) -> Vec<InboxCondition> {
        let statuses = self.statuses.as_ref().map_or(0, |statuses| statuses.len().max(1));
        let kinds = self.kinds.as_ref().map_or(0, |kinds| kinds.len().max(1));
        let thread = self.account_id.is_some() && self.thread_key.is_some();
        let others =
            [self.platform.is_some(), self.post_id.is_some(), self.sender.is_some(), self.text.is_some()];
        let others = others.iter().filter(|other| **other).count();
        let of_account = usize::from(self.account_id.is_some());
        // An account's list has an index by status too.
        let ordered = match (statuses, kinds, of_account, others) {
            (0 | 1, 0, 1, 0) => !thread || statuses == 0,
            (statuses, kinds, of_account, others) => statuses + kinds + of_account + others <= 1,
        };
        if ordered {
            return Vec::new();
        }
        let statuses = self.statuses.as_deref().map(each_once).map(InboxCondition::Statuses);
        let kinds = self.kinds.as_deref().map(each_once).map(InboxCondition::Kinds);
        let account =
            Self { account_id: self.account_id, thread_key: self.thread_key.clone(), ..Self::default() };
        let others = [
            Self { platform: self.platform, ..Self::default() },
            account,
            Self { post_id: self.post_id, ..Self::default() },
        ];
        let others = others.into_iter().filter(|one| *one != Self::default()).map(InboxCondition::Alone);
        statuses.into_iter().chain(kinds).chain(others).collect()
    }
}

/// A condition of a filter of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxCondition {
    /// One of these, each once.
    Statuses(Vec<InboxStatus>),
    /// One of these, each once.
    Kinds(Vec<InboxMessageType>),
    /// As a filter of its own.
    Alone(InboxFilter),
}

/// Values in their order, each once: each is a part of a statement of its own.
pub fn each_once<T: Copy + Ord>(values: &[T]) -> Vec<T> {
    let mut once = values.to_vec();
    once.sort_unstable();
    once.dedup();
    once
}

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountFilter {
    pub platforms: Option<Vec<Platform>>,
    pub statuses: Option<Vec<AccountStatus>>,
}

/// Which campaigns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CampaignFilter {
    pub statuses: Option<Vec<CampaignStatus>>,
}

/// Which exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportFilter {
    pub kinds: Option<Vec<ExportKind>>,
    pub statuses: Option<Vec<ExportStatus>>,
}

/// Which templates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TemplateFilter {
    /// For this network; those for every network are among them.
    pub platform: Option<Platform>,
    pub category: Option<TemplateCategory>,
}

/// Which media.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaFilter {
    pub kinds: Option<Vec<MediaKind>>,
    /// A part of the name or of the alternative text.
    pub text: Option<String>,
}

/// Which entries of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub kinds: Option<Vec<ActivityKind>>,
    pub actor_id: Option<UserId>,
    /// About each of these rows.
    pub subject: Subject,
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub to: Option<Timestamp>,
}

/// The order of a list, by time of creation and id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// A window of a list: keyset where `start` is set, else by `offset`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Window {
    /// The row before the first (behind the last, when backward): its time and id.
    pub start: Option<(Timestamp, i64)>,
    /// The same of a row that lacks the time which the list is ordered by: its id. Set instead of `start`.
    pub start_without_time: Option<i64>,
    /// Read against the order; the caller turns the rows round.
    pub backward: bool,
    pub limit: i64,
    pub offset: i64,
}

/// The LIKE pattern that finds `text` anywhere, with `\\` as its escape.
pub fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::{InboxCondition, InboxFilter, PostFilter, PostTime};
    use fanfare_domain::clock::Timestamp;
    use fanfare_domain::id::{AccountId, CampaignId, UserId};
    use fanfare_domain::inbox::{InboxMessageType, InboxStatus};
    use fanfare_domain::post::PostStatus;

    #[test]
    fn a_list_of_posts_is_in_the_order_of_an_index_for_one_status_or_one_campaign() {
        let of = |statuses: &[PostStatus], campaign: bool, account: bool| PostFilter {
            statuses: (!statuses.is_empty()).then(|| statuses.to_vec()),
            campaign_id: campaign.then_some(CampaignId(1)),
            account_id: account.then_some(AccountId(1)),
            ..PostFilter::default()
        };
        let (one, two) = ([PostStatus::Draft], [PostStatus::Draft, PostStatus::Failed]);
        let is_ordered = |filter: &PostFilter| filter.is_ordered(PostTime::Created);
        assert!(is_ordered(&of(&[], false, false)) && is_ordered(&of(&one, false, false)));
        assert!(is_ordered(&of(&[], true, false)));
        for filter in [of(&two, false, false), of(&one, true, false), of(&[], false, true)] {
            assert!(!is_ordered(&filter), "{filter:?}");
        }
    }

    #[test]
    fn bounds_of_the_lists_own_time_keep_its_order_and_those_of_others_are_asked_apart() {
        let at = Timestamp::from_micros(0);
        let planned = PostFilter { scheduled_from: at, scheduled_to: at, ..PostFilter::default() };
        assert!(
            planned.is_ordered(PostTime::Scheduled) && planned.conditions(PostTime::Scheduled).is_empty()
        );
        for by in [PostTime::Created, PostTime::Published] {
            assert!(!planned.is_ordered(by));
            assert_eq!(planned.conditions(by), [(planned.clone(), PostTime::Scheduled)]);
        }
        let failed = Some(vec![PostStatus::Failed]);
        let failed = PostFilter { statuses: failed, ..PostFilter::default() };
        let orders = PostTime::ALL.map(|by| failed.is_ordered(by));
        assert_eq!(orders, [true, true, false]);
        let own = PostFilter { author_id: Some(UserId(1)), ..PostFilter::default() };
        assert_eq!(PostTime::ALL.map(|by| own.is_ordered(by)), [true, false, false]);
        let both = PostFilter { author_id: Some(UserId(1)), ..planned.clone() };
        assert_eq!(
            both.conditions(PostTime::Published),
            [(own, PostTime::Created), (planned, PostTime::Scheduled)]
        );
    }

    #[test]
    fn conditions_of_messages_are_asked_one_by_one_where_no_index_has_them_together() {
        let of = |statuses: &[InboxStatus], account: bool, mentions: bool| InboxFilter {
            statuses: (!statuses.is_empty()).then(|| statuses.to_vec()),
            account_id: account.then_some(AccountId(1)),
            kinds: mentions.then(|| vec![InboxMessageType::Mention]),
            ..InboxFilter::default()
        };
        let (one, two) = ([InboxStatus::Unread], [InboxStatus::Replied, InboxStatus::Unread]);
        let together =
            [of(&[], false, false), of(&one, false, false), of(&one, true, false), of(&[], false, true)];
        for filter in together {
            assert!(filter.conditions().is_empty(), "{filter:?}");
        }
        let [unread, replied] = [InboxStatus::Unread, InboxStatus::Replied];
        let mention = InboxCondition::Kinds(vec![InboxMessageType::Mention]);
        assert_eq!(of(&two, false, false).conditions(), [InboxCondition::Statuses(vec![unread, replied])]);
        let apart = of(&one, true, true).conditions();
        let account = InboxCondition::Alone(of(&[], true, false));
        assert_eq!(apart, [InboxCondition::Statuses(vec![unread]), mention.clone(), account]);
        let mut often = of(&two.repeat(20_000), false, false);
        often.kinds = Some(vec![InboxMessageType::Mention; 20_000]);
        assert_eq!(often.conditions(), [InboxCondition::Statuses(vec![unread, replied]), mention]);
    }

    #[test]
    fn what_a_person_searches_is_no_pattern() {
        assert_eq!(super::like_pattern(r"100%_\"), r"%100\%\_\\%");
    }
}
