//! What people say to an account: the same for everyone who asks, more in the minutes after each of its posts, unless the
//! audience is told to be quiet.

use super::network::Network;
use super::record::{Author, Message, Post};
use super::state::State;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::platform::Platform;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The latest posts of an account that people talk about.
const TALKED_ABOUT: usize = 200;

const PEOPLE: [&str; 8] = [
    "Mia Torres",
    "Jun Park",
    "Lena Vogel",
    "Omar Haddad",
    "Priya Nair",
    "Tom Becker",
    "Yuki Sato",
    "Zoe Lambert",
];
const COMMENTS: [&str; 8] = [
    "Love this!",
    "When will it be available?",
    "This made my day. Thank you!",
    "How much does it cost?",
    "Do you ship to Lisbon?",
    "Not sure about this one...",
    "Where can I read more?",
    "Congratulations to the whole team!",
];
const MENTIONS: [&str; 4] =
    ["have you seen this?", "this is how it is done", "worth a look", "could you do that too?"];
const MESSAGES: [&str; 4] = [
    "Hi! Are you open on Saturday?",
    "Could you send me the details of your last post?",
    "I would like to work with you. Whom can I write to?",
    "My order has not arrived yet.",
];

/// What a post brings, seen or still to come, oldest first: one to four comments, now and then a mention (on X) or a
/// direct message (where the network has them).
fn chatter(network: &dyn Network, handle: &str, post: &Post) -> Vec<Message> {
    let digest = Sha256::digest(post.id.as_bytes());
    let trait_of = |index: usize| usize::from(digest.get(index).copied().unwrap_or_default());
    let seconds = |count: usize| Duration::from_secs(u64::try_from(count).unwrap_or_default());
    let say = |index: usize, kind: InboxMessageType, text: String, after: Duration| {
        let name = pick(&PEOPLE, trait_of(10 + index));
        let at = post.created_at.plus(after);
        let author = author(network, name);
        Message {
            id: network.message_id(&format!("{}:{index}", post.id), at),
            platform: post.platform,
            remote_id: post.remote_id.clone(),
            kind,
            text,
            post: (kind == InboxMessageType::Comment).then(|| post.id.clone()),
            parent: None,
            with: (kind == InboxMessageType::Dm).then(|| author.remote_id.clone()),
            author,
            created_at: at,
        }
    };
    let mut said: Vec<Message> = (0..=trait_of(5) % 4)
        .map(|index| {
            let text = pick(&COMMENTS, trait_of(14 + index)).to_owned();
            say(index, InboxMessageType::Comment, text, seconds(5 + index * 60 + trait_of(6 + index) % 30))
        })
        .collect();
    if post.platform == Platform::Twitter && trait_of(18) % 4 == 0 {
        let text = format!("@{handle} {}", pick(&MENTIONS, trait_of(19)));
        said.push(say(4, InboxMessageType::Mention, text, seconds(90 + trait_of(20) % 60)));
    }
    if post.platform != Platform::Youtube && trait_of(21) % 5 == 0 {
        let text = pick(&MESSAGES, trait_of(22)).to_owned();
        said.push(say(5, InboxMessageType::Dm, text, seconds(120 + trait_of(23) % 120)));
    }
    said.sort_by_key(|message| message.created_at);
    said
}

fn pick<'a>(words: &[&'a str], number: usize) -> &'a str {
    words.get(number % words.len().max(1)).copied().unwrap_or_default()
}

/// Someone on a network, by name.
pub fn author(network: &dyn Network, name: &str) -> Author {
    let who = network.identify(name);
    Author { remote_id: who.remote_id, handle: who.handle, name: name.to_owned() }
}

/// Everything that was said to an account by `now`, and what it said itself outside its posts, newest first.
pub fn inbox(state: &State, network: &dyn Network, remote_id: &str, now: Timestamp) -> Vec<Message> {
    let platform = network.platform();
    let handle =
        state.account(platform, remote_id).map(|account| account.handle.as_str()).unwrap_or_default();
    let posts = state.timeline(platform, remote_id).filter(|post| post.deleted_at.is_none());
    let talked_about = if state.audience() { TALKED_ABOUT } else { 0 };
    let mut said: Vec<Message> =
        posts.take(talked_about).flat_map(|post| chatter(network, handle, post)).collect();
    said.extend(state.messages(platform, remote_id).cloned());
    said.retain(|message| message.created_at <= now);
    said.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
    said
}

/// One of them, by its id.
pub fn find(
    state: &State,
    network: &dyn Network,
    remote_id: &str,
    id: &str,
    now: Timestamp,
) -> Option<Message> {
    inbox(state, network, remote_id, now).into_iter().find(|message| message.id == id)
}
