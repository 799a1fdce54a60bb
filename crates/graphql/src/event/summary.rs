//! An event in one line.

use fanfare_domain::event::ActivityKind as Kind;
use fanfare_domain::platform::Platform;
use serde_json::Value;

/// Characters of a post's text that are quoted.
const QUOTED: usize = 40;

/// What an event tells of itself.
struct Told<'a>(&'a Value);

impl<'a> Told<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn error(&self) -> Option<&'a str> {
        self.0.pointer("/error/message").and_then(Value::as_str)
    }

    fn post(&self) -> String {
        quoted("The post", self.text("content"))
    }

    fn named(&self, noun: &str) -> String {
        quoted(noun, self.text("name"))
    }

    fn file(&self) -> String {
        quoted("The file", self.text("file_name"))
    }

    fn message(&self) -> String {
        quoted("The message", self.text("text"))
    }

    fn role(&self) -> &'a str {
        self.text("role").unwrap_or("member")
    }

    fn account(&self) -> String {
        match (self.text("account_name"), self.text("platform").and_then(Platform::parse)) {
            (Some(name), Some(platform)) => format!("{name} ({})", platform.display_name()),
            (Some(name), None) => name.to_owned(),
            _ => "the account".to_owned(),
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
pub fn summary(kind: Kind, payload: &Value) -> String {
    let told = Told(payload);
    match kind {
        Kind::WorkspaceCreated => told.named("The workspace") + " was created",
        Kind::MemberAdded => format!("A member was added as {}", told.role()),
        Kind::MemberRoleChanged => format!("A member became {}", told.role()),
        Kind::MemberRemoved => "A member was removed".to_owned(),
        Kind::MemberPasswordChanged => "A member changed the password".to_owned(),
        Kind::MemberSecondFactorEnabled => "A member turned on codes at sign-in".to_owned(),
        Kind::MemberSecondFactorDisabled => "A member turned off codes at sign-in".to_owned(),
        Kind::MemberRecoveryCodesMade => "A member made new recovery codes".to_owned(),
        Kind::MemberRecoveryCodeUsed => "A member used a recovery code".to_owned(),
        Kind::MemberErased => "A member had himself erased".to_owned(),
        Kind::KeyCreated => told.named("The API key") + " was made",
        Kind::KeyRotated => told.named("The API key") + " got a new secret",
        Kind::KeyRevoked => told.named("The API key") + " was revoked",
        Kind::AccountConnected => format!("{} was connected", told.account()),
        Kind::AccountUpdated => format!("{} was updated", told.account()),
        Kind::AccountReconnectRequired => {
            because(format!("{} has to be reconnected", told.account()), told.text("reason"))
        }
        Kind::AccountTokenExpiring => format!("The access to {} ends soon", told.account()),
        Kind::AccountMilestone => milestone(payload, &told.post(), &told.account()),
        Kind::AccountDisconnected => format!("{} was disconnected", told.account()),
        Kind::MediaUploaded => told.file() + " was uploaded",
        Kind::MediaReady => quoted("The medium", told.text("media_url")) + " was fetched",
        Kind::MediaFailed => fetch_failed(&told),
        Kind::MediaDeleted => told.file() + " was deleted",
        Kind::PostCreated => told.post() + " was created",
        Kind::PostUpdated => told.post() + " was changed",
        Kind::PostScheduled => match told.text("scheduled_at") {
            Some(at) => format!("{} was scheduled for {at}", told.post()),
            None => told.post() + " was sent to be published",
        },
        Kind::PostCancelled => told.post() + " was cancelled",
        Kind::PostDeleted => told.post() + " was deleted",
        Kind::PostStatusChanged => {
            format!("{} is now {}", told.post(), told.text("post_to").unwrap_or("changed").replace('_', " "))
        }
        Kind::TargetPending => because(told.on_account("waits to be published on"), told.error()),
        Kind::TargetPublishing => told.on_account("is being published on"),
        Kind::TargetPublished => told.on_account("was published on"),
        Kind::TargetFailed => because(told.on_account("could not be published on"), told.error()),
        Kind::TargetNeedsReview => because(told.on_account("has to be looked at on"), told.error()),
        Kind::TargetCancelled => told.on_account("was cancelled on"),
        Kind::TargetCompensating => told.on_account("is being deleted again from"),
        Kind::TargetCompensated => told.on_account("was deleted again from"),
        Kind::CampaignCreated => told.named("The campaign") + " was created",
        Kind::CampaignUpdated => told.named("The campaign") + " was changed",
        Kind::CampaignPaused => told.named("The campaign") + " was paused",
        Kind::CampaignResumed => told.named("The campaign") + " goes on",
        Kind::CampaignCompleted => told.named("The campaign") + " was completed",
        Kind::CampaignDeleted => told.named("The campaign") + " was deleted",
        Kind::TemplateCreated => told.named("The template") + " was created",
        Kind::TemplateUpdated => told.named("The template") + " was changed",
        Kind::TemplateDeleted => told.named("The template") + " was deleted",
        Kind::SettingsUpdated => "The settings were changed".to_owned(),
        Kind::ExportProgress => "An export is being written".to_owned(),
        Kind::ExportReady => "An export is ready".to_owned(),
        Kind::ExportFailed => because("An export could not be written".to_owned(), told.text("reason")),
        Kind::ImportProgress => "An import is under way".to_owned(),
        Kind::ImportFinished => import_end(&told),
        Kind::MetricsUpdated => told.on_account("has new numbers on"),
        Kind::InboxMessageReceived => quoted(
            &format!("{} said to {}:", told.text("sender").unwrap_or("Somebody"), told.account()),
            told.text("text"),
        ),
        Kind::InboxRead => told.message() + " was marked",
        Kind::InboxReplied => told.message() + " was answered",
        Kind::InboxReplyFailed => because(told.message() + " could not be answered", told.error()),
    }
}

fn fetch_failed(told: &Told<'_>) -> String {
    because(quoted("The medium", told.text("media_url")) + " could not be fetched", told.text("reason"))
}

fn import_end(told: &Told<'_>) -> String {
    match told.text("status") {
        Some("failed") => because("An import could not be finished".to_owned(), told.text("reason")),
        Some("cancelled") => "An import was cancelled".to_owned(),
        _ => "An import has ended".to_owned(),
    }
}

fn milestone(payload: &Value, post: &str, account: &str) -> String {
    let reached = payload.get("milestone").and_then(Value::as_i64).unwrap_or_default();
    match payload.get("metric").and_then(Value::as_str) {
        Some("engagement") => format!("{post} reached {reached} reactions on {account}"),
        _ => format!("{account} reached {reached} followers"),
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

    #[test]
    fn a_summary_is_one_line_that_names_what_it_is_about() {
        let payload = json!({
            "content": format!("Hello\n{}", "x".repeat(100)), "account_name": "Ada", "platform": "twitter",
            "error": { "code": "rejected", "message": "Too long." }, "post_to": "partially_published",
        });
        let published = summary(Kind::TargetPublished, &payload);
        assert_eq!(published, format!("The post \"Hello {}…\" was published on Ada (X)", "x".repeat(34)));
        assert!(summary(Kind::TargetFailed, &payload).ends_with("on Ada (X): Too long."));
        assert!(summary(Kind::PostStatusChanged, &payload).ends_with("is now partially published"));
    }

    #[test]
    fn a_summary_needs_nothing_of_the_payload() {
        for kind in Kind::ALL {
            let line = summary(*kind, &Value::Null);
            assert!(!line.is_empty() && !line.contains('"'), "{kind}: {line}");
        }
    }
}
