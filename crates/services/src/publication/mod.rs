//! Publications: the targets of posts, their ledgers and sagas.

mod publications;

pub use fanfare_storage::rows::{Saga, ShownStep as Step, Target};
pub use publications::Publications;
