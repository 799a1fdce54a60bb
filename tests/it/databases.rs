//! The databases that the tests run on, and what the product makes of them.

mod counted_rows;
mod counts_after_a_walk;
mod kept_counts;
mod leases;
mod migrations;
mod outages;
mod plans;
mod search;

use crate::support::database::{Database, on_both_databases};

on_both_databases! {
    async fn each_test_has_a_database_of_its_own(db: Database) {
        let other = if db.is_postgres() { Database::postgres().await } else { Database::sqlite().await };
        assert_ne!(db.url(), other.url());
        assert_ne!(db.folder(), other.folder());
    }
}
