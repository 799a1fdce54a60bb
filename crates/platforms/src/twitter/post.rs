//! The steps of a post, and the post itself.

use super::Twitter;
use super::text::sent;
use crate::step::{done_id, medium_of, unknown_step};
use crate::transport::Transport;
use fanfare_domain::media::MediaKind;
use fanfare_net::Reply;
use fanfare_platform_api::{Call, ConfirmedStep, PlatformError, PublishInput, StepOutcome, StepSpec};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

const UPLOAD: &str = "upload";
const DESCRIBE: &str = "describe";
const AWAIT_MEDIA: &str = "await_media";
const PUBLISH: &str = "publish";

/// Time for what does not depend on the size of a file.
const BASE_TIMEOUT: Duration = Duration::from_mins(1);

/// The answer to a post or a reply.
#[derive(Deserialize)]
pub(super) struct Created {
    pub data: CreatedPost,
}

#[derive(Deserialize)]
pub(super) struct CreatedPost {
    pub id: String,
}

/// Each medium is uploaded, described and awaited; then one call publishes.
pub(super) fn plan(input: &PublishInput) -> Vec<StepSpec> {
    let mut steps = Vec::new();
    let prepare =
        |name, key: &str, timeout| StepSpec { name, key: key.to_owned(), public_effect: false, timeout };
    for item in &input.media {
        let transfer = Duration::from_secs(item.facts.size_bytes / Transport::SLOWEST_BYTES_PER_SECOND);
        steps.push(prepare(UPLOAD, &item.key, BASE_TIMEOUT + transfer));
        // X describes pictures and GIFs, not videos.
        if item.facts.kind != MediaKind::Video
            && item.facts.alt_text.as_deref().is_some_and(|it| !it.is_empty())
        {
            steps.push(prepare(DESCRIBE, &item.key, BASE_TIMEOUT));
        }
        if item.facts.kind != MediaKind::Image {
            steps.push(prepare(AWAIT_MEDIA, &item.key, BASE_TIMEOUT));
        }
    }
    steps.push(StepSpec { name: PUBLISH, key: String::new(), public_effect: true, timeout: BASE_TIMEOUT });
    steps
}

impl Twitter {
    pub(super) async fn run(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError> {
        match step.name {
            UPLOAD => self.upload(call, medium_of(input, step)?).await,
            DESCRIBE => {
                let alt_text = medium_of(input, step)?.facts.alt_text.as_deref().unwrap_or_default();
                self.describe(call, done_id(done, UPLOAD, &step.key)?, alt_text).await
            }
            AWAIT_MEDIA => self.await_medium(call, done_id(done, UPLOAD, &step.key)?).await,
            PUBLISH => self.publish(call, input, done).await,
            _ => Err(unknown_step(step)),
        }
    }

    /// `POST /2/tweets`.
    async fn publish(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError> {
        let media_ids =
            input.media.iter().map(|item| done_id(done, UPLOAD, &item.key)).collect::<Result<Vec<_>, _>>()?;
        let mut body = json!({ "text": sent(input) });
        if !media_ids.is_empty()
            && let Some(fields) = body.as_object_mut()
        {
            fields.insert("media".to_owned(), json!({ "media_ids": media_ids }));
        }
        let request = self.api.request(Method::POST, &["tweets"], call.access_token)?.json(&body);
        let Created { data: CreatedPost { id } } = self.api.call(call, request).await?;
        Ok(StepOutcome::Done {
            url: self.post_url(input.account_handle.as_deref(), &id).ok(),
            evidence: json!({ "answer": "created", "media": media_ids.len() }),
            remote_id: Some(id),
            memory: None,
        })
    }

    /// `DELETE /2/tweets/{id}`.
    pub(super) async fn remove(&self, call: &Call<'_>, id: &str) -> Result<(), PlatformError> {
        let request = self.api.request(Method::DELETE, &["tweets", id], call.access_token)?;
        let limit = call.time_left(Transport::CALL_LIMIT);
        let is_gone = |reply: &Reply| reply.status == StatusCode::NOT_FOUND;
        self.transport.deleted(request, limit, &[call.access_token], is_gone).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{gif, input, jpeg, mp4};

    fn steps(input: &PublishInput) -> Vec<(&'static str, String, bool)> {
        plan(input).into_iter().map(|step| (step.name, step.key, step.public_effect)).collect()
    }

    #[test]
    fn only_the_last_step_is_public_and_each_medium_has_its_own() {
        assert_eq!(steps(&input("x", vec![])), [(PUBLISH, String::new(), true)]);
        let mut described = jpeg("a");
        described.facts.alt_text = Some("a cat".into());
        assert_eq!(
            steps(&input("x", vec![described, jpeg("b")])),
            [
                (UPLOAD, "a".to_owned(), false),
                (DESCRIBE, "a".to_owned(), false),
                (UPLOAD, "b".to_owned(), false),
                (PUBLISH, String::new(), true)
            ]
        );
        for moving in [gif("v"), mp4("v")] {
            assert_eq!(
                steps(&input("x", vec![moving])),
                [
                    (UPLOAD, "v".to_owned(), false),
                    (AWAIT_MEDIA, "v".to_owned(), false),
                    (PUBLISH, String::new(), true)
                ]
            );
        }
    }
}
