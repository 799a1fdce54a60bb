//! How the publishing engine is built.

use super::Shared;
use fanfare_config::Config;
use fanfare_publishing::{AtWork, BreakerRules, Breakers, Engine, EngineOptions, StoredRuns, Together};
use std::sync::Arc;
use std::time::Duration;

/// Waiting for a network ends this long after the due time.
const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

pub(super) fn build(config: &Config, shared: &Shared) -> Arc<Engine> {
    let options = EngineOptions {
        workers: config.workers,
        lease: config.lease,
        max_attempts: config.max_attempts,
        backoff_base: config.backoff_base,
        backoff_cap: config.backoff_cap,
        settle: config.settle,
        read_back_pages: config.read_back_pages,
        inbox_poll: config.inbox_poll,
        give_up_after: GIVE_UP_AFTER,
        metrics_interval: config.metrics_interval,
    };
    let rules = BreakerRules {
        threshold: config.breaker_threshold,
        platform_percent: config.breaker_percent,
        open_for: config.breaker_open,
    };
    Arc::new(Engine {
        db: shared.worker_db.clone(),
        runs: Together::new(StoredRuns { db: shared.worker_db.clone(), lease_for: config.lease }),
        clock: shared.clock.clone(),
        hub: Arc::clone(&shared.hub),
        registry: shared.registry.clone(),
        sealer: Arc::clone(&shared.sealer),
        media: Arc::clone(&shared.media_store) as Arc<dyn fanfare_platform_api::MediaSource>,
        url_signer: shared.url_signer.clone(),
        public_base: shared.public_base.clone(),
        breakers: Breakers::new(rules),
        look_breakers: Breakers::new(rules),
        at_work: AtWork::default(),
        options,
    })
}
