//! Events that another version of the server wrote, as nodes of this one show them.

use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::execute;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);
const EVENT: &str = "kind summary payloadJson payload { __typename ... on UnknownEventPayload { json } }";

/// Appends an event of a kind that this version does not know, with the payload of the log's first event.
async fn append(db: &Database, workspace: i64, user: Option<&Value>) {
    let user = user.map_or_else(|| "null".to_owned(), Value::to_string);
    let insert = format!(
        "insert into events (workspace_id, seq, kind, user_id, payload, at)
         select c.workspace_id, c.last_seq + 1, 'post.pinned', {user}, e.payload, e.at
         from event_counters c join events e on e.workspace_id = c.workspace_id and e.seq = 1
         where c.workspace_id = {workspace}"
    );
    execute(db, &insert).await;
    let count = format!("update event_counters set last_seq = last_seq + 1 where workspace_id = {workspace}");
    execute(db, &count).await;
}

on_both_databases! {
    async fn an_event_of_a_kind_that_another_version_wrote_is_shown_as_it_is_stored(db: Database) {
        let server = Server::start(&db).await;
        let (owner, viewer) = (Person::register(&server).await, Person::register(&server).await);
        viewer.join(&owner.graphql, "VIEWER").await;
        let admin = Person::register(&server).await;
        admin.join(&owner.graphql, "ADMIN").await;
        let workspace = owner.workspace["id"].as_i64().unwrap();
        append(&db, workspace, None).await;
        append(&db, workspace, Some(&owner.user["id"])).await;
        let id = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"].clone();
        let newest = format!("query($id: ID!) {{ node(id: $id) {{ ... on Workspace {{ activity(last: 200) {{ {EVENT} }} }} }} }}");
        let all = owner.graphql.data(&newest, json!({ "id": id })).await["node"]["activity"].clone();
        let stored = &all[0]["payloadJson"];
        assert_eq!((&all[0]["kind"], &stored["user_id"]), (&json!("WORKSPACE_CREATED"), &owner.user["id"]));
        let expected = json!({
            "kind": "UNKNOWN", "summary": "Something happened that this version of the server does not know",
            "payloadJson": stored, "payload": { "__typename": "UnknownEventPayload", "json": stored },
        });

        let log = format!("{{ auditLog(first: 2) {{ nodes {{ {EVENT} }} }} }}");
        let audited = owner.graphql.data(&log, json!({})).await;
        assert_eq!(audited["auditLog"]["nodes"], json!([expected, expected]));
        let unknown = "{ auditLog(filter: { kinds: [UNKNOWN] }) { totalCount } }";
        assert_eq!(owner.graphql.data(unknown, json!({})).await["auditLog"]["totalCount"], 2);
        // What may be about a sign-in is for its user alone.
        let ids = owner.graphql.data("{ auditLog(first: 2) { nodes { id } } }", json!({})).await["auditLog"]["nodes"].clone();
        let named = json!({ "ids": [ids[0]["id"], ids[1]["id"]] });
        for (who, seen) in [(&owner, ids.clone()), (&admin, json!([null, ids[1]]))] {
            let found = who.graphql.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", named.clone()).await;
            assert_eq!(found["nodes"], seen);
        }
        let after = Cursor { workspace_id: WorkspaceId(workspace), seq: 1 }.encode();
        let follow = format!("subscription($id: ID, $after: String) {{ activity(workspaceId: $id, after: $after) {{ {EVENT} }} }}");
        for (who, count) in [(&owner, 2), (&viewer, 1)] {
            let found = who.graphql.data(&newest, json!({ "id": id })).await;
            let unknown = |event: &&Value| event["kind"] == "UNKNOWN";
            let found: Vec<Value> = found["node"]["activity"].as_array().unwrap().iter().filter(unknown).cloned().collect();
            assert_eq!(found, vec![expected.clone(); count]);
            let mut stream = who.graphql.stream(&follow, json!({ "id": id, "after": after })).await;
            loop {
                let event = stream.next(LIMIT).await.expect("the stream goes on").json()["data"]["activity"].clone();
                if event["kind"] == "UNKNOWN" {
                    assert_eq!(event, expected);
                    break;
                }
            }
        }
    }
}
