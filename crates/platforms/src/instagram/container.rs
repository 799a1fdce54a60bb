//! Containers: what Instagram pulls and prepares before anything is public (Instagram Platform, "Content Publishing").

use super::Instagram;
use super::error::container_failure;
use super::steps::CAROUSEL;
use crate::transport::Transport;
use fanfare_domain::media::MediaKind;
use fanfare_platform_api::{Call, MediaItem, PlatformError, PublishInput, StepOutcome};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// How long until a picture's container is asked for again; Instagram has it ready within seconds.
const PICTURE_WAIT: Duration = Duration::from_secs(1);
/// How long until a video's container is asked for again. Instagram recommends a minute; shorter ones wait less.
const VIDEO_WAIT: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
pub(super) struct Created {
    pub id: String,
}

#[derive(Deserialize)]
struct Status {
    status_code: State,
    /// Words, which end in an error's subcode.
    status: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum State {
    InProgress,
    Finished,
    Published,
    Expired,
    Error,
}

/// What a container is created with. `caption`: `None` for a child of a carousel, which has none.
fn parameters<'a>(item: &'a MediaItem, caption: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
    let mut form = Vec::new();
    if item.facts.kind == MediaKind::Video {
        // Alone a video is a reel; in a carousel it is a video.
        form.push(("media_type", if caption.is_some() { "REELS" } else { "VIDEO" }));
        form.push(("video_url", item.public_url.as_str()));
    } else {
        form.push(("image_url", item.public_url.as_str()));
        form.extend(item.facts.alt_text.as_deref().filter(|it| !it.is_empty()).map(|it| ("alt_text", it)));
    }
    match caption {
        Some(caption) => form.push(("caption", caption)),
        None => form.push(("is_carousel_item", "true")),
    }
    form
}

impl Instagram {
    /// The container of one medium, alone or as a child of a carousel.
    pub(super) async fn create_container(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        item: &MediaItem,
    ) -> Result<StepOutcome, PlatformError> {
        let caption = input.full_text();
        let alone = input.media.len() == 1;
        self.create(call, &parameters(item, alone.then_some(caption.as_str()))).await
    }

    /// The container of a carousel, with the containers of its children in order.
    pub(super) async fn create_carousel(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        children: &[&str],
    ) -> Result<StepOutcome, PlatformError> {
        let (caption, children) = (input.full_text(), children.join(","));
        self.create(call, &[("media_type", "CAROUSEL"), ("children", &children), ("caption", &caption)]).await
    }

    /// `POST /{account}/media`.
    async fn create(&self, call: &Call<'_>, form: &[(&str, &str)]) -> Result<StepOutcome, PlatformError> {
        let request =
            self.api.request(Method::POST, &[call.account_remote_id, "media"], call.access_token)?.form(form);
        let Created { id } = self.api.call(call, request).await?;
        Ok(StepOutcome::Done {
            evidence: json!({ "container": id }),
            remote_id: Some(id),
            url: None,
            memory: None,
        })
    }

    pub(super) async fn await_container(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        key: &str,
        id: &str,
    ) -> Result<StepOutcome, PlatformError> {
        let (state, words) = self.container_state(call, id).await?;
        match state {
            State::Finished | State::Published => Ok(StepOutcome::Done {
                remote_id: Some(id.to_owned()),
                url: None,
                evidence: json!({ "status_code": format!("{state:?}") }),
                memory: None,
            }),
            State::InProgress => {
                let video = input
                    .media
                    .iter()
                    .any(|item| item.facts.kind == MediaKind::Video && (item.key == key || key == CAROUSEL));
                Ok(StepOutcome::Wait {
                    after: if video { VIDEO_WAIT } else { PICTURE_WAIT },
                    evidence: json!({ "status_code": "IN_PROGRESS" }),
                })
            }
            State::Expired => Err(PlatformError::PreparationExpired {
                message: "Instagram: the container has expired".to_owned(),
            }),
            State::Error => Err(container_failure(&words)),
        }
    }

    /// `GET /{container}?fields=status_code,status`.
    pub(super) async fn container_state(
        &self,
        call: &Call<'_>,
        id: &str,
    ) -> Result<(State, String), PlatformError> {
        let request = self
            .api
            .request(Method::GET, &[id], call.access_token)?
            .query(&[("fields", "status_code,status")]);
        let limit = call.time_left(Transport::CALL_LIMIT);
        let status: Status = self.transport.json(request, limit, &[call.access_token]).await?;
        Ok((status.status_code, status.status.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{jpeg, mp4};

    #[test]
    fn a_container_says_what_it_is_for() {
        let (picture, video) = (jpeg("a"), mp4("b"));
        let names = |form: Vec<(&'static str, &str)>| {
            form.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
        };
        assert_eq!(
            names(parameters(&picture, Some("hi"))),
            ["image_url=https://fanfare.example/media/a", "caption=hi"]
        );
        assert_eq!(
            names(parameters(&video, Some("hi"))),
            ["media_type=REELS", "video_url=https://fanfare.example/media/b", "caption=hi"]
        );
        assert_eq!(
            names(parameters(&video, None)),
            ["media_type=VIDEO", "video_url=https://fanfare.example/media/b", "is_carousel_item=true"]
        );
    }
}
