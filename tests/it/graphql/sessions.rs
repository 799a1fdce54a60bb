//! Where a user is signed in.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::{Value, json};

const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken refreshToken } userErrors { code } } }";
const REFRESH: &str = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
    session { accessToken } userErrors { code } } }";
const SESSIONS: &str =
    "{ viewer { sessions { totalCount nodes { id createdAt lastUsedAt ipAddress current } } } }";
const REVOKE: &str = "mutation($input: RevokeSessionInput!) { revokeSession(input: $input) {
    revoked userErrors { message code path } } }";
const REVOKE_OTHERS: &str = "mutation { revokeOtherSessions { revoked userErrors { code } } }";

/// Signs the person in once more; answers who acts in that session, and its refresh token.
async fn again(server: &Server, person: &Person) -> (Graphql, Value) {
    let input = json!({ "email": person.email, "password": person.password });
    let session = server.graphql().payload(LOGIN, json!({ "input": input })).await["session"].clone();
    (person.graphql.with_token(session["accessToken"].as_str().unwrap()), session["refreshToken"].clone())
}

async fn sessions(graphql: &Graphql) -> Vec<Value> {
    let list = graphql.data(SESSIONS, json!({})).await["viewer"]["sessions"].clone();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len());
    nodes
}

on_both_databases! {
    async fn a_user_sees_the_own_sessions_and_revokes_one_or_all_others(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let (second, token) = again(&server, &person).await;
        let (third, _) = again(&server, &person).await;
        server.graphql().payload(REFRESH, json!({ "input": { "refreshToken": token } })).await;

        let listed = sessions(&third).await;
        let current: Vec<_> = listed.iter().map(|session| session["current"].clone()).collect();
        assert_eq!(current, [true, false, false], "newest first");
        assert!(listed.iter().all(|session| session["ipAddress"] == "127.0.0.1"), "{listed:#?}");
        let refreshed: Vec<_> = listed.iter().map(|session| session["lastUsedAt"].is_string()).collect();
        assert_eq!(refreshed, [false, true, false]);

        let revoke = |id: &Value| json!({ "input": { "sessionId": id } });
        let foreign = other.graphql.user_errors(REVOKE, revoke(&listed[1]["id"])).await;
        assert_eq!(foreign, [("NOT_FOUND".to_owned(), json!(["input", "sessionId"]))]);
        third.payload(REVOKE, revoke(&listed[1]["id"])).await;
        assert_eq!(second.post(SESSIONS, json!({})).await.error_codes(), ["UNAUTHENTICATED"]);
        let others = third.payload(REVOKE_OTHERS, json!({})).await;
        assert_eq!(others["revoked"], 1);
        assert_eq!(person.graphql.post(SESSIONS, json!({})).await.error_codes(), ["UNAUTHENTICATED"]);
        assert_eq!(sessions(&third).await.len(), 1);
        assert_eq!(sessions(&other.graphql).await.len(), 1, "nobody else is signed out");
    }

    async fn an_api_key_sees_and_revokes_no_sessions(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let document = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code } } }";
        let made = person.graphql.payload(document, json!({ "input": { "name": "x", "scopes": ["ADMIN"] } })).await;
        let program = person.graphql.with_token(made["secret"].as_str().unwrap());
        let listed = sessions(&person.graphql).await;
        assert_eq!(program.post(SESSIONS, json!({})).await.error_codes(), ["FORBIDDEN"]);
        assert_eq!(program.post(REVOKE_OTHERS, json!({})).await.error_codes(), ["FORBIDDEN"]);
        let input = json!({ "input": { "sessionId": listed[0]["id"] } });
        assert_eq!(program.post(REVOKE, input).await.error_codes(), ["FORBIDDEN"]);
    }
}
