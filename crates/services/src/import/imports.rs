//! Posts from a file: taken in here, gone through by a worker, a part at a time.

use super::file as import_file;
use super::line::{Cells, problems};
use super::names::Names;
use crate::context::{Keyed, MutationKey};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use chrono_tz::Tz;
use fanfare_auth::Action;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{ImportId, UserId, WorkspaceId};
use fanfare_domain::import::ImportColumn;
use fanfare_domain::post::{NewPost, Then};
use fanfare_domain::user_error::UserError;
use fanfare_storage::import_work::ImportPart;
use fanfare_storage::page::Window;
use fanfare_storage::part_lease::PartLease;
use fanfare_storage::rows::{Import, ImportLine, ImportProblem, NewImport};
use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

/// Lines of one part: a transaction's worth.
const LINES_AT_ONCE: i64 = 50;
/// Targets after which a part ends, however few lines it has: each costs statements of its own.
const TARGETS_AT_ONCE: usize = 200;
/// The longest file name that is kept, in characters.
const LONGEST_NAME: usize = 255;

/// What is asked for.
pub struct ImportFile {
    pub file: File,
    /// As the sender calls it; shown, and used for nothing else.
    pub name: String,
    /// Whether the lines are only judged.
    pub dry_run: bool,
    /// The `clientMutationKey`.
    pub key: Option<String>,
}

/// An import that this worker has claimed.
#[derive(Clone, Debug)]
pub struct ImportAtWork {
    import: Import,
    lease: PartLease<ImportId>,
}

impl ImportAtWork {
    pub fn id(&self) -> ImportId {
        self.import.id
    }
}

impl Services {
    /// Takes a file in; a worker goes through its lines. It counts as one creation of a post.
    pub async fn create_import(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        given: ImportFile,
    ) -> ServiceResult<(Import, Seq)> {
        self.authorize(actor, workspace, Action::WritePosts).await?;
        let (now, dry_run) = (self.clock.now(), given.dry_run);
        let bytes = import_file::bytes(given.file).await?;
        let key = given.key.map(|key| {
            let input = [&[u8::from(dry_run)], bytes.as_slice()].concat();
            MutationKey::new("createImport", key, &input)
        });
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Replay(first) => return self.first_import(workspace, &first).await,
            Keyed::Run(key) => key,
        };
        let rows = import_file::rows(bytes).await?;
        if rows.columns.contains(&ImportColumn::ScheduledAt) {
            self.authorize(actor, workspace, Action::PublishPosts).await?;
        }
        let limit = self.options.creates_per_minute;
        self.rates.take(Limited::PostCreation(actor.user_id), limit, now).await?;
        let name: String = given.name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let new = NewImport {
            workspace_id: workspace,
            requested_by: actor.user_id,
            file_name: Some(name).filter(|name| !name.is_empty()),
            dry_run,
            columns: rows.columns,
            lines: rows.lines,
        };
        let services = Arc::clone(self);
        let by = EventActor::from(actor);
        uncancelled(async move {
            let (import, seq) = services.db.imports().create(new, by, key, now).await?;
            services.hub.committed(workspace, seq);
            Ok((import, seq))
        })
        .await
    }

    async fn first_import(
        &self,
        workspace: WorkspaceId,
        first: &serde_json::Value,
    ) -> ServiceResult<(Import, Seq)> {
        let id = first.get("import_id").and_then(serde_json::Value::as_i64).map(ImportId);
        let found = self.db.imports().by_ids(workspace, id.as_slice()).await?.pop();
        let seq = self.db.events().last_seq(workspace).await?;
        Ok((found.ok_or(ServiceError::NotFound)?, seq))
    }

    /// Ends an import before its last line. What it has created stays.
    pub async fn cancel_import(
        self: &Arc<Self>,
        actor: &Actor,
        id: ImportId,
    ) -> ServiceResult<(Import, Seq)> {
        let workspace = self.workspace_of_import(actor, id).await?;
        self.authorize(actor, workspace, Action::WritePosts).await?;
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let (import, seq) = services.db.imports().cancel(workspace, id, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok((import, seq))
        })
        .await
    }

    /// A window of a workspace's imports, the newest first.
    pub async fn imports(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        window: &Window,
    ) -> ServiceResult<Vec<Import>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.imports().page(workspace, window).await?)
    }

    /// How many imports a workspace has.
    pub async fn count_imports(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.imports().count(workspace).await?)
    }

    /// A window of what is wrong with an import's lines, in their order.
    pub async fn import_problems(
        &self,
        actor: &Actor,
        import: &Import,
        window: &Window,
    ) -> ServiceResult<Vec<ImportProblem>> {
        let workspace = import.workspace_id;
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.imports().problems(workspace, import.id, window).await?)
    }

    /// How many things are wrong with an import's lines.
    pub async fn count_import_problems(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.imports().count_problems(workspace, id).await?)
    }

    /// Takes an import to go through.
    pub async fn claim_import(&self) -> ServiceResult<Option<ImportAtWork>> {
        let (now, lease_for) = (self.clock.now(), self.options.lease);
        let (claimed, given_up) = self.db.imports().claim(now, lease_for).await?;
        if let Some((workspace, seq)) = given_up {
            self.hub.committed(workspace, seq);
        }
        Ok(claimed.map(|import| {
            let lease = PartLease { id: import.id, token: import.lease_token, lease_for };
            ImportAtWork { import, lease }
        }))
    }

    /// Goes through the next lines of a claimed import; answers whether there are more.
    pub async fn advance_import(&self, work: &mut ImportAtWork) -> ServiceResult<bool> {
        let (lease, now) = (work.lease, self.clock.now());
        let (import, seq) = if let Some(author) = self.author_of(&work.import).await? {
            let part = self.import_part(&work.import, author, now).await?;
            self.db.imports().advance(lease, part, now).await?
        } else {
            let words = "Whoever began it may not create posts in the workspace any more.";
            self.db.imports().give_up(lease, words, now).await?
        };
        self.hub.committed(import.workspace_id, seq);
        work.import = import;
        Ok(work.import.status.is_open())
    }

    /// Who began an import, if he still may create posts.
    async fn author_of(&self, import: &Import) -> ServiceResult<Option<UserId>> {
        let Some(author) = import.requested_by else { return Ok(None) };
        for action in [Action::WritePosts, Action::PublishPosts] {
            match self.authorize_user(author, import.workspace_id, action).await {
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
        let lines = self.db.imports().next_lines(workspace, import.id, LINES_AT_ONCE).await?;
        let names = self.names_in(workspace, &columns, &lines).await?;
        let zone = self.zone_of(workspace).await?;
        let mut part =
            ImportPart { lines: 0, last_line: None, posts: Vec::new(), failed: 0, problems: Vec::new() };
        let mut targets = 0;
        for line in &lines {
            let judged = match Cells::new(&columns, &line.cells.0) {
                Ok(cells) => self.judge_line(cells, (workspace, author), &names, zone, now).await?,
                Err(error) => Err(vec![error]),
            };
            part.lines += 1;
            part.last_line = Some(line.line);
            match judged {
                Ok((post, then)) => {
                    targets += post.targets.len();
                    if !import.dry_run {
                        part.posts.push((post, then));
                    }
                }
                Err(errors) => {
                    part.failed += 1;
                    part.problems.extend(problems(line.line, errors));
                }
            }
            if targets >= TARGETS_AT_ONCE {
                break;
            }
        }
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
        self.names(workspace, &accounts, &campaigns).await
    }

    /// The post that a line asks for, or everything that is wrong with it.
    async fn judge_line(
        &self,
        cells: Cells<'_>,
        (workspace, author): (WorkspaceId, UserId),
        names: &Names,
        zone: Tz,
        now: Timestamp,
    ) -> ServiceResult<Result<(NewPost, Then), Vec<UserError>>> {
        let input = cells.read(workspace, names, zone);
        let judged = async {
            let (draft, then) = self.judge(input, now)?;
            Ok((self.storable(workspace, author, draft, then).await?, then))
        };
        match judged.await {
            Ok(post) => Ok(Ok(post)),
            Err(ServiceError::User(errors)) => Ok(Err(errors)),
            Err(error) => Err(error),
        }
    }

    /// Gives a claim back, for another worker to go on at once.
    pub async fn release_import(&self, work: ImportAtWork) -> ServiceResult<()> {
        Ok(self.db.imports().release(work.lease).await?)
    }

    /// Takes back what the last process of an SQLite file was at.
    pub async fn resume_imports(&self) -> ServiceResult<()> {
        if self.db.is_embedded() {
            // The file belongs to this process alone: whoever held these claims is gone.
            self.db.imports().release_all().await?;
        }
        Ok(())
    }
}
