//! Settles a public step whose outcome is open by what the network shows. What follows from it is decided by
//! [`fanfare_domain::read_back`], by the network's time.

use super::{ABSENT, DUPLICATE, Progress, Publication};
use crate::calls::{IfLost, call};
use crate::ending::Ending;
use crate::failure::WAIT_UNTOLD;
use crate::rivals::UNDECIDED;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::StepId;
use fanfare_domain::post::{Outcome, StepPhase, StepState, TargetErrorCode};
use fanfare_domain::read_back::{Next, Sent, Shown, Window, next};
use fanfare_platform_api::{Absence, PlatformError, ReadBack, StepOutcome, StepSpec};
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::rows::Step;
use serde_json::{Value, json};
use std::time::Duration;

/// Ids of other targets that a read-back is told, at most.
const OWNED_BY_OTHERS: i64 = 200;
/// Where the network gave no words.
const NOT_TAKEN: &str = "The network did not take it.";
/// How old a reading of the network's time may be by which a wait is measured.
const FRESH: Duration = Duration::from_mins(1);

impl Publication<'_> {
    /// The network's present, which it is asked for where its last answer is older than `max_age`.
    pub(super) async fn network_now(&self, max_age: Duration) -> Result<Option<Timestamp>, PlatformError> {
        self.calls.answer(IfLost::Transient, self.client.network_now(max_age)).await
    }

    /// Reads the network back, and sends the step again only if it is certainly absent.
    pub(super) async fn settle_by_read_back(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        last: bool,
    ) -> Result<Progress, DbError> {
        let engine = self.engine;
        let (shows_after, settle) = self.patience();
        let network_now = match self.network_now(FRESH).await {
            Ok(now) => now,
            Err(error) => {
                engine.note_health(&self.work.account, Some(&error));
                return Ok(Progress::End(self.unreadable(&error).await?.into()));
            }
        };
        if let Some(wait) = self.wait_after_call(row, network_now, shows_after) {
            return Ok(Progress::End(self.look_later(row, network_now, wait)));
        }
        let unsettled = self.wait_after_call(row, network_now, settle);
        let found = self.read_back(spec, row, network_now, settle).await?;
        engine.note_reading(&self.work.account, &found);
        match (found, unsettled) {
            (Ok(ReadBack::Found { remote_id, url, evidence }), _) => {
                if engine.has_rival(self.client, self.work, row, &evidence).await? {
                    let outcome = Outcome::NeedsReview { message: UNDECIDED.to_owned() };
                    return Ok(Progress::End(outcome.into()));
                }
                let evidence = json!({ "read_back": evidence });
                let outcome = StepOutcome::Done { remote_id: Some(remote_id), url, evidence, memory: None };
                self.done(spec, row.id, &outcome, last).await
            }
            // It may not be shown yet.
            (Ok(ReadBack::Absent { .. } | ReadBack::Unclear { .. }), Some(wait)) => {
                Ok(Progress::End(self.look_later(row, network_now, wait)))
            }
            (Ok(ReadBack::Absent { evidence }), None) => {
                self.absent(spec, row, (evidence, network_now), last).await
            }
            (Ok(ReadBack::Resumable { evidence }), _) => {
                self.resume(spec, row, (evidence, network_now), last).await
            }
            (Ok(ReadBack::Unclear { reason }), None) => Ok(Progress::End(ask_a_person(&reason).into())),
            (Err(error), _) => Ok(Progress::End(self.unreadable(&error).await?.into())),
        }
    }

    /// How much is left of a time that begins with the end of the step's call. The lease is ours, so that nobody has the
    /// call under way any more. Where the network does not tell its time, it goes by ours.
    fn wait_after_call(
        &self,
        row: &Step,
        network_now: Option<Timestamp>,
        time: Duration,
    ) -> Option<Duration> {
        if let (Some(call), Some(now)) = (row.sent(), network_now) {
            return call.ended(now).wait(now, time);
        }
        let (now, ends_at) = (self.engine.clock.now(), row.deadline_at.plus(time));
        (now < ends_at).then(|| ends_at.since(now))
    }

    fn look_later(&self, row: &Step, network_now: Option<Timestamp>, wait: Duration) -> Ending {
        let ended_at = row.sent().zip(network_now).map(|(call, now)| call.ended(now).ended_by);
        // Written once: the wait counts from when the call is known to have ended.
        let settlement = ended_at.filter(|at| Some(*at) != row.network_ended_at).map(|at| Settlement {
            evidence: row.evidence.clone().map(|evidence| evidence.0),
            error: row.error.clone(),
            network_ended_at: Some(at),
            ..Settlement::new(row.id, StepState::Unknown)
        });
        let words = "The answer was lost; the network is read back.".to_owned();
        let outcome = Outcome::Again {
            at: self.engine.clock.now().plus(wait),
            counted: false,
            error: Some((TargetErrorCode::Unknown, words)),
        };
        Ending { settlement, outcome }
    }

    async fn read_back(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        network_now: Option<Timestamp>,
        settle: Duration,
    ) -> Result<Result<ReadBack, PlatformError>, DbError> {
        let (db, target) = (&self.engine.db, &self.work.target);
        let owned = db
            .targets()
            .owned_by_others(target.workspace_id, target.account_id, target.id, OWNED_BY_OTHERS)
            .await?;
        let by_clock = Sent { at: row.sent_at, ended_by: row.deadline_at };
        let call = row.sent().unwrap_or(by_clock);
        // The call of an earlier version, whose clock may have been as wrong then as ours is now.
        let shifted = network_now
            .filter(|_| row.sent().is_none())
            .map(|network_now| by_clock.shifted(self.engine.clock.now(), network_now));
        // Any of its calls may have had the effect, except for those that were refused. What was given up earlier, before the
        // user had it tried again, would widen the search by days.
        let may = |it: &&Step| is_of(it, spec) && may_have_effect(it);
        let lately = |it: &Sent| call.at.since(it.at) <= self.engine.options.give_up_after;
        let earlier = self.work.ledger.iter().filter(may).filter_map(Step::sent).filter(lately);
        let window = Window::of(earlier.chain([call]).chain(shifted), settle);
        let absence = Absence {
            sent_at: call.at,
            window: window.unwrap_or_else(|| Window::around(call, settle)),
            max_pages: self.engine.options.read_back_pages,
            owned_by_others: &owned,
        };
        let (client, input, time) = (self.client, &self.work.input, self.engine.options.lease);
        let done = &self.done;
        let found = call!(self.calls, time, IfLost::Transient, |call| client
            .read_back(&call, input, spec, done, &absence));
        match found {
            Ok(found) => Ok(Ok(found)),
            Err(error) => error.of_network().map(Err),
        }
    }

    /// Whether an earlier call than `id` of the step may have been taken.
    pub(super) fn may_be_there(&self, spec: &StepSpec, id: StepId) -> bool {
        let mut earlier = self.work.ledger.iter().filter(|row| is_of(row, spec) && row.id != id);
        spec.public_effect && earlier.any(may_have_effect)
    }

    /// Attempts are spread over time also where it is known at once that one had no effect.
    fn too_soon(&self, row: &Step, network_now: Option<Timestamp>) -> Option<Outcome> {
        let attempts = u32::try_from(self.work.job.attempts).unwrap_or(0);
        let wait = self.wait_after_call(row, network_now, self.engine.wait_after(attempts))?;
        let message = row.error.clone().unwrap_or_else(|| NOT_TAKEN.to_owned());
        let at = self.engine.clock.now().plus(wait);
        Some(Outcome::Again { at, counted: false, error: Some((TargetErrorCode::Transient, message)) })
    }

    /// Continues what the step began.
    async fn resume(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        (evidence, network_now): (Value, Option<Timestamp>),
        last: bool,
    ) -> Result<Progress, DbError> {
        let attempts = u32::try_from(self.work.job.attempts).unwrap_or(0);
        if attempts >= self.engine.options.max_attempts {
            let message = row.error.clone().unwrap_or_else(|| NOT_TAKEN.to_owned());
            let (code, step) = (TargetErrorCode::Transient, Some(spec.name.to_owned()));
            let evidence = Some(json!({ "read_back": evidence }));
            let settlement = Some(Settlement { evidence, ..Settlement::new(row.id, StepState::Refused) });
            let outcome = Outcome::Failed { code, message, step, counted: false };
            return Ok(Progress::End(Ending { settlement, outcome }));
        }
        // The row stays open meanwhile.
        if let Some(outcome) = self.too_soon(row, network_now) {
            return Ok(Progress::End(outcome.into()));
        }
        let id = self.engine.write_resent(self.held, row.id, network_now).await?;
        self.send(spec, id, last).await
    }

    async fn absent(
        &mut self,
        spec: &StepSpec,
        row: &Step,
        (evidence, network_now): (Value, Option<Timestamp>),
        last: bool,
    ) -> Result<Progress, DbError> {
        let duplicate = self.work.ledger.iter().any(|row| is_of(row, spec) && says(row, DUPLICATE));
        let attempts = u32::try_from(self.work.job.attempts).unwrap_or(0);
        let absent = Settlement {
            evidence: Some(json!({ "read_back": evidence, ABSENT: true })),
            error: row.error.clone(),
            ..Settlement::new(row.id, StepState::Refused)
        };
        match next(Shown::Absent, duplicate, attempts < self.engine.options.max_attempts) {
            Next::SendAgain => {
                if let Some(outcome) = self.too_soon(row, network_now) {
                    return Ok(Progress::End(Ending { settlement: Some(absent), outcome }));
                }
                self.engine.write_settled(self.held, absent).await?;
                self.begin(spec, last).await
            }
            Next::LookAgain => {
                let words = row.error.clone().unwrap_or_else(|| "It is not listed yet.".to_owned());
                let outcome = Outcome::Again {
                    at: self.engine.again_at(attempts + 1, None),
                    counted: true,
                    error: Some((TargetErrorCode::Unknown, words)),
                };
                Ok(Progress::End(outcome.into()))
            }
            Next::GiveUp => {
                let message = row.error.clone().unwrap_or_else(|| NOT_TAKEN.to_owned());
                let step = Some(spec.name.to_owned());
                let code = TargetErrorCode::Transient;
                let outcome = Outcome::Failed { code, message, step, counted: false };
                Ok(Progress::End(Ending { settlement: Some(absent), outcome }))
            }
            Next::Settle | Next::AskAPerson => {
                let reason = "the platform refuses it as a duplicate, and does not list it.";
                Ok(Progress::End(ask_a_person(reason).into()))
            }
        }
    }

    /// The network cannot be read back now: asked again later, without a count, or once the account is reconnected.
    async fn unreadable(&self, error: &PlatformError) -> Result<Outcome, DbError> {
        let words = error.to_string();
        let at = match error {
            PlatformError::Auth { .. } => {
                self.engine.require_reconnect(&self.work.account, &words).await?;
                return Ok(self.engine.awaits_reconnection(&words));
            }
            PlatformError::Rejected { .. } => {
                let message = format!("It may have been published, and the network cannot be asked: {words}");
                return Ok(Outcome::NeedsReview { message });
            }
            PlatformError::RateLimited { retry_after, .. } => {
                self.engine.clock.now().plus(retry_after.unwrap_or(WAIT_UNTOLD))
            }
            _ => self.engine.held_until(self.work.job.due_at),
        };
        Ok(Outcome::Again { at, counted: false, error: Some((TargetErrorCode::Unknown, words)) })
    }
}

fn is_of(row: &Step, spec: &StepSpec) -> bool {
    row.phase == StepPhase::Publish && row.name == spec.name && row.step_key == spec.key
}

/// Whether a step's call may have been taken: its answer was lost, or it was not listed, which a network that refuses the
/// next one as a duplicate contradicts.
fn may_have_effect(row: &Step) -> bool {
    matches!(row.state, StepState::Sent | StepState::Unknown) || says(row, ABSENT) || says(row, DUPLICATE)
}

/// Whether the evidence of a step says this of it.
fn says(row: &Step, what: &str) -> bool {
    row.evidence.as_ref().is_some_and(|evidence| evidence.0.get(what) == Some(&Value::Bool(true)))
}

fn ask_a_person(reason: &str) -> Outcome {
    Outcome::NeedsReview {
        message: format!("It may have been published: {reason} Look at the network and decide."),
    }
}
