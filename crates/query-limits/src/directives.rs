//! The schema directives that declare costs; they stand in the SDL, where [`super::CostModel`] reads them.

use async_graphql::TypeDirective;

/// `@cost(weight: 5)`: what resolving the field itself costs; 1 for an object and 0 for a scalar where it is absent. On the
/// field of an input object: what it adds to the price of a field whose argument gives it.
#[TypeDirective(location = "FieldDefinition", location = "InputFieldDefinition", name = "cost")]
pub fn field_cost(weight: u32) {}

/// `@textCost(bytes: 8192)`: one more for each so many bytes of text in the field's arguments, counted once for each rule
/// that may have to read them.
#[TypeDirective(location = "FieldDefinition", name = "textCost")]
pub fn text_cost(bytes: u32) {}

/// `@listSize(assumedSize: 9)`: how many items a list without `first` is priced for; 1 where it is absent.
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub fn list_size(#[graphql(name = "assumedSize")] assumed_size: u32) {}
