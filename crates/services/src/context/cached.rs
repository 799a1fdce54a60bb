//! Reads through the cache. Whoever calls this has decided that the asker may read the workspace.

use super::{Context, ServiceResult};
use fanfare_cache::{Kept, Key};
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::{Noun, Version};
use fanfare_events::Nouns;
use fanfare_storage::DbError;
use serde::Serialize;
use std::future::Future;
use std::sync::Arc;

/// How new an answer must be, besides what this node has heard of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freshness(Option<Seq>);

impl Freshness {
    /// At least as far as this position of the workspace's log (`X-Fanfare-Min-Seq`).
    pub fn at_least(seq: Option<Seq>) -> Self {
        Self(seq)
    }

    /// Whether what this node has heard of a workspace is enough.
    pub(crate) fn is_met_by(self, nouns: &Nouns) -> bool {
        self.0.is_none_or(|wanted| nouns.position() >= wanted)
    }
}

/// A question whose answer may be kept.
pub struct Read<'a, Q> {
    pub workspace: WorkspaceId,
    pub fresh: Freshness,
    /// What the answer is about: nothing else may change it.
    pub about: &'static [Noun],
    /// The kind of answer, such as `posts.page`.
    pub name: &'static str,
    pub question: &'a Q,
}

/// Rows as every reader of an answer shares them.
pub(crate) async fn shared<T: Send>(
    rows: impl Future<Output = Result<Vec<T>, DbError>> + Send,
) -> Result<Vec<Arc<T>>, DbError> {
    Ok(rows.await?.into_iter().map(Arc::new).collect())
}

impl Context {
    /// The kept answer, else what `load` reads from the database.
    pub async fn cached<T: Kept, Q: Serialize + Sync>(
        &self,
        read: Read<'_, Q>,
        load: impl Future<Output = Result<T, DbError>> + Send,
    ) -> Result<Arc<T>, DbError> {
        let Some(version) = self.version(&read).await else { return load.await.map(Arc::new) };
        let Some(key) = Key::new(read.workspace, version, read.name, read.question) else {
            return load.await.map(Arc::new);
        };
        self.cache.read(key, load).await.map_err(DbError::of_shared)
    }

    /// The same for who needs the answer as a value of its own.
    pub async fn kept<T: Kept + Clone, Q: Serialize + Sync>(
        &self,
        read: Read<'_, Q>,
        load: impl Future<Output = Result<T, DbError>> + Send,
    ) -> ServiceResult<T> {
        Ok(Arc::unwrap_or_clone(self.cached(read, load).await?))
    }

    /// `None`: the database must answer.
    async fn version<Q>(&self, read: &Read<'_, Q>) -> Option<Version> {
        if !self.cache.is_on() {
            return None;
        }
        match self.hub.nouns(read.workspace).await {
            Ok(nouns) => {
                let nouns = nouns?;
                read.fresh.is_met_by(&nouns).then(|| nouns.version(read.about))
            }
            Err(error) => {
                tracing::debug!(%error, "cache version unknown");
                None
            }
        }
    }
}
