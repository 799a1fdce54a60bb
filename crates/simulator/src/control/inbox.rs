//! `/simulator/inbox`: someone says something to an account now.

use crate::core::answer::{Outcome, json};
use crate::core::inbox::{author, find};
use crate::core::network::Network;
use crate::core::record::{Message, Record};
use crate::core::store::Transaction;
use crate::{NETWORKS, Simulator};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use serde::Deserialize;
use serde_json::json;

/// What POST takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saying {
    platform: Platform,
    /// Id, handle or profile name of the account that is spoken to.
    account: String,
    #[serde(rename = "type")]
    kind: InboxMessageType,
    text: String,
    /// The name of who speaks.
    #[serde(default = "somebody")]
    sender: String,
    /// The post that a comment stands under.
    post: Option<String>,
    /// The comment that a comment answers, in place of `post`.
    parent: Option<String>,
}

fn somebody() -> String {
    "Mia Torres".to_owned()
}

/// POST: 201 with what the account finds in its inbox from now on.
pub async fn say(State(simulator): State<Simulator>, Json(saying): Json<Saying>) -> Outcome {
    let network = NETWORKS.iter().copied().find(|network| network.platform() == saying.platform);
    let Some(network) = network else { return Ok(unprocessable("The platform is not simulated.")) };
    let now = simulator.now();
    let message = simulator.store().transaction(|transaction| {
        let message = message(transaction, network, &saying, now).map_err(unprocessable)?;
        transaction.put(Record::Message(message.clone()));
        Ok(message)
    })?;
    Ok((StatusCode::CREATED, Json(message)).into_response())
}

fn unprocessable(words: &str) -> axum::response::Response {
    json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": words }))
}

fn message(
    transaction: &mut Transaction<'_>,
    network: &dyn Network,
    saying: &Saying,
    now: Timestamp,
) -> Result<Message, &'static str> {
    let state = transaction.state;
    let platform = saying.platform;
    let wanted = saying.account.as_str();
    let mut accounts = state.accounts().filter(|account| account.platform == platform);
    let account = accounts.find(|it| it.remote_id == wanted || it.handle == wanted || it.name == wanted);
    let account = account.ok_or("There is no such account.")?;
    let post = match (&saying.parent, &saying.post) {
        (Some(parent), _) => {
            let parent = find(state, network, &account.remote_id, parent, now);
            parent.and_then(|parent| parent.post).ok_or("There is no such comment.")?.into()
        }
        (None, Some(id)) => {
            let post = state.post(platform, id).filter(|post| post.remote_id == account.remote_id);
            Some(post.filter(|post| post.deleted_at.is_none()).ok_or("There is no such post.")?.id.clone())
        }
        (None, None) if saying.kind == InboxMessageType::Comment => {
            return Err("A comment needs a post or a parent.");
        }
        (None, None) => None,
    };
    let remote_id = account.remote_id.clone();
    let author = author(network, &saying.sender);
    let seed = format!("said:{}", transaction.next_number());
    Ok(Message {
        id: network.message_id(&seed, now),
        platform,
        remote_id,
        kind: saying.kind,
        text: saying.text.clone(),
        post,
        parent: saying.parent.clone(),
        with: (saying.kind == InboxMessageType::Dm).then(|| author.remote_id.clone()),
        author,
        created_at: now,
    })
}
