//! The way every API call takes: counted, delayed, perhaps made to fail.

use super::answer::{self, Outcome};
use super::fault::{Fault, FaultKind};
use super::network::Network;
use super::record::Record;
use super::state::State;
use super::step::Step;
use super::store::Transaction;
use crate::Simulator;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// Which call of whom.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub network: &'static dyn Network,
    pub step: Step,
    /// `None`: the request tells nobody.
    pub remote_id: Option<&'a str>,
}

impl Simulator {
    /// Runs `effect`, unless a fault says otherwise. `effect` is given how much longer than usual what it prepares must
    /// stay in progress.
    pub(crate) async fn pass<F, E>(&self, call: Call<'_>, effect: F) -> Response
    where
        F: FnOnce(Duration) -> E,
        E: Future<Output = Outcome>,
    {
        self.usual_latency().await;
        let fault = match self.store().transaction(|transaction| Ok(arrive(transaction, call))) {
            Ok(fault) => fault,
            Err(refusal) => return refusal.into_response(),
        };
        let Some(fault) = fault else { return settle(effect(Duration::ZERO).await) };
        let network = call.network;
        match fault.order.kind {
            FaultKind::Latency => {
                tokio::time::sleep(fault.duration()).await;
                settle(effect(Duration::ZERO).await)
            }
            FaultKind::RateLimited => network.rate_limited(self.now(), fault.retry_after()),
            FaultKind::ServerErrorBefore => network.server_error(),
            FaultKind::ResetBefore => answer::reset(),
            FaultKind::Html200 => answer::page_of_a_proxy(),
            FaultKind::ExpiredToken => network.expired_token(),
            FaultKind::Rejected => network.rejected(call.step),
            FaultKind::HangBefore => std::future::pending().await,
            FaultKind::SlowContainer => settle(effect(fault.duration()).await),
            FaultKind::ServerErrorAfter => after(effect(Duration::ZERO).await, || network.server_error()),
            FaultKind::ResetAfter => after(effect(Duration::ZERO).await, answer::reset),
            FaultKind::MalformedJson => after(effect(Duration::ZERO).await, answer::malformed_json),
            FaultKind::Drip => answer::drip(settle(effect(Duration::ZERO).await), fault.duration()).await,
            FaultKind::Hang => {
                settle(effect(Duration::ZERO).await);
                std::future::pending().await
            }
        }
    }
}

fn settle(outcome: Outcome) -> Response {
    outcome.unwrap_or_else(IntoResponse::into_response)
}

/// Hides the answer. Where the platform refused anyway there was no effect, and its refusal is what is heard.
fn after(outcome: Outcome, broken: impl FnOnce() -> Response) -> Response {
    match outcome {
        Ok(_) => broken(),
        Err(refusal) => refusal.into_response(),
    }
}

/// Counts the call and takes the first fault that waits for it, in one transaction.
fn arrive(transaction: &mut Transaction<'_>, call: Call<'_>) -> Option<Fault> {
    transaction.received(call.network.platform(), call.remote_id, call.step);
    let fault = transaction.state.faults().find(|fault| matches(transaction.state, fault, call))?.clone();
    let mut left = fault.clone();
    if left.order.after > 0 {
        left.order.after -= 1;
        transaction.put(Record::Fault(left));
        return None;
    }
    left.order.times = left.order.times.saturating_sub(1);
    transaction.put(if left.order.times == 0 { Record::FaultGone(left.id) } else { Record::Fault(left) });
    Some(fault)
}

fn matches(state: &State, fault: &Fault, call: Call<'_>) -> bool {
    let order = &fault.order;
    let platform = call.network.platform();
    if order.platform != platform || order.step != call.step {
        return false;
    }
    let Some(wanted) = &order.account else { return true };
    let account = call.remote_id.and_then(|id| state.account(platform, id));
    account.is_some_and(|a| a.remote_id == *wanted || a.handle == *wanted || a.name == *wanted)
}
