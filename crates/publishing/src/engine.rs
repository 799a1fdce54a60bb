//! What every run works with.

use super::at_work::AtWork;
use super::breaker::Breakers;
use super::options::EngineOptions;
use super::together::{StoredRuns, Together};
use fanfare_auth::{Sealer, UrlSigner};
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::{SharedClock, Timestamp};
use fanfare_domain::platform::Platform;
use fanfare_domain::retry::{half_jitter, spread};
use fanfare_events::Hub;
use fanfare_platform_api::{MediaSource, PlatformClients, Registry};
use fanfare_storage::Db;
use fanfare_storage::command::claim::Budgets;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Made once, by `app`.
pub struct Engine {
    pub db: Db,
    /// Where the runs of publications write: what they write at the same time is committed together.
    pub runs: Together<StoredRuns>,
    pub clock: SharedClock,
    pub hub: Arc<Hub>,
    pub registry: Registry,
    pub sealer: Arc<Sealer>,
    pub media: Arc<dyn MediaSource>,
    pub url_signer: UrlSigner,
    /// The base of the addresses from which networks pull media.
    pub public_base: Url,
    pub breakers: Breakers,
    /// For reading inboxes: a network that takes posts may fail at that, and the other way round.
    pub look_breakers: Breakers,
    /// The runs that end when their account is disconnected.
    pub at_work: AtWork,
    pub options: EngineOptions,
}

impl Engine {
    /// The rate budgets of the networks that this server knows.
    pub(super) fn budgets(&self) -> BTreeMap<Platform, Budgets> {
        let rule = |(capacity, per)| BudgetRule { capacity, per };
        let budgets = |clients: &PlatformClients| {
            let can = clients.publishing.capabilities();
            (clients.platform, Budgets { app: rule(can.app_budget), account: rule(can.account_budget) })
        };
        self.registry.all().map(budgets).collect()
    }

    /// When a failed attempt is made again. `attempts` counts the failures so far, this one included.
    pub(super) fn again_at(&self, attempts: u32, retry_after: Option<Duration>) -> Timestamp {
        let wait = self.wait_after(attempts);
        self.clock.now().plus(retry_after.map_or(wait, |asked| asked.max(wait)))
    }

    /// How long after its last attempt something is attempted again; after none, at once.
    pub(super) fn wait_after(&self, attempts: u32) -> Duration {
        let (base, cap) = (self.options.backoff_base, self.options.backoff_cap);
        if attempts == 0 { Duration::ZERO } else { spread(attempts, base, cap, rand::random()) }
    }

    /// When a network that is out of order is asked again for what was due at a time: the longer it waits, the later.
    pub(super) fn held_until(&self, due_at: Timestamp) -> Timestamp {
        let (now, options) = (self.clock.now(), &self.options);
        let wait = (now.since(due_at) / 4).max(options.backoff_base).min(options.backoff_cap);
        now.plus(half_jitter(wait, rand::random()))
    }
}
