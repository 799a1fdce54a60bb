//! A row of the ledger as clients see it.

use super::evidence::PublishStepEvidence;
use crate::scalars::{DateTime, GlobalId as _, JsonOf, Url};
use async_graphql::{ID, Object};
use fanfare_domain::post::{StepEvidence, StepPhase, StepState};
use fanfare_services::publication as rows;
use std::sync::Arc;

/// A step with everything that may be shown of it.
#[derive(Clone)]
pub struct PublishStep(pub Arc<rows::Step>);

/// One call to the network, written down before it is made and settled after it.
#[Object(crate = "crate::execution")]
impl PublishStep {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Whether it publishes or deletes.
    async fn phase(&self) -> StepPhase {
        self.0.phase
    }

    /// Such as upload, create_container, await_container, publish, delete.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Tells steps of one name apart, such as the medium that is uploaded; empty where there is one only.
    async fn key(&self) -> &str {
        &self.0.step_key
    }

    /// What is known of its outcome.
    async fn state(&self) -> StepState {
        self.0.state
    }

    /// Whether people can see it happen. Such a step is never sent again before the network was read back.
    async fn public_effect(&self) -> bool {
        self.0.public_effect
    }

    /// The network's id of what the step made.
    async fn remote_id(&self) -> Option<&str> {
        self.0.remote_id.as_deref()
    }

    /// Where people see what the step made.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.0.url.as_deref())
    }

    /// What is known of its outcome: what the platform answered, or what it showed later. Null before, and if another
    /// version of the server recorded it in a form that this one does not know.
    async fn evidence(&self) -> Option<PublishStepEvidence<'_>> {
        StepEvidence::read(&self.0.evidence.as_ref()?.0).map(PublishStepEvidence::from)
    }

    /// The evidence as it is stored, for programs that log. It holds no secrets.
    async fn evidence_json(&self) -> Option<JsonOf<'_>> {
        self.0.evidence.as_ref().map(|evidence| JsonOf(&evidence.0))
    }

    /// What went wrong, in the network's words.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// When it was written down, just before the call.
    async fn sent_at(&self) -> DateTime {
        self.0.sent_at.into()
    }

    /// When its outcome became known; null before.
    async fn settled_at(&self) -> Option<DateTime> {
        self.0.settled_at.map(DateTime)
    }
}
