//! Commands on one target of a post, which leave its other targets as they are.

use super::stage::Stage;
use crate::graphql::posts::tomorrow;
use crate::support::database::on_both_databases;
use serde_json::{Value, json};

fn document(mutation: &str) -> String {
    let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    format!(
        "mutation($input: {input}!) {{ {mutation}(input: $input) {{
            target {{ id status post {{ id status }} }} cursor userErrors {{ message code path }} }} }}"
    )
}

/// Runs a command on a target; answers the target after it.
async fn run(stage: &Stage, mutation: &str, target: &Value) -> Value {
    let input = json!({ "input": { "targetId": target["id"] } });
    let payload = stage.person.graphql.payload(&document(mutation), input).await;
    assert!(payload["cursor"].is_string(), "{payload:#}");
    assert_eq!(payload["target"]["id"], target["id"]);
    payload["target"].clone()
}

async fn refuse(stage: &Stage, mutation: &str, target: &Value) {
    let input = json!({ "input": { "targetId": target["id"] } });
    let errors = stage.person.graphql.user_errors(&document(mutation), input).await;
    let expected = ("POST_STATE_FORBIDS".to_owned(), json!(["input", "targetId"]));
    assert_eq!(errors, [expected], "{mutation} {}", target["status"]);
}

fn statuses(post: &Value) -> Vec<&str> {
    post["targets"].as_array().unwrap().iter().map(|target| target["status"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn one_target_is_published_retried_and_cancelled_apart_from_the_others(db: Database) {
        let stage = Stage::set(&db).await;
        let accounts = [stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await];

        // A retry sends the target that failed, once under one key, and nothing that is published.
        stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "rejected" })).await;
        let text = "refused on one of two";
        let post = stage.create(json!({ "content": text, "accountIds": accounts, "publishNow": true })).await;
        let is_mixed = |post: &Value| {
            let of_targets = statuses(post);
            post["status"] == "PARTIALLY_PUBLISHED" && ["FAILED", "PUBLISHED"].iter().all(|it| of_targets.contains(it))
        };
        let mixed = stage.post_when(&post, "one failed, one published", is_mixed).await;
        let with = |status: &str| {
            mixed["targets"].as_array().unwrap().iter().find(|it| it["status"] == status).unwrap().clone()
        };
        let (failed, published) = (with("FAILED"), with("PUBLISHED"));
        refuse(&stage, "publishPostTarget", &failed).await;
        for mutation in ["publishPostTarget", "retryPostTarget", "cancelPostTarget"] {
            refuse(&stage, mutation, &published).await;
        }
        let keyed = json!({ "input": { "targetId": failed["id"], "clientMutationKey": "again" } });
        for _ in 0..2 {
            stage.person.graphql.payload(&document("retryPostTarget"), keyed.clone()).await;
        }
        stage.post_with_status(&post, "PUBLISHED").await;
        assert_eq!(stage.on_networks(text).await.len(), 2, "once on each account");

        // A draft's target is published alone.
        let text = "one first";
        let post = stage.create(json!({ "content": text, "accountIds": accounts })).await;
        let draft = stage.post(&post).await;
        run(&stage, "publishPostTarget", &draft["targets"][0]).await;
        let is_first = |post: &Value| statuses(post) == ["PUBLISHED", "DRAFT"];
        stage.post_when(&post, "one published, one a draft", is_first).await;
        assert_eq!(stage.on_networks(text).await.len(), 1);

        // A cancelled target leaves the other its time.
        let planned = json!({ "content": "later", "accountIds": accounts, "scheduledAt": tomorrow().to_rfc3339() });
        let post = stage.create(planned).await;
        let waiting = stage.post(&post).await;
        let cancelled = run(&stage, "cancelPostTarget", &waiting["targets"][1]).await;
        assert_eq!((&cancelled["status"], &cancelled["post"]["status"]), (&json!("CANCELLED"), &json!("SCHEDULED")));
        refuse(&stage, "cancelPostTarget", &cancelled).await;
        let edit = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
            post { targets { status } } userErrors { message code path } } }";
        let edited = json!({ "input": { "id": post, "content": "later, in other words" } });
        let edited = stage.person.graphql.payload(edit, edited).await["post"].clone();
        assert_eq!(statuses(&edited), ["SCHEDULED", "CANCELLED"], "an edit does not send what was taken back");

        let together = json!({ "content": "together", "accountIds": accounts, "publishMode": "ALL_OR_NOTHING",
            "scheduledAt": tomorrow().to_rfc3339() });
        let together = stage.create(together).await;
        let together = stage.post(&together).await;
        for mutation in ["publishPostTarget", "retryPostTarget", "cancelPostTarget"] {
            refuse(&stage, mutation, &together["targets"][0]).await;
        }
    }
}
