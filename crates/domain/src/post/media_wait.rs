//! What a post does whose media are still to be fetched.

use super::TargetStatus;
use super::aggregate::{JobUpdate, PostAggregate};
use crate::id::TargetId;
use crate::media::MediaState;

impl PostAggregate {
    /// Whether a target must wait for media that are not there.
    pub(super) fn waits_for_media(&self, id: TargetId) -> bool {
        self.post.media_state == Some(MediaState::Fetching)
            && self.target(id).is_some_and(|target| !target.own_media)
    }

    /// Media are being fetched from now on: what is queued after this waits for them.
    pub fn await_media(&mut self) {
        self.post.media_state = Some(MediaState::Fetching);
        self.post_changed = true;
    }

    /// A fetch has finished. When none is left, the jobs that waited come to their own time: they publish, or report why
    /// they cannot.
    pub fn settle_media(&mut self, state: Option<MediaState>) {
        self.post.media_state = state;
        self.post_changed = true;
        if state == Some(MediaState::Fetching) {
            return;
        }
        for target_id in self.ids(|target| {
            matches!(target.status, TargetStatus::Scheduled | TargetStatus::Pending) && !target.own_media
        }) {
            self.update_job(JobUpdate::Wake { target_id });
        }
    }
}
