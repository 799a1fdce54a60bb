//! Registration, sign-in and sessions.

use super::viewer::Viewer;
use crate::request::{ContextExt, UserError, committed, settle};
use crate::scalars::{DateTime, EmailAddress, TimeZone};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use fanfare_services::person::GivenCode;
use fanfare_services::session::{Registration, SignIn, SignedIn};

/// The tokens of a session. They are shown once.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct Session {
    /// For `Authorization: Bearer <token>`: good until `expiresAt`.
    pub access_token: String,
    /// For `refreshSession`: good for 30 days and one use. The use of an old one ends the session.
    pub refresh_token: String,
    /// When the access token ends: 15 minutes after it was made.
    pub expires_at: DateTime,
    /// `Bearer`.
    pub token_type: &'static str,
}

impl Session {
    fn of(signed_in: &SignedIn) -> Self {
        Self {
            access_token: signed_in.access.text.clone(),
            refresh_token: signed_in.refresh.expose().to_owned(),
            expires_at: signed_in.expires_at.into(),
            token_type: "Bearer",
        }
    }
}

/// Who registers.
#[derive(InputObject)]
pub struct RegisterInput {
    /// One account per address, whatever its case.
    pub email: EmailAddress,
    /// 8 to 128 characters of any script; no common password, and not the person's name or address.
    pub password: String,
    /// 1 to 100 characters.
    pub name: String,
    /// 1 to 100 characters; the person's name where it is absent.
    pub workspace_name: Option<String>,
    /// The workspace's time zone; UTC where it is absent.
    pub time_zone: Option<TimeZone>,
    /// The token of an invitation: the user joins its workspace, and has none of their own. `workspaceName` and
    /// `timeZone` must be left out then.
    pub invitation_token: Option<String>,
}

/// Who signs in.
#[derive(InputObject)]
pub struct LoginInput {
    /// The address that the person registered with.
    pub email: EmailAddress,
    /// The password.
    pub password: String,
    /// A code of the person's app, where `SECOND_FACTOR_REQUIRED` asks for one.
    pub totp_code: Option<String>,
    /// A recovery code, in place of a code of the app.
    pub recovery_code: Option<String>,
}

/// The session to continue.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The newest refresh token of the session.
    pub refresh_token: String,
}

/// Which session ends.
#[derive(InputObject)]
pub struct LogoutInput {
    /// A refresh token of the session; absent: the session of the access token.
    pub refresh_token: Option<String>,
}

/// Declares the payload of a mutation that opens or prolongs a session.
macro_rules! session_payload {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The tokens; `null` where there are user errors.
            pub session: Option<Session>,
            /// The person's own data; `null` where there are user errors.
            pub viewer: Option<Viewer>,
            /// Validation errors; empty on success.
            pub user_errors: Vec<UserError>,
        }

        impl $name {
            fn new(signed_in: Option<SignedIn>, user_errors: Vec<UserError>) -> Self {
                let session = signed_in.as_ref().map(Session::of);
                let viewer = signed_in.map(|it| Viewer::known(it.actor, it.user, it.workspace));
                Self { session, viewer, user_errors }
            }
        }
    };
}
session_payload! {
    /// What `register` gives.
    RegisterPayload
}
session_payload! {
    /// What `login` gives.
    LoginPayload
}
session_payload! {
    /// What `refreshSession` gives.
    RefreshSessionPayload
}

/// What `logout` gives.
#[derive(SimpleObject)]
pub struct LogoutPayload {
    /// Whether the session is over.
    pub logged_out: bool,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Registers a user with a workspace of their own, or as a member of the workspace that invites them, and signs them
    /// in. Limited per IP address. `REGISTRATION_CLOSED`: the server takes no registration, or none without an
    /// invitation.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who registers.")] input: RegisterInput,
    ) -> async_graphql::Result<RegisterPayload> {
        let registration = Registration {
            email: input.email.0,
            password: input.password,
            name: input.name,
            workspace_name: input.workspace_name,
            time_zone: input.time_zone.map(|zone| zone.0),
            invitation: input.invitation_token,
        };
        let client = ctx.request()?.client;
        let outcome = Box::pin(ctx.services()?.sessions().register(client, registration)).await;
        let (signed_in, errors) = committed(ctx, outcome)?;
        Ok(RegisterPayload::new(signed_in, errors))
    }

    /// Signs a person in. `SECOND_FACTOR_REQUIRED`: the password is right, and a code is needed in addition to it.
    /// Limited per account and address of the network, and per account: `RATE_LIMITED` with `retryAfter`.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> async_graphql::Result<LoginPayload> {
        let client = ctx.request()?.client;
        let code = GivenCode::of(input.totp_code, input.recovery_code);
        let given = SignIn { email: input.email.0, password: input.password, code };
        let outcome = Box::pin(ctx.services()?.sessions().sign_in(client, given)).await;
        let (signed_in, errors) = settle(outcome)?;
        Ok(LoginPayload::new(signed_in, errors))
    }

    /// Trades a refresh token for a new session's tokens. The use of an old refresh token, 10 seconds after its first
    /// use or later, ends the session.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session to continue.")] input: RefreshSessionInput,
    ) -> async_graphql::Result<RefreshSessionPayload> {
        let client = ctx.request()?.client;
        let outcome = Box::pin(ctx.services()?.sessions().refresh(client, &input.refresh_token)).await;
        let (signed_in, errors) = settle(outcome)?;
        Ok(RefreshSessionPayload::new(signed_in, errors))
    }

    /// Ends a session: its refresh token is refused at once, its access token within 20 seconds on every node.
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session ends; absent: the one that asks.")] input: Option<LogoutInput>,
    ) -> async_graphql::Result<LogoutPayload> {
        let (sessions, client) = (ctx.services()?.sessions(), ctx.request()?.client);
        let outcome = match input.and_then(|input| input.refresh_token) {
            Some(token) => Box::pin(sessions.sign_out_by_token(client, &token)).await,
            None => Box::pin(sessions.sign_out(ctx.actor()?)).await,
        };
        let (done, user_errors) = settle(outcome)?;
        Ok(LogoutPayload { logged_out: done.is_some(), user_errors })
    }
}
