//! One run of a deletion on a network: to undo a publication, or because a person asked for it. Deleting what is gone
//! is no error, so a deletion whose answer was lost is simply sent again.

use super::Engine;
use super::guard::LeaseGuard;
use super::ledger::newest;
use super::publication::Ending;
use super::tokens::TokenError;
use super::work::Work;
use fanfare_domain::id::StepId;
use fanfare_domain::post::Outcome;
use fanfare_domain::post::{StepPhase, StepState, TargetErrorCode};
use fanfare_platform_api::{Call, PlatformError, PublishingClient, StepSpec};
use fanfare_storage::DbError;
use fanfare_storage::outcome::Settlement;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_secs(20);

/// Deletes what the target published.
pub async fn delete(
    engine: &Arc<Engine>,
    client: &dyn PublishingClient,
    guard: &LeaseGuard,
    work: &Work,
) -> Result<Ending, DbError> {
    let Some(external_id) = work.target.external_id.clone() else {
        let message = "The network's id of the post is not known; delete it there.".to_owned();
        return Ok(Outcome::NeedsReview { message }.into());
    };
    let spec = StepSpec { name: "delete", key: String::new(), public_effect: true, timeout: TIMEOUT };
    let open = newest(&work.ledger, StepPhase::Delete, &spec)
        .filter(|row| matches!(row.state, StepState::Sent | StepState::Unknown));
    let id = match open {
        Some(row) => engine.write_resent(guard, row.id).await?,
        None => engine.write_sent(work, guard, StepPhase::Delete, &spec).await?,
    };
    match attempt(engine, client, guard, work, &external_id).await? {
        Ok(()) => {
            engine.note_health(work.job.platform, None);
            let evidence = Some(json!({ "deleted": external_id }));
            let settlement = Settlement {
                remote_id: Some(external_id),
                evidence,
                ..Settlement::new(id, StepState::Confirmed)
            };
            Ok(Ending { settlement: Some(settlement), outcome: Outcome::Deleted })
        }
        Err(error) => {
            engine.note_health(work.job.platform, Some(&error));
            failed(engine, work, id, &error).await
        }
    }
}

/// One call, and one more with a new token where the first is refused.
async fn attempt(
    engine: &Arc<Engine>,
    client: &dyn PublishingClient,
    guard: &LeaseGuard,
    work: &Work,
    external_id: &str,
) -> Result<Result<(), PlatformError>, DbError> {
    let mut refused: Option<String> = None;
    loop {
        let token = match engine.access_token(&work.account, refused.as_deref()).await {
            Ok(token) => token,
            Err(TokenError::Database(error)) => return Err(error),
            Err(TokenError::Platform(error)) => return Ok(Err(error)),
        };
        let call = Call {
            access_token: &token,
            account_remote_id: &work.account.remote_id,
            deadline: Instant::now() + TIMEOUT.min(guard.ends_at().saturating_duration_since(Instant::now())),
            media: engine.media.as_ref(),
        };
        let outcome = tokio::select! {
            biased;
            () = guard.lost() => Err(PlatformError::Unknown { message: "the lease ended during the call".to_owned() }),
            outcome = client.delete(&call, external_id) => outcome,
        };
        match outcome {
            Err(PlatformError::Auth { .. }) if refused.is_none() => refused = Some(token),
            outcome => return Ok(outcome),
        }
    }
}

async fn failed(
    engine: &Arc<Engine>,
    work: &Work,
    id: StepId,
    error: &PlatformError,
) -> Result<Ending, DbError> {
    let words = error.to_string();
    let attempts = u32::try_from(work.job.attempts).unwrap_or(0) + 1;
    if matches!(error, PlatformError::Auth { .. }) {
        engine.require_reconnect(&work.account, &words).await?;
    }
    let again = |counted, wait| Outcome::Again {
        at: engine.again_at(attempts, wait),
        counted,
        charge_again: false,
        error: Some((TargetErrorCode::Transient, words.clone())),
    };
    let (state, outcome) = match error {
        PlatformError::RateLimited { retry_after, .. } => {
            (StepState::Refused, again(false, Some(retry_after.unwrap_or(Duration::from_mins(1)))))
        }
        PlatformError::Transient { .. } | PlatformError::Unknown { .. }
            if attempts < engine.options.max_attempts =>
        {
            (StepState::Unknown, again(true, None))
        }
        _ => {
            let message =
                format!("It could not be deleted on the network: {words}. Delete it there and decide.");
            (StepState::Refused, Outcome::NeedsReview { message })
        }
    };
    let settlement = Settlement { error: Some(words.clone()), ..Settlement::new(id, state) };
    Ok(Ending { settlement: Some(settlement), outcome })
}
