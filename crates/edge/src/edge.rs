//! The state that every route of the edge shares.

use super::event_answers::EventAnswers;
use super::flights::Flights;
use super::gateway::{Gateway, RequestScope};
use super::live::LivePlaces;
use super::options::EdgeOptions;
use super::persisted::PersistedQueries;
use super::subscription_places::SubscriptionPlaces;
use super::uploads::Uploads;
use crate::rest::Table;
use fanfare_operation::Preparer;
use fanfare_query_limits::CostModel;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// One for each server.
pub struct Edge {
    pub(super) gateway: Arc<dyn Gateway>,
    pub(super) options: EdgeOptions,
    pub(super) preparer: Preparer,
    pub(super) costs: CostModel,
    pub(super) persisted: PersistedQueries,
    pub(super) rest: Table,
    pub(super) live: LivePlaces,
    pub(super) subscriptions: SubscriptionPlaces,
    pub(super) event_answers: EventAnswers,
    pub(super) flights: Flights,
    pub(super) uploads: Uploads,
    pub(super) tasks: TaskTracker,
    pub(super) shutdown: CancellationToken,
}

impl Edge {
    /// `preparer` holds the operations of `rest`. `shutdown` closes every long-lived connection once it is cancelled.
    pub fn new(
        gateway: Arc<dyn Gateway>,
        preparer: Preparer,
        costs: CostModel,
        rest: Table,
        options: EdgeOptions,
        shutdown: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            gateway,
            preparer,
            costs,
            rest,
            persisted: PersistedQueries::new(options.persisted_queries),
            live: LivePlaces::new(&options),
            subscriptions: SubscriptionPlaces::new(&options),
            event_answers: EventAnswers::default(),
            flights: Flights::default(),
            uploads: Uploads::new(&options),
            options,
            tasks: TaskTracker::new(),
            shutdown,
        })
    }

    /// The longest body without files, in bytes: shorter for who has shown no valid token.
    pub(super) fn body_limit(&self, scope: &RequestScope) -> usize {
        let EdgeOptions { body_bytes, anonymous_body_bytes, .. } = self.options;
        if scope.actor.is_some() { body_bytes } else { body_bytes.min(anonymous_body_bytes) }
    }

    /// What outlives its connection: sockets, and operations that a closed connection does not stop. The server
    /// waits for it when it shuts down.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }
}
