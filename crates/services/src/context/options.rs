//! Settings that services read.

use crate::media::FetchBackoff;
use fanfare_domain::quota::{PostQuota, WorkspaceQuota};
use fanfare_domain::registration::RegistrationMode;
use url::Url;

/// Settings that services read.
#[derive(Clone, Debug)]
pub struct ServiceOptions {
    /// The base of every link that leaves the server.
    pub public_base: Url,
    /// The largest file that can be uploaded, in bytes.
    pub media_max_bytes: u64,
    /// How long an uploaded file may take from its arrival until its media file is stored.
    pub upload_store: std::time::Duration,
    /// Posts a user may create in a minute.
    pub creates_per_minute: u32,
    /// Consents a user may start in a minute.
    pub oauth_starts_per_minute: u32,
    /// Passwords tried for one account from one network in a minute.
    pub sign_ins_per_minute: u32,
    /// Sign-ins that fail from one network in a minute, over all accounts.
    pub failed_sign_ins_per_minute: u32,
    /// Times that a session may be refreshed or signed out in a minute.
    pub refreshes_per_minute: u32,
    /// How long after a sign-in its session makes API keys without the password.
    pub recent_sign_in: std::time::Duration,
    /// Wrong two-factor codes in a row after which codes of the app are refused for a while.
    pub wrong_codes_in_a_row: u32,
    /// People registered from one address in a minute.
    pub registrations_per_minute: u32,
    /// Who may register.
    pub registration: RegistrationMode,
    /// How long an invitation can be accepted.
    pub invitation_lifetime: std::time::Duration,
    /// Workspaces of a user.
    pub workspace_quota: WorkspaceQuota,
    /// Bytes of media that a workspace may store; `None`: any number.
    pub storage_per_workspace: Option<i64>,
    /// Posts of a workspace.
    pub post_quota: PostQuota,
    /// What operations of a user may cost in a minute, all their keys together; of each key; and of an address from
    /// which nobody is signed in. In the points that a
    /// document's price is counted in.
    pub cost_per_minute: u32,
    pub key_cost_per_minute: u32,
    pub address_cost_per_minute: u32,
    /// How long a worker keeps what it has claimed without a sign of life.
    pub lease: std::time::Duration,
    /// Between two attempts to fetch a medium.
    pub fetch_backoff: FetchBackoff,
    /// Whether `public_base` can be reached by networks that pull media.
    pub public_base_is_public: bool,
}
