//! Media that posts name by their addresses: judged when the post is written, fetched by a worker.

use super::library::MediaLibrary;
use crate::context::{Context, ServiceError, ServiceResult};
use fanfare_domain::id::{MediaFetchId, PostId, WorkspaceId};
use fanfare_domain::retry::backoff;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_media::StorageKey;
use fanfare_net::{FetchLimits, PublicFetcher};
use fanfare_storage::DbError;
use fanfare_storage::media_fetch_work::{FetchFailure, FetchLease};
use fanfare_storage::rows::{MediaFetch, NewMedia};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Attempts until a fetch is given up, crashes of a worker included.
const MOST_ATTEMPTS: i32 = 5;
/// The longest time of one attempt.
const LONGEST: Duration = Duration::from_mins(5);

/// How long to wait between two attempts.
#[derive(Clone, Copy, Debug)]
pub struct FetchBackoff {
    pub base: Duration,
    pub cap: Duration,
}

/// A fetch that this worker has claimed.
#[derive(Clone, Debug)]
pub struct FetchAtWork {
    fetch: MediaFetch,
    lease: FetchLease,
}

impl FetchAtWork {
    pub fn id(&self) -> MediaFetchId {
        self.fetch.id
    }
}

/// The service of media that posts name by their URLs.
#[derive(Clone)]
pub struct MediaFetches {
    context: Arc<Context>,
    library: MediaLibrary,
    fetcher: Arc<PublicFetcher>,
}

impl MediaFetches {
    pub(crate) fn new(context: &Arc<Context>, library: &MediaLibrary, fetcher: PublicFetcher) -> Self {
        Self { context: Arc::clone(context), library: library.clone(), fetcher: Arc::new(fetcher) }
    }

    /// What posts name by their URLs, in their order, for those who may read the workspace.
    pub async fn of_posts(&self, workspace: WorkspaceId, ids: &[PostId]) -> ServiceResult<Vec<MediaFetch>> {
        Ok(self.context.db.media_fetches().of_posts(workspace, ids).await?)
    }

    /// What is wrong with the `mediaUrls` of an input as they stand; nothing is asked.
    pub(crate) fn check_urls(&self, urls: &[String]) -> Vec<UserError> {
        let faults = urls.iter().enumerate().filter_map(|(at, text)| {
            let words = match Url::parse(text) {
                Ok(url) => self.fetcher.check(&url).err()?.words,
                Err(_) => "Give an http or https address.".to_owned(),
            };
            Some(UserError::new(UserErrorCode::Invalid, &format!("mediaUrls.{at}"), words))
        });
        faults.collect()
    }

    /// Takes a fetch that is due.
    pub async fn claim(&self) -> ServiceResult<Option<FetchAtWork>> {
        let (now, lease_for) = (self.context.clock.now(), self.context.options.lease);
        let claimed = self.context.db.media_fetches().claim(now, lease_for).await?;
        Ok(claimed.map(|fetch| {
            let lease = FetchLease { id: fetch.id, token: fetch.lease_token, lease_for };
            FetchAtWork { fetch, lease }
        }))
    }

    /// Fetches, and writes what came of it. Whoever took the work over meanwhile, or the person who took the address
    /// away, is not disturbed.
    pub async fn run(&self, work: &FetchAtWork) -> ServiceResult<()> {
        let mut beat = tokio::time::interval(self.context.options.lease / 3);
        let mut fetched = std::pin::pin!(self.fetch_medium(&work.fetch));
        let outcome = loop {
            tokio::select! {
                outcome = &mut fetched => break outcome,
                _ = beat.tick() => {
                    let now = self.context.clock.now();
                    match self.context.db.media_fetches().extend(work.lease, now).await {
                        Err(DbError::Fenced) => return Ok(()),
                        // The lease may yet hold when the file is there.
                        Err(error) => tracing::debug!(%error, "a lease could not be extended"),
                        Ok(()) => {}
                    }
                }
            }
        };
        match outcome {
            Ok(new) => self.keep_fetched(work, new).await,
            Err((words, passing)) => self.miss(work, words, passing).await,
        }
    }

    async fn fetch_medium(&self, fetch: &MediaFetch) -> Result<NewMedia, (String, bool)> {
        let url = Url::parse(&fetch.url).map_err(|_| ("It is no address.".to_owned(), false))?;
        let limits = FetchLimits { bytes: self.context.options.media_max_bytes, time: LONGEST };
        let file = self.fetcher.fetch(&url, limits).await.map_err(|error| (error.words, error.passing))?;
        let stored = self.library.store_fetched(fetch.workspace_id, file, &url, fetch.requested_by).await;
        stored.map_err(|error| match error {
            ServiceError::User(errors) => {
                let words = errors.into_iter().map(|error| error.message).next();
                (words.unwrap_or_else(|| "The file is not accepted.".to_owned()), false)
            }
            error => {
                tracing::warn!(fetch = %fetch.id, %error, "a fetched file could not be stored");
                ("This server cannot store the file now.".to_owned(), true)
            }
        })
    }

    async fn keep_fetched(&self, work: &FetchAtWork, new: NewMedia) -> ServiceResult<()> {
        let (fetch, lease, now) = (work.fetch.clone(), work.lease, self.context.clock.now());
        let storage = StorageKey::parse(&new.storage_key);
        let stored = self.context.db.media_fetches().finish(fetch, lease, new, now).await;
        match (stored, storage) {
            (Ok(seq), _) => {
                self.context.hub.committed(work.fetch.workspace_id, seq);
                Ok(())
            }
            (Err(error), storage) => {
                // Where it is unknown whether the row was written, its file stays.
                let surely_absent = matches!(error, DbError::Fenced | DbError::Query(_));
                if let Some(storage) = storage.filter(|_| surely_absent) {
                    self.library.remove_file(&storage).await;
                }
                if matches!(error, DbError::Fenced) { Ok(()) } else { Err(error.into()) }
            }
        }
    }

    async fn miss(&self, work: &FetchAtWork, words: String, passing: bool) -> ServiceResult<()> {
        let (fetch, lease, now) = (work.fetch.clone(), work.lease, self.context.clock.now());
        let failure = if passing && fetch.attempts < MOST_ATTEMPTS {
            let attempts = u32::try_from(fetch.attempts).unwrap_or(1);
            let FetchBackoff { base, cap } = self.context.options.fetch_backoff;
            let at = now.plus(backoff(attempts, base, cap, rand::random(), None));
            FetchFailure::Again { at, words }
        } else {
            FetchFailure::Final { words }
        };
        match self.context.db.media_fetches().fail(fetch, lease, failure, now).await {
            Ok(Some(seq)) => self.context.hub.committed(work.fetch.workspace_id, seq),
            Ok(None) | Err(DbError::Fenced) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Gives a claim back, for another worker to take at once.
    pub async fn release(&self, work: FetchAtWork) -> ServiceResult<()> {
        Ok(self.context.db.media_fetches().release(work.lease).await?)
    }

    /// Takes back what the last process of an SQLite file was fetching.
    pub async fn resume(&self) -> ServiceResult<()> {
        if self.context.db.is_embedded() {
            // The file belongs to this process alone: whoever held these claims is gone.
            self.context.db.media_fetches().release_all().await?;
        }
        Ok(())
    }
}
