//! The worker that asks networks for numbers.

use super::stage::{LIMIT, Stage};
use super::whole_job::three_networks;
use crate::support::database::on_both_databases;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

const METRICS: &str = "query($id: ID!) { post(id: $id) { metrics { engagement updatedAt }
    targets { account { platform status metrics { followers posts } }
        metrics { likes views impressions reach history { at } } } } }";
const REFRESH: &str = "mutation($input: RefreshMetricsInput!) { refreshMetrics(input: $input) {
    post { id } userErrors { message code path } } }";

fn often(settings: Settings) -> Settings {
    settings.set("FANFARE_METRICS_INTERVAL_SECONDS", "1")
}

async fn metrics(stage: &Stage, id: &str) -> Value {
    stage.person.graphql.data(METRICS, json!({ "id": id })).await["post"].clone()
}

/// How many calls of a step an account's network has received.
async fn received(stage: &Stage, name: &str, step: &str) -> u64 {
    let report = stage.simulator.report().await;
    let accounts = report["accounts"].as_array().unwrap();
    let account = accounts.iter().find(|account| account["name"] == name).unwrap();
    account["calls"][step]["received"].as_u64().unwrap_or(0)
}

on_both_databases! {
    async fn the_numbers_of_a_published_post_come_in_from_each_network_and_grow(db: Database) {
        let stage = Stage::set_with(&db, often).await;
        let mut input = three_networks(&stage, "Count me").await;
        input["publishNow"] = json!(true);
        let id = stage.create(input).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        let refreshed = stage.person.graphql.payload(REFRESH, json!({ "input": { "id": id } })).await;
        assert_eq!(refreshed["post"]["id"], json!(id));
        let grown = eventually(LIMIT, "two points of each network", async || {
            let post = metrics(&stage, &id).await;
            let targets = post["targets"].as_array().unwrap();
            let points = |target: &Value| target["metrics"]["history"].as_array().map_or(0, Vec::len);
            (targets.iter().all(|target| points(target) >= 2)).then_some(post)
        });
        let post = grown.await;
        let [x, instagram, youtube] = post["targets"].as_array().unwrap().as_slice() else { panic!("{post:#}") };
        assert_eq!((&x["metrics"]["views"], &x["metrics"]["reach"]), (&Value::Null, &Value::Null));
        assert!(x["metrics"]["impressions"].is_string() && instagram["metrics"]["reach"].is_string());
        assert_eq!((&youtube["metrics"]["impressions"], &youtube["metrics"]["reach"]), (&Value::Null, &Value::Null));
        assert!(youtube["metrics"]["views"].is_string());
        eventually(LIMIT, "the accounts' own numbers", async || {
            let post = metrics(&stage, &id).await;
            let targets = post["targets"].as_array().unwrap();
            targets.iter().all(|target| target["account"]["metrics"]["followers"].is_string()).then_some(())
        })
        .await;
    }

    async fn a_network_that_asks_to_wait_is_left_alone_and_the_others_go_on(db: Database) {
        let stage = Stage::set_with(&db, often).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        stage
            .fault(json!({ "platform": "twitter", "step": "metrics", "kind": "rate_limited",
                "retry_after_seconds": 3600, "account": "ann" }))
            .await;
        for account in [ann, bea] {
            let id = stage.create(json!({ "content": account, "accountIds": [account], "publishNow": true })).await;
            stage.post_with_status(&id, "PUBLISHED").await;
        }
        eventually(LIMIT, "a refusal", async || (received(&stage, "ann", "metrics").await >= 1).then_some(())).await;
        let before = received(&stage, "bea", "metrics").await;
        eventually(LIMIT, "two more looks at the other", async || {
            (received(&stage, "bea", "metrics").await >= before + 2).then_some(())
        })
        .await;
        assert_eq!(received(&stage, "ann", "metrics").await, 1);
    }

    async fn a_refused_token_is_refreshed_once_and_the_numbers_still_come(db: Database) {
        let stage = Stage::set_with(&db, often).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let id = stage.create(json!({ "content": "Count me", "accountIds": [ann], "publishNow": true })).await;
        stage.fault(json!({ "platform": "twitter", "step": "metrics", "kind": "expired_token" })).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        let counted = eventually(LIMIT, "numbers", async || {
            Some(metrics(&stage, &id).await).filter(|post| post["metrics"]["updatedAt"].is_string())
        });
        assert_eq!(counted.await["targets"][0]["account"]["status"], "ACTIVE");
        assert_eq!(stage.received("twitter", "refresh").await, 1);
    }
}
