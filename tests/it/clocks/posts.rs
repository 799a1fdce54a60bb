//! Publications under clocks that jump, at every call of each client.

use super::set_clock::{JUMPS, SetClock};
use crate::publishing::fault_matrix::large_video;
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::{Database, on_both_databases};
use crate::support::sql::lines;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

/// The calls on the way to a publication.
const CALLS: [(&str, &[&str]); 3] = [
    ("twitter", &["session", "upload", "media_status", "publish"]),
    ("instagram", &["create_container", "container_status", "publish"]),
    ("youtube", &["session", "upload", "publish"]),
];
/// A call that is on its way for longer than a lease, and one whose answer is lost.
const KINDS: [&str; 2] = ["latency", "reset_after"];

/// One call of one network that goes wrong in one way, with an account of its own.
struct Case {
    platform: &'static str,
    step: &'static str,
    kind: &'static str,
    account: String,
}

impl Case {
    fn name(&self) -> String {
        format!("{} {}", self.step, self.kind)
    }

    fn text(&self, jump: i64) -> String {
        format!("{} with {} at {} and {jump} s.", self.platform, self.kind, self.step)
    }

    async fn begin(&self, stage: &Stage, jump: i64, picture: &str, video: &str) {
        let fault = json!({
            "platform": self.platform, "step": self.step, "kind": self.kind, "account": self.name(),
            "latency_ms": 4_000,
        });
        stage.fault(fault).await;
        let medium = if self.platform == "instagram" { picture } else { video };
        let input = json!({
            "content": self.text(jump), "title": "A title", "accountIds": [self.account],
            "mediaIds": [medium], "publishNow": true,
        });
        stage.create(input).await;
    }
}

async fn cases(stage: &Stage) -> Vec<Case> {
    let mut cases = Vec::new();
    for (platform, steps) in CALLS {
        for step in steps {
            for kind in KINDS {
                let account = stage.connect(&platform.to_uppercase(), &format!("{step} {kind}")).await;
                cases.push(Case { platform, step, kind, account });
            }
        }
    }
    cases
}

/// Past the server, which takes no token of before the jump.
async fn all_are_published(db: &Database) {
    let open = "select cast(count(*) as text) as line from post_targets where status <> 'published'";
    eventually(LIMIT, "all are published", async || (lines(db, open).await == ["0"]).then_some(())).await;
}

on_both_databases! {
    async fn a_post_that_was_put_off_waits_no_longer_when_the_clock_is_set_back(db: Database) {
        let clock = SetClock::right(&db, "clock");
        clock.set(3_600);
        let mut stage = Stage::set_with(&db, |settings| {
            clock.on(settings).set("FANFARE_BREAKER_THRESHOLD", "1").set("FANFARE_BREAKER_OPEN_SECONDS", "5")
        })
        .await;
        let account = stage.connect("TWITTER", "ann").await;
        stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "server_error_before" })).await;
        stage.create(json!({ "content": "failed once", "accountIds": [account], "publishNow": true })).await;
        eventually(LIMIT, "the account rests", async || {
            stage.server.process().logged("circuit breaker of an account opens").then_some(())
        })
        .await;
        let id = stage.create(json!({ "content": "put off", "accountIds": [account], "publishNow": true })).await;
        stage.post_with_status(&id, "PENDING").await;
        clock.set(0);
        all_are_published(&db).await;
    }

    async fn a_clock_that_jumps_at_any_call_publishes_nothing_twice_and_loses_nothing(db: Database) {
        let clock = SetClock::right(&db, "clock");
        let stage = Stage::set_with(&db, |settings| {
            clock.on(settings).set("FANFARE_BREAKER_THRESHOLD", "1000")
        })
        .await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        // So large that YouTube's client sends it in more than one request.
        let video = large_video(&stage).await;
        let video = stage.upload_bytes("large.mp4", "video/mp4", video).await;
        let cases = cases(&stage).await;
        for jump in JUMPS {
            for case in &cases {
                case.begin(&stage, jump, &picture, &video).await;
            }
            eventually(LIMIT, "every fault has hit", async || {
                (stage.simulator.waiting_faults().await == json!([])).then_some(())
            })
            .await;
            clock.set(jump);
            all_are_published(&db).await;
            clock.set(0);
        }
        for case in &cases {
            for jump in JUMPS {
                let text = case.text(jump);
                let there: Vec<Value> = stage.on_networks(&text).await;
                assert_eq!(there.len(), 1, "{text}: {there:#?}");
            }
        }
    }
}
