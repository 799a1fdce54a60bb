//! No body is waited for longer than a request may take, and none that is too large is waited for at all.

use super::crowd::{Crowd, measured, measured_when};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::raw::{LIMIT, Raw, post, post_form};
use crate::support::server::Server;
use crate::support::waiting::eventually;
use serde_json::json;

/// Every way to a handler that reads a body.
const PATHS: [&str; 7] = [
    "/graphql",
    "/graphql/stream",
    "/api/sns/posts",
    "/api/auth/login",
    "/api/auth/register",
    "/api/auth/logout",
    "/api/sns/oauth/twitter/callback",
];
const SIMULATED: [&str; 3] = [
    "/simulator/twitter/2/oauth2/token",
    "/simulator/instagram/oauth/access_token",
    "/simulator/youtube/token",
];

on_both_databases! {
    async fn a_body_that_does_not_arrive_is_given_up_on_every_route(db: Database) {
        let server = Server::on(&db).set("FANFARE_REQUEST_TIMEOUT_SECONDS", "1").start().await;
        let person = Person::register(&server).await;
        let token = format!("authorization: Bearer {}\r\n", person.access_token);
        let mut clients = Vec::new();
        for path in PATHS.into_iter().chain(SIMULATED) {
            clients.push((path, Raw::saying(&server, &post(path, &token, 100, "{")).await));
        }
        for (path, mut client) in clients {
            assert_eq!(client.status().await, Some(408), "{path}");
        }
    }

    async fn a_flood_of_bodies_in_drops_ends_with_the_time_of_a_request(db: Database) {
        let server = Server::on(&db).set("FANFARE_REQUEST_TIMEOUT_SECONDS", "5").start().await;
        let person = Person::register(&server).await;
        let mut crowd = Crowd::new();
        crowd.open(&server, 300, &post("/api/auth/login", "", 60_000, "{")).await;
        measured_when(&server, "fanfare_body_bytes_held", |held| held >= 300.0).await;
        eventually(LIMIT, "the bodies are given up, whatever drops come", async || {
            crowd.say(b" ").await;
            assert!(person.graphql.data("{ viewer { user { email } } }", json!({})).await["viewer"].is_object());
            measured(&server, "fanfare_body_bytes_held").await.filter(|held| *held < 1.0)
        })
        .await;
    }

    async fn a_body_that_is_declared_too_large_is_refused_before_it_is_sent(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let token = format!("authorization: Bearer {}\r\n", person.access_token);
        for path in PATHS.into_iter().chain(SIMULATED) {
            let mut client = Raw::saying(&server, &post(path, &token, 1 << 32, "")).await;
            assert_eq!(client.status().await, Some(413), "{path}");
        }
        for path in ["/graphql", "/api/sns/media/upload"] {
            let form = post_form(path, &token, 1 << 40, "");
            assert_eq!(Raw::saying(&server, &form).await.status().await, Some(413), "{path}");
        }
        // The bytes of a video are not kept: there is no such limit, and here no such upload.
        let video = post("/simulator/youtube/upload/youtube/v3/videos?upload_id=x", "", 1 << 32, "");
        let video = video.replacen("POST", "PUT", 1);
        assert_eq!(Raw::saying(&server, &video).await.status().await, Some(404));
    }
}
