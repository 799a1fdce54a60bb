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
/// As people see it: only [`Accounts`] reads tokens, and only to use them.
pub use fanfare_storage::rows::ShownAccount as Account;
