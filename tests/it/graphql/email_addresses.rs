//! One address is one account, however it is written.

use crate::support::database::on_both_databases;
use crate::support::server::Server;
use crate::support::sql::{execute, lines};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";

async fn send(server: &Server, path: &str, body: &Value) -> (StatusCode, Value) {
    let response = server.graphql().request(Method::POST, path).json(body).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn register(server: &Server, email: &str) -> (StatusCode, Value) {
    send(server, "/api/auth/register", &json!({ "email": email, "password": PASSWORD, "name": "A Person" }))
        .await
}

on_both_databases! {
    async fn a_lookalike_of_an_address_registers_no_second_account(db: Database) {
        let server = Server::start(&db).await;
        assert_eq!(register(&server, "ada@b\u{fc}cher.example").await.0, StatusCode::CREATED);
        for same in ["\u{ff21}da@b\u{fc}cher.example", "ada@xn--bcher-kva.example", "ADA@bu\u{308}cher.example"] {
            let (status, body) = register(&server, same).await;
            assert_eq!((status, &body["code"]), (StatusCode::CONFLICT, &json!("AUTH_EMAIL_TAKEN")), "{same:?}");
        }
        for hidden in ["a\u{200b}da@b\u{fc}cher.example", "ada\u{202e}@b\u{fc}cher.example"] {
            let (status, body) = register(&server, hidden).await;
            assert!(status.is_client_error() && body["fields"]["email"].is_string(), "{hidden:?}: {body:#}");
        }
        let login = json!({ "email": "ada@XN--BCHER-KVA.example", "password": PASSWORD });
        assert_eq!(send(&server, "/api/auth/login", &login).await.0, StatusCode::OK);
    }

    async fn an_account_from_before_the_rule_gets_its_key_at_the_start(db: Database) {
        let mut server = Server::start(&db).await;
        assert_eq!(register(&server, "ada@b\u{fc}cher.example").await.0, StatusCode::CREATED);
        assert_eq!(register(&server, "ben@example.com").await.0, StatusCode::CREATED);
        // As an earlier version has stored them: the address in lower case, and one that is the same as Ben's now.
        execute(&db, "update users set email_key = 'ada@b\u{fc}cher.example' where email_key like 'ada@%'").await;
        assert_eq!(register(&server, "cleo@example.com").await.0, StatusCode::CREATED);
        let newer = "update users set email = '\u{ff42}en@example.com', email_key = '\u{ff42}en@example.com'
            where email_key like 'cleo@%'";
        execute(&db, newer).await;
        server.restart().await;
        let login = json!({ "email": "ada@b\u{fc}cher.example", "password": PASSWORD });
        assert_eq!(send(&server, "/api/auth/login", &login).await.0, StatusCode::OK);
        let keys = lines(&db, "select email_key as line from users order by id").await;
        assert_eq!(keys, ["ada@xn--bcher-kva.example", "ben@example.com", "\u{ff42}en@example.com"]);
    }
}
