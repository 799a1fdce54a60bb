//! X's inbox: replies to the account's posts and mentions come from one listing, direct messages from another.

use super::Twitter;
use super::post::Created;
use super::timeline::Wanted;

use async_trait::async_trait;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::x_text::{accepted, weighted_length};
use fanfare_platform_api::{
    Absence, Call, ClientMode, InboxClient, InboxLimits, InboxLook, InboxReply, PlatformError, ReadBack,
    Replied,
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest reply among posts, weighted.
const LONGEST_POST: usize = 280;
/// The longest direct message, in characters.
const LONGEST_MESSAGE: usize = 10_000;

/// The newest that was seen: ids on X grow with time.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Mark {
    mention: Option<String>,
    message: Option<String>,
}

#[async_trait]
impl InboxClient for Twitter {
    /// X takes 15 looks at direct messages from an account in 15 minutes, and counts replies as posts.
    fn inbox_limits(&self) -> InboxLimits {
        InboxLimits {
            look_every: match self.settings.mode {
                ClientMode::Live => Duration::from_mins(3),
                ClientMode::Simulation => Duration::from_secs(10),
            },
            app_looks: (450, Duration::from_mins(15)),
            account_replies: (100, Duration::from_mins(15)),
            app_replies: (10_000, Duration::from_hours(24)),
            settle: self.settle(),
        }
    }

    fn refuses_reply(&self, kind: InboxMessageType, text: &str) -> Option<String> {
        let (length, most) = match kind {
            InboxMessageType::Dm => (text.chars().count(), LONGEST_MESSAGE),
            InboxMessageType::Comment | InboxMessageType::Mention => {
                (weighted_length(&accepted(text)), LONGEST_POST)
            }
        };
        (length > most).then(|| format!("X takes at most {most} characters; this has {length}."))
    }

    async fn look(&self, call: &Call<'_>, mark: Option<&Value>) -> Result<InboxLook, PlatformError> {
        let mark = mark.map(Mark::deserialize).and_then(Result::ok).unwrap_or_default();
        let (mut items, mention) = self.mentions(call, mark.mention.as_deref()).await?;
        let message = match self.messages(call, mark.message.as_deref()).await {
            Ok((messages, newest)) => {
                items.extend(messages);
                newest
            }
            // Direct messages are a permission and a price of their own: without them there are still mentions.
            Err(PlatformError::Rejected { message }) => {
                tracing::debug!(account = call.account_remote_id, message, "no direct messages");
                None
            }
            Err(error) => return Err(error),
        };
        let mark = Mark { mention: mention.or(mark.mention), message: message.or(mark.message) };
        Ok(InboxLook { items, mark: json!(mark) })
    }

    async fn reply(&self, call: &Call<'_>, reply: &InboxReply<'_>) -> Result<Replied, PlatformError> {
        if reply.kind == InboxMessageType::Dm {
            return self.send_message(call, reply).await;
        }
        let body =
            json!({ "text": accepted(reply.text), "reply": { "in_reply_to_tweet_id": reply.remote_id } });
        let request = self.api.request(Method::POST, &["tweets"], call.access_token)?.json(&body);
        let Created { data } = self.api.call(call, request).await?;
        Ok(Replied {
            url: self.post_url(reply.account_handle, &data.id).ok(),
            evidence: json!({ "answer": "created" }),
            remote_id: data.id,
        })
    }

    async fn find_reply(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        if reply.kind == InboxMessageType::Dm {
            return self.find_message(call, reply, absence).await;
        }
        let (answers, handle) = (Some(reply.remote_id), reply.account_handle);
        let wanted = Wanted { text: reply.text, answers, media: 0, handle };
        self.find_own(call, &wanted, absence).await
    }
}
