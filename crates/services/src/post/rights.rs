//! Which rights a change of a post needs. Whoever changes a post that goes out decides what is published: that needs the
//! same right as its publication.

use super::draft::{PostInput, PostPatch};
use super::posts::Posts;
use crate::context::{ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::patch::Patch;
use fanfare_domain::post::{PostReach, PostStatus};

/// What a caller asks to do with a post.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change<'a> {
    Create(&'a PostInput),
    /// A patch of a stored post, which has this status.
    Rewrite(PostStatus, &'a PostPatch),
    Delete(PostStatus),
    /// Publish, schedule, cancel, retry, unpublish, or settle a target.
    Command,
}

impl Change<'_> {
    /// What the caller must be allowed to do, all of it.
    pub(super) fn needs(self) -> Vec<Action> {
        let (writes, uploads, publishes) = match self {
            Self::Create(input) => {
                (true, !input.draft.media_urls.is_empty(), input.publish_now || input.schedule.is_some())
            }
            Self::Rewrite(status, patch) => {
                let uploads = matches!(&patch.media_urls, Patch::Set(urls) if !urls.is_empty());
                (true, uploads, matches!(patch.schedule, Patch::Set(Some(_))) || status.goes_out())
            }
            Self::Delete(status) => (true, false, status.goes_out()),
            Self::Command => (false, false, true),
        };
        let rights =
            [(writes, Action::WritePosts), (uploads, Action::UploadMedia), (publishes, Action::PublishPosts)];
        rights.into_iter().filter(|(needed, _)| *needed).map(|(_, action)| action).collect()
    }
}

impl Posts {
    /// Refuses what the caller may not do.
    pub(super) async fn allow(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        change: Change<'_>,
    ) -> ServiceResult<()> {
        for action in change.needs() {
            self.context.authorize(actor, workspace, action).await?;
        }
        Ok(())
    }

    /// How far the caller's rights reach, for the transaction: a post may get its time between a look at it and that.
    pub(super) async fn reach(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<PostReach> {
        match self.context.authorize(actor, workspace, Action::PublishPosts).await {
            Ok(()) => Ok(PostReach::Everything),
            Err(ServiceError::Forbidden(_)) => Ok(PostReach::Drafts),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{PostDraft, Schedule};
    use fanfare_domain::clock::Timestamp;
    use fanfare_domain::id::CampaignId;

    fn publishes(change: Change<'_>) -> bool {
        change.needs().contains(&Action::PublishPosts)
    }

    #[test]
    fn what_changes_a_post_that_goes_out_needs_the_right_to_publish() {
        let texts = PostPatch { content: Patch::Set("other words".to_owned()), ..PostPatch::default() };
        let out_of_its_campaign = PostPatch { campaign_id: Patch::Set(None), ..PostPatch::default() };
        let into_one = PostPatch { campaign_id: Patch::Set(Some(CampaignId(1))), ..PostPatch::default() };
        for status in PostStatus::ALL {
            for patch in [&texts, &out_of_its_campaign, &into_one, &PostPatch::default()] {
                assert_eq!(publishes(Change::Rewrite(*status, patch)), status.goes_out(), "{status}");
            }
            let timed = PostPatch {
                schedule: Patch::Set(Some(Schedule::At(Timestamp::from_micros(0).unwrap()))),
                ..PostPatch::default()
            };
            assert!(publishes(Change::Rewrite(*status, &timed)), "{status}");
            assert_eq!(publishes(Change::Delete(*status)), status.goes_out(), "{status}");
        }
        assert_eq!(Change::Command.needs(), [Action::PublishPosts]);
    }

    #[test]
    fn a_new_post_needs_it_where_it_is_published_or_gets_a_time() {
        let draft = || PostInput {
            workspace_id: None,
            draft: PostDraft::default(),
            platforms: Vec::new(),
            publish_now: false,
            schedule: None,
            unreadable: Vec::new(),
        };
        assert_eq!(Change::Create(&draft()).needs(), [Action::WritePosts]);
        assert!(publishes(Change::Create(&PostInput { publish_now: true, ..draft() })));
        let schedule = Some(Schedule::At(Timestamp::from_micros(0).unwrap()));
        assert!(publishes(Change::Create(&PostInput { schedule, ..draft() })));
        let mut fetched = draft();
        fetched.draft.media_urls = vec!["https://example.com/a.jpg".to_owned()];
        assert_eq!(Change::Create(&fetched).needs(), [Action::WritePosts, Action::UploadMedia]);
    }
}
