//! Connections that say nothing keep nobody out.

use super::crowd::{Crowd, measured, measured_when};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::raw::{LIMIT, post};
use crate::support::server::Server;
use crate::support::waiting::eventually;
use reqwest::Method;
use serde_json::json;

/// Whether somebody with something to ask is answered.
async fn is_served(server: &Server) -> Option<()> {
    let answer = server.graphql().request(Method::GET, "/health").send().await.ok()?;
    answer.status().is_success().then_some(())
}

on_both_databases! {
    async fn two_thousand_silent_sockets_of_one_address_keep_nobody_out(db: Database) {
        let server = Server::on(&db).open_files(64, 512).start().await;
        // The soft limit of 64 files was raised, and half of the files are for connections.
        assert_eq!(measured(&server, "fanfare_connections_max").await, Some(256.0));
        let mut crowd = Crowd::new();
        crowd.open(&server, 700, "").await;
        crowd.open(&server, 700, "GET /health HTTP/1.1\r\nhost: x\r\nx-half: ").await;
        crowd.open(&server, 600, &post("/api/auth/login", "", 100, "{")).await;
        eventually(LIMIT, "who has something to say is served", async || is_served(&server).await).await;
        let person = Person::register(&server).await;
        // A drop now and then makes nobody less silent.
        for _ in 0..3 {
            crowd.say(b" ").await;
            assert!(person.graphql.data("{ viewer { user { email } } }", json!({})).await["viewer"].is_object());
        }
        assert!(measured_when(&server, "fanfare_connections_closed_silent_total", |count| count >= 1.0).await >= 1.0);
        let open = measured(&server, "fanfare_connections_open").await.unwrap();
        assert!(open <= 256.0, "{open} connections are open");
        drop(crowd);
        measured_when(&server, "fanfare_connections_open", |open| open < 20.0).await;
    }
}
