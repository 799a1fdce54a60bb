//! Finding a video whose upload session is gone among the channel's latest uploads.

use super::Youtube;
use super::text::CHANGES;
use chrono::{DateTime, Utc};
use fanfare_domain::clock::Timestamp;
use fanfare_platform_api::{Absence, Call, PlatformError, PublishInput, ReadBack};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

/// What the evidence says of a session whose video had to be looked for.
pub(super) const GONE: &str = "gone";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Channel {
    content_details: ChannelDetails,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChannelDetails {
    related_playlists: RelatedPlaylists,
}

#[derive(Deserialize)]
struct RelatedPlaylists {
    uploads: String,
}

#[derive(Debug, Deserialize)]
struct Upload {
    snippet: Snippet,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snippet {
    title: String,
    #[serde(default)]
    description: String,
    /// When the video joined the list of uploads.
    published_at: DateTime<Utc>,
    resource_id: ResourceId,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceId {
    video_id: String,
}

/// The uploads that carry the input's title and description, since the step was sent, and belong to no other target.
fn matching<'a>(uploads: &'a [Upload], input: &PublishInput, absence: &Absence<'_>) -> Vec<&'a Snippet> {
    let title = CHANGES.comparable(input.title.as_deref().unwrap_or_default());
    let description = CHANGES.comparable(&input.full_text());
    uploads
        .iter()
        .map(|upload| &upload.snippet)
        .filter(|it| CHANGES.comparable(&it.title) == title)
        .filter(|it| CHANGES.comparable(&it.description) == description)
        .filter(|it| absence.window.holds(Timestamp::new(it.published_at)))
        .filter(|it| !absence.is_anothers(&it.resource_id.video_id))
        .collect()
}

impl Youtube {
    /// Looks for the video among the channel's uploads.
    pub(super) async fn find_upload(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &["channels"], call.access_token)?
            .query(&[("part", "contentDetails"), ("id", call.account_remote_id)]);
        let channels: List<Channel> = self.api.call(call, request).await?;
        let Some(channel) = channels.items.first() else {
            return Ok(ReadBack::Unclear { reason: "YouTube does not show the channel".to_owned() });
        };
        let playlist = &channel.content_details.related_playlists.uploads;
        let Some((uploads, complete)) = self.uploads(call, playlist, absence).await? else {
            return Ok(ReadBack::Unclear { reason: "YouTube lists too many newer uploads".to_owned() });
        };
        Ok(match matching(&uploads, input, absence).as_slice() {
            [] => ReadBack::Absent {
                evidence: json!({ "session": GONE, "searched": "uploads", "read": uploads.len(), "all": complete }),
            },
            [only] => ReadBack::Found {
                remote_id: only.resource_id.video_id.clone(),
                url: self.video_url(&only.resource_id.video_id).ok(),
                evidence: json!({ "session": GONE, "found_in": "uploads", "published_at": only.published_at }),
            },
            several => ReadBack::Unclear {
                reason: format!("{} uploads on YouTube have this title and description", several.len()),
            },
        })
    }

    /// `GET /youtube/v3/playlistItems` of the channel's uploads, newest first, back to before the step was sent; and
    /// whether these are all. `None`: there are more than may be read.
    async fn uploads(
        &self,
        call: &Call<'_>,
        playlist: &str,
        absence: &Absence<'_>,
    ) -> Result<Option<(Vec<Upload>, bool)>, PlatformError> {
        let (mut uploads, mut next) = (Vec::new(), None::<String>);
        for _ in 0..absence.max_pages {
            let request = self.api.request(Method::GET, &["playlistItems"], call.access_token)?.query(&[
                ("part", "snippet"),
                ("playlistId", playlist),
                ("maxResults", "50"),
            ]);
            let request = next.iter().fold(request, |request, token| request.query(&[("pageToken", token)]));
            let page: List<Upload> = self.api.call(call, request).await?;
            let older = |it: &Upload| Timestamp::new(it.snippet.published_at) < absence.since();
            let reached = page.items.iter().any(older);
            uploads.extend(page.items);
            next = page.next_page_token;
            if reached || next.is_none() {
                return Ok(Some((uploads, next.is_none())));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{absence, input, mp4};

    #[test]
    fn an_upload_is_found_by_title_description_time_and_owner() {
        let list: List<Upload> = serde_json::from_str(
            r#"{"items":[
              {"snippet":{"title":"t","description":"x","publishedAt":"2026-11-22T12:00:09Z","resourceId":{"kind":"youtube#video","videoId":"c"}}},
              {"snippet":{"title":"t","description":"y","publishedAt":"2026-11-22T12:00:05Z","resourceId":{"videoId":"b"}}},
              {"snippet":{"title":"t","description":"x","publishedAt":"2026-11-22T11:00:00Z","resourceId":{"videoId":"a"}}}]}"#,
        )
        .unwrap();
        let wanted = PublishInput { title: Some("t".into()), ..input("x", vec![mp4("v")]) };
        let found = |owned: &[String]| {
            let absence = absence("2026-11-22T12:00:00Z", owned);
            matching(&list.items, &wanted, &absence)
                .iter()
                .map(|it| it.resource_id.video_id.clone())
                .collect()
        };
        let ids: Vec<String> = found(&[]);
        assert_eq!(ids, ["c"]);
        assert!(found(&["c".into()]).is_empty());
        let padded = PublishInput { title: Some(" t\u{200b}".into()), ..input("x\u{feff} ", vec![mp4("v")]) };
        let absence = absence("2026-11-22T12:00:00Z", &[]);
        assert_eq!(matching(&list.items, &padded, &absence).len(), 1);
    }
}
