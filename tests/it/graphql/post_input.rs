//! What a post's input may hold: each refusal has a code and a path, and stores nothing.

use super::posts::{CREATE, tomorrow};
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::rest::Rest;
use serde_json::{Value, json};

const VALIDATE: &str = "query($input: CreatePostInput!) { validatePost(input: $input) {
    ok userErrors { code path }
    targets { platform ok contentLength account { id } violations { code field message blocking } } } }";

/// Inputs that are refused, each with the code and the path of what is wrong.
fn refused(ann: &str) -> Vec<(Value, &'static str, Value)> {
    let with = |change: Value| {
        let mut input = json!({ "content": "fine", "accountIds": [ann] });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        input
    };
    let many: Vec<String> = (0..300).map(|_| ann.to_owned()).collect();
    let variant = |change: Value| {
        let mut variant = json!({ "accountId": ann });
        variant.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        with(json!({ "variants": [variant] }))
    };
    vec![
        (with(json!({ "content": " " })), "POST_CONTENT_EMPTY", json!(["content"])),
        (with(json!({ "content": "x".repeat(100_000) })), "TOO_LONG", json!(["content"])),
        (with(json!({ "content": "a\u{0}b" })), "INVALID", json!(["content"])),
        (with(json!({ "accountIds": [], "publishNow": true })), "POST_NO_TARGETS", json!(["accountIds"])),
        (
            with(json!({ "accountIds": [], "scheduledAt": tomorrow().to_rfc3339() })),
            "POST_NO_TARGETS",
            json!(["accountIds"]),
        ),
        (with(json!({ "accountIds": many })), "TOO_MANY", json!(["accountIds"])),
        (with(json!({ "accountIds": ["nonsense"] })), "INVALID", json!(["accountIds", "0"])),
        (with(json!({ "accountIds": [ann, ann] })), "INVALID", json!(["accountIds", "1"])),
        // base64url of "account:999999" and "media:999999"
        (with(json!({ "accountIds": ["YWNjb3VudDo5OTk5OTk"] })), "NOT_FOUND", json!(["accountIds", "0"])),
        (with(json!({ "mediaIds": ["bWVkaWE6OTk5OTk5"] })), "NOT_FOUND", json!(["mediaIds", "0"])),
        (
            with(json!({ "scheduledAt": "2020-01-01T00:00:00Z" })),
            "POST_SCHEDULE_IN_PAST",
            json!(["scheduledAt"]),
        ),
        (with(json!({ "scheduledAt": "2099-01-01T00:00:00Z" })), "INVALID", json!(["scheduledAt"])),
        (
            with(json!({ "scheduledAt": tomorrow().to_rfc3339(), "publishNow": true })),
            "INVALID",
            json!(["publishNow"]),
        ),
        (with(json!({ "hashtags": ["fine", "not fine"] })), "INVALID", json!(["hashtags", "1"])),
        (with(json!({ "title": "t".repeat(201) })), "TOO_LONG", json!(["title"])),
        (with(json!({ "clientMutationKey": "" })), "INVALID", json!(["clientMutationKey"])),
        (variant(json!({ "content": "" })), "POST_CONTENT_EMPTY", json!(["variants", "0", "content"])),
        (
            variant(json!({ "accountId": "YWNjb3VudDo5OTk5OTk" })),
            "INVALID",
            json!(["variants", "0", "accountId"]),
        ),
        (
            with(json!({ "content": "x".repeat(281), "publishNow": true })),
            "POST_REJECTED_BY_RULES",
            json!(["accountIds", "0"]),
        ),
    ]
}

on_both_databases! {
    async fn bad_input_is_refused_with_a_code_and_a_path_and_nothing_is_stored(db: Database) {
        let stage = Stage::set(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let graphql = &stage.person.graphql;
        for (input, code, path) in refused(&ann) {
            let found = graphql.user_errors(CREATE, json!({ "input": input })).await;
            let mut whole = vec![json!("input")];
            whole.extend(path.as_array().unwrap().clone());
            assert!(found.contains(&(code.to_owned(), json!(whole))), "{code} {path}: {found:?}");
        }
        let count = graphql.data("{ posts { totalCount } }", json!({})).await;
        assert_eq!(count["posts"]["totalCount"], 0);
    }

    async fn an_unknown_platform_is_refused_before_anything_is_done(db: Database) {
        let stage = Stage::set(&db).await;
        let document = "{ posts(filter: { platform: MYSPACE }) { nodes { id } } }";
        let answer = stage.person.graphql.post(document, json!({})).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body["errors"].is_array() && answer.body.get("data").is_none(), "{:#}", answer.body);
    }

    async fn a_check_tells_what_each_network_would_refuse_and_stores_nothing(db: Database) {
        let stage = Stage::set(&db).await;
        let (x, instagram) = (stage.connect("TWITTER", "ann").await, stage.connect("INSTAGRAM", "ann").await);
        let input = json!({ "content": "x".repeat(300), "accountIds": [x, instagram] });
        let checked = stage.person.graphql.data(VALIDATE, json!({ "input": input })).await;
        let checked = &checked["validatePost"];
        assert_eq!((&checked["ok"], &checked["userErrors"]), (&json!(false), &json!([])));
        let codes = |at: usize| {
            let violations = checked["targets"][at]["violations"].as_array().unwrap();
            violations.iter().map(|it| it["code"].as_str().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(checked["targets"][0]["account"]["id"], json!(x));
        assert_eq!(checked["targets"][0]["contentLength"], 300);
        assert_eq!(codes(0), ["CONTENT_TOO_LONG"]);
        assert_eq!(codes(1), ["MEDIA_REQUIRED"]);
        let nothing = json!({ "content": "", "accountIds": [x] });
        let checked = stage.person.graphql.data(VALIDATE, json!({ "input": nothing })).await;
        assert_eq!(checked["validatePost"]["userErrors"][0]["code"], "POST_CONTENT_EMPTY");
        let count = stage.person.graphql.data("{ posts { totalCount } }", json!({})).await;
        assert_eq!(count["posts"]["totalCount"], 0);
    }

    async fn a_hashtag_is_taken_with_its_sign_and_stands_in_a_list_once(db: Database) {
        let stage = Stage::set(&db).await;
        let given = json!(["#Launch", "news", "#launch"]);
        let document = "mutation($input: CreatePostInput!) { createPost(input: $input) {
            post { hashtags } userErrors { message code path } } }";
        let input = json!({ "content": "x", "hashtags": given });
        let created = stage.person.graphql.payload(document, json!({ "input": input })).await;
        assert_eq!(created["post"]["hashtags"], json!(["Launch", "news"]));
        let rest = Rest::of(&stage.person.graphql);
        let created = rest.call("createPost").json(json!({ "content": "x", "hashtags": given })).body_of(201).await;
        assert_eq!(created["post"]["hashtags"], json!(["Launch", "news"]));
    }

    async fn a_user_who_creates_too_fast_is_told_when_to_come_back(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.set("FANFARE_CREATES_PER_MINUTE", "2")).await;
        let graphql = &stage.person.graphql;
        let input = json!({ "input": { "content": "x", "accountIds": [] } });
        for _ in 0..2 {
            graphql.payload(CREATE, input.clone()).await;
        }
        let refused = graphql.post(CREATE, input).await;
        assert_eq!(refused.error_codes(), ["RATE_LIMITED"]);
        assert!(refused.body["errors"][0]["extensions"]["retryAfter"].as_u64().unwrap() > 0);
    }
}
