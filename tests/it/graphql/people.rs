//! People, sessions and members, over GraphQL and over the routes beside it.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::{ACCEPT, INVITE, Person, invite};
use crate::support::server::Server;
use crate::support::waiting::eventually;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;

const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
    session { accessToken refreshToken expiresAt tokenType }
    viewer { user { id email name } workspace { id name timeZone role members { totalCount } } }
    userErrors { message code path } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken refreshToken } viewer { user { id } } userErrors { message code path } } }";
const REFRESH: &str = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
    session { accessToken refreshToken } viewer { user { id } } userErrors { message code path } } }";
const VIEWER: &str = "{ viewer { user { id databaseId email name createdAt } workspace { id databaseId name }
    workspaces(first: 5) { totalCount nodes { id role } pageInfo { hasNextPage } } } }";

fn errors(pairs: &[(&str, &[&str])]) -> Vec<(String, Value)> {
    pairs.iter().map(|(code, path)| ((*code).to_owned(), json!(path))).collect()
}

async fn post(graphql: &Graphql, path: &str, body: Value) -> (StatusCode, header::HeaderMap, Value) {
    let response = graphql.request(Method::POST, path).json(&body).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, response.json().await.unwrap())
}

on_both_databases! {
    async fn a_person_who_registers_has_a_workspace_and_sees_himself(db: Database) {
        let server = Server::start(&db).await;
        let nobody = server.graphql();
        let input = json!({ "email": "Ada@Example.com", "password": "correct horse battery", "name": "Ada",
            "workspaceName": "Engines", "timeZone": "Europe/London" });
        let registered = nobody.payload(REGISTER, json!({ "input": input })).await;
        assert_eq!(registered["session"]["tokenType"], "Bearer");
        assert_eq!(registered["viewer"]["user"]["email"], "Ada@Example.com");
        let workspace = &registered["viewer"]["workspace"];
        assert_eq!(
            (&workspace["name"], &workspace["timeZone"], &workspace["role"], &workspace["members"]["totalCount"]),
            (&json!("Engines"), &json!("Europe/London"), &json!("OWNER"), &json!(1))
        );
        assert_eq!(nobody.data(VIEWER, json!({})).await["viewer"], Value::Null);
        let ada = nobody.with_token(registered["session"]["accessToken"].as_str().unwrap());
        let viewer = &ada.data(VIEWER, json!({})).await["viewer"];
        assert_eq!(viewer["user"]["id"], registered["viewer"]["user"]["id"]);
        assert_eq!(viewer["workspaces"]["totalCount"], 1);
        assert_eq!(viewer["workspaces"]["nodes"][0]["id"], workspace["id"]);
        let input = json!({ "email": "ada@example.COM ", "password": "correct horse battery" });
        let signed_in = nobody.payload(LOGIN, json!({ "input": input })).await;
        assert_eq!(signed_in["viewer"]["user"]["id"], viewer["user"]["id"]);
    }

    async fn what_is_wrong_with_a_registration_is_told_and_nobody_is_stored(db: Database) {
        let server = Server::start(&db).await;
        let nobody = server.graphql();
        let input = json!({ "email": "nobody", "password": "password", "name": "  " });
        assert_eq!(
            nobody.user_errors(REGISTER, json!({ "input": input })).await,
            errors(&[
                ("INVALID", &["input", "email"]),
                ("AUTH_PASSWORD_WEAK", &["input", "password"]),
                ("REQUIRED", &["input", "name"]),
            ])
        );
        let person = Person::register(&server).await;
        let input = json!({ "email": person.email.to_uppercase(), "password": "correct horse battery", "name": "B" });
        assert_eq!(
            nobody.user_errors(REGISTER, json!({ "input": input })).await,
            errors(&[("AUTH_EMAIL_TAKEN", &["input", "email"])])
        );
        let input = json!({ "email": person.email, "password": "correct horse battery" });
        assert_eq!(
            nobody.user_errors(LOGIN, json!({ "input": input })).await,
            errors(&[("AUTH_CREDENTIALS_INVALID", &["input"])])
        );
    }

    async fn an_unknown_address_and_a_wrong_password_are_answered_alike(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let nobody = server.graphql();
        let login = async |email: &str| {
            let input = json!({ "email": email, "password": "not the right one" });
            nobody.data(LOGIN, json!({ "input": input })).await
        };
        assert_eq!(login(&person.email).await, login("unknown@example.com").await);
        assert_eq!(login(&person.email).await, login("no address").await);
    }

    async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let nobody = server.graphql();
        let refresh = async |token: &Value| {
            nobody.data(REFRESH, json!({ "input": { "refreshToken": token } })).await["refreshSession"].clone()
        };
        let first = json!(person.refresh_token);
        let next = refresh(&first).await["session"].clone();
        assert_ne!(next["refreshToken"], first);
        let access = next["accessToken"].as_str().unwrap();
        assert_ne!(nobody.with_token(access).data(VIEWER, json!({})).await["viewer"], Value::Null);
        assert_eq!(refresh(&first).await["userErrors"], json!([]), "two tabs may refresh at once");
        // Ten seconds of grace.
        let refused = eventually(Duration::from_secs(30), "the reuse is noticed", async || {
            Some(refresh(&first).await).filter(|answer| answer["session"].is_null())
        });
        assert_eq!(refused.await["userErrors"][0]["code"], "AUTH_REFRESH_TOKEN_INVALID");
        assert_eq!(refresh(&next["refreshToken"]).await["userErrors"][0]["code"], "AUTH_REFRESH_TOKEN_INVALID");
        let answer = nobody.with_token(access).post(VIEWER, json!({})).await;
        assert_eq!((answer.status, answer.error_codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]));
    }

    async fn a_logout_ends_access_and_refresh_at_once(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let other = Person::register(&server).await;
        let done = person.graphql.payload("mutation { logout { loggedOut userErrors { code } } }", json!({})).await;
        assert_eq!(done["loggedOut"], true);
        let answer = person.graphql.post(VIEWER, json!({})).await;
        assert_eq!(answer.error_codes(), ["UNAUTHENTICATED"]);
        let input = json!({ "refreshToken": person.refresh_token });
        let refused = server.graphql().user_errors(REFRESH, json!({ "input": input })).await;
        assert_eq!(refused, errors(&[("AUTH_REFRESH_TOKEN_INVALID", &["input", "refreshToken"])]));
        assert_ne!(other.graphql.data(VIEWER, json!({})).await["viewer"], Value::Null);
    }

    async fn passwords_are_tried_only_so_often(db: Database) {
        let server = Server::on(&db).set("FANFARE_SIGN_INS_PER_MINUTE", "2").start().await;
        let person = Person::register(&server).await;
        let nobody = server.graphql();
        let input = json!({ "email": person.email, "password": "a guess that is wrong" });
        for _ in 0..2 {
            nobody.user_errors(LOGIN, json!({ "input": input })).await;
        }
        let right = json!({ "email": person.email.to_uppercase(), "password": person.password });
        let answer = nobody.post(LOGIN, json!({ "input": right })).await;
        assert_eq!(answer.error_codes(), ["RATE_LIMITED"]);
        assert!(answer.body["errors"][0]["extensions"]["retryAfter"].as_u64().is_some_and(|it| it > 0));
        let (status, headers, _) = post(&nobody, "/api/auth/login", right).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert!(headers.contains_key(header::RETRY_AFTER));
        let other = json!({ "email": "other@example.com", "password": "a guess that is wrong" });
        nobody.user_errors(LOGIN, json!({ "input": other })).await;
    }

    async fn the_routes_beside_graphql_do_the_same(db: Database) {
        let server = Server::start(&db).await;
        let nobody = server.graphql();
        let body = json!({ "email": "rest@example.com", "password": "correct horse battery", "name": "Rest" });
        let (status, _, session) = post(&nobody, "/api/auth/register", body.clone()).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert!(session["user"]["id"].is_i64() && session["workspace"]["id"].is_i64());
        let (status, _, taken) = post(&nobody, "/api/auth/register", body).await;
        assert_eq!((status, &taken["code"]), (StatusCode::CONFLICT, &json!("AUTH_EMAIL_TAKEN")));
        assert!(taken["fields"]["email"].is_string());
        let login = json!({ "email": "rest@example.com", "password": "correct horse battery" });
        let (status, _, signed_in) = post(&nobody, "/api/auth/login", login).await;
        assert_eq!((status, &signed_in["user"]), (StatusCode::OK, &session["user"]));
        let (status, _, wrong) =
            post(&nobody, "/api/auth/login", json!({ "email": "rest@example.com", "password": "wrong" })).await;
        assert_eq!((status, &wrong["code"]), (StatusCode::UNAUTHORIZED, &json!("AUTH_CREDENTIALS_INVALID")));
        let refresh = json!({ "refresh_token": signed_in["refresh_token"] });
        let (status, _, refreshed) = post(&nobody, "/api/auth/refresh", refresh).await;
        assert_eq!(status, StatusCode::OK);
        let person = nobody.with_token(refreshed["access_token"].as_str().unwrap());
        let me: Value = person.request(Method::GET, "/api/auth/me").send().await.unwrap().json().await.unwrap();
        assert_eq!((&me["user"], &me["workspace"]), (&session["user"], &session["workspace"]));
        let (status, _, _) = post(&person, "/api/auth/logout", json!({})).await;
        assert_eq!(status, StatusCode::OK);
        let me = person.request(Method::GET, "/api/auth/me").send().await.unwrap();
        assert_eq!(me.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(me.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let (status, _, malformed) = post(&nobody, "/api/auth/login", json!({ "email": 1 })).await;
        assert_eq!((status, &malformed["code"]), (StatusCode::BAD_REQUEST, &json!("BAD_USER_INPUT")));
    }
}

const UPDATE: &str = "mutation($input: UpdateWorkspaceMemberInput!) { updateWorkspaceMember(input: $input) {
    member { user { id } role } userErrors { message code path } } }";
const REMOVE: &str = "mutation($input: RemoveWorkspaceMemberInput!) { removeWorkspaceMember(input: $input) {
    removedUserId userErrors { message code path } } }";

/// The workspace's and the person's global ids.
async fn ids(person: &Person) -> (Value, Value) {
    let viewer = person.graphql.data(VIEWER, json!({})).await["viewer"].clone();
    (viewer["workspace"]["id"].clone(), viewer["user"]["id"].clone())
}

on_both_databases! {
    async fn roles_decide_who_manages_members_and_only_owners_make_owners(db: Database) {
        let server = Server::start(&db).await;
        let (owner, admin, editor) =
            (Person::register(&server).await, Person::register(&server).await, Person::register(&server).await);
        let ((workspace, owner_id), (_, admin_id), (_, editor_id)) =
            (ids(&owner).await, ids(&admin).await, ids(&editor).await);
        let invitation = |role: &str| json!({ "workspaceId": workspace, "role": role });
        admin.join(&owner.graphql, "ADMIN").await;
        let token = invite(&admin.graphql, invitation("EDITOR")).await;
        editor.graphql.payload(ACCEPT, json!({ "input": { "token": token } })).await;
        let by_admin = admin.graphql.user_errors(INVITE, json!({ "input": invitation("OWNER") })).await;
        assert_eq!(by_admin, errors(&[("MEMBER_OWNERS_ONLY", &["input", "role"])]));
        let by_editor = editor.graphql.post(INVITE, json!({ "input": invitation("VIEWER") })).await;
        assert_eq!(by_editor.error_codes(), ["FORBIDDEN"]);

        let set = |user: &Value, role: &str| {
            json!({ "input": { "workspaceId": workspace, "userId": user, "role": role } })
        };
        for (user, role) in [(&editor_id, "OWNER"), (&owner_id, "VIEWER")] {
            let refused = admin.graphql.user_errors(UPDATE, set(user, role)).await;
            assert_eq!(refused, errors(&[("MEMBER_OWNERS_ONLY", &["input", "role"])]));
        }
        let last = owner.graphql.user_errors(UPDATE, set(&owner_id, "ADMIN")).await;
        assert_eq!(last, errors(&[("MEMBER_LAST_OWNER", &["input", "userId"])]));
        let consent = owner.graphql.user_errors(UPDATE, set(&admin_id, "OWNER")).await;
        assert_eq!(consent, errors(&[("MEMBER_CONSENT_REQUIRED", &["input", "role"])]));
        assert_eq!(admin.join(&owner.graphql, "OWNER").await["role"], "OWNER");
        let changed = owner.graphql.payload(UPDATE, set(&owner_id, "VIEWER")).await;
        assert_eq!(changed["member"]["role"], "VIEWER");
        let by_viewer = owner.graphql.post(INVITE, json!({ "input": invitation("VIEWER") })).await;
        assert_eq!(by_viewer.error_codes(), ["FORBIDDEN"]);
    }

    async fn a_member_who_is_removed_reaches_nothing_any_more(db: Database) {
        let server = Server::start(&db).await;
        let (owner, member) = (Person::register(&server).await, Person::register(&server).await);
        let ((workspace, _), (_, member_id)) = (ids(&owner).await, ids(&member).await);
        let accounts = "query($id: ID) { accounts(workspaceId: $id) { totalCount } }";
        member.join(&owner.graphql, "VIEWER").await;
        assert_eq!(member.graphql.data(accounts, json!({ "id": workspace })).await["accounts"]["totalCount"], 0);
        let input = json!({ "workspaceId": workspace, "userId": member_id });
        let removed = owner.graphql.payload(REMOVE, json!({ "input": input })).await;
        assert_eq!(removed["removedUserId"], member_id);
        assert_eq!(member.graphql.post(accounts, json!({ "id": workspace })).await.error_codes(), ["NOT_FOUND"]);
        let again = owner.graphql.user_errors(REMOVE, json!({ "input": input })).await;
        assert_eq!(again, errors(&[("NOT_FOUND", &["input", "userId"])]));
    }

    async fn a_stranger_changes_no_members(db: Database) {
        let server = Server::start(&db).await;
        let (owner, stranger) = (Person::register(&server).await, Person::register(&server).await);
        let (workspace, owner_id) = ids(&owner).await;
        let add = json!({ "workspaceId": workspace, "role": "OWNER" });
        let update = json!({ "workspaceId": workspace, "userId": owner_id, "role": "VIEWER" });
        let remove = json!({ "workspaceId": workspace, "userId": owner_id });
        for (document, input) in [(INVITE, add), (UPDATE, update), (REMOVE, remove)] {
            let refused = stranger.graphql.user_errors(document, json!({ "input": input })).await;
            assert_eq!(refused, errors(&[("NOT_FOUND", &["input", "workspaceId"])]));
        }
        assert_eq!(owner.graphql.data(VIEWER, json!({})).await["viewer"]["workspaces"]["nodes"][0]["role"], "OWNER");
    }
}
