//! The audit: the workspace's log with who did it, from where, and what it changed.

use super::change::AuditChange;
use crate::connection::{Keyed, PageArgs, connection};
use crate::event::{ActivityEvent, EventPayload};
use crate::node::Node;
use crate::person::User;
use crate::request::{ContextExt as _, each_once, top_level};
use crate::scalars::{DateTime, GlobalId, JsonOf, NaturalId, split};
use async_graphql::{Context, ID, InputObject, Object, Result};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::difference::Difference;
use fanfare_domain::event::{ActivityKind, Event, Subject};
use fanfare_domain::id::{AccountId, CampaignId, MediaId, PostId, TargetId, TemplateId, UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_query_limits::directives::list_size;
use fanfare_services::audit::{AuditFilter, AuditRow};
use fanfare_services::person;
use std::sync::Arc;

/// Which entries; all conditions that are given hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct AuditLogFilter {
    /// What happened, one of these.
    pub kinds: Option<Vec<ActivityKind>>,
    /// Who did it.
    pub actor_id: Option<ID>,
    /// What it happened to: a post, a target, an account, a medium, a campaign, a template or a user.
    pub subject_id: Option<ID>,
    /// At this time or later.
    pub from: Option<DateTime>,
    /// Before this time.
    pub to: Option<DateTime>,
}

impl AuditLogFilter {
    fn read(self) -> std::result::Result<AuditFilter, UserError> {
        let subject = self.subject_id.as_ref().map(subject_of).transpose()?.unwrap_or_default();
        let actor =
            self.actor_id.as_ref().map(|id| UserId::parse(id, "").map_err(|_| bad("actorId", "user")));
        Ok(AuditFilter {
            kinds: each_once(self.kinds),
            actor_id: actor.transpose()?,
            subject,
            from: self.from.map(|at| at.0),
            to: self.to.map(|at| at.0),
        })
    }
}

fn subject_of(id: &ID) -> std::result::Result<Subject, UserError> {
    let none = Subject::default();
    let (noun, row) = split(id).unwrap_or_default();
    Ok(match noun.as_str() {
        PostId::KIND => Subject { post_id: Some(PostId(row)), ..none },
        TargetId::KIND => Subject { target_id: Some(TargetId(row)), ..none },
        AccountId::KIND => Subject { account_id: Some(AccountId(row)), ..none },
        MediaId::KIND => Subject { media_id: Some(MediaId(row)), ..none },
        CampaignId::KIND => Subject { campaign_id: Some(CampaignId(row)), ..none },
        TemplateId::KIND => Subject { template_id: Some(TemplateId(row)), ..none },
        UserId::KIND => Subject { user_id: Some(UserId(row)), ..none },
        _ => return Err(bad("subjectId", "post, target, account, medium, campaign, template or user")),
    })
}

fn bad(field: &str, noun: &str) -> UserError {
    let mut error = UserError::new(UserErrorCode::Invalid, "", format!("This is not the id of a {noun}."));
    error.path = vec!["filter".to_owned(), field.to_owned()];
    error
}

/// An entry of the audit: who changed what, when and from where.
pub struct AuditEntry {
    event: ActivityEvent,
    actor: Option<Arc<person::User>>,
    address: Option<String>,
    api_key: Option<ID>,
    difference: Option<Difference>,
}

impl From<(AuditRow, Option<person::User>)> for AuditEntry {
    fn from((row, actor): (AuditRow, Option<person::User>)) -> Self {
        Self {
            event: ActivityEvent(Arc::new(Event::from(row.event))),
            actor: actor.map(Arc::new),
            address: row.address,
            api_key: row.api_key_id.map(GlobalId::global),
            difference: row.changes.map(|changes| Difference::read(&changes.0)),
        }
    }
}

/// An entry of the audit: who changed what, when and from where.
#[Object(crate = "crate::execution")]
impl AuditEntry {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        NaturalId::AuditEntry(self.event.0.workspace_id, self.event.0.seq).global()
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        self.event.0.at.into()
    }

    /// What happened.
    async fn kind(&self) -> ActivityKind {
        self.event.0.kind
    }

    /// What happened, in one line of the language that `Accept-Language` prefers: English or Korean. Defaults to English.
    async fn summary(&self, ctx: &Context<'_>) -> Result<String> {
        self.event.summary(ctx).await
    }

    /// What it happened to, as it is now; null if it has been deleted since.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        self.event.subject(ctx).await
    }

    /// Who did it, a member still or not; null where it was the server itself. Who was erased has no name any more.
    async fn actor(&self) -> Option<User> {
        self.actor.clone().map(User)
    }

    /// The API key that a program did it with, in the person's name; null where it was a session.
    async fn api_key_id(&self) -> Option<&ID> {
        self.api_key.as_ref()
    }

    /// The address that the request came from; null for the server's own work, and for who was erased.
    async fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The fields that differ, as they were before; null where there was no such object, and where the change is a
    /// state alone, which `payload` tells with `from` and `to`.
    async fn before(&self) -> Option<JsonOf<'_>> {
        let before = &self.difference.as_ref()?.before;
        (!before.is_null()).then_some(JsonOf(before))
    }

    /// The fields that differ, as they were after it; null where there is no such object any more, and where the change
    /// is a state alone, which `payload` tells with `from` and `to`.
    async fn after(&self) -> Option<JsonOf<'_>> {
        let after = &self.difference.as_ref()?.after;
        (!after.is_null()).then_some(JsonOf(after))
    }

    /// The fields that differ, each with its value before and after, in the order of their names. Empty where nothing but
    /// a state changed: `payload` has it.
    #[graphql(directive = list_size::apply(10))]
    async fn changes(&self) -> Vec<AuditChange<'_>> {
        let changes = self.difference.as_ref().map(Difference::changes).unwrap_or_default();
        changes.into_iter().map(AuditChange::from).collect()
    }

    /// Names, states, links and errors as they were at the event.
    async fn payload(&self) -> EventPayload<'_> {
        EventPayload::from(&*self.event.0)
    }

    /// The payload as it is stored, for programs that log events. Ids in it are `databaseId`s.
    async fn payload_json(&self) -> JsonOf<'_> {
        JsonOf(&self.event.0.json)
    }
}

connection!(AuditEntryConnection, AuditEntryEdge, AuditEntry, "entries");

impl Keyed for (AuditRow, Option<person::User>) {
    fn key(&self) -> (Timestamp, i64) {
        (self.0.event.at, self.0.event.seq)
    }
}

#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// Every change in a workspace, newest first: who made it, when, from where, and what it changed. Polls of metrics
    /// (METRICS_UPDATED) are left out. Requires the ADMIN role; null, with an error, without it.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a list")]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: the default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which entries; absent: all.")] filter: Option<AuditLogFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Option<AuditEntryConnection>> {
        let page = PageArgs { first, after, last, before, offset: None };
        audit_log_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await.map(Some)
    }
}

/// Every change in a workspace, newest first.
pub async fn audit_log_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<AuditLogFilter>,
    page: &PageArgs,
) -> Result<AuditEntryConnection> {
    let filter = filter.unwrap_or_default().read().map_err(|error| top_level(error.into()))?;
    let query = ctx.query_in(workspace, filter)?;
    AuditEntryConnection::of(ctx.services()?.audit().list(query), page, AuditEntry::from).await
}
