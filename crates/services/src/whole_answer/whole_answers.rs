//! Whole answers: found, held against the present, kept.

use super::alike::Alike;
use super::question::Question;
use crate::context::{Context, Freshness, Grounds, ServiceResult, witness};
use bytes::Bytes;
use fanfare_auth::Action;
use fanfare_cache::Key;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Noun;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The name of this kind of answer in the cache.
const NAME: &str = "whole";
/// What an answer's grounds take, in bytes: those of one workspace and a few rights, and each further workspace or right.
const BYTES_OF_GROUNDS: usize = 512;
const BYTES_PER_GROUND: usize = 64;
/// How long an answer to an event is shared where something that it shows may change without an event.
const MOMENT: Duration = Duration::from_secs(1);

/// An answer's `data`, written once.
#[derive(Debug)]
pub struct Known {
    data: Bytes,
    /// Made when it is first asked for.
    tag: OnceLock<String>,
}

impl Known {
    pub fn new(data: Bytes) -> Self {
        Self { data, tag: OnceLock::new() }
    }

    /// The same in just the room that it needs: what its bytes were written to may be twice as large, or a kilobyte for
    /// an answer of some bytes.
    fn fitted(&self) -> Self {
        Self { data: Bytes::copy_from_slice(&self.data), tag: self.tag.clone() }
    }

    /// JSON.
    pub fn data(&self) -> &Bytes {
        &self.data
    }

    /// The hash of the bytes, in hexadecimal digits.
    pub fn tag(&self) -> &str {
        self.tag.get_or_init(|| {
            Sha256::digest(&self.data).iter().fold(String::with_capacity(64), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        })
    }
}

/// An answer and what it relies on.
struct Kept {
    known: Arc<Known>,
    grounds: Grounds,
}

/// The service that keeps whole answers, in this process.
#[derive(Clone)]
pub struct WholeAnswers {
    context: Arc<Context>,
}

impl WholeAnswers {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Whether any answer is kept.
    pub fn is_on(&self) -> bool {
        self.context.cache.is_on()
    }

    /// The answer that a fresh read would give the actor now; `None`: it must be read.
    ///
    /// The same decisions about access are made as by the read that gave the answer, and those must come out the same.
    pub async fn find(&self, actor: &Actor, question: &Question, fresh: Freshness) -> Option<Arc<Known>> {
        for default_workspace in [Some(actor.default_workspace), None] {
            let key = Key::without_version(NAME, question.key(default_workspace));
            if let Some(kept) = self.context.cache.find::<Kept>(key).await
                && self.is_present(&kept.grounds, question.about(), fresh).await
                && self.may_see(actor, &kept.grounds).await
            {
                return Some(Arc::clone(&kept.known));
            }
        }
        None
    }

    /// Keeps the answer that was given to the actor.
    pub async fn keep(&self, actor: &Actor, question: &Question, known: &Known, grounds: Grounds) {
        let known = Arc::new(known.fitted());
        let count = grounds.versions.len() + grounds.rights.len();
        let bytes = known.data.len() + BYTES_OF_GROUNDS + BYTES_PER_GROUND * count;
        // Where the default workspace was not read, it was not asked for: the operation runs alike whichever it is.
        let default_workspace = actor.default_workspace;
        let default_workspace =
            grounds.versions.contains_key(&default_workspace).then_some(default_workspace);
        let key = Key::without_version(NAME, question.key(default_workspace));
        self.context.cache.keep(key, Arc::new(Kept { known, grounds }), bytes).await;
    }

    /// Notes that the actor may read the workspace of the event that the present answer is to, before any row is read
    /// for it. The witness of the answer also notes a refusal: then nobody shares the answer.
    ///
    /// # Errors
    /// The actor may not read the workspace, or that cannot be decided now.
    pub async fn begin_answer_to_event(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        alike: &Alike,
    ) -> ServiceResult<()> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        witness::is_to_event(self.context.clock.now().plus(MOMENT));
        if !alike.is_versioned {
            witness::changes_without_event();
        }
        Ok(())
    }

    /// Whether nothing that an answer shows has changed, as far as this node has heard.
    pub async fn is_present(&self, grounds: &Grounds, about: &[Noun], fresh: Freshness) -> bool {
        if grounds.until.is_some_and(|until| until <= self.context.clock.now()) {
            return false;
        }
        for (workspace, version) in &grounds.versions {
            match self.context.hub.nouns(*workspace).await {
                Ok(Some(nouns)) if fresh.is_met_by(&nouns) && nouns.version(about) == *version => {}
                Ok(_) => return false,
                Err(error) => {
                    tracing::debug!(%error, "version unknown");
                    return false;
                }
            }
        }
        true
    }

    /// Whether the actor has every right now that the first asker was found to have: the same decisions are made again.
    pub async fn may_see(&self, actor: &Actor, grounds: &Grounds) -> bool {
        for (workspace, right) in &grounds.rights {
            if !self.context.has(actor, *workspace, *right).await {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_the_hash_of_the_bytes() {
        let known = Known::new(Bytes::from_static(b"{\"a\":1}"));
        assert_eq!(known.tag(), "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
        assert_eq!(known.data(), &Bytes::from_static(b"{\"a\":1}"));
        assert_ne!(known.tag(), Known::new(Bytes::from_static(b"{\"a\":2}")).tag());
    }

    #[test]
    fn what_is_kept_takes_no_more_room_than_it_counts_for() {
        let mut written = Vec::with_capacity(1_024);
        written.extend_from_slice(b"{}");
        let fitted = Known::new(written.into()).fitted();
        assert_eq!(fitted.data.try_into_mut().unwrap().capacity(), 2);
    }
}
