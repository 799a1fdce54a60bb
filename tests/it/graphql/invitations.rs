//! Nobody belongs to a workspace without accepting an invitation, and what is theirs alone stays theirs.

use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::{ACCEPT, INVITE, Person, invite};
use crate::support::server::Server;
use crate::support::sql::{execute, rows};
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::time::Duration;

const PENDING: &str = "{ viewer { workspace { invitations { totalCount nodes { id role email status
    invitedBy { email } } } } } }";
const REVOKE: &str = "mutation($input: RevokeInvitationInput!) { revokeInvitation(input: $input) {
    invitation { id status } userErrors { message code path } } }";
const PREVIEW: &str = "query($token: String!) { invitationPreview(token: $token) { workspaceName role } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret userErrors { message code path } } }";
const AUDIT: &str = "query($workspace: ID) { auditLog(workspaceId: $workspace, first: 50) {
    totalCount nodes { kind } } }";
const PASSWORD: &str = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) {
    userErrors { message code path } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) { removeWorkspaceMember(input: $input) {
    removedUserId userErrors { message code path } } }";

async fn refusal(person: &Person, token: &str) -> String {
    let refused = person.graphql.user_errors(ACCEPT, json!({ "input": { "token": token } })).await;
    let (code, path) = refused.into_iter().next().unwrap();
    assert!(path == json!(["input", "token"]) || path == json!(["input"]), "{path}");
    code
}

async fn pending(person: &Person) -> Value {
    person.graphql.data(PENDING, json!({})).await["viewer"]["workspace"]["invitations"].clone()
}

async fn expire_all(db: &Database) {
    let past = if db.is_postgres() { "now() - interval '1 second'" } else { "1" };
    execute(db, &format!("update invitations set expires_at = {past}")).await;
}

on_both_databases! {
    async fn an_invitation_is_accepted_once_and_by_whom_it_is_for(db: Database) {
        let server = Server::start(&db).await;
        let (owner, ben, eve) =
            (Person::register(&server).await, Person::register(&server).await, Person::register(&server).await);
        let input = json!({ "role": "EDITOR", "email": ben.email.to_uppercase() });
        let made = owner.graphql.payload(INVITE, json!({ "input": input })).await;
        let token = made["token"].as_str().unwrap();
        let link = made["link"].as_str().unwrap();
        assert!(link.ends_with(&format!("/invitation#{token}")), "no log and no referrer has the token: {link}");
        let stored = rows(&db, "invitations").await.concat();
        assert!(!stored.contains(token) && !stored.contains(&token[4..]), "{stored}");
        let listed = pending(&owner).await;
        assert_eq!(
            (&listed["totalCount"], &listed["nodes"][0]["status"], &listed["nodes"][0]["invitedBy"]["email"]),
            (&json!(1), &json!("PENDING"), &json!(owner.email))
        );
        let preview = server.graphql().data(PREVIEW, json!({ "token": token })).await;
        assert_eq!(
            preview["invitationPreview"],
            json!({ "workspaceName": owner.workspace["name"], "role": "EDITOR" })
        );

        assert_eq!(refusal(&eve, token).await, "INVITATION_FOR_ANOTHER");
        let joined = ben.graphql.payload(ACCEPT, json!({ "input": { "token": token } })).await;
        assert_eq!((&joined["member"]["role"], &joined["workspace"]["id"]), (&json!("EDITOR"), &json!(
            owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await["viewer"]["workspace"]["id"]
        )));
        assert_eq!(refusal(&ben, token).await, "INVITATION_INVALID");
        assert_eq!(pending(&owner).await["totalCount"], 0);
        assert_eq!(server.graphql().data(PREVIEW, json!({ "token": token })).await["invitationPreview"], Value::Null);

        let again = invite(&owner.graphql, json!({ "role": "VIEWER" })).await;
        assert_eq!(refusal(&ben, &again).await, "MEMBER_EXISTS", "accepting never lowers a role");
        let id = pending(&owner).await["nodes"][0]["id"].clone();
        let foreign = eve.graphql.user_errors(REVOKE, json!({ "input": { "id": id } })).await;
        assert_eq!(foreign, [("NOT_FOUND".to_owned(), json!(["input", "id"]))]);
        let revoked = owner.graphql.payload(REVOKE, json!({ "input": { "id": id } })).await;
        assert_eq!(revoked["invitation"]["status"], "REVOKED");
        assert_eq!(refusal(&eve, &again).await, "INVITATION_INVALID");
        let late = invite(&owner.graphql, json!({ "role": "VIEWER" })).await;
        expire_all(&db).await;
        for token in [late.as_str(), "ffi_nonsense", ""] {
            assert_eq!(refusal(&eve, token).await, "INVITATION_INVALID", "{token}");
        }
    }

    async fn of_two_who_accept_an_invitation_at_once_one_joins(db: Database) {
        let server = Server::start(&db).await;
        let (owner, ben, eve) =
            (Person::register(&server).await, Person::register(&server).await, Person::register(&server).await);
        let token = invite(&owner.graphql, json!({ "role": "VIEWER" })).await;
        let variables = || json!({ "input": { "token": token } });
        let (one, other) = tokio::join!(ben.graphql.data(ACCEPT, variables()), eve.graphql.data(ACCEPT, variables()));
        let mut codes: Vec<_> = [one, other]
            .iter()
            .map(|answer| answer["acceptInvitation"]["userErrors"][0]["code"].as_str().unwrap_or("").to_owned())
            .collect();
        codes.sort();
        assert_eq!(codes, ["", "INVITATION_INVALID"]);
    }

    async fn an_invitation_says_nothing_of_who_has_registered(db: Database) {
        let server = Server::start(&db).await;
        let (owner, ben) = (Person::register(&server).await, Person::register(&server).await);
        let answer = async |email: &str| {
            let input = json!({ "role": "VIEWER", "email": email });
            let mut made = owner.graphql.payload(INVITE, json!({ "input": input })).await;
            for field in ["token", "link"] {
                assert!(made[field].take().is_string());
            }
            assert_eq!(made["invitation"]["email"].take(), json!(email));
            assert!(made["invitation"]["id"].take().is_string());
            made
        };
        assert_eq!(answer(&ben.email).await, answer("nobody@example.com").await);
        assert_eq!(answer(&owner.email).await, answer("nobody@example.com").await);
    }

    async fn an_invitation_of_whoever_may_no_longer_invite_lets_nobody_in(db: Database) {
        let server = Server::start(&db).await;
        let (owner, admin, eve) =
            (Person::register(&server).await, Person::register(&server).await, Person::register(&server).await);
        let member = admin.join(&owner.graphql, "ADMIN").await;
        let workspace = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = &workspace["viewer"]["workspace"]["id"];
        let token = invite(&admin.graphql, json!({ "workspaceId": workspace, "role": "ADMIN" })).await;
        owner.graphql.payload(REMOVE, json!({ "input": { "userId": member["user"]["id"] } })).await;
        assert_eq!(refusal(&eve, &token).await, "INVITATION_INVALID");
    }

    async fn what_is_about_a_members_sign_in_is_seen_by_that_member_alone(db: Database) {
        let server = Server::start(&db).await;
        let (owner, member) = (Person::register(&server).await, Person::register(&server).await);
        member.join(&owner.graphql, "ADMIN").await;
        let workspace = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = &workspace["viewer"]["workspace"]["id"];
        let input = json!({ "currentPassword": member.password, "newPassword": "another long password" });
        member.graphql.payload(PASSWORD, json!({ "input": input })).await;
        let input = json!({ "workspaceId": workspace, "name": "mine", "scopes": ["ADMIN"] });
        let key = member.graphql.payload(KEY, json!({ "input": input })).await;
        let key = member.graphql.with_token(key["secret"].as_str().unwrap());
        let shared = ["WORKSPACE_CREATED", "INVITATION_CREATED", "MEMBER_ADDED", "KEY_CREATED"];
        let own = ["WORKSPACE_CREATED", "INVITATION_CREATED", "MEMBER_ADDED", "MEMBER_PASSWORD_CHANGED", "KEY_CREATED"];
        let number = WorkspaceId(owner.workspace["id"].as_i64().unwrap());
        for (graphql, seen) in [(&owner.graphql, &shared[..]), (&member.graphql, &own[..]), (&key, &shared[..])] {
            assert_eq!(activity(graphql, number, workspace).await, seen);
            let log = graphql.data(AUDIT, json!({ "workspace": workspace })).await["auditLog"].clone();
            let mut kinds: Vec<Value> =
                log["nodes"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
            kinds.reverse();
            assert_eq!((json!(kinds), &log["totalCount"]), (json!(seen), &json!(seen.len())));
        }
    }
}

/// The kinds of a workspace's events up to the making of a key.
async fn activity(graphql: &Graphql, number: WorkspaceId, workspace: &Value) -> Vec<String> {
    let document = "subscription($workspace: ID, $after: String) {
        activity(workspaceId: $workspace, after: $after) { kind } }";
    let beginning = Cursor { workspace_id: number, seq: 0 }.encode();
    let mut stream = graphql.stream(document, json!({ "workspace": workspace, "after": beginning })).await;
    let mut kinds: Vec<String> = Vec::new();
    while kinds.last().is_none_or(|kind| kind != "KEY_CREATED") {
        let event = stream.next(Duration::from_secs(20)).await.expect("the stream continues").json();
        kinds.push(event["data"]["activity"]["kind"].as_str().unwrap().to_owned());
    }
    kinds
}
