//! Who may register on a server that is not open to everyone.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::{Person, invite};
use crate::support::server::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn register(nobody: &Graphql, email: &str, token: Option<&str>) -> (StatusCode, Value) {
    let mut body = json!({ "email": email, "password": "correct horse battery", "name": "A Person" });
    if let Some(token) = token {
        body["invitation_token"] = json!(token);
    }
    let answer = nobody.request(Method::POST, "/api/auth/register").json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

on_both_databases! {
    async fn a_server_that_takes_invited_people_takes_its_first_and_the_invited(db: Database) {
        let server = Server::on(&db).set("FANFARE_REGISTRATION", "invite").start().await;
        let owner = Person::register(&server).await;
        let nobody = server.graphql();
        // The refusal comes before anything is said of the address.
        let (status, refused) = register(&nobody, &owner.email, None).await;
        assert_eq!((status, &refused["code"]), (StatusCode::FORBIDDEN, &json!("REGISTRATION_CLOSED")));
        assert_eq!(register(&nobody, "new@example.com", None).await.1, refused);
        assert_eq!(register(&nobody, &owner.email, Some("ffi_x")).await.1["code"], "INVITATION_INVALID");

        let input = json!({ "role": "EDITOR", "email": "New@Example.com" });
        let token = invite(&owner.graphql, input).await;
        let (_, another) = register(&nobody, "eve@example.com", Some(&token)).await;
        assert_eq!(another["code"], "INVITATION_FOR_ANOTHER");
        let (status, session) = register(&nobody, "new@example.com", Some(&token)).await;
        assert_eq!(status, StatusCode::CREATED, "{session}");
        assert_eq!(
            (&session["workspace"]["id"], &session["workspace"]["role"]),
            (&owner.workspace["id"], &json!("editor"))
        );
        let joined = nobody.with_token(session["access_token"].as_str().unwrap());
        let own = "{ viewer { workspaces { totalCount } workspace { members { totalCount } } } }";
        let own = joined.data(own, json!({})).await["viewer"].clone();
        assert_eq!(own, json!({ "workspaces": { "totalCount": 1 }, "workspace": { "members": { "totalCount": 2 } } }));
        assert_eq!(register(&nobody, "new2@example.com", Some(&token)).await.1["code"], "INVITATION_INVALID");
    }

    async fn a_closed_server_takes_its_first_user_and_of_two_at_once_one(db: Database) {
        let server = Server::on(&db).set("FANFARE_REGISTRATION", "closed").start().await;
        let nobody = server.graphql();
        let (one, other) =
            tokio::join!(register(&nobody, "a@example.com", None), register(&nobody, "b@example.com", None));
        let mut statuses = [one.0, other.0];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::FORBIDDEN]);
        let first = if one.0 == StatusCode::CREATED { one.1 } else { other.1 };
        let owner = nobody.with_token(first["access_token"].as_str().unwrap());
        let token = invite(&owner, json!({ "role": "EDITOR" })).await;
        let (status, refused) = register(&nobody, "c@example.com", Some(&token)).await;
        assert_eq!((status, &refused["code"]), (StatusCode::FORBIDDEN, &json!("REGISTRATION_CLOSED")));
    }

    async fn the_demo_account_stands_whoever_may_register(db: Database) {
        let server = Server::on(&db).set("FANFARE_REGISTRATION", "closed").set("FANFARE_DEMO", "on");
        let mut server = server.start().await;
        let taken = |answer: Value| answer["code"].clone();
        assert_eq!(taken(register(&server.graphql(), "a@example.com", None).await.1), "REGISTRATION_CLOSED");
        server.restart().await;
        assert_eq!(taken(register(&server.graphql(), "a@example.com", None).await.1), "REGISTRATION_CLOSED");
    }
}
