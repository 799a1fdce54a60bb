//! Who changed what, when and from where.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::{Value, json};

const LOG: &str = "query($workspace: ID, $filter: AuditLogFilter, $first: Int, $after: String, $last: Int, $before: String) {
    auditLog(workspaceId: $workspace, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { at kind summary address apiKeyId before after changes { field before after } payload: payloadJson actor { email } subject { __typename } } } }";
const SETTINGS: &str = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { message code path } } }";
const ROLE: &str = "mutation($input: UpdateWorkspaceMemberInput!) { updateWorkspaceMember(input: $input) {
    userErrors { message code path } } }";
const EDIT: &str =
    "mutation($input: UpdatePostInput!) { updatePost(input: $input) { userErrors { message code path } } }";

async fn log(of: &Person, variables: Value) -> Value {
    of.graphql.data(LOG, variables).await["auditLog"].clone()
}

fn kinds(log: &Value) -> Vec<&str> {
    log["nodes"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn each_change_tells_who_made_it_from_where_and_what_it_was_before_and_after(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.set("FANFARE_TRUSTED_PROXIES", "127.0.0.1")).await;
        let owner = &stage.person;
        let elsewhere = owner.graphql.with_header("X-Forwarded-For", "203.0.113.7");
        elsewhere.payload(SETTINGS, json!({ "input": { "bannedKeywords": ["spam"], "timeZone": "UTC" } })).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let post = stage.create(json!({ "content": "First", "accountIds": [ann] })).await;
        owner.graphql.payload(EDIT, json!({ "input": { "id": post, "content": "Second" } })).await;
        let entry = async |kind: &str| {
            let found = log(owner, json!({ "filter": { "kinds": [kind] } })).await;
            let entry = found["nodes"][0].clone();
            assert_eq!(entry["actor"]["email"], owner.email, "{found}");
            entry
        };
        let settings = entry("SETTINGS_UPDATED").await;
        assert_eq!(settings["address"], "203.0.113.7");
        assert_eq!((&settings["before"], &settings["after"]), (&json!({ "banned_keywords": [] }), &json!({ "banned_keywords": ["spam"] })));
        assert_eq!(settings["payload"], json!({ "changed": ["banned_keywords"] }));
        assert_eq!(settings["changes"], json!([{ "field": "bannedKeywords", "before": [], "after": ["spam"] }]));
        assert_eq!(settings["apiKeyId"], Value::Null);
        let edited = entry("POST_UPDATED").await;
        assert_eq!(edited["address"], "127.0.0.1");
        assert_eq!((&edited["before"], &edited["after"]), (&json!({ "content": "First" }), &json!({ "content": "Second" })));
        let created = entry("POST_CREATED").await;
        assert_eq!((&created["before"], &created["after"]["content"]), (&Value::Null, &json!("First")));
        let fields: Vec<&str> = created["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
        assert!(fields.is_sorted() && fields.contains(&"targets.0.accountId"), "{fields:?}");
        assert!(created["changes"].as_array().unwrap().contains(&json!({ "field": "content", "before": null, "after": "First" })));
        assert_eq!(created["subject"]["__typename"], "Post");
        let connected = entry("ACCOUNT_CONNECTED").await;
        assert_eq!(connected["after"]["platform"], "twitter");
        let registered = entry("WORKSPACE_CREATED").await;
        assert_eq!(registered["address"], "127.0.0.1");
    }

    async fn a_member_a_campaign_and_a_template_show_what_became_of_them(db: Database) {
        let server = Server::start(&db).await;
        let (owner, other) = (Person::register(&server).await, Person::register(&server).await);
        let added = other.join(&owner.graphql, "EDITOR").await;
        let user = &added["user"]["id"];
        owner.graphql.payload(ROLE, json!({ "input": { "userId": user, "role": "ADMIN" } })).await;
        let make = |noun: &str| format!("mutation($input: Create{noun}Input!) {{ it: create{noun}(input: $input) {{ {} {{ id }} userErrors {{ message code path }} }} }}", noun.to_lowercase());
        let change = |verb: &str, noun: &str| format!("mutation($input: {verb}{noun}Input!) {{ {}{noun}(input: $input) {{ userErrors {{ message code path }} }} }}", verb.to_lowercase());
        let campaign = owner.graphql.payload(&make("Campaign"), json!({ "input": { "name": "Old", "startDate": "2026-01-01", "endDate": "2026-02-01" } })).await["campaign"]["id"].clone();
        owner.graphql.payload(&change("Update", "Campaign"), json!({ "input": { "id": campaign, "name": "New", "status": "PAUSED" } })).await;
        let template = owner.graphql.payload(&make("Template"), json!({ "input": { "name": "T", "contentTemplate": "Hello {name}" } })).await["template"]["id"].clone();
        owner.graphql.payload(&change("Delete", "Template"), json!({ "input": { "id": template } })).await;
        let sides = async |kind: &str| {
            let found = log(&owner, json!({ "filter": { "kinds": [kind] } })).await["nodes"][0].clone();
            (found["before"].clone(), found["after"].clone())
        };
        assert_eq!(sides("MEMBER_ADDED").await, (Value::Null, json!({ "role": "editor" })));
        assert_eq!(sides("MEMBER_ROLE_CHANGED").await, (json!({ "role": "editor" }), json!({ "role": "admin" })));
        assert_eq!(sides("CAMPAIGN_UPDATED").await, (json!({ "name": "Old" }), json!({ "name": "New" })));
        assert_eq!(sides("CAMPAIGN_PAUSED").await, (json!({ "status": "active" }), json!({ "status": "paused" })));
        let (before, after) = sides("TEMPLATE_DELETED").await;
        assert_eq!((&before["content_template"], &after), (&json!("Hello {name}"), &Value::Null));
    }

    async fn a_programs_change_names_its_key(db: Database) {
        let server = Server::start(&db).await;
        let owner = Person::register(&server).await;
        let make = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } userErrors { message code path } } }";
        let key = owner.graphql.payload(make, json!({ "input": { "name": "robot", "scopes": ["WRITE"] } })).await;
        let robot = server.graphql().with_token(key["secret"].as_str().unwrap());
        let create = "mutation($input: CreatePostInput!) { createPost(input: $input) { userErrors { message code path } } }";
        robot.payload(create, json!({ "input": { "content": "By a program" } })).await;
        let found = log(&owner, json!({ "filter": { "kinds": ["POST_CREATED"] } })).await;
        assert_eq!(found["nodes"][0]["apiKeyId"], key["apiKey"]["id"]);
        assert_eq!(robot.post(LOG, json!({})).await.error_codes(), ["FORBIDDEN"]);
    }

    async fn the_log_is_paged_and_filtered_newest_first(db: Database) {
        let stage = Stage::set(&db).await;
        let owner = &stage.person;
        let mut posts = Vec::new();
        for number in 0..5 {
            posts.push(stage.create(json!({ "content": format!("Post {number}") })).await);
        }
        let created = json!({ "kinds": ["POST_CREATED"] });
        let first = log(owner, json!({ "filter": created, "first": 2 })).await;
        assert_eq!((&first["totalCount"], kinds(&first).len()), (&json!(5), 2));
        assert_eq!(first["nodes"][0]["after"]["content"], "Post 4");
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let next = log(owner, json!({ "filter": created, "first": 2, "after": first["pageInfo"]["endCursor"] })).await;
        assert_eq!(next["nodes"][0]["after"]["content"], "Post 2");
        let back = log(owner, json!({ "filter": created, "last": 2, "before": next["pageInfo"]["startCursor"] })).await;
        assert_eq!(back["nodes"], first["nodes"]);
        assert_eq!(back["pageInfo"]["hasPreviousPage"], false);
        let of_one = log(owner, json!({ "filter": { "subjectId": posts[1] } })).await;
        assert!(kinds(&of_one).contains(&"POST_CREATED"), "{of_one}");
        assert!(of_one["nodes"].as_array().unwrap().iter().all(|entry| entry["payload"]["post_id"] == of_one["nodes"][0]["payload"]["post_id"]));
        let none = log(owner, json!({ "filter": { "to": "2020-01-01T00:00:00Z" } })).await;
        assert_eq!(none["totalCount"], 0);
        let all = log(owner, json!({ "filter": { "from": "2020-01-01T00:00:00Z" } })).await;
        assert_eq!(all["totalCount"], log(owner, json!({})).await["totalCount"]);
        let refused = owner.graphql.post(LOG, json!({ "filter": { "subjectId": "nonsense" } })).await;
        assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.body["errors"][0]["extensions"]["userErrors"][0]["path"], json!(["filter", "subjectId"]));
    }

    async fn only_admins_and_owners_read_it(db: Database) {
        let server = Server::start(&db).await;
        let (owner, member) = (Person::register(&server).await, Person::register(&server).await);
        let here = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"].clone();
        let ask = async || member.graphql.post(LOG, json!({ "workspace": here })).await;
        assert_eq!(ask().await.error_codes(), ["NOT_FOUND"]);
        let added = member.join(&owner.graphql, "EDITOR").await;
        assert_eq!(ask().await.error_codes(), ["FORBIDDEN"]);
        let promote = json!({ "input": { "userId": added["user"]["id"], "role": "ADMIN" } });
        owner.graphql.payload(ROLE, promote).await;
        assert_eq!(kinds(&ask().await.data()["auditLog"])[0], "MEMBER_ROLE_CHANGED");
    }
}
