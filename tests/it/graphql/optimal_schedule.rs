//! A post that is scheduled without a time, where the workspace wants a good one.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use serde_json::{Value, json};

const SCHEDULE: &str = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) {
    post { status scheduledAt } userErrors { message code path } } }";
const TURN_ON: &str = "mutation { updateSettings(input: {autoOptimalTime: true}) {
    settings { autoOptimalTime } userErrors { message code path } } }";
const GOOD: &str = "query($account: ID!) { optimalTimes(accountId: $account) { slots { nextAt score } } }";

on_both_databases! {
    async fn a_post_without_a_time_is_planned_for_a_good_hour_that_is_free(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let ann = stage.connect("TWITTER", "ann").await;
        let mut posts = Vec::new();
        for n in 0..3 {
            posts.push(stage.create(json!({ "content": format!("post {n}"), "accountIds": [ann] })).await);
        }
        let input = |post: &str| json!({ "input": { "id": post } });
        let refused = graphql.user_errors(SCHEDULE, input(&posts[0])).await;
        assert_eq!(refused, [("REQUIRED".to_owned(), json!(["input", "scheduledAt"]))], "it is off");
        assert_eq!(graphql.payload(TURN_ON, json!({})).await["settings"]["autoOptimalTime"], true);

        let good = graphql.data(GOOD, json!({ "account": ann })).await["optimalTimes"]["slots"].clone();
        let good: Vec<&Value> = good.as_array().unwrap().iter().map(|slot| &slot["nextAt"]).collect();
        let mut planned = Vec::new();
        for post in &posts {
            let post = graphql.payload(SCHEDULE, input(post)).await["post"].clone();
            assert_eq!(post["status"], "SCHEDULED");
            planned.push(post["scheduledAt"].clone());
        }
        assert!(planned.iter().all(|at| good.contains(&at)), "{planned:?} of {good:?}");
        assert!(planned[0] != planned[1] && planned[1] != planned[2] && planned[0] != planned[2], "{planned:?}");
        // Its own time is no reason to move it.
        let again = graphql.payload(SCHEDULE, input(&posts[1])).await["post"]["scheduledAt"].clone();
        assert_eq!(again, planned[1]);

        let nowhere = stage.create(json!({ "content": "for nobody" })).await;
        let refused = graphql.user_errors(SCHEDULE, input(&nowhere)).await;
        assert_eq!(refused[0].0, "POST_NO_TARGETS");
    }
}
