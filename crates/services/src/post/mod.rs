//! Posts.

mod bulk;
mod bulk_commands;
mod commands;
mod creation;
mod draft;
mod dry_run;
mod duplicate;
mod once_each;
mod posts;
mod preflight;
mod reschedule;
mod rights;
mod schedule;
mod stored;
mod target_commands;
mod validation;
mod variant_change;

pub use bulk::BulkOutcome;
pub use commands::PostPlace;
pub use draft::{PostDraft, PostInput, PostPatch, VariantDraft};
pub use fanfare_storage::page::{PostFilter, PostOrder, PostTime};
pub use fanfare_storage::rows::Post;
pub(crate) use posts::Beside;
pub use posts::{ListedPost, Posts};
pub use preflight::TargetCheck;
pub use reschedule::Rescheduling;
pub use schedule::Schedule;
pub use variant_change::VariantChange;
