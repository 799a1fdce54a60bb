//! A copy of a post has what was written of it, and nothing of what became of it.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::sql::row_counts;
use serde_json::{Value, json};

const POST: &str = "query($id: ID!) { post(id: $id) { content title hashtags linkUrl templateType publishMode
    author { id } media { id } campaign { id } status scheduledAt publishedAt
    targets { account { id } status attempts externalId variant { content title hashtags linkUrl media { id } } } } }";

const DUPLICATE: &str = "mutation($input: DuplicatePostInput!) { duplicatePost(input: $input) {
    post { id } cursor userErrors { message code path } } }";

async fn campaign(stage: &Stage) -> Value {
    let document = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
        campaign { id } userErrors { message code path } } }";
    let input = json!({ "name": "Spring", "startDate": "2026-01-01", "endDate": "2099-12-31" });
    let made = stage.person.graphql.payload(document, json!({ "input": input })).await;
    made["campaign"]["id"].clone()
}

on_both_databases! {
    async fn a_copy_has_everything_that_was_written_and_no_time_and_no_result(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        let (of_post, own) =
            (stage.upload("sample.jpg", "image/jpeg").await, stage.upload("sample.jpg", "image/jpeg").await);
        let variant = json!({ "accountId": bea, "content": "for bea", "hashtags": [], "mediaIds": [own] });
        let written = json!({ "content": "to be copied", "title": "A title", "hashtags": ["one", "two"],
            "linkUrl": "https://example.com/", "templateType": "EVENT", "mediaIds": [of_post],
            "campaignId": campaign(&stage).await, "accountIds": [bea, ann], "variants": [variant] });
        let mut planned = written.clone();
        planned["scheduledAt"] = json!(tomorrow().to_rfc3339());
        let mut sent = written.clone();
        sent["publishNow"] = json!(true);
        let draft = stage.create(written).await;
        let draft = graphql.data(POST, json!({ "id": draft })).await["post"].clone();
        let (planned, sent) = (stage.create(planned).await, stage.create(sent).await);
        stage.post_with_status(&sent, "PUBLISHED").await;
        for original in [planned, sent] {
            let before = graphql.data(POST, json!({ "id": original })).await;
            let input = json!({ "input": { "postId": original, "clientMutationKey": original } });
            let copy = graphql.payload(DUPLICATE, input.clone()).await["post"]["id"].clone();
            assert_ne!(copy, json!(original));
            // A draft of the same input is what a copy of either of them has to be.
            assert_eq!(graphql.data(POST, json!({ "id": copy })).await["post"], draft);
            assert_eq!(graphql.data(POST, json!({ "id": original })).await, before);
            let posts = row_counts(&db).await["posts"].clone();
            assert_eq!(graphql.payload(DUPLICATE, input).await["post"]["id"], copy, "the key was used");
            assert_eq!(row_counts(&db).await["posts"], posts);
        }
    }
}
