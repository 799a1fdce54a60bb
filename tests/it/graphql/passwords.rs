//! Passwords: which are taken, how they are changed, and how often they are tried.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use reqwest::Method;
use serde_json::{Value, json};

const CHANGE: &str = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) {
    viewer { user { email } } userErrors { message code path } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken } userErrors { message code path } } }";
const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
    session { accessToken } userErrors { message code path } } }";
const VIEWER: &str = "{ viewer { user { email } } }";

fn one(code: &str, path: Value) -> Vec<(String, Value)> {
    vec![(code.to_owned(), path)]
}

on_both_databases! {
    async fn a_new_password_ends_the_other_sessions_and_the_old_password(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let nobody = server.graphql();
        let login = |password: &str| json!({ "input": { "email": person.email, "password": password } });
        let second = nobody.payload(LOGIN, login(&person.password)).await["session"]["accessToken"].clone();
        let second = nobody.with_token(second.as_str().unwrap());
        let change = |current: &str, new: &str| json!({ "input": { "currentPassword": current, "newPassword": new } });

        let wrong = person.graphql.user_errors(CHANGE, change("a guess that is wrong", "four other words here")).await;
        assert_eq!(wrong, one("AUTH_CREDENTIALS_INVALID", json!(["input", "currentPassword"])));
        for weak in ["short", "password123", "fanfare2026", &person.email] {
            let refused = person.graphql.user_errors(CHANGE, change(&person.password, weak)).await;
            assert_eq!(refused, one("AUTH_PASSWORD_WEAK", json!(["input", "newPassword"])), "{weak}");
        }
        assert_eq!(second.data(VIEWER, json!({})).await["viewer"]["user"]["email"], person.email);

        let changed = person.graphql.payload(CHANGE, change(&person.password, "four other words here")).await;
        assert_eq!(changed["viewer"]["user"]["email"], person.email);
        assert_eq!(person.graphql.data(VIEWER, json!({})).await["viewer"]["user"]["email"], person.email);
        assert_eq!(second.post(VIEWER, json!({})).await.error_codes(), ["UNAUTHENTICATED"]);
        let old = nobody.user_errors(LOGIN, login(&person.password)).await;
        assert_eq!(old, one("AUTH_CREDENTIALS_INVALID", json!(["input"])));
        nobody.payload(LOGIN, login("four other words here")).await;
        let told = person.events("MEMBER_PASSWORD_CHANGED", 1).await;
        assert_eq!(told[0]["summary"], "A member changed the password");
        assert!(!told[0].to_string().contains("four other words"));
    }

    async fn any_script_is_taken_however_the_keyboard_composes_it(db: Database) {
        let server = Server::start(&db).await;
        let nobody = server.graphql();
        let (composed, decomposed) = ("p\u{e4}\u{df}e \u{5bc6}\u{7801} \u{1f980}", "pa\u{308}\u{df}e \u{5bc6}\u{7801} \u{1f980}");
        let input = json!({ "email": "ada@example.com", "password": composed, "name": "Ada" });
        nobody.payload(REGISTER, json!({ "input": input })).await;
        let input = json!({ "email": "ada@example.com", "password": decomposed });
        nobody.payload(LOGIN, json!({ "input": input })).await;
        let long = "x".repeat(5_000);
        let input = json!({ "email": "ada@example.com", "password": long });
        let refused = nobody.user_errors(LOGIN, json!({ "input": input })).await;
        assert_eq!(refused, one("AUTH_CREDENTIALS_INVALID", json!(["input"])));
    }

    async fn one_account_is_tried_only_so_often_from_all_addresses_together(db: Database) {
        let server = Server::on(&db)
            .set("FANFARE_SIGN_INS_PER_MINUTE", "1")
            .set("FANFARE_TRUSTED_PROXIES", "127.0.0.0/8")
            .start()
            .await;
        let person = Person::register(&server).await;
        let login = async |address: &str, email: &str| {
            let body = json!({ "email": email, "password": "a guess that is wrong" });
            let request = server.graphql().request(Method::POST, "/api/auth/login").json(&body);
            let answer = request.header("X-Forwarded-For", address).send().await.unwrap();
            answer.json::<Value>().await.unwrap()["code"].clone()
        };
        let mut compared = 0;
        for host in 1..=60 {
            let code = login(&format!("203.0.113.{host}"), &person.email).await;
            if code == "RATE_LIMITED" {
                break;
            }
            assert_eq!(code, "AUTH_CREDENTIALS_INVALID");
            compared += 1;
        }
        // Five at once, and one more every twelve seconds.
        assert!((5..60).contains(&compared), "{compared}");
        assert_eq!(login("203.0.113.1", "nobody@example.com").await, "AUTH_CREDENTIALS_INVALID");
    }
}
