//! X: media, posts, read-back, delete.

use super::server::{Server, body};
use crate::core::hashing::hexadecimal;
use fanfare_domain::platform::Platform::Twitter;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

const JPEG: &[u8] = include_bytes!("../samples/sample.jpg");
const MP4: &[u8] = include_bytes!("../samples/sample.mp4");

/// Uploads in segments of `size`; the finalize answer.
async fn upload(server: &Server, token: &str, bytes: &[u8], media_type: &str, size: usize) -> Value {
    let announce = json!({ "media_type": media_type, "total_bytes": bytes.len() });
    let request = server.request(Method::POST, Twitter, "/2/media/upload/initialize").bearer_auth(token);
    let reply = server.send(request.json(&announce)).await;
    assert_eq!(reply.status, 200);
    let id = body(&reply)["data"]["id"].as_str().unwrap().to_owned();
    for (index, segment) in bytes.chunks(size).enumerate() {
        let part = reqwest::multipart::Part::bytes(segment.to_vec());
        let form =
            reqwest::multipart::Form::new().text("segment_index", index.to_string()).part("media", part);
        let path = format!("/2/media/upload/{id}/append");
        let request = server.request(Method::POST, Twitter, &path).bearer_auth(token).multipart(form);
        assert_eq!(server.send(request).await.status, 200);
    }
    let path = format!("/2/media/upload/{id}/finalize");
    body(&server.send(server.request(Method::POST, Twitter, &path).bearer_auth(token)).await)
}

async fn post(server: &Server, token: &str, body: Value) -> reqwest::StatusCode {
    let request = server.request(Method::POST, Twitter, "/2/tweets").bearer_auth(token).json(&body);
    server.send(request).await.status
}

#[tokio::test]
async fn a_post_with_a_picture_is_published_read_back_shown_and_deleted() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    let me =
        body(&server.send(server.request(Method::GET, Twitter, "/2/users/me").bearer_auth(&token)).await);
    let user = me["data"]["id"].as_str().unwrap();
    assert_eq!(me["data"]["username"], "ada");

    let media = upload(&server, &token, JPEG, "image/jpeg", 5_000).await;
    assert!(media["data"].get("processing_info").is_none());
    let create = json!({
        "text": "see https://example.com/a & b", "media": { "media_ids": [media["data"]["id"]] },
    });
    let request = server.request(Method::POST, Twitter, "/2/tweets").bearer_auth(&token).json(&create);
    let created = server.send(request).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.header("x-rate-limit-remaining"), Some("99"));
    let id = body(&created)["data"]["id"].as_str().unwrap().to_owned();

    let path =
        format!("/2/users/{user}/tweets?max_results=5&tweet.fields=created_at,entities,public_metrics");
    let list = body(&server.send(server.request(Method::GET, Twitter, &path).bearer_auth(&token)).await);
    let found = &list["data"][0];
    assert_eq!(found["id"], json!(id));
    assert_eq!(found["entities"]["urls"][0]["expanded_url"], "https://example.com/a");
    let text = found["text"].as_str().unwrap();
    assert!(text.starts_with("see https://t.co/") && text.contains("&amp;"), "{text}");

    let seen = server.send(server.request(Method::GET, Twitter, &format!("/ada/status/{id}"))).await;
    assert_eq!(seen.status, 200);
    let views = found["public_metrics"]["impression_count"].as_u64().unwrap();
    server.clock.forward(Duration::from_hours(1));
    let path = format!("/2/tweets/{id}?tweet.fields=public_metrics");
    let read = || server.request(Method::GET, Twitter, &path).bearer_auth(&token);
    let later = body(&server.send(read()).await);
    assert!(later["data"]["public_metrics"]["impression_count"].as_u64().unwrap() > views);

    let delete = server.request(Method::DELETE, Twitter, &format!("/2/tweets/{id}")).bearer_auth(&token);
    assert_eq!(body(&server.send(delete).await)["data"]["deleted"], true);
    assert!(body(&server.send(read()).await).get("errors").is_some());
    let report = server.report().await;
    let post = &report["accounts"][0]["posts"][0];
    assert!(post["deleted_at"].is_string());
    assert_eq!(post["media"][0]["sha256"], json!(hexadecimal(&Sha256::digest(JPEG))));
    assert_eq!(report["accounts"][0]["calls"]["publish"], json!({ "received": 1, "effective": 1 }));
}

#[tokio::test]
async fn a_video_is_attached_only_when_it_is_processed() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    server
        .fault(json!({ "platform": "twitter", "step": "upload", "kind": "slow_container", "after": 1 }))
        .await;
    let media = upload(&server, &token, MP4, "video/mp4", MP4.len()).await;
    assert_eq!(media["data"]["processing_info"]["state"], "in_progress");
    assert!(media["data"]["processing_info"]["check_after_secs"].as_f64().unwrap() >= 1.0);
    let id = media["data"]["id"].as_str().unwrap();
    let create = json!({ "text": "film", "media": { "media_ids": [id] } });
    assert_eq!(post(&server, &token, create.clone()).await, 400);
    server.clock.forward(Duration::from_secs(11));
    let path = format!("/2/media/upload?command=STATUS&media_id={id}");
    let status = body(&server.send(server.request(Method::GET, Twitter, &path).bearer_auth(&token)).await);
    assert_eq!(status["data"]["processing_info"]["state"], "succeeded");
    assert_eq!(post(&server, &token, create).await, 201);
}

#[tokio::test]
async fn bytes_that_are_not_what_was_announced_are_refused() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    let refused = upload(&server, &token, MP4, "image/jpeg", MP4.len()).await;
    assert_eq!(refused["title"], "Invalid Request");
}

#[tokio::test]
async fn the_same_text_is_refused_while_the_first_stands() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    let first = body(&server.tweet(&token, "again").await.unwrap());
    let second = server.tweet(&token, "again").await.unwrap();
    assert_eq!(second.status, 403);
    assert!(body(&second)["detail"].as_str().unwrap().contains("duplicate"));
    let path = format!("/2/tweets/{}", first["data"]["id"].as_str().unwrap());
    server.send(server.request(Method::DELETE, Twitter, &path).bearer_auth(&token)).await;
    assert_eq!(server.tweet(&token, "again").await.unwrap().status, 201);
}

#[tokio::test]
async fn invisible_characters_are_taken_out_before_a_text_is_judged() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    assert_eq!(server.tweet(&token, "\u{feff}in\u{200b}visible \n").await.unwrap().status, 201);
    assert_eq!(server.report().await["accounts"][0]["posts"][0]["text"], "invisible");
    assert_eq!(server.tweet(&token, "invisible\u{2060}").await.unwrap().status, 403, "a duplicate");
    assert_eq!(server.tweet(&token, "\u{200b}\u{feff}").await.unwrap().status, 400, "nothing is left");
}

#[tokio::test]
async fn a_text_over_280_is_refused() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    assert_eq!(server.tweet(&token, &"a".repeat(280)).await.unwrap().status, 201);
    assert_eq!(server.tweet(&token, &"漢".repeat(141)).await.unwrap().status, 403);
}

#[tokio::test]
async fn the_101st_post_of_a_window_waits_unless_limits_are_lifted() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    for number in 0..100 {
        assert_eq!(server.tweet(&token, &format!("post {number}")).await.unwrap().status, 201);
    }
    let refused = server.tweet(&token, "one more").await.unwrap();
    assert_eq!(refused.status, 429);
    assert!(refused.header("x-rate-limit-reset").is_some());
    server.control(Method::PUT, "/limits", Some(json!({ "enforced": false }))).await;
    assert_eq!(server.tweet(&token, "one more").await.unwrap().status, 201);
}

#[tokio::test]
async fn a_timeline_comes_in_pages_and_from_a_time_on() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    for number in 0..7 {
        server.clock.forward(Duration::from_secs(1));
        server.tweet(&token, &format!("post {number}")).await.unwrap();
    }
    let report = server.report().await;
    let user = report["accounts"][0]["remote_id"].as_str().unwrap();
    let get = async |query: &str| {
        let path = format!("/2/users/{user}/tweets?{query}");
        body(&server.send(server.request(Method::GET, Twitter, &path).bearer_auth(&token)).await)
    };
    let first = get("max_results=5").await;
    assert_eq!(
        (first["data"][0]["text"].clone(), first["meta"]["result_count"].clone()),
        (json!("post 6"), json!(5))
    );
    let next = first["meta"]["next_token"].as_str().unwrap();
    assert_eq!(get(&format!("max_results=5&pagination_token={next}")).await["meta"]["result_count"], 2);
    let start = report["accounts"][0]["posts"][5]["created_at"].as_str().unwrap();
    assert_eq!(get(&format!("start_time={start}")).await["meta"]["result_count"], 2);
    assert_eq!(get("max_results=4").await["title"], "Invalid Request");
}
