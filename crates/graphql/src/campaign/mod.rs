//! Campaigns.

mod metrics;
mod mutation;
mod object;

pub use mutation::CampaignMutation;
pub use object::{Campaign, CampaignConnection, CampaignFilter, CampaignQuery, campaigns_of};
