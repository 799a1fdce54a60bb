//! Relay connections.

mod cursor;
mod page;

pub use cursor::{Key, encode};
pub(crate) use page::connection;
pub use page::{Edge, Keyed, Page, PageArgs, PageInfo, Total, read};
