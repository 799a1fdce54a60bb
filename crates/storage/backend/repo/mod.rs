//! One folder a noun, one file where a noun needs no more. Compiled twice: `Conn` is the connection of the half that
//! includes it.

use super::Conn;

pub mod account;
pub mod ai_usage;
pub mod api_keys;
pub mod budgets;
pub mod campaigns;
pub mod idempotency;
pub mod inbox;
pub mod kept_counts;
pub mod log;
pub mod media;
pub mod metrics;
mod one_of_several;
pub mod person;
pub mod post;
pub mod publishing;
pub mod room;
pub mod sealing;
pub mod templates;
pub mod transfer;
mod update_each;
pub mod work;
pub mod workspace;

// The contract names each repository without its folder: `crate::repo::$module` in `contract!`.
pub use account::{accounts, expiry, oauth_states, token_refreshes};
pub use inbox::{auto_replies, looks as inbox_looks, replies as inbox_replies, reply_queue};
pub use log::{audit, events};
use media::attachments;
pub use media::{fetches as media_fetches, unowned_files};
pub use metrics::{analytics, queue as metrics_queue};
pub use person::{email_keys, erasure, people, personal_data, profiles, second_factors, sessions};
pub use post::{posts, sagas, targets, units};
pub use publishing::{claimed, jobs, ledger, outcomes, run_writes};
pub use sealing::{sealed, servers as sealing_servers};
use transfer::part_leases;
pub use transfer::{exports, imports};
pub use work::agenda;
use work::leases;
pub use workspace::{invitations, members, ownership, settings, usage, workspaces};
