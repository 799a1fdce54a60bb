//! Secrets never leave: after everything that handles them has been done, they are looked for wherever something is
//! kept or told.

use crate::graphql::second_factor::{REGENERATE, code, turn_on};
use crate::publishing::stage::{Stage, consent};
use crate::support::database::{Database, on_both_databases};
use crate::support::sql::{lines, rows, tables};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fanfare_auth::{Place, Sealer};
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const JWT_SECRET: &str = "planted signing secret of this test and long enough";
const KEY: [u8; 32] = *b"planted sealing key of this test";
const START: &str = "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
    authorizeUrl state userErrors { message code path } } }";
const COMPLETE: &str =
    "mutation($input: CompleteAccountConnectionInput!) { completeAccountConnection(input: $input) {
    account { id } userErrors { message code path } } }";
const CHECK: &str = "mutation($input: CheckAccountInput!) { checkAccount(input: $input) {
    account { id status } userErrors { message code path } } }";
const ACTIVITY: &str =
    "subscription($after: String) { activity(after: $after) { cursor summary payload: payloadJson } }";

const AUDIT: &str =
    "{ auditLog(first: 100) { nodes { summary payloadJson before after changes { field before after } } } }";

/// A planted secret and its name.
type Secret = (&'static str, String);

/// Connects an account of X by hand; answers its id, and what the consent was bound to.
async fn connect_and_plant(stage: &Stage, db: &Database, secrets: &mut Vec<Secret>) -> String {
    let graphql = &stage.person.graphql;
    let started = graphql.payload(START, json!({ "input": { "platform": "TWITTER" } })).await;
    let (page, state) = (started["authorizeUrl"].as_str().unwrap(), started["state"].as_str().unwrap());
    let sealed =
        lines(db, "select state_hash || ' ' || pkce_verifier_sealed as line from oauth_states").await;
    let (hash, sealed) = sealed[0].split_once(' ').unwrap();
    let place = Place { table: "oauth_states", column: "pkce_verifier_sealed", owner: hash };
    let verifier = Sealer::new([("k1".to_owned(), KEY)]).unwrap().open(sealed, place).unwrap();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    assert!(page.contains(&challenge), "the verifier is the one of the flow");
    let code = consent(page, "ann").await;
    let input = json!({ "state": state, "code": code });
    let account = graphql.payload(COMPLETE, json!({ "input": input })).await["account"]["id"].clone();
    secrets.extend([
        ("OAuth state", state.to_owned()),
        ("PKCE verifier", verifier),
        ("authorization code", code),
    ]);
    account.as_str().unwrap().to_owned()
}

/// Publishes to three networks, and lets X refuse, ask for a refresh, fail, and refuse the refresh.
async fn live_through_everything(stage: &Stage, x: &str) {
    let instagram = stage.connect("INSTAGRAM", "ann").await;
    let youtube = stage.connect("YOUTUBE", "ann").await;
    let (picture, video) =
        (stage.upload("sample.jpg", "image/jpeg").await, stage.upload("sample.mp4", "video/mp4").await);
    let input = json!({ "content": "To all", "accountIds": [x, instagram, youtube], "mediaIds": [picture], "publishNow": true,
        "variants": [{ "accountId": youtube, "title": "A title", "mediaIds": [video] }] });
    let all = stage.create(input).await;
    stage.post_with_status(&all, "PUBLISHED").await;
    let faults = [
        ("publish", "rejected", 1, "FAILED"),
        ("publish", "expired_token", 1, "PUBLISHED"),
        ("publish", "malformed_json", 1, "PUBLISHED"),
        ("publish", "server_error_before", 9, "FAILED"),
    ];
    for (number, (step, kind, times, status)) in faults.into_iter().enumerate() {
        stage.fault(json!({ "platform": "twitter", "step": step, "kind": kind, "times": times })).await;
        let input = json!({ "content": format!("{kind} {number}"), "accountIds": [x], "publishNow": true });
        let id = stage.create(input).await;
        stage.post_with_status(&id, status).await;
    }
    assert_eq!(stage.received("twitter", "refresh").await, 1);
    stage.fault(json!({ "platform": "twitter", "step": "profile", "kind": "expired_token" })).await;
    let checked = stage.person.graphql.payload(CHECK, json!({ "input": { "accountId": x } })).await;
    assert_eq!(checked["account"]["status"], "RECONNECT_REQUIRED");
}

/// Every event of the first workspace, as a subscriber gets them.
async fn events(stage: &Stage) -> Vec<String> {
    let mut socket = stage.person.graphql.socket().await;
    let beginning = Cursor { workspace_id: WorkspaceId(1), seq: 0 }.encode();
    socket.subscribe("1", ACTIVITY, json!({ "after": beginning })).await;
    let mut events = Vec::new();
    while let Some(event) = socket.next_or_nothing(Duration::from_secs(1)).await {
        events.push(event.to_string());
    }
    events
}

/// Trades the refresh token, tries a wrong password and a wrong code; answers the new tokens.
async fn sign_in_again(stage: &Stage) -> Vec<Secret> {
    let post = async |path: &str, body: Value| {
        let request = stage.server.graphql().request(Method::POST, path).json(&body);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let session = post("/api/auth/refresh", json!({ "refresh_token": stage.person.refresh_token })).await;
    let wrong = json!({ "email": stage.person.email, "password": "planted wrong password" });
    let refused = post("/api/auth/login", wrong).await;
    assert!(!refused.to_string().contains("planted"), "{refused}");
    let token = |name: &str| session[name].as_str().unwrap().to_owned();
    vec![
        ("traded access token", token("access_token")),
        ("traded refresh token", token("refresh_token")),
        ("wrong password", "planted wrong password".to_owned()),
    ]
}

/// Turns two-factor authentication on, uses and replaces recovery codes; answers all that must not be found.
async fn live_with_codes(stage: &Stage) -> Vec<Secret> {
    let (secret, codes) = turn_on(&stage.person).await;
    let login =
        json!({ "email": stage.person.email, "password": stage.person.password, "recovery_code": codes[0] });
    let request = stage.server.graphql().request(Method::POST, "/api/auth/login").json(&login);
    let session: Value = request.send().await.unwrap().json().await.unwrap();
    let made =
        stage.person.graphql.payload(REGENERATE, json!({ "input": { "code": code(&secret, 0) } })).await;
    let new = made["recoveryCodes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    let codes: Vec<String> = codes.into_iter().chain(new).collect();
    let bare = codes.iter().map(|code| ("recovery code without dashes", code.replace('-', "")));
    let mut secrets: Vec<Secret> = bare.collect();
    secrets.extend(codes.iter().map(|code| ("recovery code", code.clone())));
    secrets.push(("TOTP secret", secret.expose()));
    secrets.push(("refresh token", session["refresh_token"].as_str().unwrap().to_owned()));
    secrets
}

/// The tokens that the networks gave, and the addresses of YouTube's upload sessions, which are as good as tokens.
fn of_networks(journal: &[Value]) -> Vec<Secret> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let tokens = journal.iter().filter_map(|row| Some(("a network's token", text(&row["token"]["token"])?)));
    let sessions = journal.iter().map(|row| &row["prepared"]).filter(|it| it["platform"] == "youtube");
    let sessions = sessions.filter_map(|it| Some(("an upload session", text(&it["id"])?)));
    tokens.chain(sessions).collect()
}

/// Everything that is kept or told: its name and its text.
async fn everywhere(stage: &mut Stage, db: &Database) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for table in tables(db).await {
        places.push((format!("table {table}"), rows(db, &table).await.join("\n")));
    }
    if !db.is_postgres() {
        // Freed pages and the log of changes too.
        for name in ["fanfare.db", "fanfare.db-wal"] {
            let bytes = std::fs::read(db.folder().join(name)).unwrap();
            places.push((name.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    let metrics = stage.server.graphql().request(Method::GET, "/metrics").send().await.unwrap();
    places.push(("metrics".to_owned(), metrics.text().await.unwrap()));
    places.push(("events".to_owned(), events(stage).await.join("\n")));
    stage.person.graphql.data(AUDIT, json!({})).await;
    places.push(("the server's log".to_owned(), stage.server.process().output()));
    places.push(("the simulator's log".to_owned(), stage.simulator.process().output()));
    for answer in stage.person.graphql.heard() {
        let fields = answer["data"].as_object().unwrap();
        let name = fields.keys().next().unwrap();
        places.push((format!("answer to {name}"), answer.to_string()));
    }
    places
}

/// The one answer that hands a secret to its owner: the state of the authorization they begin, what their app is set up with.
fn is_handed_over(secret: &str, place: &str) -> bool {
    matches!(
        (secret, place),
        ("OAuth state", "answer to startAccountConnection")
            | ("TOTP secret", "answer to beginTotpSetup")
            | ("recovery code", "answer to confirmTotp" | "answer to regenerateRecoveryCodes")
    )
}

on_both_databases! {
    async fn no_secret_is_found_in_clear_in_database_log_metrics_or_answers(db: Database) {
        let key = STANDARD.encode(KEY);
        let mut stage = Stage::set_with(&db, |settings| {
            settings
                .set("JWT_SECRET", JWT_SECRET)
                .set("ENCRYPTION_KEY", &format!("k1:{key}"))
                .set("FANFARE_LOG", "debug")
                .set("FANFARE_BREAKER_THRESHOLD", "1000")
        })
        .await;
        stage.person.graphql = stage.person.graphql.remembering();
        let mut secrets: Vec<Secret> = vec![
            ("JWT_SECRET", JWT_SECRET.to_owned()),
            ("ENCRYPTION_KEY", key),
            ("the key's bytes", String::from_utf8(KEY.to_vec()).unwrap()),
            ("password", stage.person.password.clone()),
            ("access token", stage.person.access_token.clone()),
            ("refresh token", stage.person.refresh_token.clone()),
        ];
        let x = connect_and_plant(&stage, &db, &mut secrets).await;
        live_through_everything(&stage, &x).await;
        secrets.extend(sign_in_again(&stage).await);
        secrets.extend(live_with_codes(&stage).await);
        let given = of_networks(&stage.simulator.journal());
        // X twice two (a refresh), the others at least one each.
        assert!(given.len() > 6, "{}", given.len());
        secrets.extend(given);

        let places = everywhere(&mut stage, &db).await;
        for (place, text) in [("the server's log", "DEBUG"), ("table posts", "To all"), ("events", "To all"), ("answer to auditLog", "server_error_before"), ("metrics", "fanfare_")] {
            assert!(places.iter().any(|(name, found)| name == place && found.contains(text)), "{place} is empty");
        }
        let mut found = Vec::new();
        for (name, secret) in &secrets {
            assert!(secret.len() >= 11, "{name} is too short to be looked for");
            let hits = places.iter().filter(|(place, text)| text.contains(secret.as_str()) && !is_handed_over(name, place));
            found.extend(hits.map(|(place, _)| format!("{name} in {place}")));
        }
        assert!(found.is_empty(), "{found:#?}");
    }
}
