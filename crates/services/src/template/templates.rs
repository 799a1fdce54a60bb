//! Templates: those that come with the server, and a workspace's own.

use crate::context::{
    Committed, Context, FirstResult, Listed, MutationKey, Query, ServiceError, ServiceResult, refuse,
};
use crate::place::Places;
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{TemplateId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::template::{
    Preview, SystemTemplate, TemplateDetails, TemplatePatch, check_values, system_templates,
};
use fanfare_storage::page::TemplateFilter;
use fanfare_storage::rows::{self, NewTemplate};
use std::sync::Arc;

/// A template, wherever it comes from.
#[derive(Clone, Debug)]
pub struct Template {
    pub id: TemplateId,
    pub details: TemplateDetails,
    /// `None`: it comes with the server.
    pub own: Option<Own>,
}

/// What only a workspace's own template has.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    pub workspace_id: WorkspaceId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// How often it has changed, from 1.
    pub revision: i32,
}

impl From<rows::Template> for Template {
    fn from(row: rows::Template) -> Self {
        let own = Own {
            workspace_id: row.workspace_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        };
        let details = TemplateDetails {
            name: row.name,
            content_template: row.content_template,
            hashtag_template: row.hashtag_template,
            platform: row.platform,
            category: row.category,
        };
        Self { id: row.id, details, own: Some(own) }
    }
}

impl From<&SystemTemplate> for Template {
    fn from(template: &SystemTemplate) -> Self {
        Self { id: template.id, details: template.details.clone(), own: None }
    }
}

impl Template {
    /// One of those that come with the server.
    pub fn of_system(id: TemplateId) -> Option<Self> {
        system_templates().iter().find(|template| template.id == id).map(Self::from)
    }
}

/// The service of templates.
#[derive(Clone)]
pub struct Templates {
    pub(super) context: Arc<Context>,
    places: Places,
}

impl Templates {
    pub(crate) fn new(context: &Arc<Context>, places: &Places) -> Self {
        Self { context: Arc::clone(context), places: places.clone() }
    }

    /// Stores a template of a workspace's own.
    pub async fn create(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        mut details: TemplateDetails,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<Template>> {
        self.context.authorize(actor, workspace, Action::WriteTemplates).await?;
        let (by, again) = (EventActor::from(actor), |first| self.first(workspace, first));
        let first = |key| async move {
            details.trim();
            refuse(details.check())?;
            let new = NewTemplate { workspace_id: workspace, created_by: actor.user_id, details };
            let create = |context: Arc<Context>| async move {
                context.db.templates().create(new, by, key, context.clock.now()).await
            };
            self.context.command(workspace, create).await
        };
        let committed = self.context.idempotent(key, (workspace, actor.user_id), again, first).await?;
        Ok(committed.map(Template::from))
    }

    async fn first(&self, workspace: WorkspaceId, first: FirstResult) -> ServiceResult<rows::Template> {
        let id = TemplateId(first.row("template_id")?);
        self.by_ids(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)
    }

    /// Changes a template of a workspace's own, of the expected revision.
    pub async fn update(
        &self,
        actor: &Actor,
        id: TemplateId,
        expected: ExpectedRevision,
        patch: TemplatePatch,
    ) -> ServiceResult<Committed<Template>> {
        let (workspace, by) = (self.changeable(actor, id).await?, EventActor::from(actor));
        let update = |context: Arc<Context>| async move {
            context.db.templates().update(workspace, id, expected, patch, by, context.clock.now()).await
        };
        Ok(self.context.command(workspace, update).await?.map(Template::from))
    }

    /// Deletes a template of a workspace's own.
    pub async fn delete(&self, actor: &Actor, id: TemplateId) -> ServiceResult<Committed<()>> {
        let (workspace, by) = (self.changeable(actor, id).await?, EventActor::from(actor));
        let delete = |context: Arc<Context>| async move {
            context.db.templates().delete(workspace, id, by, context.clock.now()).await
        };
        self.context.command(workspace, delete).await
    }

    /// The workspace of a template that the actor may change.
    async fn changeable(&self, actor: &Actor, id: TemplateId) -> ServiceResult<WorkspaceId> {
        if Template::of_system(id).is_some() {
            let words =
                "This template comes with the server and cannot be changed; copy it into one of your own.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::WriteTemplates).await?;
        Ok(workspace)
    }

    /// The templates that a workspace can use: its own, newest first, then those that come with the server.
    pub fn list(&self, query: Query<TemplateFilter>) -> Listed<Self, TemplateFilter> {
        Listed { service: self.clone(), query }
    }

    /// A template that the actor may use.
    pub async fn get(&self, actor: &Actor, id: TemplateId) -> ServiceResult<Template> {
        if let Some(template) = Template::of_system(id) {
            return Ok(template);
        }
        let workspace = self.places.workspace_of(actor, id).await?;
        let found = self.by_ids(workspace, &[id]).await?.pop();
        Ok(found.ok_or(ServiceError::NotFound)?.into())
    }

    /// Templates of a workspace's own by id, for those who may read the workspace.
    pub async fn by_ids(
        &self,
        workspace: WorkspaceId,
        ids: &[TemplateId],
    ) -> ServiceResult<Vec<rows::Template>> {
        Ok(self.context.db.templates().by_ids(workspace, ids).await?)
    }

    /// What a post made of a template with these values would say; `values` are names with their values.
    pub async fn preview(
        &self,
        actor: &Actor,
        id: TemplateId,
        values: Vec<(String, String)>,
    ) -> ServiceResult<Preview> {
        refuse(check_values(&values))?;
        let template = self.get(actor, id).await?;
        Ok(template.details.preview(&values.into_iter().collect()))
    }
}
