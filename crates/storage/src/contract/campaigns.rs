//! Campaigns: commands, each one transaction, and the lists. A command locks its campaign before any post.

use fanfare_domain::campaign::CampaignPatch;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{CampaignId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::{CampaignFilter, Window};
use fanfare_storage::rows::{Campaign, NewCampaign, Post};

contract! {
    trait Campaigns = campaigns;

    /// Stores a campaign, which begins active. Under a known key the first result is answered again.
    write create(new: NewCampaign, actor: EventActor, key: Option<KeyedInput>, now: Timestamp) -> (Campaign, Seq);
    /// Changes a campaign of the expected revision. Pausing it holds its scheduled posts; resuming it schedules again those
    /// whose time is ahead.
    write update(
        workspace: WorkspaceId,
        id: CampaignId,
        expected: ExpectedRevision,
        patch: CampaignPatch,
        actor: EventActor,
        now: Timestamp,
    ) -> (Campaign, Seq);
    /// Deletes a campaign. Its posts stay as they are, without a campaign: what was held is not sent by this.
    write delete(workspace: WorkspaceId, id: CampaignId, actor: EventActor, now: Timestamp) -> Seq;
    /// A window of the campaigns, newest first.
    read page(workspace: WorkspaceId, filter: &CampaignFilter, window: &Window) -> Vec<Campaign>;
    /// How many campaigns a filter finds.
    read count(workspace: WorkspaceId, filter: &CampaignFilter) -> i64;
    /// Campaigns whose name is among `names`.
    read called(workspace: WorkspaceId, names: &[&str]) -> Vec<(CampaignId, String)>;
    /// Campaigns by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[CampaignId]) -> Vec<Campaign>;
    /// The newest posts of each campaign, at most `most` of each, those of one campaign the newest first.
    read newest_posts(workspace: WorkspaceId, ids: &[CampaignId], most: i64) -> Vec<Post>;
    /// How many posts each campaign has; those without a post are left out.
    read post_counts(workspace: WorkspaceId, ids: &[CampaignId]) -> Vec<(CampaignId, i64)>;
}
