//! What was written for single accounts: read back as it was written, and changed one by one.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { message code path } } }";

const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { id targets { account { id } content title hashtags linkUrl media { id }
        variant { content title hashtags linkUrl media { id } } } }
    userErrors { message code path } } }";

/// A variant in the form in which it is given, `null` where nothing of it is the account's own.
fn as_given(target: &Value) -> Value {
    let variant = &target["variant"];
    if variant.is_null() {
        return Value::Null;
    }
    let media = variant["media"].as_array();
    let media = media.map(|media| media.iter().map(|it| it["id"].clone()).collect::<Vec<_>>());
    json!({ "accountId": target["account"]["id"], "content": variant["content"], "title": variant["title"],
        "hashtags": variant["hashtags"], "linkUrl": variant["linkUrl"], "mediaIds": media })
}

on_both_databases! {
    async fn variants_are_read_back_as_they_were_written_and_changed_one_by_one(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let graphql = &stage.person.graphql;
        let (ann, bea, cleo) = (
            stage.connect("TWITTER", "ann").await,
            stage.connect("TWITTER", "bea").await,
            stage.connect("TWITTER", "cleo").await,
        );
        let medium = stage.upload("sample.jpg", "image/jpeg").await;
        let of_bea = json!({ "accountId": bea, "content": "for bea", "title": null, "hashtags": [],
            "linkUrl": "https://example.com/bea", "mediaIds": [medium] });
        let of_cleo = json!({ "accountId": cleo, "content": null, "title": "for cleo", "hashtags": null,
            "linkUrl": null, "mediaIds": null });
        let post = json!({ "content": "for all", "hashtags": ["all"], "linkUrl": "https://example.com/all",
            "accountIds": [ann, bea, cleo], "variants": [of_bea, of_cleo] });
        let post = graphql.payload(CREATE, json!({ "input": post })).await["post"]["id"].clone();
        let update = async |changes: Value| {
            let input = json!({ "id": post, "variantChanges": changes });
            graphql.payload(UPDATE, json!({ "input": input })).await["post"]["targets"].clone()
        };

        let targets = update(json!([])).await;
        assert_eq!(as_given(&targets[0]), Value::Null);
        assert_eq!((as_given(&targets[1]), as_given(&targets[2])), (of_bea.clone(), of_cleo));
        assert_eq!(targets[0]["linkUrl"], "https://example.com/all");
        assert_eq!(targets[1]["linkUrl"], "https://example.com/bea");

        // Null is the post's again; what is left out stays, in the variant and in those of the others.
        let targets = update(json!([
            { "accountId": cleo, "title": null },
            { "accountId": ann, "content": "for ann" },
            { "accountId": bea, "mediaIds": null, "hashtags": null },
        ])).await;
        assert_eq!(as_given(&targets[2]), Value::Null);
        assert_eq!((&targets[0]["content"], &targets[0]["hashtags"]), (&json!("for ann"), &json!(["all"])));
        let mut left = of_bea;
        left["mediaIds"] = Value::Null;
        left["hashtags"] = Value::Null;
        assert_eq!(as_given(&targets[1]), left);
        assert_eq!((&targets[1]["media"], &targets[1]["hashtags"]), (&json!([]), &json!(["all"])));

        let refused = async |input: Value| graphql.user_errors(UPDATE, json!({ "input": input })).await;
        let stranger = json!({ "id": post, "accountIds": [ann], "variantChanges": [
            { "accountId": ann, "content": "fine" }, { "accountId": bea, "content": "of none of its accounts" },
        ] });
        let path = json!(["input", "variantChanges", "1", "accountId"]);
        assert_eq!(refused(stranger).await, [("INVALID".to_owned(), path)]);
        let empty = json!({ "id": post, "variantChanges": [{ "accountId": bea, "content": " " }] });
        let path = json!(["input", "variantChanges", "0", "content"]);
        assert_eq!(refused(empty).await, [("POST_CONTENT_EMPTY".to_owned(), path)]);
        let both = json!({ "id": post, "variants": [], "variantChanges": [{ "accountId": ann }] });
        assert_eq!(refused(both).await, [("INVALID".to_owned(), json!(["input", "variantChanges"]))]);
    }
}
