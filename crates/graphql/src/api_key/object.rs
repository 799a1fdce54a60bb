//! API keys: what a program shows in place of a session.

use crate::connection::{Edge as _, Keyed, PageArgs, connection};
use crate::person::User;
use crate::request::{ContextExt as _, UserError, committed, mutation_key, workspace_of_input};
use crate::scalars::{BigInt, DateTime, GlobalId as _};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::api_key::{ApiKeyScope, ApiKeyStatus};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{ApiKeyId, WorkspaceId};
use fanfare_domain::user_error::{UserError as Refusal, UserErrorCode};
use fanfare_services::api_key::{self as rows, KeyRequest, KeyRotation, Keys, MadeKey};
use std::time::Duration;

/// A key with which a program acts in a person's name, in one workspace: it can do what the person's role and its
/// scopes both allow. Its secret is shown once, by the mutation that makes it.
#[derive(Clone)]
pub struct ApiKey(pub rows::ApiKey);

/// A key with which a program acts in a person's name, in one workspace: it can do what the person's role and its
/// scopes both allow. Its secret is shown once, by the mutation that makes it.
#[Object(crate = "crate::execution")]
impl ApiKey {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }
    /// What the key is for: 1 to 100 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The beginning of the newest secret, such as `ffk_h3kq8wzm2x`: enough to tell keys apart, and nothing else.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }
    /// What it may be used for, within its person's role.
    async fn scopes(&self) -> Vec<ApiKeyScope> {
        self.0.known_scopes()
    }
    /// Whether it opens anything.
    async fn status(&self, ctx: &Context<'_>) -> Result<ApiKeyStatus> {
        Ok(self.0.status(ctx.services()?.clock().now()))
    }
    /// In whose name it acts.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        Ok(ctx.loaders()?.user(self.0.workspace_id, self.0.user_id).await?.map(User))
    }
    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// When its newest secret ends; `null`: never.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime::from)
    }
    /// When it got its newest secret; `null`: it still has its first.
    async fn rotated_at(&self) -> Option<DateTime> {
        self.0.rotated_at.map(DateTime::from)
    }
    /// When it was ended; `null`: it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime::from)
    }
    /// When it was last used, late by up to a minute; `null`: never.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime::from)
    }
}

connection!(ApiKeyConnection, ApiKeyEdge, ApiKey, "API keys");

impl Keyed for rows::ApiKey {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// A key to make for oneself.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// The only workspace that the key opens. Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// What the key is for: 1 to 100 characters.
    pub name: String,
    /// At least one. The key can do at most what your role allows.
    pub scopes: Vec<ApiKeyScope>,
    /// Within a year. Absent: after 90 days.
    pub expires_at: Option<DateTime>,
    /// A key without an end, in place of `expiresAt`. Needs the role admin.
    #[graphql(default)]
    pub never_expires: bool,
    /// Your password. Required if you signed in more than 15 minutes ago (`FANFARE_RECENT_SIGN_IN_SECONDS`), else
    /// `AUTH_PASSWORD_REQUIRED`; ignored from API keys.
    pub password: Option<String>,
    /// 1 to 200 characters. The same key and input within 24 hours give the first API key again, without its secret.
    pub client_mutation_key: Option<String>,
}

/// Which key gets a new secret.
#[derive(InputObject)]
pub struct RotateApiKeyInput {
    /// The key: one of your own.
    pub api_key_id: ID,
    /// How long the old secret stays valid next to the new one, in seconds, 0 to 604,800 (7 days).
    pub overlap_seconds: i32,
    /// When the new secret ends, within a year. Absent: after 90 days; a key that never expires stays so.
    pub expires_at: Option<DateTime>,
    /// Your password, where `createApiKey` would ask for it.
    pub password: Option<String>,
}

/// Which key ends.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// The key: one of your own; an admin can end everyone's.
    pub api_key_id: ID,
}

/// What `createApiKey` gives.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key; `null` where there are user errors.
    pub api_key: Option<ApiKey>,
    /// The key as an edge of `apiKeys` in the default order. Null if there are user errors.
    pub api_key_edge: Option<ApiKeyEdge>,
    /// For `Authorization: Bearer <secret>` or `X-API-Key`. Shown now and never again; `null` on a repetition under
    /// the same `clientMutationKey`.
    pub secret: Option<String>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `rotateApiKey` gives.
#[derive(SimpleObject)]
pub struct RotateApiKeyPayload {
    /// The key; `null` where there are user errors.
    pub api_key: Option<ApiKey>,
    /// The new secret. Shown now and never again.
    pub secret: Option<String>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `revokeApiKey` gives.
#[derive(SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The key; `null` where there are user errors.
    pub api_key: Option<ApiKey>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Query`: API keys.
#[derive(Default)]
pub struct ApiKeyQuery;

#[Object]
impl ApiKeyQuery {
    /// The API keys of a workspace, the newest first, with those that have ended: your own; for the role admin
    /// everyone's. Null, with an error, for an API key without the scope admin.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Option<ApiKeyConnection>> {
        let page = PageArgs { first, after, last, before, offset: None };
        api_keys_of(ctx, ctx.workspace(workspace_id.as_ref())?, &page).await.map(Some)
    }
}

/// The API keys of a workspace, the newest first, as far as the caller may see them.
pub async fn api_keys_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    page: &PageArgs,
) -> Result<ApiKeyConnection> {
    let query = ctx.query_in(workspace, Keys)?;
    ApiKeyConnection::of(ctx.services()?.api_keys().list(query), page, ApiKey).await
}

/// The key and its secret, as they are shown once.
fn shown(made: MadeKey) -> (Option<rows::ApiKey>, Option<String>) {
    (Some(made.key), made.secret.map(|secret| secret.expose().to_owned()))
}

/// Part of `Mutation`: API keys.
#[derive(Default)]
pub struct ApiKeyMutation;

#[Object]
impl ApiKeyMutation {
    /// Makes an API key for yourself. Any member may; an API key needs the scope admin.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A key to make for oneself.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        // The hash of the input is stored: no password may be part of it.
        let mut input = input;
        let password = input.password.take();
        let key = mutation_key(ctx, "createApiKey", input.client_mutation_key.as_ref(), &input)?;
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let request = KeyRequest {
                name: input.name,
                scopes: input.scopes,
                expires_at: input.expires_at.map(|at| at.0),
                never_expires: input.never_expires,
                password,
            };
            services.api_keys().create(actor, workspace, request, key).await
        });
        let (made, user_errors) = committed(ctx, outcome.await)?;
        let (key, secret) = made.map_or((None, None), shown);
        let (api_key, api_key_edge) = ApiKeyEdge::created(key, ApiKey);
        Ok(CreateApiKeyPayload { api_key, api_key_edge, secret, user_errors })
    }

    /// Gives one of your keys a new secret; the old one stays valid for a while, so that programs can change over one
    /// by one. An API key needs the scope admin.
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which key gets a new secret.")] input: RotateApiKeyInput,
    ) -> Result<RotateApiKeyPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let id = ApiKeyId::parse(&input.api_key_id, "apiKeyId")?;
            let overlap = u64::try_from(input.overlap_seconds).map_err(|_| {
                let words = "Give a number of seconds from 0 to 604800.";
                Refusal::new(UserErrorCode::Invalid, "overlapSeconds", words)
            })?;
            let expires_at = input.expires_at.map(|at| at.0);
            let overlap = Duration::from_secs(overlap);
            let rotation = KeyRotation { overlap, expires_at, password: input.password };
            services.api_keys().rotate(actor, id, rotation).await
        });
        let (made, user_errors) = committed(ctx, outcome.await)?;
        let (key, secret) = made.map_or((None, None), shown);
        Ok(RotateApiKeyPayload { api_key: key.map(ApiKey), secret, user_errors })
    }

    /// Ends a key: refused at once on this node, within 20 seconds on every other; its subscriptions end. Your own;
    /// for the role admin everyone's. An API key needs the scope admin.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which key ends.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let id = ApiKeyId::parse(&input.api_key_id, "apiKeyId")?;
            services.api_keys().revoke(actor, id).await
        });
        let (revoked, user_errors) = committed(ctx, outcome.await)?;
        Ok(RevokeApiKeyPayload { api_key: revoked.map(ApiKey), user_errors })
    }
}
