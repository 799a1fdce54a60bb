//! An event in one line.

use crate::domain::event::ActivityKind as Kind;
use crate::domain::platform::Platform;
use serde_json::Value;

/// Characters of a post's text that are quoted.
const QUOTED: usize = 40;

/// What happened, in one English line.
pub fn summary(kind: Kind, payload: &Value) -> String {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let post = || quoted("The post", text("content"));
    let campaign = || quoted("The campaign", text("name"));
    let template = || quoted("The template", text("name"));
    let account = || match (text("account_name"), text("platform").and_then(Platform::parse)) {
        (Some(name), Some(platform)) => format!("{name} ({})", platform.display_name()),
        (Some(name), None) => name.to_owned(),
        _ => "the account".to_owned(),
    };
    let on_account = |what: &str| format!("{} {what} {}", post(), account());
    let because = |line: String, reason: Option<&str>| match reason {
        Some(reason) => format!("{line}: {reason}"),
        None => line,
    };
    let error = payload.pointer("/error/message").and_then(Value::as_str);
    let sender = || text("sender").unwrap_or("Somebody");
    let message = || quoted("The message", text("text"));
    let role = || text("role").unwrap_or("member");
    match kind {
        Kind::WorkspaceCreated => quoted("The workspace", text("name")) + " was created",
        Kind::MemberAdded => format!("A member was added as {}", role()),
        Kind::MemberRoleChanged => format!("A member became {}", role()),
        Kind::MemberRemoved => "A member was removed".to_owned(),
        Kind::KeyCreated => quoted("The API key", text("name")) + " was made",
        Kind::KeyRotated => quoted("The API key", text("name")) + " got a new secret",
        Kind::KeyRevoked => quoted("The API key", text("name")) + " was revoked",
        Kind::AccountConnected => format!("{} was connected", account()),
        Kind::AccountUpdated => format!("{} was updated", account()),
        Kind::AccountReconnectRequired => {
            because(format!("{} has to be reconnected", account()), text("reason"))
        }
        Kind::AccountTokenExpiring => format!("The access to {} ends soon", account()),
        Kind::AccountMilestone => milestone(payload, &post(), &account()),
        Kind::AccountDisconnected => format!("{} was disconnected", account()),
        Kind::MediaUploaded => quoted("The file", text("file_name")) + " was uploaded",
        Kind::MediaDeleted => quoted("The file", text("file_name")) + " was deleted",
        Kind::PostCreated => post() + " was created",
        Kind::PostUpdated => post() + " was changed",
        Kind::PostScheduled => match text("scheduled_at") {
            Some(at) => format!("{} was scheduled for {at}", post()),
            None => post() + " was sent to be published",
        },
        Kind::PostCancelled => post() + " was cancelled",
        Kind::PostDeleted => post() + " was deleted",
        Kind::PostStatusChanged => {
            format!("{} is now {}", post(), text("post_to").unwrap_or("changed").replace('_', " "))
        }
        Kind::TargetPending => because(on_account("waits to be published on"), error),
        Kind::TargetPublishing => on_account("is being published on"),
        Kind::TargetPublished => on_account("was published on"),
        Kind::TargetFailed => because(on_account("could not be published on"), error),
        Kind::TargetNeedsReview => because(on_account("has to be looked at on"), error),
        Kind::TargetCancelled => on_account("was cancelled on"),
        Kind::TargetCompensating => on_account("is being deleted again from"),
        Kind::TargetCompensated => on_account("was deleted again from"),
        Kind::CampaignCreated => campaign() + " was created",
        Kind::CampaignUpdated => campaign() + " was changed",
        Kind::CampaignPaused => campaign() + " was paused",
        Kind::CampaignResumed => campaign() + " goes on",
        Kind::CampaignCompleted => campaign() + " was completed",
        Kind::CampaignDeleted => campaign() + " was deleted",
        Kind::TemplateCreated => template() + " was created",
        Kind::TemplateUpdated => template() + " was changed",
        Kind::TemplateDeleted => template() + " was deleted",
        Kind::SettingsUpdated => "The settings were changed".to_owned(),
        Kind::ExportProgress => "An export is being written".to_owned(),
        Kind::ExportReady => "An export is ready".to_owned(),
        Kind::ExportFailed => because("An export could not be written".to_owned(), text("reason")),
        Kind::MetricsUpdated => on_account("has new numbers on"),
        Kind::InboxMessageReceived => quoted(&format!("{} said to {}:", sender(), account()), text("text")),
        Kind::InboxRead => message() + " was marked",
        Kind::InboxReplied => message() + " was answered",
        Kind::InboxReplyFailed => because(message() + " could not be answered", error),
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
