//! Files that posts are created from: what they come to.

use crate::connection::{Keyed, PageArgs, connection};
use crate::progress::Progress;
use crate::request::{ContextExt as _, row_of};
use crate::scalars::{BigInt, DateTime, GlobalId as _};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{ImportId, WorkspaceId};
use fanfare_domain::import::{ImportColumn, ImportStatus};
use fanfare_domain::user_error::UserErrorCode;
use fanfare_services::import::{self as rows, AllImports};
use std::sync::Arc;

/// A file that posts are created from.
#[derive(Clone)]
pub struct Import(pub Arc<rows::Import>);

/// A file that posts are created from, a line for each. IMPORT_PROGRESS events report how far it is, IMPORT_FINISHED
/// how it ended. Kept for thirty days.
#[Object(crate = "crate::execution")]
impl Import {
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

    /// As the sender called the file; at most 255 characters.
    async fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }

    /// Whether its rows are only validated, and nothing is stored.
    async fn dry_run(&self) -> bool {
        self.0.dry_run
    }

    /// How far it is.
    async fn status(&self) -> ImportStatus {
        self.0.status
    }

    /// Lines of the file, the heading and empty ones apart; at most 10,000.
    async fn total(&self) -> BigInt {
        BigInt(self.0.progress.total)
    }

    /// Lines that were read.
    async fn done(&self) -> BigInt {
        BigInt(self.0.progress.done)
    }

    /// Posts that were created; 0 in a dry run.
    async fn created(&self) -> BigInt {
        BigInt(self.0.created)
    }

    /// Lines that were refused, or would be.
    async fn failed(&self) -> BigInt {
        BigInt(self.0.failed)
    }

    /// What is wrong with the lines that were read, in the order of the lines; at most 20 of one line.
    async fn problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<ImportProblemConnection> {
        let query = ctx.query_in(self.0.workspace_id, self.0.id)?;
        let page = PageArgs { first, after, last, before, offset: None };
        let problems = ctx.services()?.imports().problems(query);
        ImportProblemConnection::of(problems, &page, ImportProblem::from).await
    }

    #[graphql(flatten)]
    async fn progress(&self) -> Progress<'_> {
        Progress(&self.0.progress)
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.progress.finished_at.map(DateTime::from)
    }
}

connection!(ImportConnection, ImportEdge, Import, "imports");

impl Keyed for rows::Import {
    fn key(&self) -> (Timestamp, i64) {
        (self.progress.created_at, self.id.0)
    }
}

/// One thing that is wrong with a line of an import.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct ImportProblem {
    /// Opaque, unique among all objects.
    #[graphql(owned)]
    pub id: ID,
    /// The line of the file that the post begins on; the heading is on line 1.
    pub line: i32,
    /// The column of the cell; null where it is about the line as a whole.
    pub column: Option<ImportColumn>,
    /// For programs, as createPost gives it.
    pub code: UserErrorCode,
    /// What is wrong and what to do.
    pub message: String,
}

impl From<rows::ImportProblem> for ImportProblem {
    fn from(row: rows::ImportProblem) -> Self {
        Self { id: row.id.global(), line: row.line, column: row.field, code: row.code, message: row.message }
    }
}

connection!(ImportProblemConnection, ImportProblemEdge, ImportProblem, "problems");

impl Keyed for rows::ImportProblem {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// Part of `Query`: imports of posts.
#[derive(Default)]
pub struct ImportQuery;

#[Object]
impl ImportQuery {
    /// An import; null if it is in none of your workspaces, or older than thirty days.
    async fn import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import's id.")] id: ID,
    ) -> Result<Option<Import>> {
        let Some((workspace, id)) = row_of::<ImportId>(ctx, &id, "id").await? else { return Ok(None) };
        Ok(ctx.loaders()?.import(workspace, id).await?.map(Import))
    }

    /// The imports of a workspace, the newest first. Any member may read them.
    async fn imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<ImportConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        imports_of(ctx, ctx.workspace(workspace_id.as_ref())?, &page).await
    }
}

/// The imports of a workspace, the newest first.
pub async fn imports_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    page: &PageArgs,
) -> Result<ImportConnection> {
    let query = ctx.query_in(workspace, AllImports)?;
    ImportConnection::of(ctx.services()?.imports().list(query), page, |row| Import(Arc::new(row))).await
}
