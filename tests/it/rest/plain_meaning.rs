//! What can be meant in one way only is taken, and what could be meant in two is refused.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Server;
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    async fn a_parameter_that_is_given_twice_is_refused_by_its_name(db: Database) {
        let server = Server::start(&db).await;
        let rest = Rest::of(&Person::register(&server).await.graphql);
        let once = json!("Give this parameter once.");
        for (id, name) in [("listPosts", "status"), ("listPosts", "limit"), ("getAnalytics", "account_id")] {
            let (code, fields) = rest.call(id).query(&[(name, "1"), (name, "2")]).refused(400).await;
            assert_eq!((code.as_str(), fields.get(name).is_some()), ("INVALID", true), "{id} {name}: {fields}");
        }
        let (_, fields) = rest.call("listPosts").query(&[("q", "a"), ("q", "b")]).refused(400).await;
        assert_eq!(fields, json!({ "q": once }));
        let callback = rest.raw(Method::GET, "/oauth/twitter/callback").query(&[("state", "a"), ("state", "b")]);
        assert_eq!(callback.refused(400).await, ("INVALID".to_owned(), json!({ "state": once })));
    }

    async fn numbers_in_texts_and_a_slash_at_the_end_are_taken(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let rest = Rest::of(&person.graphql);
        let account = json!({ "platform": "twitter", "account_name": "Ada" });
        let account = rest.call("linkAccount").json(account).body_of(201).await["id"].clone();
        let post = json!({ "content": "x", "account_id": account.to_string(), "status": "draft" });
        let post = rest.raw(Method::POST, "/posts/").json(post).body_of(201).await["post"].clone();
        assert_eq!(post["account_id"], account);
        let found = rest.raw(Method::GET, &format!("/posts/{}/", post["id"])).body_of(200).await;
        assert_eq!(found["post"]["id"], post["id"]);
        let filtered = rest.raw(Method::GET, "/posts/").query(&[("account_id", &account.to_string())]);
        assert_eq!(filtered.body_of(200).await["total"], json!(1));
        let me = person.graphql.request(Method::GET, "/api/auth/me/").send().await.unwrap();
        assert_eq!(me.status().as_u16(), 200);
        rest.raw(Method::GET, "/nowhere/").refused(404).await;
    }
}
