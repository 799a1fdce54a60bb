//! Publishing on Instagram: what it takes, the steps, and the way back to a publication whose answer was lost.

use super::text::CHANGES;
use super::{Instagram, steps, validation};
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::media::MediaKind;
use fanfare_domain::violation::Violation;
use fanfare_platform_api::{
    Absence, Call, Capabilities, ConfirmedStep, NetworkClock, PlatformError, PublishInput, PublishingClient,
    ReadBack, StepOutcome, StepSpec,
};
use serde_json::Value;
use std::time::Duration;

#[async_trait]
impl NetworkClock for Instagram {
    async fn network_now(&self, max_age: Duration) -> Result<Option<Timestamp>, PlatformError> {
        self.transport.network_now(&self.settings.api_base, max_age).await
    }
}

#[async_trait]
impl PublishingClient for Instagram {
    fn capabilities(&self) -> Capabilities {
        const DAY: Duration = Duration::from_hours(24);
        Capabilities {
            delete: true,
            pulls_media: true,
            // The container says at once that it was published.
            shows_after: Duration::ZERO,
            settle: self.settle(),
            account_budget: (100, DAY),
            // Instagram counts by account; this only bounds a fault of ours.
            app_budget: (100_000, DAY),
        }
    }

    fn validate(&self, input: &PublishInput) -> Vec<Violation> {
        validation::validate(input, self.settings.mode)
    }

    fn plan(&self, input: &PublishInput) -> Vec<StepSpec> {
        steps::plan(input)
    }

    async fn run_step(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError> {
        self.run(call, input, step, done).await
    }

    async fn read_back(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        _step: &StepSpec,
        done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        self.find_published(call, input, done, absence).await
    }

    /// A published container does not name its medium, which is known by its caption and its media.
    fn is_ambiguous(&self, _evidence: &Value, one: &PublishInput, other: &PublishInput) -> bool {
        let kinds = |input: &PublishInput| match input.media.as_slice() {
            [only] => (1, only.facts.kind == MediaKind::Video),
            several => (several.len(), false),
        };
        kinds(one) == kinds(other)
            && CHANGES.comparable(&one.full_text()) == CHANGES.comparable(&other.full_text())
    }

    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError> {
        self.remove(call, external_id).await
    }
}
