//! One run of a publication: the steps of the client's plan, from the first that is not confirmed.

use crate::Engine;
use crate::calls::{CallError, Calls, IfLost, call};
use crate::failure::Trace;
use crate::ledger::newest;
use crate::work::Work;
use fanfare_domain::id::{JobId, StepId};
use fanfare_domain::post::Outcome;
use fanfare_domain::post::{StepPhase, StepState, TargetErrorCode};
use fanfare_leased_work::Held;
use fanfare_platform_api::{
    Absence, ConfirmedStep, PlatformError, PublishingClient, ReadBack, StepOutcome, StepSpec,
};
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::rows::Step;
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

/// Ids of other targets that a read-back is told, at most.
const OWNED_BY_OTHERS: i64 = 200;
/// A wait for the network that is this short, in all, is spent in the run; a longer one gives the job back.
const SHORT_WAIT: Duration = Duration::from_secs(2);

/// How a run ends: the last step's settlement, if it is not yet written, and what becomes of the target.
#[derive(Clone)]
pub struct Ending {
    pub settlement: Option<Settlement>,
    pub outcome: Outcome,
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        Self { settlement: None, outcome }
    }
}

/// A run at its work.
pub struct Publication<'a> {
    engine: &'a Engine,
    client: &'a dyn PublishingClient,
    held: &'a Held<JobId>,
    work: &'a Work,
    calls: Calls<'a, JobId>,
    done: Vec<ConfirmedStep>,
    /// What the step with the public effect gave.
    published: Option<Published>,
    waited: Duration,
}

#[derive(Clone, Debug, Default)]
struct Published {
    external_id: Option<String>,
    url: Option<String>,
}

/// Where a step leaves the run.
enum Progress {
    Next,
    End(Ending),
}

impl<'a> Publication<'a> {
    pub fn new(
        engine: &'a Engine,
        client: &'a dyn PublishingClient,
        held: &'a Held<JobId>,
        work: &'a Work,
    ) -> Self {
        Self {
            engine,
            client,
            held,
            work,
            calls: Calls::new(engine, &work.account, held),
            done: Vec::new(),
            published: None,
            waited: Duration::ZERO,
        }
    }

    /// Walks the plan to its end, or to where it must stop for now.
    pub async fn run(mut self) -> Result<Ending, DbError> {
        if let Err(error) = self.calls.token().await {
            let error = error.of_network()?;
            if matches!(error, PlatformError::Auth { .. }) {
                self.engine.require_reconnect(&self.work.account, &error.to_string()).await?;
            }
            return Ok(self.consequence("token", &error, self.earlier_trace()).into());
        }
        let plan = self.client.plan(&self.work.input);
        for (index, spec) in plan.iter().enumerate() {
            let last = index + 1 == plan.len();
            if let Progress::End(ending) = self.take(spec, last).await? {
                return Ok(ending);
            }
        }
        Ok(self.ending(None))
    }

    fn ending(&self, settlement: Option<Settlement>) -> Ending {
        let published = self.published.clone().unwrap_or_default();
        let outcome = Outcome::Published { external_id: published.external_id, url: published.url };
        Ending { settlement, outcome }
    }

    /// Takes one step: skips it if it is confirmed, reads the network back if its outcome is open, else sends it.
    async fn take(&mut self, spec: &StepSpec, last: bool) -> Result<Progress, DbError> {
        let work = self.work;
        let row = newest(&work.ledger, StepPhase::Publish, spec);
        match row {
            Some(row) if row.state == StepState::Confirmed => {
                let step = self.engine.recall(work, row);
                self.remember(spec, step, row.url.clone());
                Ok(Progress::Next)
            }
            Some(row) if spec.public_effect && matches!(row.state, StepState::Sent | StepState::Unknown) => {
                self.settle_by_read_back(spec, row, last).await
            }
            Some(row) if matches!(row.state, StepState::Sent | StepState::Unknown) => {
                let id = self.engine.write_resent(self.held, row.id).await?;
                self.send(spec, id, last).await
            }
            _ => {
                let id = self.engine.write_sent(work, self.held, StepPhase::Publish, spec).await?;
                self.send(spec, id, last).await
            }
        }
    }

    fn remember(&mut self, spec: &StepSpec, step: ConfirmedStep, url: Option<String>) {
        if spec.public_effect {
            self.published = Some(Published { external_id: step.remote_id.clone(), url });
        } else if let (Some(published), Some(url)) = (&mut self.published, url) {
            published.url = Some(url);
        }
        self.done.push(step);
    }

    async fn send(&mut self, spec: &StepSpec, id: StepId, last: bool) -> Result<Progress, DbError> {
        let (client, input, account) = (self.client, &self.work.input, &self.work.account);
        loop {
            let done = &self.done;
            let outcome = call!(self.calls, spec.timeout, IfLost::Unknown, |call| client
                .run_step(&call, input, spec, done));
            match outcome {
                Ok(outcome) => {
                    self.engine.note_health(account, None);
                    match outcome {
                        StepOutcome::Done { .. } => return self.done(spec, id, &outcome, last).await,
                        StepOutcome::Wait { after, evidence } => {
                            self.waited += after;
                            if self.waited > SHORT_WAIT {
                                return Ok(self.wait(id, after, evidence));
                            }
                            sleep(after).await;
                        }
                    }
                }
                Err(CallError::Database(error)) => return Err(error),
                // The call itself was refused: whatever became of the refresh, nothing is public.
                Err(CallError::Token(error)) => return self.failed(spec, id, error.without_effect()).await,
                Err(CallError::Platform(error)) => {
                    self.engine.note_health(account, Some(&error));
                    return self.failed(spec, id, error).await;
                }
            }
        }
    }

    async fn done(
        &mut self,
        spec: &StepSpec,
        id: StepId,
        outcome: &StepOutcome,
        last: bool,
    ) -> Result<Progress, DbError> {
        let settlement = self.engine.confirmed(self.work, id, outcome);
        if let StepOutcome::Done { remote_id, memory, .. } = outcome {
            let step = ConfirmedStep {
                name: spec.name.to_owned(),
                key: spec.key.clone(),
                remote_id: remote_id.clone(),
                memory: memory.clone(),
            };
            self.remember(spec, step, settlement.url.clone());
        }
        if last {
            return Ok(Progress::End(self.ending(Some(settlement))));
        }
        self.engine.write_settled(self.held, settlement).await?;
        Ok(Progress::Next)
    }

    fn wait(&self, id: StepId, after: Duration, evidence: serde_json::Value) -> Progress {
        // The row stays `sent`: the same question is asked again.
        let settlement = Settlement { evidence: Some(evidence), ..Settlement::new(id, StepState::Sent) };
        let outcome = Outcome::Again {
            at: self.engine.clock.now().plus(after),
            counted: false,
            charge_again: false,
            error: None,
        };
        Progress::End(Ending { settlement: Some(settlement), outcome })
    }

    async fn failed(
        &mut self,
        spec: &StepSpec,
        id: StepId,
        error: PlatformError,
    ) -> Result<Progress, DbError> {
        let words = error.to_string();
        if self.published.is_some() {
            // What follows the publication (its address) is not worth failing for.
            let settlement = Settlement { error: Some(words), ..Settlement::new(id, StepState::Refused) };
            return Ok(Progress::End(self.ending(Some(settlement))));
        }
        let open = spec.public_effect && matches!(error, PlatformError::Unknown { .. });
        let state = if open { StepState::Unknown } else { StepState::Refused };
        let settlement = Settlement { error: Some(words.clone()), ..Settlement::new(id, state) };
        if matches!(error, PlatformError::Auth { .. }) {
            self.engine.require_reconnect(&self.work.account, &words).await?;
        }
        if matches!(error, PlatformError::PreparationExpired { .. }) {
            let (lease, target) = (self.held.lease(), self.work.target.id);
            self.engine.db.ledger().discard_preparation(lease, target).await?;
        }
        let trace = if open { Trace::Perhaps } else { Trace::None };
        let outcome = self.consequence(spec.name, &error, trace);
        Ok(Progress::End(Ending { settlement: Some(settlement), outcome }))
    }

    fn consequence(&self, step: &str, error: &PlatformError, trace: Trace) -> Outcome {
        self.engine.consequence(&self.work.job, step, error, trace)
    }

    /// Whether an earlier run left a public step open.
    fn earlier_trace(&self) -> Trace {
        let open = |row: &Step| {
            row.public_effect
                && row.phase == StepPhase::Publish
                && matches!(row.state, StepState::Sent | StepState::Unknown)
        };
        if self.work.ledger.iter().any(open) { Trace::Perhaps } else { Trace::None }
    }

    /// Settles a public step whose outcome is open by what the network shows, and sends it again only if it is
    /// certainly absent.
    async fn settle_by_read_back(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        last: bool,
    ) -> Result<Progress, DbError> {
        let engine = self.engine;
        let settle = engine.options.settle.unwrap_or(self.client.capabilities().settle);
        let readable_at = row.deadline_at.plus(settle);
        if engine.clock.now() < readable_at {
            let error =
                Some((TargetErrorCode::Unknown, "The answer was lost; the network is read back.".to_owned()));
            let outcome = Outcome::Again { at: readable_at, counted: false, charge_again: false, error };
            return Ok(Progress::End(outcome.into()));
        }
        let found = self.read_back(spec, row).await?;
        engine.note_reading(&self.work.account, &found);
        match found {
            Ok(ReadBack::Found { remote_id, url, evidence }) => {
                let evidence = json!({ "read_back": evidence });
                let outcome = StepOutcome::Done { remote_id: Some(remote_id), url, evidence, memory: None };
                self.done(spec, row.id, &outcome, last).await
            }
            Ok(ReadBack::Absent { evidence }) => self.send_again(spec, row, evidence, last).await,
            Ok(ReadBack::Resumable { .. }) => {
                let id = engine.write_resent(self.held, row.id).await?;
                self.send(spec, id, last).await
            }
            Ok(ReadBack::Unclear { reason }) => {
                let message = format!("It may have been published: {reason} Look at the network and decide.");
                Ok(Progress::End(Outcome::NeedsReview { message }.into()))
            }
            Err(error) => Ok(Progress::End(self.unreadable(&error).await?.into())),
        }
    }

    async fn read_back(
        &mut self,
        spec: &StepSpec,
        row: &Step,
    ) -> Result<Result<ReadBack, PlatformError>, DbError> {
        let (db, target) = (&self.engine.db, &self.work.target);
        let owned = db
            .targets()
            .owned_by_others(target.workspace_id, target.account_id, target.id, OWNED_BY_OTHERS)
            .await?;
        let absence = Absence { sent_at: row.sent_at, owned_by_others: &owned };
        let (client, input, time) = (self.client, &self.work.input, self.engine.options.lease);
        let done = &self.done;
        let found = call!(self.calls, time, IfLost::Transient, |call| client
            .read_back(&call, input, spec, done, &absence));
        match found {
            Ok(found) => Ok(Ok(found)),
            Err(error) => error.of_network().map(Err),
        }
    }

    async fn send_again(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        evidence: serde_json::Value,
        last: bool,
    ) -> Result<Progress, DbError> {
        let absent = Settlement {
            evidence: Some(json!({ "read_back": evidence, "absent": true })),
            error: row.error.clone(),
            ..Settlement::new(row.id, StepState::Refused)
        };
        if u32::try_from(self.work.job.attempts).unwrap_or(0) >= self.engine.options.max_attempts {
            let message = row.error.clone().unwrap_or_else(|| "The network did not take it.".to_owned());
            let step = Some(spec.name.to_owned());
            let outcome = Outcome::Failed { code: TargetErrorCode::Transient, message, step, counted: false };
            return Ok(Progress::End(Ending { settlement: Some(absent), outcome }));
        }
        self.engine.write_settled(self.held, absent).await?;
        let id = self.engine.write_sent(self.work, self.held, StepPhase::Publish, spec).await?;
        self.send(spec, id, last).await
    }

    /// The network cannot be read back now: asked again later, without a count; a lost token needs the person.
    async fn unreadable(&self, error: &PlatformError) -> Result<Outcome, DbError> {
        match error {
            PlatformError::Auth { .. } | PlatformError::Rejected { .. } => {
                if matches!(error, PlatformError::Auth { .. }) {
                    self.engine.require_reconnect(&self.work.account, &error.to_string()).await?;
                }
                let message = format!("It may have been published, and the network cannot be asked: {error}");
                Ok(Outcome::NeedsReview { message })
            }
            other => {
                let wait = match other {
                    PlatformError::RateLimited { retry_after, .. } => *retry_after,
                    _ => None,
                };
                let attempts = u32::try_from(self.work.job.attempts).unwrap_or(0) + 1;
                Ok(Outcome::Again {
                    at: self.engine.again_at(attempts, wait),
                    counted: false,
                    charge_again: false,
                    error: Some((TargetErrorCode::Unknown, other.to_string())),
                })
            }
        }
    }
}
