//! Posts and their targets.

mod bulk;
mod bulk_commands;
mod duplicate;
mod event;
mod evidence;
mod input;
mod metrics;
mod mutation;
mod object;
mod of_parent;
mod query;
mod refresh_metrics;
mod saga;
mod step;
mod target;
mod target_mutation;
mod text_price;
mod told;
mod validation;
mod variant;

pub use bulk::PostBulkMutation;
pub use bulk_commands::PostBulkCommandMutation;
pub use duplicate::PostDuplicateMutation;
pub use event::{PostStatusEvent, is_post_status};
pub use mutation::PostMutation;
pub use object::Post;
pub use of_parent::{posts_of_account, posts_of_campaign};
pub use query::{PostConnection, PostFilter, PostOrder, PostQuery, posts_of};
pub use refresh_metrics::PostMetricsMutation;
pub use saga::Saga;
pub use step::PublishStep;
pub use target::{PostTarget, TargetError};
pub use target_mutation::PostTargetMutation;
pub use told::{ShownPost, ShownTarget};
