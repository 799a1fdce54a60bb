//! What is in a workspace. The fields of `Query` with the same names are shortcuts to the default one.

use crate::account::{AccountConnection, AccountFilter, accounts_of};
use crate::analytics::{Analytics, AnalyticsArgs, analytics_of};
use crate::api_key::{ApiKeyConnection, api_keys_of};
use crate::audit::{AuditEntryConnection, AuditLogFilter, audit_log_of};
use crate::calendar::{Calendar, CalendarArgs, calendar_of};
use crate::campaign::{CampaignConnection, CampaignFilter, campaigns_of};
use crate::connection::PageArgs;
use crate::export::{ExportConnection, ExportFilter, exports_of};
use crate::import::{ImportConnection, imports_of};
use crate::inbox::{InboxMessageConnection, InboxMessageFilter, inbox_of};
use crate::media::{MediaConnection, MediaFilter, media_files_of};
use crate::post::{PostConnection, PostFilter, PostOrder, posts_of};
use crate::request::{ContextExt as _, top_level};
use crate::scalars::Date;
use crate::settings::Settings;
use crate::template::{TemplateConnection, TemplateFilter, templates_of};
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::platform::Platform;
use fanfare_query_limits::directives::field_cost;

/// The part of a workspace that consists of other objects. Each list decides itself who may read it.
pub struct WorkspaceContents(pub WorkspaceId);

#[Object]
impl WorkspaceContents {
    /// Its posts, the newest first. Any member may read them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posts. Defaults to all.")] filter: Option<PostFilter>,
        #[graphql(desc = "The order. Defaults to the newest first.")] order_by: Option<PostOrder>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<PostConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        posts_of(ctx, self.0, filter, order_by, &page).await
    }

    /// Its connected accounts, the newest first.
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which accounts. Defaults to all.")] filter: Option<AccountFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<AccountConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        accounts_of(ctx, self.0, filter, &page).await
    }

    /// Its campaigns, the newest first.
    async fn campaigns(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which campaigns. Defaults to all.")] filter: Option<CampaignFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<CampaignConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        campaigns_of(ctx, self.0, filter, &page).await
    }

    /// The templates that it can use: its own, the newest first, then those of the server.
    async fn templates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which templates. Defaults to all.")] filter: Option<TemplateFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<TemplateConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        templates_of(ctx, self.0, filter, &page).await
    }

    /// The files of its media library, the newest first.
    async fn media_files(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which files. Defaults to all.")] filter: Option<MediaFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<MediaConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        media_files_of(ctx, self.0, filter, &page).await
    }

    /// Comments, mentions and direct messages to its accounts, the newest first by the platforms' clocks.
    async fn inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which messages. Defaults to all.")] filter: Option<InboxMessageFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<InboxMessageConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        inbox_of(ctx, self.0, filter, &page).await
    }

    /// Its metrics over at most 366 days.
    #[graphql(directive = field_cost::apply(10))]
    async fn analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day, in the workspace's time zone. Defaults to 30 days with the last.")]
        start_date: Option<Date>,
        #[graphql(desc = "The last day. Defaults to today, the latest.")] end_date: Option<Date>,
        #[graphql(desc = "Only accounts on this platform.")] platform: Option<Platform>,
        #[graphql(desc = "Only this account.")] account_id: Option<ID>,
        #[graphql(desc = "Only this campaign's posts, on the accounts that they are for.")]
        campaign_id: Option<ID>,
    ) -> Result<Analytics> {
        let asked = AnalyticsArgs { start_date, end_date, platform, account_id, campaign_id };
        analytics_of(ctx, self.0, asked.read()?).await
    }

    /// Its posts of a month, or of up to 62 days, by the day that they are planned for. Requires year and month, or
    /// startDate and endDate.
    #[graphql(directive = field_cost::apply(10))]
    async fn calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "1970 to 9999.")] year: Option<i32>,
        #[graphql(desc = "1 to 12.")] month: Option<i32>,
        #[graphql(desc = "The first day.")] start_date: Option<Date>,
        #[graphql(desc = "The last day; at most 61 days after the first.")] end_date: Option<Date>,
    ) -> Result<Calendar> {
        calendar_of(ctx, self.0, CalendarArgs { year, month, start_date, end_date }).await
    }

    /// What it has decided for all of its members.
    async fn settings(&self, ctx: &Context<'_>) -> Result<Settings> {
        Box::pin(Settings::of(ctx.services()?, ctx.actor()?, self.0)).await.map_err(top_level)
    }

    /// Its API keys, the newest first: your own; everyone's with the ADMIN role. Null, with an error, for an API key
    /// without the scope ADMIN.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Option<ApiKeyConnection>> {
        let page = PageArgs { first, after, last, before, offset: None };
        api_keys_of(ctx, self.0, &page).await.map(Some)
    }

    /// Its exports of the last seven days, the newest first. Any member may read them.
    async fn exports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which exports. Defaults to all.")] filter: Option<ExportFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<ExportConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        exports_of(ctx, self.0, filter, &page).await
    }

    /// Its imports of the last thirty days, the newest first. Any member may read them.
    async fn imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<ImportConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        imports_of(ctx, self.0, &page).await
    }

    /// Every change in it, the newest first: who made it, when, from where, and what it changed. Requires the ADMIN role;
    /// null, with an error, without it.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries. Defaults to all.")] filter: Option<AuditLogFilter>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Option<AuditEntryConnection>> {
        let page = PageArgs { first, after, last, before, offset: None };
        audit_log_of(ctx, self.0, filter, &page).await.map(Some)
    }
}
