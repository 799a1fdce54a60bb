//! Looking things up while a step runs.

use fanfare_platform_api::{ConfirmedStep, MediaItem, PlatformError, PublishInput, StepSpec};

/// The confirmed step of this name and key.
pub(super) fn done_step<'a>(done: &'a [ConfirmedStep], name: &str, key: &str) -> Option<&'a ConfirmedStep> {
    done.iter().find(|step| step.name == name && step.key == key)
}

/// The id that an earlier step got from the network.
pub(super) fn done_id<'a>(
    done: &'a [ConfirmedStep],
    name: &str,
    key: &str,
) -> Result<&'a str, PlatformError> {
    done_step(done, name, key)
        .and_then(|step| step.remote_id.as_deref())
        .ok_or_else(|| PlatformError::PreparationExpired { message: format!("step {name} {key} left no id") })
}

/// The medium that a step is about.
pub(super) fn medium_of<'a>(
    input: &'a PublishInput,
    step: &StepSpec,
) -> Result<&'a MediaItem, PlatformError> {
    input.media.iter().find(|item| item.key == step.key).ok_or_else(|| PlatformError::Rejected {
        message: format!("step {} names a medium that the post does not have", step.name),
    })
}

/// A step that is not of the client's plan.
pub(super) fn unknown_step(step: &StepSpec) -> PlatformError {
    PlatformError::Rejected { message: format!("no step is called {}", step.name) }
}
