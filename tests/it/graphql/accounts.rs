//! Connecting accounts by consent at the simulated networks.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::simulator::SimulatorProcess;
use crate::support::sql;
use fanfare_net::HttpClient;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashMap;
use url::Url;

const START: &str = "mutation($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) {
    authorizeUrl state mode expiresAt userErrors { message code path } } }";
const RECONNECT: &str = "mutation($input: ReconnectAccountInput!) { reconnectAccount(input: $input) {
    authorizeUrl state mode userErrors { message code path } } }";
const COMPLETE: &str =
    "mutation($input: CompleteAccountConnectionInput!) { completeAccountConnection(input: $input) {
    account { id platform name handle status simulated scopes health { ok problems } }
    userErrors { message code path } } }";
const CHECK: &str = "mutation($input: CheckAccountInput!) { checkAccount(input: $input) {
    account { id status health { ok problems } } userErrors { message code path } } }";
const DISCONNECT: &str = "mutation($input: DisconnectAccountInput!) { disconnectAccount(input: $input) {
    account { id status tokenExpiresAt health { ok problems } } cancelledPosts { id }
    userErrors { message code path } } }";
const LINK: &str = "mutation($input: LinkAccountInput!) { linkAccount(input: $input) {
    account { id name status } userErrors { message code path } } }";
const ACCOUNTS: &str = "query($filter: AccountFilter) { accounts(filter: $filter) { totalCount nodes {
    id databaseId platform name status simulated } } }";

fn errors(code: &str, path: &[&str]) -> Vec<(String, Value)> {
    vec![(code.to_owned(), json!(path))]
}

async fn count(graphql: &Graphql) -> Value {
    graphql.data(ACCOUNTS, json!({})).await["accounts"]["totalCount"].clone()
}

async fn start(graphql: &Graphql, platform: &str) -> (Url, String) {
    begun(&graphql.payload(START, json!({ "input": { "platform": platform } })).await)
}

fn begun(payload: &Value) -> (Url, String) {
    let text = |name: &str| payload[name].as_str().expect("the consent has begun").to_owned();
    (Url::parse(&text("authorizeUrl")).unwrap(), text("state"))
}

/// Decides on the network's page; where the network sends the person, with its query.
async fn decide(mut page: Url, name: &str, value: &str) -> (Url, HashMap<String, String>) {
    page.query_pairs_mut().append_pair(name, value);
    let response = HttpClient::new().unwrap().request(Method::GET, page).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::FOUND);
    let location = Url::parse(response.headers()[header::LOCATION].to_str().unwrap()).unwrap();
    let query = location.query_pairs().into_owned().collect();
    (location, query)
}

async fn connect(graphql: &Graphql, platform: &str, profile: &str) -> Value {
    let (page, state) = start(graphql, platform).await;
    let (_, query) = decide(page, "simulate_profile", profile).await;
    let input = json!({ "state": state, "code": query["code"] });
    graphql.payload(COMPLETE, json!({ "input": input })).await["account"].clone()
}

/// Follows the network's redirect to the server.
async fn call_back(graphql: &Graphql, location: &Url, headers: &[(header::HeaderName, &str)]) -> Response {
    let path = format!("{}?{}", location.path(), location.query().unwrap());
    let mut request = graphql.request(Method::GET, &path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().await.unwrap()
}

async fn two_people(db: &Database) -> (Server, Person, Person) {
    let server = Server::start(db).await;
    let (person, other) = (Person::register(&server).await, Person::register(&server).await);
    (server, person, other)
}

on_both_databases! {
    async fn an_account_is_connected_by_consent_and_its_tokens_are_in_no_answer(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        for platform in ["TWITTER", "INSTAGRAM", "YOUTUBE"] {
            let account = connect(&person.graphql, platform, "Ada").await;
            assert_eq!((&account["platform"], &account["status"]), (&json!(platform), &json!("ACTIVE")));
            assert_eq!((&account["simulated"], &account["health"]["ok"]), (&json!(true), &json!(true)));
        }
        let again = connect(&person.graphql, "TWITTER", "Ada").await;
        connect(&person.graphql, "TWITTER", "Grace").await;
        assert_eq!(count(&person.graphql).await, 4, "the same account of a network is one account");
        let filter = json!({ "filter": { "platforms": ["TWITTER"], "statuses": ["ACTIVE"] } });
        let listed = person.graphql.data(ACCOUNTS, filter).await["accounts"].clone();
        assert_eq!((&listed["totalCount"], &listed["nodes"][1]["id"]), (&json!(2), &again["id"]));
        let fields = person.graphql.data("{ __type(name: \"Account\") { fields { name } } }", json!({})).await;
        let names = fields["__type"]["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap());
        let tokens: Vec<&str> = names.filter(|name| name.to_lowercase().contains("token")).collect();
        assert_eq!(tokens, ["tokenExpiresAt"]);
    }

    async fn a_refused_consent_connects_nothing_and_uses_the_state_up(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        let (page, state) = start(&person.graphql, "TWITTER").await;
        let (_, query) = decide(page.clone(), "simulate_decision", "deny").await;
        let input = json!({ "state": state, "error": query["error"], "errorDescription": "I do not\u{7} want to" });
        let refused = person.graphql.user_errors(COMPLETE, json!({ "input": input })).await;
        assert_eq!(refused, errors("ACCOUNT_CONSENT_REFUSED", &["input"]));
        let (_, query) = decide(page, "simulate_profile", "Ada").await;
        let input = json!({ "state": state, "code": query["code"] });
        let stale = person.graphql.user_errors(COMPLETE, json!({ "input": input })).await;
        assert_eq!(stale, errors("ACCOUNT_STATE_INVALID", &["input", "state"]));
        assert_eq!(count(&person.graphql).await, 0);
    }

    async fn a_state_connects_one_account_however_often_it_comes_and_only_for_who_began(db: Database) {
        let (_server, person, other) = two_people(&db).await;
        let (page, state) = start(&person.graphql, "INSTAGRAM").await;
        let (_, query) = decide(page, "simulate_profile", "Ada").await;
        let input = json!({ "input": { "state": state, "code": query["code"] } });
        let stale = errors("ACCOUNT_STATE_INVALID", &["input", "state"]);
        assert_eq!(other.graphql.user_errors(COMPLETE, input.clone()).await, stale, "of somebody else");
        let account = person.graphql.payload(COMPLETE, input.clone()).await["account"].clone();
        // The network would refuse a code that it has traded once.
        assert_eq!(person.graphql.payload(COMPLETE, input.clone()).await["account"]["id"], account["id"]);
        assert_eq!(count(&person.graphql).await, 1);
        assert_eq!(other.graphql.user_errors(COMPLETE, input).await, stale, "used by somebody else");
        let refusal = json!({ "input": { "state": state, "error": "access_denied" } });
        assert_eq!(person.graphql.user_errors(COMPLETE, refusal).await, stale, "used, and not by a refusal");
        for unknown in ["", "x", &"A".repeat(43), &"A".repeat(100_000)] {
            let input = json!({ "input": { "state": unknown, "code": "x" } });
            assert_eq!(person.graphql.user_errors(COMPLETE, input).await, stale, "unknown");
        }
        assert_eq!(count(&other.graphql).await, 0);
    }

    async fn a_wrong_code_is_told_in_the_networks_words_and_stores_nothing(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        let (_, state) = start(&person.graphql, "YOUTUBE").await;
        let empty = json!({ "input": { "state": state } });
        assert_eq!(person.graphql.user_errors(COMPLETE, empty).await, errors("REQUIRED", &["input", "code"]));
        let wrong = json!({ "input": { "state": state, "code": "planted-code" } });
        let payload = person.graphql.data(COMPLETE, wrong).await["completeAccountConnection"].clone();
        assert_eq!(payload["userErrors"][0]["code"], "ACCOUNT_NETWORK_ERROR");
        assert!(!payload.to_string().contains("planted-code"), "{payload:#}");
        assert_eq!(count(&person.graphql).await, 0);
    }

    async fn a_callback_without_the_cookie_of_the_browser_that_began_connects_nothing(db: Database) {
        let (server, person, other) = two_people(&db).await;
        let (page, _) = start(&person.graphql, "TWITTER").await;
        let (location, _) = decide(page, "simulate_profile", "Ada").await;
        assert_eq!(location.path(), "/api/sns/oauth/twitter/callback");
        let response = call_back(&server.graphql(), &location, &[]).await;
        assert_eq!(response.status(), StatusCode::CONFLICT);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["code"], "ACCOUNT_CONFIRMATION_REQUIRED");
        let html = [(header::ACCEPT, "text/html,*/*;q=0.8")];
        let response = call_back(&server.graphql(), &location, &html).await;
        let target = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
        assert!(target.ends_with("/accounts?error=account_confirmation_required"), "{target}");
        let response = call_back(&other.graphql, &location, &[]).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "the token of somebody else");
        assert_eq!(count(&person.graphql).await, 0);
        // The access token of who began is a confirmation.
        let response = call_back(&person.graphql, &location, &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        let body: Value = response.json().await.unwrap();
        assert_eq!((&body["account"]["platform"], &body["account"]["is_active"]), (&json!("twitter"), &json!(true)));
        assert_eq!(count(&other.graphql).await, 0);
    }

    async fn the_browser_that_began_is_sent_back_to_the_web_app(db: Database) {
        let (server, person, _) = two_people(&db).await;
        let input = json!({ "platform": "TWITTER", "redirectTo": "/accounts?tab=new" });
        let answer = person.graphql.post(START, json!({ "input": input })).await;
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/api/sns/oauth", "Max-Age="] {
            assert!(set.contains(attribute), "{set}");
        }
        let (page, state) = begun(&answer.data()["startAccountConnection"]);
        let (location, query) = decide(page, "simulate_profile", "Ada").await;
        let cookie = set.split(';').next().unwrap();
        let browser = [(header::ACCEPT, "text/html"), (header::COOKIE, cookie)];
        let response = call_back(&server.graphql(), &location, &browser).await;
        assert_eq!(response.status(), StatusCode::FOUND);
        let target = response.headers()[header::LOCATION].to_str().unwrap();
        assert!(target.contains("/accounts?tab=new&connected="), "{target}");
        assert!(!target.contains(&query["code"]) && !target.contains(&state));
        // A browser may come again, and keeps the cookie for that.
        assert!(response.headers().get(header::SET_COOKIE).is_none());
        assert_eq!(count(&person.graphql).await, 1);
        // Another consent's cookie opens nothing.
        let (page, _) = start(&person.graphql, "INSTAGRAM").await;
        let (location, _) = decide(page, "simulate_profile", "Ada").await;
        let response = call_back(&server.graphql(), &location, &browser[1..]).await;
        assert_eq!(response.status(), StatusCode::CONFLICT);
    }

    async fn a_callback_that_comes_twice_shows_one_success_and_a_head_uses_nothing_up(db: Database) {
        let simulator = SimulatorProcess::start().await;
        let server = Server::on(&db).simulator(&simulator).start().await;
        let person = Person::register(&server).await;
        let input = json!({ "platform": "TWITTER", "redirectTo": "/accounts?tab=new" });
        let answer = person.graphql.post(START, json!({ "input": input })).await;
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        let cookie = set.split(';').next().unwrap();
        let browser = [(header::ACCEPT, "text/html"), (header::COOKIE, cookie)];
        let (page, _) = begun(&answer.data()["startAccountConnection"]);
        let (location, _) = decide(page, "simulate_profile", "Ada").await;
        let client = server.graphql();
        let path = format!("{}?{}", location.path(), location.query().unwrap());
        let head = client.request(Method::HEAD, &path).header(header::COOKIE, cookie).send().await.unwrap();
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(count(&person.graphql).await, 0);
        // The second comes while the first still trades its code.
        simulator.faults(&json!({ "platform": "twitter", "step": "token", "kind": "latency", "latency_ms": 1000 })).await;
        let (first, second) =
            tokio::join!(call_back(&client, &location, &browser), call_back(&client, &location, &browser));
        let later = call_back(&client, &location, &browser).await;
        let target = |response: &Response| response.headers()[header::LOCATION].to_str().unwrap().to_owned();
        assert!(target(&first).contains("/accounts?tab=new&connected="), "{}", target(&first));
        assert_eq!((target(&second), target(&later)), (target(&first), target(&first)));
        // Whoever has another cookie, or none, learns nothing.
        let stranger = call_back(&client, &location, &browser[..1]).await;
        assert!(target(&stranger).contains("error="), "{}", target(&stranger));
        assert_eq!(count(&person.graphql).await, 1);
    }

    async fn consents_that_connect_an_account_are_not_counted(db: Database) {
        let server = Server::on(&db).set("FANFARE_OAUTH_STARTS_PER_MINUTE", "1").start().await;
        let person = Person::register(&server).await;
        for number in 0..9 {
            connect(&person.graphql, "TWITTER", &format!("Ada{number}")).await;
        }
        assert_eq!(count(&person.graphql).await, 9);
    }

    async fn a_link_that_is_refused_changes_nothing_and_any_token_links_a_simulated_account(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        let link = |name: &str, token: Value| json!({ "input": { "platform": "YOUTUBE", "name": name, "accessToken": token } });
        let linked = person.graphql.payload(LINK, link("Ada", json!("t"))).await["account"].clone();
        assert_eq!((&linked["name"], &linked["status"]), (&json!("Ada"), &json!("ACTIVE")));
        let rows = async || {
            let tokens = "select access_token_sealed as line from accounts";
            let told = "select kind as line from events where kind like 'account%connected'";
            [sql::lines(&db, tokens).await, sql::lines(&db, told).await]
        };
        let before = rows().await;
        for token in [Value::Null, json!("t")] {
            let refused = person.graphql.user_errors(LINK, link("Ada", token)).await;
            assert_eq!(refused, errors("ACCOUNT_ALREADY_LINKED", &["input", "name"]));
        }
        assert_eq!(rows().await, before);
    }

    async fn no_way_back_leads_to_another_site(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        for path in ["https://evil.example/", "//evil.example", "/\\evil.example", "accounts"] {
            let input = json!({ "platform": "TWITTER", "redirectTo": path });
            let refused = person.graphql.user_errors(START, json!({ "input": input })).await;
            assert_eq!(refused, errors("INVALID", &["input", "redirectTo"]), "{path}");
        }
    }

    async fn a_simulated_network_consents_without_a_person_for_who_began(db: Database) {
        let (_server, person, other) = two_people(&db).await;
        let (_, state) = start(&person.graphql, "YOUTUBE").await;
        let call = async |graphql: &Graphql, platform: &str| {
            let path = format!("/api/sns/oauth/{platform}/simulate-callback?state={state}&profile=Ada");
            graphql.request(Method::GET, &path).send().await.unwrap().status()
        };
        assert_eq!(call(&other.graphql, "youtube").await, StatusCode::BAD_REQUEST);
        assert_eq!(call(&person.graphql, "twitter").await, StatusCode::BAD_REQUEST, "of another network");
        assert_eq!(call(&person.graphql, "myspace").await, StatusCode::NOT_FOUND);
        assert_eq!(call(&person.graphql, "youtube").await, StatusCode::OK);
        assert_eq!(call(&person.graphql, "youtube").await, StatusCode::BAD_REQUEST, "used");
        assert_eq!(count(&person.graphql).await, 1);
    }

    async fn a_real_network_is_not_simulated_and_one_without_a_client_is_told(db: Database) {
        let server = Server::on(&db)
            .set("FANFARE_TWITTER_CLIENT_ID", "client")
            .set("FANFARE_TWITTER_CLIENT_SECRET", "secret")
            .start()
            .await;
        let person = Person::register(&server).await;
        let payload = person.graphql.payload(START, json!({ "input": { "platform": "TWITTER" } })).await;
        assert_eq!(payload["mode"], "LIVE");
        assert!(payload["authorizeUrl"].as_str().unwrap().starts_with("https://x.com/"));
        let path = format!("/api/sns/oauth/twitter/simulate-callback?state={}", payload["state"].as_str().unwrap());
        let response = person.graphql.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let refused = person.graphql.user_errors(START, json!({ "input": { "platform": "FACEBOOK" } })).await;
        assert_eq!(refused, errors("ACCOUNT_PLATFORM_UNAVAILABLE", &["input", "platform"]));
        let unknown = person.graphql.post(START, json!({ "input": { "platform": "MYSPACE" } })).await;
        assert_eq!(unknown.error_codes().len(), 1);
    }

    async fn consents_are_begun_only_so_often(db: Database) {
        let server = Server::on(&db).set("FANFARE_OAUTH_STARTS_PER_MINUTE", "1").start().await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        start(&person.graphql, "TWITTER").await;
        let answer = person.graphql.post(START, json!({ "input": { "platform": "TWITTER" } })).await;
        assert_eq!(answer.error_codes(), ["RATE_LIMITED"]);
        start(&other.graphql, "TWITTER").await;
    }

    async fn an_account_is_reconnected_by_itself_only(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        let account = connect(&person.graphql, "TWITTER", "Ada").await;
        let reconnect = async |profile: &str| {
            let input = json!({ "input": { "accountId": account["id"] } });
            let (page, state) = begun(&person.graphql.payload(RECONNECT, input).await);
            let (_, query) = decide(page, "simulate_profile", profile).await;
            let input = json!({ "input": { "state": state, "code": query["code"] } });
            person.graphql.data(COMPLETE, input).await["completeAccountConnection"].clone()
        };
        assert_eq!(reconnect("Grace").await["userErrors"][0]["code"], "ACCOUNT_MISMATCH");
        assert_eq!(reconnect("Ada").await["account"]["id"], account["id"]);
        assert_eq!(count(&person.graphql).await, 1);
    }

    async fn a_disconnected_account_has_no_tokens_and_can_be_connected_again(db: Database) {
        let (_server, person, _) = two_people(&db).await;
        let account = connect(&person.graphql, "INSTAGRAM", "Ada").await;
        let input = json!({ "input": { "accountId": account["id"] } });
        let checked = person.graphql.payload(CHECK, input.clone()).await;
        assert_eq!((&checked["account"]["status"], &checked["account"]["health"]["ok"]), (&json!("ACTIVE"), &json!(true)));
        for _ in 0..2 {
            let gone = person.graphql.payload(DISCONNECT, input.clone()).await["account"].clone();
            assert_eq!((&gone["status"], &gone["tokenExpiresAt"]), (&json!("DISCONNECTED"), &Value::Null));
            assert_eq!(gone["health"]["ok"], false);
        }
        let checked = person.graphql.payload(CHECK, input).await;
        assert_eq!(checked["account"]["status"], "DISCONNECTED");
        let again = connect(&person.graphql, "INSTAGRAM", "Ada").await;
        assert_eq!((&again["id"], &again["status"]), (&account["id"], &json!("ACTIVE")));
    }

    async fn an_account_that_its_network_refuses_has_to_be_reconnected(db: Database) {
        let simulator = SimulatorProcess::start().await;
        let server = Server::on(&db).simulator(&simulator).start().await;
        let person = Person::register(&server).await;
        let account = connect(&person.graphql, "TWITTER", "Ada").await;
        let fault = |kind: &str| json!({ "platform": "twitter", "step": "profile", "kind": kind });
        let input = json!({ "input": { "accountId": account["id"] } });
        simulator.faults(&fault("server_error_before")).await;
        let told = person.graphql.user_errors(CHECK, input.clone()).await;
        assert_eq!(told, errors("ACCOUNT_NETWORK_ERROR", &["input"]));
        simulator.faults(&fault("expired_token")).await;
        let checked = person.graphql.payload(CHECK, input).await["account"].clone();
        assert_eq!((&checked["status"], &checked["health"]["ok"]), (&json!("RECONNECT_REQUIRED"), &json!(false)));
        let again = connect(&person.graphql, "TWITTER", "Ada").await;
        assert_eq!((&again["id"], &again["status"]), (&account["id"], &json!("ACTIVE")));
    }

    async fn a_strangers_ids_lead_to_nothing(db: Database) {
        let (_server, person, stranger) = two_people(&db).await;
        let account = connect(&person.graphql, "TWITTER", "Ada").await;
        let one = "query($id: ID!) { account(id: $id) { id name } }";
        assert_eq!(person.graphql.data(one, json!({ "id": account["id"] })).await["account"]["id"], account["id"]);
        assert_eq!(stranger.graphql.data(one, json!({ "id": account["id"] })).await["account"], Value::Null);
        let input = json!({ "input": { "accountId": account["id"] } });
        for document in [RECONNECT, CHECK, DISCONNECT] {
            let refused = stranger.graphql.user_errors(document, input.clone()).await;
            assert_eq!(refused, errors("NOT_FOUND", &["input", "accountId"]));
        }
        let viewer = person.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = &viewer["viewer"]["workspace"]["id"];
        let input = json!({ "input": { "platform": "TWITTER", "workspaceId": workspace } });
        let refused = stranger.graphql.user_errors(START, input).await;
        assert_eq!(refused, errors("NOT_FOUND", &["input", "workspaceId"]));
        let list = "query($id: ID) { accounts(workspaceId: $id) { nodes { id } } }";
        let answer = stranger.graphql.post(list, json!({ "id": workspace })).await;
        assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
        assert_eq!(count(&person.graphql).await, 1);
    }
}
