//! Every fault of the simulator's list at every call of each client, all at the same time on one server: an account of
//! its own for each keeps them apart.

use super::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use fanfare_net::HttpClient;
use futures_util::stream::{self, StreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// A call that nobody answers is given up after 20 s; behind it come the read-back, a retry and a busy machine.
const LIMIT: Duration = Duration::from_mins(2);
/// Cases that are prepared at the same time.
const SIDE_BY_SIDE: usize = 6;
/// More than what YouTube's client sends in one request, so that one that does not complete the video is among them.
const LARGE_VIDEO_BYTES: usize = (8 << 20) + (1 << 19);

/// Those that take long come first: the others are prepared meanwhile.
const KINDS: [&str; 14] = [
    "hang",
    "hang_before",
    "latency",
    "rate_limited",
    "server_error_before",
    "server_error_after",
    "reset_before",
    "reset_after",
    "malformed_json",
    "html_200",
    "drip",
    "expired_token",
    "slow_container",
    "rejected",
];

/// A network's calls on the way to a publication, and what it says when its policy refuses one.
struct Network {
    platform: &'static str,
    steps: &'static [&'static str],
    refusal: &'static str,
}

const NETWORKS: [Network; 3] = [
    Network {
        platform: "twitter",
        steps: &["session", "upload", "media_status", "publish", "read_back", "refresh"],
        refusal: "You are not permitted to perform this action.",
    },
    Network {
        platform: "instagram",
        // A token of this network is not refreshed within its first day.
        steps: &["create_container", "container_status", "publish", "read_back"],
        refusal: "We restrict certain activity to protect our community.",
    },
    Network {
        platform: "youtube",
        steps: &["session", "upload", "publish", "read_back", "refresh"],
        refusal: "The request is not properly authorized to upload this video.",
    },
];

/// How a target has to end, or to wait for a person.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Published,
    /// With this code.
    Failed(&'static str),
    /// It is out, and the network refuses to say so.
    NeedsReview,
    /// It waits until the account is reconnected.
    Waits,
}

/// One publication under one fault.
#[derive(Clone, Copy)]
struct Case {
    network: &'static Network,
    step: &'static str,
    kind: &'static str,
}

/// A case under way.
struct Played {
    case: Case,
    post: String,
}

fn cases() -> Vec<Case> {
    let steps = || NETWORKS.iter().flat_map(|network| network.steps.iter().map(move |step| (network, *step)));
    let all = KINDS.iter().flat_map(|kind| steps().map(move |(network, step)| Case { network, step, kind }));
    all.filter(|case| !case.is_slow()).collect()
}

impl Case {
    /// A chunk of 8 MB that is not answered is given up after almost a minute: nobody waits for that here.
    fn is_slow(self) -> bool {
        self.network.platform == "youtube" && self.step == "upload" && self.kind.starts_with("hang")
    }

    /// The account's name on the network.
    fn account(self) -> String {
        format!("{} {}", self.step, self.kind)
    }

    fn text(self) -> String {
        format!("{} under {} at {}.", self.network.platform, self.kind, self.step)
    }

    /// What has to go wrong first so that the call is made at all.
    fn precondition(self) -> Option<Value> {
        let kind = match (self.network.platform, self.step) {
            // YouTube's client asks how far the upload is before it sends a byte.
            ("youtube", "read_back") => return None,
            (_, "read_back") => "reset_after",
            (_, "refresh") => "expired_token",
            _ => return None,
        };
        Some(self.order("publish", kind))
    }

    fn fault(self) -> Value {
        self.order(self.step, self.kind)
    }

    fn order(self, step: &str, kind: &str) -> Value {
        json!({
            "platform": self.network.platform, "step": step, "kind": kind, "account": self.account(),
            "latency_ms": 500, "retry_after_seconds": 1,
        })
    }

    fn end(self) -> End {
        match (self.network.platform, self.step, self.kind) {
            (_, "refresh", "rejected" | "expired_token") => End::Waits,
            // A refresh token that works once is spent when the answer is lost.
            ("twitter", "refresh", kind)
                if !matches!(kind, "latency" | "rate_limited" | "drip" | "slow_container") =>
            {
                End::Waits
            }
            ("instagram", _, "expired_token") => End::Waits,
            ("instagram", "read_back", "rejected") => End::NeedsReview,
            ("twitter", "read_back", "rejected") => End::NeedsReview,
            // A medium that X does not speak of any more is uploaded anew.
            ("twitter", "media_status", "rejected") => End::Published,
            (_, _, "rejected") => End::Failed("REJECTED"),
            _ => End::Published,
        }
    }

    /// What is wrong with how it ended; `None`: nothing.
    fn fault_found(self, post: &Value, on_network: &[Value]) -> Option<String> {
        let target = &post["targets"][0];
        let words = target["error"]["message"].as_str().unwrap_or_default();
        let found = match target["status"].as_str() {
            Some("PUBLISHED") => Some(End::Published),
            Some("NEEDS_REVIEW") => Some(End::NeedsReview),
            Some("FAILED") if target["error"]["code"] == "REJECTED" => Some(End::Failed("REJECTED")),
            Some("PENDING") if target["error"]["code"] == "AUTH" => Some(End::Waits),
            _ => None,
        };
        // What may be out already waits to be read back.
        let waits_unsent = found == Some(End::Waits) && self.step != "read_back";
        let out = usize::from(!waits_unsent && found != Some(End::Failed("REJECTED")));
        let sound = found == Some(self.end())
            && on_network.len() == out
            && match found {
                Some(End::Published) => on_network[0]["id"] == target["externalId"],
                Some(End::Failed("REJECTED")) => words.contains(self.network.refusal),
                _ => !words.is_empty(),
            };
        (!sound).then(|| {
            format!("{}: wanted {:?}, on the network: {on_network:?}, {target:#}", self.text(), self.end())
        })
    }
}

/// The media that the networks take.
struct Media {
    picture: String,
    video: String,
    large_video: String,
}

impl Media {
    async fn upload(stage: &Stage) -> Self {
        Self {
            picture: stage.upload("sample.jpg", "image/jpeg").await,
            video: stage.upload("sample.mp4", "video/mp4").await,
            large_video: stage.upload_bytes("large.mp4", "video/mp4", large_video(stage).await).await,
        }
    }

    fn of(&self, case: Case) -> &str {
        match (case.network.platform, case.step) {
            ("instagram", _) => &self.picture,
            ("youtube", "upload") => &self.large_video,
            _ => &self.video,
        }
    }
}

/// The sample with a `free` box behind it (ISO/IEC 14496-12, 8.1.2), which players skip.
pub async fn large_video(stage: &Stage) -> Vec<u8> {
    let url = stage.simulator.url().join("simulator/sample.mp4").unwrap();
    let answer = HttpClient::new().unwrap().request(Method::GET, url).send().await.unwrap();
    let mut video = answer.bytes().await.unwrap().to_vec();
    let padding = LARGE_VIDEO_BYTES - video.len();
    video.extend(u32::try_from(padding).unwrap().to_be_bytes());
    video.extend(b"free");
    video.resize(LARGE_VIDEO_BYTES, 0);
    video
}

async fn play(stage: &Stage, media: &Media, case: Case) -> Played {
    let account = stage.connect(&case.network.platform.to_uppercase(), &case.account()).await;
    if let Some(precondition) = case.precondition() {
        stage.fault(precondition).await;
    }
    stage.fault(case.fault()).await;
    let post = stage
        .create(json!({
            "content": case.text(), "title": "A title", "accountIds": [account], "mediaIds": [media.of(case)],
            "publishNow": true,
        }))
        .await;
    Played { case, post }
}

/// What stands on the networks, by platform and account.
async fn on_networks(stage: &Stage) -> BTreeMap<(String, String), Vec<Value>> {
    let report = stage.simulator.report().await;
    let accounts = report["accounts"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    accounts
        .map(|it| ((text(&it["platform"]), text(&it["name"])), it["posts"].as_array().unwrap().clone()))
        .collect()
}

async fn nothing_is_under_way(stage: &Stage) {
    let waiting = cases().into_iter().filter(|case| case.end() == End::Waits).count();
    let open = "{ posts(first: 100, filter: { statuses: [PENDING, PUBLISHING, SCHEDULED] }) {
        nodes { targets { status error { code } } } } }";
    eventually(LIMIT, "every target has ended or waits for its account", async || {
        let left = stage.person.graphql.data(open, json!({})).await["posts"]["nodes"].clone();
        let left = left.as_array().unwrap();
        let waits = |post: &Value| {
            let target = &post["targets"][0];
            target["status"] == "PENDING" && target["error"]["code"] == "AUTH"
        };
        (left.len() == waiting && left.iter().all(waits)).then_some(())
    })
    .await;
}

on_both_databases! {
    async fn under_every_fault_at_every_call_each_target_ends_once_or_in_the_networks_words(db: Database) {
        let stage = Stage::set_with(&db, |settings| {
            // Long enough that on a busy machine no turn to refresh a token ends before the network is asked.
            settings.set("FANFARE_BREAKER_THRESHOLD", "1000").set("FANFARE_LEASE_SECONDS", "10")
        })
        .await;
        let media = Media::upload(&stage).await;
        let played: Vec<Played> = stream::iter(cases())
            .map(|case| play(&stage, &media, case))
            .buffer_unordered(SIDE_BY_SIDE)
            .collect()
            .await;
        nothing_is_under_way(&stage).await;
        let (found, left) = (on_networks(&stage).await, stage.simulator.waiting_faults().await);
        assert_eq!(left, json!([]), "each fault has hit");
        let mut wrong = Vec::new();
        for Played { case, post } in &played {
            let post = stage.post(post).await;
            let there = &found[&(case.network.platform.to_owned(), case.account())];
            wrong.extend(case.fault_found(&post, there));
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), played.len(), wrong.join("\n"));
    }
}
