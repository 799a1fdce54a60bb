//! The numbers of a campaign over a time.

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

const ANALYTICS: &str = "query($campaign: ID, $workspace: ID) { analytics(campaignId: $campaign, workspaceId: $workspace) {
    totals { posts impressions } daily { impressions } byAccount { account { name } numbers { totals { posts } } } } }";

async fn campaign(stage: &Stage, name: &str) -> Value {
    let document = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } userErrors { message code path } } }";
    let input = json!({ "name": name, "startDate": "2026-03-01", "endDate": "2026-03-31" });
    stage.person.graphql.payload(document, json!({ "input": input })).await["campaign"]["id"].clone()
}

on_both_databases! {
    async fn a_campaigns_analytics_are_of_its_own_posts_on_the_accounts_that_they_are_for(db: Database) {
        let often = |settings: Settings| settings.set("FANFARE_METRICS_INTERVAL_SECONDS", "1");
        let stage = Stage::set_with(&db, often).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        let (spring, empty) = (campaign(&stage, "spring").await, campaign(&stage, "empty").await);
        for (account, campaign) in [(&ann, &spring), (&ann, &Value::Null), (&bea, &Value::Null)] {
            let input = json!({ "content": format!("counted on {account} in {campaign}"), "accountIds": [account], "campaignId": campaign, "publishNow": true });
            let post = stage.create(input).await;
            stage.post_with_status(&post, "PUBLISHED").await;
        }
        let of = async |campaign: &Value| {
            stage.person.graphql.data(ANALYTICS, json!({ "campaign": campaign })).await["analytics"].clone()
        };
        let shown = |analytics: &Value| analytics["totals"]["impressions"].as_str().map(|it| it.parse::<i64>().unwrap());
        let found = eventually(LIMIT, "the network has told numbers", async || {
            let found = of(&spring).await;
            shown(&found).is_some_and(|count| count > 0).then_some(found)
        })
        .await;
        assert_eq!(found["totals"]["posts"], 1);
        assert_eq!(found["byAccount"], json!([{ "account": { "name": "ann" }, "numbers": { "totals": { "posts": 1 } } }]));
        let everything = eventually(LIMIT, "the other posts have numbers too", async || {
            let everything = of(&Value::Null).await;
            (shown(&everything) > shown(&of(&spring).await)).then_some(everything)
        })
        .await;
        assert_eq!(everything["totals"]["posts"], 3);
        let nothing = of(&empty).await;
        assert_eq!(nothing["totals"], json!({ "posts": 0, "impressions": null }));
        assert_eq!(nothing["byAccount"], json!([]));
    }

    async fn a_strangers_campaign_has_no_analytics(db: Database) {
        let stage = Stage::set(&db).await;
        let spring = campaign(&stage, "spring").await;
        let stranger = Person::register(&stage.server).await.graphql;
        let own = stranger.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"].clone();
        for workspace in [Value::Null, own] {
            let refused = stranger.post(ANALYTICS, json!({ "campaign": spring, "workspace": workspace })).await;
            assert_eq!(refused.error_codes(), ["NOT_FOUND"], "{workspace}");
        }
    }
}
