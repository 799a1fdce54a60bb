//! What is wrong is said in the contract's form, whatever it is.

use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Server;
use fanfare::rest::{Access, ROUTES};
use reqwest::Method;
use serde_json::{Value, json};

async fn person(db: &Database) -> (Server, Person, Rest) {
    let server = Server::start(db).await;
    let person = Person::register(&server).await;
    let rest = Rest::of(&person.graphql);
    (server, person, rest)
}

on_both_databases! {
    async fn nobody_gets_in_without_a_good_token(db: Database) {
        let server = Server::start(&db).await;
        for graphql in [server.graphql(), server.graphql().with_token("nonsense")] {
            let rest = Rest::of(&graphql);
            for route in ROUTES.iter().copied().flatten().filter(|route| route.access == Access::Bearer) {
                let answer = rest.call_on(route.id, "twitter").send().await;
                assert_eq!(answer.status.as_u16(), 401, "{}: {:#}", route.id, answer.body);
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{}", route.id);
                assert_eq!(answer.body["code"], "UNAUTHENTICATED");
            }
        }
    }

    async fn what_is_not_there_and_what_is_somebody_elses_is_not_told_apart(db: Database) {
        let (server, _person, rest) = person(&db).await;
        let other = Rest::of(&Person::register(&server).await.graphql);
        let post = other.call("createPost").json(json!({ "content": "mine" })).body_of(201).await;
        let account = json!({ "platform": "twitter", "account_name": "Ada" });
        let account = other.call("linkAccount").json(account).body_of(201).await;
        for id in [post["id"].to_string(), "999999".to_owned(), "0".to_owned(), "x".to_owned()] {
            for route in ["getPost", "updatePost", "deletePost", "publishPost", "retryPost"] {
                let (code, _) = rest.call_on(route, &id).json(json!({})).refused(404).await;
                assert_eq!(code, "NOT_FOUND", "{route} {id}");
            }
        }
        for route in ["getAccount", "disconnectAccount", "reconnectAccount"] {
            rest.call_on(route, &account["id"]).refused(404).await;
        }
        rest.raw(Method::GET, "/nonsense").refused(404).await;
        rest.call_on("startConsent", "myspace").refused(404).await;
        let (_, fields) = rest.call("createPost").json(json!({ "content": "x", "account_id": account["id"] })).refused(404).await;
        assert_eq!(fields.as_object().unwrap().len(), 1, "{fields}");
    }

    async fn a_path_names_the_methods_that_it_takes(db: Database) {
        let (_server, _person, rest) = person(&db).await;
        let answer = rest.raw(Method::PATCH, "/posts/1").send().await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, PUT, DELETE")));
        assert_eq!(answer.body["code"], "METHOD_NOT_ALLOWED");
        let head = rest.raw(Method::HEAD, "/posts").send().await;
        assert_eq!((head.status.as_u16(), head.body), (200, Value::Null));
    }

    async fn a_body_that_cannot_be_read_is_refused_by_its_fault(db: Database) {
        let (_server, _person, rest) = person(&db).await;
        let send = |kind: &str, body: &str| rest.call("createPost").body(kind, body.as_bytes().to_vec());
        assert_eq!(send("application/json", "{").refused(400).await.0, "BAD_USER_INPUT");
        assert_eq!(send("application/json", "[]").refused(400).await.0, "BAD_USER_INPUT");
        send("text/plain", "{}").refused(415).await;
        send("application/x-www-form-urlencoded", "content=x").refused(415).await;
        let large = format!("{{\"content\":\"{}\"}}", "x".repeat(2 << 20));
        send("application/json", &large).refused(413).await;
        let (code, fields) = send("application/json", "{\"contents\":1}").refused(400).await;
        assert_eq!(code, "INVALID");
        assert_eq!(fields, json!({ "content": "Give a value.", "contents": "There is no such field." }));
        let (code, fields) = send("application/json", "{\"content\":\" \"}").refused(400).await;
        assert_eq!((code.as_str(), fields.get("content").is_some()), ("POST_CONTENT_EMPTY", true));
        rest.call("uploadMedia").json(json!({})).refused(415).await;
        let (_, fields) = rest.call("listPosts").query(&[("limit", "101"), ("status", "lost")]).refused(400).await;
        assert_eq!(fields.as_object().unwrap().keys().collect::<Vec<_>>(), ["limit", "status.0"]);
    }

    async fn a_state_that_forbids_it_is_a_conflict(db: Database) {
        let (_server, _person, rest) = person(&db).await;
        let account = json!({ "platform": "twitter", "account_name": "Ada" });
        let linked = rest.call("linkAccount").json(account.clone()).body_of(201).await;
        assert_eq!(rest.call("linkAccount").json(account).refused(409).await.0, "ACCOUNT_ALREADY_LINKED");
        let post = json!({ "content": "x", "account_id": linked["id"] });
        let id = rest.call("createPost").json(post).body_of(201).await["id"].clone();
        assert_eq!(rest.call_on("retryPost", &id).refused(409).await.0, "POST_STATE_FORBIDS");
        rest.call_on("publishPost", &id).body_of(200).await;
        assert_eq!(rest.call_on("deletePost", &id).refused(409).await.0, "POST_STATE_FORBIDS");
    }

    async fn whoever_goes_on_too_fast_is_told_when_to_come_back(db: Database) {
        let server = Server::on(&db).set("FANFARE_CREATES_PER_MINUTE", "2").start().await;
        let rest = Rest::of(&Person::register(&server).await.graphql);
        let many: Vec<Value> = (0..5).map(|n| json!({ "content": format!("post {n}") })).collect();
        rest.call("createPosts").json(json!({ "posts": many })).body_of(201).await;
        rest.call("createPost").json(json!({ "content": "x" })).body_of(201).await;
        let answer = rest.call("createPost").json(json!({ "content": "x" })).send().await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (429, &json!("RATE_LIMITED")));
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds), "{seconds}");
        assert_eq!(answer.header("ratelimit-limit"), Some("2"));
        assert_eq!(answer.header("ratelimit-remaining"), Some("0"));
        assert_eq!(answer.header("ratelimit-reset"), answer.header("retry-after"));
    }

    async fn a_role_that_does_not_allow_it_is_told_so(db: Database) {
        let (server, owner, rest) = person(&db).await;
        let member = Person::register(&server).await;
        let add = "mutation($input: AddWorkspaceMemberInput!) { addWorkspaceMember(input: $input) {
            member { role } userErrors { message code path } } }";
        owner.graphql.payload(add, json!({ "input": { "email": member.email, "role": "VIEWER" } })).await;
        let workspace = owner.workspace["id"].to_string();
        rest.call("createPost").json(json!({ "content": "seen by members" })).body_of(201).await;
        let theirs = Rest::of(&member.graphql);
        let listed = theirs.call("listPosts").header("X-Workspace-Id", &workspace).body_of(200).await;
        assert_eq!(listed["total"], json!(1));
        assert_eq!(theirs.call("listPosts").body_of(200).await["total"], json!(0), "the default workspace");
        let create = theirs.call("createPost").header("X-Workspace-Id", &workspace);
        assert_eq!(create.json(json!({ "content": "x" })).refused(403).await.0, "FORBIDDEN");
        theirs.call("listPosts").header("X-Workspace-Id", "999999").refused(404).await;
        theirs.call("listPosts").header("X-Workspace-Id", "mine").refused(400).await;
    }
}
