//! What a workspace decides for all of its members.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use chrono::{TimeDelta, Utc};
use serde_json::json;

const UPDATE: &str = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) {
    settings { bannedKeywords timeZone engagementNotifications } userErrors { message code path } } }";

on_both_databases! {
    async fn settings_begin_with_defaults_and_keep_what_a_change_does_not_name(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let graphql = &person.graphql;
        let first = graphql.data("{ settings { bannedKeywords timeZone engagementNotifications } }", json!({})).await;
        let expected = json!({ "bannedKeywords": [], "timeZone": "UTC", "engagementNotifications": true });
        assert_eq!(first["settings"], expected);
        let input = json!({ "bannedKeywords": [" Spam ", "spam"], "timeZone": "Asia/Seoul" });
        let changed = graphql.payload(UPDATE, json!({ "input": input })).await["settings"].clone();
        let expected = json!({ "bannedKeywords": ["Spam"], "timeZone": "Asia/Seoul", "engagementNotifications": true });
        assert_eq!(changed, expected);
        let input = json!({ "engagementNotifications": false });
        let kept = graphql.payload(UPDATE, json!({ "input": input })).await["settings"].clone();
        let expected = json!({ "bannedKeywords": ["Spam"], "timeZone": "Asia/Seoul", "engagementNotifications": false });
        assert_eq!(kept, expected);
        let refused = graphql.user_errors(UPDATE, json!({ "input": { "bannedKeywords": ["fine", " "] } })).await;
        assert_eq!(refused, [("INVALID".to_owned(), json!(["input", "bannedKeywords", "1"]))]);
        let emptied = graphql.payload(UPDATE, json!({ "input": { "bannedKeywords": null } })).await["settings"].clone();
        assert_eq!(emptied["bannedKeywords"], json!([]));
        let viewer = graphql.data("{ viewer { workspace { timeZone } } }", json!({})).await;
        assert_eq!(viewer["viewer"]["workspace"]["timeZone"], "Asia/Seoul");
        let log = person.events("SETTINGS_UPDATED", 3).await;
        assert_eq!(log[0]["payload"]["changed"], json!(["banned_keywords", "time_zone"]));
    }

    async fn only_admins_change_settings(db: Database) {
        let server = Server::start(&db).await;
        let (owner, editor) = (Person::register(&server).await, Person::register(&server).await);
        editor.join(&owner.graphql, "EDITOR").await;
        let viewer = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = &viewer["viewer"]["workspace"]["id"];
        let forbidden = editor.graphql.post(UPDATE, json!({ "input": { "workspaceId": workspace, "bannedKeywords": ["x"] } })).await;
        assert_eq!(forbidden.error_codes(), ["FORBIDDEN"]);
        let read = editor.graphql.data("query($id: ID) { settings(workspaceId: $id) { timeZone } }", json!({ "id": workspace })).await;
        assert_eq!(read["settings"]["timeZone"], "UTC");
        let stranger = Person::register(&server).await.graphql;
        let refused = stranger.post("query($id: ID) { settings(workspaceId: $id) { timeZone } }", json!({ "id": workspace })).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"]);
    }

    async fn a_banned_keyword_is_named_and_keeps_a_post_from_going_out(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        graphql.payload(UPDATE, json!({ "input": { "bannedKeywords": ["free money"] } })).await;
        let input = json!({ "content": "Get FREE Money", "accountIds": [ann], "scheduledAt": tomorrow().to_rfc3339() });
        let validate = "query($input: CreatePostInput!) { validatePost(input: $input) { ok targets { ok violations { code message field blocking } } } }";
        let judged = graphql.data(validate, json!({ "input": input })).await["validatePost"].clone();
        let violation = &judged["targets"][0]["violations"][0];
        assert_eq!((&judged["ok"], &violation["code"], &violation["field"]), (&json!(false), &json!("BANNED_KEYWORD"), &json!("content")));
        assert!(violation["message"].as_str().unwrap().contains("\"free money\""));
        let refused = graphql.user_errors(super::posts::CREATE, json!({ "input": input })).await;
        assert_eq!(refused, [("POST_REJECTED_BY_RULES".to_owned(), json!(["input", "accountIds", "0"]))]);
        let draft = stage.create(json!({ "content": "free money!", "accountIds": [ann] })).await;
        let publish = "mutation($input: PublishPostInput!) { publishPost(input: $input) { userErrors { message code path } } }";
        let refused = graphql.user_errors(publish, json!({ "input": { "id": draft } })).await;
        assert_eq!(refused, [("POST_REJECTED_BY_RULES".to_owned(), json!(["input", "id"]))]);
        let fine = json!({ "content": "Money is free", "accountIds": [ann], "scheduledAt": tomorrow().to_rfc3339() });
        stage.create(fine).await;
    }

    async fn a_keyword_banned_after_the_planning_stops_the_post_before_anything_is_sent(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
        let soon = Utc::now() + TimeDelta::seconds(4);
        let id = stage.create(json!({ "content": "Buy crypto", "accountIds": [ann], "scheduledAt": soon.to_rfc3339() })).await;
        graphql.payload(UPDATE, json!({ "input": { "bannedKeywords": ["crypto"] } })).await;
        stage.post_with_status(&id, "FAILED").await;
        let document = "query($id: ID!) { post(id: $id) { targets { error { code message } steps { name } } } }";
        let target = graphql.data(document, json!({ "id": id })).await["post"]["targets"][0].clone();
        assert_eq!(target["error"]["code"], "BANNED_KEYWORD");
        assert_eq!(target["steps"], json!([]));
        assert!(stage.on_networks("Buy crypto").await.is_empty());
    }

    async fn a_local_time_without_a_zone_is_the_workspaces(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        graphql.payload(UPDATE, json!({ "input": { "timeZone": "Asia/Kolkata" } })).await;
        let on_the_wall = (tomorrow() + TimeDelta::minutes(330)).format("%Y-%m-%dT%H:%M").to_string();
        let local = json!({ "dateTime": on_the_wall });
        let id = stage.create(json!({ "content": "x", "accountIds": [ann], "scheduledLocal": local })).await;
        let document = "query($id: ID!) { post(id: $id) { scheduledAt } }";
        let expected = tomorrow().format("%Y-%m-%dT%H:%M:00.000000Z").to_string();
        assert_eq!(graphql.data(document, json!({ "id": id })).await["post"]["scheduledAt"], expected);
        let document = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) { post { scheduledAt } userErrors { message code path } } }";
        let moved = graphql.payload(document, json!({ "input": { "id": id, "scheduledLocal": local } })).await;
        assert_eq!(moved["post"]["scheduledAt"], expected);
    }
}
