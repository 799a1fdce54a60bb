//! Queries that are answered as a whole from what was answered before, or from what is being answered now.

use super::edge::Edge;
use super::flights::{End, Flight, Turn};
use super::gateway::RequestScope;
use super::problem::Problem;
use async_graphql::parser::types::OperationType;
use fanfare_domain::id::WorkspaceId;
use fanfare_operation::Prepared;
use fanfare_services::whole_answer::{Known, Question, Witness};
use std::sync::Arc;
use tokio::time::timeout;

/// How often one who waits for another's answer finds that it is not for them, or no longer right, before they run the
/// question on their own.
const MOST_WAITS: usize = 2;

/// What there is of a question.
pub enum Found {
    /// The bytes that a fresh run would give now.
    Known(Arc<Known>),
    /// Nothing: it is to be run. Those who ask the same meanwhile wait for the flight, where there is one.
    Nothing(Option<Flight>),
}

impl Edge {
    /// What a query asks; `None`: its answer may not be kept. `names`: what its bytes are kept under besides the operation.
    pub(super) fn question(&self, prepared: &Prepared, names: [&str; 2]) -> Option<Question> {
        if prepared.kind() != OperationType::Query || !self.gateway.keeps_answers() {
            return None;
        }
        let form = prepared.form();
        let mut selected = form.selected().iter().map(|(ty, name)| (ty.as_str(), name.as_str()));
        let about = self.gateway.nouns_of(&mut selected)?;
        let variables = serde_json::to_string(prepared.variables()).ok()?;
        let [first, second] = names.map(str::as_bytes);
        Some(Question::new(&[form.id().as_slice(), first, second], &variables, about))
    }

    /// What is known of a question. Where somebody is running it, their answer is waited for; whether it is for this asker
    /// is decided as for any other that is kept.
    pub(super) async fn find_known(
        &self,
        question: Option<&Question>,
        scope: &RequestScope,
    ) -> Result<Found, Problem> {
        let (Some(question), Some(actor)) = (question, &scope.actor) else { return Ok(Found::Nothing(None)) };
        let found = self.find_or_wait(question, actor.default_workspace, scope);
        let found = timeout(self.options.request_timeout, found).await;
        let found = found.map_err(|_elapsed| Problem::timeout())?;
        if let Found::Known(_) = &found {
            count("hit");
        }
        Ok(found)
    }

    async fn find_or_wait(
        &self,
        question: &Question,
        default_workspace: WorkspaceId,
        scope: &RequestScope,
    ) -> Found {
        let find = || self.gateway.find_answer(question, scope);
        if let Some(known) = find().await {
            return Found::Known(known);
        }
        let mut waits = 0;
        while waits < MOST_WAITS {
            let landing = match self.flights.join(question, default_workspace) {
                Turn::Others(landing) => landing,
                Turn::Own(flight) => {
                    // Another one's flight may have ended since it was looked for.
                    let Some(known) = find().await else { return Found::Nothing(Some(flight)) };
                    flight.end(End::Kept);
                    return Found::Known(known);
                }
            };
            match landing.end().await {
                End::Kept => {
                    if let Some(known) = find().await {
                        return Found::Known(known);
                    }
                    waits += 1;
                }
                End::NotKept => break,
                End::Abandoned => {}
            }
        }
        Found::Nothing(None)
    }

    /// Keeps the answer of a query where it is right for others and for later; whether it was. `asked`: with what was noted
    /// of it; `known`: its bytes, where they may be kept.
    pub(super) async fn keep_known(
        &self,
        asked: Option<(Witness, Question)>,
        known: Option<Arc<Known>>,
        scope: &RequestScope,
    ) -> bool {
        let kept = asked.zip(known).and_then(|((witness, question), known)| {
            let grounds = witness.grounds()?;
            Some((question, known, grounds))
        });
        let Some((question, known, grounds)) = kept else {
            count("kept_out");
            return false;
        };
        self.gateway.keep_answer(&question, scope, known, grounds).await;
        count("miss");
        true
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("fanfare_whole_answers_total", "outcome" => outcome).increment(1);
}
