//! Sealing every secret again with the first key, while servers run: in small batches, and never over a text that was
//! stored meanwhile.

use crate::context::ServiceResult;
use fanfare_auth::sealed_places::{pkce_verifier, step_memory, totp_secret};
use fanfare_auth::{SealError, Sealer, TokenOwner, TokenPair};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, StepId, UserId};
use fanfare_storage::rows::SealedAccount;
use fanfare_storage::{Db, DbError};

/// Rows that are read at once.
const BATCH: i64 = 100;
/// Rounds over all rows. Another one is needed only where someone has stored another text meanwhile.
const ROUNDS: u32 = 10;

/// What became of the sealed rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Rows that hold sealed texts.
    pub rows: u64,
    /// Those that were sealed again.
    pub resealed: u64,
    /// Those that no key opens: their key has been dropped, or they were changed. They are left as they are.
    pub unreadable: u64,
    /// Those that others stored at the same time, again and again.
    pub missed: u64,
}

/// Seals again with the first key what another key has sealed.
pub async fn reseal(db: &Db, sealer: &Sealer, now: Timestamp) -> ServiceResult<Resealed> {
    let mut resealed = 0;
    let mut round = Resealed::default();
    for _ in 0..ROUNDS {
        round = Resealed::default();
        accounts(db, sealer, &mut round).await?;
        steps(db, sealer, &mut round).await?;
        consents(db, sealer, now, &mut round).await?;
        totp_secrets(db, sealer, &mut round).await?;
        resealed += round.resealed;
        if round.missed == 0 {
            break;
        }
    }
    Ok(Resealed { resealed, ..round })
}

impl Resealed {
    /// What is to be stored of a row, if anything is.
    fn look<T>(
        &mut self,
        name: &str,
        row: impl std::fmt::Display,
        new: Result<Option<T>, SealError>,
    ) -> Option<T> {
        self.rows += 1;
        new.unwrap_or_else(|error| {
            tracing::error!(%error, table = name, row = %row, "a sealed text cannot be opened");
            self.unreadable += 1;
            None
        })
    }

    fn note(&mut self, swapped: bool) {
        if swapped {
            self.resealed += 1;
        } else {
            self.missed += 1;
        }
    }
}

async fn accounts(db: &Db, sealer: &Sealer, told: &mut Resealed) -> Result<(), DbError> {
    let mut after = AccountId(0);
    loop {
        let rows = db.sealed().accounts(after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        for row in &rows {
            if let Some(new) = told.look("accounts", row.id, new_tokens(sealer, row)) {
                let (access, refresh) = (new.access.as_str(), new.refresh.as_deref());
                told.note(db.sealed().swap_account(row, access, refresh).await?);
            }
        }
    }
}

fn new_tokens(sealer: &Sealer, row: &SealedAccount) -> Result<Option<TokenPair>, SealError> {
    let owner = TokenOwner { workspace: row.workspace_id, platform: row.platform, remote_id: &row.remote_id };
    let access = row.access_token_sealed.as_deref().ok_or(SealError::Malformed)?;
    TokenPair::reseal(sealer, owner, access, row.refresh_token_sealed.as_deref())
}

async fn steps(db: &Db, sealer: &Sealer, told: &mut Resealed) -> Result<(), DbError> {
    let mut after = StepId(0);
    loop {
        let rows = db.sealed().steps(after, BATCH).await?;
        let Some((last, ..)) = rows.last() else { return Ok(()) };
        after = *last;
        for (id, target, sealed) in &rows {
            let new = sealer.reseal(sealed, step_memory(&target.to_string()));
            if let Some(new) = told.look("publish_steps", id, new) {
                told.note(db.sealed().swap_step(*id, sealed, &new).await?);
            }
        }
    }
}

async fn consents(db: &Db, sealer: &Sealer, now: Timestamp, told: &mut Resealed) -> Result<(), DbError> {
    let mut after = String::new();
    loop {
        let rows = db.sealed().consents(&after, BATCH, now).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after.clone_from(last);
        for (hash, sealed) in &rows {
            // A hash of a state is a look-up key: it is not for the log.
            let new = sealer.reseal(sealed, pkce_verifier(hash));
            if let Some(new) = told.look("oauth_states", "of a consent", new) {
                told.note(db.sealed().swap_consent(hash, sealed, &new).await?);
            }
        }
    }
}

async fn totp_secrets(db: &Db, sealer: &Sealer, told: &mut Resealed) -> Result<(), DbError> {
    let mut after = UserId(0);
    loop {
        let rows = db.sealed().totp_secrets(after, BATCH).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        for (user, sealed) in &rows {
            let new = sealer.reseal(sealed, totp_secret(&user.to_string()));
            if let Some(new) = told.look("second_factors", user, new) {
                told.note(db.sealed().swap_totp_secret(*user, sealed, &new).await?);
            }
        }
    }
}
