use crate::schema::templates;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{TemplateId, UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::template::{TemplateCategory, TemplateDetails};
use serde::{Deserialize, Serialize};

/// A template of a workspace's own.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = templates)]
pub struct Template {
    pub id: TemplateId,
    pub workspace_id: WorkspaceId,
    pub name: String,
    pub content_template: String,
    pub hashtag_template: Option<String>,
    /// `None`: for every network.
    pub platform: Option<Platform>,
    pub category: Option<TemplateCategory>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How often it has changed, from 1.
    pub revision: i32,
}

impl Template {
    /// What a person wrote of it.
    pub fn details(&self) -> TemplateDetails {
        TemplateDetails {
            name: self.name.clone(),
            content_template: self.content_template.clone(),
            hashtag_template: self.hashtag_template.clone(),
            platform: self.platform,
            category: self.category,
        }
    }
}

/// A template about to be stored.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    pub workspace_id: WorkspaceId,
    pub created_by: UserId,
    pub details: TemplateDetails,
}
