//! What can be done with templates.

use super::object::{Template, TemplateEdge, template_of};
use crate::connection::Edge as _;
use crate::request::{
    ContextExt as _, UserError, committed, faultless, is_conflict, mutation_key, optional, required,
    workspace_of_input,
};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use fanfare_domain::id::TemplateId;
use fanfare_domain::platform::Platform;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::template::{TemplateCategory, TemplateDetails, TemplatePatch};
use fanfare_services::ServiceResult;

/// A template to be created.
#[derive(Clone, Debug, InputObject)]
pub struct CreateTemplateInput {
    /// Where; absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// 1 to 100 characters on one line, white space around it cut off.
    pub name: String,
    /// 1 to 10,000 characters with at most 100 `{placeholders}`: a letter or `_`, then letters, digits, `_` and `-`, at
    /// most 50 characters. `{{` and `}}` stand for braces that are none.
    pub content_template: String,
    /// Hashtags with white space between them, at most 1,000 characters, with `{placeholders}`.
    pub hashtag_template: Option<String>,
    /// The network that it is made for; absent: every network.
    pub platform: Option<Platform>,
    /// What it is for.
    pub category: Option<TemplateCategory>,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// Fields to update of a template. Fields that are left out stay as they are; null clears hashtagTemplate, platform and
/// category, and is refused elsewhere.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateTemplateInput {
    /// The template.
    pub id: ID,
    /// 1 to 100 characters on one line.
    pub name: MaybeUndefined<String>,
    /// 1 to 10,000 characters with at most 100 `{placeholders}`.
    pub content_template: MaybeUndefined<String>,
    /// Hashtags with white space between them, at most 1,000 characters, with `{placeholders}`.
    pub hashtag_template: MaybeUndefined<String>,
    /// The network that it is made for from now on; null: every network.
    pub platform: MaybeUndefined<Platform>,
    /// What it is for from now on.
    pub category: MaybeUndefined<TemplateCategory>,
    /// The revision that the change was written for: CONFLICT if the template has another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

/// Which template to delete.
#[derive(Clone, Debug, InputObject)]
pub struct DeleteTemplateInput {
    /// The template.
    pub id: ID,
}

/// What createTemplate answers.
#[derive(SimpleObject)]
pub struct CreateTemplatePayload {
    /// The template; null where userErrors is not empty.
    pub template: Option<Template>,
    /// The template as an edge of `templates` in the default order. Null if there are user errors.
    pub template_edge: Option<TemplateEdge>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// What updateTemplate answers.
#[derive(SimpleObject)]
pub struct UpdateTemplatePayload {
    /// The updated template; on CONFLICT the template as it is now. Null with other errors.
    pub template: Option<Template>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// What deleteTemplate answers.
#[derive(SimpleObject)]
pub struct DeleteTemplatePayload {
    /// The id of the template that is no more; null where userErrors is not empty.
    pub deleted_id: Option<ID>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

impl CreateTemplateInput {
    fn read(self) -> TemplateDetails {
        TemplateDetails {
            name: self.name,
            content_template: self.content_template,
            hashtag_template: self.hashtag_template,
            platform: self.platform,
            category: self.category,
        }
    }
}

impl UpdateTemplateInput {
    fn read(self) -> ServiceResult<TemplatePatch> {
        let mut errors = Vec::new();
        let patch = TemplatePatch {
            name: required(self.name, "name", &mut errors),
            content_template: required(self.content_template, "contentTemplate", &mut errors),
            hashtag_template: optional(self.hashtag_template, |text| text),
            platform: optional(self.platform, |platform| platform),
            category: optional(self.category, |category| category),
        };
        faultless(patch, errors)
    }
}

/// Part of `Mutation`: templates.
#[derive(Default)]
pub struct TemplateMutation;

#[Object]
impl TemplateMutation {
    /// Creates a template of a workspace's own. Needs the role EDITOR.
    async fn create_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called and says.")] input: CreateTemplateInput,
    ) -> Result<CreateTemplatePayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "createTemplate", input.client_mutation_key.as_ref(), &input)?;
        let outcome = async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            services.templates().create(actor, workspace, input.read(), key).await
        };
        let (template, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let (template, template_edge) = TemplateEdge::created(template, Template::from);
        Ok(CreateTemplatePayload { template, template_edge, user_errors })
    }

    /// Changes a template of a workspace's own; FORBIDDEN for one that comes with the server. Needs the role EDITOR.
    async fn update_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which template, and what changes.")] input: UpdateTemplateInput,
    ) -> Result<UpdateTemplatePayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let named = input.id.clone();
        let outcome = async {
            let id = TemplateId::parse(&input.id, "id")?;
            let expected = ExpectedRevision(input.expected_revision);
            services.templates().update(actor, id, expected, input.read()?).await
        };
        let (template, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let template = match template {
            None if is_conflict(&user_errors) => template_of(ctx, &named).await?,
            template => template.map(Template::from),
        };
        Ok(UpdateTemplatePayload { template, user_errors })
    }

    /// Deletes a template of a workspace's own; FORBIDDEN for one that comes with the server. Posts that were made of
    /// it stay. Needs the role EDITOR.
    async fn delete_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which template.")] input: DeleteTemplateInput,
    ) -> Result<DeleteTemplatePayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = match TemplateId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.templates().delete(actor, id)).await,
            Err(error) => Err(error.into()),
        };
        let (done, user_errors) = committed(ctx, outcome)?;
        Ok(DeleteTemplatePayload { deleted_id: done.map(|()| input.id), user_errors })
    }
}
