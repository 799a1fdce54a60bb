//! Templates: those that come with the server, and a workspace's own.

use crate::context::{Keyed, MutationKey};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{TemplateId, WorkspaceId};
use fanfare_domain::template::{
    Preview, SystemTemplate, TemplateChanges, TemplateDetails, check_values, system_templates,
};
use fanfare_domain::user_error::UserError;
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
}

impl From<rows::Template> for Template {
    fn from(row: rows::Template) -> Self {
        let own =
            Own { workspace_id: row.workspace_id, created_at: row.created_at, updated_at: row.updated_at };
        Self { id: row.id, details: row.details(), own: Some(own) }
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

impl Services {
    /// Stores a template of a workspace's own.
    pub async fn create_template(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        mut details: TemplateDetails,
        key: Option<MutationKey>,
    ) -> ServiceResult<(Template, Seq)> {
        self.authorize(actor, workspace, Action::WriteTemplates).await?;
        let now = self.clock.now();
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Replay(first) => return self.first_template(workspace, &first).await,
            Keyed::Run(key) => key,
        };
        details.trim();
        refuse(details.check())?;
        let new = NewTemplate { workspace_id: workspace, created_by: actor.user_id, details };
        let services = Arc::clone(self);
        let by = EventActor::from(actor);
        uncancelled(async move {
            let (row, seq) = services.db.templates().create(new, by, key, now).await?;
            services.hub.committed(workspace, seq);
            Ok((row.into(), seq))
        })
        .await
    }

    async fn first_template(
        &self,
        workspace: WorkspaceId,
        first: &serde_json::Value,
    ) -> ServiceResult<(Template, Seq)> {
        let id = first.get("template_id").and_then(serde_json::Value::as_i64).map(TemplateId);
        let found = self.db.templates().by_ids(workspace, id.as_slice()).await?.pop();
        let seq = self.db.events().last_seq(workspace).await?;
        Ok((found.ok_or(ServiceError::NotFound)?.into(), seq))
    }

    /// Changes a template of a workspace's own.
    pub async fn update_template(
        self: &Arc<Self>,
        actor: &Actor,
        id: TemplateId,
        changes: TemplateChanges,
    ) -> ServiceResult<(Template, Seq)> {
        let workspace = self.changeable(actor, id).await?;
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let (row, seq) = services.db.templates().update(workspace, id, changes, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok((row.into(), seq))
        })
        .await
    }

    /// Deletes a template of a workspace's own.
    pub async fn delete_template(self: &Arc<Self>, actor: &Actor, id: TemplateId) -> ServiceResult<Seq> {
        let workspace = self.changeable(actor, id).await?;
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let seq = services.db.templates().delete(workspace, id, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok(seq)
        })
        .await
    }

    /// The workspace of a template that the actor may change.
    async fn changeable(&self, actor: &Actor, id: TemplateId) -> ServiceResult<WorkspaceId> {
        if Template::of_system(id).is_some() {
            let words =
                "This template comes with the server and cannot be changed; copy it into one of your own.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        let workspace = self.workspace_of_template(actor, id).await?;
        self.authorize(actor, workspace, Action::WriteTemplates).await?;
        Ok(workspace)
    }

    /// A template that the actor may use.
    pub async fn template(&self, actor: &Actor, id: TemplateId) -> ServiceResult<Template> {
        if let Some(template) = Template::of_system(id) {
            return Ok(template);
        }
        let workspace = self.workspace_of_template(actor, id).await?;
        let found = self.db.templates().by_ids(workspace, &[id]).await?.pop();
        Ok(found.ok_or(ServiceError::NotFound)?.into())
    }

    /// What a post made of a template with these values would say; `values` are names with their values.
    pub async fn preview_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        values: Vec<(String, String)>,
    ) -> ServiceResult<Preview> {
        refuse(check_values(&values))?;
        let template = self.template(actor, id).await?;
        Ok(template.details.preview(&values.into_iter().collect()))
    }
}

fn refuse(errors: Vec<UserError>) -> ServiceResult<()> {
    if errors.is_empty() { Ok(()) } else { Err(ServiceError::User(errors)) }
}
