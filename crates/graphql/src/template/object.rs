//! Templates as clients see them.

use crate::connection::{Keyed, PageArgs, connection};
use crate::request::{ContextExt as _, top_level};
use crate::scalars::{BigInt, DateTime, GlobalId as _};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{TemplateId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::template::{Preview, TemplateCategory};
use fanfare_services::ServiceError;
use fanfare_services::template::{self as service, TemplateFilter as RowFilter};
use std::sync::Arc;

/// A text with `{placeholders}`, from which posts are made.
#[derive(Clone)]
pub struct Template(pub Arc<service::Template>);

impl From<service::Template> for Template {
    fn from(template: service::Template) -> Self {
        Self(Arc::new(template))
    }
}

impl From<service::OwnTemplate> for Template {
    fn from(row: service::OwnTemplate) -> Self {
        service::Template::from(row).into()
    }
}

/// A text with `{placeholders}`, from which posts are made. Some come with the server, others are a workspace's own.
#[Object(crate = "crate::execution")]
impl Template {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The number that REST and exports show; up to 1,000 for templates that come with the server.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }

    /// The workspace whose own it is; null for one that comes with the server.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        let Some(own) = self.0.own else { return Ok(None) };
        let row = ctx.loaders()?.workspace(own.workspace_id, own.workspace_id).await?;
        let actor = ctx.actor()?;
        Ok(row.map(|row| Workspace::new(row, actor.clone())))
    }

    /// Whether it comes with the server: then nobody can change or delete it.
    async fn is_system(&self) -> bool {
        self.0.own.is_none()
    }

    /// 1 to 100 characters.
    async fn name(&self) -> &str {
        &self.0.details.name
    }

    /// 1 to 10,000 characters, with `{placeholders}`; `{{` and `}}` stand for braces that are none.
    async fn content_template(&self) -> &str {
        &self.0.details.content_template
    }

    /// Hashtags with white space between them, at most 1,000 characters, with `{placeholders}`.
    async fn hashtag_template(&self) -> Option<&str> {
        self.0.details.hashtag_template.as_deref()
    }

    /// The names of the placeholders of both texts, in the order of their appearance; at most 200.
    async fn placeholders(&self) -> Vec<String> {
        self.0.details.placeholders()
    }

    /// The network that it is made for; null: every network.
    async fn platform(&self) -> Option<Platform> {
        self.0.details.platform
    }

    /// What it is for.
    async fn category(&self) -> Option<TemplateCategory> {
        self.0.details.category
    }

    /// When it was made; null for one that comes with the server.
    async fn created_at(&self) -> Option<DateTime> {
        self.0.own.map(|own| own.created_at.into())
    }

    /// When it last changed; null for one that comes with the server.
    async fn updated_at(&self) -> Option<DateTime> {
        self.0.own.map(|own| own.updated_at.into())
    }

    /// Rises with each change of the template, from 1; `expectedRevision` of an update. Always 1 for one that comes with
    /// the server.
    async fn revision(&self) -> i32 {
        self.0.own.map_or(1, |own| own.revision)
    }
}

connection!(TemplateConnection, TemplateEdge, Template, "templates");

impl Keyed for service::Template {
    fn key(&self) -> (Timestamp, i64) {
        self.place()
    }
}

/// The template that an argument or an input names as `id`; `None` if the caller can use no such template.
pub async fn template_of(ctx: &Context<'_>, id: &ID) -> Result<Option<Template>> {
    let id = TemplateId::parse(id, "id").map_err(|error| top_level(error.into()))?;
    match Box::pin(ctx.services()?.templates().get(ctx.actor()?, id)).await {
        Ok(template) => Ok(Some(template.into())),
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(top_level(error)),
    }
}

/// Which templates; everything that is given must fit.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TemplateFilter {
    /// Made for this network or for every network.
    pub platform: Option<Platform>,
    /// For this purpose.
    pub category: Option<TemplateCategory>,
}

/// What stands in the place of a placeholder.
#[derive(Clone, Debug, InputObject)]
pub struct TemplateValueInput {
    /// The placeholder's name, without braces.
    pub name: String,
    /// At most 2,000 characters. In a hashtag white space and # are left out of it.
    pub value: String,
}

/// A template with values in the place of its placeholders.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct TemplatePreview {
    /// The text; a placeholder without a value stays as it is.
    pub content: String,
    /// Without #, each once; one with a placeholder that has no value is left out.
    pub hashtags: Vec<String>,
    /// Placeholders without a value, in the order of their appearance.
    pub missing: Vec<String>,
    /// Names of values that the template has no placeholder for.
    pub unknown: Vec<String>,
}

impl From<Preview> for TemplatePreview {
    fn from(preview: Preview) -> Self {
        let Preview { content, hashtags, missing, unknown } = preview;
        Self { content, hashtags, missing, unknown }
    }
}

/// Part of `Query`: templates.
#[derive(Default)]
pub struct TemplateQuery;

#[Object]
impl TemplateQuery {
    /// A template; null if it is in none of your workspaces and does not come with the server.
    async fn template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template's id.")] id: ID,
    ) -> Result<Option<Template>> {
        template_of(ctx, &id).await
    }

    /// The templates that a workspace can use: its own, the newest first, then those that come with the server.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn templates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which templates; absent: all.")] filter: Option<TemplateFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<TemplateConnection> {
        let page = PageArgs { first, after, last, before, offset };
        templates_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await
    }

    /// What a post made of a template would say. Stores nothing.
    async fn preview_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template.")] template_id: ID,
        #[graphql(desc = "Values of placeholders, each name once; at most 100.")] values: Vec<
            TemplateValueInput,
        >,
    ) -> Result<TemplatePreview> {
        let id = TemplateId::parse(&template_id, "templateId").map_err(|error| top_level(error.into()))?;
        let values = values.into_iter().map(|it| (it.name, it.value)).collect();
        let preview = Box::pin(ctx.services()?.templates().preview(ctx.actor()?, id, values)).await;
        Ok(preview.map_err(top_level)?.into())
    }
}

/// The templates that a workspace can use: its own, the newest first, then those that come with the server.
pub async fn templates_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<TemplateFilter>,
    page: &PageArgs,
) -> Result<TemplateConnection> {
    let filter = filter.unwrap_or_default();
    let filter = RowFilter { platform: filter.platform, category: filter.category };
    let query = ctx.query_in(workspace, filter)?;
    TemplateConnection::of(ctx.services()?.templates().list(query), page, Template::from).await
}
