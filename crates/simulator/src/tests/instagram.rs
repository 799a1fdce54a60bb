//! Instagram: containers, publishing, listing, insights.

use super::server::{Server, body};
use crate::Clients;
use fanfare_domain::platform::Platform::Instagram;
use fanfare_net::Reply;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

struct Account<'a> {
    server: &'a Server,
    token: String,
    id: String,
}

impl<'a> Account<'a> {
    async fn connect(server: &'a Server) -> Self {
        let token = server.access_token(Instagram, "ada").await;
        let query = [("fields", "user_id,username"), ("access_token", &token)];
        let me = server.send(server.request(Method::GET, Instagram, "/v23.0/me").query(&query)).await;
        let id = body(&me)["user_id"].as_str().unwrap().to_owned();
        Self { server, token, id }
    }

    async fn call(&self, method: Method, path: &str, parameters: &[(&str, &str)]) -> Reply {
        let request = self.server.request(method.clone(), Instagram, &format!("/v23.0/{path}"));
        let mut all = parameters.to_vec();
        all.push(("access_token", &self.token));
        self.server.send(if method == Method::POST { request.form(&all) } else { request.query(&all) }).await
    }

    async fn container(&self, parameters: &[(&str, &str)]) -> Reply {
        self.call(Method::POST, &format!("{}/media", self.id), parameters).await
    }

    async fn publish(&self, container: &str) -> Reply {
        self.call(Method::POST, &format!("{}/media_publish", self.id), &[("creation_id", container)]).await
    }

    async fn status(&self, container: &str) -> Value {
        body(&self.call(Method::GET, container, &[("fields", "status_code")]).await)["status_code"].clone()
    }

    fn sample(&self, name: &str) -> String {
        self.server.origin.join(&format!("/simulator/{name}")).unwrap().to_string()
    }
}

fn id(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    body(reply)["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn hashtags_and_mentions_are_counted_wherever_they_stand() {
    let server = Server::start().await;
    let ada = Account::connect(&server).await;
    let picture = ada.sample("sample.jpg");
    for (caption, taken) in [
        ("#a".repeat(30), true),
        ("#a".repeat(31), false),
        ("(#a)".repeat(31), false),
        ("タグ、#a".repeat(31), false),
        ("@a ".repeat(20), true),
        ("@a,".repeat(21), false),
        ("a@b.c ".repeat(21), true),
    ] {
        let reply = ada.container(&[("image_url", picture.as_str()), ("caption", caption.as_str())]).await;
        assert_eq!(reply.status == 200, taken, "{caption}");
    }
}

#[tokio::test]
async fn a_picture_is_pulled_published_once_listed_and_deleted() {
    let server = Server::start().await;
    let account = Account::connect(&server).await;
    let image = account.sample("sample.jpg");
    let container = id(&account.container(&[("image_url", &image), ("caption", "hello")]).await);
    assert_eq!(account.status(&container).await, "FINISHED");
    let media = id(&account.publish(&container).await);
    assert_eq!(account.status(&container).await, "PUBLISHED");
    assert_eq!(account.publish(&container).await.status, 400);

    let list = account.call(Method::GET, "me/media", &[("fields", "id,caption,timestamp,permalink")]).await;
    let found = body(&list)["data"][0].clone();
    assert_eq!((found["id"].clone(), found["caption"].clone()), (json!(media), json!("hello")));
    assert!(found["timestamp"].as_str().unwrap().ends_with("+0000"));
    let page = found["permalink"].as_str().unwrap().parse().unwrap();
    assert_eq!(server.send(server.http.request(Method::GET, page)).await.status, 200);

    server.clock.forward(Duration::from_mins(50));
    let insights =
        account.call(Method::GET, &format!("{media}/insights"), &[("metric", "views,reach")]).await;
    assert!(body(&insights)["data"][0]["values"][0]["value"].as_u64().unwrap() > 0);
    let unknown =
        account.call(Method::GET, &format!("{media}/insights"), &[("metric", "views,nonsense")]).await;
    assert_eq!(unknown.status, 400);
    let limit =
        account.call(Method::GET, "me/content_publishing_limit", &[("fields", "quota_usage,config")]).await;
    assert_eq!(body(&limit)["data"][0]["quota_usage"], 1);

    assert_eq!(body(&account.call(Method::DELETE, &media, &[]).await), json!({ "success": true }));
    assert_eq!(account.call(Method::GET, &media, &[]).await.status, 400);
    assert_eq!(server.report().await["accounts"][0]["posts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_reel_is_published_only_when_its_container_is_finished() {
    let server = Server::start().await;
    let account = Account::connect(&server).await;
    let order = json!({
        "platform": "instagram", "step": "create_container", "kind": "slow_container", "latency_ms": 5_000,
    });
    server.fault(order).await;
    let video = account.sample("sample.mp4");
    let container = id(&account.container(&[("video_url", &video), ("media_type", "REELS")]).await);
    assert_eq!(account.status(&container).await, "IN_PROGRESS");
    let early = account.publish(&container).await;
    assert_eq!(body(&early)["error"]["error_subcode"], 2_207_027);
    server.clock.forward(Duration::from_secs(6));
    assert_eq!(account.status(&container).await, "FINISHED");
    id(&account.publish(&container).await);
}

#[tokio::test]
async fn a_container_expires_after_a_day() {
    let server = Server::start().await;
    let account = Account::connect(&server).await;
    let query =
        [("grant_type", "ig_exchange_token"), ("client_secret", "s"), ("access_token", &account.token)];
    let reply = server.send(server.request(Method::GET, Instagram, "/access_token").query(&query)).await;
    let token = body(&reply)["access_token"].as_str().unwrap().to_owned();
    let account = Account { token, ..account };
    let image = account.sample("sample.jpg");
    let container = id(&account.container(&[("image_url", &image)]).await);
    server.clock.forward(Duration::from_hours(24));
    assert_eq!(account.status(&container).await, "EXPIRED");
    assert_eq!(account.publish(&container).await.status, 400);
}

#[tokio::test]
async fn media_that_cannot_be_pulled_or_is_of_another_kind_is_refused() {
    let server = Server::start().await;
    let account = Account::connect(&server).await;
    let (video, nothing) = (account.sample("sample.mp4"), account.sample("nothing.jpg"));
    let unreachable = account.container(&[("image_url", &nothing)]).await;
    assert_eq!(body(&unreachable)["error"]["code"], 9_004);
    let wrong = account.container(&[("image_url", &video)]).await;
    assert_eq!(body(&wrong)["error"]["error_subcode"], 2_207_005);
    let container = id(&account.container(&[("video_url", &nothing), ("media_type", "REELS")]).await);
    assert_eq!(account.status(&container).await, "ERROR");
}

#[tokio::test]
async fn a_carousel_takes_its_children() {
    let server = Server::start().await;
    let account = Account::connect(&server).await;
    let image = account.sample("sample.jpg");
    let child = [("image_url", image.as_str()), ("is_carousel_item", "true")];
    let (first, second) = (id(&account.container(&child).await), id(&account.container(&child).await));
    assert_eq!(account.container(&[("media_type", "CAROUSEL"), ("children", &first)]).await.status, 400);
    let children = format!("{first},{second}");
    let parent = id(&account.container(&[("media_type", "CAROUSEL"), ("children", &children)]).await);
    id(&account.publish(&parent).await);
    let report = server.report().await;
    assert_eq!(report["accounts"][0]["posts"][0]["media"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_is_pulled_that_only_this_machine_can_reach() {
    let folder = tempfile::tempdir().unwrap();
    let clients = Clients { bases: vec!["http://127.0.0.1:9".parse().unwrap()], loopback: false };
    let server = Server::start_for(folder.path(), None, clients).await;
    let account = Account::connect(&server).await;
    for address in [account.sample("sample.jpg"), "http://169.254.169.254/latest/meta-data".to_owned()] {
        let refused = account.container(&[("image_url", &address)]).await;
        assert_eq!(body(&refused)["error"]["code"], 9_004, "{address}");
    }
}
