//! What survives the death of the process.

use super::server::{Server, body};
use fanfare_domain::platform::Platform;
use reqwest::Method;
use serde_json::json;
use std::io::Write;

#[tokio::test]
async fn everything_answered_is_there_after_a_death_without_goodbye() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path(), None).await;
    let token = server.access_token(Platform::Twitter, "ada").await;
    let id = body(&server.tweet(&token, "kept").await.unwrap())["data"]["id"].clone();
    server.fault(json!({ "platform": "twitter", "step": "delete", "kind": "rejected" })).await;
    let before = server.report().await;
    // Gives the lock back and writes nothing: the file stays as a killed process leaves it, here with half a line of
    // a write that was under way.
    server.simulator.0.store.close();
    drop(server);
    let file = folder.path().join("simulator.jsonl");
    std::fs::OpenOptions::new().append(true).open(&file).unwrap().write_all(b"[{\"post\":{\"id\"").unwrap();

    let server = Server::start_in(folder.path(), None).await;
    assert_eq!(server.report().await, before);
    let path = format!("/2/tweets/{}", id.as_str().unwrap());
    let read = server.request(Method::GET, Platform::Twitter, &path).bearer_auth(&token);
    assert_eq!(body(&server.send(read).await)["data"]["text"], "kept");
    let delete = || server.request(Method::DELETE, Platform::Twitter, &path).bearer_auth(&token);
    assert_eq!(server.send(delete()).await.status, 403);
    assert_eq!(server.send(delete()).await.status, 200);
}

#[tokio::test]
async fn a_file_that_is_damaged_inside_is_refused_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    std::fs::write(&file, "[]\nnonsense\n[]\n").unwrap();
    let problem = crate::core::store::Store::open(file).err().unwrap();
    assert!(problem.to_string().contains("line 2"), "{problem}");
}

#[tokio::test]
async fn two_simulators_do_not_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let first = crate::core::store::Store::open(file.clone()).unwrap();
    assert!(crate::core::store::Store::open(file.clone()).is_err());
    first.close();
    assert!(crate::core::store::Store::open(file).is_ok());
}

#[tokio::test]
async fn a_reset_forgets_accounts_and_their_tokens() {
    let server = Server::start().await;
    let token = server.access_token(Platform::Twitter, "ada").await;
    assert_eq!(server.control(Method::DELETE, "/report", None).await.status, 204);
    assert_eq!(server.report().await["accounts"], json!([]));
    assert_eq!(server.tweet(&token, "nobody").await.unwrap().status, 401);
}
