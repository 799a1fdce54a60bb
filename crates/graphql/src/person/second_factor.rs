//! Codes at sign-in: of an app, or for recovery.

use super::viewer::Viewer;
use crate::request::{ContextExt, UserError, committed, settle};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use fanfare_services::person::RecoveryCode;

/// Who begins to set up an app.
#[derive(InputObject)]
pub struct BeginTotpSetupInput {
    /// The person's password.
    pub password: String,
}

/// Which code the app shows.
#[derive(InputObject)]
pub struct ConfirmTotpInput {
    /// Six digits.
    pub code: String,
}

/// Who turns codes off.
#[derive(InputObject)]
pub struct DisableTotpInput {
    /// The person's password.
    pub password: String,
    /// A code of the app, or a recovery code.
    pub code: String,
}

/// Who makes new recovery codes.
#[derive(InputObject)]
pub struct RegenerateRecoveryCodesInput {
    /// A code of the app.
    pub code: String,
}

/// What `beginTotpSetup` gives.
#[derive(SimpleObject)]
pub struct BeginTotpSetupPayload {
    /// For the app, in base32, where it cannot scan. Shown once; `null` where there are user errors.
    pub secret: Option<String>,
    /// An `otpauth://` address for a QR code; it holds the secret. `null` where there are user errors.
    pub otpauth_uri: Option<String>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Declares the payload of a mutation that makes recovery codes.
macro_rules! recovery_payload {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// Ten codes, each for one sign-in without the app. Shown once; `null` where there are user errors.
            pub recovery_codes: Option<Vec<String>>,
            /// The person's own data; `null` where there are user errors.
            pub viewer: Option<Viewer>,
            /// Validation errors; empty on success.
            pub user_errors: Vec<UserError>,
        }
    };
}
recovery_payload! {
    /// What `confirmTotp` gives.
    ConfirmTotpPayload
}
recovery_payload! {
    /// What `regenerateRecoveryCodes` gives.
    RegenerateRecoveryCodesPayload
}

/// What `disableTotp` gives.
#[derive(SimpleObject)]
pub struct DisableTotpPayload {
    /// The person's own data; `null` where there are user errors.
    pub viewer: Option<Viewer>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

fn shown(codes: &[RecoveryCode]) -> Vec<String> {
    codes.iter().map(RecoveryCode::expose).collect()
}

#[derive(Default)]
pub struct SecondFactorMutation;

#[Object]
impl SecondFactorMutation {
    /// Makes a secret for an app that shows codes (RFC 6238: SHA-1, six digits, 30 seconds). Nothing changes until
    /// `confirmTotp`; another call replaces the secret. Limited per person. Not for API keys.
    async fn begin_totp_setup(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who begins.")] input: BeginTotpSetupInput,
    ) -> async_graphql::Result<BeginTotpSetupPayload> {
        let setup = ctx.services()?.second_factors().begin_setup(ctx.actor()?, input.password);
        let (setup, user_errors) = settle(Box::pin(setup).await)?;
        Ok(BeginTotpSetupPayload {
            secret: setup.as_ref().map(|setup| setup.secret.expose()),
            otpauth_uri: setup.map(|setup| setup.secret.uri(&setup.email)),
            user_errors,
        })
    }

    /// Turns codes on: from now on a sign-in needs one in addition to the password. Sessions stay valid. Limited per
    /// person. Not for API keys.
    async fn confirm_totp(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A code, as proof that the app makes the right ones.")] input: ConfirmTotpInput,
    ) -> async_graphql::Result<ConfirmTotpPayload> {
        let actor = ctx.actor()?;
        let confirmed = ctx.services()?.second_factors().confirm(actor, &input.code);
        let (made, user_errors) = committed(ctx, Box::pin(confirmed).await)?;
        Ok(ConfirmTotpPayload {
            recovery_codes: made.as_deref().map(shown),
            viewer: made.map(|_| Viewer::of(actor.clone())),
            user_errors,
        })
    }

    /// Turns codes off: a sign-in needs the password alone again. The secret and the recovery codes are forgotten.
    /// Limited per person. Not for API keys.
    async fn disable_totp(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who turns codes off.")] input: DisableTotpInput,
    ) -> async_graphql::Result<DisableTotpPayload> {
        let actor = ctx.actor()?;
        let done = ctx.services()?.second_factors().disable(actor, input.password, input.code);
        let (done, user_errors) = committed(ctx, Box::pin(done).await)?;
        Ok(DisableTotpPayload { viewer: done.map(|()| Viewer::of(actor.clone())), user_errors })
    }

    /// Makes ten new recovery codes; those made before are good for nothing any more. Limited per person. Not for API
    /// keys.
    async fn regenerate_recovery_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who makes them.")] input: RegenerateRecoveryCodesInput,
    ) -> async_graphql::Result<RegenerateRecoveryCodesPayload> {
        let actor = ctx.actor()?;
        let made = ctx.services()?.second_factors().regenerate_recovery_codes(actor, input.code);
        let (made, user_errors) = committed(ctx, Box::pin(made).await)?;
        Ok(RegenerateRecoveryCodesPayload {
            recovery_codes: made.as_deref().map(shown),
            viewer: made.map(|_| Viewer::of(actor.clone())),
            user_errors,
        })
    }
}
