//! How often passwords can be tried from where, and that those who try too often harm nobody else.

use crate::support::database::{Database, on_both_databases};
use crate::support::server::{Server, Settings};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";
/// More than can be hashed and can wait.
const FLOOD: usize = 120;

/// A server that believes what requests say of where they come from.
fn behind_a_proxy(db: &Database) -> Settings {
    Server::on(db).set("FANFARE_TRUSTED_PROXIES", "127.0.0.1")
}

async fn send(server: &Server, path: &str, from: &str, body: &Value) -> StatusCode {
    let request = server.graphql().request(Method::POST, path).header("X-Forwarded-For", from).json(body);
    request.send().await.unwrap().status()
}

async fn register(server: &Server, from: &str, email: &str) {
    let body = json!({ "email": email, "password": PASSWORD, "name": "A Person" });
    assert_eq!(send(server, "/api/auth/register", from, &body).await, StatusCode::CREATED);
}

async fn login(server: &Server, from: &str, email: &str, password: &str) -> StatusCode {
    send(server, "/api/auth/login", from, &json!({ "email": email, "password": password })).await
}

on_both_databases! {
    async fn attempts_from_elsewhere_do_not_lock_a_user_out_where_they_signed_in_before(db: Database) {
        let server = behind_a_proxy(&db).set("FANFARE_SIGN_INS_PER_MINUTE", "1").start().await;
        register(&server, "203.0.113.1", "ada@example.com").await;
        let mut locked = false;
        for number in 1..=20 {
            let from = format!("198.51.100.{number}");
            let status = login(&server, &from, "ada@example.com", "a guess that is wrong").await;
            locked |= status == StatusCode::TOO_MANY_REQUESTS;
        }
        assert!(locked, "many addresses together have used up what unknown ones may try");
        assert_eq!(login(&server, "203.0.113.2", "ada@example.com", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(login(&server, "203.0.113.1", "ada@example.com", PASSWORD).await, StatusCode::OK);
        let again = login(&server, "203.0.113.1", "ada@example.com", PASSWORD).await;
        assert_eq!(again, StatusCode::TOO_MANY_REQUESTS, "a known address has an allowance all the same");
    }

    async fn sign_ins_that_fail_are_counted_by_network_over_all_accounts(db: Database) {
        let server = behind_a_proxy(&db).set("FANFARE_FAILED_SIGN_INS_PER_MINUTE", "3").start().await;
        for email in ["ada@example.com", "ben@example.com", "cleo@example.com", "dan@example.com"] {
            register(&server, "203.0.113.1", email).await;
            let status = login(&server, "2001:db8:0:1::1", email, PASSWORD).await;
            assert_eq!(status, StatusCode::OK, "what succeeds is not counted");
        }
        let spray = async |number: u8| {
            let email = format!("unknown{number}@example.com");
            login(&server, &format!("2001:db8:0:1::{number}"), &email, "Autumn leaves 2026").await
        };
        for number in 1..=3 {
            assert_eq!(spray(number).await, StatusCode::UNAUTHORIZED, "{number}");
        }
        assert_eq!(spray(4).await, StatusCode::TOO_MANY_REQUESTS, "another address of the same /64");
        let other = login(&server, "2001:db8:0:2::1", "unknown5@example.com", "Autumn leaves 2026").await;
        assert_eq!(other, StatusCode::UNAUTHORIZED, "another network has its own count");
        let user = login(&server, "2001:db8:0:1::1", "ada@example.com", PASSWORD).await;
        assert_eq!(user, StatusCode::OK, "a user who signed in from there before is not held up");
    }

    async fn a_session_and_an_address_refresh_only_so_often(db: Database) {
        let server = behind_a_proxy(&db).set("FANFARE_REFRESHES_PER_MINUTE", "2").start().await;
        register(&server, "203.0.113.1", "ada@example.com").await;
        let login = json!({ "email": "ada@example.com", "password": PASSWORD });
        let login = server.graphql().request(Method::POST, "/api/auth/login").json(&login).send().await.unwrap();
        let session: Value = login.json().await.unwrap();
        let token = json!({ "refresh_token": session["refresh_token"] });
        for from in ["203.0.113.1", "203.0.113.2"] {
            assert_eq!(send(&server, "/api/auth/refresh", from, &token).await, StatusCode::OK);
        }
        for path in ["/api/auth/refresh", "/api/auth/logout"] {
            let status = send(&server, path, "203.0.113.3", &token).await;
            assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{path} of the session, from anywhere");
        }
        let unknown = json!({ "refresh_token": "ffr_unknown" });
        let mut limited = false;
        for _ in 0..25 {
            let status = send(&server, "/api/auth/logout", "203.0.113.4", &unknown).await;
            limited |= status == StatusCode::TOO_MANY_REQUESTS;
        }
        assert!(limited, "an address gives up only so many tokens, known or not");
    }

    async fn a_flood_of_sign_ins_from_one_address_turns_nobody_else_away(db: Database) {
        let server = behind_a_proxy(&db).start().await;
        register(&server, "203.0.113.1", "ada@example.com").await;
        let flood = join_all((0..FLOOD).map(|_| login(&server, "198.51.100.1", "ada@example.com", "a wrong guess")));
        let others = async {
            let mut answers = Vec::new();
            for _ in 0..4 {
                answers.push(login(&server, "203.0.113.1", "ada@example.com", PASSWORD).await);
            }
            answers
        };
        let (flooded, others) = tokio::join!(flood, others);
        assert!(flooded.contains(&StatusCode::SERVICE_UNAVAILABLE), "the queue was full: {flooded:?}");
        assert_eq!(others, [StatusCode::OK; 4]);
    }
}
