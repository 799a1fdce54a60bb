//! What a post does whose media are still to be fetched.

use super::{JobChange, PostUnit};
use fanfare_domain::event::{ActivityKind, NewEvent};
use fanfare_domain::id::{MediaId, TargetId};
use fanfare_domain::media::MediaState;
use fanfare_domain::post::TargetStatus;
use serde_json::{Value, json};

impl PostUnit {
    /// Whether a target has to wait for media that are not there.
    pub fn waits_for_media(&self, id: TargetId) -> bool {
        self.post.media_state == Some(MediaState::Fetching)
            && self.target(id).is_some_and(|target| !target.own_media)
    }

    /// Media are being fetched from now on: what is queued hereafter waits for them.
    pub fn await_media(&mut self) {
        self.post.media_state = Some(MediaState::Fetching);
        self.post_changed = true;
    }

    /// A fetch has ended. When none is left, the jobs that waited come to their own time: they publish, or tell why they
    /// cannot.
    pub fn settle_media(&mut self, state: Option<MediaState>) {
        self.post.media_state = state;
        self.post_changed = true;
        if state == Some(MediaState::Fetching) {
            return;
        }
        for target_id in self.ids(|target| {
            matches!(target.status, TargetStatus::Scheduled | TargetStatus::Pending) && !target.own_media
        }) {
            self.jobs.push(JobChange::Wake { target_id });
        }
    }

    /// Notes what became of a medium that the post names by its address.
    pub fn note_medium(&mut self, kind: ActivityKind, medium: Option<MediaId>, mut payload: Value) {
        if let Some(fields) = payload.as_object_mut() {
            fields.insert("post_id".to_owned(), json!(self.post.id));
            fields.insert("content".to_owned(), json!(self.excerpt()));
        }
        let subject = fanfare_domain::event::Subject { media_id: medium, ..self.subject(None) };
        self.events.push(NewEvent { kind, subject, payload });
    }
}
