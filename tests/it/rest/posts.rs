//! What a REST request says about a post is what happens with it.

use crate::support::database::{Database, on_both_databases};
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::server::Server;
use reqwest::Method;
use serde_json::{Value, json};

async fn writer(db: &Database) -> (Server, Rest, Value) {
    let server = Server::start(db).await;
    let rest = Rest::of(&Person::register(&server).await.graphql);
    let account = json!({ "platform": "twitter", "account_name": "Ada" });
    let account = rest.call("linkAccount").json(account).body_of(201).await["id"].clone();
    (server, rest, account)
}

on_both_databases! {
    async fn a_post_becomes_what_its_fields_say(db: Database) {
        let (_server, rest, account) = writer(&db).await;
        let year = crate::graphql::posts::tomorrow().format("%Y-%m-%dT%H:%M").to_string();
        for (body, status) in [
            (json!({ "account_ids": [account] }), "draft"),
            (json!({ "account_ids": [account], "scheduled_at": format!("{year}:00Z") }), "scheduled"),
            (json!({ "account_ids": [account], "scheduled_at": year }), "scheduled"),
            (json!({ "account_ids": [account], "status": "pending" }), "pending"),
            (json!({ "platforms": ["twitter"] }), "pending"),
            (json!({ "platforms": ["twitter"], "status": "draft" }), "draft"),
            (json!({ "platforms": ["twitter"], "scheduled_at": format!("{year}:00Z") }), "scheduled"),
            (json!({ "account_id": account, "scheduled_at": year, "status": "draft" }), "draft"),
        ] {
            let mut post = body.clone();
            post["content"] = json!("hello");
            let created = rest.call("createPost").json(post).body_of(201).await;
            assert_eq!(created["status"], json!(status), "{body}");
            assert_eq!(created["post"]["account_id"], account, "{body}");
            assert_eq!(created["post"]["platforms"], json!(["twitter"]));
        }
        let none = json!({ "content": "x", "platforms": ["youtube"] });
        assert_eq!(rest.call("createPost").json(none).refused(400).await.0, "POST_NO_TARGETS");
        let late = json!({ "content": "x", "account_id": account, "scheduled_at": "2001-01-01T00:00" });
        let (code, fields) = rest.call("createPost").json(late).refused(400).await;
        assert_eq!((code.as_str(), fields.get("scheduled_at").is_some()), ("POST_SCHEDULE_IN_PAST", true));
    }

    async fn a_local_time_is_read_in_the_workspaces_zone(db: Database) {
        let server = Server::start(&db).await;
        let body = json!({ "email": "seoul@example.com", "password": "correct horse battery staple", "name": "S",
            "time_zone": "Asia/Seoul" });
        let request = server.graphql().request(Method::POST, "/api/auth/register").json(&body);
        let session: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
        let rest = Rest::of(&server.graphql().with_token(session["access_token"].as_str().unwrap()));
        let account = json!({ "platform": "twitter", "account_name": "Ada" });
        let account = rest.call("linkAccount").json(account).body_of(201).await["id"].clone();
        let day = crate::graphql::posts::tomorrow().date_naive() + chrono::TimeDelta::days(1);
        let post = json!({ "content": "x", "account_id": account, "scheduled_at": format!("{day}T09:00") });
        let created = rest.call("createPost").json(post).body_of(201).await;
        assert_eq!(created["post"]["scheduled_at"], json!(format!("{day}T00:00:00.000000Z")));
        let id = &created["id"];
        let change = json!({ "content": "y", "scheduled_at": format!("{day}T10:00") });
        let changed = rest.call_on("updatePost", id).json(change).body_of(200).await["post"].clone();
        assert_eq!((&changed["status"], &changed["content"]), (&json!("scheduled"), &json!("y")));
        assert_eq!(changed["scheduled_at"], json!(format!("{day}T01:00:00.000000Z")));
        let later = json!({ "scheduled_at": format!("{day}T11:00:00+09:00") });
        let sent = rest.call_on("publishPost", id).json(later).body_of(200).await;
        assert_eq!(sent["status"], json!("scheduled"));
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        assert_eq!(post["scheduled_at"], json!(format!("{day}T02:00:00.000000Z")));
    }

    async fn a_list_is_filtered_and_cut_into_pages(db: Database) {
        let (_server, rest, account) = writer(&db).await;
        for n in 0..5 {
            rest.call("createPost").json(json!({ "content": format!("draft {n}") })).body_of(201).await;
        }
        rest.call("createPost").json(json!({ "content": "with Ada", "account_id": account })).body_of(201).await;
        let page = rest.call("listPosts").query(&[("limit", "2"), ("page", "2")]).body_of(200).await;
        let places = ["total", "pages", "current_page", "limit", "offset"].map(|name| page[name].clone());
        assert_eq!(places, [6, 3, 2, 2, 2].map(|number| json!(number)));
        assert_eq!(page["posts"][0]["content"], json!("draft 3"));
        let total = async |query: &[(&str, &str)]| rest.call("listPosts").query(query).body_of(200).await["total"].clone();
        assert_eq!(total(&[("platform", "twitter")]).await, json!(1));
        assert_eq!(total(&[("account_id", &account.to_string())]).await, json!(1));
        assert_eq!(total(&[("q", "draft"), ("status", "draft,scheduled")]).await, json!(5));
        assert_eq!(total(&[("status", "published")]).await, json!(0));
        let (_, fields) = rest.call("listPosts").query(&[("campaing", "1")]).refused(400).await;
        assert_eq!(fields, json!({ "campaing": "There is no such field." }));
    }

    async fn a_post_is_in_the_campaign_that_its_fields_say_and_waits_while_that_is_paused(db: Database) {
        let (_server, rest, account) = writer(&db).await;
        let campaign = json!({ "name": "Spring", "start_date": "2026-03-01", "end_date": "2026-05-31" });
        let campaign = rest.call("createCampaign").json(campaign).body_of(201).await["id"].clone();
        let at = crate::graphql::posts::tomorrow().to_rfc3339();
        let post = json!({ "content": "x", "account_id": account, "scheduled_at": at, "campaign_id": campaign });
        let created = rest.call("createPost").json(post).body_of(201).await["post"].clone();
        assert_eq!((&created["campaign_id"], &created["status"]), (&campaign, &json!("scheduled")));
        rest.call("createPost").json(json!({ "content": "y", "account_id": account })).body_of(201).await;
        let filter = [("campaign_id", campaign.to_string())];
        let filter = filter.each_ref().map(|(name, id)| (*name, id.as_str()));
        let listed = rest.call("listPosts").query(&filter).body_of(200).await;
        assert_eq!((&listed["total"], &listed["posts"][0]["id"]), (&json!(1), &created["id"]));
        let found = async || rest.call_on("getCampaign", &campaign).body_of(200).await["campaign"].clone();
        rest.call_on("updateCampaign", &campaign).json(json!({ "status": "paused" })).body_of(200).await;
        assert_eq!(found().await["posts"][0]["status"], json!("held"));
        let change = rest.call_on("updatePost", &created["id"]).json(json!({ "campaign_id": null }));
        assert_eq!(change.body_of(200).await["post"]["campaign_id"], Value::Null);
        let emptied = found().await;
        assert_eq!((&emptied["posts"], &emptied["post_count"], &emptied["metrics"]), (&json!([]), &json!(0), &Value::Null));
        let post = json!({ "content": "x", "campaign_id": 999_999 });
        let (code, fields) = rest.call("createPost").json(post).refused(404).await;
        assert_eq!((code.as_str(), fields.get("campaign_id").is_some()), ("NOT_FOUND", true));
    }

    async fn five_hundred_posts_are_stored_in_one_call_and_not_one_more(db: Database) {
        let (_server, rest, _) = writer(&db).await;
        let many = |count: usize| json!({ "posts": vec![json!({ "content": "x" }); count] });
        let stored = rest.call("createPosts").json(many(500)).body_of(201).await;
        assert_eq!((&stored["created"], &stored["failed"]), (&json!(500), &json!(0)));
        assert_eq!(stored["posts"][499]["index"], json!(499));
        rest.call("createPosts").json(many(501)).refused(400).await;
    }
}
