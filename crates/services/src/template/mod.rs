//! Templates.

mod list;
mod templates;

pub use fanfare_storage::page::TemplateFilter;
pub use fanfare_storage::rows::Template as OwnTemplate;
pub use templates::{Template, Templates};
