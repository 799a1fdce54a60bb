//! What leases promise, for each kind of background work: who has lost one changes nothing.
//! Visits for numbers are in `graphql/metrics.rs`, publishing in `publishing/workers.rs`.

mod inbox;
mod media_fetches;
mod parts;
mod scene;
mod token_refreshes;
