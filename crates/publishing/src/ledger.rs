//! The engine's side of the ledger: rows before and after a call.

use super::work::Work;
use crate::Engine;
use fanfare_auth::sealed_places::step_memory;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{JobId, StepId};
use fanfare_domain::post::{StepPhase, StepState};
use fanfare_domain::read_back::Sent;
use fanfare_leased_work::Held;
use fanfare_platform_api::{ConfirmedStep, StepOutcome, StepSpec};
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::rows::{NewStep, Step};
use tokio::time::Instant;

/// The newest row of a step.
pub fn newest<'a>(ledger: &'a [Step], phase: StepPhase, spec: &StepSpec) -> Option<&'a Step> {
    ledger.iter().rev().find(|row| row.phase == phase && row.name == spec.name && row.step_key == spec.key)
}

impl Engine {
    /// Commits that a step is about to be sent, and with it the lease for as long as a call may take. `network_now`: the
    /// network's time, where it counts and is known. `before`: how the step before it went, if that is not written yet.
    pub(super) async fn write_sent(
        &self,
        work: &Work,
        held: &Held<JobId>,
        (phase, spec): (StepPhase, &StepSpec),
        network_now: Option<Timestamp>,
        before: Option<Settlement>,
    ) -> Result<StepId, DbError> {
        let (since, now, lease_for) = (Instant::now(), self.clock.now(), self.options.lease);
        let call = network_now.map(|now| Sent::now(now, lease_for));
        let step = NewStep {
            workspace_id: work.job.workspace_id,
            target_id: work.target.id,
            phase,
            name: spec.name.to_owned(),
            step_key: spec.key.clone(),
            state: StepState::Sent,
            public_effect: spec.public_effect,
            deadline_at: now.plus(lease_for),
            sent_at: now,
            network_sent_at: call.map(|call| call.at),
            network_ended_at: call.map(|call| call.ended_by),
        };
        let id = self.runs.sent(held.lease(), step, before).await?;
        held.extended(since, lease_for);
        Ok(id)
    }

    /// Commits that a step which can be asked again without harm is being asked again: its row serves once more.
    pub(super) async fn write_resent(
        &self,
        held: &Held<JobId>,
        row: StepId,
        network_now: Option<Timestamp>,
    ) -> Result<StepId, DbError> {
        let (since, now, lease_for) = (Instant::now(), self.clock.now(), self.options.lease);
        let ended_at = network_now.map(|now| now.plus(lease_for));
        self.db.ledger().resent(held.lease(), lease_for, row, ended_at, now).await?;
        held.extended(since, lease_for);
        Ok(row)
    }

    pub(super) async fn write_settled(
        &self,
        held: &Held<JobId>,
        settlement: Settlement,
    ) -> Result<(), DbError> {
        self.runs.settled(held.lease(), settlement, self.clock.now()).await
    }

    /// How a step that is done is written, with what it must remember sealed.
    pub(super) fn confirmed(&self, work: &Work, id: StepId, outcome: &StepOutcome) -> Settlement {
        let StepOutcome::Done { remote_id, url, evidence, memory } = outcome else {
            return Settlement::new(id, StepState::Sent);
        };
        let sealed = memory.as_ref().and_then(|memory| {
            self.sealer
                .seal(&memory.to_string(), step_memory(&owner(work)))
                .inspect_err(|error| {
                    tracing::error!(%error, "a step's memory could not be sealed");
                })
                .ok()
        });
        Settlement {
            remote_id: remote_id.clone(),
            url: url.as_ref().map(ToString::to_string),
            evidence: Some(evidence.clone()),
            memory_sealed: sealed,
            ..Settlement::new(id, StepState::Confirmed)
        }
    }

    /// A confirmed row as later steps see it.
    pub(super) fn recall(&self, work: &Work, row: &Step) -> ConfirmedStep {
        let memory = row.memory_sealed.as_deref().and_then(|sealed| {
            let text = self.sealer.open(sealed, step_memory(&owner(work))).ok()?;
            serde_json::from_str(&text).ok()
        });
        ConfirmedStep {
            name: row.name.clone(),
            key: row.step_key.clone(),
            remote_id: row.remote_id.clone(),
            memory,
        }
    }
}

fn owner(work: &Work) -> String {
    work.target.id.to_string()
}
