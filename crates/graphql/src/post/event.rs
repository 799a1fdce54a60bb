//! A step in the life of a post or of one of its targets, as clients see it. What the event's payload tells is shown
//! without a query.

use super::object::Post;
use super::target::{KnownTarget, PostTarget, TargetError};
use crate::event::cursor_of;
use crate::scalars::DateTime;
use async_graphql::SimpleObject;
use fanfare_domain::event::payload::TargetPayload;
use fanfare_domain::event::{ActivityKind, Event, EventPayload};
use fanfare_domain::post::TargetStatus;
use fanfare_services::post as rows;
use std::sync::Arc;

/// A change of a post's or a target's status.
#[derive(SimpleObject)]
pub struct PostStatusEvent {
    /// Its position in the workspace's log: give it as `after` to continue from here.
    pub cursor: String,
    /// When it happened.
    pub at: DateTime,
    /// The post, with the status that it had after the event.
    pub post: Post,
    /// The target whose status changed, with what was known of it then; null where the post as a whole changed.
    pub target: Option<PostTarget>,
    /// The target's status before.
    pub from: Option<TargetStatus>,
    /// The target's status after.
    pub to: Option<TargetStatus>,
    /// What went wrong with the target.
    pub error: Option<TargetError>,
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
        | K::ImportFinished => false,
    }
}

impl PostStatusEvent {
    /// `None` if the event is not about a post. `row`: the post's, where the client asks for more than an event tells.
    pub fn new(event: &Event, row: Option<Arc<rows::Post>>) -> Option<Self> {
        let post_id = event.subject.post_id?;
        // What a payload does not say is read from the rows.
        let post = Post {
            status: event.payload.as_ref().and_then(EventPayload::post_status),
            row: row.clone(),
            ..Post::of_id(event.workspace_id, post_id)
        };
        let said = event.payload.as_ref().and_then(EventPayload::target);
        let error = said.and_then(|it| it.error.as_ref()).map(|error| TargetError {
            code: error.code,
            message: error.message.clone().unwrap_or_default(),
        });
        let target = event.subject.target_id.map(|id| PostTarget {
            known: said.and_then(|it| known(it, error.clone())).map(Arc::new),
            post: row,
            ..PostTarget::of_id(event.workspace_id, id)
        });
        let (from, to) = (said.map(|it| it.from), said.map(|it| it.to));
        Some(Self { cursor: cursor_of(event), at: event.at.into(), post, target, from, to, error })
    }
}

/// What an event says of a target; `None`: its platform was not known then.
fn known(said: &TargetPayload, error: Option<TargetError>) -> Option<KnownTarget> {
    Some(KnownTarget {
        post_id: said.post_id,
        post_status: Some(said.post_status),
        account_id: said.account_id,
        platform: said.platform?,
        status: said.to,
        external_id: said.external_id.clone(),
        url: said.url.clone(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::clock::Timestamp;
    use fanfare_domain::event::Subject;
    use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
    use fanfare_domain::platform::Platform;
    use fanfare_domain::post::{PostStatus, TargetErrorCode};
    use serde_json::{Value, json};

    fn event(kind: ActivityKind, target_id: Option<TargetId>, payload: Value) -> Event {
        Event {
            workspace_id: WorkspaceId(1),
            seq: 5,
            kind,
            subject: Subject { post_id: Some(PostId(7)), target_id, ..Subject::default() },
            actor: None,
            payload: EventPayload::read(kind, &payload),
            json: payload,
            at: Timestamp::from_micros(0).unwrap(),
        }
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
        assert_eq!(shown.post.status, Some(PostStatus::Failed));
        assert_eq!((shown.from, shown.to), (Some(TargetStatus::Publishing), Some(TargetStatus::Failed)));
        let error = TargetError { code: TargetErrorCode::Rejected, message: "Too long.".to_owned() };
        assert_eq!(shown.error, Some(error));
        let known = shown.target.and_then(|target| target.known).unwrap();
        assert_eq!((known.account_id, known.platform), (AccountId(3), Platform::Twitter));
        assert_eq!((known.status, known.error.as_ref()), (TargetStatus::Failed, shown.error.as_ref()));
    }

    #[test]
    fn an_event_of_the_post_as_a_whole_has_no_target() {
        let payload = json!({ "post_id": 7, "post_from": "pending", "post_to": "published", "post_status": "published" });
        let shown =
            PostStatusEvent::new(&event(ActivityKind::PostStatusChanged, None, payload), None).unwrap();
        assert_eq!(shown.post.status, Some(PostStatus::Published));
        assert!(shown.target.is_none() && shown.to.is_none());
    }

    #[test]
    fn an_event_with_an_unknown_payload_is_shown_and_not_lost() {
        let payload = json!({ "to": "a state of a later version" });
        let event = event(ActivityKind::TargetPending, Some(TargetId(9)), payload);
        let shown = PostStatusEvent::new(&event, None).unwrap();
        assert!(shown.target.is_some_and(|target| target.known.is_none()));
    }
}
