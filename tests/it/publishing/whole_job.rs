//! The main job: write once, publish to three networks, watch it live.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Input of a post for X, Instagram and YouTube: each gets the media it takes.
pub async fn three_networks(stage: &Stage, text: &str) -> Value {
    let x = stage.connect("TWITTER", "ann").await;
    let instagram = stage.connect("INSTAGRAM", "ann").await;
    let youtube = stage.connect("YOUTUBE", "ann").await;
    let picture = stage.upload("sample.jpg", "image/jpeg").await;
    let video = stage.upload("sample.mp4", "video/mp4").await;
    json!({
        "content": text,
        "accountIds": [x, instagram, youtube],
        "mediaIds": [picture],
        "variants": [{ "accountId": youtube, "title": "A title", "mediaIds": [video] }],
    })
}

on_both_databases! {
    async fn a_post_goes_out_to_three_networks_and_every_change_is_seen_live(db: Database) {
        let stage = Stage::set(&db).await;
        let mut input = three_networks(&stage, "Hello from all of us").await;
        let due = chrono::Duration::seconds(3);
        #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
        let at = (chrono::Utc::now() + due).to_rfc3339();
        input["scheduledAt"] = json!(at);
        let id = stage.create(input).await;
        assert_eq!(stage.post(&id).await["status"], "SCHEDULED");

        let mut socket = stage.person.graphql.socket().await;
        socket
            .subscribe(
                "s",
                "subscription($post: ID!) { postStatus(postId: $post) {
                    cursor post { id status } target { id account { platform } url externalId } from to } }",
                json!({ "post": id }),
            )
            .await;
        let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        loop {
            let event = socket.next_data("s", LIMIT).await["postStatus"].clone();
            assert_eq!(event["post"]["id"], json!(id));
            if let Some(platform) = event["target"]["account"]["platform"].as_str() {
                seen.entry(platform.to_owned()).or_default().push(event["to"].as_str().unwrap().to_owned());
            }
            if event["post"]["status"] == "PUBLISHED" && event["target"].is_null() {
                break;
            }
        }
        for platform in ["TWITTER", "INSTAGRAM", "YOUTUBE"] {
            let states = &seen[platform];
            assert!(states.contains(&"PUBLISHING".to_owned()), "{platform}: {states:?}");
            assert_eq!(states.last().unwrap(), "PUBLISHED", "{platform}: {states:?}");
        }

        let post = stage.post(&id).await;
        for target in post["targets"].as_array().unwrap() {
            assert!(target["externalId"].is_string() && target["url"].is_string(), "{target:#}");
            let steps = target["steps"].as_array().unwrap();
            assert!(steps.iter().all(|step| step["state"] == "CONFIRMED"), "{steps:#?}");
            let page = fanfare_net::HttpClient::new().unwrap();
            let link = target["url"].as_str().unwrap().parse().unwrap();
            assert_eq!(page.request(reqwest::Method::GET, link).send().await.unwrap().status(), 200);
        }
        assert_eq!(stage.on_networks("Hello from all of us").await.len(), 3);
    }

    async fn a_published_post_is_deleted_on_its_networks_when_it_is_unpublished(db: Database) {
        let stage = Stage::set(&db).await;
        let x = stage.connect("TWITTER", "ann").await;
        let id = stage.create(json!({ "content": "soon gone", "accountIds": [x], "publishNow": true })).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        stage.command("unpublishPost", &id).await;
        let post = stage.post_when(&id, "deleted", |post| post["targets"][0]["status"] == "COMPENSATED").await;
        let deletions = post["targets"][0]["steps"].as_array().unwrap().iter().filter(|s| s["phase"] == "DELETE");
        assert_eq!(deletions.count(), 1);
        let found = stage.on_networks("soon gone").await;
        assert_eq!(found.len(), 1);
        assert!(found[0]["deleted_at"].is_string(), "{found:#?}");
    }

    async fn a_post_that_is_cancelled_before_its_time_never_goes_out(db: Database) {
        let stage = Stage::set(&db).await;
        let x = stage.connect("TWITTER", "ann").await;
        #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
        let at = (chrono::Utc::now() + chrono::Duration::seconds(2)).to_rfc3339();
        let id = stage.create(json!({ "content": "never", "accountIds": [x], "scheduledAt": at })).await;
        stage.command("cancelPost", &id).await;
        let after = stage.create(json!({ "content": "after", "accountIds": [x], "scheduledAt": at })).await;
        // Both were due at the same instant: once the second is out, the first would have been.
        stage.post_with_status(&after, "PUBLISHED").await;
        assert_eq!(stage.post(&id).await["status"], "CANCELLED");
        assert!(stage.on_networks("never").await.is_empty());
    }
}
