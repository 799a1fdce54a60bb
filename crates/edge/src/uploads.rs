//! Uploads that are read at once: of everybody, and of one user.

use super::options::EdgeOptions;
use super::problem::Problem;
use super::request_body::{BodyWatch, Pace};
use super::seats::{Seat, Seats};
use axum::http::StatusCode;
use axum::http::request::Parts;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::UserId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Seconds after which it is worth to try again.
const RETRY_AFTER: u64 = 2;

/// The places that there are.
#[derive(Debug)]
pub struct Uploads {
    all: Arc<Semaphore>,
    users: Seats<UserId>,
    each: usize,
    limit: Duration,
    pace: Pace,
}

/// The place of one upload.
#[derive(Debug)]
pub struct UploadPlace {
    _all: OwnedSemaphorePermit,
    _user: Seat<UserId>,
}

impl Uploads {
    pub fn new(options: &EdgeOptions) -> Self {
        Self {
            all: Arc::new(Semaphore::new(options.uploads_at_once)),
            users: Seats::new(options.uploads_per_user),
            each: options.uploads_per_user,
            limit: options.upload_timeout,
            pace: options.upload_pace,
        }
    }

    /// A place for an upload, whose body may now take long, but not stand still. 429 where all places of the user are
    /// taken, 503 where all places are.
    pub fn begin(&self, actor: &Actor, request: &Parts) -> Result<UploadPlace, Problem> {
        let user = self.users.take(actor.user_id).ok_or_else(|| self.too_many_of_user())?;
        let all = Arc::clone(&self.all).try_acquire_owned().map_err(|_| too_many())?;
        if let Some(watch) = request.extensions.get::<Arc<BodyWatch>>() {
            watch.stream(self.limit, self.pace);
        }
        metrics::gauge!("fanfare_uploads_open").increment(1.0);
        Ok(UploadPlace { _all: all, _user: user })
    }

    fn too_many_of_user(&self) -> Problem {
        let message = format!(
            "One user has at most {} uploads under way: send this one again when another has ended",
            self.each
        );
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        Problem { retry_after: Some(RETRY_AFTER), ..problem }
    }
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        metrics::gauge!("fanfare_uploads_open").decrement(1.0);
    }
}

fn too_many() -> Problem {
    let message = "Too many uploads are under way: send this one again later";
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
    Problem { retry_after: Some(RETRY_AFTER), ..problem }
}
