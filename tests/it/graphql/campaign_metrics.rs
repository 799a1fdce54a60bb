//! The numbers and the newest posts of campaigns, and how many posts an account has.

use super::ledger::{Counted, HOUR, Ledger, on_x, stage};
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use fanfare_domain::id::{CampaignId, WorkspaceId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::platform::Platform;
use fanfare_storage::rows::Post;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
    campaign { id metrics { likes } newestPosts { id } } userErrors { message code path } } }";
const CAMPAIGNS: &str = "{ campaigns { nodes { id newestPosts { id }
    metrics { likes views impressions reach engagement engagementRate updatedAt } } } }";
const POST_COUNT: &str = "query($id: ID!) { account(id: $id) { postCount } }";

async fn campaign(stage: &Stage) -> Value {
    let input = json!({ "name": "Spring", "startDate": "2026-03-01", "endDate": "2026-05-31" });
    let made = stage.person.graphql.payload(CREATE, json!({ "input": input })).await["campaign"].clone();
    assert_eq!((&made["metrics"], &made["newestPosts"]), (&Value::Null, &json!([])));
    made["id"].clone()
}

async fn counted(
    stage: &Stage,
    ledger: &Ledger,
    account: &str,
    platform: Platform,
    campaign: &Value,
) -> Counted {
    let post = json!({ "content": "counted", "accountIds": [account], "campaignId": campaign });
    ledger.enrol(stage, stage.create(post).await, platform).await
}

on_both_databases! {
    async fn a_campaign_adds_up_what_came_of_its_posts_in_as_many_statements_as_many_do(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("YOUTUBE", "bea").await);
        let (spring, summer) = (campaign(&stage).await, campaign(&stage).await);
        let one = counted(&stage, &ledger, &ann, Platform::Twitter, &spring).await;
        let two = counted(&stage, &ledger, &bea, Platform::Youtube, &spring).await;
        let other = counted(&stage, &ledger, &ann, Platform::Twitter, &summer).await;
        ledger.told(&one, one.of.now, on_x(5, 100)).await;
        let seen = PostNumbers { likes: Some(6), views: Some(60), ..PostNumbers::default() };
        ledger.told(&two, two.of.now.plus(HOUR), seen).await;
        ledger.told(&other, other.of.now, on_x(1, 10)).await;
        let answer = stage.person.graphql.post(CAMPAIGNS, json!({})).await;
        let listed = answer.data()["campaigns"]["nodes"].clone();
        assert_eq!(answer.statements(), 3, "the list, the numbers, the posts");
        let expected = json!({ "likes": "11", "views": "60", "impressions": "100", "reach": null,
            "engagement": "11", "engagementRate": 0.11, "updatedAt": two.of.now.plus(HOUR).to_string() });
        assert_eq!(listed[1]["metrics"], expected);
        assert_eq!(listed[1]["newestPosts"], json!([{ "id": two.id }, { "id": one.id }]));
        assert_eq!((&listed[0]["metrics"]["likes"], &listed[0]["newestPosts"]), (&json!("1"), &json!([{ "id": other.id }])));
        let count = stage.person.graphql.data(POST_COUNT, json!({ "id": ann })).await;
        assert_eq!(count["account"]["postCount"], json!(2));
    }

    async fn of_many_posts_a_campaign_shows_the_hundred_newest(db: Database) {
        let (stage, ledger) = stage(&db).await;
        let campaigns = [campaign(&stage).await, campaign(&stage).await];
        let mut last = Vec::new();
        for campaign in &campaigns {
            for n in 0..101 {
                last.push(stage.create(json!({ "content": n.to_string(), "campaignId": campaign })).await);
            }
        }
        let listed = stage.person.graphql.data(CAMPAIGNS, json!({})).await["campaigns"]["nodes"].clone();
        for (at, newest) in [(0, last.last().unwrap()), (1, &last[100])] {
            let posts = listed[at]["newestPosts"].as_array().unwrap();
            assert_eq!((posts.len(), &posts[0]["id"]), (100, &json!(newest)));
        }
        // More campaigns than a database joins in one statement.
        let own = stage.person.graphql.data("{ viewer { workspace { databaseId } } }", json!({})).await;
        let own = own["viewer"]["workspace"]["databaseId"].as_str().unwrap().parse().unwrap();
        let many: Vec<CampaignId> = (1..=1_001).map(CampaignId).collect();
        let newest = ledger.db.campaigns().newest_posts(WorkspaceId(own), &many, 100).await.unwrap();
        assert_eq!(newest.len(), 200);
        let in_order = |two: &[Post]| two[0].campaign_id != two[1].campaign_id || two[0].id > two[1].id;
        assert!(newest.windows(2).all(in_order), "the newest first");
    }
}
