//! The numbers that networks tell, through the real clients.

use super::networks::{ALL, Connected, Networks};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::platform::Platform;
use fanfare_platform_api::PlatformError;
use std::time::Duration;

async fn numbers(account: &Connected, ids: &[String]) -> Result<Vec<(String, PostNumbers)>, PlatformError> {
    let source = account.clients.metrics.as_deref().expect("the network tells numbers");
    Ok(source.post_metrics(&account.call(), ids).await?.into_iter().collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_network_tells_its_numbers_and_leaves_out_what_it_does_not_count() {
    let networks = Networks::start().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        let id = ann.publish(&networks.input(&ann, "counted")).await.unwrap().id;
        let told = numbers(&ann, &[id.clone(), "404404".to_owned()]).await.unwrap();
        let [(told_id, told)] = told.as_slice() else { panic!("{platform}: {told:?}") };
        assert_eq!(*told_id, id, "{platform}: what is not there is left out");
        let known = told.named().map(|(name, number)| number.map(|_| name)).into_iter().flatten();
        let known: Vec<&str> = known.collect();
        let expected: &[&str] = match platform {
            Platform::Twitter => &["likes", "comments", "shares", "saves", "impressions"],
            Platform::Instagram => &["likes", "comments", "shares", "saves", "views", "reach"],
            _ => &["likes", "comments", "views"],
        };
        assert_eq!(known, expected, "{platform}");
        let account = ann.clients.metrics.as_deref().unwrap().account_metrics(&ann.call()).await.unwrap();
        assert!(account.followers.is_some_and(|count| count >= 120), "{platform}: {account:?}");
        assert_eq!(account.posts, Some(1), "{platform}");
        assert_eq!(account.reach.is_some(), platform == Platform::Instagram, "{platform}");
        assert_eq!(account.views.is_some(), platform == Platform::Youtube, "{platform}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_asks_to_wait_or_refuses_the_token_is_understood() {
    let networks = Networks::start().await;
    for platform in ALL {
        let ann = networks.connect(platform, "ann").await;
        let id = ann.publish(&networks.input(&ann, "counted")).await.unwrap().id;
        networks.fault(platform, "metrics", "rate_limited").await;
        let waiting = numbers(&ann, std::slice::from_ref(&id)).await;
        let Err(PlatformError::RateLimited { retry_after: Some(wait), .. }) = waiting else {
            panic!("{platform}: {waiting:?}")
        };
        assert!((Duration::from_secs(5)..=Duration::from_secs(8)).contains(&wait), "{platform}: {wait:?}");
        networks.fault(platform, "metrics", "expired_token").await;
        let refused = numbers(&ann, std::slice::from_ref(&id)).await;
        assert!(matches!(refused, Err(PlatformError::Auth { .. })), "{platform}: {refused:?}");
        networks.fault(platform, "metrics", "malformed_json").await;
        let broken = numbers(&ann, std::slice::from_ref(&id)).await;
        assert!(matches!(broken, Err(PlatformError::Transient { .. })), "{platform}: {broken:?}");
    }
}
