//! Media that posts name by their addresses: judged when the post is written, fetched by a worker.

use crate::post_draft::PostDraft;
use crate::{ServiceError, ServiceResult, Services, StorageKey};
use fanfare_domain::id::MediaFetchId;
use fanfare_domain::retry::backoff;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_net::FetchLimits;
use fanfare_storage::DbError;
use fanfare_storage::media_fetch_work::{FetchFailure, FetchLease};
use fanfare_storage::rows::{MediaFetch, NewMedia};
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

impl Services {
    /// What is wrong with the addresses of a draft as they stand; nothing is asked.
    pub(crate) fn check_addresses(&self, draft: &PostDraft) -> Vec<UserError> {
        let faults = draft.media_urls.iter().enumerate().filter_map(|(at, text)| {
            let words = match Url::parse(text) {
                Ok(url) => self.fetcher.check(&url).err()?.words,
                Err(_) => "Give an http or https address.".to_owned(),
            };
            Some(UserError::new(UserErrorCode::Invalid, &format!("mediaUrls.{at}"), words))
        });
        faults.collect()
    }

    /// Takes a fetch that is due.
    pub async fn claim_media_fetch(&self) -> ServiceResult<Option<FetchAtWork>> {
        let (now, lease_for) = (self.clock.now(), self.options.lease);
        let claimed = self.db.media_fetches().claim(now, lease_for).await?;
        Ok(claimed.map(|fetch| {
            let lease = FetchLease { id: fetch.id, token: fetch.lease_token, lease_for };
            FetchAtWork { fetch, lease }
        }))
    }

    /// Fetches, and writes what came of it. Whoever took the work over meanwhile, or the person who took the address
    /// away, is not disturbed.
    pub async fn run_media_fetch(&self, work: &FetchAtWork) -> ServiceResult<()> {
        let mut beat = tokio::time::interval(self.options.lease / 3);
        let mut fetched = std::pin::pin!(self.fetch_medium(&work.fetch));
        let outcome = loop {
            tokio::select! {
                outcome = &mut fetched => break outcome,
                _ = beat.tick() => {
                    let now = self.clock.now();
                    match self.db.media_fetches().extend(work.lease, now).await {
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
        let limits = FetchLimits { bytes: self.options.media_max_bytes, time: LONGEST };
        let file = self.fetcher.fetch(&url, limits).await.map_err(|error| (error.words, error.passing))?;
        let stored = self.store_fetched(fetch.workspace_id, file, &url, fetch.requested_by).await;
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
        let (fetch, lease, now) = (work.fetch.clone(), work.lease, self.clock.now());
        let storage = StorageKey::parse(&new.storage_key);
        let stored = self.db.media_fetches().finish(fetch, lease, new, now).await;
        match (stored, storage) {
            (Ok(seq), _) => {
                self.hub.committed(work.fetch.workspace_id, seq);
                Ok(())
            }
            (Err(error), storage) => {
                // Where it is unknown whether the row was written, its file stays.
                let surely_absent = matches!(error, DbError::Fenced | DbError::Query(_));
                if let Some(storage) = storage.filter(|_| surely_absent) {
                    self.remove_file(&storage).await;
                }
                if matches!(error, DbError::Fenced) { Ok(()) } else { Err(error.into()) }
            }
        }
    }

    async fn miss(&self, work: &FetchAtWork, words: String, passing: bool) -> ServiceResult<()> {
        let (fetch, lease, now) = (work.fetch.clone(), work.lease, self.clock.now());
        let failure = if passing && fetch.attempts < MOST_ATTEMPTS {
            let attempts = u32::try_from(fetch.attempts).unwrap_or(1);
            let FetchBackoff { base, cap } = self.options.fetch_backoff;
            let at = now.plus(backoff(attempts, base, cap, rand::random(), None));
            FetchFailure::Again { at, words }
        } else {
            FetchFailure::Final { words }
        };
        match self.db.media_fetches().fail(fetch, lease, failure, now).await {
            Ok(Some(seq)) => self.hub.committed(work.fetch.workspace_id, seq),
            Ok(None) | Err(DbError::Fenced) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Gives a claim back, for another worker to take at once.
    pub async fn release_media_fetch(&self, work: FetchAtWork) -> ServiceResult<()> {
        Ok(self.db.media_fetches().release(work.lease).await?)
    }

    /// Takes back what the last process of an SQLite file was fetching.
    pub async fn resume_media_fetches(&self) -> ServiceResult<()> {
        if self.db.is_embedded() {
            // The file belongs to this process alone: whoever held these claims is gone.
            self.db.media_fetches().release_all().await?;
        }
        Ok(())
    }
}
