//! The buckets of all nodes, in Redis.

use super::allowance::{Allowance, BudgetLeft, Empty, Limited};
use crate::RedisLink;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use redis::Script;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// The buckets that all nodes share in Redis.
pub struct SharedBuckets {
    link: RedisLink,
    script: Script,
}

impl SharedBuckets {
    pub fn new(link: RedisLink) -> Self {
        Self { link, script: Script::new(include_str!("charge.lua")) }
    }

    /// `None`: Redis cannot tell now.
    pub(super) async fn charge(&self, from: &[Allowance], cost: u32) -> Option<Result<BudgetLeft, Empty>> {
        self.run(from, cost.into()).await
    }

    /// Puts one back into each bucket. `None`: Redis cannot do it now.
    pub(super) async fn put_back(&self, from: &[Allowance]) -> Option<()> {
        self.run(from, -1).await.map(|_state| ())
    }

    async fn run(&self, from: &[Allowance], cost: i64) -> Option<Result<BudgetLeft, Empty>> {
        let mut call = self.script.prepare_invoke();
        call.arg(cost);
        for allowance in from {
            let rule = allowance.rule();
            let fills = u64::try_from(rule.per.as_millis()).unwrap_or(u64::MAX);
            call.key(name_of(&allowance.what)).arg(rule.capacity).arg(fills);
        }
        let answer: Vec<u64> = self.link.ask(async |connection| call.invoke_async(connection).await).await?;
        let (number, rest) = answer.split_first()?;
        let place = usize::try_from(*number).ok()?.checked_sub(1)?;
        let rule = from.get(place)?.rule();
        match rest {
            [left] => Some(Ok(BudgetLeft::of(rule, f64::from(u32::try_from(*left).ok()?)))),
            [_, wait] => Some(Err(Empty { limit: rule.capacity, retry_after: Duration::from_millis(*wait) })),
            _ => None,
        }
    }
}

/// Hashed: it holds what people typed, and addresses.
fn name_of(what: &Limited) -> String {
    let hash = Sha256::digest(format!("{what:?}"));
    format!("fanfare:rate:{}", URL_SAFE_NO_PAD.encode(hash))
}
