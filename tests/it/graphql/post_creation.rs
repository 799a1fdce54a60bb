//! What the creation of a post asks of the database: as many statements for one account as for a hundred, and a
//! workspace.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::server::Settings;
use crate::support::sql;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::post::{NewPost, PostBody, Then};
use fanfare_domain::quota::PostQuota;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_storage::DbError;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::rows::NewUser;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { message code path } } }";
const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { id } userErrors { message code path } } }";
const ACCOUNTS: &str = "{ accounts(first: 100) { nodes { id } } }";

/// Copies the only account ninety-nine times: to connect that many would take minutes.
async fn copy_account(db: &Database) {
    let columns =
        "workspace_id, platform, name, handle, account_type, status, simulated, access_token_sealed,
        refresh_token_sealed, token_expires_at, scopes, connected_by, created_at, updated_at";
    let statement = format!(
        "insert into accounts (remote_id, {columns})
            with recursive copies(n) as (select 1 union all select n + 1 from copies where n < 99)
            select accounts.remote_id || '-' || cast(copies.n as text), {columns} from accounts, copies
            returning name as line"
    );
    assert_eq!(sql::lines(db, &statement).await.len(), 99);
}

/// A server that publishes nothing and counts, with a hundred accounts.
async fn stage_of_a_hundred(db: &Database) -> (Stage, Vec<String>) {
    let stage = Stage::set_with(db, |settings: Settings| settings.roles("api").counting_statements()).await;
    stage.connect("TWITTER", "ann").await;
    copy_account(db).await;
    let found = stage.person.graphql.data(ACCOUNTS, json!({})).await;
    let nodes = found["accounts"]["nodes"].as_array().unwrap();
    let ids: Vec<String> = nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 100);
    (stage, ids)
}

/// The statements of a mutation that succeeds, and the post's id.
async fn statements(stage: &Stage, document: &str, input: Value) -> (u32, String) {
    let answer = stage.person.graphql.post(document, json!({ "input": input })).await;
    let data = answer.data();
    let payload = data.as_object().unwrap().values().next().unwrap();
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    (answer.statements(), payload["post"]["id"].as_str().unwrap().to_owned())
}

fn variants(accounts: &[String]) -> Value {
    accounts.iter().map(|id| json!({ "accountId": id, "content": "Of its own" })).collect()
}

on_both_databases! {
    async fn a_post_for_a_workspace_that_is_erased_before_the_commit_is_not_found(db: Database) {
        let (storage, now) = (db.storage().await, SystemClock.now());
        let new = NewUser {
            email: "ann@example.com".to_owned(),
            email_key: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            password_hash: "a hash".to_owned(),
            created_at: now,
            updated_at: now,
        };
        let people = storage.people();
        let (user, workspace, _) = people.register(new, "Ann's".to_owned(), "UTC".to_owned(), None).await.unwrap();
        let erased = storage.erasure().erase(user.id, now).await.unwrap();
        assert_eq!(erased.deleted, [workspace.id]);
        let post = NewPost {
            workspace_id: workspace.id,
            author_id: user.id,
            body: PostBody { content: "Too late".to_owned(), ..PostBody::default() },
            media_ids: Vec::new(),
            media_urls: Vec::new(),
            targets: Vec::new(),
        };
        let key = KeyedInput {
            workspace_id: workspace.id,
            user_id: user.id,
            operation: "createPost",
            key: "a key".to_owned(),
            input_hash: String::new(),
            mark: ReplayMark::default(),
        };
        let quota = PostQuota::default();
        for key in [None, Some(key)] {
            let created = storage.posts().create(post.clone(), Then::Keep, user.id.into(), key, quota, now).await;
            assert!(matches!(created, Err(DbError::NotFound)), "{created:?}");
        }
    }

    async fn creating_a_post_takes_as_many_statements_for_a_hundred_accounts_as_for_one(db: Database) {
        let (stage, accounts) = stage_of_a_hundred(&db).await;
        // The role is remembered from here on.
        stage.create(json!({ "content": "First" })).await;
        let ways = [
            json!({}),
            json!({ "publishNow": true }),
            json!({ "scheduledAt": tomorrow() }),
            json!({ "publishNow": true, "publishMode": "ALL_OR_NOTHING" }),
        ];
        for way in ways {
            let mut counts = Vec::new();
            for some in [&accounts[..1], &accounts[..]] {
                let mut input = json!({ "content": "Hello", "accountIds": some, "variants": variants(some) });
                input.as_object_mut().unwrap().extend(way.as_object().unwrap().clone());
                let (count, id) = statements(&stage, CREATE, input).await;
                let post = stage.post(&id).await;
                let targets = post["targets"].as_array().unwrap();
                assert_eq!(targets.len(), some.len());
                assert!(targets.iter().all(|target| target["status"] == targets[0]["status"]), "{post:#}");
                counts.push(count);
            }
            assert_eq!(counts[0], counts[1], "{way}");
        }
    }

    async fn what_is_done_with_a_post_takes_as_many_statements_for_a_hundred_accounts_as_for_one(db: Database) {
        let (stage, accounts) = stage_of_a_hundred(&db).await;
        let mut counts = Vec::new();
        for some in [&accounts[..1], &accounts[..]] {
            let id = stage.create(json!({ "content": "Hello", "accountIds": some })).await;
            let mut of_this = Vec::new();
            let edit = json!({ "id": id, "content": "Better", "scheduledAt": tomorrow() });
            of_this.push(statements(&stage, UPDATE, edit).await.0);
            for command in ["cancelPost", "publishPost", "cancelPost"] {
                let name = format!("{}{}", command[..1].to_uppercase(), &command[1..]);
                let document = format!(
                    "mutation($input: {name}Input!) {{ {command}(input: $input) {{
                        post {{ id }} userErrors {{ message code path }} }} }}"
                );
                of_this.push(statements(&stage, &document, json!({ "id": id })).await.0);
            }
            counts.push(of_this);
        }
        assert_eq!(counts[0], counts[1]);
    }
}
