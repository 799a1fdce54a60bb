//! Publishing on X: what it takes, the steps, and the way back to a post whose answer was lost.

use super::text::{CHANGES, sent};
use super::timeline::Wanted;
use super::{Twitter, post, validation};
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::violation::Violation;
use fanfare_platform_api::{
    Absence, Call, Capabilities, ConfirmedStep, NetworkClock, PlatformError, PublishInput, PublishingClient,
    ReadBack, StepOutcome, StepSpec,
};
use serde_json::Value;
use std::time::Duration;

#[async_trait]
impl NetworkClock for Twitter {
    async fn network_now(&self, max_age: Duration) -> Result<Option<Timestamp>, PlatformError> {
        self.transport.network_now(&self.settings.api_base, max_age).await
    }
}

#[async_trait]
impl PublishingClient for Twitter {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            delete: true,
            pulls_media: false,
            // A timeline shows most posts within seconds; each look is charged.
            shows_after: self.settle().min(Duration::from_secs(5)),
            settle: self.settle(),
            account_budget: (100, Duration::from_mins(15)),
            app_budget: (10_000, Duration::from_hours(24)),
        }
    }

    fn validate(&self, input: &PublishInput) -> Vec<Violation> {
        validation::validate(input)
    }

    fn plan(&self, input: &PublishInput) -> Vec<StepSpec> {
        post::plan(input)
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
        _done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let text = sent(input);
        let handle = input.account_handle.as_deref();
        let wanted = Wanted { text: &text, answers: None, media: input.media.len(), handle };
        self.find_own(call, &wanted, absence).await
    }

    /// X shows texts and numbers of media; a picture cannot be recognised.
    fn is_ambiguous(&self, _evidence: &Value, one: &PublishInput, other: &PublishInput) -> bool {
        one.media.len() == other.media.len()
            && CHANGES.comparable(&one.full_text()) == CHANGES.comparable(&other.full_text())
    }

    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError> {
        self.remove(call, external_id).await
    }
}
