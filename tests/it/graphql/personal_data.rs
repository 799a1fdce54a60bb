//! Users can erase their user.

use super::second_factor::turn_on;
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::{lines, rows, tables};
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::quota::WorkspaceQuota;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_graphql::scalars::GlobalId as _;
use fanfare_net::HttpClient;
use fanfare_storage::DbError;
use fanfare_storage::rows::NewWorkspace;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ERASE: &str =
    "mutation($input: EraseMeInput!) { eraseMe(input: $input) { erased userErrors { message code path } } }";
const RENAME: &str = "mutation($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { message code path } } }";
const CHANGE_EMAIL: &str =
    "mutation($input: ChangeEmailInput!) { changeEmail(input: $input) { userErrors { message code path } } }";
const ROLE: &str = "mutation($input: UpdateWorkspaceMemberInput!) { updateWorkspaceMember(input: $input) {
    userErrors { message code path } } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { message code path } } }";

/// Where a word stands in the database.
async fn found(db: &Database, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables(db).await {
        let hits = rows(db, &table).await.into_iter().filter(|row| row.contains(word));
        found.extend(hits.map(|row| format!("{table}: {row}")));
    }
    found
}

/// Somebody whose name and address stand out.
async fn planted(server: &Server) -> (Person, &'static str) {
    let mut person = Person::register(server).await;
    let (email, name) = ("Planted.Address@Example.com", "Planted Name");
    let body = json!({ "email": email, "password": person.password, "name": name });
    let answer =
        server.graphql().request(Method::POST, "/api/auth/register").json(&body).send().await.unwrap();
    let session: Value = answer.json().await.unwrap();
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    person.email = email.to_owned();
    person.access_token = text("access_token");
    person.refresh_token = text("refresh_token");
    person.user = session["user"].clone();
    person.workspace = session["workspace"].clone();
    person.graphql = server.graphql().with_token(&text("access_token"));
    (person, name)
}

fn workspace(of: &Person) -> String {
    WorkspaceId(of.workspace["id"].as_i64().unwrap()).global().0
}

fn user(of: &Person) -> String {
    UserId(of.user["id"].as_i64().unwrap()).global().0
}

on_both_databases! {
    async fn nothing_names_a_person_who_was_erased_and_the_others_keep_what_is_theirs(db: Database) {
        let server = Server::start(&db).await;
        let (ada, name) = planted(&server).await;
        let ben = Person::register(&server).await;
        // Ada founds a workspace that bears her name, makes a key of her name, writes a post, and hands it over.
        ben.join(&ada.graphql, "OWNER").await;
        let key = ada.graphql.payload(KEY, json!({ "input": { "name": format!("{name}'s laptop"), "scopes": ["READ"] } })).await;
        let create = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { message code path } } }";
        let post = ada.graphql.payload(create, json!({ "input": { "content": "It stays" } })).await["post"]["id"].clone();
        // Then Ada takes another name and another address.
        let (later, second) = ("Another Name", "Second.Address@Example.com");
        ada.graphql.payload(RENAME, json!({ "input": { "name": later } })).await;
        let input = json!({ "currentPassword": ada.password, "email": second });
        ada.graphql.payload(CHANGE_EMAIL, json!({ "input": input })).await;
        for word in [name, later, second] {
            assert!(!found(&db, word).await.is_empty(), "{word}");
        }
        let erased = ada.graphql.payload(ERASE, json!({ "input": { "password": ada.password, "confirm": second } })).await;
        assert_eq!(erased["erased"], true);
        for word in [name, later, &ada.email, &ada.email.to_lowercase(), second, &second.to_lowercase()] {
            assert_eq!(found(&db, word).await, Vec::<String>::new(), "{word}");
        }
        let address = lines(&db, &format!("select cast(count(address) as text) as line from events where actor_id = {}", ada.user["id"])).await;
        assert_eq!(address, ["0"]);
        // Nothing opens any more.
        assert_eq!(ada.graphql.post("{ viewer { user { name } } }", json!({})).await.status, StatusCode::UNAUTHORIZED);
        let with_key = server.graphql().with_token(key["secret"].as_str().unwrap());
        assert_eq!(with_key.post("{ viewer { user { name } } }", json!({})).await.status, StatusCode::UNAUTHORIZED);
        for (path, body) in [
            ("/api/auth/login", json!({ "email": ada.email, "password": ada.password })),
            ("/api/auth/login", json!({ "email": format!("erased:{}", ada.user["id"]), "password": "" })),
            ("/api/auth/refresh", json!({ "refresh_token": ada.refresh_token })),
        ] {
            let answer = server.graphql().request(Method::POST, path).json(&body).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
        }
        // The post and the log stay with the workspace, by a person without a name.
        let read = "query($id: ID!) { post(id: $id) { content author { name email } } }";
        let kept = ben.graphql.data(read, json!({ "id": post })).await["post"].clone();
        let email = format!("erased-{}@erased.invalid", ada.user["id"]);
        assert_eq!(kept, json!({ "content": "It stays", "author": { "name": "Erased person", "email": email } }));
        let audit = "query($id: ID) { auditLog(workspaceId: $id, first: 1) { nodes { kind address actor { name } before } } }";
        let told = ben.graphql.data(audit, json!({ "id": workspace(&ada) })).await["auditLog"]["nodes"][0].clone();
        let expected = json!({ "kind": "MEMBER_ERASED", "address": null, "actor": { "name": "Erased person" }, "before": { "role": "owner" } });
        assert_eq!(told, expected);
        // The address is free again.
        let body = json!({ "email": ada.email, "password": ada.password, "name": "Somebody else" });
        let again = server.graphql().request(Method::POST, "/api/auth/register").json(&body).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::CREATED);
    }

    async fn nothing_is_stored_for_a_user_who_was_erased_meanwhile(db: Database) {
        let server = Server::start(&db).await;
        let ada = Person::register(&server).await;
        let input = json!({ "password": ada.password, "confirm": ada.email });
        ada.graphql.payload(ERASE, json!({ "input": input })).await;
        // As requests would that were let in before the erasure.
        let (storage, now) = (db.storage().await, SystemClock.now());
        let actor = EventActor::from(UserId(ada.user["id"].as_i64().unwrap()));
        let renamed = storage.profiles().rename(actor, ExpectedRevision::ANY, Some("Ada".to_owned()), now).await;
        assert!(matches!(renamed, Err(DbError::NotFound)), "{renamed:?}");
        let new = NewWorkspace { name: "Shop".to_owned(), time_zone: "UTC".to_owned(), created_at: now };
        let created = storage.workspaces().create(new, actor, WorkspaceQuota::default(), None, now).await;
        assert!(matches!(created, Err(DbError::NotFound)), "{created:?}");
    }

    async fn a_workspace_of_one_goes_with_its_person_and_all_that_is_in_it(db: Database) {
        let stage = Stage::set(&db).await;
        let (person, other) = (&stage.person, Person::register(&stage.server).await);
        let ann = stage.connect("TWITTER", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let post = stage.create(json!({ "content": "Goes away", "accountIds": [ann], "mediaIds": [picture], "publishNow": true })).await;
        stage.post_with_status(&post, "PUBLISHED").await;
        let key = "select storage_key as line from media";
        assert_eq!(lines(&db, key).await.len(), 1);
        let url = person.graphql.data("query($id: ID!) { media(id: $id) { url } }", json!({ "id": picture })).await["media"]["url"].clone();
        person.graphql.payload(ERASE, json!({ "input": { "password": person.password, "confirm": person.email } })).await;
        let at_home = format!("workspace_id = {}", person.workspace["id"]);
        for table in ["posts", "post_targets", "accounts", "media", "events", "memberships", "jobs", "publish_steps"] {
            let left = lines(&db, &format!("select cast(count(*) as text) as line from {table} where {at_home}")).await;
            assert_eq!(left, ["0"], "{table}");
        }
        let url = url::Url::parse(url.as_str().unwrap()).unwrap();
        let file = HttpClient::new().unwrap().request(Method::GET, url).send().await.unwrap();
        assert_eq!(file.status(), StatusCode::NOT_FOUND);
        let theirs = other.graphql.data("{ viewer { workspace { name } } auditLog { totalCount } }", json!({})).await;
        assert_eq!(theirs["auditLog"]["totalCount"], 1);
    }

    async fn a_wrong_word_or_a_team_without_another_owner_keeps_the_person(db: Database) {
        let server = Server::start(&db).await;
        let (owner, member) = (Person::register(&server).await, Person::register(&server).await);
        let refusal = async |password: &str, confirm: &str| {
            owner.graphql.user_errors(ERASE, json!({ "input": { "password": password, "confirm": confirm } })).await
        };
        let wrong = refusal("not the password", &owner.email).await;
        assert_eq!(wrong, [("AUTH_CREDENTIALS_INVALID".to_owned(), json!(["input", "password"]))]);
        let unsure = refusal(&owner.password, "yes").await;
        assert_eq!(unsure, [("INVALID".to_owned(), json!(["input", "confirm"]))]);
        member.join(&owner.graphql, "EDITOR").await;
        let only = refusal(&owner.password, &owner.email).await;
        assert_eq!(only, [("MEMBER_LAST_OWNER".to_owned(), json!(["input"]))]);
        let still = owner.graphql.data("{ viewer { user { email } } }", json!({})).await;
        assert_eq!(still["viewer"]["user"]["email"], owner.email);
        let key = owner.graphql.payload(KEY, json!({ "input": { "name": "all", "scopes": ["ADMIN"] } })).await;
        let input = json!({ "input": { "password": owner.password, "confirm": owner.email } });
        let by_key = server.graphql().with_token(key["secret"].as_str().unwrap()).post(ERASE, input).await;
        assert_eq!(by_key.error_codes(), ["FORBIDDEN"]);
        let hand_over = json!({ "input": { "userId": user(&member), "role": "OWNER" } });
        let consent = owner.graphql.user_errors(ROLE, hand_over).await;
        assert_eq!(consent, [("MEMBER_CONSENT_REQUIRED".to_owned(), json!(["input", "role"]))]);
        assert_eq!(member.join(&owner.graphql, "OWNER").await["role"], "OWNER");
        let erased = owner.graphql.payload(ERASE, json!({ "input": { "password": owner.password, "confirm": owner.email } })).await;
        assert_eq!(erased["erased"], true);
    }

    async fn with_codes_on_nobody_is_erased_without_one(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (_, recovery) = turn_on(&person).await;
        let input = |code: Option<&str>| json!({ "input": { "password": person.password, "confirm": person.email, "code": code } });
        let asked = person.graphql.user_errors(ERASE, input(None)).await;
        assert_eq!(asked, [("SECOND_FACTOR_REQUIRED".to_owned(), json!(["input", "code"]))]);
        let wrong = person.graphql.user_errors(ERASE, input(Some("aaaa-aaaa-aaaa-aaaa"))).await;
        assert_eq!(wrong, [("SECOND_FACTOR_INVALID".to_owned(), json!(["input", "code"]))]);
        let erased = person.graphql.payload(ERASE, input(Some(&recovery[0]))).await;
        assert_eq!(erased["erased"], true);
        for table in ["second_factors", "recovery_codes", "sessions"] {
            let left = lines(&db, &format!("select cast(count(*) as text) as line from {table} where user_id = {}", person.user["id"])).await;
            assert_eq!(left, ["0"], "{table}");
        }
    }
}
