//! What the reads of a workspace are about, and which events change it.

use super::clock::Timestamp;
use super::event::{ActivityKind, Seq};

/// A part of a workspace whose answers stay the same until an event says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// Posts, their targets and which media they have.
    Posts,
    /// What is out on a network, and since when: a part of the posts that changes less often than they do.
    Publications,
    /// Connected accounts.
    Accounts,
    /// Numbers of publications and accounts.
    Metrics,
    /// What people said to the accounts, and the replies.
    Inbox,
    /// Campaigns, their posts apart.
    Campaigns,
    /// The workspace's own templates.
    Templates,
    /// Files of the media library.
    Media,
    /// Settings of the workspace, its time zone among them.
    Settings,
    /// Who belongs to the workspace and may read it: members who come, and what members and keys lose.
    Rights,
}

impl Noun {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Posts,
        Self::Publications,
        Self::Accounts,
        Self::Metrics,
        Self::Inbox,
        Self::Campaigns,
        Self::Templates,
        Self::Media,
        Self::Settings,
        Self::Rights,
    ];
}

/// How far a noun has come: the event that changed it last. The time tells apart the same position in two databases, and
/// before and after a backup was played back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub seq: Seq,
    pub at: Timestamp,
}

/// An entry of the event log, as far as a version needs it.
#[derive(Clone, Copy, Debug)]
pub struct EventMark {
    pub seq: Seq,
    pub kind: ActivityKind,
    pub at: Timestamp,
}

impl ActivityKind {
    /// The nouns that read differently after such an event.
    pub const fn nouns(self) -> &'static [Noun] {
        match self {
            Self::PostCreated
            | Self::PostUpdated
            | Self::PostScheduled
            | Self::PostCancelled
            | Self::PostDeleted
            | Self::PostStatusChanged
            | Self::TargetPending
            | Self::TargetPublishing
            | Self::TargetFailed
            | Self::TargetNeedsReview
            | Self::TargetCancelled
            | Self::MediaFailed => &[Noun::Posts],
            // Posts show their media, with names and alternative texts.
            Self::MediaReady | Self::MediaUpdated => &[Noun::Posts, Noun::Media],
            Self::MediaUploaded | Self::MediaDeleted => &[Noun::Media],
            Self::SettingsUpdated => &[Noun::Settings],
            // Its posts are held, released, or have no campaign any more.
            Self::CampaignPaused | Self::CampaignResumed | Self::CampaignDeleted => {
                &[Noun::Posts, Noun::Campaigns]
            }
            Self::CampaignCreated | Self::CampaignUpdated | Self::CampaignCompleted => &[Noun::Campaigns],
            Self::TemplateCreated | Self::TemplateUpdated | Self::TemplateDeleted => &[Noun::Templates],
            Self::InboxMessageReceived
            | Self::InboxRead
            | Self::InboxReplyQueued
            | Self::InboxReplied
            | Self::InboxReplyFailed => &[Noun::Inbox],
            Self::TargetPublished | Self::TargetCompensating | Self::TargetCompensated => {
                &[Noun::Posts, Noun::Publications]
            }
            Self::AccountConnected
            | Self::AccountReconnectRequired
            | Self::AccountTokenExpiring
            | Self::AccountDisconnected => &[Noun::Accounts],
            // A count of followers is told by these.
            Self::AccountUpdated | Self::AccountMilestone => &[Noun::Accounts, Noun::Metrics],
            Self::MetricsUpdated => &[Noun::Metrics],
            Self::MemberAdded
            | Self::MemberRoleChanged
            | Self::MemberRemoved
            | Self::MemberErased
            | Self::KeyRotated
            | Self::KeyRevoked => &[Noun::Rights],
            // Whatever it changed.
            Self::Unknown => Noun::ALL,
            // No kept answer is about these: an import's posts have events of their own, and what is shown of people, keys
            // and exports is read each time.
            Self::WorkspaceCreated
            | Self::InvitationCreated
            | Self::InvitationRevoked
            | Self::MemberProfileChanged
            | Self::MemberEmailChanged
            | Self::MemberPasswordChanged
            | Self::MemberSecondFactorEnabled
            | Self::MemberSecondFactorDisabled
            | Self::MemberRecoveryCodesMade
            | Self::MemberRecoveryCodeUsed
            | Self::MemberSecondFactorLocked
            | Self::MemberSignedIn
            | Self::MemberSignInFailed
            | Self::KeyCreated
            | Self::ExportProgress
            | Self::ExportReady
            | Self::ExportFailed
            | Self::ImportProgress
            | Self::ImportFinished => &[],
        }
    }
}
