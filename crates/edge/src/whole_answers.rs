//! Queries that are answered as a whole from what was answered before.

use super::edge::Edge;
use super::gateway::RequestScope;
use super::problem::Problem;
use async_graphql::parser::types::OperationType;
use fanfare_operation::Prepared;
use fanfare_services::whole_answer::{Known, Question, Witness};
use std::sync::Arc;
use tokio::time::timeout;

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

    /// The bytes that a fresh run would give now, where they are known.
    pub(super) async fn find_known(
        &self,
        question: Option<&Question>,
        scope: &RequestScope,
    ) -> Result<Option<Arc<Known>>, Problem> {
        let Some(question) = question else { return Ok(None) };
        let found = timeout(self.options.request_timeout, self.gateway.find_answer(question, scope)).await;
        let found = found.map_err(|_elapsed| Problem::timeout())?;
        if found.is_some() {
            count("hit");
        }
        Ok(found)
    }

    /// Keeps the answer of a query where it is right for others and for later. `asked`: with what was noted of it; `known`:
    /// its bytes, where they may be kept.
    pub(super) async fn keep_known(
        &self,
        asked: Option<(Witness, Question)>,
        known: Option<Arc<Known>>,
        scope: &RequestScope,
    ) {
        let kept = asked.zip(known).and_then(|((witness, question), known)| {
            let grounds = witness.grounds()?;
            Some((question, known, grounds))
        });
        match kept {
            Some((question, known, grounds)) => {
                self.gateway.keep_answer(&question, scope, known, grounds).await;
                count("miss");
            }
            None => count("kept_out"),
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("fanfare_whole_answers_total", "outcome" => outcome).increment(1);
}
