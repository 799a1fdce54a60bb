//! Files of a workspace's data.

use crate::connection::{Edge as _, Keyed, PageArgs, connection};
use crate::progress::Progress;
use crate::request::{
    ContextExt as _, UserError, committed, each_once, mutation_key, row_of, workspace_of_input,
};
use crate::scalars::{BigInt, Date, DateTime, GlobalId as _, Url};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::export::{ExportKind, ExportStatus};
use fanfare_domain::id::{ExportId, WorkspaceId};
use fanfare_services::export::{self as rows, ExportFilter as RowFilter, ExportInput};
use std::sync::Arc;

/// A file of a workspace's data.
#[derive(Clone)]
pub struct Export(pub Arc<rows::Export>);

/// A file of a workspace's data: comma-separated values (RFC 4180) in UTF-8, or a PDF where it is a REPORT, in which
/// `¤` stands for a character that neither Windows-1252 nor Chinese, Japanese or Korean has. EXPORT_PROGRESS events
/// report how far it is, EXPORT_READY or EXPORT_FAILED how it ended. Kept for seven days.
#[Object(crate = "crate::execution")]
impl Export {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The row's number.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }

    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }

    /// What it holds.
    async fn kind(&self) -> ExportKind {
        self.0.kind
    }

    /// How far it is.
    async fn status(&self) -> ExportStatus {
        self.0.status
    }

    /// Its first day, in the workspace's time zone.
    async fn start_date(&self) -> Date {
        Date(self.0.first_day)
    }

    /// Its last day, in the workspace's time zone.
    async fn end_date(&self) -> Date {
        Date(self.0.last_day)
    }

    /// Posts, or days, that are written.
    async fn done(&self) -> BigInt {
        BigInt(self.0.progress.done)
    }

    /// Posts, or days, that are to be written; null before the first are.
    async fn total(&self) -> Option<BigInt> {
        (self.0.chunks > 0).then_some(BigInt(self.0.progress.total))
    }

    /// Lines of the file so far, the heading apart; 0 of a REPORT.
    async fn rows(&self) -> BigInt {
        BigInt(self.0.rows_written)
    }

    /// Where it can be fetched, by whoever has the address, for an hour; null before it is READY. Ask again for another
    /// hour.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(ctx.services()?.exports().url(&self.0).map(Url))
    }

    #[graphql(flatten)]
    async fn progress(&self) -> Progress<'_> {
        Progress(&self.0.progress)
    }

    /// When it was ready, or had failed.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.progress.finished_at.map(DateTime::from)
    }
}

connection!(ExportConnection, ExportEdge, Export, "exports");

impl Keyed for rows::Export {
    fn key(&self) -> (Timestamp, i64) {
        (self.progress.created_at, self.id.0)
    }
}

/// Which exports.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ExportFilter {
    /// That hold one of these; absent: any.
    pub kinds: Option<Vec<ExportKind>>,
    /// In one of these states; absent: in any.
    pub statuses: Option<Vec<ExportStatus>>,
}

/// What to export.
#[derive(Clone, Debug, InputObject)]
pub struct CreateExportInput {
    /// Of which workspace; absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// What it is to hold.
    pub kind: ExportKind,
    /// The first day, in the workspace's time zone; absent: 30 days with the last. At most 366 days.
    pub start_date: Option<Date>,
    /// The last day; absent, and at the latest: today.
    pub end_date: Option<Date>,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// What createExport answers.
#[derive(SimpleObject)]
pub struct CreateExportPayload {
    /// The export, QUEUED; null where userErrors is not empty.
    pub export: Option<Export>,
    /// The export as an edge of `exports` in the default order. Null if there are user errors.
    pub export_edge: Option<ExportEdge>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// Part of `Query`: data exports.
#[derive(Default)]
pub struct ExportQuery;

#[Object]
impl ExportQuery {
    /// An export; null if it is in none of your workspaces, or older than seven days.
    async fn export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The export's id.")] id: ID,
    ) -> Result<Option<Export>> {
        let Some((workspace, id)) = row_of::<ExportId>(ctx, &id, "id").await? else { return Ok(None) };
        Ok(ctx.loaders()?.export(workspace, id).await?.map(Export))
    }

    /// The exports of a workspace that were asked for in the last seven days, the newest first. Any member may read them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn exports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which exports; absent: all.")] filter: Option<ExportFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<ExportConnection> {
        let page = PageArgs { first, after, last, before, offset };
        exports_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await
    }
}

/// The exports of a workspace of the last seven days, the newest first.
pub async fn exports_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<ExportFilter>,
    page: &PageArgs,
) -> Result<ExportConnection> {
    let filter = filter.unwrap_or_default();
    let filter = RowFilter { kinds: each_once(filter.kinds), statuses: each_once(filter.statuses) };
    let query = ctx.query_in(workspace, filter)?;
    ExportConnection::of(ctx.services()?.exports().list(query), page, |row| Export(Arc::new(row))).await
}

/// Part of `Mutation`: data exports.
#[derive(Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// Has a file of the workspace's data written, in the background; at most five at once, and ten a
    /// minute by one person. Any member may ask for it.
    async fn create_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to export.")] input: CreateExportInput,
    ) -> Result<CreateExportPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "createExport", input.client_mutation_key.as_ref(), &input)?;
        let asked = ExportInput {
            kind: input.kind,
            start: input.start_date.map(|day| day.0),
            end: input.end_date.map(|day| day.0),
        };
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            services.exports().create(actor, workspace, asked, key).await
        });
        let (created, user_errors) = committed(ctx, outcome.await)?;
        let (export, export_edge) = ExportEdge::created(created.map(Arc::new), Export);
        Ok(CreateExportPayload { export, export_edge, user_errors })
    }
}
