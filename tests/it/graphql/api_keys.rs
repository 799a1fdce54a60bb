//! API keys: who may make them, what they open, and how they end.

use super::mutations::every_mutation;
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::{Graphql, UploadFile};
use crate::support::person::{INVITE, Person};
use crate::support::server::Server;
use crate::support::simulator::SimulatorProcess;
use crate::support::waiting::eventually;
use chrono::{DateTime, TimeDelta, Utc};
use fanfare_domain::clock::{Clock as _, SystemClock};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(25);

const CREATE: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret
    apiKey { id name prefix scopes status user { id } createdAt expiresAt rotatedAt revokedAt lastUsedAt }
    userErrors { message code path } } }";
const ROTATE: &str = "mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) {
    secret apiKey { prefix status expiresAt rotatedAt } userErrors { message code path } } }";
const REVOKE: &str = "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
    apiKey { status revokedAt } userErrors { message code path } } }";
const LIST: &str = "{ apiKeys { totalCount nodes { id name prefix status lastUsedAt } } }";
const VIEWER: &str =
    "{ viewer { user { id } workspace { id role } workspaces { totalCount nodes { id } } } }";
const POST: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id status } userErrors { message code path } } }";
const PUBLISH: &str =
    "mutation($input: PublishPostInput!) { publishPost(input: $input) { userErrors { code } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) { removeWorkspaceMember(input: $input) {
    removedUserId userErrors { code } } }";
const LOGOUT: &str = "mutation { logout { loggedOut userErrors { code } } }";
const ACTIVITY: &str = "subscription { activity { kind } }";

/// A key as its holder has it.
struct Key {
    id: Value,
    secret: String,
    graphql: Graphql,
}

async fn key(person: &Person, scopes: &[&str]) -> Key {
    key_from(&person.graphql, json!({ "name": "A program", "scopes": scopes })).await
}

async fn key_from(graphql: &Graphql, input: Value) -> Key {
    let made = graphql.payload(CREATE, json!({ "input": input })).await;
    let secret = made["secret"].as_str().expect("the secret is shown").to_owned();
    Key { id: made["apiKey"]["id"].clone(), graphql: graphql.with_token(&secret), secret }
}

async fn codes(graphql: &Graphql, document: &str, input: Value) -> Vec<String> {
    let answer = graphql.post(document, json!({ "input": input })).await;
    answer.error_codes().into_iter().map(str::to_owned).collect()
}

async fn is_let_in(graphql: &Graphql) -> bool {
    let answer = graphql.post(VIEWER, json!({})).await;
    match answer.status {
        StatusCode::OK => true,
        StatusCode::UNAUTHORIZED => {
            assert_eq!(answer.error_codes(), ["UNAUTHENTICATED"]);
            false
        }
        other => panic!("{other}: {:#}", answer.body),
    }
}

fn draft() -> Value {
    json!({ "content": "A draft", "accountIds": [] })
}

on_both_databases! {
    async fn a_key_is_shown_once_and_ends_after_ninety_days(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let input = json!({ "name": " Nightly job ", "scopes": ["WRITE", "READ", "READ"] });
        let made = person.graphql.payload(CREATE, json!({ "input": input })).await;
        let (secret, shown) = (made["secret"].as_str().unwrap(), &made["apiKey"]);
        assert_eq!((&shown["name"], &shown["scopes"]), (&json!("Nightly job"), &json!(["READ", "WRITE"])));
        assert_eq!((&shown["status"], &shown["lastUsedAt"]), (&json!("ACTIVE"), &Value::Null));
        assert!(secret.starts_with(shown["prefix"].as_str().unwrap()) && secret.len() == 65, "{secret}");
        let end: DateTime<Utc> = shown["expiresAt"].as_str().unwrap().parse().unwrap();
        let days = end - SystemClock.now().0;
        assert!(days > TimeDelta::days(89) && days <= TimeDelta::days(90), "{days}");
        let list = person.graphql.data(LIST, json!({})).await;
        assert_eq!(list["apiKeys"]["nodes"][0]["id"], shown["id"]);
        let log = "subscription($after: String) { activity(after: $after) { kind payload: payloadJson } }";
        let mut stream = person.graphql.stream(log, json!({ "after": beginning(&person) })).await;
        let mut told = list.to_string();
        while !told.contains("KEY_CREATED") {
            told.push_str(&stream.next(LIMIT).await.expect("the log goes on").data);
        }
        assert!(!told.contains(secret) && !told.contains(&secret[20..]), "{told}");
        if !db.is_postgres() {
            for file in std::fs::read_dir(db.folder()).unwrap().flatten().filter(|it| it.path().is_file()) {
                let stored = std::fs::read(file.path()).unwrap();
                assert!(!stored.windows(20).any(|part| part == &secret.as_bytes()[20..40]), "{file:?}");
            }
        }
    }

    async fn a_key_does_what_its_scopes_and_its_persons_role_both_allow(db: Database) {
        let server = Server::start(&db).await;
        let (owner, viewer) = (Person::register(&server).await, Person::register(&server).await);
        let (read, write) = (key(&owner, &["READ"]).await, key(&owner, &["WRITE"]).await);
        let (publish, admin) = (key(&owner, &["PUBLISH"]).await, key(&owner, &["ADMIN"]).await);
        for key in [&read, &write, &publish, &admin] {
            assert!(is_let_in(&key.graphql).await);
            key.graphql.data("{ posts { totalCount } accounts { totalCount } }", json!({})).await;
        }
        let post = write.graphql.payload(POST, json!({ "input": draft() })).await["post"]["id"].clone();
        admin.graphql.payload(POST, json!({ "input": draft() })).await;
        assert_eq!(codes(&publish.graphql, POST, draft()).await, ["FORBIDDEN"]);
        let publishing = json!({ "id": post });
        assert_eq!(codes(&write.graphql, PUBLISH, publishing.clone()).await, ["FORBIDDEN"]);
        // It has no account yet: the scope was enough to be told so.
        let refused = publish.graphql.user_errors(PUBLISH, json!({ "input": publishing })).await;
        assert_eq!(refused[0].0, "POST_NO_TARGETS");
        let invitation = json!({ "email": viewer.email, "role": "VIEWER" });
        assert_eq!(codes(&write.graphql, INVITE, invitation).await, ["FORBIDDEN"]);
        viewer.join(&admin.graphql, "VIEWER").await;
        let workspace = owner.graphql.data(VIEWER, json!({})).await["viewer"]["workspace"]["id"].clone();
        let input = json!({ "workspaceId": workspace, "name": "All of it", "scopes": ["ADMIN"] });
        let of_viewer = key_from(&viewer.graphql, input).await;
        assert_eq!(codes(&of_viewer.graphql, POST, draft()).await, ["FORBIDDEN"]);
    }

    async fn a_key_that_only_reads_is_refused_every_mutation_of_the_schema(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let read = key(&person, &["READ"]).await;
        let mutations = every_mutation();
        assert!(mutations.len() > 15, "{}", mutations.len());
        for mutation in mutations {
            let answer = mutation.send(&read.graphql).await;
            assert_eq!(answer.error_codes(), ["FORBIDDEN"], "{}", mutation.document);
        }
        let mut socket = read.graphql.socket().await;
        socket.subscribe("1", POST, json!({ "input": draft() })).await;
        let answer = socket.next(LIMIT).await.to_string();
        assert!(answer.contains("FORBIDDEN"), "{answer}");
        assert_eq!(person.graphql.data("{ posts { totalCount } }", json!({})).await["posts"]["totalCount"], 0);
    }

    async fn a_key_without_admin_manages_no_keys_sessions_or_members(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let able = key(&person, &["READ", "WRITE", "PUBLISH"]).await;
        let own = person.graphql.data(VIEWER, json!({})).await["viewer"]["user"]["id"].clone();
        let attempts = [
            (CREATE, json!({ "name": "More", "scopes": ["ADMIN"] })),
            (ROTATE, json!({ "apiKeyId": able.id, "overlapSeconds": 0 })),
            (REVOKE, json!({ "apiKeyId": able.id })),
            (INVITE, json!({ "email": other.email, "role": "OWNER" })),
            (REMOVE, json!({ "userId": own })),
            (LOGOUT, json!({})),
        ];
        for (document, input) in attempts {
            assert_eq!(codes(&able.graphql, document, input).await, ["FORBIDDEN"], "{document}");
        }
        assert_eq!(able.graphql.post(LIST, json!({})).await.error_codes(), ["FORBIDDEN"]);
        let admin = key(&person, &["ADMIN"]).await;
        let next = key_from(&admin.graphql, json!({ "name": "By a key", "scopes": ["READ"] })).await;
        assert!(is_let_in(&next.graphql).await);
        admin.graphql.payload(REVOKE, json!({ "input": { "apiKeyId": next.id } })).await;
        assert!(!is_let_in(&next.graphql).await);
    }

    async fn a_key_opens_no_other_workspace_of_its_person(db: Database) {
        let server = Server::start(&db).await;
        let (person, host) = (Person::register(&server).await, Person::register(&server).await);
        person.join(&host.graphql, "ADMIN").await;
        let other = host.graphql.data(VIEWER, json!({})).await["viewer"]["workspace"]["id"].clone();
        let post = host.graphql.payload(POST, json!({ "input": draft() })).await["post"]["id"].clone();
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let accounts = "query($id: ID) { accounts(workspaceId: $id) { totalCount } }";
        assert_eq!(person.graphql.data(node, json!({ "id": post })).await["node"]["id"], post);
        let key = key(&person, &["ADMIN"]).await;
        for id in [&post, &other] {
            assert_eq!(key.graphql.data(node, json!({ "id": id })).await["node"], Value::Null);
        }
        let answer = key.graphql.post(accounts, json!({ "id": other })).await;
        assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
        let viewer = key.graphql.data(VIEWER, json!({})).await["viewer"].clone();
        assert_eq!(viewer["workspaces"]["totalCount"], 1);
        assert_eq!(viewer["workspaces"]["nodes"], json!([{ "id": viewer["workspace"]["id"] }]));
        let input = json!({ "workspaceId": other, "name": "Further", "scopes": ["READ"] });
        let refused = key.graphql.user_errors(CREATE, json!({ "input": input })).await;
        assert_eq!(refused, [("NOT_FOUND".to_owned(), json!(["input", "workspaceId"]))]);
    }

    async fn every_way_in_takes_a_key(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let key = key(&person, &["WRITE"]).await;
        let nobody = server.graphql();
        let answer = nobody.with_header("X-API-Key", &key.secret).data(VIEWER, json!({})).await;
        assert_eq!(answer["viewer"]["workspace"]["role"], "OWNER");
        let me = key.graphql.request(Method::GET, "/api/auth/me").send().await.unwrap();
        assert_eq!(me.status(), StatusCode::OK);
        let mut socket = key.graphql.socket().await;
        socket.subscribe("1", ACTIVITY, json!({})).await;
        let mut stream = key.graphql.stream(ACTIVITY, json!({})).await;
        // The subscriptions are open once both have told of a first event.
        let heard = async {
            let first = socket.next_data("1", LIMIT).await;
            (first, stream.next(LIMIT).await.expect("the stream goes on").json())
        };
        let write = async {
            loop {
                key.graphql.payload(POST, json!({ "input": draft() })).await;
                tokio::task::yield_now().await;
            }
        };
        let (over_socket, over_stream): (Value, Value) = tokio::select! { it = heard => it, () = write => unreachable!() };
        assert_eq!(over_socket["activity"]["kind"], "POST_CREATED");
        assert_eq!(over_stream["data"]["activity"]["kind"], "POST_CREATED");
        let content = nobody.request(Method::GET, "/simulator/sample.jpg").send().await.unwrap().bytes().await.unwrap();
        let upload = "mutation($input: UploadMediaInput!) { uploadMedia(input: $input) {
            media { mimeType } userErrors { code } } }";
        let variable = "variables.input.file";
        let file = UploadFile { variable, name: "a.jpg", content_type: "image/jpeg", content: content.to_vec() };
        let answer = key.graphql.upload(upload, json!({ "input": { "file": null } }), vec![file]).await;
        assert_eq!(answer.data()["uploadMedia"]["media"]["mimeType"], "image/jpeg");
    }

    async fn a_rotated_key_has_two_secrets_for_the_overlap_and_no_longer(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let first = key(&person, &["READ"]).await;
        let rotate = |overlap: i64| json!({ "input": { "apiKeyId": first.id, "overlapSeconds": overlap } });
        let turned = person.graphql.payload(ROTATE, rotate(3_600)).await;
        let second = person.graphql.with_token(turned["secret"].as_str().unwrap());
        assert_ne!(turned["apiKey"]["rotatedAt"], Value::Null);
        assert!(is_let_in(&first.graphql).await && is_let_in(&second).await);
        let turned = person.graphql.payload(ROTATE, rotate(0)).await;
        let third = person.graphql.with_token(turned["secret"].as_str().unwrap());
        assert!(!is_let_in(&first.graphql).await && !is_let_in(&second).await && is_let_in(&third).await);
        for bad in [-1, 604_801] {
            let refused = person.graphql.user_errors(ROTATE, rotate(bad)).await;
            assert_eq!(refused, [("INVALID".to_owned(), json!(["input", "overlapSeconds"]))]);
        }
    }

    async fn a_key_that_is_revoked_opens_nothing_and_its_subscriptions_end(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let revoked = key(&person, &["READ"]).await;
        let mut socket = revoked.graphql.socket().await;
        socket.subscribe("1", ACTIVITY, json!({})).await;
        assert!(is_let_in(&revoked.graphql).await);
        let input = json!({ "input": { "apiKeyId": revoked.id } });
        let ended = person.graphql.payload(REVOKE, input.clone()).await;
        assert_eq!(ended["apiKey"]["status"], "REVOKED");
        assert!(!is_let_in(&revoked.graphql).await);
        let last = socket.next(LIMIT).await;
        assert_eq!((&last["type"], &last["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("FORBIDDEN")));
        let again = person.graphql.payload(REVOKE, input).await;
        assert_eq!(again, ended);
        let rotate = json!({ "input": { "apiKeyId": revoked.id, "overlapSeconds": 0 } });
        let refused = person.graphql.user_errors(ROTATE, rotate).await;
        assert_eq!(refused, [("API_KEY_ENDED".to_owned(), json!(["input", "apiKeyId"]))]);
    }

    async fn a_key_ends_at_its_time_and_so_do_its_subscriptions(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let end = (SystemClock.now().0 + TimeDelta::seconds(4)).to_rfc3339();
        let input = json!({ "name": "Short", "scopes": ["READ"], "expiresAt": end });
        let short = key_from(&person.graphql, input).await;
        assert!(is_let_in(&short.graphql).await);
        let mut stream = short.graphql.stream(ACTIVITY, json!({})).await;
        let last = stream.next(LIMIT).await.expect("the end is told").json();
        assert_eq!(last["errors"][0]["extensions"]["code"], "FORBIDDEN");
        assert!(!is_let_in(&short.graphql).await);
        let list = person.graphql.data(LIST, json!({})).await;
        assert_eq!(list["apiKeys"]["nodes"][0]["status"], "EXPIRED");
    }

    async fn what_is_no_key_is_refused(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let key = key(&person, &["ADMIN"]).await;
        let typo = key.secret.replace(&key.secret[30..31], if &key.secret[30..31] == "a" { "b" } else { "a" });
        let another = fanfare_auth::ApiKeySecret::generate();
        for bad in [typo.as_str(), another.expose(), &key.secret[..64], "ffk_", "ffk_x"] {
            assert!(!is_let_in(&server.graphql().with_token(bad)).await, "{bad}");
        }
    }

    async fn an_empty_key_is_none(db: Database) {
        let server = Server::start(&db).await;
        let request = server.graphql().request(Method::POST, "/graphql").header("X-API-Key", "");
        let answer = request.json(&json!({ "query": VIEWER })).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.json::<Value>().await.unwrap()["data"]["viewer"], Value::Null);
    }

    async fn the_use_of_a_key_is_noted(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let key = key(&person, &["READ"]).await;
        assert!(is_let_in(&key.graphql).await);
        eventually(LIMIT, "the use is noted", async || {
            let list = person.graphql.data(LIST, json!({})).await;
            list["apiKeys"]["nodes"][0]["lastUsedAt"].is_string().then_some(())
        })
        .await;
    }

    async fn an_admin_sees_and_ends_everybodys_keys_and_others_only_their_own(db: Database) {
        let server = Server::start(&db).await;
        let (owner, editor) = (Person::register(&server).await, Person::register(&server).await);
        editor.join(&owner.graphql, "EDITOR").await;
        let workspace = owner.graphql.data(VIEWER, json!({})).await["viewer"]["workspace"]["id"].clone();
        let list = "query($id: ID) { apiKeys(workspaceId: $id) { totalCount nodes { id } } }";
        let scope = json!({ "id": workspace });
        let of_owner = key(&owner, &["READ"]).await;
        let input = json!({ "workspaceId": workspace, "name": "Mine", "scopes": ["WRITE"] });
        let of_editor = key_from(&editor.graphql, input.clone()).await;
        let own = editor.graphql.data(list, scope.clone()).await;
        assert_eq!(own["apiKeys"], json!({ "totalCount": 1, "nodes": [{ "id": of_editor.id }] }));
        assert_eq!(owner.graphql.data(list, scope).await["apiKeys"]["totalCount"], 2);
        let unending = json!({ "workspaceId": workspace, "name": "X", "scopes": ["READ"], "neverExpires": true });
        assert_eq!(codes(&editor.graphql, CREATE, unending.clone()).await, ["FORBIDDEN"]);
        let never = owner.graphql.payload(CREATE, json!({ "input": unending })).await;
        assert_eq!(never["apiKey"]["expiresAt"], Value::Null);
        let unknown = editor.graphql.user_errors(REVOKE, json!({ "input": { "apiKeyId": of_owner.id } })).await;
        assert_eq!(unknown, [("NOT_FOUND".to_owned(), json!(["input", "apiKeyId"]))]);
        let rotate = json!({ "apiKeyId": of_editor.id, "overlapSeconds": 0 });
        assert_eq!(codes(&owner.graphql, ROTATE, rotate).await, ["FORBIDDEN"]);
        owner.graphql.payload(REVOKE, json!({ "input": { "apiKeyId": of_editor.id } })).await;
        assert!(!is_let_in(&of_editor.graphql).await);
        let left = key_from(&editor.graphql, input).await;
        let id = editor.graphql.data(VIEWER, json!({})).await["viewer"]["user"]["id"].clone();
        let input = json!({ "workspaceId": workspace, "userId": id });
        owner.graphql.payload(REMOVE, json!({ "input": input })).await;
        let posts = left.graphql.post("{ posts { totalCount } }", json!({})).await;
        assert!(["NOT_FOUND", "UNAUTHENTICATED"].contains(&posts.error_codes()[0]));
    }

    async fn the_same_client_mutation_key_makes_one_key_and_shows_its_secret_once(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let input = json!({ "input": { "name": "Once", "scopes": ["READ"], "clientMutationKey": "k" } });
        let first = person.graphql.payload(CREATE, input.clone()).await;
        let second = person.graphql.payload(CREATE, input).await;
        assert_eq!((&second["apiKey"], &second["secret"]), (&first["apiKey"], &Value::Null));
        assert_eq!(person.graphql.data(LIST, json!({})).await["apiKeys"]["totalCount"], 1);
    }

    async fn where_introspection_is_off_owners_admins_and_keys_with_the_scope_admin_read_the_schema(db: Database) {
        let server = Server::on(&db).set("FANFARE_INTROSPECTION", "off").start().await;
        let person = Person::register(&server).await;
        let (reader, admin) = (key(&person, &["READ"]).await, key(&person, &["ADMIN"]).await);
        let document = "{ __typename ...schema } fragment schema on Query { __schema { queryType { name } } }";
        for graphql in [&person.graphql, &admin.graphql] {
            assert_eq!(graphql.data(document, json!({})).await["__schema"]["queryType"]["name"], "Query");
        }
        for graphql in [&server.graphql(), &reader.graphql] {
            let answer = graphql.post(document, json!({})).await;
            assert_eq!(answer.error_codes(), ["FORBIDDEN"], "{:#}", answer.body);
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("owner or admin") && message.contains("ADMIN"), "{message}");
            assert_eq!(answer.body.get("data"), None);
            assert_eq!(graphql.data("{ __typename }", json!({})).await["__typename"], "Query");
        }
        let stale = server.graphql().with_token("stale").post(document, json!({})).await;
        assert_eq!((stale.status, stale.error_codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]));
    }
}

/// The cursor before everything in a person's own workspace.
fn beginning(person: &Person) -> String {
    let workspace_id = fanfare_domain::id::WorkspaceId(person.workspace["id"].as_i64().unwrap());
    fanfare_domain::event::Cursor { workspace_id, seq: 0 }.encode()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_on_one_node_is_refused_on_another_within_twenty_seconds() {
    let (db, simulator) = (Database::postgres().await, SimulatorProcess::start().await);
    let start = async || Server::on(&db).simulator(&simulator).start().await;
    let (one, other) = (start().await, start().await);
    let person = Person::register(&one).await;
    let key = key(&person, &["READ"]).await;
    let there = key.graphql.at(other.url());
    assert!(is_let_in(&there).await);
    person.graphql.payload(REVOKE, json!({ "input": { "apiKeyId": key.id } })).await;
    eventually(LIMIT, "the other node notices", async || (!is_let_in(&there).await).then_some(())).await;
}
