//! Rows as Rust structs, the same for both databases.

mod account;
mod api_key;
mod campaign;
mod event;
mod export;
mod import;
mod inbox;
mod job;
mod ledger;
mod media;
mod media_fetch;
mod metrics;
mod people;
mod post;
mod sealed;
mod second_factor;
mod settings;
mod template;

pub use account::{Account, ConnectedAccount, NewOauthState, OauthState};
pub use api_key::{ApiKey, ApiKeySecretRow, NewApiKey, NewApiKeySecret};
pub use campaign::{Campaign, NewCampaign};
pub use event::{AuditRow, EventRow};
pub use export::{Export, NewExport};
pub use import::{Import, ImportLine, ImportProblem, NewImport, NewImportProblem};
pub use inbox::{InboxMessage, InboxReply, NewInboxMark, NewInboxMessage, NewInboxReply};
pub use job::{Bucket, Job, NewJob};
pub use ledger::{NewStep, Saga, Step};
pub use media::{Media, NewMedia, PostMedium, TargetMedium};
pub use media_fetch::MediaFetch;
pub use metrics::{AccountMetricDay, AccountMetrics, TargetMetricDay, TargetMetricPoint, TargetMetrics};
pub use people::{Member, Membership, NewUser, OwnWorkspace, User, Workspace};
pub use post::{NewPostRow, NewTargetRow, Post, PostState, RewrittenPost, Target, TargetState};
pub use sealed::SealedAccount;
pub use second_factor::SecondFactor;
pub use settings::SettingsRow;
pub use template::{NewTemplate, Template};
