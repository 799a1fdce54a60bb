//! The publishing engine, through the real server and the simulated networks as a process of their own.

mod disconnections;
pub mod fault_matrix;
mod faults;
mod idle;
mod kills;
mod media_urls;
mod metrics;
mod outages;
mod rivals;
mod saga;
mod soak;
pub mod stage;
mod targets;
pub mod whole_job;
mod work_metrics;
mod workers;
