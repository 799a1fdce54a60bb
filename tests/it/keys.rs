//! Keys that seal are changed by `fanfare keys rotate`, while servers run.

use crate::graphql::second_factor::{BEGIN, CONFIRM, code};
use crate::publishing::stage::{LIMIT, Stage, consent};
use crate::support::database::{Database, on_both_databases};
use crate::support::server::Server;
use crate::support::sql::{lines, tables};
use crate::support::waiting::eventually;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fanfare_auth::TotpSecret;
use serde_json::{Value, json};
use std::process::Output;
use std::time::Duration;
use tokio::process::Command;

/// Given in the order that they seal and open in.
fn keys(ids: &[&str]) -> String {
    let key = |id: &&str| format!("{id}:{}", STANDARD.encode([id.as_bytes()[1]; 32]));
    ids.iter().map(key).collect::<Vec<_>>().join(",")
}

/// `fanfare keys ...`, as an operator runs it beside the server; `keys`: empty for those of the data folder.
async fn command(db: &Database, command: &str, keys: &str) -> Output {
    let mut fanfare = Command::new(env!("CARGO_BIN_EXE_fanfare"));
    fanfare.args(["keys", command]).env_clear().current_dir(db.folder());
    fanfare.env("DATABASE_URL", db.url()).env("FANFARE_DATA", db.folder()).env("ENCRYPTION_KEY", keys);
    fanfare.output().await.unwrap()
}

async fn rotate(db: &Database, ids: &[&str]) -> Output {
    command(db, "rotate", &keys(ids)).await
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// Every sealed column with the keys that its texts were sealed with, of those that are still to be opened.
async fn sealed_with(db: &Database) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for table in tables(db).await {
        let columns = if db.is_postgres() {
            format!(
                "select column_name::text as line from information_schema.columns where table_name = '{table}'"
            )
        } else {
            format!("select name as line from pragma_table_info('{table}')")
        };
        for column in lines(db, &columns).await.into_iter().filter(|name| name.ends_with("_sealed")) {
            let waiting = if table == "oauth_states" { " and used_at is null" } else { "" };
            let texts = format!("select {column} as line from {table} where {column} is not null{waiting}");
            let texts = lines(db, &texts).await;
            let mut ids: Vec<_> =
                texts.iter().map(|text| text.split('.').nth(1).unwrap().to_owned()).collect();
            ids.sort_unstable();
            ids.dedup();
            found.push((format!("{table}.{column}"), ids));
        }
    }
    found
}

/// The server ends in peace and another one takes its place.
async fn restart_with(stage: &mut Stage, ids: &[&str]) {
    assert!(stage.server.process().terminate().await.success());
    stage.server.restart_with("ENCRYPTION_KEY", &keys(ids)).await;
}

/// The next call that publishes is refused, so that tokens are refreshed.
async fn expire_tokens(stage: &Stage) {
    for (platform, step) in [("twitter", "publish"), ("youtube", "session")] {
        stage.fault(json!({ "platform": platform, "step": step, "kind": "expired_token" })).await;
    }
}

async fn publish(stage: &Stage, text: &str, accounts: &[&str], video: &str) {
    let input = json!({ "content": text, "accountIds": accounts, "publishNow": true,
        "variants": [{ "accountId": accounts[1], "title": "A title", "mediaIds": [video] }] });
    let post = stage.create(input).await;
    stage.post_with_status(&post, "PUBLISHED").await;
}

/// A consent that waits for its code; answers the page and the state.
async fn begin_consent(stage: &Stage) -> (String, Value) {
    let document = "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
        authorizeUrl state userErrors { code } } }";
    let input = json!({ "input": { "platform": "TWITTER" } });
    let started = stage.person.graphql.payload(document, input).await;
    (started["authorizeUrl"].as_str().unwrap().to_owned(), started["state"].clone())
}

on_both_databases! {
    async fn after_a_rotation_beside_the_server_the_old_key_can_be_dropped(db: Database) {
        let mut stage = Stage::set_with(&db, |settings| settings.set("ENCRYPTION_KEY", &keys(&["k1"]))).await;
        let (x, youtube) = (stage.connect("TWITTER", "ann").await, stage.connect("YOUTUBE", "ann").await);
        let accounts = [x.as_str(), youtube.as_str()];
        let video = stage.upload("sample.mp4", "video/mp4").await;
        publish(&stage, "Under the old key", &accounts, &video).await;
        let (page, state) = begin_consent(&stage).await;
        let input = json!({ "input": { "password": stage.person.password } });
        let begun = stage.person.graphql.payload(BEGIN, input).await;
        let secret = TotpSecret::parse(begun["secret"].as_str().unwrap()).unwrap();
        let old = sealed_with(&db).await;
        for (column, ids) in &old {
            assert_eq!(ids, &["k1"], "{column} is filled, so that this test is about it");
        }

        let early = rotate(&db, &["k2", "k1"]).await;
        assert!(!early.status.success());
        assert!(told(&early).contains("seals with the key k1 and not with k2"), "{}", told(&early));
        assert_eq!(sealed_with(&db).await, old, "nothing that the server could not open was sealed");

        restart_with(&mut stage, &["k2", "k1"]).await;
        let done = rotate(&db, &["k2", "k1"]).await;
        assert!(done.status.success(), "{}", told(&done));
        for (column, ids) in sealed_with(&db).await {
            assert_eq!(ids, ["k2"], "{column}");
        }
        let again = rotate(&db, &["k2", "k1"]).await;
        assert!(again.status.success() && told(&again).starts_with("sealed 0 of "), "{}", told(&again));

        restart_with(&mut stage, &["k2"]).await;
        expire_tokens(&stage).await;
        publish(&stage, "Under the new key", &accounts, &video).await;
        assert_eq!((stage.received("twitter", "refresh").await, stage.received("youtube", "refresh").await), (1, 1));
        let document = "mutation($input: CompleteAccountConnectionInput!) { completeAccountConnection(input: $input) {
            account { status } userErrors { code } } }";
        let input = json!({ "state": state, "code": consent(&page, "bob").await });
        let connected = stage.person.graphql.payload(document, json!({ "input": input })).await;
        assert_eq!(connected["account"]["status"], "ACTIVE");
        let input = json!({ "input": { "code": code(&secret, 0) } });
        stage.person.graphql.payload(CONFIRM, input).await;
    }

    async fn a_rotation_in_the_middle_of_refreshes_loses_no_token(db: Database) {
        let mut stage = Stage::set_with(&db, |settings| settings.set("ENCRYPTION_KEY", &keys(&["k1"]))).await;
        let (x, youtube) = (stage.connect("TWITTER", "ann").await, stage.connect("YOUTUBE", "ann").await);
        let accounts = [x.as_str(), youtube.as_str()];
        let video = stage.upload("sample.mp4", "video/mp4").await;
        restart_with(&mut stage, &["k2", "k1"]).await;
        // X gives a new refresh token each time, YouTube none: the old one stays.
        for platform in ["twitter", "youtube"] {
            stage.fault(json!({ "platform": platform, "step": "refresh", "kind": "latency", "latency_ms": 8000 })).await;
        }
        expire_tokens(&stage).await;
        let input = json!({ "content": "Amid a refresh", "accountIds": accounts, "publishNow": true,
            "variants": [{ "accountId": youtube, "title": "A title", "mediaIds": [video] }] });
        let post = stage.create(input).await;
        let refreshing = "select cast(id as text) as line from accounts where refresh_lease_until is not null";
        let both = async || (lines(&db, refreshing).await.len() == 2).then_some(());
        eventually(LIMIT, "both accounts are being refreshed", both).await;
        let done = rotate(&db, &["k2", "k1"]).await;
        assert!(done.status.success(), "{}", told(&done));
        assert_eq!(lines(&db, refreshing).await.len(), 2, "the refreshes have not ended yet");
        stage.post_with_status(&post, "PUBLISHED").await;
        for (column, ids) in sealed_with(&db).await {
            assert!(ids.iter().all(|id| id == "k2"), "{column}: {ids:?}");
        }

        restart_with(&mut stage, &["k2"]).await;
        expire_tokens(&stage).await;
        publish(&stage, "After it", &accounts, &video).await;
        assert_eq!((stage.received("twitter", "refresh").await, stage.received("youtube", "refresh").await), (2, 2));
    }

    async fn what_no_key_opens_is_told_and_left_as_it_is(db: Database) {
        let mut stage = Stage::set_with(&db, |settings| settings.set("ENCRYPTION_KEY", &keys(&["k1"]))).await;
        stage.connect("TWITTER", "ann").await;
        let before = sealed_with(&db).await;
        restart_with(&mut stage, &["k3"]).await;
        let done = rotate(&db, &["k3"]).await;
        assert!(!done.status.success());
        assert!(told(&done).contains("1 rows cannot be opened") && told(&done).contains("accounts"), "{}", told(&done));
        assert_eq!(sealed_with(&db).await, before);
    }

    async fn development_puts_a_new_key_in_front_of_the_kept_one(db: Database) {
        let mut stage = Stage::set(&db).await;
        let x = stage.connect("TWITTER", "ann").await;
        let made = command(&db, "make", "").await;
        assert!(made.status.success(), "{}", told(&made));
        let early = command(&db, "rotate", "").await;
        assert!(!early.status.success(), "the server has not read the new key yet: {}", told(&early));
        assert!(stage.server.process().terminate().await.success());
        stage.server.restart().await;
        let done = command(&db, "rotate", "").await;
        assert!(done.status.success() && told(&done).contains("sealed 1 of 1 rows"), "{}", told(&done));
        let kept = std::fs::read_to_string(db.folder().join("encryption_key")).unwrap();
        let (new, _) = kept.trim().split_once(',').unwrap();
        std::fs::write(db.folder().join("encryption_key"), new).unwrap();
        assert!(stage.server.process().terminate().await.success());
        stage.server.restart().await;
        let post = stage.create(json!({ "content": "x", "accountIds": [x], "publishNow": true })).await;
        stage.post_with_status(&post, "PUBLISHED").await;
    }

    async fn a_server_that_was_killed_is_forgotten_after_a_while(db: Database) {
        let mut server = Server::on(&db).set("ENCRYPTION_KEY", &keys(&["k1"])).start().await;
        server.process().kill9().await;
        assert!(!rotate(&db, &["k2", "k1"]).await.status.success());
        let age = if db.is_postgres() { "seen_at - interval '61 seconds'" } else { "seen_at - 61000000" };
        lines(&db, &format!("update sealing_servers set seen_at = {age}")).await;
        let done = rotate(&db, &["k2", "k1"]).await;
        assert!(done.status.success(), "{}", told(&done));
    }

    async fn an_api_key_that_is_used_meanwhile_outlives_the_secret_of_the_server(db: Database) {
        let (old, new) = ("an old signing secret of the server and long enough", "a new signing secret that is long enough as well");
        let mut server = Server::on(&db).set("JWT_SECRET", old).start().await;
        let person = crate::support::person::Person::register(&server).await;
        let document = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code } } }";
        let input = json!({ "input": { "name": "A program", "scopes": ["READ"] } });
        let made = person.graphql.payload(document, input).await;
        let program = server.graphql().with_token(made["secret"].as_str().unwrap());
        let stored = "select secret_hash as line from api_key_secrets";
        let before = lines(&db, stored).await;

        server.restart_with("JWT_SECRET", &format!("{new},{old}")).await;
        let viewer = "{ viewer { user { email } } }";
        // A token of the old secret is good until it ends, and a link that it has signed.
        assert_eq!(person.graphql.data(viewer, json!({})).await["viewer"]["user"]["email"], person.email);
        assert_eq!(program.data(viewer, json!({})).await["viewer"]["user"]["email"], person.email);
        let rehashed = async || (lines(&db, stored).await != before).then_some(());
        eventually(Duration::from_secs(10), "the key is hashed under the new secret", rehashed).await;

        server.restart_with("JWT_SECRET", new).await;
        assert_eq!(program.data(viewer, json!({})).await["viewer"]["user"]["email"], person.email);
        assert_eq!(person.graphql.post(viewer, json!({})).await.error_codes(), ["UNAUTHENTICATED"]);
    }
}
