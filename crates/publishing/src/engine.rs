//! What every run works with.

use super::breaker::Breakers;
use super::options::EngineOptions;
use fanfare_auth::{Sealer, UrlSigner};
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::{SharedClock, Timestamp};
use fanfare_domain::platform::Platform;
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
        let options = &self.options;
        let random: f64 = rand::random();
        let wait = fanfare_domain::retry::backoff(
            attempts,
            options.backoff_base,
            options.backoff_cap,
            random,
            retry_after,
        );
        self.clock.now().plus(wait)
    }
}
