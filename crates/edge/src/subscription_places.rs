//! How many subscriptions a person and the server hold open, on WebSockets and event streams alike, and how large each
//! may be. A point buys the start of a subscription; what it holds is paid for by a place.

use super::gateway::RequestScope;
use super::options::EdgeOptions;
use super::problem::Problem;
use super::seats::{Seat, Seats};
use axum::http::StatusCode;
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::id::UserId;

/// Seconds after which it is worth to try again.
const RETRY_AFTER: u64 = 30;

/// Whose place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    User(UserId),
    /// Where nobody is signed in.
    Network(ClientNetwork),
}

/// The places that there are.
#[derive(Debug)]
pub struct SubscriptionPlaces {
    each: Seats<Holder>,
    all: Seats<()>,
    limits: (usize, usize),
    bytes: usize,
}

/// The place of one subscription, given back when it is dropped.
#[derive(Debug)]
pub struct SubscriptionPlace {
    _own: Seat<Holder>,
    _all: Seat<()>,
}

impl SubscriptionPlaces {
    pub fn new(options: &EdgeOptions) -> Self {
        let limits = (options.subscriptions_per_user, options.subscriptions);
        Self {
            each: Seats::new(limits.0),
            all: Seats::new(limits.1),
            limits,
            bytes: options.subscription_bytes,
        }
    }

    /// A place for one more subscription, whose document and variables take so many bytes.
    ///
    /// # Errors
    /// It is too large; the caller has all of their places (429); the server has given out all that it has (503).
    pub fn admit(&self, scope: &RequestScope, bytes: usize) -> Result<SubscriptionPlace, Problem> {
        if bytes > self.bytes {
            let message = format!(
                "The document and the variables of a subscription have at most {} bytes; these have {bytes}",
                self.bytes
            );
            return Err(Problem::document("QUERY_TOO_COMPLEX", message));
        }
        let actor = scope.actor.as_ref();
        let holder = actor
            .map_or(Holder::Network(ClientNetwork::of(scope.client)), |actor| Holder::User(actor.user_id));
        let own = self.each.take(holder).ok_or_else(|| {
            let who = if actor.is_some() { "user" } else { "address that is not signed in" };
            let message =
                format!("One {who} has at most {} subscriptions open: end one first", self.limits.0);
            refusal(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message)
        })?;
        let all = self.all.take(()).ok_or_else(|| {
            let message = format!("The server has all of its {} subscriptions open", self.limits.1);
            refusal(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
        })?;
        metrics::gauge!("fanfare_subscriptions").increment(1.0);
        Ok(SubscriptionPlace { _own: own, _all: all })
    }
}

impl Drop for SubscriptionPlace {
    fn drop(&mut self) {
        metrics::gauge!("fanfare_subscriptions").decrement(1.0);
    }
}

fn refusal(status: StatusCode, code: &'static str, message: String) -> Problem {
    metrics::counter!("fanfare_subscriptions_refused_total", "code" => code).increment(1);
    Problem { retry_after: Some(RETRY_AFTER), ..Problem::new(status, code, message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::actor::{Actor, Credential};
    use fanfare_domain::id::{SessionId, WorkspaceId};
    use fanfare_domain::language::Language;
    use fanfare_domain::replay_mark::ReplayMark;
    use fanfare_domain::seq_recorder::SeqRecorder;

    fn scope(user: Option<i64>, address: &str) -> RequestScope {
        let actor = user.map(|user| Actor {
            user_id: UserId(user),
            credential: Credential::Session(SessionId(1)),
            default_workspace: WorkspaceId(1),
            expires_at: None,
            ip_address: None,
        });
        RequestScope {
            actor,
            refused: None,
            request_id: "r".into(),
            client: address.parse().unwrap(),
            seq: SeqRecorder::default(),
            replayed: ReplayMark::default(),
            language: Language::default(),
            min_seq: None,
        }
    }

    fn two_each() -> SubscriptionPlaces {
        let options = EdgeOptions { subscriptions_per_user: 2, subscriptions: 4, ..EdgeOptions::default() };
        SubscriptionPlaces::new(&options)
    }

    fn code(outcome: Result<SubscriptionPlace, Problem>) -> &'static str {
        outcome.unwrap_err().code
    }

    #[test]
    fn a_user_has_so_many_places_from_all_addresses_and_gets_one_back_when_one_ends() {
        let places = two_each();
        let first = places.admit(&scope(Some(1), "192.0.2.1"), 0).unwrap();
        let _second = places.admit(&scope(Some(1), "192.0.2.2"), 0).unwrap();
        assert_eq!(code(places.admit(&scope(Some(1), "192.0.2.3"), 0)), "RATE_LIMITED");
        let _other = places.admit(&scope(Some(2), "192.0.2.1"), 0).unwrap();
        let _nobody = places.admit(&scope(None, "192.0.2.1"), 0).unwrap();
        drop(first);
        assert!(places.admit(&scope(Some(1), "192.0.2.3"), 0).is_ok());
    }

    #[test]
    fn the_server_has_so_many_for_all_and_a_refusal_keeps_no_place() {
        let places = two_each();
        let held: Vec<_> =
            (1..=4).map(|user| places.admit(&scope(Some(user), "192.0.2.1"), 0).unwrap()).collect();
        for _ in 0..3 {
            assert_eq!(code(places.admit(&scope(Some(5), "192.0.2.1"), 0)), "UNAVAILABLE");
        }
        drop(held);
        let _places = [0, 1].map(|_| places.admit(&scope(Some(5), "192.0.2.1"), 0).unwrap());
    }

    #[test]
    fn a_subscription_that_is_too_large_is_refused() {
        let options = EdgeOptions { subscription_bytes: 100, ..EdgeOptions::default() };
        let places = SubscriptionPlaces::new(&options);
        assert!(places.admit(&scope(Some(1), "192.0.2.1"), 100).is_ok());
        assert_eq!(code(places.admit(&scope(Some(1), "192.0.2.1"), 101)), "QUERY_TOO_COMPLEX");
    }
}
