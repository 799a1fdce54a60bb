//! How many WebSockets and event streams an address and a person hold open.

use super::options::EdgeOptions;
use super::problem::Problem;
use super::seats::{Seat, Seats};
use axum::http::StatusCode;
use fanfare_domain::actor::Actor;
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::id::UserId;
use std::net::IpAddr;

/// Seconds after which it is worth to try again.
const RETRY_AFTER: u64 = 30;

/// The places that there are.
#[derive(Debug)]
pub struct LivePlaces {
    addresses: Seats<ClientNetwork>,
    users: Seats<UserId>,
    options: (usize, usize),
}

/// The place of one connection: its address's and, once it is known, its user's.
#[derive(Debug)]
pub struct LivePlace {
    _address: Seat<ClientNetwork>,
    user: Option<Seat<UserId>>,
}

impl LivePlaces {
    pub fn new(options: &EdgeOptions) -> Self {
        let options = (options.sockets_per_address, options.sockets_per_user);
        Self { addresses: Seats::new(options.0), users: Seats::new(options.1), options }
    }

    /// A place for whoever connects from an address, which counts with its /64 in IPv6; 429 where all of its places are
    /// taken.
    pub fn of_address(&self, address: IpAddr) -> Result<LivePlace, Problem> {
        let seat = self.addresses.take(ClientNetwork::of(address));
        let seat = seat.ok_or_else(|| refusal("address", self.options.0))?;
        metrics::gauge!("fanfare_live_connections").increment(1.0);
        Ok(LivePlace { _address: seat, user: None })
    }

    /// Counts a place for its user, too; 429 where all of the user's places are taken.
    pub fn seat_user(&self, place: &mut LivePlace, actor: Option<&Actor>) -> Result<(), Problem> {
        if let Some(actor) = actor {
            let seat = self.users.take(actor.user_id).ok_or_else(|| refusal("user", self.options.1))?;
            place.user = Some(seat);
        }
        Ok(())
    }
}

impl Drop for LivePlace {
    fn drop(&mut self) {
        metrics::gauge!("fanfare_live_connections").decrement(1.0);
    }
}

fn refusal(holder: &str, each: usize) -> Problem {
    let message = format!("One {holder} has at most {each} live connections");
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
    Problem { retry_after: Some(RETRY_AFTER), ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_one_ipv6_network_share_its_places() {
        let places = LivePlaces::new(&EdgeOptions { sockets_per_address: 1, ..EdgeOptions::default() });
        let take = |address: &str| places.of_address(address.parse().unwrap());
        let held = take("2001:db8:1:2::1").unwrap();
        assert_eq!(take("2001:db8:1:2:ffff::9").unwrap_err().code, "RATE_LIMITED");
        assert!(take("2001:db8:1:3::1").is_ok());
        drop(held);
        assert!(take("2001:db8:1:2:ffff::9").is_ok());
    }
}
