//! Codes at sign-in in addition to the password, for people who turn them on: of an app that makes them from a secret
//! and the time, or for recovery.

use super::passwords::{Passwords, session_of};
use crate::context::{Committed, Context, ServiceError, ServiceResult};
use fanfare_auth::sealed_places::totp_secret;
use fanfare_auth::{RecoveryCode, Sealer, TotpSecret};
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::UserId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::{SecondFactor, User};
use std::sync::Arc;

/// Codes that may be tried for one person in a minute: a code has a million values, three of which are good.
const CODES_PER_MINUTE: u32 = 5;

/// A code that someone gives.
#[derive(Clone)]
pub enum GivenCode {
    /// Of the app.
    Totp(String),
    Recovery(String),
}

impl GivenCode {
    /// The code of a sign-in, if there is one: that of the app where both are given.
    pub fn of(totp: Option<String>, recovery: Option<String>) -> Option<Self> {
        totp.map(Self::Totp).or_else(|| recovery.map(Self::Recovery))
    }

    /// A code of either kind: six digits are of the app.
    pub(crate) fn either(text: String) -> Self {
        let digits = text.chars().filter(|c| !c.is_whitespace());
        if digits.clone().count() == 6 && digits.clone().all(|c| c.is_ascii_digit()) {
            Self::Totp(text)
        } else {
            Self::Recovery(text)
        }
    }
}

impl std::fmt::Debug for GivenCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GivenCode(***)")
    }
}

/// What a person's app must be given. It is in no other place. `Debug` hides it.
#[derive(Debug)]
pub struct TotpSetup {
    pub secret: TotpSecret,
    /// Whom the secret is for.
    pub email: String,
}

/// The service of two-factor authentication.
#[derive(Clone)]
pub struct SecondFactors {
    context: Arc<Context>,
    sealer: Arc<Sealer>,
    passwords: Passwords,
}

impl SecondFactors {
    pub(crate) fn new(context: &Arc<Context>, sealer: &Arc<Sealer>, passwords: &Passwords) -> Self {
        Self { context: Arc::clone(context), sealer: Arc::clone(sealer), passwords: passwords.clone() }
    }

    /// Makes a secret for the actor's authenticator app. Nothing changes for their sign-in until
    /// [`SecondFactors::confirm`].
    pub async fn begin_setup(&self, actor: &Actor, password: String) -> ServiceResult<TotpSetup> {
        session_of(actor)?;
        let user = self.passwords.shown_by(actor, password, "password").await?;
        let secret = TotpSecret::generate();
        let sealed = self.sealer.seal(&secret.expose(), totp_secret(&user.id.to_string()))?;
        let now = self.context.clock.now();
        if !self.context.db.second_factors().begin(user.id, &sealed, now).await? {
            let words = "Codes are on already; turn them off first.";
            return Err(UserError::new(UserErrorCode::SecondFactorOn, "", words).into());
        }
        Ok(TotpSetup { secret, email: user.email })
    }

    /// Turns codes on, once the actor's app has made a right one.
    pub async fn confirm(&self, actor: &Actor, code: &str) -> ServiceResult<Committed<Vec<RecoveryCode>>> {
        session_of(actor)?;
        let user = actor.user_id;
        let factor = self.context.db.second_factors().of(user).await?.ok_or_else(off)?;
        if factor.confirmed_at.is_some() {
            let words = "Codes are on already.";
            return Err(UserError::new(UserErrorCode::SecondFactorOn, "", words).into());
        }
        self.take_attempt(user).await?;
        let step = self.step_of(user, &factor, code)?.ok_or_else(|| wrong("code"))?;
        let (codes, hashes) = new_codes();
        let by = EventActor::from(actor);
        let confirm = |context: Arc<Context>| async move {
            let (made_at, now) = (factor.created_at, context.clock.now());
            let told = context.db.second_factors().confirm(by, made_at, step, hashes, now).await?;
            let told = told.ok_or_else(off)?;
            tracing::info!(user.id = %user, "a person has turned codes on");
            ServiceResult::Ok((codes, told))
        };
        self.context.command(actor.default_workspace, confirm).await
    }

    /// Turns two-factor authentication off for who shows their password and a code of either kind.
    pub async fn disable(
        &self,
        actor: &Actor,
        password: String,
        code: String,
    ) -> ServiceResult<Committed<()>> {
        session_of(actor)?;
        let user = self.passwords.shown_by(actor, password, "password").await?.id;
        let factor = self.confirmed(user).await?.ok_or_else(off)?;
        let by = EventActor::from(actor);
        self.use_code(by, &factor, GivenCode::either(code), ["code"; 2]).await?;
        let disable = |context: Arc<Context>| async move {
            let told = context.db.second_factors().disable(by, context.clock.now()).await?;
            tracing::info!(user.id = %user, "a person has turned codes off");
            ServiceResult::Ok(((), told))
        };
        self.context.command(actor.default_workspace, disable).await
    }

    /// New recovery codes in place of all there are, for who shows a code of their app.
    pub async fn regenerate_recovery_codes(
        &self,
        actor: &Actor,
        code: String,
    ) -> ServiceResult<Committed<Vec<RecoveryCode>>> {
        session_of(actor)?;
        let (user, by) = (actor.user_id, EventActor::from(actor));
        let factor = self.confirmed(user).await?.ok_or_else(off)?;
        self.use_code(by, &factor, GivenCode::Totp(code), ["code"; 2]).await?;
        let (codes, hashes) = new_codes();
        let replace = |context: Arc<Context>| async move {
            let told = context.db.second_factors().replace_codes(by, hashes, context.clock.now()).await?;
            ServiceResult::Ok((codes, told))
        };
        self.context.command(actor.default_workspace, replace).await
    }

    /// Whether the actor signs in with codes.
    pub async fn is_on_for(&self, actor: &Actor) -> ServiceResult<bool> {
        Ok(self.confirmed(actor.user_id).await?.is_some())
    }

    /// Refuses who must give a code and gives none, or a wrong one. Asked once the password is known to be right.
    /// `fields`: the input's names of a code of the app, and of a recovery code.
    pub(crate) async fn check(
        &self,
        user: &User,
        by: EventActor,
        code: Option<GivenCode>,
        fields: [&str; 2],
    ) -> ServiceResult<()> {
        let Some(factor) = self.confirmed(user.id).await? else { return Ok(()) };
        let Some(code) = code else {
            let words = "Give a code of your app, or a recovery code.";
            return Err(UserError::new(UserErrorCode::SecondFactorRequired, fields[0], words).into());
        };
        self.use_code(by, &factor, code, fields).await
    }

    async fn confirmed(&self, user: UserId) -> ServiceResult<Option<SecondFactor>> {
        let factor = self.context.db.second_factors().of(user).await?;
        Ok(factor.filter(|it| it.confirmed_at.is_some()))
    }

    async fn take_attempt(&self, user: UserId) -> ServiceResult<()> {
        let limit = self.context.options.sign_ins_per_minute.min(CODES_PER_MINUTE);
        Ok(self.context.rates.take(Limited::SecondFactor(user), limit, self.context.clock.now()).await?)
    }

    /// Uses a code up, or refuses it. `fields`: the input's names of a code of the app, and of a recovery code.
    async fn use_code(
        &self,
        by: EventActor,
        factor: &SecondFactor,
        code: GivenCode,
        fields: [&str; 2],
    ) -> ServiceResult<()> {
        let user = by.user_id;
        self.take_attempt(user).await?;
        let [of_app, of_recovery] = fields;
        let (valid, field) = match code {
            GivenCode::Totp(code) => {
                let now = self.context.clock.now();
                if let Some(until) = factor.locked_until.filter(|until| *until > now) {
                    return Err(locked(of_app, until).into());
                }
                let fresh = match self.step_of(user, factor, &code)? {
                    Some(step) => self.context.db.second_factors().use_step(user, step).await?,
                    None => false,
                };
                (fresh, of_app)
            }
            GivenCode::Recovery(code) => (self.use_recovery_code(by, &code).await?, of_recovery),
        };
        if valid {
            return Ok(());
        }
        self.note_failure(by).await?;
        Err(wrong(field).into())
    }

    /// Uses a recovery code up; `false`: it is unknown or used.
    async fn use_recovery_code(&self, by: EventActor, code: &str) -> ServiceResult<bool> {
        let Some(code) = RecoveryCode::parse(code) else { return Ok(false) };
        let hash = code.hash().to_text();
        let use_up = |context: Arc<Context>| async move {
            let now = context.clock.now();
            let told = context.db.second_factors().use_recovery_code(by, &hash, now).await?;
            Ok((told.is_some(), None, told.unwrap_or_default()))
        };
        let (used, _) = self.context.command_anywhere(use_up).await?.into_parts();
        if used {
            tracing::info!(user.id = %by.user_id, "a person has used a recovery code");
        }
        Ok(used)
    }

    /// Counts a wrong code, and reports it once they are too many in a row.
    async fn note_failure(&self, by: EventActor) -> ServiceResult<()> {
        let most = self.context.options.wrong_codes_in_a_row;
        let note = |context: Arc<Context>| async move {
            let told = context.db.second_factors().note_failure(by, most, context.clock.now()).await?;
            Ok((told.is_some(), None, told.unwrap_or_default()))
        };
        let (locked, _) = self.context.command_anywhere(note).await?.into_parts();
        if locked {
            tracing::warn!(user.id = %by.user_id, "too many wrong two-factor codes in a row");
        }
        Ok(())
    }

    fn step_of(&self, user: UserId, factor: &SecondFactor, code: &str) -> ServiceResult<Option<i64>> {
        let secret = self.sealer.open(&factor.secret_sealed, totp_secret(&user.to_string()))?;
        let secret = TotpSecret::parse(&secret)
            .ok_or_else(|| ServiceError::Internal(anyhow::anyhow!("a sealed secret of an app is none")))?;
        Ok(secret.step_of(code, self.context.clock.now(), factor.last_step))
    }
}

fn new_codes() -> (Vec<RecoveryCode>, Vec<String>) {
    let codes = RecoveryCode::generate();
    let hashes = codes.iter().map(|code| code.hash().to_text()).collect();
    (codes, hashes)
}

/// One answer for wrong, used and too old: they are not distinguished.
fn wrong(field: &str) -> UserError {
    let words = "The code is wrong, was used before, or is too old; give the next one.";
    UserError::new(UserErrorCode::SecondFactorInvalid, field, words)
}

fn locked(field: &str, until: Timestamp) -> UserError {
    let words = format!("Too many wrong codes in a row; give a recovery code, or wait until {until}.");
    UserError::new(UserErrorCode::SecondFactorLocked, field, words)
}

fn off() -> UserError {
    UserError::new(UserErrorCode::SecondFactorOff, "", "Codes are off; begin their set-up first.")
}
