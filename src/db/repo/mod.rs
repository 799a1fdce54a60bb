//! One file a noun. Compiled twice: `Conn` is the connection of the half that includes it.

use super::Conn;

pub mod accounts;
pub mod ai_usage;
pub mod analytics;
pub mod api_keys;
pub mod budgets;
pub mod campaigns;
pub mod events;
pub mod expiry;
pub mod exports;
pub mod idempotency;
pub mod imports;
pub mod inbox;
pub mod inbox_looks;
pub mod inbox_replies;
pub mod jobs;
pub mod ledger;
pub mod media;
pub mod members;
pub mod metrics;
pub mod metrics_queue;
pub mod oauth_states;
pub mod outcomes;
pub mod ownership;
mod part_leases;
pub mod people;
pub mod posts;
pub mod reply_queue;
pub mod sagas;
pub mod sessions;
pub mod settings;
pub mod targets;
pub mod templates;
pub mod units;
pub mod workspaces;
