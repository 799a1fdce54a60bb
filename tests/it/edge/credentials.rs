//! A stale or an empty token keeps nobody from signing in again, and is named where a session is needed.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::websocket::GraphqlSocket;
use fanfare_auth::AccessTokens;
use fanfare_domain::clock::{Clock, SystemClock, Timestamp};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const JWT_SECRET: &str = "the secret of a test which is long enough";
const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
    session { accessToken } userErrors { code } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken refreshToken } userErrors { code } } }";
const REFRESH: &str = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
    session { accessToken refreshToken } userErrors { code } } }";
const LOGOUT: &str =
    "mutation($input: LogoutInput) { logout(input: $input) { loggedOut userErrors { code } } }";
const EMAIL: &str = "{ viewer { user { email } } }";
const ANSWER: Duration = Duration::from_secs(10);

/// Its tokens of 15 minutes expired a while ago.
struct Yesterday;

impl Clock for Yesterday {
    fn now(&self) -> Timestamp {
        SystemClock.now().minus(Duration::from_secs(24 * 60 * 60))
    }
}

fn expired() -> String {
    let tokens = AccessTokens::new([JWT_SECRET.as_bytes()], Arc::new(Yesterday)).unwrap();
    tokens.issue(UserId(1), SessionId(1), WorkspaceId(1)).unwrap().text
}

on_both_databases! {
    async fn whoever_shows_a_token_that_is_not_accepted_can_sign_in_and_nothing_else(db: Database) {
        let server = Server::on(&db).set("JWT_SECRET", JWT_SECRET).start().await;
        let (person, gone) = (Person::register(&server).await, Person::register(&server).await);
        gone.graphql.payload(LOGOUT, json!({})).await;
        let login = json!({ "email": person.email, "password": person.password });
        for (token, words) in [
            (expired().as_str(), "The access token has expired"),
            (gone.access_token.as_str(), "The access token is not valid"),
            ("undefined", "The access token is not valid"),
        ] {
            let stale = server.graphql().with_token(token);
            let refused = stale.post(EMAIL, json!({})).await;
            assert_eq!((refused.status, refused.error_codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]));
            assert_eq!(refused.body["errors"][0]["message"], words);
            assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Bearer");
            let me = stale.request(Method::GET, "/api/auth/me").send().await.unwrap();
            assert_eq!(me.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(me.json::<Value>().await.unwrap()["error"], words);
            let mut socket = GraphqlSocket::open(server.url()).await;
            socket.send(&json!({ "type": "connection_init", "payload": { "Authorization": token } })).await;
            assert_eq!(socket.closed(ANSWER).await.0, 4403);

            let session = stale.payload(LOGIN, json!({ "input": login })).await["session"].clone();
            let input = json!({ "refreshToken": session["refreshToken"] });
            let session = stale.payload(REFRESH, json!({ "input": input })).await["session"].clone();
            let renewed = server.graphql().with_token(session["accessToken"].as_str().unwrap());
            assert_eq!(renewed.data(EMAIL, json!({})).await["viewer"]["user"]["email"], person.email);
            let input = json!({ "refreshToken": session["refreshToken"] });
            assert_eq!(stale.payload(LOGOUT, json!({ "input": input })).await["loggedOut"], true);
            let rest = stale.request(Method::POST, "/api/auth/login").json(&login).send().await.unwrap();
            assert_eq!(rest.status(), StatusCode::OK);
        }
        let input = json!({ "email": "new@example.com", "password": person.password, "name": "New" });
        let session = server.graphql().with_token(&expired()).payload(REGISTER, json!({ "input": input })).await;
        assert!(session["session"]["accessToken"].is_string());
    }

    async fn empty_credentials_are_none_over_every_transport(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        for empty in ["", "Bearer"] {
            let asked = server.graphql().request(Method::POST, "/graphql").header(header::AUTHORIZATION, empty);
            let answer = asked.json(&json!({ "query": EMAIL })).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{empty:?}");
            assert_eq!(answer.json::<Value>().await.unwrap()["data"], json!({ "viewer": null }), "{empty:?}");
        }
        let token = format!("Bearer {}", person.access_token);
        for (payload, email) in [
            (json!({ "Authorization": "" }), Value::Null),
            (json!({ "headers": { "Authorization": token } }), json!(person.email)),
            (json!({ "authorization": token }), json!(person.email)),
        ] {
            let mut socket = GraphqlSocket::open(server.url()).await;
            socket.send(&json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.next(ANSWER).await["type"], "connection_ack");
            socket.subscribe("a", EMAIL, json!({})).await;
            assert_eq!(socket.next_data("a", ANSWER).await["viewer"]["user"]["email"], email, "{payload}");
        }
    }
}
