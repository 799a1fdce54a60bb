//! Templates.

mod list;
mod templates;

pub use templates::Template;
