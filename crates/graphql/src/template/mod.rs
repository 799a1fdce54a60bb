//! Templates.

mod mutation;
mod object;

pub use mutation::TemplateMutation;
pub use object::{Template, TemplateConnection, TemplateFilter, TemplateQuery, templates_of};
