//! Unfinished bodies hold no more memory than they are allowed to.

use super::crowd::{Crowd, measured, measured_when};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::raw::post;
use crate::support::server::Server;
use reqwest::Method;
use serde_json::json;

const MIB: usize = 1 << 20;

on_both_databases! {
    async fn unfinished_bodies_hold_what_an_address_may_hold_and_no_more(db: Database) {
        let settings = Server::on(&db).set("FANFARE_TRUSTED_PROXIES", "127.0.0.1");
        let settings = settings.set("FANFARE_BODY_BYTES_HELD_PER_ADDRESS", "4194304");
        let server = settings.set("FANFARE_BODY_BYTES_HELD", "8388608").start().await;
        assert_eq!(measured(&server, "fanfare_body_bytes_max").await, Some(8_388_608.0));
        let person = Person::register(&server).await;
        let mut crowd = Crowd::new();
        // Two addresses of one network of IPv6, each with all but the last byte of bodies of the largest size.
        for address in ["2001:db8::1", "2001:db8::2"] {
            let from = format!("authorization: Bearer {}\r\nx-forwarded-for: {address}\r\n", person.access_token);
            crowd.open(&server, 10, &post("/graphql", &from, MIB as u64, "")).await;
        }
        crowd.say(&vec![b' '; MIB - 1]).await;
        measured_when(&server, "fanfare_bodies_refused_total{limit=\"address\"}", |count| count >= 16.0).await;
        let held = measured(&server, "fanfare_body_bytes_held").await.unwrap();
        assert!((1.0..=4_194_304.0).contains(&held), "{held} bytes are held");
        // Another address has its own.
        assert!(person.graphql.data("{ viewer { user { email } } }", json!({})).await["viewer"].is_object());
        drop(crowd);
        measured_when(&server, "fanfare_body_bytes_held", |held| held < 1.0).await;
    }

    async fn who_shows_no_valid_token_sends_little(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let body = json!({ "query": "{ __typename }", "variables": { "x": "y".repeat(64 << 10) } });
        for path in ["/graphql", "/graphql/stream"] {
            let nobody = server.graphql().request(Method::POST, path).json(&body).send().await.unwrap();
            assert_eq!(nobody.status().as_u16(), 413, "{path}");
            let somebody = person.graphql.request(Method::POST, path).json(&body).send().await.unwrap();
            assert_eq!(somebody.status().as_u16(), 200, "{path}");
        }
    }
}
