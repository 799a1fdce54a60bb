//! Somebody who uses the product.

use super::graphql::Graphql;
use super::server::Server;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub const INVITE: &str = "mutation($input: CreateInvitationInput!) { createInvitation(input: $input) {
    token link invitation { id role email status } userErrors { message code path } } }";
pub const ACCEPT: &str = "mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
    member { user { id } role } workspace { id } userErrors { message code path } } }";

/// The token of a new invitation.
pub async fn invite(host: &Graphql, input: Value) -> String {
    let made = host.payload(INVITE, json!({ "input": input })).await;
    made["token"].as_str().expect("an invitation has a token").to_owned()
}

/// A registered user with a workspace of their own.
pub struct Person {
    pub email: String,
    pub password: String,
    pub access_token: String,
    pub refresh_token: String,
    /// As the answer to the registration shows them.
    pub user: Value,
    pub workspace: Value,
    /// Sends their token.
    pub graphql: Graphql,
}

impl Person {
    /// Registers somebody whom no test has seen before.
    pub async fn register(server: &Server) -> Self {
        static REGISTERED: AtomicU32 = AtomicU32::new(0);
        let email = format!("person{}@example.com", REGISTERED.fetch_add(1, Ordering::Relaxed));
        let password = "correct horse battery staple".to_owned();
        let body = json!({ "email": email, "password": password, "name": "A Person" });
        let request = server.graphql().request(Method::POST, "/api/auth/register").json(&body);
        let response = request.send().await.expect("the server answers");
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, StatusCode::CREATED, "{text}");
        let session: Value = serde_json::from_str(&text).unwrap();
        let token = |name: &str| session[name].as_str().expect("the session has its tokens").to_owned();
        Self {
            email,
            password,
            access_token: token("access_token"),
            refresh_token: token("refresh_token"),
            user: session["user"].clone(),
            workspace: session["workspace"].clone(),
            graphql: server.graphql().with_token(&token("access_token")),
        }
    }

    /// Joins the default workspace of `host`, who invites them as `role`; answers the member.
    pub async fn join(&self, host: &Graphql, role: &str) -> Value {
        let token = invite(host, json!({ "role": role })).await;
        self.graphql.payload(ACCEPT, json!({ "input": { "token": token } })).await["member"].clone()
    }

    /// The first `count` events of these kinds (`POST_CREATED, POST_DELETED`) in the log of their workspace.
    pub async fn events(&self, kinds: &str, count: usize) -> Vec<Value> {
        let workspace_id = WorkspaceId(self.workspace["id"].as_i64().expect("a workspace has a number"));
        let beginning = Cursor { workspace_id, seq: 0 }.encode();
        let document = format!(
            "subscription {{ activity(kinds: [{kinds}], after: \"{beginning}\") {{
                kind summary payload: payloadJson subject {{ __typename id }} }} }}"
        );
        let mut stream = self.graphql.stream(&document, json!({})).await;
        let mut found = Vec::new();
        while found.len() < count {
            let event = stream.next(Duration::from_secs(20)).await.expect("the stream goes on");
            found.push(event.json()["data"]["activity"].clone());
        }
        found
    }
}
