//! YouTube's inbox: comments under the channel's videos. YouTube has no messages, and tells no mentions.

use super::Youtube;
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{
    Absence, Call, ClientMode, InboxClient, InboxLimits, InboxLook, InboxReply, PlatformError, ReadBack,
    Replied,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest comment, in characters.
const LONGEST_COMMENT: usize = 10_000;
/// What is seen again each time: a comment may be listed after a younger one, when it was held for review.
const OVERLAP: Duration = Duration::from_hours(1);
/// How far the first look goes back.
const FIRST_LOOK: Duration = Duration::from_hours(7 * 24);

/// The time of the newest that was seen.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Mark {
    comment: Option<Timestamp>,
}

#[async_trait]
impl InboxClient for Youtube {
    /// A look costs 1 unit a page and a reply 50, of an app's 10,000 a day.
    fn inbox_limits(&self) -> InboxLimits {
        const DAY: Duration = Duration::from_hours(24);
        InboxLimits {
            look_every: match self.settings.mode {
                ClientMode::Live => Duration::from_mins(5),
                ClientMode::Simulation => Duration::from_secs(10),
            },
            app_looks: match self.settings.mode {
                ClientMode::Live => (4_000, DAY),
                ClientMode::Simulation => (100_000, DAY),
            },
            account_replies: (50, DAY),
            app_replies: (100, DAY),
            settle: self.settle(),
        }
    }

    fn refuses_reply(&self, _kind: InboxMessageType, text: &str) -> Option<String> {
        let length = text.chars().count();
        (length > LONGEST_COMMENT).then(|| {
            format!("YouTube takes comments of at most {LONGEST_COMMENT} characters; this has {length}.")
        })
    }

    async fn look(&self, call: &Call<'_>, mark: Option<&Value>) -> Result<InboxLook, PlatformError> {
        let mark = mark.map(Mark::deserialize).and_then(Result::ok).unwrap_or_default();
        let first = self.transport.now().minus(FIRST_LOOK);
        let since = mark.comment.map_or(first, |at| at.minus(OVERLAP));
        let items = self.comments(call, since).await?;
        let comment = items.iter().map(|item| item.received_at).chain(mark.comment).max();
        Ok(InboxLook { items, mark: json!(Mark { comment }) })
    }

    async fn reply(&self, call: &Call<'_>, reply: &InboxReply<'_>) -> Result<Replied, PlatformError> {
        self.comment_back(call, reply).await
    }

    async fn find_reply(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        self.find_comment(call, reply, absence).await
    }
}
