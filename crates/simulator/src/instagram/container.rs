//! A media container: what is published later, and its status.

use crate::core::record::{MediaSummary, Prepared, Record};
use crate::core::state::State;
use crate::core::store::Transaction;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// How long a container waits to be published.
const LIFETIME: Duration = Duration::from_hours(24);

#[derive(Clone, Serialize, Deserialize)]
pub struct Container {
    /// `IMAGE`, `REELS`, `STORIES`, `VIDEO` or `CAROUSEL`.
    pub media_type: String,
    pub caption: String,
    pub media: Vec<MediaSummary>,
    pub carousel_item: bool,
    pub ready_at: Timestamp,
    /// Why it can never be published.
    pub error: Option<String>,
    /// The media that it became.
    pub published_as: Option<String>,
    pub created_at: Timestamp,
}

impl Container {
    pub fn of(state: &State, remote_id: &str, id: &str) -> Option<Self> {
        let row = state.prepared(Platform::Instagram, id).filter(|row| row.remote_id == remote_id)?;
        serde_json::from_value(row.detail.clone()).ok()
    }

    pub fn store(&self, transaction: &mut Transaction<'_>, remote_id: &str, id: &str) {
        transaction.put(Record::Prepared(Prepared {
            id: id.to_owned(),
            platform: Platform::Instagram,
            remote_id: remote_id.to_owned(),
            created_at: self.created_at,
            detail: json!(self),
        }));
    }

    /// `status_code`, as GET /{container} shows it.
    pub fn status_code(&self, now: Timestamp) -> &'static str {
        if self.published_as.is_some() {
            "PUBLISHED"
        } else if self.error.is_some() {
            "ERROR"
        } else if now.since(self.created_at) >= LIFETIME {
            "EXPIRED"
        } else if self.ready_at > now {
            "IN_PROGRESS"
        } else {
            "FINISHED"
        }
    }

    /// `status`: the same for people, with the reason of an error.
    pub fn status(&self, now: Timestamp) -> String {
        match self.status_code(now) {
            "PUBLISHED" => "Published: Media has been successfully published.".to_owned(),
            "ERROR" => format!("Error: {}", self.error.as_deref().unwrap_or_default()),
            "EXPIRED" => {
                "Expired: The container was not published within 24 hours and has expired.".to_owned()
            }
            "IN_PROGRESS" => "In Progress: Media is still being processed.".to_owned(),
            _ => "Finished: Media has been uploaded and it is ready to be published.".to_owned(),
        }
    }
}
