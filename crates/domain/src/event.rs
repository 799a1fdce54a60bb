//! What the durable log holds.

mod actor;
pub mod payload;
mod reader;

pub use actor::EventActor;
pub use payload::EventPayload;
pub use reader::{LogReader, Sight};

use super::clock::Timestamp;
use super::id::{AccountId, CampaignId, MediaId, PostId, TargetId, TemplateId, UserId, WorkspaceId};
use crate::difference::Difference;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

text_enum! {
    /// What happened. A kind is never renamed: clients keep cursors and filters.
    ActivityKind {
        /// The workspace was made.
        WorkspaceCreated = "workspace.created",
        /// Someone was invited to become a member.
        InvitationCreated = "invitation.created",
        /// An invitation was revoked before it was accepted.
        InvitationRevoked = "invitation.revoked",
        /// A person became a member.
        MemberAdded = "member.added",
        /// A member's role changed.
        MemberRoleChanged = "member.role_changed",
        /// A person is no member any more.
        MemberRemoved = "member.removed",
        /// A member changed their name.
        MemberProfileChanged = "member.profile_changed",
        /// A member changed the e-mail address that they sign in with.
        MemberEmailChanged = "member.email_changed",
        /// A member chose another password.
        MemberPasswordChanged = "member.password_changed",
        /// A member signs in with codes of an app from now on.
        MemberSecondFactorEnabled = "member.second_factor_enabled",
        /// A member signs in with the password alone again.
        MemberSecondFactorDisabled = "member.second_factor_disabled",
        /// A member made new recovery codes.
        MemberRecoveryCodesMade = "member.recovery_codes_made",
        /// A member used up a recovery code.
        MemberRecoveryCodeUsed = "member.recovery_code_used",
        /// A member signed in.
        MemberSignedIn = "member.signed_in",
        /// Someone failed to sign in as a member.
        MemberSignInFailed = "member.sign_in_failed",
        /// A member's two-factor codes are refused for a while, after too many wrong ones in a row.
        MemberSecondFactorLocked = "member.second_factor_locked",
        /// A member erased their user.
        MemberErased = "member.erased",
        /// An API key was made.
        KeyCreated = "key.created",
        /// An API key got a new secret.
        KeyRotated = "key.rotated",
        /// An API key was ended.
        KeyRevoked = "key.revoked",
        /// An account was connected, or connected again.
        AccountConnected = "account.connected",
        /// An account's profile or state changed.
        AccountUpdated = "account.updated",
        /// The network refused the token: the owner must consent again.
        AccountReconnectRequired = "account.reconnect_required",
        /// The token ends soon and cannot be refreshed.
        AccountTokenExpiring = "account.token_expiring",
        /// An account's followers, or the engagement with one of its posts, reached 100, 500, 1,000, 5,000 and so on.
        AccountMilestone = "account.milestone",
        /// An account was disconnected.
        AccountDisconnected = "account.disconnected",
        /// A file was uploaded.
        MediaUploaded = "media.uploaded",
        /// The name or the alternative text of a file was changed.
        MediaUpdated = "media.updated",
        /// A medium that a post names by its address is in the library.
        MediaReady = "media.ready",
        /// A medium that a post names by its address could not be fetched.
        MediaFailed = "media.failed",
        /// A file was deleted.
        MediaDeleted = "media.deleted",
        /// A post was stored.
        PostCreated = "post.created",
        /// What was written changed.
        PostUpdated = "post.updated",
        /// A post got its time.
        PostScheduled = "post.scheduled",
        /// What was not sent yet was cancelled.
        PostCancelled = "post.cancelled",
        /// A post was deleted that was never sent.
        PostDeleted = "post.deleted",
        /// A post's status changed, as follows from its targets.
        PostStatusChanged = "post.status_changed",
        /// A target is due, or waits to be tried again.
        TargetPending = "target.pending",
        /// A worker began to publish a target.
        TargetPublishing = "target.publishing",
        /// A target is on its network.
        TargetPublished = "target.published",
        /// A target finally failed.
        TargetFailed = "target.failed",
        /// A person must look at the network and decide about a target.
        TargetNeedsReview = "target.needs_review",
        /// A target was taken back before it was sent.
        TargetCancelled = "target.cancelled",
        /// A published target is being deleted on its network.
        TargetCompensating = "target.compensating",
        /// A published target was deleted on its network.
        TargetCompensated = "target.compensated",
        /// A poll of an account found that metrics of its published posts changed.
        MetricsUpdated = "metrics.updated",
        /// Someone commented on, named or wrote to an account.
        InboxMessageReceived = "inbox.message_received",
        /// A message was marked as read, or as unread again.
        InboxRead = "inbox.read",
        /// Someone replied to a message: the reply waits to be sent. Automatic replies are not told.
        InboxReplyQueued = "inbox.reply_queued",
        /// The network took a reply to a message.
        InboxReplied = "inbox.replied",
        /// The network did not take a reply, or cannot tell whether it did.
        InboxReplyFailed = "inbox.reply_failed",
        /// A campaign was made.
        CampaignCreated = "campaign.created",
        /// What is said of a campaign changed.
        CampaignUpdated = "campaign.updated",
        /// A campaign was paused: its scheduled posts are held.
        CampaignPaused = "campaign.paused",
        /// A campaign is resumed: its held posts whose time is ahead are scheduled again.
        CampaignResumed = "campaign.resumed",
        /// A campaign is over.
        CampaignCompleted = "campaign.completed",
        /// A campaign was deleted; its posts have none any more.
        CampaignDeleted = "campaign.deleted",
        /// A template was made.
        TemplateCreated = "template.created",
        /// A template was changed.
        TemplateUpdated = "template.updated",
        /// A template was deleted.
        TemplateDeleted = "template.deleted",
        /// Settings of the workspace were changed.
        SettingsUpdated = "settings.updated",
        /// An export was asked for, or a part of it is written.
        ExportProgress = "export.progress",
        /// An export can be fetched.
        ExportReady = "export.ready",
        /// An export could not be written.
        ExportFailed = "export.failed",
        /// An import was asked for, or a part of its lines was read.
        ImportProgress = "import.progress",
        /// An import has ended: its lines were read, someone ended it, or it could not continue.
        ImportFinished = "import.finished",
        /// Another version of the server wrote the event, and this one does not know its kind.
        Unknown = "unknown",
    }
}

impl ActivityKind {
    /// The kind of a stored event.
    pub fn of_stored(text: &str) -> Self {
        Self::parse(text).unwrap_or(Self::Unknown)
    }

    /// Whether events of this kind are about how a user signs in. Only that user may read them: other members of the
    /// workspace, whatever their role, may not.
    pub const fn is_private(self) -> bool {
        matches!(
            self,
            Self::MemberEmailChanged
                | Self::MemberPasswordChanged
                | Self::MemberSecondFactorEnabled
                | Self::MemberSecondFactorDisabled
                | Self::MemberRecoveryCodesMade
                | Self::MemberRecoveryCodeUsed
                | Self::MemberSignedIn
                | Self::MemberSignInFailed
                | Self::MemberSecondFactorLocked
        )
    }

    /// Whether events of this kind name an API key: they are for its user and for those who manage all keys.
    pub const fn names_a_key(self) -> bool {
        matches!(self, Self::KeyCreated | Self::KeyRotated | Self::KeyRevoked)
    }
}

/// A position in a workspace's log: gapless, in the order of the commits.
pub type Seq = i64;

/// An event before it has a position.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub subject: Subject,
    pub payload: EventPayload,
    /// What it changed, for the audit alone: subscribers never see it.
    pub difference: Option<Difference>,
}

impl NewEvent {
    /// An event that changes nothing that the audit shows.
    pub const fn new(subject: Subject, payload: EventPayload) -> Self {
        Self { subject, payload, difference: None }
    }

    pub const fn kind(&self) -> ActivityKind {
        self.payload.kind()
    }

    /// The same with what differs between two states of its object; `null` before a creation and after a deletion. No
    /// secret may stand in them.
    #[must_use]
    pub fn changing(self, before: Value, after: Value) -> Self {
        Self { difference: Difference::between(before, after), ..self }
    }
}

/// The rows an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub account_id: Option<AccountId>,
    pub media_id: Option<MediaId>,
    pub user_id: Option<UserId>,
    pub campaign_id: Option<CampaignId>,
    pub template_id: Option<TemplateId>,
}

/// An event of the log.
#[derive(Clone, Debug)]
pub struct Event {
    pub workspace_id: WorkspaceId,
    pub seq: Seq,
    pub kind: ActivityKind,
    pub subject: Subject,
    /// `None`: the server itself.
    pub actor: Option<UserId>,
    /// What a subscriber shows, so that a fan-out asks the database nothing; read once for all subscribers of a node.
    /// `None`: another version of the program wrote it, and only `json` is known.
    pub payload: Option<EventPayload>,
    /// The payload as it is stored, for clients.
    pub json: Value,
    pub at: Timestamp,
}

/// A position as clients see it: opaque, `base64url("<workspace>:<seq>")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub workspace_id: WorkspaceId,
    pub seq: Seq,
}

impl Cursor {
    pub fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}:{}", self.workspace_id, self.seq))
    }

    /// `None` if the text is no cursor.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (workspace, seq) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        let seq: Seq = seq.parse().ok()?;
        (seq >= 0).then_some(Self { workspace_id: WorkspaceId(workspace.parse().ok()?), seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_survives_the_way_to_the_client_and_back_and_nonsense_is_refused() {
        let cursor = Cursor { workspace_id: WorkspaceId(3), seq: 17 };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in ["", "x", "MzotMQ", "Mzp4", "🦀"] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_cursor_is_read_back(workspace in any::<i64>(), seq in 0..=Seq::MAX) {
            let cursor = Cursor { workspace_id: WorkspaceId(workspace), seq };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn any_text_is_a_cursor_or_refused(text in prop_oneof![any::<String>(), "[a-zA-Z0-9_=-]{0,40}"]) {
            if let Some(cursor) = Cursor::decode(&text) {
                prop_assert!(cursor.seq >= 0);
                prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
            }
            // What stands inside the encoding, at random.
            let inside = Cursor::decode(&URL_SAFE_NO_PAD.encode(&text));
            prop_assert!(inside.is_none_or(|cursor| cursor.seq >= 0));
        }
    }
}
