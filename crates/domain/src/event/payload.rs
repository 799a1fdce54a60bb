//! What an event says: a type for each kind, in the JSON form in which it is stored and shown to clients.

mod account;
mod inbox;
mod library;
mod people;
mod post;
#[cfg(test)]
mod tests;
mod work;

pub use account::{
    AccountPayload, AccountRef, AccountState, MetricsPayload, MilestoneMetric, MilestonePayload,
    PublicationMetrics, PublicationRef, TokenExpiring,
};
pub use inbox::{
    InboxMessageReceived, InboxPayload, InboxReplyQueued, InboxReplySettled, ReplyError, ReplyFacts,
};
pub use library::{CampaignPayload, MediaPayload, SettingsPayload, TemplatePayload};
pub use people::{
    ApiKeyPayload, InvitationPayload, MemberAdded, MemberPayload, MemberRemoved, MemberRole, SignInFailed,
    SignInFailure, WorkspacePayload,
};
pub use post::{
    MediaFailed, MediaReady, PostDeleted, PostPayload, PostStatusChanged, TargetError, TargetPayload,
};
pub use work::{ExportPayload, ImportPayload};

use super::ActivityKind;
use crate::id::ApiKeyId;
use crate::inbox::InboxMessage;
use crate::post::PostStatus;
use serde::{Deserialize as _, Serializer};
use serde_json::Value;
use std::sync::Arc;

/// Declares the enum with one variant for each kind, and its way to and from the stored form.
macro_rules! payloads {
    ($($kind:ident($payload:ty)),+ $(,)?) => {
        /// What an event says. The kind stands in a column of its own and is not part of the stored form.
        #[derive(Clone, Debug, PartialEq)]
        pub enum EventPayload { $($kind($payload)),+ }

        impl EventPayload {
            pub const fn kind(&self) -> ActivityKind {
                match self { $(Self::$kind(_) => ActivityKind::$kind),+ }
            }

            /// The stored form.
            pub fn to_json(&self) -> serde_json::Result<Value> {
                match self { $(Self::$kind(payload) => serde_json::to_value(payload)),+ }
            }

            /// From the stored form. `None`: another version of the program wrote it, and this one cannot read it.
            pub fn read(kind: ActivityKind, stored: &Value) -> Option<Self> {
                match kind {
                    $(ActivityKind::$kind => <$payload>::deserialize(stored).ok().map(Self::$kind),)+
                    ActivityKind::Unknown => None,
                }
            }
        }
    };
}

payloads! {
    WorkspaceCreated(WorkspacePayload),
    InvitationCreated(InvitationPayload),
    InvitationRevoked(InvitationPayload),
    MemberAdded(MemberAdded),
    MemberRoleChanged(MemberRole),
    MemberRemoved(MemberRemoved),
    MemberProfileChanged(MemberPayload),
    MemberEmailChanged(MemberPayload),
    MemberPasswordChanged(MemberPayload),
    MemberSecondFactorEnabled(MemberPayload),
    MemberSecondFactorDisabled(MemberPayload),
    MemberRecoveryCodesMade(MemberPayload),
    MemberRecoveryCodeUsed(MemberPayload),
    MemberSignedIn(MemberPayload),
    MemberSignInFailed(SignInFailed),
    MemberSecondFactorLocked(MemberPayload),
    MemberErased(MemberRemoved),
    KeyCreated(ApiKeyPayload),
    KeyRotated(ApiKeyPayload),
    KeyRevoked(ApiKeyPayload),
    AccountConnected(AccountPayload),
    AccountUpdated(AccountPayload),
    AccountReconnectRequired(AccountPayload),
    AccountTokenExpiring(TokenExpiring),
    AccountMilestone(MilestonePayload),
    AccountDisconnected(AccountPayload),
    MediaUploaded(MediaPayload),
    MediaUpdated(MediaPayload),
    MediaReady(MediaReady),
    MediaFailed(MediaFailed),
    MediaDeleted(MediaPayload),
    PostCreated(PostPayload),
    PostUpdated(PostPayload),
    PostScheduled(PostPayload),
    PostCancelled(PostPayload),
    PostDeleted(PostDeleted),
    PostStatusChanged(PostStatusChanged),
    TargetPending(TargetPayload),
    TargetPublishing(TargetPayload),
    TargetPublished(TargetPayload),
    TargetFailed(TargetPayload),
    TargetNeedsReview(TargetPayload),
    TargetCancelled(TargetPayload),
    TargetCompensating(TargetPayload),
    TargetCompensated(TargetPayload),
    MetricsUpdated(MetricsPayload),
    InboxMessageReceived(Box<InboxMessageReceived>),
    InboxRead(Box<InboxPayload>),
    InboxReplyQueued(Box<InboxReplyQueued>),
    InboxReplied(Box<InboxReplySettled>),
    InboxReplyFailed(Box<InboxReplySettled>),
    CampaignCreated(CampaignPayload),
    CampaignUpdated(CampaignPayload),
    CampaignPaused(CampaignPayload),
    CampaignResumed(CampaignPayload),
    CampaignCompleted(CampaignPayload),
    CampaignDeleted(CampaignPayload),
    TemplateCreated(TemplatePayload),
    TemplateUpdated(TemplatePayload),
    TemplateDeleted(TemplatePayload),
    SettingsUpdated(SettingsPayload),
    ExportProgress(ExportPayload),
    ExportReady(ExportPayload),
    ExportFailed(ExportPayload),
    ImportProgress(ImportPayload),
    ImportFinished(ImportPayload),
}

impl EventPayload {
    /// The status of the event's post after the event.
    pub fn post_status(&self) -> Option<PostStatus> {
        match self {
            Self::PostCreated(it)
            | Self::PostUpdated(it)
            | Self::PostScheduled(it)
            | Self::PostCancelled(it) => Some(it.post_status),
            Self::PostStatusChanged(it) => Some(it.post_status),
            Self::MediaReady(it) => Some(it.post_status),
            Self::MediaFailed(it) => Some(it.post_status),
            _ => self.target().map(|it| it.post_status),
        }
    }

    /// What the event says of a target whose status changed.
    pub fn target(&self) -> Option<&TargetPayload> {
        match self {
            Self::TargetPending(it)
            | Self::TargetPublishing(it)
            | Self::TargetPublished(it)
            | Self::TargetFailed(it)
            | Self::TargetNeedsReview(it)
            | Self::TargetCancelled(it)
            | Self::TargetCompensating(it)
            | Self::TargetCompensated(it) => Some(it),
            _ => None,
        }
    }

    /// The inbox message as it was after the event.
    pub fn inbox_message(&self) -> Option<&Arc<InboxMessage>> {
        match self {
            Self::InboxMessageReceived(it) => Some(&it.inbox.message),
            Self::InboxRead(it) => Some(&it.message),
            Self::InboxReplyQueued(it) => Some(&it.inbox.message),
            Self::InboxReplied(it) | Self::InboxReplyFailed(it) => Some(&it.inbox.message),
            _ => None,
        }
    }

    /// The API key that the event is about.
    pub fn api_key(&self) -> Option<ApiKeyId> {
        match self {
            Self::KeyCreated(it) | Self::KeyRotated(it) | Self::KeyRevoked(it) => Some(it.api_key_id),
            _ => None,
        }
    }
}

/// Writes a time as the payloads hold it: RFC 3339 with six digits of the second.
#[expect(clippy::ref_option, reason = "as serde calls it")]
fn micros<S: Serializer>(at: &Option<crate::clock::Timestamp>, out: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => out.collect_str(at),
        None => out.serialize_none(),
    }
}
