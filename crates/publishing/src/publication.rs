//! One run of a publication: the steps of the client's plan, from the first that is not confirmed.

mod read_back;

use crate::Engine;
use crate::calls::{CallError, Calls, IfLost, call};
use crate::ending::Ending;
use crate::failure::{Trace, is_fault};
use crate::ledger::newest;
use crate::work::Work;
use fanfare_domain::id::{JobId, StepId};
use fanfare_domain::post::Outcome;
use fanfare_domain::post::{StepPhase, StepState, TargetErrorCode};
use fanfare_leased_work::Held;
use fanfare_platform_api::{ConfirmedStep, PlatformError, PublishingClient, StepOutcome, StepSpec};
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::rows::Step;
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

/// What a step that the network refused as a duplicate says in its evidence.
const DUPLICATE: &str = "duplicate";
/// What a step that was read back and not found says in its evidence.
const ABSENT: &str = "absent";
/// How old a reading of the network's time may be that says when something was sent.
const RECENT: Duration = Duration::from_hours(1);
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
    /// How the last step went, if that is not written yet: it is committed with what the run writes next. Only of a step
    /// without a public effect, which is simply repeated after a crash.
    unwritten: Option<Settlement>,
    waited: Duration,
}

#[derive(Clone, Debug, Default)]
struct Published {
    external_id: Option<String>,
    url: Option<String>,
}

/// Where a step leaves the run.
#[expect(clippy::large_enum_variant, reason = "one at a time, returned to the run that made it")]
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
            unwritten: None,
            waited: Duration::ZERO,
        }
    }

    /// Walks the plan to its end, or to where it must stop for now.
    pub async fn run(mut self) -> Result<Ending, DbError> {
        if let Err(error) = self.calls.token().await {
            let error = self.without_token(error.of_network()?);
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
        let settlement = self.unwritten.take();
        Ok(self.ending(settlement))
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
                self.write_last().await?;
                self.settle_by_read_back(spec, row, last).await
            }
            Some(row) if matches!(row.state, StepState::Sent | StepState::Unknown) => {
                self.write_last().await?;
                let id = self.engine.write_resent(self.held, row.id, None).await?;
                self.send(spec, id, last).await
            }
            _ => self.begin(spec, last).await,
        }
    }

    /// Commits how the last step went, where nothing is written with which it could be committed.
    async fn write_last(&mut self) -> Result<(), DbError> {
        match self.unwritten.take() {
            Some(settlement) => self.engine.write_settled(self.held, settlement).await,
            None => Ok(()),
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

    /// Sends a step that is not on its way.
    async fn begin(&mut self, spec: &StepSpec, last: bool) -> Result<Progress, DbError> {
        let network_now = if spec.public_effect { self.network_now(RECENT).await } else { Ok(None) };
        match network_now {
            Ok(now) => {
                let (step, before) = ((StepPhase::Publish, spec), self.unwritten.take());
                let id = self.engine.write_sent(self.work, self.held, step, now, before).await?;
                self.send(spec, id, last).await
            }
            // Nothing was sent: what could not be found again by its time is not sent.
            Err(error) => {
                self.engine.note_health(&self.work.account, Some(&error));
                let outcome = self.consequence(spec.name, &error, self.earlier_trace());
                Ok(Progress::End(Ending { settlement: self.unwritten.take(), outcome }))
            }
        }
    }

    async fn send(&mut self, spec: &StepSpec, id: StepId, last: bool) -> Result<Progress, DbError> {
        let (client, input, account) = (self.client, &self.work.input, &self.work.account);
        loop {
            let done = &self.done;
            let mut refused;
            let outcome = call!(
                self.calls,
                spec.timeout,
                IfLost::Unknown,
                // A refused token took nothing with it: a crash while it is renewed must not leave the step open.
                before {
                    refused = self.calls.is_refused();
                    if refused {
                        self.engine.write_settled(self.held, Settlement::new(id, StepState::Refused)).await?;
                    }
                },
                |call| {
                    if refused {
                        let now = if spec.public_effect { self.network_now(RECENT).await } else { Ok(None) };
                        self.engine.write_resent(self.held, id, now.ok().flatten()).await?;
                    }
                    client.run_step(&call, input, spec, done)
                }
            );
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
                Err(CallError::Token(error)) => {
                    let error = self.without_token(error);
                    return self.failed(spec, id, error).await;
                }
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
        if spec.public_effect {
            self.engine.write_settled(self.held, settlement).await?;
        } else {
            self.unwritten = Some(settlement);
        }
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
        let duplicate = matches!(error, PlatformError::Duplicate { .. }) && self.may_be_there(spec, id);
        let open = spec.public_effect && (duplicate || matches!(error, PlatformError::Unknown { .. }));
        let state = if open { StepState::Unknown } else { StepState::Refused };
        let settlement = Settlement {
            error: Some(words.clone()),
            evidence: duplicate.then(|| json!({ DUPLICATE: true })),
            network_ended_at: if open { self.network_now(Duration::MAX).await.ok().flatten() } else { None },
            ..Settlement::new(id, state)
        };
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

    /// Why there is no token: a failure that costs the publication no attempt, and of which the breakers are told.
    fn without_token(&self, error: PlatformError) -> PlatformError {
        let error = error.before_call();
        if is_fault(&error) {
            self.engine.note_health(&self.work.account, Some(&error));
        }
        error
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
}
