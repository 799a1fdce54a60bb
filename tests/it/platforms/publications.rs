//! From consent to deletion.

use super::networks::{ALL, Networks};
use fanfare_domain::media::MediaKind;
use fanfare_domain::platform::Platform;
use fanfare_domain::read_back::Sent;
use fanfare_platform_api::{Absence, PlatformError, ReadBack};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_publishes_once_and_takes_it_back() {
    let networks = Networks::start().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        assert_eq!(ann.profile.handle.as_deref(), Some("ann"), "{platform}");
        assert!(ann.tokens.expires_at.is_some(), "{platform}");

        let published = ann.publish(&networks.input(&ann, "Tom & Ann: 日本 👩🏾‍🚀")).await;
        let published = published.unwrap_or_else(|error| panic!("{platform}: {error}"));
        let posts = networks.posts(&ann).await;
        assert_eq!(posts.len(), 1, "{platform}");
        assert_eq!(posts[0]["id"], published.id.as_str(), "{platform}");
        assert!(published.url.is_some(), "{platform}");

        ann.clients.publishing.delete(&ann.call(), &published.id).await.unwrap();
        assert_eq!(networks.posts(&ann).await, Vec::<serde_json::Value>::new(), "{platform}");
        // Already gone.
        ann.clients.publishing.delete(&ann.call(), &published.id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_refreshed_and_revoked() {
    let networks = Networks::start().await;
    for platform in [Platform::Twitter, Platform::Youtube] {
        let ann = networks.connect(platform, "ann").await;
        let fresh = ann.clients.oauth.refresh(&ann.tokens).await.unwrap();
        assert_ne!(fresh.access_token, ann.tokens.access_token, "{platform}");
        assert_eq!(ann.clients.oauth.profile(&fresh.access_token).await.unwrap(), ann.profile, "{platform}");

        let rotates = ann.clients.oauth.rotates_refresh_tokens();
        assert_eq!(fresh.refresh_token != ann.tokens.refresh_token, rotates, "{platform}");
        if rotates {
            let again = ann.clients.oauth.refresh(&ann.tokens).await;
            assert!(matches!(again, Err(PlatformError::Auth { .. })), "{platform}: {again:?}");
        }

        ann.clients.oauth.revoke(&fresh).await.unwrap();
        let refused = ann.clients.oauth.refresh(&fresh).await;
        assert!(matches!(refused, Err(PlatformError::Auth { .. })), "{platform}: {refused:?}");
        ann.clients.oauth.revoke(&fresh).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_media_and_a_video_are_published_where_the_network_takes_them() {
    let networks = Networks::start().await;
    for platform in [Platform::Twitter, Platform::Instagram] {
        let ann = networks.connect(platform, "ann").await;
        let mut two = networks.input(&ann, "two pictures");
        two.media.push(networks.medium(&ann, MediaKind::Image, "b"));
        ann.publish(&two).await.unwrap();
        let mut video = networks.input(&ann, "a video");
        video.media = vec![networks.medium(&ann, MediaKind::Video, "v")];
        ann.publish(&video).await.unwrap();

        let posts = networks.posts(&ann).await;
        let media = |index: usize| posts[index]["media"].as_array().unwrap().len();
        assert_eq!((posts.len(), media(0), media(1)), (2, 2, 1), "{platform}");
        assert_eq!(posts[1]["media"][0]["mime_type"], "video/mp4", "{platform}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_another_target_owns_is_not_taken_for_this_one() {
    let networks = Networks::start().await;
    let ann = networks.connect(Platform::Twitter, "ann").await;
    let input = networks.input(&ann, "said once");
    let published = ann.publish(&input).await.unwrap();
    let step = ann.clients.publishing.plan(&input).pop().unwrap();
    let sent_at = fanfare_domain::clock::Clock::now(&fanfare_domain::clock::SystemClock);
    let owned = [published.id.clone()];
    for (owned_by_others, found) in [(&[] as &[String], true), (&owned, false)] {
        let absence =
            Absence::of(Sent { at: sent_at, ended_by: sent_at }, Duration::ZERO, 10, owned_by_others);
        let read = ann.clients.publishing.read_back(&ann.call(), &input, &step, &[], &absence).await.unwrap();
        match read {
            ReadBack::Found { remote_id, .. } => assert!(found && remote_id == published.id),
            ReadBack::Absent { .. } => assert!(!found),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_found_behind_a_page_of_newer_ones_and_is_unclear_where_too_few_pages_are_read() {
    let networks = Networks::start().await;
    let ann = networks.connect(Platform::Youtube, "ann").await;
    let sent_at = fanfare_domain::clock::Clock::now(&fanfare_domain::clock::SystemClock);
    let input = networks.input(&ann, "the first of many");
    let published = ann.publish(&input).await.unwrap();
    for number in 0..50 {
        ann.publish(&networks.input(&ann, &format!("a newer one, {number}"))).await.unwrap();
    }
    let step = ann.clients.publishing.plan(&input).pop().unwrap();
    for (pages, found) in [(1, false), (2, true)] {
        let absence = Absence::of(Sent { at: sent_at, ended_by: sent_at }, Duration::ZERO, pages, &[]);
        // Without its session: as if the network had forgotten it.
        let read = ann.clients.publishing.read_back(&ann.call(), &input, &step, &[], &absence).await.unwrap();
        match read {
            ReadBack::Found { remote_id, .. } => assert!(found && remote_id == published.id),
            ReadBack::Unclear { .. } => assert!(!found),
            other => panic!("{other:?}"),
        }
    }
}
