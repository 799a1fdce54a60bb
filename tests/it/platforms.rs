//! The real clients against the simulated networks: both keep to the real APIs, or one of these tests fails.

mod faults;
mod inbox;
mod metrics;
mod networks;
mod publications;
mod texts;
