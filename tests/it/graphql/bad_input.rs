//! Input that is refused: a code, a path, and not one row or file more than before.

use super::posts::{CREATE, tomorrow};
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::UploadFile;
use crate::support::sql::row_counts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const START: &str = "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
    state userErrors { code path } } }";
const COMPLETE: &str =
    "mutation($input: CompleteAccountConnectionInput!) { completeAccountConnection(input: $input) {
    account { id } userErrors { message code path } } }";
const UPLOAD: &str = "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
    media { id } userErrors { message code path } } }";

/// Everything that the product stores: the rows of each table, and the media's files.
async fn stored(db: &Database) -> BTreeMap<String, String> {
    fn files(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
    }
    let mut stored = row_counts(db).await;
    stored.insert("media files".to_owned(), files(&db.folder().join("media")).to_string());
    stored
}

/// Without a worker, which looks at new accounts' numbers and inboxes in its own time.
async fn without_worker(db: &Database) -> Stage {
    Stage::set_with(db, |settings| settings.roles("api")).await
}

/// Refused posts: what is wrong, the input, and the code and path that tell of it.
fn posts(ann: &str) -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let with = |change: Value| {
        let mut input = json!({ "content": "fine", "accountIds": [ann] });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        input
    };
    let id = |number| URL_SAFE_NO_PAD.encode(format!("account:{number}"));
    let many: Vec<String> = (1..=300).map(id).collect();
    let planned = tomorrow().to_rfc3339();
    vec![
        (
            "0 accounts, at once",
            with(json!({ "accountIds": [], "publishNow": true })),
            "POST_NO_TARGETS",
            "accountIds",
        ),
        (
            "0 accounts, planned",
            with(json!({ "accountIds": [], "scheduledAt": planned })),
            "POST_NO_TARGETS",
            "accountIds",
        ),
        ("300 accounts", with(json!({ "accountIds": many })), "TOO_MANY", "accountIds"),
        ("empty content", with(json!({ "content": "" })), "POST_CONTENT_EMPTY", "content"),
        ("100,000 characters", with(json!({ "content": "x".repeat(100_000) })), "TOO_LONG", "content"),
        (
            "a past schedule",
            with(json!({ "scheduledAt": "2020-01-01T00:00:00Z" })),
            "POST_SCHEDULE_IN_PAST",
            "scheduledAt",
        ),
    ]
}

on_both_databases! {
    async fn what_is_refused_leaves_every_table_as_it_was(db: Database) {
        let stage = without_worker(&db).await;
        let graphql = &stage.person.graphql;
        let ann = stage.connect("TWITTER", "ann").await;
        let state = graphql.payload(START, json!({ "input": { "platform": "TWITTER" } })).await["state"].clone();
        let before = stored(&db).await;
        for (what, input, code, field) in posts(&ann) {
            let found = graphql.user_errors(CREATE, json!({ "input": input })).await;
            assert_eq!(found, [(code.to_owned(), json!(["input", field]))], "{what}");
            assert_eq!(stored(&db).await, before, "{what}");
        }
        for name in ["picture.jpg", "video.mp4"] {
            let content = b"<html>not what its name says</html>".to_vec();
            let file = UploadFile { variable: "variables.input.file", name, content_type: "image/jpeg", content };
            let answer = graphql.upload(UPLOAD, json!({ "input": { "file": null } }), vec![file]).await;
            let error = &answer.data()["uploadMedia"]["userErrors"][0];
            let told = (&error["code"], &error["path"]);
            assert_eq!(told, (&json!("MEDIA_TYPE_NOT_ALLOWED"), &json!(["input", "file"])), "{name}");
            assert_eq!(stored(&db).await, before, "{name}");
        }
        let consents = [
            ("a refused consent", json!({ "state": state, "error": "access_denied" }), "ACCOUNT_CONSENT_REFUSED", json!(["input"])),
            ("a stale state", json!({ "state": state, "code": "x" }), "ACCOUNT_STATE_INVALID", json!(["input", "state"])),
        ];
        // The consent that was under way is over, and forgotten.
        let mut after = before;
        after.insert("oauth_states".to_owned(), "1".to_owned());
        for (what, input, code, path) in consents {
            let found = graphql.user_errors(COMPLETE, json!({ "input": input })).await;
            assert_eq!(found, [(code.to_owned(), path)], "{what}");
            assert_eq!(stored(&db).await, after, "{what}");
        }
    }

    async fn a_platform_that_nobody_knows_is_no_document_and_no_variable(db: Database) {
        let stage = without_worker(&db).await;
        let before = stored(&db).await;
        let literal = "mutation { startAccountConnection(input: { platform: MYSPACE }) { state userErrors { code } } }";
        let variable = json!({ "input": { "platform": "MYSPACE" } });
        for (document, variables, code) in
            [(literal, json!({}), "GRAPHQL_VALIDATION_FAILED"), (START, variable, "BAD_USER_INPUT")]
        {
            let answer = stage.person.graphql.post(document, variables).await;
            assert_eq!(answer.error_codes(), [code], "{:#}", answer.body);
            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("input.platform") && message.contains("MYSPACE"), "{message}");
            assert_eq!(stored(&db).await, before);
        }
    }

    async fn a_nul_character_in_a_search_is_bad_input_and_no_fault(db: Database) {
        let stage = without_worker(&db).await;
        let document = "query($text: String) { posts(filter: { text: $text }) { nodes { id } } }";
        let answer = stage.person.graphql.post(document, json!({ "text": "a\u{0}b" })).await;
        assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"], "{:#}", answer.body);
    }

    async fn a_draft_without_accounts_is_kept_and_cannot_be_sent(db: Database) {
        let stage = without_worker(&db).await;
        let id = stage.create(json!({ "content": "an idea", "accountIds": [] })).await;
        assert_eq!(stage.post(&id).await["status"], "DRAFT");
        let before = stored(&db).await;
        let publish = "mutation($input: PublishPostInput!) { publishPost(input: $input) { userErrors { code path } } }";
        let schedule = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) { userErrors { code path } } }";
        let planned = json!({ "id": id, "scheduledAt": tomorrow().to_rfc3339() });
        for (document, input) in [(publish, json!({ "id": id })), (schedule, planned)] {
            let found = stage.person.graphql.user_errors(document, json!({ "input": input })).await;
            assert_eq!(found, [("POST_NO_TARGETS".to_owned(), json!(["input", "accountIds"]))]);
            assert_eq!(stored(&db).await, before);
        }
    }
}
