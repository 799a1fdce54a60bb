//! One look at one inbox.

use crate::Engine;
use crate::calls::{Calls, IfLost, call};
use crate::failure::is_fault;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::inbox::InboxMessageType;
use fanfare_leased_work::Held;
use fanfare_platform_api::{InboxClient, InboxItem, InboxLook, PlatformError};
use fanfare_storage::DbError;
use fanfare_storage::rows::FoundMessage;
use fanfare_storage::work::inbox::{AutoAnswer, Found, Look};
use std::time::Duration;

/// The longest that a look takes, all its requests together.
const TIMEOUT: Duration = Duration::from_secs(90);
/// The longest wait after failures, or a refusal that more looks would not change.
pub(super) const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Characters of a text that are kept.
const LONGEST_TEXT: usize = 20_000;

/// What a look came to.
#[derive(Clone, Debug)]
pub enum Looked {
    Found(Found),
    Failed { words: String, next_at: Timestamp },
}

/// Looks at the account's inbox and says when it is looked at next.
pub async fn look(engine: &Engine, look: &Look, held: &Held<AccountId>) -> Result<Looked, DbError> {
    let platform = look.account.platform;
    let Some(inbox) = engine.registry.inbox(platform) else {
        let words = format!("This server does not read inboxes of {}.", platform.display_name());
        return Ok(Looked::Failed { words, next_at: engine.clock.now().plus(LONGEST_WAIT) });
    };
    let every = engine.look_every(&inbox.inbox_limits());
    let mut calls = Calls::new(engine, &look.account, held);
    let read = call!(calls, TIMEOUT, IfLost::Transient, |call| inbox.look(&call, look.mark.as_ref()));
    let now = engine.clock.now();
    let error = match read {
        Ok(InboxLook { items, mark }) => {
            engine.look_breakers.succeeded(platform, look.account.id, now);
            let messages: Vec<FoundMessage> = items.into_iter().map(stored).collect();
            // Accounts that began together drift apart.
            let next_at = now.plus(every.mul_f64(0.9 + 0.2 * rand::random::<f64>()));
            let workspace = look.account.workspace_id;
            let answer = if messages.is_empty() { None } else { answer(engine, inbox, workspace).await? };
            return Ok(Looked::Found(Found { messages, mark, next_at, answer }));
        }
        Err(error) => error.of_network()?,
    };
    let words = error.to_string();
    if is_fault(&error) {
        engine.look_breakers.failed(platform, look.account.id, now);
    }
    if matches!(error, PlatformError::Auth { .. }) {
        engine.require_reconnect(&look.account, &words).await?;
    }
    let next_at = now.plus(wait(&error, every, look.failures));
    tracing::info!(account = %look.account.id, %platform, error = words, "an inbox cannot be read");
    Ok(Looked::Failed { words, next_at })
}

/// What the workspace answers automatically, and to what the network takes it.
async fn answer(
    engine: &Engine,
    inbox: &dyn InboxClient,
    workspace: WorkspaceId,
) -> Result<Option<AutoAnswer>, DbError> {
    let Some(text) = engine.db.settings().auto_reply(workspace).await? else { return Ok(None) };
    let kinds = [InboxMessageType::Comment, InboxMessageType::Dm].into_iter();
    let kinds = kinds.filter(|kind| inbox.refuses_reply(*kind, &text).is_none()).collect();
    Ok(Some(AutoAnswer { text, kinds }))
}

/// How long a failed look is not repeated: never before Retry-After, ever longer after failures in a row.
fn wait(error: &PlatformError, every: Duration, failures: i32) -> Duration {
    let backoff = longer(every, failures);
    match error {
        PlatformError::RateLimited { retry_after, .. } => retry_after.unwrap_or(backoff).max(backoff),
        PlatformError::Rejected { .. } => LONGEST_WAIT.max(every),
        _ => backoff,
    }
}

/// The wait after a failure, ever longer. `failures`: those in a row before it.
pub(super) fn longer(every: Duration, failures: i32) -> Duration {
    let failures = u32::try_from(failures).unwrap_or(0).min(10);
    every.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_WAIT.max(every))
}

/// A message as it is stored: PostgreSQL takes no NUL, and a text has an end.
fn stored(item: InboxItem) -> FoundMessage {
    let clean = |text: &str| text.chars().filter(|c| *c != '\0').take(LONGEST_TEXT).collect::<String>();
    FoundMessage {
        remote_id: clean(&item.remote_id),
        thread_key: clean(&item.thread_key),
        kind: item.kind,
        sender_remote_id: clean(&item.sender.remote_id),
        sender_name: clean(&item.sender.name),
        sender_handle: item.sender.handle.as_deref().map(clean),
        text: clean(&item.text),
        url: item.url.map(String::from),
        parent_remote_id: item.parent_remote_id,
        post_external_id: item.post_external_id,
        received_at: item.received_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_fails_or_asks_for_time_is_left_alone_ever_longer_and_never_for_less_than_it_asked() {
        let every = Duration::from_mins(1);
        let message = String::new();
        let failed = PlatformError::Transient { message: message.clone() };
        assert_eq!(wait(&failed, every, 0), every);
        assert_eq!(wait(&failed, every, 3), Duration::from_mins(8));
        assert_eq!(wait(&failed, every, 30), LONGEST_WAIT);
        let asked = PlatformError::RateLimited {
            retry_after: Some(Duration::from_hours(5)),
            message: message.clone(),
        };
        assert_eq!(wait(&asked, every, 0), Duration::from_hours(5));
        let soon = PlatformError::RateLimited { retry_after: Some(Duration::from_secs(1)), message };
        assert_eq!(wait(&soon, every, 1), Duration::from_mins(2));
    }
}
