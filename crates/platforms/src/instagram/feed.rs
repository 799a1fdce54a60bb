//! Telling whether a container was published, and as what.

use super::Instagram;
use super::container::State;
use super::instant::instant;
use super::paging::Paging;
use super::steps::published_container;
use super::text::CHANGES;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::media::MediaKind;
use fanfare_platform_api::{Absence, Call, ConfirmedStep, MediaItem, PlatformError, PublishInput, ReadBack};
use reqwest::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use url::Url;

#[derive(Debug, Deserialize)]
struct Page {
    data: Vec<Media>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Debug, Deserialize)]
struct Media {
    id: String,
    caption: Option<String>,
    timestamp: Option<String>,
    permalink: Option<Url>,
    media_type: Option<String>,
    children: Option<Children>,
}

/// What a carousel consists of.
#[derive(Debug, Deserialize)]
struct Children {
    data: Vec<IgnoredAny>,
}

impl Media {
    fn published_at(&self) -> Option<Timestamp> {
        self.timestamp.as_deref().and_then(instant)
    }

    /// Whether it can consist of these media: of a carousel Instagram tells their number, of another item the kind. What
    /// it does not tell excludes nothing.
    fn can_have(&self, items: &[MediaItem]) -> bool {
        let count = self.children.as_ref().map(|children| children.data.len());
        match (self.media_type.as_deref(), items) {
            (Some("CAROUSEL_ALBUM"), items) => {
                items.len() > 1 && count.is_none_or(|count| count == items.len())
            }
            (Some("IMAGE"), [only]) => only.facts.kind != MediaKind::Video,
            (Some("VIDEO"), [only]) => only.facts.kind == MediaKind::Video,
            (Some("IMAGE" | "VIDEO"), _) => false,
            _ => true,
        }
    }
}

/// The medium that carries the input's caption and as many media: of several the one nearest to when it was sent.
fn matching<'a>(media: &'a [Media], input: &PublishInput, absence: &Absence<'_>) -> Option<&'a Media> {
    let wanted = CHANGES.comparable(&input.full_text());
    media
        .iter()
        .filter(|medium| !absence.is_anothers(&medium.id))
        .filter(|medium| medium.can_have(&input.media))
        .filter(|medium| CHANGES.comparable(medium.caption.as_deref().unwrap_or_default()) == wanted)
        .filter_map(|medium| Some((medium, medium.published_at()?)))
        .filter(|(_, at)| absence.window.holds(*at))
        .min_by_key(|(_, at)| at.since(absence.sent_at).max(absence.sent_at.since(*at)))
        .map(|(medium, _)| medium)
}

impl Instagram {
    /// A container that reads `PUBLISHED` was published; every other one was not.
    pub(super) async fn find_published(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let container = published_container(input, done)?;
        match self.container_state(call, container).await? {
            (State::Published, _) => self.find_media(call, input, container, absence).await,
            (state, _) => Ok(ReadBack::Absent {
                evidence: json!({ "container": container, "status_code": format!("{state:?}") }),
            }),
        }
    }

    /// `GET /{account}/media`, newest first: a published container does not name its medium.
    async fn find_media(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        container: &str,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let mut after: Option<String> = None;
        for _ in 0..absence.max_pages {
            let mut request = self
                .api
                .request(Method::GET, &[call.account_remote_id, "media"], call.access_token)?
                .query(&[("fields", "id,caption,timestamp,permalink,media_type,children"), ("limit", "50")]);
            if let Some(after) = &after {
                request = request.query(&[("after", after.as_str())]);
            }
            let page: Page = self.api.call(call, request).await?;
            if let Some(medium) = matching(&page.data, input, absence) {
                return Ok(ReadBack::Found {
                    remote_id: medium.id.clone(),
                    url: medium.permalink.clone(),
                    evidence: json!({ "container": container, "status_code": "Published", "timestamp": medium.timestamp }),
                });
            }
            after = page.paging.next_cursor();
            let before = page.data.iter().filter_map(Media::published_at).any(|at| at < absence.since());
            if before || after.is_none() {
                break;
            }
        }
        Ok(ReadBack::Unclear {
            reason: "Instagram says that it was published, but does not list it yet".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{absence, input, jpeg, mp4};

    #[test]
    fn the_medium_is_found_by_caption_time_and_owner() {
        let page: Page = serde_json::from_str(
            r#"{"data":[
                {"id":"4","timestamp":"2026-11-22T12:05:00+0000","caption":"hello\n#a"},
                {"id":"3","timestamp":"2026-11-22T12:00:02+0000","caption":"hello\n\n#a"},
                {"id":"2","timestamp":"2026-11-22T12:00:01+0000"},
                {"id":"1","timestamp":"2026-11-22T10:00:00+0000","caption":"hello #a"}],
               "paging":{"cursors":{"before":"x","after":"y"}}}"#,
        )
        .unwrap();
        let found = |caption: &str, owned: &[String]| {
            let absence = absence("2026-11-22T12:00:00Z", owned);
            let input = input(caption, vec![jpeg("a")]);
            matching(&page.data, &input, &absence).map(|medium| medium.id.clone())
        };
        assert_eq!(found("hello\n\n#a", &[]), Some("3".into()));
        assert_eq!(found("hello\n\n#a", &["3".into()]), Some("4".into()));
        assert_eq!(found("hello\n\n#a", &["3".into(), "4".into()]), None);
        assert_eq!(found("", &[]), Some("2".into()));
    }

    #[test]
    fn a_medium_of_the_same_caption_with_other_media_is_not_ours() {
        let page: Page = serde_json::from_str(
            r#"{"data":[
                {"id":"3","timestamp":"2026-11-22T12:00:01+0000","caption":"hello","media_type":"CAROUSEL_ALBUM",
                 "children":{"data":[{"id":"31"},{"id":"32"}]}},
                {"id":"2","timestamp":"2026-11-22T12:00:01+0000","caption":"hello","media_type":"VIDEO"},
                {"id":"1","timestamp":"2026-11-22T12:00:01+0000","caption":"hello","media_type":"IMAGE"}]}"#,
        )
        .unwrap();
        let absence = absence("2026-11-22T12:00:00Z", &[]);
        let found = |media: Vec<MediaItem>| {
            let found = matching(&page.data, &input("hello\u{feff}", media), &absence);
            found.map(|medium| medium.id.clone())
        };
        assert_eq!(found(vec![jpeg("a")]), Some("1".into()));
        assert_eq!(found(vec![mp4("a")]), Some("2".into()));
        assert_eq!(found(vec![jpeg("a"), jpeg("b")]), Some("3".into()));
        assert_eq!(found(vec![jpeg("a"), jpeg("b"), jpeg("c")]), None);
    }
}
