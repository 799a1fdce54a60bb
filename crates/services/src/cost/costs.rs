//! Charging operations to those who run them.

use crate::context::Context;
use fanfare_cache::rate::{Allowance, BudgetLeft, Empty, Limited};
use fanfare_domain::actor::Actor;
use fanfare_domain::client_network::ClientNetwork;
use std::net::IpAddr;
use std::sync::Arc;

/// The service of costs.
#[derive(Clone)]
pub struct Costs {
    context: Arc<Context>,
}

impl Costs {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Charges an operation to its user, and to their API key where one was shown; where nobody is signed in, to the IP
    /// address. Nothing is charged where a budget holds less. `cost` is in the points of a document's price, at least 1.
    pub async fn charge(
        &self,
        actor: Option<&Actor>,
        client: IpAddr,
        cost: u64,
    ) -> Result<BudgetLeft, Empty> {
        let options = &self.context.options;
        let mut from = Vec::with_capacity(2);
        match actor {
            Some(actor) => {
                let what = Limited::CostOfUser(actor.user_id);
                from.push(Allowance { what, per_minute: options.cost_per_minute });
                from.extend(actor.grant().map(|grant| Allowance {
                    what: Limited::CostOfKey(grant.id),
                    per_minute: options.key_cost_per_minute,
                }));
            }
            None => from.push(Allowance {
                what: Limited::CostOfAddress(ClientNetwork::of(client)),
                per_minute: options.address_cost_per_minute,
            }),
        }
        // Nothing is free: whoever asks for a scalar asks.
        let cost = u32::try_from(cost).unwrap_or(u32::MAX).max(1);
        self.context.rates.charge(&from, cost, self.context.clock.now()).await
    }
}
