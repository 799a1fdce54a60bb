use crate::schema::events;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, Event, EventPayload, Subject};
use fanfare_domain::id::{
    AccountId, ApiKeyId, CampaignId, MediaId, PostId, TargetId, TemplateId, UserId, WorkspaceId,
};
use fanfare_domain::sql::Json;

/// A row of the durable log, as subscribers see it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct EventRow {
    pub workspace_id: WorkspaceId,
    pub seq: i64,
    pub kind: ActivityKind,
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub account_id: Option<AccountId>,
    pub media_id: Option<MediaId>,
    pub user_id: Option<UserId>,
    pub campaign_id: Option<CampaignId>,
    pub template_id: Option<TemplateId>,
    pub actor_id: Option<UserId>,
    pub payload: Json,
    pub at: Timestamp,
}

/// A whole row of the log, with what only the audit shows.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct AuditRow {
    #[diesel(embed)]
    pub event: EventRow,
    pub address: Option<String>,
    pub api_key_id: Option<ApiKeyId>,
    pub changes: Option<Json>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            workspace_id: row.workspace_id,
            seq: row.seq,
            kind: row.kind,
            subject: Subject {
                post_id: row.post_id,
                target_id: row.target_id,
                account_id: row.account_id,
                media_id: row.media_id,
                user_id: row.user_id,
                campaign_id: row.campaign_id,
                template_id: row.template_id,
            },
            actor: row.actor_id,
            payload: EventPayload::read(row.kind, &row.payload.0),
            json: row.payload.0,
            at: row.at,
        }
    }
}
