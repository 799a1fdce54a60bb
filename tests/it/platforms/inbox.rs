//! What people say, and what is answered, in each network's dialect.

use super::networks::{ALL, Connected, Networks};
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::inbox::InboxMessageType::{self, Comment, Dm, Mention};
use fanfare_domain::platform::Platform;
use fanfare_domain::read_back::Sent;
use fanfare_platform_api::{Absence, InboxItem, InboxReply, PlatformError, ReadBack};
use serde_json::{Value, json};
use std::time::Duration;

/// Each way to speak to an account on each network that has it.
const WAYS: [(Platform, InboxMessageType); 6] = [
    (Platform::Twitter, Comment),
    (Platform::Twitter, Mention),
    (Platform::Twitter, Dm),
    (Platform::Instagram, Comment),
    (Platform::Instagram, Dm),
    (Platform::Youtube, Comment),
];

/// Has Mia say something to `ann`, and finds it in her inbox.
async fn said(networks: &Networks, ann: &Connected, kind: InboxMessageType, post: &str) -> InboxItem {
    let platform = ann.clients.platform;
    let order = json!({
        "platform": platform, "account": "ann", "type": kind, "text": "Is it <b>open</b> & free?",
        "sender": "Mia Torres", "post": (kind == Comment).then_some(post),
    });
    let message = networks.say(&order).await;
    let inbox = ann.clients.inbox.as_deref().unwrap();
    let look = inbox.look(&ann.call(), None).await.unwrap();
    let found = look.items.into_iter().find(|item| message["id"] == item.remote_id.as_str());
    found.unwrap_or_else(|| panic!("{platform} {kind}: not found"))
}

fn reply<'a>(item: &'a InboxItem, text: &'a str) -> InboxReply<'a> {
    InboxReply {
        kind: item.kind,
        remote_id: &item.remote_id,
        thread_key: &item.thread_key,
        sender_remote_id: &item.sender.remote_id,
        text,
        account_handle: Some("ann"),
    }
}

/// Somebody with a post that is about `topic`.
async fn published(networks: &Networks, platform: Platform, topic: &str) -> (Connected, String) {
    let ann = networks.connect(platform, "ann").await;
    let post = ann.publish(&networks.input(&ann, &format!("About {topic}"))).await.unwrap().id;
    (ann, post)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_found_with_its_author_its_thread_and_the_post_it_stands_under() {
    let networks = Networks::start().await;
    for platform in ALL {
        let (ann, post) = published(&networks, platform, "hours").await;
        for (_, kind) in WAYS.iter().filter(|(of, _)| *of == platform) {
            let item = said(&networks, &ann, *kind, &post).await;
            assert_eq!(item.kind, *kind, "{platform}");
            assert_eq!(item.text, "Is it <b>open</b> & free?", "{platform} {kind}");
            assert!(item.sender.handle.unwrap().starts_with("mia") || platform == Platform::Twitter);
            let under = (*kind == Comment).then_some(post.as_str());
            assert!(*kind == Mention || item.post_external_id.as_deref() == under, "{platform} {kind}");
            assert!(!item.thread_key.is_empty(), "{platform} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_goes_on_from_a_mark_finds_what_came_since() {
    let networks = Networks::start().await;
    for platform in ALL {
        let (ann, post) = published(&networks, platform, "hours").await;
        let inbox = ann.clients.inbox.as_deref().unwrap();
        let first = inbox.look(&ann.call(), None).await.unwrap();
        let one = said(&networks, &ann, Comment, &post).await;
        assert!(!first.items.contains(&one), "{platform}");
        let second = inbox.look(&ann.call(), Some(&first.mark)).await.unwrap();
        assert!(second.items.contains(&one), "{platform}");
        let another = said(&networks, &ann, Comment, &post).await;
        let third = inbox.look(&ann.call(), Some(&second.mark)).await.unwrap();
        assert!(third.items.contains(&another), "{platform}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_whose_answer_is_lost_is_found_and_one_that_was_not_taken_is_surely_absent() {
    let networks = Networks::start().await;
    for (platform, kind) in WAYS {
        let (ann, post) = published(&networks, platform, kind.as_str()).await;
        let item = said(&networks, &ann, kind, &post).await;
        let inbox = ann.clients.inbox.as_deref().unwrap();
        for (fault, there) in [("reset_before", false), ("reset_after", true)] {
            let text = format!("Yes, all week. {kind} {fault}");
            let answer = reply(&item, &text);
            networks.fault(platform, "reply", fault).await;
            let sent_at = SystemClock.now();
            let lost = inbox.reply(&ann.call(), &answer).await;
            assert!(matches!(lost, Err(PlatformError::Unknown { .. })), "{platform} {kind}: {lost:?}");
            let absence = Absence::of(Sent { at: sent_at, ended_by: sent_at }, Duration::ZERO, 10, &[]);
            let found = inbox.find_reply(&ann.call(), &answer, &absence).await.unwrap();
            assert_eq!(matches!(found, ReadBack::Found { .. }), there, "{platform} {kind}: {found:?}");
            assert_eq!(matches!(found, ReadBack::Absent { .. }), !there, "{platform} {kind}: {found:?}");
        }
        let own = inbox.look(&ann.call(), None).await.unwrap().items;
        assert!(own.iter().all(|item| !item.text.starts_with("Yes")), "{platform} {kind}: its own words");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_taken_has_an_id_by_which_the_network_reports_it() {
    let networks = Networks::start().await;
    for (platform, kind) in WAYS {
        let (ann, post) = published(&networks, platform, kind.as_str()).await;
        let item = said(&networks, &ann, kind, &post).await;
        let inbox = ann.clients.inbox.as_deref().unwrap();
        let text = format!("Thanks for the {kind}!");
        let taken = inbox.reply(&ann.call(), &reply(&item, &text)).await.unwrap();
        let reported: Vec<Value> = networks.said_by(&ann).await;
        let ours: Vec<&Value> = reported.iter().filter(|it| it["text"] == text.as_str()).collect();
        assert_eq!(ours.len(), 1, "{platform} {kind}");
        assert_eq!(ours[0]["id"], taken.remote_id.as_str(), "{platform} {kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_too_long_is_known_before_the_network_is_asked() {
    let networks = Networks::start().await;
    for (platform, kind) in WAYS {
        let ann = networks.connect(platform, "ann").await;
        let inbox = ann.clients.inbox.as_deref().unwrap();
        assert_eq!(inbox.refuses_reply(kind, "short"), None, "{platform} {kind}");
        assert!(inbox.refuses_reply(kind, &"x".repeat(10_001)).is_some(), "{platform} {kind}");
    }
}
