//! One folder a noun: authorise, validate, run one command in one transaction, or answer a query.

pub mod account;
pub mod analytics;
pub mod api_key;
pub mod audit;
pub mod calendar;
pub mod campaign;
mod consent;
pub mod context;
pub mod event;
pub mod export;
pub mod import;
pub mod inbox;
pub mod media;
pub mod metrics;
pub mod person;
pub mod place;
mod post_bulk;
mod post_draft;
mod post_preflight;
mod post_reads;
mod post_schedule;
mod post_validation;
mod posts;
pub mod sealing;
pub mod session;
pub mod settings;
pub mod template;
pub mod workspace;
pub mod writing;

pub use account::Disconnected;
pub use analytics::OptimalTimes;
pub use analytics::{AnalyticsInput, AnalyticsReport};
pub use api_key::{KeyRequest, MadeKey};
pub use calendar::Calendar;
pub use consent::{
    Answer, Confirmation, Connected, GivenTokens, LinkAccount, Relinked, StartConsent, StartedConsent,
};
pub use context::Access;
pub use context::MutationKey;
pub use context::{Freshness, Read};
pub use context::{PublicError, ServiceError, ServiceResult};
pub use event::EventTable;
pub use event::{Feed, FeedEnd};
pub use export::{ExportAtWork, ExportFile, ExportInput};
pub use fanfare_cache::rate::{Allowance, BudgetLeft, Limited, RateLimiter, SharedBuckets};
pub use import::{ImportAtWork, ImportFile};
pub use inbox::ReplyQueued;
pub use media::{FetchAtWork, FetchBackoff};
pub use media::{MediaStore, MediaStream, StorageKey, Upload};
pub use person::Registration;
pub use person::{GivenCode, PersonalData, TotpSetup};
pub use place::{Places, RowIds};
pub use post_bulk::BulkOutcome;
pub use post_draft::{PostChanges, PostDraft, PostInput, VariantDraft};
pub use post_preflight::TargetCheck;
pub use post_schedule::Schedule;
pub use posts::PostChanged;
pub use sealing::{Resealed, reseal};
pub use session::{SignIn, SignedIn};
pub use template::Template;
pub use writing::{WritingModel, Written};

use fanfare_auth::{AccessTokens, ApiKeyHasher, Passwords, Sealer, UrlSigner};
use fanfare_cache::ReadCache;
use fanfare_domain::clock::SharedClock;
use fanfare_events::Hub;
use fanfare_net::{HttpClient, PublicFetcher};
use fanfare_platform_api::Registry;
use fanfare_storage::Db;
use std::future::Future;
use std::sync::Arc;
use url::Url;

/// What every service works with. Made once, by `app`.
pub struct Services {
    pub db: Db,
    pub cache: ReadCache,
    pub clock: SharedClock,
    pub hub: Arc<Hub>,
    pub registry: Registry,
    pub sealer: Arc<Sealer>,
    pub access_tokens: AccessTokens,
    pub passwords: Passwords,
    pub api_key_hasher: ApiKeyHasher,
    pub url_signer: UrlSigner,
    pub access: Access,
    pub media_store: Arc<MediaStore>,
    pub http: HttpClient,
    pub fetcher: PublicFetcher,
    pub rates: RateLimiter,
    /// `None`: rules write.
    pub writing_model: Option<WritingModel>,
    pub options: ServiceOptions,
}

/// Settings that services read.
#[derive(Clone, Debug)]
pub struct ServiceOptions {
    /// The base of every link that leaves the server.
    pub public_base: Url,
    /// The largest file that can be uploaded, in bytes.
    pub media_max_bytes: u64,
    /// Posts a user may create in a minute.
    pub creates_per_minute: u32,
    /// Consents a user may start in a minute.
    pub oauth_starts_per_minute: u32,
    /// Passwords tried for one account from one address in a minute.
    pub sign_ins_per_minute: u32,
    /// People registered from one address in a minute.
    pub registrations_per_minute: u32,
    /// What operations of a person may cost in a minute, all his keys together; of each key; and of an address from
    /// which nobody is signed in. In the points that a
    /// document's price is counted in.
    pub cost_per_minute: u32,
    pub key_cost_per_minute: u32,
    pub address_cost_per_minute: u32,
    /// How long a worker keeps what it has claimed without writing a part of it.
    pub lease: std::time::Duration,
    /// Between two attempts to fetch a medium.
    pub fetch_backoff: FetchBackoff,
    /// Whether `public_base` can be reached by networks that pull media.
    pub public_base_is_public: bool,
}

/// Runs a command in a task of its own, so that a client that goes away cannot cut it between its commit and what has
/// to follow (wake-up, invalidation).
pub async fn uncancelled<T: Send + 'static>(
    command: impl Future<Output = ServiceResult<T>> + Send + 'static,
) -> ServiceResult<T> {
    let counter = fanfare_storage::statements::current();
    let span = tracing::Span::current();
    let command = fanfare_storage::statements::inherit(counter, command);
    let task = tokio::spawn(tracing::Instrument::instrument(command, span));
    task.await.unwrap_or_else(|error| Err(ServiceError::Internal(anyhow::anyhow!("command task: {error}"))))
}
