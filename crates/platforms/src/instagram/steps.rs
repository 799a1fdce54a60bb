//! The steps of a publication: their names, their order, and the container that is published.

use crate::step::done_id;
use fanfare_platform_api::{ConfirmedStep, PlatformError, PublishInput, StepSpec};
use std::time::Duration;

pub(super) const CREATE_CONTAINER: &str = "create_container";
pub(super) const AWAIT_CONTAINER: &str = "await_container";
pub(super) const PUBLISH: &str = "publish";
/// The key of a carousel's own container; those of its children have their media's keys.
pub(super) const CAROUSEL: &str = "carousel";

const STEP_TIMEOUT: Duration = Duration::from_mins(1);

/// A container for each medium, awaited; for several media one that joins them; then one call publishes.
pub(super) fn plan(input: &PublishInput) -> Vec<StepSpec> {
    let step = |name, key: &str, public_effect| StepSpec {
        name,
        key: key.to_owned(),
        public_effect,
        timeout: STEP_TIMEOUT,
    };
    let keys = || input.media.iter().map(|item| item.key.as_str());
    let mut steps: Vec<_> = keys().map(|key| step(CREATE_CONTAINER, key, false)).collect();
    // All are created before the first is awaited: Instagram prepares them side by side.
    steps.extend(keys().map(|key| step(AWAIT_CONTAINER, key, false)));
    if input.media.len() > 1 {
        steps.push(step(CREATE_CONTAINER, CAROUSEL, false));
        steps.push(step(AWAIT_CONTAINER, CAROUSEL, false));
    }
    steps.push(step(PUBLISH, "", true));
    steps
}

/// The key of the container that is published.
fn published_key(input: &PublishInput) -> &str {
    match input.media.as_slice() {
        [only] => &only.key,
        _ => CAROUSEL,
    }
}

/// The id of the container that is published.
pub(super) fn published_container<'a>(
    input: &PublishInput,
    done: &'a [ConfirmedStep],
) -> Result<&'a str, PlatformError> {
    done_id(done, CREATE_CONTAINER, published_key(input))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{input, jpeg, mp4};

    fn steps(input: &PublishInput) -> Vec<String> {
        plan(input)
            .into_iter()
            .map(|step| format!("{} {}{}", step.name, step.key, if step.public_effect { "!" } else { "" }))
            .collect()
    }

    #[test]
    fn one_medium_is_one_container_and_several_are_a_carousel() {
        assert_eq!(
            steps(&input("x", vec![jpeg("a")])),
            ["create_container a", "await_container a", "publish !"]
        );
        assert_eq!(
            steps(&input("x", vec![jpeg("a"), mp4("b")])),
            [
                "create_container a",
                "create_container b",
                "await_container a",
                "await_container b",
                "create_container carousel",
                "await_container carousel",
                "publish !"
            ]
        );
    }
}
