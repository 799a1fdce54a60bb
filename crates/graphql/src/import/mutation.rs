//! Files that posts are created from: taken in, and ended.

use super::object::{Import, ImportEdge};
use crate::connection::Edge as _;
use crate::request::{ContextExt as _, UserError, committed, top_level, workspace_of_input};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Upload};
use fanfare_domain::id::ImportId;
use fanfare_services::ServiceError;
use fanfare_services::import::ImportFile;
use std::sync::Arc;

/// A file to create posts from.
#[derive(InputObject)]
pub struct CreateImportInput {
    /// Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// CSV as spreadsheets write it: a heading, then at most 10,000 lines; at most 10 MB. The columns are those of
    /// ImportColumn, content among them, in any order, or those of files for Buffer, Hootsuite and Publer; docs/import.md
    /// tells what their cells hold.
    pub file: Upload,
    /// Whether the rows are only validated: nothing is stored but what is wrong with them.
    pub dry_run: bool,
    /// 1 to 200 characters. The same key, file and dryRun within 24 hours give the first import again.
    pub client_mutation_key: Option<String>,
}

/// Which import is to end.
#[derive(InputObject)]
pub struct CancelImportInput {
    /// The import.
    pub id: ID,
}

/// What createImport answers.
#[derive(SimpleObject)]
pub struct CreateImportPayload {
    /// The import, QUEUED; null where userErrors is not empty.
    pub import: Option<Import>,
    /// The import as an edge of `imports` in the default order. Null if there are user errors.
    pub import_edge: Option<ImportEdge>,
    /// Validation errors of the file as a whole; if not empty, nothing was stored.
    pub user_errors: Vec<UserError>,
}

/// What cancelImport answers.
#[derive(SimpleObject)]
pub struct CancelImportPayload {
    /// The import, CANCELLED; null where userErrors is not empty.
    pub import: Option<Import>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: imports of posts.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Has a post created from each line of a file, in the background, by the rules of createPost; at most five files at
    /// once. Lines that are refused do not hold up the others. The file is sent by the GraphQL multipart request
    /// specification. Needs the role EDITOR; counts as one creation.
    async fn create_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A file to create posts from.")] input: CreateImportInput,
    ) -> Result<CreateImportPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let file = input.file.value(ctx).map_err(|error| top_level(ServiceError::Internal(error.into())))?;
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let given = ImportFile {
                file: file.content,
                name: file.filename,
                dry_run: input.dry_run,
                key: input.client_mutation_key,
            };
            services.imports().create(actor, workspace, given).await
        });
        let (created, user_errors) = committed(ctx, outcome.await)?;
        let (import, import_edge) = ImportEdge::created(created.map(Arc::new), Import);
        Ok(CreateImportPayload { import, import_edge, user_errors })
    }

    /// Ends an import that is QUEUED or RUNNING. The posts that it has created stay. Needs the role EDITOR.
    async fn cancel_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which import is to end.")] input: CancelImportInput,
    ) -> Result<CancelImportPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let id = ImportId::parse(&input.id, "id")?;
            services.imports().cancel(actor, id).await
        });
        let (ended, user_errors) = committed(ctx, outcome.await)?;
        Ok(CancelImportPayload { import: ended.map(Arc::new).map(Import), user_errors })
    }
}
