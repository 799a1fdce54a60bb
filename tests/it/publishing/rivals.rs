//! Two posts of the same words on one account, when answers are lost.

use super::stage::Stage;
use crate::support::database::on_both_databases;
use serde_json::{Value, json};

/// Loses the first post on X before it takes effect, and the answer of the second, which took effect. Both are due at once.
async fn publish_both(stage: &Stage, first: Value, second: Value) -> [String; 2] {
    // A call meets the first fault that waits for it.
    for kind in ["reset_before", "reset_after"] {
        stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": kind })).await;
    }
    #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
    let at = (chrono::Utc::now() + chrono::Duration::seconds(2)).to_rfc3339();
    let mut ids = Vec::new();
    for mut input in [first, second] {
        input["scheduledAt"] = json!(at);
        ids.push(stage.create(input).await);
    }
    ids.try_into().unwrap()
}

on_both_databases! {
    async fn what_two_posts_could_own_is_left_to_a_person(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let post = json!({ "content": "the same words", "accountIds": [account] });
        let ids = publish_both(&stage, post.clone(), post).await;
        for id in &ids {
            let reviewed = stage.post_with_status(id, "NEEDS_REVIEW").await;
            assert!(reviewed["targets"][0]["externalId"].is_null(), "{reviewed:#}");
        }
        assert_eq!(stage.on_networks("the same words").await.len(), 1, "nothing was sent again");
    }

    async fn a_post_does_not_take_anothers_item_with_other_media_for_its_own(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let bare = json!({ "content": "with and without", "accountIds": [account] });
        let mut pictured = bare.clone();
        pictured["mediaIds"] = json!([picture]);
        let ids = publish_both(&stage, pictured, bare).await;
        let mut own = Vec::new();
        for id in &ids {
            let post = stage.post_with_status(id, "PUBLISHED").await;
            own.push(post["targets"][0]["externalId"].clone());
        }
        let found = stage.on_networks("with and without").await;
        let media = |id: &Value| {
            let item = found.iter().find(|item| item["id"] == *id).unwrap();
            item["media"].as_array().unwrap().len()
        };
        assert_eq!((found.len(), media(&own[0]), media(&own[1])), (2, 1, 0), "{found:#?}");
    }
}
