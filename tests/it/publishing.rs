//! The publishing engine, through the real server and the simulated networks as a process of their own.

mod faults;
mod kills;
mod saga;
pub mod stage;
mod whole_job;
mod workers;
