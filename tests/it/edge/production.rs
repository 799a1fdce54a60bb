//! In production nobody learns the schema from what went wrong.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases! {
    async fn production_suggests_no_names_and_development_does(db: Database) {
        let misspelled = "{ viewwer { user { email } } }";
        let development = Server::start(&db).await;
        let answer = development.graphql().post(misspelled, json!({})).await;
        assert!(answer.body["errors"][0]["message"].as_str().unwrap().contains("viewer"), "{:#}", answer.body);
        drop(development);

        let production = Server::on(&db)
            .set("FANFARE_ENV", "production")
            .set("FANFARE_PUBLIC_URL", "https://fanfare.example.com")
            .set("JWT_SECRET", "the secret of a test which is long enough")
            .set("ENCRYPTION_KEY", "l1mZ0Jr5bQ0cT8m2kXo9Yd3VhWq7uNfRsA6eGpLzCbE=")
            .start()
            .await;
        let answer = production.graphql().post(misspelled, json!({})).await;
        let message = answer.body["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("viewwer") && !message.contains("\"viewer\""), "{message}");
        let asked = production.graphql().post("{ __schema { types { name } } }", json!({})).await;
        assert_eq!(asked.error_codes(), ["FORBIDDEN"], "{:#}", asked.body);
        let metrics = production.graphql().request(Method::GET, "/metrics").send().await.unwrap();
        assert_eq!(metrics.status(), StatusCode::UNAUTHORIZED, "there is no token that opens them");
        // Browsers are told to stay with HTTPS, where the address is one.
        let person = Person::register(&production).await;
        let answer = person.graphql.post("{ viewer { user { email } } }", json!({})).await;
        assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
    }
}
