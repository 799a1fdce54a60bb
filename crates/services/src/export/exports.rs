//! Files of a workspace's data: asked for here, written by a worker, fetched at a signed address.

use crate::analytics::{AnalyticsReports, instants, period};
use crate::context::{
    Committed, Context, FirstResult, List, Listed, MutationKey, Query, ServiceError, ServiceResult, Window,
};
use crate::parted::{ClaimedParts, PartedWork, Standing};
use crate::workspace::Workspaces;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use fanfare_auth::{Action, UrlSigner, export_link, verify_export_link};
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::export::{ExportKind, ExportStatus};
use fanfare_domain::id::{ExportId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease, Overdue, WorkKind};
use fanfare_storage::page::ExportFilter;
use fanfare_storage::rows::{Export, NewExport};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long the address of a file opens it.
const LINK_VALID_FOR: Duration = Duration::from_hours(1);
/// How often a user may ask for a file in a minute: each is read from the start to the end of its days.
const PER_MINUTE: u32 = 10;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ExportInput {
    pub kind: ExportKind,
    /// A day of the workspace's time zone; `None`: 30 days with `end`.
    pub start: Option<NaiveDate>,
    /// `None`: today.
    pub end: Option<NaiveDate>,
}

/// A file that can be fetched.
#[derive(Clone, Debug)]
pub struct ExportFile(Export);

impl ExportFile {
    /// What it is called on the disk of who fetches it.
    pub fn name(&self) -> String {
        let Export { kind, first_day, last_day, .. } = &self.0;
        format!("{kind}-{first_day}-{last_day}.{}", kind.extension())
    }

    pub fn content_type(&self) -> &'static str {
        self.0.kind.content_type()
    }
}

/// The service of exports.
#[derive(Clone)]
pub struct Exports {
    pub(super) context: Arc<Context>,
    pub(super) workspaces: Workspaces,
    pub(super) analytics: AnalyticsReports,
    url_signer: UrlSigner,
}

impl Exports {
    pub(crate) fn new(
        context: &Arc<Context>,
        workspaces: &Workspaces,
        analytics: &AnalyticsReports,
        url_signer: &UrlSigner,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            workspaces: workspaces.clone(),
            analytics: analytics.clone(),
            url_signer: url_signer.clone(),
        }
    }

    /// Stores the wish for a file; a worker writes it.
    pub async fn create(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        input: ExportInput,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<Export>> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let (by, again) = (EventActor::from(actor), |first| self.first(workspace, first));
        let first = |key| async move {
            let new = self.new_export(actor, workspace, input).await?;
            let create = |context: Arc<Context>| async move {
                context.db.exports().create(new, by, key, context.clock.now()).await
            };
            self.context.command(workspace, create).await
        };
        self.context.idempotent(key, (workspace, actor.user_id), again, first).await
    }

    async fn new_export(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        input: ExportInput,
    ) -> ServiceResult<NewExport> {
        let now = self.context.clock.now();
        self.context.rates.take(Limited::ExportCreation(actor.user_id), PER_MINUTE, now).await?;
        let zone = self.workspaces.zone_of(workspace).await?;
        let today = now.0.with_timezone(&zone).date_naive();
        let period = period(input.start, input.end, today).map_err(of_the_input)?;
        let (from_at, to_at) = instants(period, zone)?;
        Ok(NewExport {
            workspace_id: workspace,
            requested_by: actor.user_id,
            kind: input.kind,
            first_day: period.start,
            last_day: period.end,
            from_at,
            to_at,
        })
    }

    async fn first(&self, workspace: WorkspaceId, first: FirstResult) -> ServiceResult<Export> {
        let id = ExportId(first.row("export_id")?);
        self.by_ids(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)
    }

    /// The exports of a workspace, newest first.
    pub fn list(&self, query: Query<ExportFilter>) -> Listed<Self, ExportFilter> {
        Listed { service: self.clone(), query }
    }

    /// Exports by id, for those who may read the workspace.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[ExportId]) -> ServiceResult<Vec<Export>> {
        Ok(self.context.db.exports().by_ids(workspace, ids).await?)
    }

    /// An address that opens the file to whoever has it, for an hour. `None`: it is not written.
    pub fn url(&self, export: &Export) -> Option<Url> {
        let expires = self.context.clock.now().plus(LINK_VALID_FOR);
        let link = || export_link(&self.url_signer, &self.context.options.public_base, export.id, expires);
        (export.status == ExportStatus::Ready).then(link)
    }

    /// The file that a signed address opens now. `None`: there is no such file any more.
    pub async fn signed(
        &self,
        id: ExportId,
        expires: i64,
        signature: &str,
    ) -> ServiceResult<Option<ExportFile>> {
        if verify_export_link(&self.url_signer, id, expires, signature, self.context.clock.now()).is_err() {
            let words = "The address is not signed by this server, or has ended.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        Ok(self.context.db.exports().signed(id).await?.map(ExportFile))
    }

    /// A part of a file, counted from 0. `None`: behind the last.
    pub async fn part(&self, file: &ExportFile, position: i32) -> ServiceResult<Option<Vec<u8>>> {
        let ExportFile(export) = file;
        if position >= export.chunks {
            return Ok(None);
        }
        let part = self.context.db.exports().chunk(export.workspace_id, export.id, position).await?;
        let part = part.ok_or(ServiceError::NotFound)?;
        if !export.kind.is_binary() {
            return Ok(Some(part.into_bytes()));
        }
        let bytes = STANDARD.decode(part);
        bytes.map(Some).map_err(|error| ServiceError::Internal(anyhow::anyhow!("a stored part: {error}")))
    }
}

impl PartedWork for Exports {
    type Id = ExportId;
    type Row = Export;

    const KIND: WorkKind = WorkKind::Export;

    async fn claim(&self) -> ServiceResult<Option<ClaimedParts<Export, ExportId>>> {
        let (now, lease_for) = self.context.lease_terms();
        Ok(self.context.claimed(self.context.db.exports().claim(now, lease_for).await?))
    }

    async fn advance(&self, work: &mut ClaimedParts<Export, ExportId>) -> ServiceResult<Standing> {
        let chunk = self.next_chunk(&work.row).await?;
        let now = self.context.clock.now();
        let (export, seq) = self.context.db.exports().append(work.lease, chunk, now).await?;
        self.context.hub.committed(export.workspace_id, seq);
        work.row = export;
        Ok(match work.row.status {
            ExportStatus::Queued | ExportStatus::Running => Standing::Open,
            ExportStatus::Ready => Standing::Done,
            ExportStatus::Failed => Standing::Failed,
        })
    }

    async fn extend(&self, lease: Lease<ExportId>) -> ServiceResult<()> {
        let (now, lease_for) = self.context.lease_terms();
        Ok(self.context.db.exports().extend(lease, now, lease_for).await?)
    }

    async fn give_back(&self, lease: Lease<ExportId>, at: Timestamp, counted: bool) -> ServiceResult<()> {
        Ok(self.context.db.exports().give_back(lease, at, counted, self.context.clock.now()).await?)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> ServiceResult<Vec<Lease<ExportId>>> {
        Ok(self.context.db.exports().lapsed(overdue, limit, self.context.clock.now()).await?)
    }

    async fn retake(&self, lapsed: Lapsed<ExportId>) -> ServiceResult<usize> {
        Ok(self.context.db.exports().retake(lapsed).await?)
    }
}

impl List for Listed<Exports, ExportFilter> {
    type Row = Export;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Export>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.exports().page(query.workspace, &query.filter, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.exports().count(query.workspace, &query.filter).await?)
    }
}

/// The same refusal, of a field of the mutation's input.
fn of_the_input(error: ServiceError) -> ServiceError {
    let ServiceError::User(mut errors) = error else { return error };
    for error in &mut errors {
        error.path.insert(0, "input".to_owned());
    }
    ServiceError::User(errors)
}
