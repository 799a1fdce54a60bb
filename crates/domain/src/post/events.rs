//! A post's events. Notes are taken while decisions are made; events are made of them at the end, when the post's new
//! status is known and a new post has its ids.

use super::note::{FetchedMedia, Note, PostEventKind};
use super::{PostAggregate, Target, TargetStatus};
use crate::difference::Difference;
use crate::event::payload::{
    EventPayload, MediaFailed, MediaReady, PostDeleted, PostPayload, PostStatusChanged, TargetError,
    TargetPayload,
};
use crate::event::{NewEvent, Subject};
use crate::id::MediaId;
use serde_json::{Value, json};

/// Characters of a post's text that its events quote.
const EXCERPT: usize = 120;

impl PostAggregate {
    /// Notes what a user did with the post as a whole, and what that changed; `null` where there was, or is, no post.
    pub fn note(&mut self, what: PostEventKind, before: Value, after: Value) {
        let difference = Difference::between(before, after);
        self.notes.push(Note::Post { what, scheduled_at: self.post.scheduled_at, difference });
    }

    /// Notes that a media file was fetched for the post.
    pub fn note_fetched(&mut self, media: FetchedMedia) {
        self.notes.push(Note::Fetched(media));
    }

    /// Notes that a media file could not be fetched for the post.
    pub fn note_not_fetched(&mut self, media_url: String, reason: String) {
        self.notes.push(Note::NotFetched { media_url, reason });
    }

    pub(super) fn note_transition(&mut self, target: Target, from: TargetStatus) {
        // What a user decided for the whole post is said by the post's own event.
        if !matches!(target.status, TargetStatus::Draft | TargetStatus::Scheduled | TargetStatus::Held) {
            self.notes.push(Note::Transition { target: Box::new(target), from });
        }
    }

    /// Notes what changed besides the states, such as the time of the next attempt: it is shown to users too.
    pub(super) fn note_waits(&mut self) {
        let changed: Vec<Target> = self.changed_targets().cloned().collect();
        for target in changed {
            let status = target.status;
            self.note_transition(target, status);
        }
    }

    /// The events of everything that was noted, in order. The post must be concluded, and have its ids.
    pub fn take_events(&mut self) -> Vec<NewEvent> {
        std::mem::take(&mut self.notes).into_iter().filter_map(|note| self.event(note)).collect()
    }

    fn event(&self, note: Note) -> Option<NewEvent> {
        let (post_id, content, post_status) = (self.post.id, self.excerpt(), self.post.status);
        let of_post = Subject { post_id: Some(post_id), ..Subject::default() };
        Some(match note {
            Note::Post { what, scheduled_at, difference } => {
                let payload = PostPayload { post_id, content, scheduled_at, post_status };
                let payload = match what {
                    PostEventKind::Created => EventPayload::PostCreated(payload),
                    PostEventKind::Updated => EventPayload::PostUpdated(payload),
                    PostEventKind::Scheduled => EventPayload::PostScheduled(payload),
                    PostEventKind::Cancelled => EventPayload::PostCancelled(payload),
                };
                NewEvent { difference, ..NewEvent::new(of_post, payload) }
            }
            Note::Transition { target, from } => {
                let of_target =
                    Subject { target_id: Some(target.id), account_id: Some(target.account_id), ..of_post };
                NewEvent::new(of_target, self.target_payload(*target, from)?)
            }
            Note::Status { from: post_from, to: post_to } => {
                let status = PostStatusChanged { post_id, content, post_from, post_to, post_status };
                NewEvent::new(of_post, EventPayload::PostStatusChanged(status))
            }
            Note::Fetched(FetchedMedia { media_id, media_url, mime_type, size_bytes, file_name }) => {
                let ready = MediaReady {
                    media_id,
                    media_url,
                    mime_type,
                    size_bytes,
                    file_name,
                    post_id,
                    content,
                    post_status,
                };
                let of_media = Subject { media_id: Some(media_id), ..of_post };
                NewEvent::new(of_media, EventPayload::MediaReady(ready))
            }
            Note::NotFetched { media_url, reason } => {
                let failed = MediaFailed { media_url, reason, post_id, content, post_status };
                NewEvent::new(of_post, EventPayload::MediaFailed(failed))
            }
        })
    }

    fn target_payload(&self, target: Target, from: TargetStatus) -> Option<EventPayload> {
        let event = match target.status {
            TargetStatus::Pending => EventPayload::TargetPending,
            TargetStatus::Publishing => EventPayload::TargetPublishing,
            TargetStatus::Published => EventPayload::TargetPublished,
            TargetStatus::Failed => EventPayload::TargetFailed,
            TargetStatus::NeedsReview => EventPayload::TargetNeedsReview,
            TargetStatus::Cancelled => EventPayload::TargetCancelled,
            TargetStatus::Compensating => EventPayload::TargetCompensating,
            TargetStatus::Compensated => EventPayload::TargetCompensated,
            TargetStatus::Draft | TargetStatus::Scheduled | TargetStatus::Held => return None,
        };
        let account = self.accounts.get(&target.account_id);
        Some(event(TargetPayload {
            post_id: self.post.id,
            content: self.excerpt(),
            target_id: target.id,
            account_id: target.account_id,
            account_name: account.map(|facts| facts.name.clone()),
            platform: account.map(|facts| facts.platform),
            from,
            to: target.status,
            error: target.error.map(|fault| TargetError { code: fault.code, message: Some(fault.message) }),
            external_id: target.external_id,
            url: target.url,
            attempts: target.attempts,
            next_attempt_at: target.next_attempt_at,
            post_status: self.post.status,
        }))
    }

    /// The event of the post's deletion; `media`: those of the post as a whole.
    pub fn deleted(&self, media: &[MediaId]) -> NewEvent {
        let payload = PostDeleted { post_id: self.post.id, content: self.excerpt() };
        let subject = Subject { post_id: Some(self.post.id), ..Subject::default() };
        NewEvent::new(subject, EventPayload::PostDeleted(payload)).changing(self.audited(media), Value::Null)
    }

    /// What was written, as the audit shows it; `media`: those of the post as a whole.
    pub fn audited(&self, media: &[MediaId]) -> Value {
        let target = |target: &Target| {
            json!({
                "account_id": target.account_id,
                "content": target.content,
                "title": target.title,
                "hashtags": target.hashtags,
                "link_url": target.link_url,
            })
        };
        let body = &self.post.body;
        json!({
            "content": body.content,
            "title": body.title,
            "hashtags": body.hashtags,
            "link_url": body.link_url,
            "template_type": body.template_type,
            "publish_mode": body.publish_mode,
            "campaign_id": body.campaign_id,
            "media_ids": media,
            "scheduled_at": self.post.scheduled_at.map(|at| at.to_string()),
            "targets": self.targets.iter().map(target).collect::<Vec<_>>(),
        })
    }

    /// The beginning of the text.
    fn excerpt(&self) -> String {
        self.post.body.content.chars().take(EXCERPT).collect()
    }
}
