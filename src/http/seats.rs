//! Counts the live connections of each address.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Gives out at most a fixed number of seats to each address.
#[derive(Clone, Debug)]
pub struct Seats {
    each: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Seats {
    pub fn new(each: usize) -> Self {
        Self { each, taken: Arc::default() }
    }

    /// A seat, given back when it is dropped; `None` where the address has all of its own.
    pub fn take(&self, address: IpAddr) -> Option<Seat> {
        let mut taken = self.taken.lock();
        let count = taken.entry(address).or_default();
        if *count >= self.each {
            return None;
        }
        *count += 1;
        metrics::gauge!("fanfare_live_connections").increment(1.0);
        Some(Seat { address, taken: Arc::clone(&self.taken) })
    }
}

/// One live connection.
#[derive(Debug)]
pub struct Seat {
    address: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        if let Some(count) = taken.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
        metrics::gauge!("fanfare_live_connections").decrement(1.0);
    }
}
