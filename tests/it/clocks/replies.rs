//! Replies under clocks that jump, on each network.

use super::set_clock::{JUMPS, SetClock};
use crate::inbox::scene::{message, publish, reply, said_by_us, say, set_with};
use crate::publishing::stage::LIMIT;
use crate::support::database::on_both_databases;
use crate::support::sql::lines;
use crate::support::waiting::eventually;
use serde_json::json;

const KINDS: [&str; 2] = ["latency", "reset_after"];

on_both_databases! {
    async fn a_clock_that_jumps_sends_no_reply_twice_and_loses_none(db: Database) {
        let clock = SetClock::right(&db, "clock");
        let stage = set_with(&db, |settings| clock.on(settings)).await;
        let mut posts = Vec::new();
        for platform in ["TWITTER", "INSTAGRAM", "YOUTUBE"] {
            posts.push((platform, publish(&stage, platform).await.2));
        }
        for jump in JUMPS {
            for kind in KINDS {
                let text = format!("An answer with {kind} and {jump} s.");
                for (platform, post) in &posts {
                    let asked = format!("A question on {platform} with {kind} and {jump} s?");
                    say(&stage, platform, Some(post), &asked).await;
                    let found = message(&stage, &asked).await;
                    let network = platform.to_lowercase();
                    let fault = json!({ "platform": network, "step": "reply", "kind": kind, "latency_ms": 4_000 });
                    stage.fault(fault).await;
                    reply(&stage, &found, &text).await;
                }
                eventually(LIMIT, "every fault has hit", async || {
                    (stage.simulator.waiting_faults().await == json!([])).then_some(())
                })
                .await;
                clock.set(jump);
                let open = "select cast(count(*) as text) as line from inbox_replies where state <> 'confirmed'";
                eventually(LIMIT, "all are sent", async || (lines(&db, open).await == ["0"]).then_some(())).await;
                clock.set(0);
                let there = said_by_us(&stage, &text).await;
                assert_eq!(there.len(), posts.len(), "{text}: {there:#?}");
            }
        }
    }
}
