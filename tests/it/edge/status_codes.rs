//! The HTTP status codes of the GraphQL-over-HTTP draft are there for who asks for them.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::json;

on_both_databases! {
    async fn partial_answers_and_documents_that_are_not_valid_have_the_codes_of_the_draft(db: Database) {
        let server = Server::on(&db).set("FANFARE_GRAPHQL_STATUS_CODES", "draft").start().await;
        let person = Person::register(&server).await;
        for (document, variables, status) in [
            ("{ viewer { user { email } } }", json!({}), 200),
            ("{ viewer { user { email } } post(id: \"no id\") { id } }", json!({}), 294),
            ("{ viewer { nothing } }", json!({}), 422),
            ("query($id: ID!) { post(id: $id) { id } }", json!({ "id": { "no": "id" } }), 422),
            ("{ viewer {", json!({}), 400),
        ] {
            let answer = person.graphql.post(document, variables).await;
            assert_eq!(answer.status.as_u16(), status, "{document}: {:#}", answer.body);
        }
    }
}
