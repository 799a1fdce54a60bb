//! Workspaces that users create.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) {
    workspace { id name timeZone role } userErrors { message code path } } }";
const CREATE_KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret userErrors { message code path } } }";
const WORKSPACE: &str =
    "query($id: ID!) { workspace(id: $id) { name role settings { timeZone } posts { totalCount }
    members { nodes { role user { id } } } auditLog { nodes { kind actor { id } } } } }";

async fn create(graphql: &Graphql, input: Value) -> Value {
    graphql.payload(CREATE, json!({ "input": input })).await["workspace"].clone()
}

on_both_databases! {
    async fn a_user_creates_a_workspace_and_owns_it(db: Database) {
        let server = Server::start(&db).await;
        let (ada, stranger) = (Person::register(&server).await, Person::register(&server).await);
        let input = json!({ "name": " Shop ", "timeZone": "Europe/Paris", "clientMutationKey": "once" });
        let made = create(&ada.graphql, input.clone()).await;
        let expected = json!({ "id": made["id"], "name": "Shop", "timeZone": "Europe/Paris", "role": "OWNER" });
        assert_eq!(made, expected);
        assert_eq!(create(&ada.graphql, input).await, made, "the same key gives the same workspace");
        let own = "{ viewer { user { id } workspace { id } workspaces { totalCount nodes { id role } } } }";
        let viewer = ada.graphql.data(own, json!({})).await["viewer"].clone();
        let (first, second) = (&viewer["workspace"]["id"], &made["id"]);
        let both = json!([{ "id": first, "role": "OWNER" }, { "id": second, "role": "OWNER" }]);
        assert_eq!(viewer["workspaces"], json!({ "totalCount": 2, "nodes": both }), "the default one stays");
        let ada_id = &viewer["user"]["id"];
        let id = json!({ "id": made["id"] });
        let seen = ada.graphql.data(WORKSPACE, id.clone()).await["workspace"].clone();
        assert_eq!(seen["settings"]["timeZone"], "Europe/Paris");
        assert_eq!(seen["posts"]["totalCount"], 0);
        assert_eq!(seen["members"]["nodes"], json!([{ "role": "OWNER", "user": { "id": ada_id } }]));
        let audit = json!([{ "kind": "WORKSPACE_CREATED", "actor": { "id": ada_id } }]);
        assert_eq!(seen["auditLog"]["nodes"], audit);
        assert_eq!(stranger.graphql.data(WORKSPACE, id).await["workspace"], Value::Null);
        let post = json!({ "input": { "workspaceId": made["id"], "content": "the first" } });
        let document = "mutation($input: CreatePostInput!) { createPost(input: $input) {
            post { workspace { id } } userErrors { message code path } } }";
        let post = ada.graphql.payload(document, post).await;
        assert_eq!(post["post"]["workspace"]["id"], made["id"]);
    }

    async fn a_workspace_needs_a_name_a_session_and_room_among_those_of_its_user(db: Database) {
        let server = Server::on(&db).set("FANFARE_OWNED_WORKSPACES_PER_USER", "2").start().await;
        let (ada, host) = (Person::register(&server).await, Person::register(&server).await);
        let refused = ada.graphql.user_errors(CREATE, json!({ "input": { "name": " " } })).await;
        assert_eq!(refused, [("REQUIRED".to_owned(), json!(["input", "name"]))]);
        let key = json!({ "input": { "name": "all", "scopes": ["ADMIN"] } });
        let key = ada.graphql.payload(CREATE_KEY, key).await["secret"].as_str().unwrap().to_owned();
        let named = |name: &str| json!({ "input": { "name": name } });
        let by_key = ada.graphql.with_token(&key).post(CREATE, named("By a key")).await;
        assert_eq!(by_key.error_codes(), ["FORBIDDEN"]);
        // What others own does not count.
        ada.join(&host.graphql, "ADMIN").await;
        let (one, other) =
            tokio::join!(ada.graphql.post(CREATE, named("One")), ada.graphql.post(CREATE, named("Other")));
        let code = |answer: &Value| {
            answer["createWorkspace"]["userErrors"][0]["code"].as_str().unwrap_or("").to_owned()
        };
        let mut codes = [code(one.data()), code(other.data())];
        codes.sort();
        assert_eq!(codes, ["", "QUOTA_EXCEEDED"], "of two at once, one takes the last place");
    }
}
