//! The steps of a publication, and the publication itself.

use super::Instagram;
use super::container::Created;
use crate::step::{done_id, medium_of, unknown_step};
use crate::transport::Transport;
use fanfare_net::Reply;
use fanfare_platform_api::{Call, ConfirmedStep, PlatformError, PublishInput, StepOutcome, StepSpec};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use url::Url;

pub(super) const CREATE_CONTAINER: &str = "create_container";
const AWAIT_CONTAINER: &str = "await_container";
const PUBLISH: &str = "publish";
/// The key of a carousel's own container; those of its children have their media's keys.
pub(super) const CAROUSEL: &str = "carousel";

const STEP_TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
struct Permalink {
    permalink: Url,
}

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

impl Instagram {
    pub(super) async fn run(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError> {
        match (step.name, step.key.as_str()) {
            (CREATE_CONTAINER, CAROUSEL) => {
                let children = input
                    .media
                    .iter()
                    .map(|item| done_id(done, CREATE_CONTAINER, &item.key))
                    .collect::<Result<Vec<_>, _>>()?;
                self.create_carousel(call, input, &children).await
            }
            (CREATE_CONTAINER, _) => self.create_container(call, input, medium_of(input, step)?).await,
            (AWAIT_CONTAINER, key) => {
                self.await_container(call, input, key, done_id(done, CREATE_CONTAINER, key)?).await
            }
            (PUBLISH, _) => self.publish(call, published_container(input, done)?).await,
            _ => Err(unknown_step(step)),
        }
    }

    /// `POST /{account}/media_publish`.
    async fn publish(&self, call: &Call<'_>, container: &str) -> Result<StepOutcome, PlatformError> {
        let request = self
            .api
            .request(Method::POST, &[call.account_remote_id, "media_publish"], call.access_token)?
            .form(&[("creation_id", container)]);
        let Created { id } = self.api.call(call, request).await?;
        Ok(StepOutcome::Done {
            // It is published: not to know its address does not make it less so.
            url: self.permalink(call, &id).await.ok(),
            evidence: json!({ "container": container, "media": id }),
            remote_id: Some(id),
            memory: None,
        })
    }

    /// `GET /{media}?fields=permalink`.
    async fn permalink(&self, call: &Call<'_>, media: &str) -> Result<Url, PlatformError> {
        let request =
            self.api.request(Method::GET, &[media], call.access_token)?.query(&[("fields", "permalink")]);
        let Permalink { permalink } = self.api.call(call, request).await?;
        Ok(permalink)
    }

    /// `DELETE /{media}`.
    pub(super) async fn remove(&self, call: &Call<'_>, media: &str) -> Result<(), PlatformError> {
        let request = self.api.request(Method::DELETE, &[media], call.access_token)?;
        let limit = call.time_left(Transport::CALL_LIMIT);
        self.transport.deleted(request, limit, &[call.access_token], is_missing).await
    }
}

/// The Graph API answers 400 with code 100 and subcode 33 for an object that does not exist.
fn is_missing(reply: &Reply) -> bool {
    let named = reply.json::<serde_json::Value>().is_ok_and(|body| {
        let field = |name| body.pointer(name).and_then(serde_json::Value::as_i64);
        field("/error/code") == Some(100) && field("/error/error_subcode") == Some(33)
    });
    named || reply.status == StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{input, jpeg, mp4, reply};

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

    #[test]
    fn only_an_object_that_does_not_exist_counts_as_deleted() {
        let body = |code, subcode| format!(r#"{{"error":{{"code":{code},"error_subcode":{subcode}}}}}"#);
        assert!(is_missing(&reply(400, &[], &body(100, 33))));
        assert!(!is_missing(&reply(400, &[], &body(100, 34))));
        assert!(!is_missing(&reply(400, &[], "<html>")));
    }
}
