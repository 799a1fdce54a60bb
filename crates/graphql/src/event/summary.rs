//! An event in one line.

use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{AccountRef, InboxPayload, MilestoneMetric, TargetPayload};
use fanfare_domain::event::{ActivityKind as Kind, EventPayload};
use fanfare_domain::import::ImportStatus;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PostStatus;

/// Characters of a post's text that are quoted.
const QUOTED: usize = 40;

/// What an event says, as far as its line needs it.
#[derive(Default)]
struct Told<'a> {
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
    import_status: Option<ImportStatus>,
    milestone: Option<(MilestoneMetric, i64)>,
    /// How many posts have new metrics.
    publications: usize,
}

impl<'a> From<&'a EventPayload> for Told<'a> {
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
            P::AccountMilestone(it) => Self {
                content: it.publication.as_ref().map(|it| it.content.as_str()),
                milestone: Some((it.metric, it.milestone)),
                ..Self::of_account(&it.account)
            },
            P::MetricsUpdated(it) => {
                let content = match it.publications.as_slice() {
                    [only] => Some(only.publication.content.as_str()),
                    _ => None,
                };
                Self { content, publications: it.publications.len(), ..Self::of_account(&it.account) }
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

impl<'a> Told<'a> {
    fn of_account(account: &'a AccountRef) -> Self {
        let account = (account.account_name.as_str(), Some(account.platform));
        Self { account: Some(account), ..Self::default() }
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

    fn post(&self) -> String {
        quoted("The post", self.content)
    }

    fn named(&self, noun: &str) -> String {
        quoted(noun, self.name)
    }

    fn file(&self) -> String {
        quoted("The file", self.file_name)
    }

    fn message(&self) -> String {
        quoted("The message", self.text)
    }

    fn role(&self) -> &'static str {
        self.role.map_or("member", Role::as_str)
    }

    fn account(&self) -> String {
        match self.account {
            Some((name, Some(platform))) => format!("{name} ({})", platform.display_name()),
            Some((name, None)) => name.to_owned(),
            None => "the account".to_owned(),
        }
    }

    fn on_account(&self, what: &str) -> String {
        format!("{} {what} {}", self.post(), self.account())
    }
}

fn because(line: String, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{line}: {reason}"),
        None => line,
    }
}

/// What happened, in one English line.
#[expect(clippy::too_many_lines, reason = "one line for each kind")]
pub fn summary(kind: Kind, payload: Option<&EventPayload>) -> String {
    let told = payload.map(Told::from).unwrap_or_default();
    match kind {
        Kind::WorkspaceCreated => told.named("The workspace") + " was created",
        Kind::InvitationCreated => format!("Someone was invited as {}", told.role()),
        Kind::InvitationRevoked => format!("An invitation as {} was revoked", told.role()),
        Kind::MemberAdded => format!("A member joined as {}", told.role()),
        Kind::MemberRoleChanged => format!("A member became {}", told.role()),
        Kind::MemberRemoved => "A member was removed".to_owned(),
        Kind::MemberProfileChanged => "A member changed their name".to_owned(),
        Kind::MemberEmailChanged => "A member changed the e-mail address".to_owned(),
        Kind::MemberPasswordChanged => "A member changed the password".to_owned(),
        Kind::MemberSecondFactorEnabled => "A member turned on two-factor authentication".to_owned(),
        Kind::MemberSecondFactorDisabled => "A member turned off two-factor authentication".to_owned(),
        Kind::MemberRecoveryCodesMade => "A member made new recovery codes".to_owned(),
        Kind::MemberRecoveryCodeUsed => "A member used a recovery code".to_owned(),
        Kind::MemberSignedIn => "A member signed in".to_owned(),
        Kind::MemberSignInFailed => "A sign-in as a member failed".to_owned(),
        Kind::MemberSecondFactorLocked => {
            "Too many wrong two-factor codes were given for a member".to_owned()
        }
        Kind::MemberErased => "A member erased their user".to_owned(),
        Kind::KeyCreated => told.named("The API key") + " was made",
        Kind::KeyRotated => told.named("The API key") + " got a new secret",
        Kind::KeyRevoked => told.named("The API key") + " was revoked",
        Kind::AccountConnected => format!("{} was connected", told.account()),
        Kind::AccountUpdated => format!("{} was updated", told.account()),
        Kind::AccountReconnectRequired => {
            because(format!("{} must be reconnected", told.account()), told.reason)
        }
        Kind::AccountTokenExpiring => format!("The access to {} ends soon", told.account()),
        Kind::AccountMilestone => milestone(&told),
        Kind::AccountDisconnected => format!("{} was disconnected", told.account()),
        Kind::MediaUploaded => told.file() + " was uploaded",
        Kind::MediaUpdated => told.file() + " was changed",
        Kind::MediaReady => quoted("The media file", told.media_url) + " was fetched",
        Kind::MediaFailed => fetch_failed(&told),
        Kind::MediaDeleted => told.file() + " was deleted",
        Kind::PostCreated => told.post() + " was created",
        Kind::PostUpdated => told.post() + " was changed",
        Kind::PostScheduled => scheduled(&told),
        Kind::PostCancelled => told.post() + " was cancelled",
        Kind::PostDeleted => told.post() + " was deleted",
        Kind::PostStatusChanged => status_changed(&told),
        Kind::TargetPending => because(told.on_account("waits to be published on"), told.reason),
        Kind::TargetPublishing => told.on_account("is being published on"),
        Kind::TargetPublished => told.on_account("was published on"),
        Kind::TargetFailed => because(told.on_account("could not be published on"), told.reason),
        Kind::TargetNeedsReview => because(told.on_account("needs a review on"), told.reason),
        Kind::TargetCancelled => told.on_account("was cancelled on"),
        Kind::TargetCompensating => told.on_account("is being deleted again from"),
        Kind::TargetCompensated => told.on_account("was deleted again from"),
        Kind::CampaignCreated => told.named("The campaign") + " was created",
        Kind::CampaignUpdated => told.named("The campaign") + " was changed",
        Kind::CampaignPaused => told.named("The campaign") + " was paused",
        Kind::CampaignResumed => told.named("The campaign") + " was resumed",
        Kind::CampaignCompleted => told.named("The campaign") + " was completed",
        Kind::CampaignDeleted => told.named("The campaign") + " was deleted",
        Kind::TemplateCreated => told.named("The template") + " was created",
        Kind::TemplateUpdated => told.named("The template") + " was changed",
        Kind::TemplateDeleted => told.named("The template") + " was deleted",
        Kind::SettingsUpdated => "The settings were changed".to_owned(),
        Kind::ExportProgress => "An export is being written".to_owned(),
        Kind::ExportReady => "An export is ready".to_owned(),
        Kind::ExportFailed => because("An export could not be written".to_owned(), told.reason),
        Kind::ImportProgress => "An import is under way".to_owned(),
        Kind::ImportFinished => import_end(&told),
        Kind::MetricsUpdated => metrics_updated(&told),
        Kind::InboxMessageReceived => {
            quoted(&format!("{} said to {}:", told.sender.unwrap_or("Someone"), told.account()), told.text)
        }
        Kind::InboxRead => told.message() + " was marked",
        Kind::InboxReplyQueued => told.message() + " has a reply that waits to be sent",
        Kind::InboxReplied => told.message() + " was answered",
        Kind::InboxReplyFailed => because(told.message() + " could not be answered", told.reason),
    }
}

fn metrics_updated(told: &Told<'_>) -> String {
    match told.publications {
        0 | 1 => told.on_account("has new metrics on"),
        many => format!("{many} posts have new metrics on {}", told.account()),
    }
}

fn scheduled(told: &Told<'_>) -> String {
    match told.scheduled_at {
        Some(at) => format!("{} was scheduled for {at}", told.post()),
        None => told.post() + " was sent to be published",
    }
}

fn status_changed(told: &Told<'_>) -> String {
    let status = told.post_to.map_or("changed", PostStatus::as_str).replace('_', " ");
    format!("{} is now {status}", told.post())
}

fn fetch_failed(told: &Told<'_>) -> String {
    because(quoted("The media file", told.media_url) + " could not be fetched", told.reason)
}

fn import_end(told: &Told<'_>) -> String {
    match told.import_status {
        Some(ImportStatus::Failed) => because("An import could not be finished".to_owned(), told.reason),
        Some(ImportStatus::Cancelled) => "An import was cancelled".to_owned(),
        _ => "An import has ended".to_owned(),
    }
}

fn milestone(told: &Told<'_>) -> String {
    let reached = told.milestone.map_or(0, |(_, reached)| reached);
    match told.milestone {
        Some((MilestoneMetric::Engagement, _)) => {
            format!("{} reached {reached} reactions on {}", told.post(), told.account())
        }
        _ => format!("{} reached {reached} followers", told.account()),
    }
}

/// `The post "Hello"`, or `The post` where nothing is known of it.
fn quoted(noun: &str, text: Option<&str>) -> String {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return noun.to_owned() };
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = words.chars().take(QUOTED).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    format!("{noun} \"{short}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line(kind: Kind, payload: &serde_json::Value) -> String {
        summary(kind, Some(&EventPayload::read(kind, payload).unwrap()))
    }

    #[test]
    fn a_summary_is_one_line_that_names_what_it_is_about() {
        let payload = json!({
            "post_id": 7, "target_id": 9, "account_id": 3, "from": "publishing", "to": "failed",
            "content": format!("Hello\n{}", "x".repeat(100)), "account_name": "Ada", "platform": "twitter",
            "error": { "code": "rejected", "message": "Too long." }, "post_status": "partially_published",
            "post_from": "publishing", "post_to": "partially_published",
        });
        let published = line(Kind::TargetPublished, &payload);
        assert_eq!(published, format!("The post \"Hello {}…\" was published on Ada (X)", "x".repeat(34)));
        assert!(line(Kind::TargetFailed, &payload).ends_with("on Ada (X): Too long."));
        assert!(line(Kind::PostStatusChanged, &payload).ends_with("is now partially published"));
        let milestone = json!({
            "account_id": 3, "platform": "twitter", "account_name": "Ada", "metric": "followers", "milestone": 500,
            "count": 512,
        });
        assert_eq!(line(Kind::AccountMilestone, &milestone), "Ada (X) reached 500 followers");
        let publication = json!({ "post_id": 7, "target_id": 9, "content": "Hello", "engagement": 6 });
        let metrics = |publications: &[serde_json::Value]| {
            let account = json!({ "account_id": 3, "platform": "twitter", "account_name": "Ada" });
            let mut payload = account.as_object().unwrap().clone();
            payload.insert("publications".to_owned(), publications.into());
            line(Kind::MetricsUpdated, &payload.into())
        };
        assert_eq!(
            metrics(std::slice::from_ref(&publication)),
            "The post \"Hello\" has new metrics on Ada (X)"
        );
        assert_eq!(metrics(&[publication.clone(), publication]), "2 posts have new metrics on Ada (X)");
    }

    #[test]
    fn a_summary_needs_nothing_of_the_payload() {
        for kind in Kind::ALL {
            let line = summary(*kind, None);
            assert!(!line.is_empty() && !line.contains('"'), "{kind}: {line}");
        }
    }
}
