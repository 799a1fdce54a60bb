//! No body is waited for longer than a request may take, and none that is too large is waited for at all.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::raw::{Raw, post, post_form};
use crate::support::server::Server;

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
const SIMULATED: [&str; 2] = ["/simulator/twitter/2/oauth2/token", "/simulator/youtube/token"];

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

    async fn a_body_that_is_declared_too_large_is_refused_before_it_is_sent(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let token = format!("authorization: Bearer {}\r\n", person.access_token);
        for path in PATHS {
            let mut client = Raw::saying(&server, &post(path, &token, 1 << 32, "")).await;
            assert_eq!(client.status().await, Some(413), "{path}");
        }
        for path in ["/graphql", "/api/sns/media/upload"] {
            let form = post_form(path, &token, 1 << 40, "");
            assert_eq!(Raw::saying(&server, &form).await.status().await, Some(413), "{path}");
        }
    }
}
