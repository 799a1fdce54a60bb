//! One run of a deletion on a network: to undo a publication, or because a person asked for it. Deleting what is gone
//! is no error, so a deletion whose answer was lost is simply sent again.

use crate::Engine;
use crate::calls::{CallError, Calls, IfLost, call};
use crate::ending::Ending;
use crate::ledger::newest;
use crate::work::Work;
use fanfare_domain::id::{JobId, StepId};
use fanfare_domain::post::Outcome;
use fanfare_domain::post::{StepPhase, StepState, TargetErrorCode};
use fanfare_leased_work::Held;
use fanfare_platform_api::{PlatformError, PublishingClient, StepSpec};
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use serde_json::json;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(20);

/// Deletes what the target published.
pub async fn delete(
    engine: &Engine,
    client: &dyn PublishingClient,
    held: &Held<JobId>,
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
        Some(row) => engine.write_resent(held, row.id, None).await?,
        None => engine.write_sent(work, held, (StepPhase::Delete, &spec), None, None).await?,
    };
    let mut calls = Calls::new(engine, &work.account, held);
    let deleted = call!(calls, TIMEOUT, IfLost::Unknown, |call| client.delete(&call, &external_id));
    let error = match deleted {
        Ok(()) => {
            engine.note_health(&work.account, None);
            let evidence = Some(json!({ "deleted": external_id }));
            let settlement = Settlement {
                remote_id: Some(external_id),
                evidence,
                ..Settlement::new(id, StepState::Confirmed)
            };
            return Ok(Ending { settlement: Some(settlement), outcome: Outcome::Deleted });
        }
        Err(CallError::Database(error)) => return Err(error),
        Err(CallError::Token(error)) => error.before_call(),
        Err(CallError::Platform(error)) => error,
    };
    engine.note_health(&work.account, Some(&error));
    failed(engine, work, id, &error).await
}

async fn failed(engine: &Engine, work: &Work, id: StepId, error: &PlatformError) -> Result<Ending, DbError> {
    let words = error.to_string();
    let attempts = u32::try_from(work.job.attempts).unwrap_or(0) + 1;
    if matches!(error, PlatformError::Auth { .. }) {
        engine.require_reconnect(&work.account, &words).await?;
    }
    let again = |counted, wait| Outcome::Again {
        at: engine.again_at(attempts, wait),
        counted,
        error: Some((TargetErrorCode::Transient, words.clone())),
    };
    let (state, outcome) = match error {
        PlatformError::RateLimited { retry_after, .. } => {
            (StepState::Refused, again(false, Some(retry_after.unwrap_or(Duration::from_mins(1)))))
        }
        _ if engine.is_out(&work.job, error) => (StepState::Unknown, again(false, None)),
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
