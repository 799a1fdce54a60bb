//! Posts: their states, and the one aggregate that decides about them.

mod aggregate;
mod body;
mod commands;
mod entity;
mod events;
mod evidence;
mod hold;
mod media_wait;
mod new_post;
mod note;
mod outcome;
mod refusal;
mod saga;
mod status;
mod target_commands;
#[cfg(test)]
mod tests;

pub use aggregate::{JobUpdate, PostAggregate};
pub use body::PostBody;
pub use commands::{PostCommand, Resolution};
pub use entity::{Post, Saga, Target, TargetFault};
pub use evidence::{StepEvidence, StepEvidenceKind};
pub use new_post::{AccountFacts, NewPost, NewTarget, TargetVariant, Then};
pub use note::{FetchedMedia, PostEventKind};
pub use outcome::Outcome;
pub use refusal::{IllegalTransition, PostError, PostRefusal, TargetRefusal};
pub use status::{
    JobKind, JobState, PostReach, PostStatus, PublishMode, SagaState, StepPhase, StepState, TargetErrorCode,
    TargetStatus, TemplateType, derive_status,
};
pub use target_commands::TargetCommand;
