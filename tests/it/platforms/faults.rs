//! What goes wrong, and what a client makes of it.

use super::networks::{ALL, Networks};
use fanfare_domain::platform::Platform;
use fanfare_platform_api::PlatformError;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_read_back_and_nothing_is_published_twice() {
    let networks = Networks::start().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        for (index, kind) in ["reset_after", "server_error_after", "malformed_json"].iter().enumerate() {
            networks.fault(platform, "publish", kind).await;
            let input = networks.input(&ann, &format!("lost by {kind}"));
            let published = ann.publish(&input).await.unwrap_or_else(|e| panic!("{platform} {kind}: {e}"));
            let posts = networks.posts(&ann).await;
            assert_eq!(posts.len(), index + 1, "{platform} {kind}");
            assert_eq!(posts[index]["id"], published.id.as_str(), "{platform} {kind}");
            assert_eq!(published.read_back, ["found"], "{platform} {kind}");
            assert!(published.url.is_some(), "{platform} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_effect_is_told_apart_and_made_again() {
    let networks = Networks::start().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        let expected = if platform == Platform::Youtube { "resumable" } else { "absent" };
        for (index, kind) in ["reset_before", "server_error_before", "html_200"].iter().enumerate() {
            networks.fault(platform, "publish", kind).await;
            let input = networks.input(&ann, &format!("kept back by {kind}"));
            let published = ann.publish(&input).await.unwrap_or_else(|e| panic!("{platform} {kind}: {e}"));
            assert_eq!(published.read_back, [expected], "{platform} {kind}");
            assert_eq!(networks.posts(&ann).await.len(), index + 1, "{platform} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_its_class() {
    let networks = Networks::start().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        let publish = async |kind: &str| {
            networks.fault(platform, "publish", kind).await;
            ann.publish(&networks.input(&ann, kind)).await.unwrap_err()
        };
        match publish("rate_limited").await {
            PlatformError::RateLimited { retry_after, .. } if platform == Platform::Instagram => {
                // Meta counts in minutes.
                assert!(retry_after.is_none_or(|wait| wait <= Duration::from_mins(1)), "{retry_after:?}");
            }
            PlatformError::RateLimited { retry_after: Some(wait), .. } => {
                assert!(
                    (Duration::from_secs(5)..=Duration::from_secs(9)).contains(&wait),
                    "{platform}: {wait:?}"
                );
            }
            other => panic!("{platform}: {other:?}"),
        }
        let expired = publish("expired_token").await;
        assert!(matches!(expired, PlatformError::Auth { .. }), "{platform}: {expired:?}");
        let rejected = publish("rejected").await;
        assert!(matches!(rejected, PlatformError::Rejected { .. }), "{platform}: {rejected:?}");
        assert_eq!(networks.posts(&ann).await.len(), 0, "{platform}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_without_public_effect_is_simply_repeated() {
    let networks = Networks::start().await;
    let steps = [
        (Platform::Twitter, "session"),
        (Platform::Twitter, "upload"),
        (Platform::Instagram, "create_container"),
        (Platform::Instagram, "container_status"),
        (Platform::Youtube, "session"),
    ];
    for (platform, step) in steps {
        for kind in ["reset_after", "server_error_before", "html_200"] {
            let ann = networks.connect(platform, &format!("{step}_{kind}")).await;
            networks.fault(platform, step, kind).await;
            ann.publish(&networks.input(&ann, "again")).await.unwrap();
            assert_eq!(networks.posts(&ann).await.len(), 1, "{platform} {step} {kind}");
        }
    }
}
