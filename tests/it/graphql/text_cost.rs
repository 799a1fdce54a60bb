//! What judging long texts costs, and how often it is done.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use serde_json::json;

const VALIDATE: &str = "query($input: CreatePostInput!) { validatePost(input: $input) {
    ok targets { account { name } violations { code } } userErrors { message } } }";

/// How many texts the networks' rules were asked about so far.
async fn weighings(stage: &Stage) -> u64 {
    let text = stage.server.metrics().await;
    let series = text.lines().filter(|line| line.starts_with("fanfare_text_weighings_total{"));
    series.map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()).sum()
}

on_both_databases! {
    async fn a_text_is_judged_once_for_each_network_and_costs_by_its_size(db: Database) {
        let stage = Stage::set(&db).await;
        let mut accounts = Vec::new();
        for name in ["ann", "bob", "cem"] {
            accounts.push(stage.connect("TWITTER", name).await);
        }
        accounts.push(stage.connect("YOUTUBE", "ann").await);
        let cost = async |content: String| {
            let input = json!({ "content": content, "accountIds": accounts });
            let answer = stage.person.graphql.post(VALIDATE, json!({ "input": input })).await.body;
            let targets = answer["data"]["validatePost"]["targets"].as_array().unwrap();
            assert_eq!(targets.len(), 4, "{answer:#}");
            let x = |at: usize| targets[at]["violations"].clone();
            assert!(x(0) == x(1) && x(1) == x(2), "accounts of one network are judged alike");
            answer["extensions"]["cost"]["used"].as_u64().unwrap()
        };
        let before = weighings(&stage).await;
        let short = cost("hello".to_owned()).await;
        assert_eq!(weighings(&stage).await - before, 2, "once for X and once for YouTube");
        let long = cost("x ".repeat(30_000)).await;
        assert_eq!(weighings(&stage).await - before, 4);
        // 60,000 bytes for four accounts, at 8 KiB a point.
        assert!(long >= short + 29, "{short} and {long}");
        let before = weighings(&stage).await;
        let post = json!({ "content": "the same", "accountIds": accounts, "publishNow": true });
        let many = "mutation($input: CreatePostsInput!) { createPosts(input: $input) { failed } }";
        let answer = stage.person.graphql.data(many, json!({ "input": { "posts": [post, post, post] } })).await;
        assert_eq!(answer["createPosts"]["failed"], json!(3), "YouTube wants a video");
        assert_eq!(weighings(&stage).await - before, 2, "posts of the same words are judged once");
    }
}
