//! Whatever a network does to a text, its client knows the text again.

use super::networks::{ALL, Connected, Networks};
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::inbox::InboxMessageType;
use fanfare_domain::media::MediaKind;
use fanfare_domain::platform::Platform;
use fanfare_domain::read_back::Sent;
use fanfare_platform_api::{Absence, InboxReply, PublishInput, ReadBack};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

/// Texts in which what networks change stands side by side.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "Z",
        " ",
        "  ",
        ".",
        "-",
        "\n",
        "\r\n",
        "\n\n\n",
        "\t",
        "\u{a0}",
        "\u{2028}",
        "é",
        "e\u{301}",
        "か\u{3099}",
        "日本",
        "🐱",
        "👩\u{200d}🚀",
        "❤\u{fe0f}",
        "👍🏽",
        "🇯🇵",
        "\u{200b}",
        "\u{200d}",
        "\u{200e}",
        "\u{2060}",
        "\u{ad}",
        "\u{feff}",
        "\u{0}",
        "\u{7}",
        "\u{1f}",
        "\u{fe0f}",
        "&",
        "&amp;",
        "&amp;amp;",
        "&lt;",
        "amp;",
        "\"",
        "'",
        "&#39;",
        "%",
        "%20",
        "%E6",
        "https://example.com",
        "https://Example.com/a?b=c&d=e",
        "http://example.com/日本",
        "example.com",
        "t.co/abc",
        "https://t.co/abc",
        "http",
        "(",
        ")",
        "…",
    ];
    let piece = prop_oneof![
        8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Runs `check` for random texts; each has a number, so that no two are alike.
fn for_texts(cases: u32, check: impl AsyncFn(String) -> Result<(), TestCaseError>) {
    let number = AtomicU32::new(0);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&(text(), text()), |(head, tail)| {
        let text = format!("{head} no{} {tail}", number.fetch_add(1, Relaxed));
        block_in_place(|| Handle::current().block_on(check(text)))
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

fn post(networks: &Networks, ann: &Connected, text: &str) -> PublishInput {
    let mut input = networks.input(ann, text);
    if ann.clients.platform == Platform::Youtube {
        // What YouTube does not take.
        input.content = input.content.replace(['<', '>'], "");
        input.title = Some("A film".to_owned());
    }
    input
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_is_found_again_after_a_network_has_changed_it() {
    let networks = Networks::start().await;
    networks.lift_limits().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        for_texts(32, async |text| {
            let input = post(&networks, &ann, &text);
            let sent_at = SystemClock.now();
            let published = ann.publish(&input).await.unwrap();
            let step = ann.clients.publishing.plan(&input).pop().unwrap();
            // YouTube is asked by its listing only where the upload's session is gone.
            let done: &[_] = if platform == Platform::Youtube { &[] } else { published.done.as_slice() };
            let found = ann.read_back(&input, &step, done, sent_at).await.unwrap();
            let is_it = matches!(&found, ReadBack::Found { remote_id, .. } if *remote_id == published.id);
            prop_assert!(is_it, "{platform}: {:?} {found:?}", input.full_text());
            Ok(())
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_is_found_again_after_a_network_has_changed_it() {
    let networks = Networks::start().await;
    networks.lift_limits().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        let under = ann.publish(&networks.input(&ann, "About texts")).await.unwrap().id;
        let order = json!({
            "platform": platform, "account": "ann", "type": InboxMessageType::Comment, "text": "Is it?",
            "sender": "Mia Torres", "post": under,
        });
        let said = networks.say(&order).await;
        let inbox = ann.clients.inbox.as_deref().unwrap();
        let look = inbox.look(&ann.call(), None).await.unwrap();
        let item = look.items.into_iter().find(|item| said["id"] == item.remote_id.as_str()).unwrap();
        for_texts(16, async |text| {
            let reply = InboxReply {
                kind: item.kind,
                remote_id: &item.remote_id,
                thread_key: &item.thread_key,
                sender_remote_id: &item.sender.remote_id,
                text: &text,
                account_handle: Some("ann"),
            };
            let sent_at = SystemClock.now();
            let absence = Absence::of(Sent { at: sent_at, ended_by: sent_at }, Duration::ZERO, 10, &[]);
            let replied = inbox.reply(&ann.call(), &reply).await.unwrap();
            let found = inbox.find_reply(&ann.call(), &reply, &absence).await.unwrap();
            let is_it =
                matches!(&found, ReadBack::Found { remote_id, .. } if *remote_id == replied.remote_id);
            prop_assert!(is_it, "{platform}: {text:?} {found:?}");
            Ok(())
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_of_the_same_words_with_other_media_is_not_taken_for_this_one() {
    let networks = Networks::start().await;
    for platform in [Platform::Twitter, Platform::Instagram] {
        let ann = networks.connect(platform, "ann").await;
        let one = networks.input(&ann, "same words");
        let mut two = one.clone();
        two.media.push(networks.medium(&ann, MediaKind::Image, "b"));
        let sent_at = SystemClock.now();
        let published = ann.publish(&two).await.unwrap();
        let found = async |input: &PublishInput| {
            let step = ann.clients.publishing.plan(input).pop().unwrap();
            // Of Instagram's steps the read-back asks only for the container that was published.
            let done = published.done.iter().rev().cloned().map(|mut step| {
                if step.key == "carousel" && input.media.len() == 1 {
                    step.key.clone_from(&input.media[0].key);
                }
                step
            });
            let done: Vec<_> = done.collect();
            ann.read_back(input, &step, &done, sent_at).await.unwrap()
        };
        assert!(matches!(found(&two).await, ReadBack::Found { .. }), "{platform}");
        assert!(!matches!(found(&one).await, ReadBack::Found { .. }), "{platform}");
    }
}
