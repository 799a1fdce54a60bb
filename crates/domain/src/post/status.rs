//! States of posts and targets: the one table of allowed transitions, and the one derivation of a post's status.

text_enum! {
    /// The state of one target, the publication of a post on one account.
    TargetStatus {
        /// Written, no time set.
        Draft = "draft",
        /// Waits for its time.
        Scheduled = "scheduled",
        /// Its campaign is paused.
        Held = "held",
        /// Due, or waits for `nextAttemptAt`.
        Pending = "pending",
        /// A worker is at it.
        Publishing = "publishing",
        /// On the network.
        Published = "published",
        /// The network refused it, or the attempts are used up; `error` says why.
        Failed = "failed",
        /// The network can be neither asked nor keyed: a person must look and decide.
        NeedsReview = "needs_review",
        /// Taken back before it was sent.
        Cancelled = "cancelled",
        /// Being deleted again from the network.
        Compensating = "compensating",
        /// Was published and has been deleted again.
        Compensated = "compensated",
    }
}

impl TargetStatus {
    /// The states that may follow `self`. No other transition is possible.
    pub const fn next(self) -> &'static [Self] {
        use TargetStatus as S;
        match self {
            S::Draft => &[S::Scheduled, S::Pending, S::Cancelled],
            S::Scheduled => &[S::Draft, S::Pending, S::Held, S::Cancelled],
            S::Held => &[S::Scheduled, S::Pending, S::Cancelled],
            S::Pending => &[S::Scheduled, S::Publishing, S::Held, S::Failed, S::NeedsReview, S::Cancelled],
            S::Publishing => &[S::Pending, S::Published, S::Failed, S::NeedsReview],
            S::Published => &[S::Compensating],
            S::Failed => &[S::Pending, S::Scheduled, S::Cancelled],
            S::NeedsReview => &[S::Published, S::Pending, S::Failed, S::Cancelled, S::Compensating],
            S::Cancelled => &[S::Pending, S::Scheduled],
            S::Compensating => &[S::Compensated, S::NeedsReview],
            S::Compensated => &[],
        }
    }

    pub fn may_become(self, to: Self) -> bool {
        self.next().contains(&to)
    }

    /// A user may have it published: nothing of it is on its way, and it has not failed.
    pub const fn may_be_published(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled | Self::Held | Self::Cancelled)
    }

    /// It is going to be sent, and no worker is at it.
    pub const fn waits_to_be_sent(self) -> bool {
        matches!(self, Self::Scheduled | Self::Held | Self::Pending)
    }

    /// Nothing more happens automatically.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Published | Self::Failed | Self::NeedsReview | Self::Cancelled | Self::Compensated
        )
    }
}

text_enum! {
    /// The state of a post, derived from its targets.
    PostStatus {
        /// Nothing of it has a time.
        Draft = "draft",
        /// Waits for its time.
        Scheduled = "scheduled",
        /// Its campaign is paused.
        Held = "held",
        /// Due, or a target of it waits to be tried again.
        Pending = "pending",
        /// A target of it is on its way to its network, or being deleted there.
        Publishing = "publishing",
        /// On every network.
        Published = "published",
        /// On some networks; the other targets say why not.
        PartiallyPublished = "partially_published",
        /// A person must look at a network and decide.
        NeedsReview = "needs_review",
        /// On no network; the targets say why.
        Failed = "failed",
        /// Taken back before it was sent.
        Cancelled = "cancelled",
    }
}

impl PostStatus {
    /// Whether the text and targets may still be changed.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled | Self::Held | Self::Failed | Self::Cancelled)
    }

    /// Whether the post goes out as it stands, now, at its time, or when its campaign goes on. Who changes it then
    /// decides what is published.
    pub const fn goes_out(self) -> bool {
        matches!(self, Self::Scheduled | Self::Held | Self::Pending | Self::Publishing)
    }
}

/// How far a caller's rights reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostReach {
    /// Only to posts that do not go out as they stand.
    Drafts,
    /// To every post.
    Everything,
}

/// A post's status, by the first rule that fits.
pub fn derive_status(targets: &[TargetStatus]) -> PostStatus {
    use TargetStatus as S;
    let any = |wanted: &[S]| targets.iter().any(|status| wanted.contains(status));
    if targets.iter().all(|status| *status == S::Draft) {
        PostStatus::Draft
    } else if any(&[S::Publishing, S::Compensating]) {
        PostStatus::Publishing
    } else if any(&[S::Pending]) {
        PostStatus::Pending
    } else if any(&[S::Scheduled]) {
        PostStatus::Scheduled
    } else if any(&[S::Held]) {
        PostStatus::Held
    } else if targets.iter().all(|status| *status == S::Published) {
        PostStatus::Published
    } else if any(&[S::Published]) {
        PostStatus::PartiallyPublished
    } else if any(&[S::NeedsReview]) {
        PostStatus::NeedsReview
    } else if any(&[S::Failed, S::Compensated]) {
        PostStatus::Failed
    } else {
        PostStatus::Cancelled
    }
}

text_enum! {
    /// What one target's failure means for the others.
    PublishMode {
        /// Targets are independent.
        BestEffort = "best_effort",
        /// When one target finally fails, the published ones are deleted again.
        AllOrNothing = "all_or_nothing",
    }
}

#[expect(clippy::derivable_impls, reason = "text_enum leaves no place for the attribute")]
impl Default for PublishMode {
    fn default() -> Self {
        Self::BestEffort
    }
}

text_enum! {
    /// The state of one step of the ledger.
    StepState {
        /// Written before the call: the call may have been made.
        Sent = "sent",
        /// The network confirmed it, or was read back and shows it.
        Confirmed = "confirmed",
        /// The network refused it, or was read back and certainly does not have it.
        Refused = "refused",
        /// The answer was lost: the network is read back before anything is sent again.
        Unknown = "unknown",
    }
}

text_enum! {
    /// What a step of the ledger is part of.
    StepPhase {
        /// Publication on the network.
        Publish = "publish",
        /// Deletion on the network, to undo a publication or because a person asked for it.
        Delete = "delete",
    }
}

text_enum! {
    /// The state of an all-or-nothing publication.
    SagaState {
        /// Targets wait for their time or are on their way.
        Running = "running",
        /// Every target is published.
        Completed = "completed",
        /// A target failed: the published ones are being deleted.
        Compensating = "compensating",
        /// Nothing of it is on any network.
        Compensated = "compensated",
        /// A target needs a person's decision before the saga can continue.
        NeedsReview = "needs_review",
    }
}

text_enum! {
    /// The class of a target's error: what is to be done about it.
    TargetErrorCode {
        /// The network refused the content; change it and publish again.
        Rejected = "rejected",
        /// It holds a word that the workspace has banned since it was planned.
        BannedKeyword = "banned_keyword",
        /// A medium that it names by its address could not be fetched; change the address, or retry.
        MediaUnavailable = "media_unavailable",
        /// The account must be reconnected; the target waits for that.
        Auth = "auth",
        /// The network asks to wait; tried again at `nextAttemptAt`.
        RateLimited = "rate_limited",
        /// A fault of the network or the way to it.
        Transient = "transient",
        /// The answer was lost; the network is read back.
        Unknown = "unknown",
        /// The post's other target failed and everything was undone.
        Aborted = "aborted",
        /// Not published within 24 hours of its time.
        Expired = "expired",
        /// The server is at fault; the log has the details.
        Internal = "internal",
    }
}

text_enum! {
    /// What kind of post it is, for networks that tell them apart.
    TemplateType {
        /// Nothing in particular.
        Standard = "standard",
        /// Something new.
        Announcement = "announcement",
        /// An offer.
        Promotion = "promotion",
        /// Something that takes place.
        Event = "event",
        /// Asks for answers.
        Question = "question",
        /// Shows how something is done.
        Tutorial = "tutorial",
    }
}

text_enum! {
    /// What a job does.
    JobKind {
        /// Publishes a target.
        PublishTarget = "publish_target",
        /// Deletes a published target on its network.
        DeleteTarget = "delete_target",
    }
}

text_enum! {
    /// The state of a job.
    JobState {
        /// Waits for its time.
        Queued = "queued",
        /// A worker holds its lease.
        Running = "running",
        /// Nothing is left to do.
        Done = "done",
        /// Given up; the target says why.
        Dead = "dead",
    }
}

#[cfg(test)]
mod tests {
    use super::TargetStatus as S;
    use super::*;

    #[test]
    fn a_posts_status_is_derived_by_the_first_rule_that_fits() {
        let cases: &[(&[S], PostStatus)] = &[
            (&[], PostStatus::Draft),
            (&[S::Draft, S::Draft], PostStatus::Draft),
            (&[S::Published, S::Publishing], PostStatus::Publishing),
            (&[S::Published, S::Compensating], PostStatus::Publishing),
            (&[S::Published, S::Pending], PostStatus::Pending),
            (&[S::Scheduled, S::Failed], PostStatus::Scheduled),
            (&[S::Held, S::Published], PostStatus::Held),
            (&[S::Published, S::Published], PostStatus::Published),
            (&[S::Published, S::NeedsReview], PostStatus::PartiallyPublished),
            (&[S::NeedsReview, S::Failed], PostStatus::NeedsReview),
            (&[S::Compensated, S::Cancelled], PostStatus::Failed),
            (&[S::Cancelled, S::Cancelled], PostStatus::Cancelled),
        ];
        for (targets, expected) in cases {
            assert_eq!(derive_status(targets), *expected, "{targets:?}");
        }
    }

    #[test]
    fn a_published_target_never_goes_back_to_being_sent() {
        for status in S::ALL {
            if *status == S::Published || *status == S::Compensated {
                assert!(!status.may_become(S::Pending) && !status.may_become(S::Publishing));
            }
            assert!(!status.may_become(*status));
        }
    }
}
