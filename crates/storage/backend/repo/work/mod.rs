//! How work is held under a lease, and when the next piece of it is due.

pub mod agenda;
pub(super) mod leases;
mod waits;
