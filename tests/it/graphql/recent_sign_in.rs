//! What outlives a session asks for a recent sign-in or the password.

use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::execute;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret apiKey { id } userErrors { message code path } } }";
const ROTATE: &str = "mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) {
    secret userErrors { message code path } } }";

/// As if every session had been opened an hour ago.
async fn an_hour_passes(db: &Database) {
    let hour = if db.is_postgres() { "interval '1 hour'" } else { "3600000000" };
    execute(db, &format!("update sessions set created_at = created_at - {hour}")).await;
}

fn refused(code: &str) -> Vec<(String, Value)> {
    vec![(code.to_owned(), json!(["input", "password"]))]
}

on_both_databases! {
    async fn an_old_session_makes_no_api_key_without_the_password(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let create = |more: Value| {
            let mut input = json!({ "name": "A program", "scopes": ["ADMIN"] });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "input": input })
        };
        let key = person.graphql.payload(CREATE, create(json!({}))).await;
        let rotate = |more: Value| {
            let mut input = json!({ "apiKeyId": key["apiKey"]["id"], "overlapSeconds": 60 });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "input": input })
        };
        an_hour_passes(&db).await;
        for (document, input) in [(CREATE, create(json!({}))), (ROTATE, rotate(json!({})))] {
            let asked = person.graphql.user_errors(document, input).await;
            assert_eq!(asked, refused("AUTH_PASSWORD_REQUIRED"), "{document}");
        }
        let wrong = json!({ "password": "a guess that is wrong" });
        let answer = person.graphql.user_errors(CREATE, create(wrong.clone())).await;
        assert_eq!(answer, refused("AUTH_CREDENTIALS_INVALID"));
        assert_eq!(person.graphql.user_errors(ROTATE, rotate(wrong)).await, refused("AUTH_CREDENTIALS_INVALID"));
        let shown = json!({ "password": person.password });
        person.graphql.payload(ROTATE, rotate(shown.clone())).await;
        person.graphql.payload(CREATE, create(shown)).await;
        // A program has no password to show.
        let program = server.graphql().with_token(key["secret"].as_str().unwrap());
        program.payload(CREATE, create(json!({}))).await;
    }

    async fn a_repetition_under_a_key_is_recognised_whatever_password_comes_along(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let input = |password: &str| {
            let input = json!({ "name": "A program", "scopes": ["READ"], "clientMutationKey": "once", "password": password });
            json!({ "input": input })
        };
        let first = person.graphql.payload(CREATE, input(&person.password)).await;
        let again = person.graphql.payload(CREATE, input("another text")).await;
        assert_eq!((&again["apiKey"], &again["secret"]), (&first["apiKey"], &Value::Null));
    }
}
