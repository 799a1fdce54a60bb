//! Counts what each address or person holds open.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Gives out at most a fixed number of seats to each holder.
#[derive(Clone, Debug)]
pub struct Seats<Holder> {
    each: usize,
    taken: Arc<Mutex<HashMap<Holder, usize>>>,
}

impl<Holder: Copy + Eq + Hash> Seats<Holder> {
    pub fn new(each: usize) -> Self {
        Self { each, taken: Arc::default() }
    }

    /// A seat, given back when it is dropped; `None` where the holder has all of theirs.
    pub fn take(&self, holder: Holder) -> Option<Seat<Holder>> {
        let mut taken = self.taken.lock();
        let count = taken.entry(holder).or_default();
        if *count >= self.each {
            return None;
        }
        *count += 1;
        Some(Seat { holder, taken: Arc::clone(&self.taken) })
    }
}

/// One thing held open.
#[derive(Debug)]
pub struct Seat<Holder: Copy + Eq + Hash> {
    holder: Holder,
    taken: Arc<Mutex<HashMap<Holder, usize>>>,
}

impl<Holder: Copy + Eq + Hash> Drop for Seat<Holder> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        if let Some(count) = taken.get_mut(&self.holder) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.holder);
            }
        }
    }
}
