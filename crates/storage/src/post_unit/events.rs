//! What a change of a post looks like in the log. The payload holds what a subscriber shows.

use super::PostUnit;
use crate::rows::Target;
use fanfare_domain::event::{ActivityKind, NewEvent, Subject};
use fanfare_domain::id::MediaId;
use fanfare_domain::post::{PostStatus, TargetStatus};
use serde_json::{Value, json};

impl PostUnit {
    /// Notes what a person did with the post as a whole.
    pub fn note(&mut self, kind: ActivityKind) {
        let payload = json!({
            "post_id": self.post.id,
            "content": self.excerpt(),
            "scheduled_at": self.post.scheduled_at.map(|at| at.to_string()),
        });
        self.events.push(NewEvent { kind, subject: self.subject(None), payload });
    }

    /// The same with what differs between two states of the post.
    pub fn note_changing(&mut self, kind: ActivityKind, before: Value, after: Value) {
        self.note(kind);
        if let Some(event) = self.events.pop() {
            self.events.push(event.changing(before, after));
        }
    }

    /// What was written, as the audit shows it.
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
        json!({
            "content": self.post.content,
            "title": self.post.title,
            "hashtags": self.post.hashtags,
            "link_url": self.post.link_url,
            "template_type": self.post.template_type,
            "publish_mode": self.post.publish_mode,
            "campaign_id": self.post.campaign_id,
            "media_ids": media,
            "targets": self.targets.iter().map(target).collect::<Vec<_>>(),
        })
    }

    pub fn note_transition(&mut self, target: &Target, from: TargetStatus) {
        let kind = match target.status {
            TargetStatus::Pending => ActivityKind::TargetPending,
            TargetStatus::Publishing => ActivityKind::TargetPublishing,
            TargetStatus::Published => ActivityKind::TargetPublished,
            TargetStatus::Failed => ActivityKind::TargetFailed,
            TargetStatus::NeedsReview => ActivityKind::TargetNeedsReview,
            TargetStatus::Cancelled => ActivityKind::TargetCancelled,
            TargetStatus::Compensating => ActivityKind::TargetCompensating,
            TargetStatus::Compensated => ActivityKind::TargetCompensated,
            // What a person decided for the whole post; told by the post's own event.
            TargetStatus::Draft | TargetStatus::Scheduled | TargetStatus::Held => return,
        };
        let account = self.accounts.get(&target.account_id);
        let payload = json!({
            "post_id": target.post_id,
            "content": self.excerpt(),
            "target_id": target.id,
            "account_id": target.account_id,
            "account_name": account.map(|facts| facts.name.as_str()),
            "platform": account.map(|facts| facts.platform),
            "from": from,
            "to": target.status,
            "error": target.error_code.map(|code| json!({ "code": code, "message": target.error_message })),
            "external_id": target.external_id,
            "url": target.url,
            "attempts": target.attempts,
            "next_attempt_at": target.next_attempt_at.map(|at| at.to_string()),
        });
        self.events.push(NewEvent { kind, subject: self.subject(Some(target)), payload });
    }

    /// Notes what changed beside the states, such as the time of the next attempt: it is shown to people too.
    pub fn note_waits(&mut self) {
        let changed = self.targets.iter().filter(|target| self.changed.contains(&target.id));
        let changed: Vec<Target> = changed.cloned().collect();
        for target in changed {
            self.note_transition(&target, target.status);
        }
    }

    pub fn note_post_status(&mut self, from: PostStatus) {
        let payload = json!({
            "post_id": self.post.id,
            "content": self.excerpt(),
            "post_from": from,
            "post_to": self.post.status,
        });
        let kind = ActivityKind::PostStatusChanged;
        self.events.push(NewEvent { kind, subject: self.subject(None), payload });
    }

    /// Every event of the transaction tells the status that the post has after it.
    pub fn finish_events(&mut self) {
        let status = json!(self.post.status);
        for event in &mut self.events {
            if let Some(payload) = event.payload.as_object_mut() {
                payload.insert("post_status".to_owned(), status.clone());
            }
        }
    }

    pub fn subject(&self, target: Option<&Target>) -> Subject {
        Subject {
            post_id: Some(self.post.id),
            target_id: target.map(|target| target.id),
            account_id: target.map(|target| target.account_id),
            ..Subject::default()
        }
    }

    /// The first 120 characters of the text.
    pub fn excerpt(&self) -> String {
        self.post.content.chars().take(120).collect()
    }
}
