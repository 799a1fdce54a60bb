//! What the summary of an event says.

use crate::message::{Values, message};
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventPayload;
use fanfare_domain::event::payload::{
    AccountRef, InboxPayload, MilestoneMetric, MilestonePayload, TargetPayload,
};
use fanfare_domain::import::ImportStatus;
use fanfare_domain::language::Language;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PostStatus;
use std::borrow::Cow;

/// Characters of a post's text that are quoted.
const QUOTED: usize = 40;

/// What an event says, as far as its summary needs it.
#[derive(Default)]
pub struct Facts<'a> {
    /// The post's text.
    content: Option<&'a str>,
    /// Of a workspace, a key, a campaign or a template.
    name: Option<&'a str>,
    file_name: Option<&'a str>,
    media_url: Option<&'a str>,
    /// The inbox message's.
    text: Option<&'a str>,
    sender: Option<&'a str>,
    account: Option<(&'a str, Option<Platform>)>,
    role: Option<Role>,
    /// Why something did not work.
    reason: Option<&'a str>,
    scheduled_at: Option<Timestamp>,
    post_to: Option<PostStatus>,
    pub import_status: Option<ImportStatus>,
    pub milestone: Option<MilestoneMetric>,
    /// What is counted: the milestone, or the posts that have new metrics.
    pub count: Option<i64>,
}

impl<'a> From<&'a EventPayload> for Facts<'a> {
    fn from(payload: &'a EventPayload) -> Self {
        use EventPayload as P;
        let none = Self::default();
        match payload {
            P::WorkspaceCreated(it) => Self { name: it.name.as_deref(), ..none },
            P::InvitationCreated(it) | P::InvitationRevoked(it) => Self { role: Some(it.role), ..none },
            P::MemberAdded(it) => Self { role: Some(it.role), ..none },
            P::MemberRoleChanged(it) => Self { role: Some(it.role), ..none },
            P::KeyCreated(it) | P::KeyRotated(it) | P::KeyRevoked(it) => {
                Self { name: it.name.as_deref(), ..none }
            }
            P::AccountConnected(it)
            | P::AccountUpdated(it)
            | P::AccountReconnectRequired(it)
            | P::AccountDisconnected(it) => {
                let reason = it.state.as_ref().and_then(|state| state.reason.as_deref());
                Self { reason, ..Self::of_account(&it.account) }
            }
            P::AccountTokenExpiring(it) => Self::of_account(&it.account),
            P::AccountMilestone(it) => Self::of_milestone(it),
            P::MetricsUpdated(it) => {
                let content = match it.publications.as_slice() {
                    [only] => Some(only.publication.content.as_str()),
                    _ => None,
                };
                let count = i64::try_from(it.publications.len()).ok();
                Self { content, count, ..Self::of_account(&it.account) }
            }
            P::MediaUploaded(it) | P::MediaUpdated(it) | P::MediaDeleted(it) => {
                Self { file_name: it.file_name.as_deref(), ..none }
            }
            P::MediaReady(it) => Self { media_url: Some(&it.media_url), ..none },
            P::MediaFailed(it) => Self { media_url: Some(&it.media_url), reason: Some(&it.reason), ..none },
            P::PostCreated(it) | P::PostUpdated(it) | P::PostScheduled(it) | P::PostCancelled(it) => {
                Self { content: Some(&it.content), scheduled_at: it.scheduled_at, ..none }
            }
            P::PostDeleted(it) => Self { content: Some(&it.content), ..none },
            P::PostStatusChanged(it) => {
                Self { content: Some(&it.content), post_to: Some(it.post_to), ..none }
            }
            P::CampaignCreated(it)
            | P::CampaignUpdated(it)
            | P::CampaignPaused(it)
            | P::CampaignResumed(it)
            | P::CampaignCompleted(it)
            | P::CampaignDeleted(it) => Self { name: Some(&it.name), ..none },
            P::TemplateCreated(it) | P::TemplateUpdated(it) | P::TemplateDeleted(it) => {
                Self { name: Some(&it.name), ..none }
            }
            P::ExportProgress(it) | P::ExportReady(it) | P::ExportFailed(it) => {
                Self { reason: it.reason.as_deref(), ..none }
            }
            P::ImportProgress(it) | P::ImportFinished(it) => {
                Self { import_status: Some(it.status), reason: it.reason.as_deref(), ..none }
            }
            P::InboxMessageReceived(it) => {
                let account = Some((it.account_name.as_str(), Some(it.inbox.platform)));
                Self { account, ..Self::of_message(&it.inbox) }
            }
            P::InboxRead(it) => Self::of_message(it),
            P::InboxReplyQueued(it) => Self::of_message(&it.inbox),
            P::InboxReplied(it) | P::InboxReplyFailed(it) => {
                let reason = it.error.as_ref().map(|error| error.message.as_str());
                Self { reason, ..Self::of_message(&it.inbox) }
            }
            _ => payload.target().map_or(none, Self::of_target),
        }
    }
}

impl<'a> Facts<'a> {
    fn of_account(account: &'a AccountRef) -> Self {
        let account = (account.account_name.as_str(), Some(account.platform));
        Self { account: Some(account), ..Self::default() }
    }

    fn of_milestone(reached: &'a MilestonePayload) -> Self {
        Self {
            content: reached.publication.as_ref().map(|publication| publication.content.as_str()),
            milestone: Some(reached.metric),
            count: Some(reached.milestone),
            ..Self::of_account(&reached.account)
        }
    }

    fn of_message(inbox: &'a InboxPayload) -> Self {
        Self { sender: Some(&inbox.sender), text: Some(&inbox.text), ..Self::default() }
    }

    fn of_target(target: &'a TargetPayload) -> Self {
        Self {
            content: Some(&target.content),
            account: target.account_name.as_deref().map(|name| (name, target.platform)),
            reason: target.error.as_ref().and_then(|error| error.message.as_deref()),
            ..Self::default()
        }
    }

    /// The values of the message, by name. What is empty is not known.
    pub fn values(&self, language: Language) -> Values<'_> {
        let quoted = |text: Option<&str>| text.map(|text| Cow::<str>::from(short(text)));
        let line = |text: Option<&str>| text.map(|text| Cow::<str>::from(one_line(text)));
        let word = |key: String| Cow::<str>::from(message(language, &key, 1, &Values::new()));
        let account = self.account.map(|(name, platform)| match platform {
            Some(platform) => format!("{} ({})", one_line(name), platform.display_name()),
            None => one_line(name),
        });
        let values = [
            ("content", quoted(self.content)),
            ("name", quoted(self.name)),
            ("file", quoted(self.file_name)),
            ("url", quoted(self.media_url)),
            ("text", quoted(self.text)),
            ("sender", line(self.sender)),
            ("account", account.map(Cow::from)),
            ("role", self.role.map(|role| word(format!("role.{role}")))),
            ("reason", line(self.reason)),
            ("time", self.scheduled_at.map(|at| Cow::from(at.to_string()))),
            ("status", self.post_to.map(|status| word(format!("post_status.{status}")))),
            ("count", self.count.map(|count| Cow::from(count.to_string()))),
        ];
        let known = values.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known.filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// A text without line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text on one line, and no longer than is quoted.
fn short(text: &str) -> String {
    let words = one_line(text);
    let mut short: String = words.chars().take(QUOTED).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_every_status_has_a_word_in_every_language() {
        for language in Language::ALL {
            let roles = Role::ALL.iter().map(|role| Facts { role: Some(*role), ..Facts::default() });
            let statuses = PostStatus::ALL.iter().map(|to| Facts { post_to: Some(*to), ..Facts::default() });
            for facts in roles.chain(statuses) {
                let values = facts.values(*language);
                let word = values.get("role").or(values.get("status")).unwrap();
                assert!(!word.contains('.'), "{word} in {language:?}");
            }
        }
    }
}
