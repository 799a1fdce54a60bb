//! Sums over publications, for analytics.

use chrono::NaiveDate;
use fanfare_domain::analytics::{DayGains, Published};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::platform::Platform;
use fanfare_storage::rows::ShownAccount;
use std::collections::BTreeMap;

contract! {
    trait Analytics = analytics;

    /// The accounts of a workspace, by id: of one network, one of them, or those that a campaign's posts are for, where
    /// that is asked.
    read accounts(
        workspace: WorkspaceId,
        platform: Option<Platform>,
        account: Option<AccountId>,
        campaign: Option<CampaignId>,
    ) -> Vec<ShownAccount>;
    /// What people did with the posts of campaigns, and when the networks were asked last; those of which nothing was measured
    /// are left out.
    read of_campaigns(
        workspace: WorkspaceId,
        campaigns: &[CampaignId],
    ) -> Vec<(CampaignId, PostNumbers, Timestamp)>;
    /// What accounts gained on each day from `from` to `to`, with a campaign's posts where one is named.
    read gains(
        workspace: WorkspaceId,
        accounts: &[AccountId],
        campaign: Option<CampaignId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Vec<DayGains>;
    /// What each account published from `from` to before `to`, with the engagement rates of the numbers as they are now.
    read published(
        workspace: WorkspaceId,
        accounts: &[AccountId],
        campaign: Option<CampaignId>,
        from: Timestamp,
        to: Timestamp,
    ) -> BTreeMap<AccountId, Published>;
    /// How many posts were published on any of the accounts from `from` to before `to`.
    read posts_published(
        workspace: WorkspaceId,
        accounts: &[AccountId],
        campaign: Option<CampaignId>,
        from: Timestamp,
        to: Timestamp,
    ) -> i64;
    /// The posts that were published from `from` to before `to` and measured since, with the engagement on all their
    /// accounts; the best first.
    read best_posts(workspace: WorkspaceId, from: Timestamp, to: Timestamp, most: i64) -> Vec<(PostId, i64)>;
    /// When an account's posts were published, and the engagement with them: those of before `before` that were measured, the
    /// newest first.
    read past_posts(
        workspace: WorkspaceId,
        account: AccountId,
        before: Timestamp,
        limit: i64,
    ) -> Vec<(Timestamp, i64)>;
}
