//! Comments under the account's media: read, answered, and found again.

use super::Instagram;
use super::inbox::{Person, Said, ours};
use super::instant::instant;
use super::paging::Paging;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{Absence, Call, InboxItem, InboxReply, PlatformError, ReadBack, Replied};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

/// The latest media whose comments are read: one request for each that has any.
const WATCHED_MEDIA: &str = "15";
/// The most pages of 50 comments of one medium that a look or a search reads.
const MAX_PAGES: u32 = 5;
const FIELDS: &str = "id,text,timestamp,username,from";

#[derive(Debug, Deserialize)]
struct MediaPage {
    data: Vec<Medium>,
}

#[derive(Debug, Deserialize)]
struct Medium {
    id: String,
    permalink: Option<Url>,
    #[serde(default)]
    comments_count: u64,
}

#[derive(Debug, Deserialize)]
struct Page {
    data: Vec<Comment>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Debug, Deserialize)]
struct Comment {
    id: String,
    #[serde(default)]
    text: String,
    timestamp: String,
    username: Option<String>,
    /// Left out for people who block the app.
    from: Option<Person>,
    replies: Option<Replies>,
}

#[derive(Debug, Deserialize)]
struct Replies {
    data: Vec<Comment>,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

impl Comment {
    fn person(&self) -> Person {
        self.from.clone().unwrap_or_else(|| Person { id: None, username: self.username.clone() })
    }

    fn said(&self) -> Said<'_> {
        Said { id: &self.id, text: &self.text, at: &self.timestamp }
    }

    /// `top`: the comment that it stands under; `None`: it stands under the medium.
    fn item(&self, medium: &Medium, top: Option<&str>) -> Option<InboxItem> {
        Some(InboxItem {
            remote_id: self.id.clone(),
            thread_key: top.unwrap_or(&self.id).to_owned(),
            kind: InboxMessageType::Comment,
            sender: self.person().sender(),
            text: self.text.clone(),
            url: medium.permalink.clone(),
            parent_remote_id: top.map(str::to_owned),
            post_external_id: Some(medium.id.clone()),
            received_at: instant(&self.timestamp)?,
        })
    }
}

impl Instagram {
    /// What others said under the account's latest media since a time. A reply to a comment that is itself far back
    /// under its medium is not seen.
    pub(super) async fn comments(
        &self,
        call: &Call<'_>,
        since: Timestamp,
    ) -> Result<Vec<InboxItem>, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &[call.account_remote_id, "media"], call.access_token)?
            .query(&[("fields", "id,permalink,comments_count"), ("limit", WATCHED_MEDIA)]);
        let media: MediaPage = self.api.call(call, request).await?;
        let mut items = Vec::new();
        for medium in media.data.iter().filter(|medium| medium.comments_count > 0) {
            items.extend(self.comments_of(call, medium, since).await?);
        }
        Ok(items)
    }

    /// `GET /{media}/comments`, newest first, with the replies to each.
    async fn comments_of(
        &self,
        call: &Call<'_>,
        medium: &Medium,
        since: Timestamp,
    ) -> Result<Vec<InboxItem>, PlatformError> {
        let fields = format!("{FIELDS},replies{{{FIELDS}}}");
        let (mut items, mut after) = (Vec::new(), None::<String>);
        for _ in 0..MAX_PAGES {
            let page = self.comment_page(call, [&medium.id, "comments"], &fields, after.as_deref()).await?;
            for top in &page.data {
                let below = top.replies.iter().flat_map(|replies| &replies.data);
                let said = std::iter::once((top, None)).chain(below.map(|it| (it, Some(top.id.as_str()))));
                let of_others = said.filter(|(it, _)| !it.person().is(call.account_remote_id));
                items.extend(of_others.filter_map(|(it, under)| it.item(medium, under)));
            }
            let caught_up = page.data.iter().filter_map(|it| instant(&it.timestamp)).any(|at| at < since);
            after = page.paging.next_cursor();
            if caught_up || after.is_none() {
                break;
            }
        }
        items.retain(|item| item.received_at >= since);
        Ok(items)
    }

    async fn comment_page(
        &self,
        call: &Call<'_>,
        path: [&str; 2],
        fields: &str,
        after: Option<&str>,
    ) -> Result<Page, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &path, call.access_token)?
            .query(&[("fields", fields), ("limit", "50")]);
        let request = after.iter().fold(request, |request, after| request.query(&[("after", after)]));
        self.api.call(call, request).await
    }

    /// `POST /{comment}/replies`. Replies stand under the comment that stands under the medium: a reply to a reply too.
    pub(super) async fn comment_back(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
    ) -> Result<Replied, PlatformError> {
        let request = self
            .api
            .request(Method::POST, &[reply.thread_key, "replies"], call.access_token)?
            .form(&[("message", reply.text)]);
        let Created { id } = self.api.call(call, request).await?;
        Ok(Replied { remote_id: id, url: None, evidence: json!({ "answer": "created" }) })
    }

    /// `GET /{comment}/replies`.
    pub(super) async fn find_comment(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let (mut read, mut after) = (0, None::<String>);
        for _ in 0..absence.max_pages {
            let page =
                self.comment_page(call, [reply.thread_key, "replies"], FIELDS, after.as_deref()).await?;
            read += page.data.len();
            let own = page.data.iter().filter(|it| it.person().is(call.account_remote_id));
            if let Some(found) = ours(own.map(Comment::said), reply.text, absence) {
                return Ok(ReadBack::Found {
                    remote_id: found.id.to_owned(),
                    url: None,
                    evidence: json!({ "found_in": "replies", "timestamp": found.at, "read": read }),
                });
            }
            after = page.paging.next_cursor();
            if after.is_none() {
                return Ok(ReadBack::Absent { evidence: json!({ "searched": "replies", "read": read }) });
            }
        }
        Ok(ReadBack::Unclear { reason: format!("not among the comment's first {read} replies on Instagram") })
    }
}
