//! Posts from a file: taken in here, gone through by a worker, a part at a time.

use super::file::{self as import_file, Rows};
use super::line::{Cells, problems};
use super::names::Names;
use crate::context::{
    Committed, Context, FirstResult, List, Listed, MutationKey, Query, ServiceError, ServiceResult, Window,
};
use crate::parted::{ClaimedParts, PartedWork, Standing};
use crate::place::Places;
use crate::post::Posts;
use crate::workspace::Workspaces;
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{ImportId, ImportProblemId, UserId, WorkspaceId};
use fanfare_domain::import::{ImportColumn, ImportStatus};
use fanfare_domain::user_error::UserError;
use fanfare_domain::work::{Lapsed, Lease, Overdue, WorkKind};
use fanfare_storage::DbError;
use fanfare_storage::rows::{Import, ImportLine, ImportProblem, NewImport};
use fanfare_storage::work::import::ImportPart;
use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

/// Lines of one part: a transaction's worth.
const LINES_AT_ONCE: i64 = 50;
/// Targets after which a part ends, however few lines it has.
const TARGETS_AT_ONCE: usize = 200;
/// The longest file name that is kept, in characters.
const LONGEST_NAME: usize = 255;

/// What is asked for.
pub struct ImportFile {
    pub file: File,
    /// As the sender calls it; shown, and used for nothing else.
    pub name: String,
    /// Whether the rows are only validated.
    pub dry_run: bool,
    /// The `clientMutationKey`.
    pub key: Option<String>,
}

/// The list of a workspace's imports.
#[derive(Clone, Copy, Debug)]
pub struct AllImports;

/// The service of imports.
#[derive(Clone)]
pub struct Imports {
    pub(super) context: Arc<Context>,
    places: Places,
    workspaces: Workspaces,
    posts: Posts,
}

impl Imports {
    pub(crate) fn new(
        context: &Arc<Context>,
        places: &Places,
        workspaces: &Workspaces,
        posts: &Posts,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            places: places.clone(),
            workspaces: workspaces.clone(),
            posts: posts.clone(),
        }
    }

    /// Takes a file in; a worker goes through its lines. It counts as one creation of a post.
    pub async fn create(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        given: ImportFile,
    ) -> ServiceResult<Committed<Import>> {
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let ImportFile { file, name, dry_run, key } = given;
        let bytes = import_file::bytes(file).await?;
        let key = key.map(|key| {
            let input = [&[u8::from(dry_run)], bytes.as_slice()].concat();
            MutationKey::new("createImport", key, &input)
        });
        let (by, again) = (EventActor::from(actor), |first| self.first(workspace, first));
        let first = |key| async move {
            let rows = import_file::rows(bytes).await?;
            self.may_import(actor, workspace, &rows).await?;
            let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
            let new = NewImport {
                workspace_id: workspace,
                requested_by: actor.user_id,
                file_name: Some(name).filter(|name| !name.is_empty()),
                dry_run,
                columns: rows.columns,
                lines: rows.lines,
            };
            let create = |context: Arc<Context>| async move {
                context.db.imports().create(new, by, key, context.clock.now()).await
            };
            self.context.command(workspace, create).await
        };
        self.context.idempotent(key, (workspace, actor.user_id), again, first).await
    }

    async fn may_import(&self, actor: &Actor, workspace: WorkspaceId, rows: &Rows) -> ServiceResult<()> {
        if rows.columns.contains(&ImportColumn::ScheduledAt) {
            self.context.authorize(actor, workspace, Action::PublishPosts).await?;
        }
        let mut cells = rows.lines.iter().filter_map(|line| Cells::new(&rows.columns, &line.cells).ok());
        if cells.any(Cells::has_media_addresses) {
            self.context.authorize(actor, workspace, Action::UploadMedia).await?;
        }
        let (limit, now) = (self.context.options.creates_per_minute, self.context.clock.now());
        Ok(self.context.rates.take(Limited::PostCreation(actor.user_id), limit, now).await?)
    }

    async fn first(&self, workspace: WorkspaceId, first: FirstResult) -> ServiceResult<Import> {
        let id = ImportId(first.row("import_id")?);
        self.by_ids(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)
    }

    /// Ends an import before its last line. What it has created stays.
    pub async fn cancel(&self, actor: &Actor, id: ImportId) -> ServiceResult<Committed<Import>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let by = EventActor::from(actor);
        let cancel = |context: Arc<Context>| async move {
            context.db.imports().cancel(workspace, id, by, context.clock.now()).await
        };
        self.context.command(workspace, cancel).await
    }

    /// The imports of a workspace, newest first.
    pub fn list(&self, query: Query<AllImports>) -> Listed<Self, AllImports> {
        Listed { service: self.clone(), query }
    }

    /// What is wrong with an import's lines, in their order.
    pub fn problems(&self, query: Query<ImportId>) -> Listed<Self, ImportId> {
        Listed { service: self.clone(), query }
    }

    /// Problems of imports by id, for those who may read the workspace.
    pub async fn problems_by_ids(
        &self,
        workspace: WorkspaceId,
        ids: &[ImportProblemId],
    ) -> ServiceResult<Vec<ImportProblem>> {
        Ok(self.context.db.imports().problems_by_ids(workspace, ids).await?)
    }

    /// Imports by id, for those who may read the workspace.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[ImportId]) -> ServiceResult<Vec<Import>> {
        Ok(self.context.db.imports().by_ids(workspace, ids).await?)
    }

    /// Who began an import, if they still may create posts.
    async fn author_of(&self, import: &Import) -> ServiceResult<Option<UserId>> {
        let Some(author) = import.requested_by else { return Ok(None) };
        for action in [Action::WritePosts, Action::PublishPosts, Action::UploadMedia] {
            match self.context.authorize_user(author, import.workspace_id, action).await {
                Ok(()) => {}
                Err(ServiceError::NotFound | ServiceError::Forbidden(_)) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(author))
    }

    /// What the next lines come to, by the rules of a post that is created alone.
    async fn import_part(
        &self,
        import: &Import,
        author: UserId,
        now: Timestamp,
    ) -> ServiceResult<ImportPart> {
        let workspace = import.workspace_id;
        let columns: Vec<ImportColumn> =
            import.heading.0.iter().filter_map(|name| ImportColumn::parse(name)).collect();
        let lines = self.context.db.imports().next_lines(workspace, import.id, LINES_AT_ONCE).await?;
        let names = self.names_in(workspace, &columns, &lines).await?;
        let zone = self.workspaces.zone_of(workspace).await?;
        let mut part =
            ImportPart { lines: 0, last_line: None, posts: Vec::new(), failed: 0, problems: Vec::new() };
        let (mut numbers, mut drafts, mut targets) = (Vec::new(), Vec::new(), 0);
        for line in &lines {
            part.lines += 1;
            part.last_line = Some(line.line);
            let cells = Cells::new(&columns, &line.cells.0).map_err(ServiceError::from);
            match cells.and_then(|cells| self.posts.judge(cells.read(workspace, &names, zone), now)) {
                Ok((draft, then)) => {
                    targets += draft.account_ids.len();
                    numbers.push(line.line);
                    drafts.push((draft, then));
                }
                Err(ServiceError::User(errors)) => refuse_line(&mut part, line.line, errors),
                Err(error) => return Err(error),
            }
            if targets >= TARGETS_AT_ONCE {
                break;
            }
        }
        let posts = self.posts.storable_many(workspace, author, drafts).await?;
        for (line, post) in numbers.into_iter().zip(posts) {
            match post {
                Ok(_) if import.dry_run => {}
                Ok(post) => part.posts.push(post),
                Err(errors) => refuse_line(&mut part, line, errors),
            }
        }
        part.problems.sort_by_key(|problem| problem.line);
        Ok(part)
    }

    /// Looks up what the lines call by its name.
    async fn names_in(
        &self,
        workspace: WorkspaceId,
        columns: &[ImportColumn],
        lines: &[ImportLine],
    ) -> ServiceResult<Names> {
        let cells: Vec<Cells<'_>> =
            lines.iter().filter_map(|line| Cells::new(columns, &line.cells.0).ok()).collect();
        let accounts: BTreeSet<&str> = cells.iter().flat_map(|cells| cells.accounts()).collect();
        let campaigns: BTreeSet<&str> = cells.iter().filter_map(|cells| cells.campaign()).collect();
        Names::find(&self.context.db, workspace, &accounts, &campaigns).await
    }
}

/// Notes that nothing is stored of a line, and why.
fn refuse_line(part: &mut ImportPart, line: i32, errors: Vec<UserError>) {
    part.failed += 1;
    part.problems.extend(problems(line, errors));
}

impl PartedWork for Imports {
    type Id = ImportId;
    type Row = Import;

    const KIND: WorkKind = WorkKind::Import;

    async fn claim(&self) -> ServiceResult<Option<ClaimedParts<Import, ImportId>>> {
        let (now, lease_for) = self.context.lease_terms();
        Ok(self.context.claimed(self.context.db.imports().claim(now, lease_for).await?))
    }

    async fn advance(&self, work: &mut ClaimedParts<Import, ImportId>) -> ServiceResult<Standing> {
        let (lease, now) = (work.lease, self.context.clock.now());
        let advanced = if let Some(author) = self.author_of(&work.row).await? {
            let (part, quota) =
                (self.import_part(&work.row, author, now).await?, self.context.options.post_quota);
            self.context.db.imports().advance(lease, part, quota, now).await
        } else {
            let words = "Whoever began it may not create posts in the workspace any more.";
            self.context.db.imports().give_up(lease, words, now).await
        };
        let (import, seq) = match advanced {
            // The workspace's quota is used up: what was created stays.
            Err(DbError::Refused(errors)) => {
                let words = errors.first().map_or("The posts were refused.", |error| error.message.as_str());
                self.context.db.imports().give_up(lease, words, now).await?
            }
            advanced => advanced?,
        };
        self.context.hub.committed(import.workspace_id, seq);
        work.row = import;
        Ok(match work.row.status {
            ImportStatus::Queued | ImportStatus::Running => Standing::Open,
            ImportStatus::Done => Standing::Done,
            ImportStatus::Failed | ImportStatus::Cancelled => Standing::Failed,
        })
    }

    async fn extend(&self, lease: Lease<ImportId>) -> ServiceResult<()> {
        let (now, lease_for) = self.context.lease_terms();
        Ok(self.context.db.imports().extend(lease, now, lease_for).await?)
    }

    async fn give_back(&self, lease: Lease<ImportId>, at: Timestamp, counted: bool) -> ServiceResult<()> {
        Ok(self.context.db.imports().give_back(lease, at, counted, self.context.clock.now()).await?)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> ServiceResult<Vec<Lease<ImportId>>> {
        Ok(self.context.db.imports().lapsed(overdue, limit, self.context.clock.now()).await?)
    }

    async fn retake(&self, lapsed: Lapsed<ImportId>) -> ServiceResult<usize> {
        Ok(self.context.db.imports().retake(lapsed).await?)
    }
}

impl List for Listed<Imports, AllImports> {
    type Row = Import;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Import>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.imports().page(query.workspace, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.imports().count(query.workspace).await?)
    }
}

impl List for Listed<Imports, ImportId> {
    type Row = ImportProblem;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<ImportProblem>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.imports().problems(query.workspace, query.filter, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.imports().count_problems(query.workspace, query.filter).await?)
    }
}
