//! The key under which a mutation takes effect once.

use super::{Context, ServiceError, ServiceResult};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::future::Future;

const LONGEST_KEY: usize = 200;

/// A client's key with the input it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutationKey {
    operation: &'static str,
    key: String,
    input_hash: String,
    mark: ReplayMark,
}

impl MutationKey {
    /// `operation` is the mutation's name; `input` its input as JSON, the same for the same input.
    pub fn new(operation: &'static str, key: String, input: &[u8]) -> Self {
        let mut input_hash = String::with_capacity(64);
        for byte in Sha256::digest(input) {
            let _ = write!(input_hash, "{byte:02x}");
        }
        Self { operation, key, input_hash, mark: ReplayMark::default() }
    }

    /// The same key, which sets `mark` where it is known.
    #[must_use]
    pub fn marking(self, mark: &ReplayMark) -> Self {
        Self { mark: mark.clone(), ..self }
    }

    fn keyed(self, workspace_id: WorkspaceId, user_id: UserId) -> ServiceResult<KeyedInput> {
        let length = self.key.chars().count();
        if !(1..=LONGEST_KEY).contains(&length) || self.key.contains('\0') {
            let words = format!("Give a key of 1 to {LONGEST_KEY} characters.");
            return Err(UserError::new(UserErrorCode::Invalid, "clientMutationKey", words).into());
        }
        let Self { operation, key, input_hash, mark } = self;
        Ok(KeyedInput { workspace_id, user_id, operation, key, input_hash, mark })
    }
}

/// What a key leads to before its command runs.
pub(crate) enum Keyed {
    /// It was used.
    Replay(FirstResult),
    /// To be given to the command, which looks again inside its transaction.
    Run(Option<KeyedInput>),
}

/// The ids that the first result of a key was made of.
#[derive(Clone, Debug)]
pub struct FirstResult(serde_json::Value);

impl FirstResult {
    /// The row that was stored under a name.
    pub fn row(&self, name: &str) -> ServiceResult<i64> {
        self.0.get(name).and_then(serde_json::Value::as_i64).ok_or(ServiceError::NotFound)
    }
}

/// What a key led to.
pub enum Remembered<T> {
    /// The work was done now.
    First(T),
    /// What an earlier call kept.
    Again(serde_json::Value),
}

impl<T: DeserializeOwned> Remembered<T> {
    /// The answer, where it was kept whole.
    pub fn answer(self) -> ServiceResult<T> {
        match self {
            Self::First(answer) => Ok(answer),
            Self::Again(kept) => serde_json::from_value(kept)
                .map_err(|error| ServiceError::Internal(anyhow::anyhow!("a kept answer: {error}"))),
        }
    }
}

impl Context {
    pub(super) async fn look_up_key(
        &self,
        key: Option<MutationKey>,
        workspace: WorkspaceId,
        user: UserId,
    ) -> ServiceResult<Keyed> {
        let Some(key) = key else { return Ok(Keyed::Run(None)) };
        let key = key.keyed(workspace, user)?;
        let known = self.db.idempotency().known(&key, self.clock.now()).await?;
        Ok(match known {
            Replay::Known(Some(result)) => Keyed::Replay(FirstResult(result)),
            Replay::Known(None) | Replay::Fresh => Keyed::Run(Some(key)),
        })
    }

    /// What each of several keys of one mutation leads to, in their order; an error is that of one key.
    pub(crate) async fn look_up_keys(
        &self,
        keys: Vec<Option<MutationKey>>,
        workspace: WorkspaceId,
        user: UserId,
    ) -> ServiceResult<Vec<ServiceResult<Keyed>>> {
        let keys = keys.into_iter().map(|key| key.map(|key| key.keyed(workspace, user)).transpose());
        let mut found: Vec<ServiceResult<Keyed>> = keys.map(|key| key.map(Keyed::Run)).collect();
        let asked = found.iter().filter_map(|key| match key {
            Ok(Keyed::Run(Some(key))) => Some(key.clone()),
            _ => None,
        });
        let asked: Vec<KeyedInput> = asked.collect();
        if asked.is_empty() {
            return Ok(found);
        }
        let known = self.db.idempotency().known_many(&asked, self.clock.now()).await?;
        let keyed = found.iter_mut().filter(|key| matches!(key, Ok(Keyed::Run(Some(_)))));
        for (key, known) in keyed.zip(known) {
            match known {
                Ok(Replay::Known(Some(result))) => *key = Ok(Keyed::Replay(FirstResult(result))),
                Ok(Replay::Known(None) | Replay::Fresh) => {}
                Err(error) => *key = Err(error.into()),
            }
        }
        Ok(found)
    }

    /// Does the work, or answers what was kept of it under the key. For work that does no harm twice: of two calls at
    /// once both may do it, and what the first one kept is the answer of both. `kept`: what to keep, if anything.
    pub(crate) async fn remembered<T>(
        &self,
        key: Option<MutationKey>,
        (workspace, user): (WorkspaceId, UserId),
        work: impl Future<Output = ServiceResult<T>>,
        kept: impl FnOnce(&T) -> Option<serde_json::Value>,
    ) -> ServiceResult<Remembered<T>> {
        let key = match self.look_up_key(key, workspace, user).await? {
            Keyed::Replay(FirstResult(first)) => return Ok(Remembered::Again(first)),
            Keyed::Run(key) => key,
        };
        let done = work.await?;
        let (Some(key), Some(kept)) = (key, kept(&done)) else { return Ok(Remembered::First(done)) };
        let first = self.db.idempotency().keep(&key, kept.clone(), self.clock.now()).await?;
        Ok(first.map_or(Remembered::First(done), Remembered::Again))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_its_input_and_is_of_a_sensible_length() {
        let key = |input: &[u8]| MutationKey::new("createPost", "k".to_owned(), input);
        assert_eq!(key(b"{}"), key(b"{}"));
        assert_ne!(key(b"{}"), key(b"[]"));
        for bad in [String::new(), "k".repeat(201), "a\0b".to_owned()] {
            let refused = MutationKey::new("createPost", bad, b"{}").keyed(WorkspaceId(1), UserId(1));
            assert!(matches!(refused, Err(ServiceError::User(_))), "{refused:?}");
        }
    }
}
