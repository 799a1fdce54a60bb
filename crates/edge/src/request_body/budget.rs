//! How many bytes of bodies the server holds at once, for everybody together and for each address.

use super::fault::BodyFault;
use crate::level::level;
use fanfare_domain::client_network::ClientNetwork;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// The bytes that there are.
#[derive(Debug)]
pub struct BodyBudget {
    most: usize,
    most_per_address: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    addresses: HashMap<ClientNetwork, usize>,
}

/// What one request holds. Dropping it gives it back.
#[derive(Debug)]
pub struct Lease {
    budget: Arc<BodyBudget>,
    address: ClientNetwork,
    bytes: usize,
}

impl BodyBudget {
    pub fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        metrics::gauge!("fanfare_body_bytes_max").set(level(most));
        Arc::new(Self { most, most_per_address, held: Mutex::default() })
    }

    /// For a request from `address`; it holds nothing yet.
    pub fn lease(self: &Arc<Self>, address: ClientNetwork) -> Lease {
        Lease { budget: Arc::clone(self), address, bytes: 0 }
    }
}

impl Lease {
    /// Holds so many bytes more, or none of them.
    pub fn take(&mut self, bytes: usize) -> Result<(), BodyFault> {
        // A frame of trailers holds nothing, and nothing would take its address off the list.
        if bytes == 0 {
            return Ok(());
        }
        let mut held = self.budget.held.lock();
        let of_address = held.addresses.get(&self.address).copied().unwrap_or(0).saturating_add(bytes);
        let all = held.all.saturating_add(bytes);
        if of_address > self.budget.most_per_address {
            return Err(refused("address", BodyFault::AddressFull));
        }
        if all > self.budget.most {
            return Err(refused("server", BodyFault::ServerFull));
        }
        held.all = all;
        held.addresses.insert(self.address, of_address);
        show(&held);
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    /// Holds nothing any more.
    pub fn give_back(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes == 0 {
            return;
        }
        let mut held = self.budget.held.lock();
        held.all = held.all.saturating_sub(bytes);
        if let Some(of_address) = held.addresses.get_mut(&self.address) {
            *of_address = of_address.saturating_sub(bytes);
            if *of_address == 0 {
                held.addresses.remove(&self.address);
            }
        }
        show(&held);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn show(held: &Held) {
    metrics::gauge!("fanfare_body_bytes_held").set(level(held.all));
}

fn refused(whose: &'static str, fault: BodyFault) -> BodyFault {
    metrics::counter!("fanfare_bodies_refused_total", "limit" => whose).increment(1);
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_bytes_leaves_its_address_on_no_list() {
        let budget = BodyBudget::new(10, 6);
        let mut lease = budget.lease(ClientNetwork::of([192, 0, 2, 1].into()));
        assert_eq!(lease.take(0), Ok(()));
        drop(lease);
        assert!(budget.held.lock().addresses.is_empty());
    }

    #[test]
    fn an_address_and_the_server_hold_so_much_and_what_is_given_back_is_free() {
        let address = |text: &str| ClientNetwork::of(text.parse().unwrap());
        let budget = BodyBudget::new(10, 6);
        let mut first = budget.lease(address("192.0.2.1"));
        let mut second = budget.lease(address("192.0.2.1"));
        assert_eq!((first.take(4), second.take(3)), (Ok(()), Err(BodyFault::AddressFull)));
        assert_eq!(second.take(2), Ok(()));
        let mut other = budget.lease(address("192.0.2.2"));
        assert_eq!((other.take(4), other.take(1)), (Ok(()), Err(BodyFault::ServerFull)));
        drop(first);
        assert_eq!((second.take(4), other.take(1)), (Ok(()), Err(BodyFault::ServerFull)));
        second.give_back();
        assert_eq!(other.take(2), Ok(()));
        drop((second, other));
        let held = budget.held.lock();
        assert_eq!((held.all, held.addresses.len()), (0, 0));
    }
}
