//! The payloads of events as clients see them: a GraphQL type for each type of `fanfare_domain::event::payload`, and one
//! of its own for each deletion, which has no row to lead to. The compiler demands a type for each kind of event.

mod account;
mod inbox;
mod library;
mod people;
mod post;
mod related;
#[cfg(test)]
mod tests;
mod work;

use crate::scalars::JsonOf;
use async_graphql::{Object, Union};
use fanfare_domain::event::payload::{
    AccountPayload, ApiKeyPayload, CampaignPayload, ExportPayload, ImportPayload, InboxMessageReceived,
    InboxPayload, InboxReplyQueued, InboxReplySettled, InvitationPayload, MediaFailed, MediaPayload,
    MediaReady, MemberAdded, MemberPayload, MemberRemoved, MemberRole, MetricsPayload, MilestonePayload,
    PostDeleted, PostPayload, PostStatusChanged, SettingsPayload, SignInFailed, TargetPayload,
    TemplatePayload, TokenExpiring, WorkspacePayload,
};
use fanfare_domain::event::{Event, EventPayload as P};
use fanfare_domain::id::WorkspaceId;
use serde_json::Value;

/// The payload of an event, with the workspace that the rows belong to which it names.
pub struct Payload<'a, T> {
    workspace: WorkspaceId,
    stored: &'a T,
}

/// The payload of an event that deleted its object.
pub struct Deleted<'a, T>(&'a T);

/// A payload whose form this version of the server does not know.
pub struct Unknown<'a>(&'a Value);

/// The payload of an event, by kind: names, states, links and errors as they were at the event. The objects that it leads
/// to are as they are now, and null if they were deleted.
#[derive(Union)]
pub enum EventPayload<'a> {
    Workspace(Payload<'a, WorkspacePayload>),
    Invitation(Payload<'a, InvitationPayload>),
    MemberAdded(Payload<'a, MemberAdded>),
    MemberRole(Payload<'a, MemberRole>),
    MemberRemoved(Payload<'a, MemberRemoved>),
    Member(Payload<'a, MemberPayload>),
    SignInFailed(Payload<'a, SignInFailed>),
    ApiKey(Payload<'a, ApiKeyPayload>),
    Account(Payload<'a, AccountPayload>),
    TokenExpiring(Payload<'a, TokenExpiring>),
    Milestone(Payload<'a, MilestonePayload>),
    Metrics(Payload<'a, MetricsPayload>),
    Media(Payload<'a, MediaPayload>),
    MediaDeleted(Deleted<'a, MediaPayload>),
    MediaReady(Payload<'a, MediaReady>),
    MediaFailed(Payload<'a, MediaFailed>),
    Post(Payload<'a, PostPayload>),
    PostDeleted(Deleted<'a, PostDeleted>),
    PostStatusChanged(Payload<'a, PostStatusChanged>),
    Target(Payload<'a, TargetPayload>),
    InboxMessageReceived(Payload<'a, InboxMessageReceived>),
    InboxMessage(Payload<'a, InboxPayload>),
    InboxReplyQueued(Payload<'a, InboxReplyQueued>),
    InboxReply(Payload<'a, InboxReplySettled>),
    Campaign(Payload<'a, CampaignPayload>),
    CampaignDeleted(Deleted<'a, CampaignPayload>),
    Template(Payload<'a, TemplatePayload>),
    TemplateDeleted(Deleted<'a, TemplatePayload>),
    Settings(Payload<'a, SettingsPayload>),
    Export(Payload<'a, ExportPayload>),
    Import(Payload<'a, ImportPayload>),
    Unknown(Unknown<'a>),
}

impl<'a> From<&'a Event> for EventPayload<'a> {
    fn from(event: &'a Event) -> Self {
        let at = event.workspace_id;
        let Some(stored) = &event.payload else { return Self::Unknown(Unknown(&event.json)) };
        match stored {
            P::WorkspaceCreated(it) => payload(at, it).into(),
            P::InvitationCreated(it) | P::InvitationRevoked(it) => payload(at, it).into(),
            P::MemberAdded(it) => payload(at, it).into(),
            P::MemberRoleChanged(it) => payload(at, it).into(),
            P::MemberRemoved(it) | P::MemberErased(it) => payload(at, it).into(),
            P::MemberProfileChanged(it)
            | P::MemberEmailChanged(it)
            | P::MemberPasswordChanged(it)
            | P::MemberSecondFactorEnabled(it)
            | P::MemberSecondFactorDisabled(it)
            | P::MemberRecoveryCodesMade(it)
            | P::MemberRecoveryCodeUsed(it)
            | P::MemberSecondFactorLocked(it)
            | P::MemberSignedIn(it) => payload(at, it).into(),
            P::MemberSignInFailed(it) => payload(at, it).into(),
            P::KeyCreated(it) | P::KeyRotated(it) | P::KeyRevoked(it) => payload(at, it).into(),
            P::AccountConnected(it)
            | P::AccountUpdated(it)
            | P::AccountReconnectRequired(it)
            | P::AccountDisconnected(it) => payload(at, it).into(),
            P::AccountTokenExpiring(it) => payload(at, it).into(),
            P::AccountMilestone(it) => payload(at, it).into(),
            P::MetricsUpdated(it) => payload(at, it).into(),
            P::MediaUploaded(it) | P::MediaUpdated(it) => payload(at, it).into(),
            P::MediaDeleted(it) => Deleted(it).into(),
            P::MediaReady(it) => payload(at, it).into(),
            P::MediaFailed(it) => payload(at, it).into(),
            P::PostCreated(it) | P::PostUpdated(it) | P::PostScheduled(it) | P::PostCancelled(it) => {
                payload(at, it).into()
            }
            P::PostDeleted(it) => Deleted(it).into(),
            P::PostStatusChanged(it) => payload(at, it).into(),
            P::TargetPending(it)
            | P::TargetPublishing(it)
            | P::TargetPublished(it)
            | P::TargetFailed(it)
            | P::TargetNeedsReview(it)
            | P::TargetCancelled(it)
            | P::TargetCompensating(it)
            | P::TargetCompensated(it) => payload(at, it).into(),
            P::InboxMessageReceived(it) => payload(at, it.as_ref()).into(),
            P::InboxRead(it) => payload(at, it.as_ref()).into(),
            P::InboxReplyQueued(it) => payload(at, it.as_ref()).into(),
            P::InboxReplied(it) | P::InboxReplyFailed(it) => payload(at, it.as_ref()).into(),
            P::CampaignCreated(it)
            | P::CampaignUpdated(it)
            | P::CampaignPaused(it)
            | P::CampaignResumed(it)
            | P::CampaignCompleted(it) => payload(at, it).into(),
            P::CampaignDeleted(it) => Deleted(it).into(),
            P::TemplateCreated(it) | P::TemplateUpdated(it) => payload(at, it).into(),
            P::TemplateDeleted(it) => Deleted(it).into(),
            P::SettingsUpdated(it) => payload(at, it).into(),
            P::ExportProgress(it) | P::ExportReady(it) | P::ExportFailed(it) => payload(at, it).into(),
            P::ImportProgress(it) | P::ImportFinished(it) => payload(at, it).into(),
        }
    }
}

const fn payload<T>(workspace: WorkspaceId, stored: &T) -> Payload<'_, T> {
    Payload { workspace, stored }
}

/// A count that the schema shows as an `Int`; no count that is stored comes near its end.
fn count(stored: i64) -> i32 {
    i32::try_from(stored).unwrap_or(i32::MAX)
}

/// A payload that another version of the server wrote, in a form that this version does not know.
#[Object(name = "UnknownEventPayload")]
impl Unknown<'_> {
    /// The payload as it is stored.
    async fn json(&self) -> JsonOf<'_> {
        JsonOf(self.0)
    }
}
