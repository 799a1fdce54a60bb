//! Files of a workspace's data: asked for here, written by a worker, fetched at a signed address.

use crate::analytics;
use crate::context::{Keyed, MutationKey};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use fanfare_auth::{Action, export_link, verify_export_link};
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::export::{ExportKind, ExportStatus};
use fanfare_domain::id::{ExportId, WorkspaceId};
use fanfare_storage::page::{ExportFilter, Window};
use fanfare_storage::part_lease::PartLease;
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

/// An export that this worker has claimed.
#[derive(Clone, Debug)]
pub struct ExportAtWork {
    export: Export,
    lease: PartLease<ExportId>,
}

impl ExportAtWork {
    pub fn id(&self) -> ExportId {
        self.export.id
    }
}

impl Services {
    /// Stores the wish for a file; a worker writes it.
    pub async fn create_export(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        input: ExportInput,
        key: Option<MutationKey>,
    ) -> ServiceResult<(Export, Seq)> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let now = self.clock.now();
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Replay(first) => return self.first_export(workspace, &first).await,
            Keyed::Run(key) => key,
        };
        self.rates.take(Limited::ExportCreation(actor.user_id), PER_MINUTE, now).await?;
        let zone = self.zone_of(workspace).await?;
        let today = now.0.with_timezone(&zone).date_naive();
        let period = analytics::period(input.start, input.end, today).map_err(of_the_input)?;
        let (from_at, to_at) = analytics::instants(period, zone)?;
        let new = NewExport {
            workspace_id: workspace,
            requested_by: actor.user_id,
            kind: input.kind,
            first_day: period.start,
            last_day: period.end,
            from_at,
            to_at,
        };
        let services = Arc::clone(self);
        let by = EventActor::from(actor);
        uncancelled(async move {
            let (export, seq) = services.db.exports().create(new, by, key, now).await?;
            services.hub.committed(workspace, seq);
            Ok((export, seq))
        })
        .await
    }

    async fn first_export(
        &self,
        workspace: WorkspaceId,
        first: &serde_json::Value,
    ) -> ServiceResult<(Export, Seq)> {
        let id = first.get("export_id").and_then(serde_json::Value::as_i64).map(ExportId);
        let found = self.db.exports().by_ids(workspace, id.as_slice()).await?.pop();
        let seq = self.db.events().last_seq(workspace).await?;
        Ok((found.ok_or(ServiceError::NotFound)?, seq))
    }

    /// A window of the exports, newest first.
    pub async fn exports(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &ExportFilter,
        window: &Window,
    ) -> ServiceResult<Vec<Export>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.exports().page(workspace, filter, window).await?)
    }

    /// How many exports a filter finds.
    pub async fn count_exports(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &ExportFilter,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.exports().count(workspace, filter).await?)
    }

    /// An address that opens the file to whoever has it, for an hour. `None`: it is not written.
    pub fn export_url(&self, export: &Export) -> Option<Url> {
        let expires = self.clock.now().plus(LINK_VALID_FOR);
        let link = || export_link(&self.url_signer, &self.options.public_base, export.id, expires);
        (export.status == ExportStatus::Ready).then(link)
    }

    /// The file that a signed address opens now. `None`: there is no such file any more.
    pub async fn signed_export(
        &self,
        id: ExportId,
        expires: i64,
        signature: &str,
    ) -> ServiceResult<Option<ExportFile>> {
        if verify_export_link(&self.url_signer, id, expires, signature, self.clock.now()).is_err() {
            let words = "The address is not signed by this server, or has ended.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        Ok(self.db.exports().signed(id).await?.map(ExportFile))
    }

    /// A part of a file, counted from 0. `None`: behind the last.
    pub async fn export_part(&self, file: &ExportFile, position: i32) -> ServiceResult<Option<Vec<u8>>> {
        let ExportFile(export) = file;
        if position >= export.chunks {
            return Ok(None);
        }
        let part = self.db.exports().chunk(export.workspace_id, export.id, position).await?;
        let part = part.ok_or(ServiceError::NotFound)?;
        if !export.kind.is_binary() {
            return Ok(Some(part.into_bytes()));
        }
        let bytes = STANDARD.decode(part);
        bytes.map(Some).map_err(|error| ServiceError::Internal(anyhow::anyhow!("a stored part: {error}")))
    }

    /// Takes an export to write.
    pub async fn claim_export(&self) -> ServiceResult<Option<ExportAtWork>> {
        let (now, lease_for) = (self.clock.now(), self.options.lease);
        let (claimed, given_up) = self.db.exports().claim(now, lease_for).await?;
        if let Some((workspace, seq)) = given_up {
            self.hub.committed(workspace, seq);
        }
        Ok(claimed.map(|export| {
            let lease = PartLease { id: export.id, token: export.lease_token, lease_for };
            ExportAtWork { export, lease }
        }))
    }

    /// Writes the next part of a claimed export; answers whether there is more.
    pub async fn write_export(&self, work: &mut ExportAtWork) -> ServiceResult<bool> {
        let chunk = self.next_chunk(&work.export).await?;
        let (lease, now) = (work.lease, self.clock.now());
        let (written, seq) = self.db.exports().append(lease, chunk, now).await?;
        self.hub.committed(written.workspace_id, seq);
        work.export = written;
        Ok(work.export.status.is_open())
    }

    /// Gives a claim back, for another worker to go on at once.
    pub async fn release_export(&self, work: ExportAtWork) -> ServiceResult<()> {
        Ok(self.db.exports().release(work.lease).await?)
    }

    /// Takes back what the last process of an SQLite file was writing.
    pub async fn resume_exports(&self) -> ServiceResult<()> {
        if self.db.is_embedded() {
            // The file belongs to this process alone: whoever held these claims is gone.
            self.db.exports().release_all().await?;
        }
        Ok(())
    }
}

/// The same refusal, of a field of the mutation's input.
fn of_the_input(error: ServiceError) -> ServiceError {
    let ServiceError::User(mut errors) = error else { return error };
    errors.iter_mut().for_each(|error| error.path.insert(0, "input".to_owned()));
    ServiceError::User(errors)
}
