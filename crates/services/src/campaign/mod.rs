//! Campaigns.

mod campaigns;

pub use campaigns::Campaigns;
pub use fanfare_storage::page::CampaignFilter;
pub use fanfare_storage::rows::Campaign;
