//! `CollectFields` of the specification, once for an operation and the variables that leave something out: what comes of
//! it is a document without fragments, without duplicates and without `@skip` and `@include`.

mod abstract_type;
mod form;
mod groups;
mod held;
#[cfg(test)]
mod tests;

pub use form::{Form, Switches, form};
pub use groups::Grouper;
