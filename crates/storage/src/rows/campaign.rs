use crate::schema::campaigns;
use chrono::NaiveDate;
use diesel::prelude::*;
use fanfare_domain::campaign::{CampaignDetails, CampaignStatus};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::decimal::Decimal;
use fanfare_domain::id::{CampaignId, UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::sql::Strings;
use serde::{Deserialize, Serialize};

/// Posts that belong together, for a time.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = campaigns)]
pub struct Campaign {
    pub id: CampaignId,
    pub workspace_id: WorkspaceId,
    pub name: String,
    pub description: Option<String>,
    pub status: CampaignStatus,
    pub target_platforms: Strings,
    pub start_date: NaiveDate,
    pub end_date: NaiveDate,
    pub budget_hundredths: Option<i64>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How often it has changed, from 1.
    pub revision: i32,
}

impl Campaign {
    /// Empty: every network.
    pub fn platforms(&self) -> Vec<Platform> {
        self.target_platforms.0.iter().filter_map(|text| Platform::parse(text)).collect()
    }

    pub fn budget(&self) -> Option<Decimal> {
        self.budget_hundredths.map(Decimal::from_hundredths)
    }

    /// What a person says of it.
    pub fn details(&self) -> CampaignDetails {
        CampaignDetails {
            name: self.name.clone(),
            description: self.description.clone(),
            target_platforms: self.platforms(),
            start_date: self.start_date,
            end_date: self.end_date,
            budget: self.budget(),
        }
    }
}

/// A campaign about to be stored; it begins active.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    pub workspace_id: WorkspaceId,
    pub created_by: UserId,
    pub details: CampaignDetails,
}
