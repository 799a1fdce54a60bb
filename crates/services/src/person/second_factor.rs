//! Codes at sign-in beside the password, for people who turn them on: of an app that makes them from a secret and the
//! time, or for recovery.

use super::passwords::session_of;
use crate::{Limited, ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::sealed_places::totp_secret;
use fanfare_auth::{RecoveryCode, TotpSecret};
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::UserId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::{SecondFactor, User};
use std::sync::Arc;

/// Codes that may be tried for one person in a minute: a code has a million values, three of which are good.
const CODES_PER_MINUTE: u32 = 5;

/// A code that somebody gives.
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

/// What a person's app has to be told. It is in no other place. `Debug` hides it.
#[derive(Debug)]
pub struct TotpSetup {
    pub secret: TotpSecret,
    /// Whom the secret is for.
    pub email: String,
}

/// Recovery codes, which are in no other place, and what was written.
pub type Recovery = (Vec<RecoveryCode>, Seq);

impl Services {
    /// Makes a secret for the actor's app. Nothing changes for his sign-in until [`Services::confirm_totp`].
    pub async fn begin_totp_setup(
        self: &Arc<Self>,
        actor: &Actor,
        password: String,
    ) -> ServiceResult<TotpSetup> {
        session_of(actor)?;
        let user = self.with_password(actor, password, "password").await?;
        let secret = TotpSecret::generate();
        let sealed = self.sealer.seal(&secret.expose(), totp_secret(&user.id.to_string()))?;
        let now = self.clock.now();
        if !self.db.second_factors().begin(user.id, &sealed, now).await? {
            let words = "Codes are on already; turn them off first.";
            return Err(UserError::new(UserErrorCode::SecondFactorOn, "", words).into());
        }
        Ok(TotpSetup { secret, email: user.email })
    }

    /// Turns codes on, once the actor's app has made a right one.
    pub async fn confirm_totp(self: &Arc<Self>, actor: &Actor, code: &str) -> ServiceResult<Recovery> {
        session_of(actor)?;
        let user = actor.user_id;
        let factor = self.db.second_factors().of(user).await?.ok_or_else(off)?;
        if factor.confirmed_at.is_some() {
            let words = "Codes are on already.";
            return Err(UserError::new(UserErrorCode::SecondFactorOn, "", words).into());
        }
        self.take_attempt(user).await?;
        let step = self.step_of(user, &factor, code)?.ok_or_else(|| wrong("code"))?;
        let (codes, hashes) = new_codes();
        let (services, by, home) = (Arc::clone(self), EventActor::from(actor), actor.default_workspace);
        uncancelled(async move {
            let now = services.clock.now();
            let made_at = factor.created_at;
            let told = services.db.second_factors().confirm(by, made_at, step, hashes, now).await?;
            let told = told.ok_or_else(off)?;
            tracing::info!(user.id = %user, "a person has turned codes on");
            Ok((codes, services.committed_everywhere(&told, home)))
        })
        .await
    }

    /// Turns codes off for who shows his password and a code of either kind.
    pub async fn disable_totp(
        self: &Arc<Self>,
        actor: &Actor,
        password: String,
        code: String,
    ) -> ServiceResult<Seq> {
        session_of(actor)?;
        let by = EventActor::from(actor);
        let user = self.with_password(actor, password, "password").await?.id;
        let factor = self.confirmed(user).await?.ok_or_else(off)?;
        self.use_code(by, &factor, GivenCode::either(code), ["code"; 2]).await?;
        let (services, home) = (Arc::clone(self), actor.default_workspace);
        uncancelled(async move {
            let now = services.clock.now();
            let told = services.db.second_factors().disable(by, now).await?;
            tracing::info!(user.id = %user, "a person has turned codes off");
            Ok(services.committed_everywhere(&told, home))
        })
        .await
    }

    /// New recovery codes in place of all there are, for who shows a code of his app.
    pub async fn regenerate_recovery_codes(
        self: &Arc<Self>,
        actor: &Actor,
        code: String,
    ) -> ServiceResult<Recovery> {
        session_of(actor)?;
        let (user, by) = (actor.user_id, EventActor::from(actor));
        let factor = self.confirmed(user).await?.ok_or_else(off)?;
        self.use_code(by, &factor, GivenCode::Totp(code), ["code"; 2]).await?;
        let (codes, hashes) = new_codes();
        let (services, home) = (Arc::clone(self), actor.default_workspace);
        uncancelled(async move {
            let now = services.clock.now();
            let told = services.db.second_factors().replace_codes(by, hashes, now).await?;
            Ok((codes, services.committed_everywhere(&told, home)))
        })
        .await
    }

    /// Whether the actor signs in with codes.
    pub async fn signs_in_with_codes(&self, actor: &Actor) -> ServiceResult<bool> {
        Ok(self.confirmed(actor.user_id).await?.is_some())
    }

    /// Refuses who has to give a code and gives none, or a wrong one. Asked once the password is known to be right.
    /// `fields`: the input's names of a code of the app, and of a recovery code.
    pub(crate) async fn check_second_factor(
        self: &Arc<Self>,
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
        let factor = self.db.second_factors().of(user).await?;
        Ok(factor.filter(|it| it.confirmed_at.is_some()))
    }

    async fn take_attempt(&self, user: UserId) -> ServiceResult<()> {
        let limit = self.options.sign_ins_per_minute.min(CODES_PER_MINUTE);
        Ok(self.rates.take(Limited::SecondFactor(user), limit, self.clock.now()).await?)
    }

    /// Uses a code up, or refuses it. `fields`: the input's names of a code of the app, and of a recovery code.
    async fn use_code(
        self: &Arc<Self>,
        by: EventActor,
        factor: &SecondFactor,
        code: GivenCode,
        fields: [&str; 2],
    ) -> ServiceResult<()> {
        let user = by.user_id;
        self.take_attempt(user).await?;
        let [of_app, of_recovery] = fields;
        match code {
            GivenCode::Totp(code) => {
                let step = self.step_of(user, factor, &code)?.ok_or_else(|| wrong(of_app))?;
                let fresh = self.db.second_factors().use_step(user, step).await?;
                if fresh { Ok(()) } else { Err(wrong(of_app).into()) }
            }
            GivenCode::Recovery(code) => {
                let hash = RecoveryCode::parse(&code).ok_or_else(|| wrong(of_recovery))?.hash().to_text();
                let now = self.clock.now();
                let told = self.db.second_factors().use_recovery_code(by, &hash, now).await?;
                for (workspace, seq) in told.ok_or_else(|| wrong(of_recovery))? {
                    self.hub.committed(workspace, seq);
                }
                tracing::info!(user.id = %user, "a person has used a recovery code");
                Ok(())
            }
        }
    }

    fn step_of(&self, user: UserId, factor: &SecondFactor, code: &str) -> ServiceResult<Option<i64>> {
        let secret = self.sealer.open(&factor.secret_sealed, totp_secret(&user.to_string()))?;
        let secret = TotpSecret::parse(&secret)
            .ok_or_else(|| ServiceError::Internal(anyhow::anyhow!("a sealed secret of an app is none")))?;
        Ok(secret.step_of(code, self.clock.now(), factor.last_step))
    }
}

fn new_codes() -> (Vec<RecoveryCode>, Vec<String>) {
    let codes = RecoveryCode::generate();
    let hashes = codes.iter().map(|code| code.hash().to_text()).collect();
    (codes, hashes)
}

/// One answer for wrong, used and too old: they are not told apart.
fn wrong(field: &str) -> UserError {
    let words = "The code is wrong, was used before, or is too old; give the next one.";
    UserError::new(UserErrorCode::SecondFactorInvalid, field, words)
}

fn off() -> UserError {
    UserError::new(UserErrorCode::SecondFactorOff, "", "Codes are off; begin their set-up first.")
}
