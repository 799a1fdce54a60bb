//! Relay connections.

mod page;

pub(crate) use page::connection;
pub use page::{Key, Keyed, Page, PageArgs, PageInfo, Total, encode, read};
