//! What a server says of who can reach it.

use crate::support::database::on_both_databases;
use crate::support::server::Server;
use crate::support::waiting::eventually;
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
}
