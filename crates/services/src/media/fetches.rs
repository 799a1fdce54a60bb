//! Media that posts name by their addresses: validated when the post is written, fetched by a worker.

use super::library::MediaLibrary;
use crate::context::{Context, ServiceError, ServiceResult};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{MediaFetchId, PostId, WorkspaceId};
use fanfare_domain::retry::backoff;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_media::StorageKey;
use fanfare_net::{FetchLimits, PublicFetcher};
use fanfare_storage::DbError;
use fanfare_storage::rows::{MediaFetch, NewMedia};
use fanfare_storage::work::media_fetch::{ClaimedFetch, FetchFailure};
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

/// What came of a fetch.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The file is in place.
    Medium(NewMedia),
    Missed(FetchFailure),
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

    /// Claims fetches that are due, at most `room`.
    pub async fn claim(&self, room: usize) -> ServiceResult<Vec<ClaimedFetch>> {
        let (now, limit) = (self.context.clock.now(), i64::try_from(room).unwrap_or(1));
        Ok(self.context.db.media_fetches().claim(now, limit, self.context.options.lease).await?)
    }

    /// Keeps a claim.
    pub async fn extend(&self, lease: Lease<MediaFetchId>) -> ServiceResult<()> {
        Ok(self
            .context
            .db
            .media_fetches()
            .extend(lease, self.context.clock.now(), self.context.options.lease)
            .await?)
    }

    /// Fetches what a post names by its address.
    pub async fn run(&self, fetch: &MediaFetch) -> Fetched {
        if fetch.attempts > MOST_ATTEMPTS {
            // Whoever was at it before has not lived to say why.
            return Fetched::Missed(FetchFailure::Final { words: "It could not be fetched.".to_owned() });
        }
        match self.fetch_medium(fetch).await {
            Ok(new) => Fetched::Medium(new),
            Err((words, passing)) if passing && fetch.attempts < MOST_ATTEMPTS => {
                let at = self.again_at(fetch.attempts);
                Fetched::Missed(FetchFailure::Again { at, words })
            }
            Err((words, _)) => Fetched::Missed(FetchFailure::Final { words }),
        }
    }

    fn again_at(&self, attempts: i32) -> Timestamp {
        let attempts = u32::try_from(attempts).unwrap_or(1);
        let FetchBackoff { base, cap } = self.context.options.fetch_backoff;
        self.context.clock.now().plus(backoff(attempts, base, cap, rand::random(), None))
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

    /// Writes what came of a fetch. Where whoever took the work over, or the person who took the address away, was faster,
    /// nothing is written, and the file is deleted.
    pub async fn settle(
        &self,
        fetch: &MediaFetch,
        lease: Lease<MediaFetchId>,
        fetched: &Fetched,
    ) -> ServiceResult<()> {
        let now = self.context.clock.now();
        match fetched {
            Fetched::Medium(new) => {
                let seq =
                    self.context.db.media_fetches().finish(fetch.clone(), lease, new.clone(), now).await;
                // A lost answer is asked for again, so the file stays until then.
                if !matches!(seq, Ok(_) | Err(DbError::Unavailable(_) | DbError::Full(_)))
                    && let Some(storage) = StorageKey::parse(&new.storage_key)
                {
                    self.library.abandon(&storage).await;
                }
                self.context.hub.committed(fetch.workspace_id, seq?);
            }
            Fetched::Missed(failure) => {
                let told =
                    self.context.db.media_fetches().fail(fetch.clone(), lease, failure.clone(), now).await?;
                if let Some(seq) = told {
                    self.context.hub.committed(fetch.workspace_id, seq);
                }
            }
        }
        Ok(())
    }

    /// Gives a claim back: for another worker to take at once, or, as an attempt, after a wait.
    pub async fn give_back(
        &self,
        fetch: &MediaFetch,
        lease: Lease<MediaFetchId>,
        counted: bool,
    ) -> ServiceResult<()> {
        let now = self.context.clock.now();
        let at = if counted { self.again_at(fetch.attempts) } else { now };
        Ok(self.context.db.media_fetches().give_back(lease, at, counted, now).await?)
    }

    /// Leases that are overdue, at most `limit`, those first that end first.
    pub async fn lapsed(&self, overdue: Overdue, limit: i64) -> ServiceResult<Vec<Lease<MediaFetchId>>> {
        Ok(self.context.db.media_fetches().lapsed(overdue, limit, self.context.clock.now()).await?)
    }

    /// Takes fetches from workers that are gone; answers how many.
    pub async fn retake(&self, lapsed: Lapsed<MediaFetchId>) -> ServiceResult<usize> {
        Ok(self.context.db.media_fetches().retake(lapsed).await?)
    }
}
