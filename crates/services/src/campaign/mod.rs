//! Campaigns.

mod campaigns;
