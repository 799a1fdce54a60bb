//! Everything with an id is a node, and `node` finds it for whoever may read it.

use crate::authorization::scene::add_message;
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::person::{Person, invite};
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use async_graphql::ID;
use fanfare_domain::id::UserId;
use fanfare_graphql::scalars::{GlobalId as _, split};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Leads to an object of every type that has an id. Lists have more than one where the scenario makes more.
const EVERYTHING: &str = "{
    networks { __typename id }
    viewer { __typename id user { __typename id } sessions(first: 1) { nodes { __typename id } }
        workspace { __typename id settings { __typename id }
            members(first: 5) { nodes { __typename id user { __typename id } } }
            invitations(first: 5) { nodes { __typename id } }
            apiKeys(first: 5) { nodes { __typename id } }
            auditLog(first: 5) { nodes { __typename id } }
            accounts(first: 5) { nodes { __typename id } }
            mediaFiles(first: 5) { nodes { __typename id } }
            campaigns(first: 5) { nodes { __typename id } }
            templates(first: 1) { nodes { __typename id } }
            exports(first: 5) { nodes { __typename id } }
            imports(first: 5) { nodes { __typename id problems(first: 5) { nodes { __typename id } } } }
            inbox(first: 5) { nodes { __typename id reply { __typename id } } }
            posts(first: 5) { nodes { __typename id saga { __typename id } mediaFetches { __typename id }
                targets { __typename id steps { __typename id } } } } } } }";
const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
const TYPES: &str = "{ __type(name: \"Node\") { possibleTypes { name } }
    __schema { types { kind name fields { name } interfaces { name } } } }";

/// Ids by the names of their types.
type Ids = BTreeMap<String, BTreeSet<String>>;

/// Every object of an answer.
fn collect(answer: &Value, found: &mut Ids) {
    match answer {
        Value::Object(fields) => {
            if let (Some(name), Some(id)) = (fields.get("__typename"), fields.get("id")) {
                let (name, id) = (name.as_str().unwrap(), id.as_str().unwrap());
                found.entry(name.to_owned()).or_default().insert(id.to_owned());
            }
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// The names of the objects that have an id, and of those that are nodes.
async fn types(graphql: &Graphql) -> (BTreeSet<String>, BTreeSet<String>) {
    let told = graphql.data(TYPES, json!({})).await;
    let named = |list: &Value, name: &str| {
        list.as_array().is_some_and(|list| list.iter().any(|one| one["name"] == name))
    };
    let text = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let objects = told["__schema"]["types"].as_array().unwrap().iter().filter(|ty| ty["kind"] == "OBJECT");
    let with_id: Vec<&Value> = objects.filter(|ty| named(&ty["fields"], "id")).collect();
    for ty in &with_id {
        assert!(named(&ty["interfaces"], "Node"), "{} has an id and is no Node", ty["name"]);
    }
    let nodes = told["__type"]["possibleTypes"].as_array().unwrap().iter().map(text);
    (with_id.into_iter().map(text).collect(), nodes.collect())
}

async fn made(owner: &Graphql, mutation: &str, select: &str, input: Value) -> Value {
    let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{
            {select} userErrors {{ message code path }} }} }}"
    );
    owner.payload(&document, json!({ "input": input })).await
}

/// The types of the objects that somebody is given for these ids. Each has the id that was asked for.
async fn seen_by(graphql: &Graphql, ids: &Ids) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for (name, ids) in ids {
        let found = graphql.data(NODES, json!({ "ids": ids })).await["nodes"].clone();
        let found: Vec<&Value> = found.as_array().unwrap().iter().filter(|node| !node.is_null()).collect();
        for node in &found {
            assert_eq!(node["__typename"], *name);
            assert!(ids.contains(node["id"].as_str().unwrap()), "{name}: {node}");
        }
        if found.len() == ids.len() {
            seen.insert(name.clone());
        } else {
            assert!(found.is_empty(), "some of {name} are seen, some are not");
        }
    }
    seen
}

async fn statements(graphql: &Graphql, ids: &[&String]) -> u32 {
    graphql.post(NODES, json!({ "ids": ids })).await.statements()
}

struct Scene {
    stage: Stage,
    admin: Person,
    viewer: Person,
    /// The owner's, for reading.
    key: Graphql,
    ids: Ids,
}

impl Scene {
    async fn set(db: &Database) -> Self {
        let stage = Stage::set_with(db, Settings::counting_statements).await;
        let owner = &stage.person.graphql;
        let (admin, viewer) = (Person::register(&stage.server).await, Person::register(&stage.server).await);
        admin.join(owner, "ADMIN").await;
        viewer.join(owner, "VIEWER").await;
        let ann = stage.connect("TWITTER", "ann").await;
        for _ in 0..2 {
            invite(owner, json!({ "role": "EDITOR" })).await;
            stage.upload("sample.jpg", "image/jpeg").await;
            let dates = json!({ "name": "Spring", "startDate": "2026-01-01", "endDate": "2030-12-31" });
            made(owner, "createCampaign", "", dates).await;
            made(owner, "createExport", "", json!({ "kind": "POSTS" })).await;
        }
        made(owner, "createTemplate", "", json!({ "name": "Ours", "contentTemplate": "{a}" })).await;
        let key = json!({ "name": "reads", "scopes": ["READ"] });
        made(owner, "createApiKey", "", key.clone()).await;
        let key = made(owner, "createApiKey", "secret", key).await["secret"].as_str().unwrap().to_owned();
        let post = json!({ "content": "ours", "accountIds": [ann], "publishMode": "ALL_OR_NOTHING", "publishNow": true });
        let post = stage.create(post).await;
        stage.post_with_status(&post, "PUBLISHED").await;
        let picture = stage.simulator.url().join("simulator/sample.jpg").unwrap().to_string();
        stage.create(json!({ "content": "with a picture", "mediaUrls": [picture] })).await;
        let file = UploadFile {
            variable: "variables.input.file",
            name: "posts.csv",
            content_type: "text/csv",
            content: b"content,scheduled_at\na post,soon\n".to_vec(),
        };
        let import = "mutation($input: CreateImportInput!) { createImport(input: $input) {
            import { id } userErrors { message code path } } }";
        owner.upload(import, json!({ "input": { "file": null, "dryRun": true } }), vec![file]).await.data();
        eventually(LIMIT, "the import has reported its problem", async || {
            let imports = owner.data("{ imports { nodes { failed } } }", json!({})).await;
            (imports["imports"]["nodes"][0]["failed"] == "1").then_some(())
        })
        .await;
        let account = split(&ID(ann)).unwrap().1;
        add_message(db, stage.person.workspace["id"].as_i64().unwrap(), account).await;
        let message = owner.data("{ inboxMessages { nodes { id } } }", json!({})).await;
        let message = &message["inboxMessages"]["nodes"][0]["id"];
        made(owner, "replyToInboxMessage", "", json!({ "id": message, "text": "Thank you!" })).await;
        let mut ids = Ids::new();
        collect(&owner.data(EVERYTHING, json!({})).await, &mut ids);
        let key = owner.with_token(&key);
        Self { stage, admin, viewer, key, ids }
    }
}

on_both_databases! {
    async fn everything_with_an_id_is_a_node_that_is_found_by_whoever_may_read_it(db: Database) {
        let Scene { stage, admin, viewer, key, ids } = Scene::set(&db).await;
        let owner = &stage.person.graphql;
        let (with_id, nodes) = types(owner).await;
        assert_eq!(with_id, nodes);
        let all: BTreeSet<String> = ids.keys().cloned().collect();
        assert_eq!(all, nodes, "the scenario has one of each");
        assert_eq!(seen_by(owner, &ids).await, nodes);
        let stranger = Person::register(&stage.server).await.graphql;
        for (name, graphql, hidden) in [
            ("an admin", &admin.graphql, &["UserSession", "Viewer"][..]),
            ("a viewer", &viewer.graphql, &["ApiKey", "AuditEntry", "Invitation", "UserSession", "Viewer"][..]),
            ("a key that reads", &key, &["ApiKey", "AuditEntry", "Invitation", "UserSession"][..]),
        ] {
            let seen = seen_by(graphql, &ids).await;
            let missing: Vec<&str> = nodes.difference(&seen).map(String::as_str).collect();
            assert_eq!(missing, hidden, "{name}");
        }
        let seen = seen_by(&stranger, &ids).await;
        assert_eq!(seen, BTreeSet::from(["Network".to_owned()]), "a stranger learns what the server can do");
        for id in ids.values().flatten() {
            let nobody = stage.server.graphql().post(NODES, json!({ "ids": [id] })).await;
            assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
        }
        // Many take as many statements as one.
        let one: Vec<&String> = ids.values().filter_map(BTreeSet::first).collect();
        let many: Vec<&String> = ids.values().flatten().collect();
        assert!(many.len() > one.len() + 10, "{ids:#?}");
        // The first request fills the caches of roles and sessions.
        statements(owner, &many).await;
        assert_eq!(statements(owner, &many).await, statements(owner, &one).await);
        let gone = UserId(viewer.user["id"].as_i64().unwrap()).global();
        made(owner, "removeWorkspaceMember", "removedUserId", json!({ "userId": gone })).await;
        let mut of_others = ids.clone();
        // Users see themselves.
        of_others.remove("User");
        assert_eq!(seen_by(&viewer.graphql, &of_others).await, seen, "a removed member is a stranger");
    }
}
