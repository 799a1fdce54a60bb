use crate::schema::{publish_steps, sagas};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{PostId, SagaId, StepId, TargetId, WorkspaceId};
use fanfare_domain::post::{self, SagaState, StepPhase, StepState};
use fanfare_domain::read_back::Sent;
use fanfare_domain::sql::Json;

/// A row of the ledger.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = publish_steps)]
pub struct Step {
    pub id: StepId,
    pub workspace_id: WorkspaceId,
    pub target_id: TargetId,
    pub phase: StepPhase,
    pub name: String,
    pub step_key: String,
    pub state: StepState,
    pub public_effect: bool,
    pub remote_id: Option<String>,
    pub url: Option<String>,
    /// What the network answered, without secrets: shown.
    pub evidence: Option<Json>,
    /// What a later call needs; sealed, never shown.
    pub memory_sealed: Option<String>,
    pub error: Option<String>,
    /// No request of the step is under way after this.
    pub deadline_at: Timestamp,
    pub sent_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    /// When it was sent, by the network's clock; `None`: the network does not tell its time.
    pub network_sent_at: Option<Timestamp>,
    /// No request of it is under way after this, by the network's clock.
    pub network_ended_at: Option<Timestamp>,
}

/// A row of the ledger as people see it: without what only later calls need.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = publish_steps)]
pub struct ShownStep {
    pub id: StepId,
    pub target_id: TargetId,
    pub phase: StepPhase,
    pub name: String,
    pub step_key: String,
    pub state: StepState,
    pub public_effect: bool,
    pub remote_id: Option<String>,
    pub url: Option<String>,
    /// What the network answered, without secrets.
    pub evidence: Option<Json>,
    pub error: Option<String>,
    pub sent_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

impl Step {
    /// The call by the network's clock; `None`: the network does not tell its time.
    pub fn sent(&self) -> Option<Sent> {
        Some(Sent { at: self.network_sent_at?, ended_by: self.network_ended_at? })
    }
}

/// A step about to be sent.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = publish_steps, treat_none_as_default_value = false)]
pub struct NewStep {
    pub workspace_id: WorkspaceId,
    pub target_id: TargetId,
    pub phase: StepPhase,
    pub name: String,
    pub step_key: String,
    pub state: StepState,
    pub public_effect: bool,
    pub deadline_at: Timestamp,
    pub sent_at: Timestamp,
    pub network_sent_at: Option<Timestamp>,
    pub network_ended_at: Option<Timestamp>,
}

/// An all-or-nothing publication.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = sagas)]
pub struct Saga {
    pub id: SagaId,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    pub state: SagaState,
    pub failed_target_id: Option<TargetId>,
    /// The ledger step that failed, such as `publish`.
    pub failed_step: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<Saga> for post::Saga {
    fn from(row: Saga) -> Self {
        Self {
            state: row.state,
            failed_target_id: row.failed_target_id,
            failed_step: row.failed_step,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
