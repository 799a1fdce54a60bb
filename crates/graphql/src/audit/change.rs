//! A field that an entry of the audit changed.

use crate::event::field_name;
use crate::scalars::JsonOf;
use async_graphql::SimpleObject;
use fanfare_domain::difference::{FieldChange, Step};

/// A field that a change set.
#[derive(SimpleObject)]
pub struct AuditChange<'a> {
    /// The field's name, with the path to it where it is nested, such as `content` or `targets.0.linkUrl`.
    pub field: String,
    /// The value before the change. Null if there was none.
    pub before: Option<JsonOf<'a>>,
    /// The value after the change. Null if there is none.
    pub after: Option<JsonOf<'a>>,
}

impl<'a> From<FieldChange<'a>> for AuditChange<'a> {
    fn from(change: FieldChange<'a>) -> Self {
        let steps = change.path.iter().map(|step| match step {
            Step::Field(stored) => field_name(stored),
            Step::Item(number) => number.to_string(),
        });
        Self {
            field: steps.collect::<Vec<_>>().join("."),
            before: (!change.before.is_null()).then_some(JsonOf(change.before)),
            after: (!change.after.is_null()).then_some(JsonOf(change.after)),
        }
    }
}
