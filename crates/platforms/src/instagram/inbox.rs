//! Instagram's inbox: comments under the account's latest media, and conversations. Instagram tells mentions by webhook
//! only.

use super::Instagram;
use super::instant::instant;
use super::text::CHANGES;
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{
    Absence, Call, ClientMode, InboxClient, InboxItem, InboxLimits, InboxLook, InboxReply, InboxSender,
    PlatformError, ReadBack, Replied,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest comment, in characters.
const LONGEST_COMMENT: usize = 2_200;
/// The longest message, in bytes of UTF-8.
const LONGEST_MESSAGE: usize = 1_000;
/// What is seen again each time: Instagram's listings are not complete at once.
const OVERLAP: Duration = Duration::from_mins(2);
/// How far the first look goes back.
const FIRST_LOOK: Duration = Duration::from_hours(7 * 24);

/// The time of the newest that was seen.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Mark {
    comment: Option<Timestamp>,
    message: Option<Timestamp>,
}

/// A user, as comments and messages name them.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Person {
    pub id: Option<String>,
    pub username: Option<String>,
}

impl Person {
    pub fn is(&self, account: &str) -> bool {
        self.id.as_deref() == Some(account)
    }

    pub fn sender(&self) -> InboxSender {
        let name = self.username.clone().or_else(|| self.id.clone()).unwrap_or_default();
        InboxSender {
            remote_id: self.id.clone().unwrap_or_else(|| name.clone()),
            name,
            handle: self.username.clone(),
        }
    }
}

/// Something that was said and can be told from others: a comment or a message.
pub(super) struct Said<'a> {
    pub id: &'a str,
    pub text: &'a str,
    pub at: &'a str,
}

/// The one that is the reply: its words, since it was sent, and no other reply's.
pub(super) fn ours<'a, 's>(
    said: impl IntoIterator<Item = Said<'s>>,
    text: &str,
    absence: &Absence<'a>,
) -> Option<Said<'s>> {
    let wanted = CHANGES.comparable(text);
    said.into_iter().find(|it| {
        CHANGES.comparable(it.text) == wanted
            && instant(it.at).is_some_and(|at| absence.window.holds(at))
            && !absence.is_anothers(it.id)
    })
}

fn newest(items: &[InboxItem], known: Option<Timestamp>) -> Option<Timestamp> {
    items.iter().map(|item| item.received_at).chain(known).max()
}

#[async_trait]
impl InboxClient for Instagram {
    fn inbox_limits(&self) -> InboxLimits {
        const HOUR: Duration = Duration::from_hours(1);
        InboxLimits {
            look_every: match self.settings.mode {
                ClientMode::Live => Duration::from_mins(5),
                ClientMode::Simulation => Duration::from_secs(10),
            },
            // Instagram counts by account and by its reach; this bounds a fault of ours.
            app_looks: (20_000, HOUR),
            account_replies: (60, HOUR),
            app_replies: (100_000, HOUR),
            settle: self.settle(),
        }
    }

    fn refuses_reply(&self, kind: InboxMessageType, text: &str) -> Option<String> {
        if kind == InboxMessageType::Dm {
            let length = text.len();
            return (length > LONGEST_MESSAGE).then(|| {
                format!("Instagram takes messages of at most {LONGEST_MESSAGE} bytes; this has {length}.")
            });
        }
        let length = text.chars().count();
        (length > LONGEST_COMMENT).then(|| {
            format!("Instagram takes comments of at most {LONGEST_COMMENT} characters; this has {length}.")
        })
    }

    async fn look(&self, call: &Call<'_>, mark: Option<&Value>) -> Result<InboxLook, PlatformError> {
        let mark = mark.map(Mark::deserialize).and_then(Result::ok).unwrap_or_default();
        let first = self.transport.now().minus(FIRST_LOOK);
        let since = |known: Option<Timestamp>| known.map_or(first, |at| at.minus(OVERLAP));
        let mut items = self.comments(call, since(mark.comment)).await?;
        let comment = newest(&items, mark.comment);
        let messages = self.messages(call, since(mark.message)).await?;
        let message = newest(&messages, mark.message);
        items.extend(messages);
        Ok(InboxLook { items, mark: json!(Mark { comment, message }) })
    }

    async fn reply(&self, call: &Call<'_>, reply: &InboxReply<'_>) -> Result<Replied, PlatformError> {
        match reply.kind {
            InboxMessageType::Dm => self.send_message(call, reply).await,
            InboxMessageType::Comment | InboxMessageType::Mention => self.comment_back(call, reply).await,
        }
    }

    async fn find_reply(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        match reply.kind {
            InboxMessageType::Dm => self.find_message(call, reply, absence).await,
            InboxMessageType::Comment | InboxMessageType::Mention => {
                self.find_comment(call, reply, absence).await
            }
        }
    }
}
