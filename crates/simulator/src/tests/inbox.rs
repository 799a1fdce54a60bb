//! What people say to an account of their own accord.

use super::server::{Server, body};
use fanfare_domain::platform::Platform::Twitter;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

async fn mentions(server: &Server, token: &str, user: &str) -> Vec<Value> {
    let path = format!("/2/users/{user}/mentions?max_results=100&tweet.fields=created_at,conversation_id");
    let request = server.request(Method::GET, Twitter, &path).bearer_auth(token);
    body(&server.send(request).await)["data"].as_array().cloned().unwrap_or_default()
}

async fn publish(server: &Server, token: &str, text: &str) -> String {
    let request = server.request(Method::POST, Twitter, "/2/tweets").bearer_auth(token);
    body(&server.send(request.json(&json!({ "text": text }))).await)["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn people_talk_in_the_minutes_after_a_post_and_say_the_same_to_everyone_who_asks() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    let me = server.send(server.request(Method::GET, Twitter, "/2/users/me").bearer_auth(&token)).await;
    let user = body(&me)["data"]["id"].as_str().unwrap().to_owned();
    let post = publish(&server, &token, "hello").await;
    assert!(mentions(&server, &token, &user).await.is_empty(), "nobody has read it yet");

    server.clock.forward(Duration::from_mins(1));
    let early = mentions(&server, &token, &user).await;
    assert!(early.iter().any(|it| it["conversation_id"] == post.as_str()), "{early:?}");

    server.clock.forward(Duration::from_mins(10));
    let late = mentions(&server, &token, &user).await;
    assert!(late.ends_with(&early), "what was said stays, newest first");
    server.clock.forward(Duration::from_hours(1));
    assert_eq!(mentions(&server, &token, &user).await, late, "a post is talked about for minutes");
}

#[tokio::test]
async fn a_quiet_audience_says_what_is_ordered_and_nothing_else_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path(), None).await;
    let token = server.access_token(Twitter, "ada").await;
    let me = server.send(server.request(Method::GET, Twitter, "/2/users/me").bearer_auth(&token)).await;
    let user = body(&me)["data"]["id"].as_str().unwrap().to_owned();
    let post = publish(&server, &token, "hello").await;
    let quiet = server.control(Method::PUT, "/audience", Some(json!({ "talks": false }))).await;
    assert_eq!(quiet.status, 204);
    let order =
        json!({ "platform": "twitter", "account": "ada", "type": "comment", "text": "hi", "post": post });
    assert_eq!(server.control(Method::POST, "/inbox", Some(order)).await.status, 201);
    server.clock.forward(Duration::from_mins(10));
    let said = mentions(&server, &token, &user).await;
    assert_eq!(said.iter().map(|it| &it["text"]).collect::<Vec<_>>(), ["hi"]);

    server.simulator.close().await;
    drop(server);
    let server = Server::start_in(folder.path(), None).await;
    server.clock.forward(Duration::from_mins(10));
    assert_eq!(mentions(&server, &token, &user).await, said);
    server.control(Method::PUT, "/audience", Some(json!({ "talks": true }))).await;
    let louder = mentions(&server, &token, &user).await;
    assert!(louder.len() > 1 && louder.contains(&said[0]), "{louder:?}");
}

#[tokio::test]
async fn a_reply_to_a_comment_is_taken_and_one_to_nothing_is_not() {
    let server = Server::start().await;
    let token = server.access_token(Twitter, "ada").await;
    let post = publish(&server, &token, "hello").await;
    let order =
        json!({ "platform": "twitter", "account": "ada", "type": "comment", "text": "hi", "post": post });
    let said = server.control(Method::POST, "/inbox", Some(order)).await;
    assert_eq!(said.status, 201);
    let comment = body(&said)["id"].clone();
    for (parent, status) in [(comment, 201), (json!("12345"), 403)] {
        let reply = json!({ "text": "hello you", "reply": { "in_reply_to_tweet_id": parent } });
        let request = server.request(Method::POST, Twitter, "/2/tweets").bearer_auth(&token).json(&reply);
        assert_eq!(server.send(request).await.status, status, "{parent}");
    }
    let nobody = json!({ "platform": "twitter", "account": "nobody", "type": "dm", "text": "hi" });
    assert_eq!(server.control(Method::POST, "/inbox", Some(nobody)).await.status, 422);
}
