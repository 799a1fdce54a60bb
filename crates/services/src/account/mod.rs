//! Connected accounts.

mod accounts;
mod connection;

pub(crate) use accounts::network_error;
pub use accounts::{Accounts, Disconnected};
pub use connection::{
    Answer, Confirmation, Connected, Connections, GivenTokens, LinkAccount, Relinked, StartConsent,
    StartedConsent,
};
pub use fanfare_storage::page::AccountFilter;
pub use fanfare_storage::rows::Account;
