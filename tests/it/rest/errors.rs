//! What is wrong is said in the contract's form, whatever it is.

use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Server;
use fanfare_edge::rest::{Access, ROUTES};
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
            let routes = ["getPost", "updatePost", "deletePost", "publishPost", "retryPost", "getPostMetrics",
                "getPostAnalytics"];
            for route in routes {
                let (code, _) = rest.call_on(route, &id).json(json!({})).refused(404).await;
                assert_eq!(code, "NOT_FOUND", "{route} {id}");
            }
        }
        let of_account = ["getAccount", "disconnectAccount", "reconnectAccount", "getAccountAnalytics", "getOptimalTimes"];
        for route in of_account {
            rest.call_on(route, &account["id"]).refused(404).await;
        }
        rest.call("getAnalytics").query(&[("account_id", &account["id"].to_string())]).refused(404).await;
        let template = json!({ "name": "x", "content_template": "x" });
        let template = other.call("createTemplate").json(template).body_of(201).await;
        let campaign = json!({ "name": "x", "start_date": "2026-03-01", "end_date": "2026-03-31" });
        let campaign = other.call("createCampaign").json(campaign).body_of(201).await;
        for (made, routes) in [
            (&template["id"], &["updateTemplate", "deleteTemplate"][..]),
            (&campaign["id"], &["getCampaign", "updateCampaign", "deleteCampaign"][..]),
            (&json!(999_999), &["replyToMessage", "markMessageRead", "markMessageReadByPost"][..]),
        ] {
            let ids = [made.to_string(), "999999".to_owned(), "x".to_owned()];
            for (id, route) in ids.iter().flat_map(|id| routes.iter().map(move |route| (id, route))) {
                let body = if *route == "replyToMessage" { json!({ "content": "x" }) } else { json!({}) };
                let (code, _) = rest.call_on(route, id).json(body).refused(404).await;
                assert_eq!(code, "NOT_FOUND", "{route} {id}");
            }
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

    async fn what_is_wrong_is_told_by_the_name_that_the_request_gave_it(db: Database) {
        let (_server, _person, rest) = person(&db).await;
        let account = json!({ "platform": "twitter", "account_name": "Ada" });
        let account = rest.call("linkAccount").json(account).body_of(201).await["id"].clone();
        for (call, code, field) in [
            (rest.call("getAnalytics").query(&[("start_date", "2026-02-30")]), "INVALID", "start_date"),
            (rest.call("getAnalytics").query(&[("start_date", "2999-01-01")]), "INVALID", "start_date"),
            (rest.call("getAnalytics").query(&[("account_id", "x")]), "INVALID", "account_id"),
            (rest.call_on("getAccountAnalytics", &account).query(&[("start_date", "2020-01-01")]), "INVALID", "start_date"),
            (rest.call("getCalendar").query(&[("year", "2026")]), "INVALID", "year"),
            (rest.call("getCalendar").query(&[("start_date", "2026-02-30")]), "INVALID", "start_date"),
            (rest.call("updateSettings").json(json!({ "timezone": "Mars/Base" })), "INVALID", "timezone"),
            (rest.call("listMedia").query(&[("type", "song")]), "INVALID", "type.0"),
            (rest.call("listTemplates").query(&[("category", "lost")]), "INVALID", "category"),
            (rest.call("createTemplate").json(json!({ "content_template": "x" })), "INVALID", "name"),
            (
                rest.call("createTemplate").json(json!({ "name": "x", "content_template": "Hello {" })),
                "TEMPLATE_PLACEHOLDER_INVALID",
                "content_template",
            ),
            (rest.call("listMessages").query(&[("type", "comment,shout")]), "INVALID", "type.1"),
            (rest.call_on("replyToMessage", 1).json(json!({})), "INVALID", "content"),
            (
                rest.call("createCampaign").json(json!({ "name": "x", "start_date": "2026-03-02", "end_date": "2026-03-01" })),
                "CAMPAIGN_ENDS_BEFORE_START",
                "end_date",
            ),
            (
                rest.call("createCampaign").json(json!({ "name": "x", "start_date": "1 March", "end_date": "2026-03-01" })),
                "INVALID",
                "start_date",
            ),
            (rest.call("generateContent").json(json!({ "topic": "x", "tone": "rude" })), "INVALID", "tone"),
            (rest.call("generateContent").json(json!({ "topic": " " })), "REQUIRED", "topic"),
            (rest.call("suggestHashtags").json(json!({ "content": "x", "count": 31 })), "INVALID", "count"),
            (rest.call("optimizeContent").json(json!({ "content": "x" })), "INVALID", "platform"),
        ] {
            let id = call.route.map(|route| route.id);
            let (told, fields) = call.refused(400).await;
            assert_eq!((told.as_str(), fields.get(field).is_some()), (code, true), "{id:?} {fields}");
        }
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
        member.join(&owner.graphql, "VIEWER").await;
        let workspace = owner.workspace["id"].to_string();
        rest.call("createPost").json(json!({ "content": "seen by members" })).body_of(201).await;
        let theirs = Rest::of(&member.graphql);
        let listed = theirs.call("listPosts").header("X-Workspace-Id", &workspace).body_of(200).await;
        assert_eq!(listed["total"], json!(1));
        assert_eq!(theirs.call("listPosts").body_of(200).await["total"], json!(0), "the default workspace");
        let create = theirs.call("createPost").header("X-Workspace-Id", &workspace);
        assert_eq!(create.json(json!({ "content": "x" })).refused(403).await.0, "FORBIDDEN");
        let campaign = json!({ "name": "x", "start_date": "2026-03-01", "end_date": "2026-03-31" });
        for (route, body) in [
            ("createTemplate", json!({ "name": "x", "content_template": "x" })),
            ("createCampaign", campaign),
            ("updateSettings", json!({ "banned_keywords": [] })),
            ("generateContent", json!({ "topic": "x" })),
            ("suggestHashtags", json!({ "content": "x" })),
            ("optimizeContent", json!({ "content": "x", "platform": "twitter" })),
        ] {
            let call = theirs.call(route).header("X-Workspace-Id", &workspace).json(body);
            assert_eq!(call.refused(403).await.0, "FORBIDDEN", "{route}");
        }
        theirs.call("getAnalytics").header("X-Workspace-Id", &workspace).body_of(200).await;
        theirs.call("listMessages").header("X-Workspace-Id", &workspace).body_of(200).await;
        let system = rest.call("listTemplates").body_of(200).await["templates"][0].clone();
        assert_eq!(system["is_system"], json!(true));
        let change = rest.call_on("updateTemplate", &system["id"]).json(json!({ "name": "mine" }));
        assert_eq!(change.refused(403).await.0, "FORBIDDEN", "the server's own");
        rest.call_on("deleteTemplate", &system["id"]).refused(403).await;
        theirs.call("listPosts").header("X-Workspace-Id", "999999").refused(404).await;
        theirs.call("listPosts").header("X-Workspace-Id", "mine").refused(400).await;
    }
}
