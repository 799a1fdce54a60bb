//! A step in the life of a post or of one of its targets, as clients see it. What the event's payload tells is shown
//! without a query.

use super::object::Post;
use super::target::{PostTarget, TargetError};
use super::told::{
    KNOWN_BY_ID, Shown, ShownPost, ShownTarget, TOLD_OF_POST, TOLD_OF_TARGET, ToldPost, ToldTarget,
    asks_beyond,
};
use crate::event::cursor_of;
use crate::request::{ContextExt as _, top_level};
use crate::scalars::DateTime;
use async_graphql::{Context, Object, Result};
use fanfare_domain::event::payload::TargetPayload;
use fanfare_domain::event::{ActivityKind, Event, EventPayload};
use fanfare_domain::id::{PostId, TargetId};
use fanfare_domain::post::{PostStatus, TargetStatus};
use fanfare_services::{ServiceError, post as rows};
use std::sync::Arc;

/// A change of a post's or a target's status.
pub struct PostStatusEvent {
    event: Arc<Event>,
    post_id: PostId,
    /// The post's row, where it was read already.
    row: Option<Arc<rows::Post>>,
}

/// A change of a post's or a target's status.
#[Object(crate = "crate::execution")]
impl PostStatusEvent {
    /// Its position in the workspace's log: give it as `after` to continue from here.
    async fn cursor(&self) -> String {
        cursor_of(&self.event)
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        self.event.at.into()
    }

    /// The post, with the status that it had after the event.
    async fn post(&self, ctx: &Context<'_>) -> Result<ShownPost> {
        let status = self.status();
        let known = if status.is_some() { &TOLD_OF_POST[..] } else { &KNOWN_BY_ID[..] };
        if !asks_beyond(&ctx.look_ahead(), known) {
            return Ok(Shown::Told(ToldPost::new(self.post_id, status)));
        }
        let row = if let Some(row) = &self.row {
            Arc::clone(row)
        } else {
            let row = ctx.loaders()?.post(self.event.workspace_id, self.post_id).await?;
            row.ok_or_else(|| top_level(ServiceError::NotFound))?
        };
        Ok(Shown::Read(Post::new(self.as_it_was(row))))
    }

    /// The target whose status changed, with what was known of it then; null where the post as a whole changed.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<Shown<ShownTarget, ToldTarget>>> {
        let Some(id) = self.event.subject.target_id else { return Ok(None) };
        let Some(told) = self.told_of(id) else {
            return ShownTarget::of_id(ctx, self.event.workspace_id, id).await.map(Shown::Read).map(Some);
        };
        if !asks_beyond(&ctx.look_ahead(), &TOLD_OF_TARGET) {
            return Ok(Some(Shown::Told(told)));
        }
        let target = PostTarget::load(ctx.loaders()?, self.event.workspace_id, id).await?;
        let post = self.row.clone().map(|row| self.as_it_was(row));
        Ok(Some(Shown::Read(Shown::Read(PostTarget { post, ..target.with_told(told) }))))
    }

    /// The target's status before.
    async fn from(&self) -> Option<TargetStatus> {
        self.said().map(|it| it.from)
    }

    /// The target's status after.
    async fn to(&self) -> Option<TargetStatus> {
        self.said().map(|it| it.to)
    }

    /// What went wrong with the target.
    async fn error(&self) -> Option<TargetError> {
        self.said().and_then(TargetError::told)
    }
}

impl PostStatusEvent {
    /// `None` if the event is not about a post. `row`: the post's, where the client asks for more than an event tells.
    pub fn new(event: &Arc<Event>, row: Option<Arc<rows::Post>>) -> Option<Self> {
        Some(Self { event: Arc::clone(event), post_id: event.subject.post_id?, row })
    }

    /// Whether a document asks for more of the post or the target than events tell. `ctx`: of the events' field.
    pub fn needs_row(ctx: &Context<'_>) -> bool {
        let event = ctx.look_ahead();
        asks_beyond(&event.field("post"), &TOLD_OF_POST)
            || asks_beyond(&event.field("target"), &TOLD_OF_TARGET)
    }

    /// The post's status after it; `None`: the event does not tell.
    fn status(&self) -> Option<PostStatus> {
        self.event.payload.as_ref().and_then(EventPayload::post_status)
    }

    fn said(&self) -> Option<&TargetPayload> {
        self.event.payload.as_ref().and_then(EventPayload::target)
    }

    /// The target as it was; `None`: the event does not tell enough of it.
    fn told_of(&self, id: TargetId) -> Option<ToldTarget> {
        ToldTarget::new(self.event.workspace_id, id, self.said()?)
    }

    /// The post's row, with the status that the post had after the event.
    fn as_it_was(&self, mut row: Arc<rows::Post>) -> Arc<rows::Post> {
        if let Some(status) = self.status().filter(|status| *status != row.status) {
            Arc::make_mut(&mut row).status = status;
        }
        row
    }
}

/// Whether `postStatus` shows events of this kind.
pub fn is_post_status(kind: ActivityKind) -> bool {
    use ActivityKind as K;
    match kind {
        K::PostStatusChanged
        | K::PostScheduled
        | K::PostCancelled
        | K::TargetPending
        | K::TargetPublishing
        | K::TargetPublished
        | K::TargetFailed
        | K::TargetNeedsReview
        | K::TargetCancelled
        | K::TargetCompensating
        | K::TargetCompensated => true,
        K::WorkspaceCreated
        | K::InvitationCreated
        | K::InvitationRevoked
        | K::MemberAdded
        | K::MemberRoleChanged
        | K::MemberRemoved
        | K::MemberProfileChanged
        | K::MemberEmailChanged
        | K::MemberPasswordChanged
        | K::MemberSecondFactorEnabled
        | K::MemberSecondFactorDisabled
        | K::MemberRecoveryCodesMade
        | K::MemberRecoveryCodeUsed
        | K::MemberSecondFactorLocked
        | K::MemberSignedIn
        | K::MemberSignInFailed
        | K::MemberErased
        | K::AccountConnected
        | K::AccountUpdated
        | K::AccountReconnectRequired
        | K::AccountTokenExpiring
        | K::AccountMilestone
        | K::AccountDisconnected
        | K::MetricsUpdated
        | K::MediaUploaded
        | K::MediaUpdated
        | K::MediaReady
        | K::MediaFailed
        | K::MediaDeleted
        | K::PostCreated
        | K::PostUpdated
        | K::PostDeleted
        | K::KeyCreated
        | K::KeyRotated
        | K::KeyRevoked
        | K::InboxMessageReceived
        | K::InboxRead
        | K::InboxReplyQueued
        | K::InboxReplied
        | K::InboxReplyFailed
        | K::CampaignCreated
        | K::CampaignUpdated
        | K::CampaignPaused
        | K::CampaignResumed
        | K::CampaignCompleted
        | K::CampaignDeleted
        | K::TemplateCreated
        | K::TemplateUpdated
        | K::TemplateDeleted
        | K::SettingsUpdated
        | K::ExportProgress
        | K::ExportReady
        | K::ExportFailed
        | K::ImportProgress
        | K::ImportFinished
        | K::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::clock::Timestamp;
    use fanfare_domain::event::Subject;
    use fanfare_domain::id::{AccountId, WorkspaceId};
    use fanfare_domain::platform::Platform;
    use fanfare_domain::post::TargetErrorCode;
    use serde_json::{Value, json};

    fn event(kind: ActivityKind, target_id: Option<TargetId>, payload: Value) -> Arc<Event> {
        Arc::new(Event {
            workspace_id: WorkspaceId(1),
            seq: 5,
            kind,
            subject: Subject { post_id: Some(PostId(7)), target_id, ..Subject::default() },
            actor: None,
            payload: EventPayload::read(kind, &payload),
            json: payload,
            at: Timestamp::from_micros(0).unwrap(),
        })
    }

    #[test]
    fn an_event_tells_the_target_as_it_was() {
        let payload = json!({
            "post_id": 7, "content": "Hello", "target_id": 9, "account_id": 3, "account_name": "Ada",
            "platform": "twitter", "from": "publishing", "to": "failed", "external_id": null, "url": null,
            "error": { "code": "rejected", "message": "Too long." }, "attempts": 1, "post_status": "failed",
        });
        let event = event(ActivityKind::TargetFailed, Some(TargetId(9)), payload);
        let shown = PostStatusEvent::new(&event, None).unwrap();
        assert_eq!(shown.status(), Some(PostStatus::Failed));
        let said = shown.said().unwrap();
        assert_eq!((said.from, said.to), (TargetStatus::Publishing, TargetStatus::Failed));
        let error = TargetError { code: TargetErrorCode::Rejected, message: "Too long.".to_owned() };
        assert_eq!(TargetError::told(said).as_ref(), Some(&error));
        let told = shown.told_of(TargetId(9)).unwrap();
        assert_eq!((told.account_id, told.platform), (AccountId(3), Platform::Twitter));
        assert_eq!((told.status, told.error), (TargetStatus::Failed, Some(error)));
    }

    #[test]
    fn an_event_of_the_post_as_a_whole_has_no_target() {
        let payload = json!({ "post_id": 7, "post_from": "pending", "post_to": "published", "post_status": "published" });
        let shown =
            PostStatusEvent::new(&event(ActivityKind::PostStatusChanged, None, payload), None).unwrap();
        assert_eq!(shown.status(), Some(PostStatus::Published));
        assert!(shown.said().is_none() && shown.told_of(TargetId(9)).is_none());
    }

    #[test]
    fn an_event_with_an_unknown_payload_is_shown_and_not_lost() {
        let payload = json!({ "to": "a state of a later version" });
        let event = event(ActivityKind::TargetPending, Some(TargetId(9)), payload);
        let shown = PostStatusEvent::new(&event, None).unwrap();
        assert!(shown.status().is_none() && shown.told_of(TargetId(9)).is_none());
    }
}
