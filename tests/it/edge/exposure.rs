//! What a server says of who can reach it.

use crate::support::database::on_both_databases;
use crate::support::server::Server;
use crate::support::waiting::eventually;
use reqwest::Method;
use std::time::Duration;

const WARNING: &str = "other machines can reach this development server";

on_both_databases! {
    async fn a_development_server_that_others_can_reach_says_so_and_one_on_loopback_does_not(db: Database) {
        let mut local = Server::start(&db).await;
        assert!(!local.process().logged(WARNING));
        drop(local);
        let mut exposed = Server::on(&db).set("FANFARE_BIND", "0.0.0.0:0").start().await;
        let warned = async || exposed.process().logged(WARNING).then_some(());
        eventually(Duration::from_secs(10), "the warning", warned).await;
    }

    async fn metrics_are_for_those_who_have_their_token(db: Database) {
        let token = "a token of the operators";
        let server = Server::on(&db).set("FANFARE_METRICS_TOKEN", token).start().await;
        let ask = async |token: Option<&str>| {
            let mut request = server.graphql().request(Method::GET, "/metrics");
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(ask(None).await.0, 401);
        assert_eq!(ask(Some("another token of the right length")).await.0, 401);
        let (status, text) = ask(Some(token)).await;
        assert!(status == 200 && text.contains("fanfare_"), "{status}: {text}");
    }
}
