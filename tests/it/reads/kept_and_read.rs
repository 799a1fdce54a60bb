//! After every change, a kept answer is the one that the database gives.

use super::whole;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use fanfare_domain::clock::{Clock as _, SystemClock};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::Duration;

/// Every one of their fields has a version. `FIRST` and `LAST` are days around what is planned.
const QUESTIONS: &[&str] = &[
    "{ posts(first: 3) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id content title hashtags linkUrl
        status publishMode scheduledAt publishedAt createdAt updatedAt revision platforms errorMessage retryCount templateType
        workspace { id timeZone } campaign { id name status } media { id kind mimeType sizeBytes width altText fileName revision }
        targets { id status attempts nextAttemptAt content hashtags linkUrl url error { code } account { id name } post { id status }
            variant { content title hashtags linkUrl media { id } } } } } } }",
    "{ posts(first: 3) { nodes { id saga { id state failedStep failedTarget { id } completedSteps { name } }
        metrics { likes engagementRate } metricsByPlatform { platform metrics { reach } } targets { id metrics { likes } } } } }",
    "{ accounts(first: 3) { totalCount nodes { id platform name handle status isActive statusReason scopes tokenExpiresAt
        postCount updatedAt metrics { followers growth { followers } } } } }",
    "{ campaigns(first: 3) { totalCount nodes { id name description status budget startDate targetPlatforms postCount updatedAt revision
        newestPosts { id content status campaign { id } } } } }",
    "{ templates(first: 3) { totalCount nodes { id name contentTemplate placeholders isSystem updatedAt revision } } }",
    "{ mediaLibrary(first: 3) { totalCount nodes { id kind mimeType sizeBytes altText fileName createdAt revision posts { totalCount nodes { id content } } } } }",
    "{ mediaLibrary(filter: { text: \"OTHER\" }) { totalCount nodes { id altText fileName } } }",
    "{ inboxMessages(first: 3) { totalCount nodes { id text status post { id } target { id } } } inboxUnreadCount }",
    "{ inboxMessages(first: 3) { nodes { id reply { id state } replies { id state settledAt } } } }",
    "{ campaigns(first: 3) { nodes { id metrics { likes engagementRate } } } }",
    "{ settings { revision bannedKeywords timeZone autoOptimalTime engagementNotifications autoReply { enabled text } } }",
    "{ calendar(startDate: \"FIRST\", endDate: \"LAST\") { timeZone truncated period { start end }
        days { date posts { id content status } } } }",
    "{ workspace { id settings { id bannedKeywords timeZone } posts(first: 3) { totalCount nodes { id content status } }
        mediaFiles(first: 3) { nodes { id } } templates(first: 3) { nodes { id name } } inbox(first: 3) { nodes { id status } }
        accounts(first: 3) { nodes { id status workspace { id } posts(first: 2) { totalCount nodes { id content status } } } }
        campaigns(first: 3) { nodes { id name posts(first: 2) { totalCount nodes { id content status } } } }
        analytics { totals { posts } } } }",
    "{ analytics { period { start end timeZone } totals { posts followers engagement } byAccount { account { name status } } } }",
];

/// The day so many days from now, in UTC.
fn day(days: u64) -> String {
    SystemClock.now().plus(Duration::from_hours(24 * days)).to_string()[..10].to_owned()
}

/// What is read from the database, as its node has not heard of this position.
pub async fn read(graphql: &Graphql, query: &str) -> Value {
    let request = graphql.request(Method::POST, "/graphql").header("X-Fanfare-Min-Seq", i64::MAX.to_string());
    let request = request.header(header::ACCEPT, "application/json").json(&json!({ "query": query }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].clone()
}

/// Asks each question until its answer is kept, and compares it with the database's.
async fn compare(stage: &Stage, after: &str) {
    let graphql = &stage.person.graphql;
    for query in QUESTIONS.iter().map(|query| query.replace("FIRST", &day(0)).replace("LAST", &day(5))) {
        let query = query.as_str();
        let made = graphql.data(query, json!({})).await;
        let before = whole(&stage.server, "hit").await;
        let kept = graphql.data(query, json!({})).await;
        assert_eq!(whole(&stage.server, "hit").await - before, 1, "after {after}: {query}");
        let read = read(graphql, query).await;
        assert_eq!((&made, &kept), (&read, &read), "after {after}: {query}");
    }
}

/// Runs a mutation that has nothing against its input, then compares.
async fn change(stage: &Stage, name: &str, input: Value) {
    let (first, rest) = name.split_at(1);
    let ty = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation($input: {ty}!) {{ {name}(input: $input) {{ userErrors {{ code path message }} }} }}"
    );
    stage.person.graphql.payload(&document, json!({ "input": input })).await;
    compare(stage, name).await;
}

async fn made(stage: &Stage, name: &str, noun: &str, input: Value) -> Value {
    let (first, rest) = name.split_at(1);
    let ty = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation($input: {ty}!) {{ {name}(input: $input) {{ {noun} {{ id }} userErrors {{ code path message }} }} }}"
    );
    stage.person.graphql.payload(&document, json!({ "input": input })).await[noun]["id"].clone()
}

on_both_databases! {
    async fn after_every_change_a_kept_answer_is_what_the_database_gives(db: Database) {
        // Without a worker: nothing changes but by what is asked.
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        compare(&stage, "registration").await;
        let account = stage.connect("TWITTER", "ann").await;
        compare(&stage, "connection").await;
        let (used, spare) = (stage.upload("sample.jpg", "image/jpeg").await, stage.upload("sample.mp4", "video/mp4").await);
        compare(&stage, "uploads").await;
        let campaign = json!({ "name": "Spring", "startDate": "2029-01-01", "endDate": "2031-01-01" });
        let campaign = made(&stage, "createCampaign", "campaign", campaign).await;
        compare(&stage, "createCampaign").await;
        let template = made(&stage, "createTemplate", "template", json!({ "name": "Ours", "contentTemplate": "{a}" })).await;
        let draft = stage.create(json!({ "content": "a draft" })).await;
        compare(&stage, "createPost").await;
        let planned = SystemClock.now().plus(Duration::from_hours(48)).to_string();
        let post = stage.create(json!({ "content": "planned", "accountIds": [account], "mediaIds": [used],
            "campaignId": campaign, "scheduledAt": planned })).await;
        compare(&stage, "a plan").await;
        let together = stage.create(json!({ "content": "together", "accountIds": [account],
            "publishMode": "ALL_OR_NOTHING", "scheduledAt": planned })).await;
        compare(&stage, "an all-or-nothing plan").await;
        change(&stage, "cancelPost", json!({ "id": together })).await;
        change(&stage, "updatePost", json!({ "id": post, "content": "changed", "hashtags": ["one"] })).await;
        let own = json!({ "accountId": account, "content": "of its own", "mediaIds": [] });
        change(&stage, "updatePost", json!({ "id": post, "variantChanges": [own] })).await;
        change(&stage, "updateCampaign", json!({ "id": campaign, "status": "PAUSED" })).await;
        change(&stage, "updateCampaign", json!({ "id": campaign, "status": "ACTIVE", "budget": "12.50" })).await;
        change(&stage, "updateCampaign", json!({ "id": campaign, "budget": "12.50" })).await;
        change(&stage, "updateMedia", json!({ "mediaId": used, "altText": "some other words", "fileName": "renamed.jpg" })).await;
        change(&stage, "updateMedia", json!({ "mediaId": used, "fileName": "renamed.jpg" })).await;
        change(&stage, "cancelPost", json!({ "id": post })).await;
        let later = SystemClock.now().plus(Duration::from_hours(72)).to_string();
        change(&stage, "schedulePost", json!({ "id": post, "scheduledAt": later })).await;
        let sooner = SystemClock.now().plus(Duration::from_hours(60)).to_string();
        change(&stage, "reschedulePosts", json!({ "posts": [{ "postId": post, "scheduledAt": sooner }] })).await;
        change(&stage, "cancelPosts", json!({ "postIds": [post] })).await;
        change(&stage, "updateTemplate", json!({ "id": template, "name": "Theirs" })).await;
        change(&stage, "updateSettings", json!({ "timeZone": "Asia/Tokyo", "bannedKeywords": ["word"] })).await;
        change(&stage, "deleteMedia", json!({ "mediaId": spare })).await;
        change(&stage, "deletePost", json!({ "id": draft })).await;
        change(&stage, "deleteCampaign", json!({ "id": campaign })).await;
        change(&stage, "deleteTemplate", json!({ "id": template })).await;
        change(&stage, "disconnectAccount", json!({ "accountId": account })).await;
    }
}
