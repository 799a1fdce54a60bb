//! Who reads of API keys in a workspace's log.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::execute;
use fanfare_domain::event::Cursor;
use fanfare_domain::global_id;
use fanfare_domain::id::WorkspaceId;
use serde_json::json;
use std::time::Duration;

const FOLLOW: &str = "subscription($workspaceId: ID, $after: String) {
    activity(workspaceId: $workspaceId, after: $after) { kind payload: payloadJson } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret userErrors { code } } }";
const POST: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { code } } }";
const LIMIT: Duration = Duration::from_secs(20);

/// A viewer of the owner's workspace.
async fn make_viewer(db: &Database, owner: &Person, viewer: &Person) {
    let (workspace, user) = (&owner.workspace["id"], &viewer.user["id"]);
    let statement = format!(
        "insert into memberships (workspace_id, user_id, role, created_at)
         select id, {user}, 'viewer', created_at from workspaces where id = {workspace}"
    );
    execute(db, &statement).await;
}

/// The workspace's whole log up to the post that ends it, as `reader` gets it.
async fn log(reader: &Graphql, workspace: i64) -> String {
    let after = Cursor { workspace_id: WorkspaceId(workspace), seq: 0 }.encode();
    let variables = json!({ "workspaceId": global_id::encode("workspace", workspace), "after": after });
    let mut stream = reader.stream(FOLLOW, variables).await;
    let mut log = String::new();
    while !log.contains("POST_CREATED") {
        log.push_str(&stream.next(LIMIT).await.expect("the log goes on").data);
    }
    log
}

on_both_databases! {
    async fn names_of_keys_are_for_their_user_and_for_admins(db: Database) {
        let server = Server::start(&db).await;
        let (owner, viewer) = (Person::register(&server).await, Person::register(&server).await);
        make_viewer(&db, &owner, &viewer).await;
        let workspace = owner.workspace["id"].as_i64().unwrap();
        let key = async |person: &Person, name: &str| {
            let input = json!({ "name": name, "scopes": ["READ"], "workspaceId": global_id::encode("workspace", workspace) });
            let made = person.graphql.payload(KEY, json!({ "input": input })).await;
            person.graphql.with_token(made["secret"].as_str().unwrap())
        };
        let owners_key = key(&owner, "The owner's program").await;
        let viewers_key = key(&viewer, "The viewer's program").await;
        owner.graphql.payload(POST, json!({ "input": { "content": "The end" } })).await;

        for (who, reader, owners, viewers) in [
            ("the owner", &owner.graphql, true, true),
            ("the owner's key", &owners_key, true, false),
            ("the viewer", &viewer.graphql, false, true),
            ("the viewer's key", &viewers_key, false, true),
        ] {
            let log = log(reader, workspace).await;
            let seen = (log.contains("The owner's program"), log.contains("The viewer's program"));
            assert_eq!(seen, (owners, viewers), "{who}: {log}");
        }
    }
}
