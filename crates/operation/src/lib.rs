//! From the text of a GraphQL document to what runs, and from its result to the bytes of the answer.
//!
//! A document is parsed, held against the limits and validated once, then kept by its text ([`Preparer`]). What runs is
//! the normal form of one of its operations ([`Form`]): the selections merged as `CollectFields` of the specification
//! says, without fragments and without `@skip` and `@include`. A field under one response key therefore runs once. The
//! answer is written by walking the operation over the result ([`write`]), so that its keys, its nulls and their
//! propagation are those of the operation, whatever the library left out.

mod absent;
mod coerce;
mod collect;
mod convert;
mod document;
mod parse;
mod places;
mod preparer;
mod quoted;
mod refused;
mod select;
mod shape;
mod showing;
mod switches;
#[cfg(test)]
mod trial;
mod types;
mod validate;
mod write;

pub use collect::Form;
pub use document::Document;
pub use preparer::{Prepared, Preparer};
pub use refused::{Fault, MAX_FAULTS, Refused};
pub use shape::Shape;
pub use showing::Showing;
pub use types::{ScalarCheck, ScalarChecks, SchemaFault};
pub use write::{Written, settle_paths, write};
