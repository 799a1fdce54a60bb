//! A key makes a call take effect once; an `ETag` spares what has been read already.

use super::walk::sample;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::rest::{Call, Rest};
use crate::support::server::Server;
use futures_util::future::join_all;
use serde_json::{Value, json};

fn create(rest: &Rest, key: &str, content: &str) -> Call {
    rest.call("createPost").header("Idempotency-Key", key).json(json!({ "content": content }))
}

on_both_databases! {
    async fn the_same_key_and_body_is_one_call_and_another_body_is_a_conflict(db: Database) {
        let server = Server::start(&db).await;
        let rest = Rest::of(&Person::register(&server).await.graphql);
        let first = create(&rest, "k", "one").send().await;
        assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, None));
        let again = create(&rest, "k", "one").send().await;
        assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, Some("true")));
        assert_eq!(again.body, first.body);
        let (code, fields) = create(&rest, "k", "two").refused(409).await;
        assert_eq!(code, "IDEMPOTENCY_CONFLICT");
        assert!(fields.get("Idempotency-Key").is_some(), "{fields}");
        create(&rest, &"k".repeat(201), "one").refused(400).await;
        let all = join_all((0..10).map(|_| create(&rest, "many", "one").send())).await;
        assert!(all.iter().all(|answer| answer.body["id"] == all[0].body["id"]));
        let replayed = all.iter().filter(|answer| answer.header("idempotency-replayed").is_some()).count();
        assert_eq!(replayed, 9);
        let bulk = || rest.call("createPosts").header("Idempotency-Key", "b").json(json!({ "content": "flat" }));
        let (first, again) = (bulk().send().await, bulk().send().await);
        assert_eq!((first.body, again.header("idempotency-replayed")), (again.body.clone(), Some("true")));
        assert_eq!(rest.call("listPosts").body_of(200).await["total"], json!(3));
    }

    async fn templates_and_campaigns_are_made_once_under_a_key(db: Database) {
        let server = Server::start(&db).await;
        let rest = Rest::of(&Person::register(&server).await.graphql);
        let template = json!({ "name": "x", "content_template": "Hello {name}" });
        let campaign = json!({ "name": "x", "start_date": "2026-03-01", "end_date": "2026-03-31" });
        for (route, body) in [("createTemplate", template), ("createCampaign", campaign)] {
            let call = |body: &Value| rest.call(route).header("Idempotency-Key", "k").json(body.clone());
            let (first, again) = (call(&body).send().await, call(&body).send().await);
            assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, None), "{route}");
            assert_eq!(again.body, first.body, "{route}");
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{route}");
            let mut other = body;
            other["name"] = json!("y");
            assert_eq!(call(&other).refused(409).await.0, "IDEMPOTENCY_CONFLICT", "{route}");
        }
    }

    async fn a_text_is_written_once_under_a_key(db: Database) {
        let server = Server::start(&db).await;
        let rest = Rest::of(&Person::register(&server).await.graphql);
        for (route, body) in [
            ("generateContent", json!({ "topic": "fresh bread" })),
            ("suggestHashtags", json!({ "content": "Fresh bread every morning" })),
            ("optimizeContent", json!({ "content": "Fresh bread every morning", "platform": "twitter" })),
        ] {
            let call = |body: &Value| rest.call(route).header("Idempotency-Key", "k").json(body.clone());
            let (first, again) = (call(&body).send().await, call(&body).send().await);
            assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (200, None), "{route}");
            assert!(first.body["ai_generated"].is_boolean(), "{route}: {:#}", first.body);
            assert_eq!(again.body, first.body, "{route}: to the time at which it was written, where that is told");
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{route}");
            let mut other = body;
            other["platform"] = json!("instagram");
            assert_eq!(call(&other).refused(409).await.0, "IDEMPOTENCY_CONFLICT", "{route}");
        }
    }

    async fn an_account_is_connected_once_under_a_key(db: Database) {
        let stage = Stage::set(&db).await;
        let rest = Rest::of(&stage.person.graphql);
        let link = |key: &str| {
            let body = json!({ "platform": "twitter", "account_name": "ann" });
            rest.call("linkAccount").header("Idempotency-Key", key).json(body)
        };
        let (first, again) = (link("k").send().await, link("k").send().await);
        assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, None));
        assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, Some("true")));
        assert_eq!(again.body["id"], first.body["id"]);
        assert!(first.body["id"].is_i64(), "{:#}", first.body);
        // Without the key it is another call, for an account that is there.
        assert_eq!(link("another").refused(409).await.0, "ACCOUNT_ALREADY_LINKED");
        let relink = || rest.call_on("reconnectAccount", &first.body["id"]).header("Idempotency-Key", "k").json(json!({}));
        let (first, again) = (relink().send().await, relink().send().await);
        assert_eq!((first.status.as_u16(), again.header("idempotency-replayed")), (200, Some("true")));
        assert_eq!(again.body, first.body);
    }

    async fn a_file_is_taken_once_under_a_key(db: Database) {
        let stage = Stage::set(&db).await;
        let rest = Rest::of(&stage.person.graphql);
        let upload = async |name: &str| {
            rest.call("uploadMedia").header("Idempotency-Key", "k").form(sample(&stage, name).await)
        };
        let first = upload("sample.jpg").await.send().await;
        assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, None));
        let again = upload("sample.jpg").await.send().await;
        assert_eq!(again.body["media"]["id"], first.body["media"]["id"]);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        let (code, _) = upload("sample.mp4").await.refused(409).await;
        assert_eq!(code, "IDEMPOTENCY_CONFLICT");
        assert_eq!(rest.call("listMedia").body_of(200).await["total"], json!(1));
    }

    async fn what_has_not_changed_is_not_sent_again(db: Database) {
        let server = Server::start(&db).await;
        let rest = Rest::of(&Person::register(&server).await.graphql);
        let id = create(&rest, "k", "one").body_of(201).await["id"].clone();
        for (route, argument) in [("listPosts", String::new()), ("getPost", id.to_string())] {
            let first = rest.call_on(route, &argument).send().await;
            let tag = first.header("etag").expect("an answer has a tag").to_owned();
            let again = rest.call_on(route, &argument).header("If-None-Match", &tag).send().await;
            assert_eq!((again.status.as_u16(), again.body), (304, json!(null)), "{route}");
            assert_eq!(again.headers.get("etag"), first.headers.get("etag"));
            rest.call_on("updatePost", &id).json(json!({ "content": route })).body_of(200).await;
            let changed = rest.call_on(route, &argument).header("If-None-Match", &tag).send().await;
            assert_eq!(changed.status.as_u16(), 200);
        }
    }
}
