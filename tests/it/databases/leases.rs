//! What leases promise, for each kind of background work: who has lost one changes nothing, and who waits does so by the
//! database's time. Visits for numbers are in `graphql/metrics.rs`, publishing in `publishing/workers.rs`.

mod inbox;
mod late_clocks;
mod media_fetches;
mod parts;
mod run_writes;
mod scene;
mod seen;
mod token_refreshes;
mod unowned_files;
