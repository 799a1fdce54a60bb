//! The contract of a platform's client: OAuth, publishing, metrics and inbox, each a trait of its own, and the registry
//! of what this server has of each platform.

#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]

mod compose;
mod endpoint;
pub mod error;
mod inbox;
mod metrics;
mod network_clock;
mod oauth;
mod publishing;
mod registry;
mod settings;

pub use compose::{Publisher, compose};
pub use endpoint::endpoint;
pub use error::PlatformError;
pub use inbox::{InboxClient, InboxItem, InboxLimits, InboxLook, InboxReply, InboxSender, Replied};
pub use metrics::MetricsClient;
pub use network_clock::{NetworkClock, answered_at};
pub use oauth::{AuthorizeRequest, OAuthClient, Profile, TokenSet};
pub use publishing::{
    Absence, Call, Capabilities, ConfirmedStep, MediaItem, MediaSource, PublishInput, PublishingClient,
    ReadBack, StepOutcome, StepSpec,
};
pub use registry::{PlatformClients, Registry};
pub use settings::{ClientMode, PlatformDefaults, PlatformSettings, default_settings};
