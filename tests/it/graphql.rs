//! The schema, through the real server.

mod accounts;
mod api_keys;
mod bad_input;
mod calendar;
mod campaign_analytics;
mod campaign_metrics;
mod campaigns;
mod exports;
mod imports;
mod ledger;
mod media;
mod metrics;
mod mutations;
mod passwords;
mod people;
mod post_input;
pub mod posts;
mod rate_limits;
mod reports;
pub mod second_factor;
mod settings;
mod subscription_cost;
mod subscriptions;
mod templates;
mod writing;
