//! Faults on demand.

use super::step::Step;
use fanfare_domain::platform::Platform;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The answer comes `latency_ms` later, and is right.
    Latency,
    /// Asked to wait `retry_after_seconds`, in the network's way. No effect.
    RateLimited,
    /// 500, no effect.
    ServerErrorBefore,
    /// 500, but the effect happened.
    ServerErrorAfter,
    /// The connection closes without an answer. No effect.
    ResetBefore,
    /// The connection closes without an answer, but the effect happened.
    ResetAfter,
    /// 200 with broken JSON; the effect happened.
    MalformedJson,
    /// 200 with a page as a proxy would send it. No effect.
    #[serde(rename = "html_200")]
    Html200,
    /// The effect happened and the right answer comes in drops, over `latency_ms`.
    Drip,
    /// The token is refused in the network's words. No effect.
    ExpiredToken,
    /// What is being prepared stays in progress for `latency_ms`.
    SlowContainer,
    /// The network's policy refuses the content. No effect.
    Rejected,
    /// The effect happened, and no answer ever comes.
    Hang,
    /// No answer ever comes, and no effect.
    HangBefore,
}

/// What `POST /simulator/faults` takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultOrder {
    pub platform: Platform,
    pub step: Step,
    pub kind: FaultKind,
    /// How many calls it hits before it is gone.
    #[serde(default = "once")]
    pub times: u32,
    /// How many calls of this step go through first.
    #[serde(default)]
    pub after: u32,
    pub latency_ms: Option<u64>,
    pub retry_after_seconds: Option<u64>,
    /// The account it is meant for: id, handle or profile name; without it, everyone.
    pub account: Option<String>,
}

const fn once() -> u32 {
    1
}

/// A fault that waits for its calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    pub id: u64,
    #[serde(flatten)]
    pub order: FaultOrder,
}

impl Fault {
    /// How long it delays or lasts, where the kind takes a time.
    pub fn duration(&self) -> Duration {
        let default = match self.order.kind {
            FaultKind::SlowContainer => 10_000,
            FaultKind::Drip => 3_000,
            _ => 1_000,
        };
        Duration::from_millis(self.order.latency_ms.unwrap_or(default))
    }

    pub fn retry_after(&self) -> Duration {
        Duration::from_secs(self.order.retry_after_seconds.unwrap_or(1))
    }
}
