//! Runs the steps of a publication, and deletes what was published.

use super::Instagram;
use super::container::Created;
use super::steps::{AWAIT_CONTAINER, CAROUSEL, CREATE_CONTAINER, PUBLISH, published_container};
use crate::step::{done_id, medium_of, unknown_step};
use crate::transport::Transport;
use fanfare_net::Reply;
use fanfare_platform_api::{Call, ConfirmedStep, PlatformError, PublishInput, StepOutcome, StepSpec};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use url::Url;

#[derive(Deserialize)]
struct Permalink {
    permalink: Url,
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
    use crate::testing::reply;

    #[test]
    fn only_an_object_that_does_not_exist_counts_as_deleted() {
        let body = |code, subcode| format!(r#"{{"error":{{"code":{code},"error_subcode":{subcode}}}}}"#);
        assert!(is_missing(&reply(400, &[], &body(100, 33))));
        assert!(!is_missing(&reply(400, &[], &body(100, 34))));
        assert!(!is_missing(&reply(400, &[], "<html>")));
    }
}
