//! Comments under the channel's videos: read, answered, and found again.

use super::Youtube;
use super::text::CHANGES;
use chrono::{DateTime, Utc};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{
    Absence, Call, InboxItem, InboxReply, InboxSender, PlatformError, ReadBack, Replied,
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

/// The most pages of 100 that one look or one search reads.
const MAX_PAGES: u32 = 5;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
    next_page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Thread {
    snippet: ThreadSnippet,
    replies: Option<ThreadReplies>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadSnippet {
    video_id: Option<String>,
    top_level_comment: Comment,
}

#[derive(Debug, Deserialize)]
struct ThreadReplies {
    #[serde(default)]
    comments: Vec<Comment>,
}

#[derive(Debug, Deserialize)]
struct Comment {
    id: String,
    snippet: CommentSnippet,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentSnippet {
    /// As people see it.
    #[serde(default)]
    text_display: String,
    /// As it was written; told to its author only.
    text_original: Option<String>,
    #[serde(default)]
    author_display_name: String,
    author_channel_id: Option<ChannelId>,
    published_at: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
struct ChannelId {
    value: String,
}

impl Comment {
    fn is_of(&self, channel: &str) -> bool {
        self.snippet.author_channel_id.as_ref().is_some_and(|id| id.value == channel)
    }

    fn text(&self) -> &str {
        self.snippet.text_original.as_deref().unwrap_or(&self.snippet.text_display)
    }

    /// `top`: the comment that it stands under; `None`: it stands under the video.
    fn item(&self, video: Option<&str>, top: Option<&str>) -> InboxItem {
        let name = &self.snippet.author_display_name;
        let author = self.snippet.author_channel_id.as_ref();
        InboxItem {
            remote_id: self.id.clone(),
            thread_key: top.unwrap_or(&self.id).to_owned(),
            kind: InboxMessageType::Comment,
            sender: InboxSender {
                remote_id: author.map_or_else(|| name.clone(), |id| id.value.clone()),
                name: name.clone(),
                handle: name.strip_prefix('@').map(str::to_owned),
            },
            text: self.text().to_owned(),
            url: None,
            parent_remote_id: top.map(str::to_owned),
            post_external_id: video.map(str::to_owned),
            received_at: Timestamp::new(self.snippet.published_at),
        }
    }
}

impl Youtube {
    /// `GET /youtube/v3/commentThreads`, newest thread first. YouTube gives a few replies with each thread; a reply to
    /// a thread that is far back is not seen.
    pub(super) async fn comments(
        &self,
        call: &Call<'_>,
        since: Timestamp,
    ) -> Result<Vec<InboxItem>, PlatformError> {
        let channel = call.account_remote_id;
        let (mut items, mut next) = (Vec::new(), None::<String>);
        for _ in 0..MAX_PAGES {
            let request = self.api.request(Method::GET, &["commentThreads"], call.access_token)?.query(&[
                ("part", "snippet,replies"),
                ("allThreadsRelatedToChannelId", channel),
                ("order", "time"),
                ("textFormat", "plainText"),
                ("maxResults", "100"),
            ]);
            let request = next.iter().fold(request, |request, token| request.query(&[("pageToken", token)]));
            let page: Page<Thread> = self.api.call(call, request).await?;
            let mut caught_up = false;
            for Thread { snippet, replies } in &page.items {
                let (top, video) = (&snippet.top_level_comment, snippet.video_id.as_deref());
                caught_up |= Timestamp::new(top.snippet.published_at) < since;
                let below = replies.iter().flat_map(|replies| &replies.comments);
                let said = std::iter::once((top, None)).chain(below.map(|it| (it, Some(top.id.as_str()))));
                let of_others = said.filter(|(it, _)| !it.is_of(channel));
                items.extend(of_others.map(|(it, under)| it.item(video, under)));
            }
            next = page.next_page_token;
            if caught_up || next.is_none() {
                break;
            }
        }
        items.retain(|item| item.received_at >= since);
        Ok(items)
    }

    /// `POST /youtube/v3/comments`. Replies stand under the comment that stands under the video: a reply to a reply too.
    pub(super) async fn comment_back(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
    ) -> Result<Replied, PlatformError> {
        let body = json!({ "snippet": { "parentId": reply.thread_key, "textOriginal": reply.text } });
        let request = self
            .api
            .request(Method::POST, &["comments"], call.access_token)?
            .query(&[("part", "snippet")])
            .json(&body);
        let created: Comment = self.api.call(call, request).await?;
        let evidence = json!({ "answer": "created", "publishedAt": created.snippet.published_at });
        Ok(Replied { remote_id: created.id, url: None, evidence })
    }

    /// `GET /youtube/v3/comments`: the replies to a comment.
    pub(super) async fn find_comment(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let (mut read, mut next) = (0, None::<String>);
        let wanted = CHANGES.comparable(reply.text);
        for _ in 0..absence.max_pages {
            let request = self.api.request(Method::GET, &["comments"], call.access_token)?.query(&[
                ("part", "snippet"),
                ("parentId", reply.thread_key),
                ("textFormat", "plainText"),
                ("maxResults", "100"),
            ]);
            let request = next.iter().fold(request, |request, token| request.query(&[("pageToken", token)]));
            let page: Page<Comment> = self.api.call(call, request).await?;
            read += page.items.len();
            let ours = page.items.iter().find(|comment| {
                comment.is_of(call.account_remote_id)
                    && CHANGES.comparable(comment.text()) == wanted
                    && absence.window.holds(Timestamp::new(comment.snippet.published_at))
                    && !absence.is_anothers(&comment.id)
            });
            if let Some(comment) = ours {
                let published = comment.snippet.published_at;
                return Ok(ReadBack::Found {
                    remote_id: comment.id.clone(),
                    url: None,
                    evidence: json!({ "found_in": "replies", "publishedAt": published, "read": read }),
                });
            }
            next = page.next_page_token;
            if next.is_none() {
                return Ok(ReadBack::Absent { evidence: json!({ "searched": "replies", "read": read }) });
            }
        }
        Ok(ReadBack::Unclear { reason: format!("not among the comment's first {read} replies on YouTube") })
    }
}
