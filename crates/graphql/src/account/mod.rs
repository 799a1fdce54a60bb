//! Connected accounts: the type, its lists, how one is connected, and its metrics.

mod link;
mod metrics;
mod mutation;
mod network;
mod object;

pub use link::AccountLinkMutation;
pub use mutation::AccountMutation;
pub use network::{Network, NetworkQuery};
pub use object::{Account, AccountConnection, AccountFilter, AccountQuery, accounts_of};
