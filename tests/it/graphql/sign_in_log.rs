//! What a user reads about sign-ins to the own account.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::json;

const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken } userErrors { message code path } } }";
const AUDIT: &str = "{ auditLog(filter: { kinds: [MEMBER_SIGNED_IN, MEMBER_SIGN_IN_FAILED] }) {
    nodes { kind address payload: payloadJson actor { email } } } }";

on_both_databases! {
    async fn sign_ins_and_failures_are_in_the_log_with_address_and_reason_and_without_secrets(db: Database) {
        let mut server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let login = |password: &str| json!({ "input": { "email": person.email, "password": password } });
        let nobody = server.graphql();
        nobody.user_errors(LOGIN, login("a guess that is wrong")).await;
        // Nobody waits for it to be noted.
        let failed = person.events("MEMBER_SIGN_IN_FAILED", 1).await;
        assert_eq!(failed[0]["payload"], json!({ "user_id": person.user["id"], "reason": "password" }));
        nobody.payload(LOGIN, login(&person.password)).await;
        let unknown = json!({ "input": { "email": "unknown@example.com", "password": "a guess that is wrong" } });
        nobody.user_errors(LOGIN, unknown).await;

        let log = person.graphql.data(AUDIT, json!({})).await["auditLog"]["nodes"].clone();
        let kinds: Vec<_> = log.as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
        assert_eq!(kinds, ["MEMBER_SIGNED_IN", "MEMBER_SIGN_IN_FAILED"]);
        assert!(log.as_array().unwrap().iter().all(|entry| entry["address"] == "127.0.0.1"), "{log:#}");

        let output = server.process().output();
        assert!(output.contains("a user signed in") && output.contains("a sign-in failed"), "{output}");
        for secret in [&person.password, &person.email, "a guess that is wrong", "unknown@example.com"] {
            assert!(!output.contains(secret), "{secret} is in the server's log");
        }
    }
}
