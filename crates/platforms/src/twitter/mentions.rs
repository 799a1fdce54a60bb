//! Posts of others that name the account, replies to its own among them.

use super::Twitter;
use super::reference::{Reference, answered};
use super::text::unescaped;
use chrono::{DateTime, Utc};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{Call, InboxItem, InboxSender, PlatformError};
use reqwest::Method;
use serde::Deserialize;

/// X lists the latest 800 mentions, 100 a page.
const MAX_PAGES: u32 = 8;

#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Mention>,
    #[serde(default)]
    includes: Includes,
    #[serde(default)]
    meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    newest_id: Option<String>,
    next_token: Option<String>,
}

/// What an answer's items refer to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Includes {
    #[serde(default)]
    users: Vec<User>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    name: String,
    username: String,
}

#[derive(Debug, Deserialize)]
struct Mention {
    id: String,
    text: String,
    author_id: String,
    created_at: DateTime<Utc>,
    conversation_id: Option<String>,
    in_reply_to_user_id: Option<String>,
    #[serde(default)]
    referenced_tweets: Vec<Reference>,
}

impl Includes {
    /// A user whom X does not show is known by their id.
    pub(super) fn sender(&self, id: &str) -> InboxSender {
        let user = self.users.iter().find(|user| user.id == id);
        InboxSender {
            remote_id: id.to_owned(),
            name: user.map_or_else(|| id.to_owned(), |user| user.name.clone()),
            handle: user.map(|user| user.username.clone()),
        }
    }
}

impl Twitter {
    fn mention(&self, mention: Mention, includes: &Includes, account: &str) -> InboxItem {
        let answers_us = mention.in_reply_to_user_id.as_deref() == Some(account);
        let sender = includes.sender(&mention.author_id);
        let thread_key = mention.conversation_id.unwrap_or_else(|| mention.id.clone());
        InboxItem {
            kind: if answers_us { InboxMessageType::Comment } else { InboxMessageType::Mention },
            url: self.post_url(sender.handle.as_deref(), &mention.id).ok(),
            text: unescaped(&mention.text),
            parent_remote_id: answered(&mention.referenced_tweets).map(str::to_owned),
            post_external_id: Some(thread_key.clone()),
            received_at: Timestamp::new(mention.created_at),
            remote_id: mention.id,
            thread_key,
            sender,
        }
    }

    /// `GET /2/users/{id}/mentions`, newest first, back to `since`; without it the latest page. Answers the newest id.
    pub(super) async fn mentions(
        &self,
        call: &Call<'_>,
        since: Option<&str>,
    ) -> Result<(Vec<InboxItem>, Option<String>), PlatformError> {
        let account = call.account_remote_id;
        let (mut items, mut newest, mut next) = (Vec::new(), None, None::<String>);
        for _ in 0..MAX_PAGES {
            let request =
                self.api.request(Method::GET, &["users", account, "mentions"], call.access_token)?.query(&[
                    ("max_results", "100"),
                    (
                        "tweet.fields",
                        "author_id,conversation_id,created_at,in_reply_to_user_id,referenced_tweets",
                    ),
                    ("expansions", "author_id"),
                    ("user.fields", "name,username"),
                ]);
            let request = since.iter().fold(request, |request, since| request.query(&[("since_id", since)]));
            let request =
                next.iter().fold(request, |request, token| request.query(&[("pagination_token", token)]));
            let page: Page = self.api.call(call, request).await?;
            newest = newest.or(page.meta.newest_id);
            let others = page.data.into_iter().filter(|mention| mention.author_id != account);
            items.extend(others.map(|mention| self.mention(mention, &page.includes, account)));
            next = page.meta.next_token;
            if next.is_none() || since.is_none() {
                break;
            }
        }
        Ok((items, newest))
    }
}
