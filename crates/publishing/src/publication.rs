//! One run of a publication: the steps of the client's plan, from the first that is not confirmed.

use crate::Engine;
use crate::calls::{CallError, Calls, IfLost, call};
use crate::ending::Ending;
use crate::failure::{Trace, WAIT_UNTOLD};
use crate::ledger::newest;
use crate::rivals::UNDECIDED;
use crate::work::Work;
use fanfare_domain::clock::Timestamp;
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

fn read_back_at(at: Timestamp) -> Outcome {
    let words = "The answer was lost; the network is read back.".to_owned();
    Outcome::Again { at, counted: false, error: Some((TargetErrorCode::Unknown, words)) }
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
        let outcome = Outcome::Again { at: self.engine.clock.now().plus(after), counted: false, error: None };
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
        let outcome =
            if open { self.answer_lost(&error) } else { self.consequence(spec.name, &error, Trace::None) };
        Ok(Progress::End(Ending { settlement: Some(settlement), outcome }))
    }

    /// The network is asked as soon as it can tell, also when the attempts are used up.
    fn answer_lost(&self, error: &PlatformError) -> Outcome {
        let (engine, (shows_after, _)) = (self.engine, self.patience());
        Outcome::Again {
            at: engine.clock.now().plus(shows_after),
            counted: !engine.is_out(&self.work.job, error),
            error: Some((TargetErrorCode::Unknown, error.to_string())),
        }
    }

    /// How long after a call's end its presence, and how long its absence, can be told.
    fn patience(&self) -> (Duration, Duration) {
        let can = self.client.capabilities();
        let settle = self.engine.options.settle.unwrap_or(can.settle);
        (can.shows_after.min(settle), settle)
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
        let (engine, now) = (self.engine, self.engine.clock.now());
        let (shows_after, settle) = self.patience();
        let (shown_at, settled_at) = (row.deadline_at.plus(shows_after), row.deadline_at.plus(settle));
        if now < shown_at {
            return Ok(Progress::End(read_back_at(shown_at).into()));
        }
        let found = self.read_back(spec, row).await?;
        engine.note_reading(&self.work.account, &found);
        match found {
            Ok(ReadBack::Found { remote_id, url, evidence }) => {
                if engine.has_rival(self.client, self.work, row, &evidence).await? {
                    let outcome = Outcome::NeedsReview { message: UNDECIDED.to_owned() };
                    return Ok(Progress::End(outcome.into()));
                }
                let evidence = json!({ "read_back": evidence });
                let outcome = StepOutcome::Done { remote_id: Some(remote_id), url, evidence, memory: None };
                self.done(spec, row.id, &outcome, last).await
            }
            // It may not be shown yet.
            Ok(ReadBack::Absent { .. } | ReadBack::Unclear { .. }) if now < settled_at => {
                Ok(Progress::End(read_back_at(settled_at).into()))
            }
            Ok(ReadBack::Absent { evidence }) => self.send_again(spec, row, evidence, last).await,
            Ok(ReadBack::Resumable { evidence }) => self.resume(spec, row, evidence, last).await,
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

    /// What keeps a step from being sent again that had no effect: its attempts are used up, or too soon behind each other.
    fn held_back(&self, spec: &StepSpec, row: &Step) -> Option<Outcome> {
        let attempts = u32::try_from(self.work.job.attempts).unwrap_or(0);
        let message = row.error.clone().unwrap_or_else(|| "The network did not take it.".to_owned());
        let code = TargetErrorCode::Transient;
        if attempts >= self.engine.options.max_attempts {
            let step = Some(spec.name.to_owned());
            return Some(Outcome::Failed { code, message, step, counted: false });
        }
        let at = row.deadline_at.plus(self.engine.wait_after(attempts));
        let early = self.engine.clock.now() < at;
        early.then(|| Outcome::Again { at, counted: false, error: Some((code, message)) })
    }

    async fn resume(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        evidence: serde_json::Value,
        last: bool,
    ) -> Result<Progress, DbError> {
        match self.held_back(spec, row) {
            None => {
                let id = self.engine.write_resent(self.held, row.id).await?;
                self.send(spec, id, last).await
            }
            // The row stays open: what it began continues.
            Some(outcome @ Outcome::Again { .. }) => Ok(Progress::End(outcome.into())),
            Some(outcome) => {
                let evidence = Some(json!({ "read_back": evidence }));
                let settlement = Settlement { evidence, ..Settlement::new(row.id, StepState::Refused) };
                Ok(Progress::End(Ending { settlement: Some(settlement), outcome }))
            }
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
        if let Some(outcome) = self.held_back(spec, row) {
            return Ok(Progress::End(Ending { settlement: Some(absent), outcome }));
        }
        self.engine.write_settled(self.held, absent).await?;
        let id = self.engine.write_sent(self.work, self.held, StepPhase::Publish, spec).await?;
        self.send(spec, id, last).await
    }

    /// The network cannot be read back now: asked again later, without a count, or once the account is reconnected.
    async fn unreadable(&self, error: &PlatformError) -> Result<Outcome, DbError> {
        match error {
            PlatformError::Auth { .. } => {
                self.engine.require_reconnect(&self.work.account, &error.to_string()).await?;
                Ok(self.engine.awaits_reconnection(&error.to_string()))
            }
            PlatformError::Rejected { .. } => {
                let message = format!("It may have been published, and the network cannot be asked: {error}");
                Ok(Outcome::NeedsReview { message })
            }
            other => {
                let at = match other {
                    PlatformError::RateLimited { retry_after, .. } => {
                        self.engine.clock.now().plus(retry_after.unwrap_or(WAIT_UNTOLD))
                    }
                    _ => self.engine.held_until(self.work.job.due_at),
                };
                Ok(Outcome::Again {
                    at,
                    counted: false,
                    error: Some((TargetErrorCode::Unknown, other.to_string())),
                })
            }
        }
    }
}
