//! Settings of a workspace.

use crate::request::{
    ContextExt as _, UserError, committed, faultless, is_conflict, list, optional, required, top_level,
    workspace_of_input,
};
use crate::scalars::{NaturalId, TimeZone};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::patch::Patch;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::settings::{SettingsPatch, WorkspaceSettings};
use fanfare_services::{ServiceResult, Services};

/// What is answered automatically, once a day to each sender in each conversation. Messages of the workspace's own
/// accounts, those from before their account was connected, and those that are a day old when they are found are left
/// alone.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AutoReply {
    /// Whether new comments and direct messages are answered.
    pub enabled: bool,
    /// What they are answered with. A network that does not take it gets no answer.
    pub text: Option<String>,
}

/// Input of automatic replies. Fields that are left out stay as they are.
#[derive(Clone, Debug, InputObject)]
pub struct AutoReplyInput {
    /// Whether new comments and direct messages are answered.
    pub enabled: MaybeUndefined<bool>,
    /// 1 to 1,000 characters; required while enabled is true. Null clears it.
    pub text: MaybeUndefined<String>,
}

/// What a workspace has decided for all of its members.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct Settings {
    /// Opaque, unique among all objects.
    #[graphql(owned)]
    pub id: ID,
    /// Whether milestones of followers and of engagement become ACCOUNT_MILESTONE events.
    pub engagement_notifications: bool,
    /// Words that no post may hold to be published, whatever their case; at most 200. A word that is banned later stops
    /// what was planned before.
    pub banned_keywords: Vec<String>,
    /// What is answered automatically.
    pub auto_reply: AutoReply,
    /// Whether a post that is scheduled without a time is planned for a good hour of its accounts.
    pub auto_optimal_time: bool,
    /// Local times, days and reports follow it.
    pub time_zone: TimeZone,
    /// Rises with each change of the settings, from 1; `expectedRevision` of an update.
    pub revision: i32,
}

impl Settings {
    fn new(workspace: WorkspaceId, settings: WorkspaceSettings) -> Self {
        Self {
            id: NaturalId::Settings(workspace).global(),
            engagement_notifications: settings.engagement_notifications,
            banned_keywords: settings.banned_keywords,
            auto_reply: AutoReply { enabled: settings.auto_reply.enabled, text: settings.auto_reply.text },
            auto_optimal_time: settings.auto_optimal_time,
            time_zone: TimeZone(settings.time_zone),
            revision: settings.revision,
        }
    }

    /// The settings of a workspace, for those who may read it.
    pub async fn of(services: &Services, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Self> {
        let settings = services.settings().get(actor, workspace).await?;
        Ok(Self::new(workspace, settings))
    }
}

/// Fields to update of the settings. Fields that are left out stay as they are; null clears bannedKeywords and the text of
/// autoReply, and is refused elsewhere.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateSettingsInput {
    /// Where; absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// Whether milestones of followers and of engagement become ACCOUNT_MILESTONE events.
    pub engagement_notifications: MaybeUndefined<bool>,
    /// The words from now on; at most 200, each 1 to 100 characters on one line. Null: none.
    pub banned_keywords: MaybeUndefined<Vec<String>>,
    /// What is answered automatically to new comments and direct messages.
    pub auto_reply: MaybeUndefined<AutoReplyInput>,
    /// Whether schedulePost without a time plans for a good hour of the post's accounts.
    pub auto_optimal_time: MaybeUndefined<bool>,
    /// Local times, days and reports follow it. Times that are planned already stay as they are.
    pub time_zone: MaybeUndefined<TimeZone>,
    /// The revision that the change was written for: CONFLICT if the settings have another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

impl UpdateSettingsInput {
    fn read(self) -> ServiceResult<SettingsPatch> {
        let mut errors = Vec::new();
        let (enabled, text) = match required(self.auto_reply, "autoReply", &mut errors) {
            Patch::Set(reply) => {
                let enabled = required(reply.enabled, "autoReply.enabled", &mut errors);
                (enabled, optional(reply.text, |text| text))
            }
            Patch::Keep => (Patch::Keep, Patch::Keep),
        };
        let patch = SettingsPatch {
            auto_reply_enabled: enabled,
            auto_reply_text: text,
            engagement_notifications: required(
                self.engagement_notifications,
                "engagementNotifications",
                &mut errors,
            ),
            auto_optimal_time: required(self.auto_optimal_time, "autoOptimalTime", &mut errors),
            banned_keywords: list(self.banned_keywords, |words| words),
            time_zone: required(self.time_zone, "timeZone", &mut errors).map(|zone| zone.0),
        };
        faultless(patch, errors)
    }
}

/// What updateSettings answers.
#[derive(SimpleObject)]
pub struct UpdateSettingsPayload {
    /// The updated settings; on CONFLICT the settings as they are now. Null with other errors.
    pub settings: Option<Settings>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// Part of `Query`: a workspace's settings.
#[derive(Default)]
pub struct SettingsQuery;

#[Object]
impl SettingsQuery {
    /// The settings of a workspace. Any member may read them.
    async fn settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
    ) -> Result<Settings> {
        let workspace = ctx.workspace(workspace_id.as_ref())?;
        Box::pin(Settings::of(ctx.services()?, ctx.actor()?, workspace)).await.map_err(top_level)
    }
}

/// Part of `Mutation`: a workspace's settings.
#[derive(Default)]
pub struct SettingsMutation;

#[Object]
impl SettingsMutation {
    /// Changes the settings of a workspace. Needs the role ADMIN.
    async fn update_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateSettingsInput,
    ) -> Result<UpdateSettingsPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let named = input.workspace_id.clone();
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let expected = ExpectedRevision(input.expected_revision);
            let changed = services.settings().update(actor, workspace, expected, input.read()?).await?;
            ServiceResult::Ok(changed.map(|settings| Settings::new(workspace, settings)))
        });
        let (changed, user_errors) = committed(ctx, outcome.await)?;
        let settings = match changed {
            None if is_conflict(&user_errors) => {
                let newer = Settings::of(services, actor, ctx.workspace(named.as_ref())?);
                Some(Box::pin(newer).await.map_err(top_level)?)
            }
            changed => changed,
        };
        Ok(UpdateSettingsPayload { settings, user_errors })
    }
}
